"""What is usual in a country (ISO 3166), so that little has to be asked: suggestions, not rules."""

from datetime import UTC, datetime
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from babel.numbers import get_territory_currencies
from stdnum import numdb

from billing.money import CURRENCIES
from billing.refusals import N_

EUROPEAN_UNION = frozenset(
    {
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
        "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
    }
)  # fmt: skip

# Codes that CLDR names but ISO 3166 gives to no country: groups, islets, tests.
NO_COUNTRIES = frozenset(
    {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
)

# The euro since January 2026, which the CLDR release in use does not know yet.
NEWER_CURRENCIES = {"BG": "EUR"}

BANK_CODES = {
    "AU": N_("BSB"),
    "CA": N_("Transit and institution number"),
    "GB": N_("Sort code"),
    "IN": N_("IFSC"),
    "US": N_("Routing number (ABA)"),
}
"""How banks are numbered where transfers go by account number, as people there call it."""

TAX_LABELS = {
    "AU": "GST",
    "CA": "GST/HST",
    "IN": "GST",
    "JP": "JCT",
    "MY": "SST",
    "NZ": "GST",
    "SG": "GST",
    "US": N_("Sales tax"),
}


def currency_of(country: str) -> str:
    """The currency a country pays in today, "USD" where there is none."""
    listed = get_territory_currencies(country, tender=True) if country else []
    usual = [NEWER_CURRENCIES.get(country), *listed, "USD"]
    return next(code for code in usual if code in CURRENCIES)


def tax_label_of(country: str) -> str:
    """What the tax on sales is called there."""
    return TAX_LABELS.get(country, "VAT")


def bank_code_of(country: str) -> str:
    """What the number of a bank is called there (a message id)."""
    return BANK_CODES.get(country, N_("Bank code"))


def has_iban(country: str) -> bool:
    """Whether accounts there have an IBAN (the registry's list, as python-stdnum ships it)."""
    return bool(country) and bool(numdb.get("iban").info(country)[0][1])


def pays_by_iban(country: str) -> bool:
    """Whether transfers inside the country go by IBAN."""
    return has_iban(country) and country not in BANK_CODES


def zone_of(country: str, now: datetime) -> str:
    """The time zone of a country that has one, and "UTC" where it takes a person to say which.

    Zones whose clocks agree all this year count as one.
    """
    zones = zones_of(country)
    clocks = {_clock(zone, now.year) for zone in zones}
    return zones[0] if len(clocks) == 1 else "UTC"


def zones_of(country: str) -> list[str]:
    """The zones of a country, the one most people live in first."""
    return list(_zones().get(country, ()))


@lru_cache(maxsize=1)
def _zones() -> dict[str, list[str]]:
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text("utf-8")
    found: dict[str, list[str]] = {}
    for line in table.splitlines():
        if line and not line.startswith("#"):
            country, _place, zone = line.split("\t")[:3]
            found.setdefault(country, []).append(zone)
    return found


@lru_cache(maxsize=256)
def _clock(zone: str, year: int) -> tuple[object, ...]:
    days = [datetime(year, month, 1, tzinfo=UTC) for month in range(1, 13)]
    return tuple(day.astimezone(ZoneInfo(zone)).utcoffset() for day in days)
