"""What tax usually is in a country: rates, reasons in words, and how its numbers are written.

All of it is data (``tax.toml``): starting values that an owner's own table overrides.
"""

import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from billing import languages
from billing.countries import EUROPEAN_UNION

DATA = Path(__file__).with_name("tax.toml")


@dataclass(frozen=True)
class Number:
    """A number that a business has: what it is called there, its rule, and how it looks."""

    name: str = ""
    rule: str = ""
    example: str = ""


@dataclass(frozen=True)
class Country:
    """Tax of one country; rates in thousandths of a percent, reasons as English sentences."""

    rates: dict[str, int] = field(default_factory=dict)
    small: str = ""
    small_category: str = "E"
    abroad_category: str = "O"
    abroad: str = ""
    abroad_consumers: bool = False
    withholding: int = 0
    regions: dict[str, int] = field(default_factory=dict)
    by_state: bool = False
    buyer_id: bool = False
    id: Number = Number()
    client_id: Number = Number()
    number: Number = Number()


def of(country: str) -> Country:
    """What is known of a country (ISO 3166); nothing but its place in the Union of most."""
    return _countries().get(country) or Country(
        abroad=reason("outside"),
        id=Number("VAT ID", "eu") if country in EUROPEAN_UNION else Number(),
        client_id=Number("VAT ID", "eu") if country in EUROPEAN_UNION else Number(),
    )


def known() -> list[str]:
    """The countries there is data of."""
    return list(_countries())


def currency(country: str) -> str:
    """The currency that a country wants the tax on every invoice stated in, "" if it does not."""
    named = _data()["tax_currencies"].get(country)
    return str(named or ("EUR" if country in EUROPEAN_UNION else ""))


def reason(name: str) -> str:
    """A reason's English sentence, which is also what it is kept by."""
    return str(_data()["reasons"][name]["en"])


def say(note: str, language: str) -> str:
    """A reason in a language where it is one of ours; what somebody typed stays as it is."""
    known = _by_sentence().get(note)
    return str(known.get(languages.spoken(language), note)) if known else note


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    return tomllib.loads(DATA.read_text("utf-8"))


@lru_cache(maxsize=1)
def _by_sentence() -> dict[str, dict[str, str]]:
    return {said["en"]: said for said in _data()["reasons"].values()}


@lru_cache(maxsize=1)
def _countries() -> dict[str, Country]:
    return {code: _country(said) for code, said in _data()["countries"].items()}


def _country(said: dict[str, Any]) -> Country:
    abroad = said.get("abroad", {"category": "O", "reason": "outside"})
    registered = Number(**said.get("id", {}))
    return Country(
        rates={name: _thousandths(rate) for name, rate in said["rates"].items()},
        small=reason(said["small"]) if "small" in said else "",
        small_category=said.get("small_category", "E"),
        abroad_category=abroad["category"],
        abroad=reason(abroad["reason"]),
        abroad_consumers=said.get("abroad_consumers", False),
        withholding=_thousandths(said.get("withholding", 0)),
        regions={name: _thousandths(rate) for name, rate in said.get("regions", {}).items()},
        by_state=said.get("by_state", False),
        buyer_id=said.get("buyer_id", False),
        id=registered,
        client_id=Number(**said["client_id"]) if "client_id" in said else registered,
        number=Number(**said.get("number", {})),
    )


def _thousandths(percent: float) -> int:
    return round(percent * 1000)
