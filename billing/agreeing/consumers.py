"""Consumers: what they are told before they sign, what is off for them, and how long they may
withdraw.

The rules are those of the Consumer Rights Directive 2011/83/EU (articles 6, 8 to 11, 14, 16) with
the withdrawal function of its article 11a, in force since 19 June 2026. Not legal advice.
"""

from datetime import date, datetime, timedelta
from typing import Any

from billing import clock, workdays
from billing.agreeing import versions
from billing.countries import EUROPEAN_UNION
from billing.refusals import N_
from models import (
    Agreement,
    AgreementKind,
    AgreementState,
    Business,
    Client,
    ClientKind,
    Contact,
    EarlyStart,
    Project,
    ProjectState,
)

DAYS = 14
"""The withdrawal period of article 9, counted from the day after the contract is concluded."""

EARLY = N_(
    "Please begin within the 14 days in which I may withdraw. I know that I then pay for what I"
    " have accepted by the time I withdraw, and that my right to withdraw ends once everything is"
    " done."
)
"""The express request of articles 7(3) and 8(8), beside a box of its own that nobody must tick."""

HELD = (AgreementState.ACTIVE, AgreementState.AMENDED)

# Where a country has several zones, the last to end its day: nobody loses an hour.
ZONES = {
    "AT": "Vienna", "BE": "Brussels", "BG": "Sofia", "CZ": "Prague", "DE": "Berlin",
    "DK": "Copenhagen", "EE": "Tallinn", "FI": "Helsinki", "FR": "Paris", "GR": "Athens",
    "HR": "Zagreb", "HU": "Budapest", "IE": "Dublin", "IT": "Rome", "LT": "Vilnius",
    "LU": "Luxembourg", "LV": "Riga", "MT": "Malta", "NL": "Amsterdam", "PL": "Warsaw",
    "RO": "Bucharest", "SE": "Stockholm", "SI": "Ljubljana", "SK": "Bratislava",
}  # fmt: skip
FURTHER_WEST = {"CY": "Asia/Nicosia", "ES": "Atlantic/Canary", "PT": "Atlantic/Azores"}


def is_consumer(client: Client) -> bool:
    """Prices are gross, and no kill fee and no silence as acceptance is agreed."""
    return bool(client.kind == ClientKind.CONSUMER)


def is_eu(client: Client) -> bool:
    """A consumer who may withdraw within 14 days and is told so beforehand."""
    return is_consumer(client) and client.country in EUROPEAN_UNION


def said(client: Client, business: Business) -> dict[str, Any] | None:
    """What an agreement with a consumer in the EU freezes beside its terms; None for others."""
    if not is_eu(client):
        return None
    return {"days": DAYS, "country": client.country, "complaints": business.email}


def zone(country: str) -> str:
    """The time zone whose midnight ends a day for a consumer of a country of the EU."""
    return FURTHER_WEST.get(country) or f"Europe/{ZONES[country]}"


def contract(project: Project) -> Agreement | None:
    """The agreement a consumer in the EU may withdraw from, while it holds."""
    found = versions.newest(project, AgreementKind.AGREEMENT)
    if found is None or found.state not in HELD or not versions.read(found).get("consumer"):
        return None
    return found


def last_day(agreement: Agreement) -> date:
    """The last day to withdraw: the 14th after the contract's, or the next working day.

    Weekends and the public holidays of the consumer's country are none, nor are those of their
    region where it is known. Regulation (EEC, Euratom) 1182/71, article 3(4).
    """
    country = versions.read(agreement)["consumer"]["country"]
    day = clock.local_date(agreement.active_at, zone(country)) + timedelta(days=DAYS)
    region = str(agreement.project.client.region)
    return workdays.calendar(country, region).next_working(day)


def may_withdraw_until(project: Project, now: datetime) -> date | None:
    """The last day to withdraw while that has not passed where the consumer is."""
    found = contract(project) if project.prices_gross else None
    if found is None or (project.state == ProjectState.CLOSED and early_start(found)):
        # Article 16(a): done in full at the consumer's own request.
        return None
    country = versions.read(found)["consumer"]["country"]
    day = last_day(found)
    return day if clock.local_date(now, zone(country)) <= day else None


def early_start(agreement: Agreement) -> EarlyStart | None:
    """The express request to begin within the withdrawal period."""
    found: EarlyStart | None = EarlyStart.get_or_none(EarlyStart.agreement == agreement.id)
    return found


def waits_until(project: Project, now: datetime) -> date | None:
    """The day after which work may begin, while a consumer may withdraw and has not asked to."""
    day = may_withdraw_until(project, now)
    found = contract(project) if day else None
    return day if found is not None and early_start(found) is None else None


def keep_request(agreement: Agreement, statement: str, by: Contact, now: datetime) -> None:
    """Keep the request to begin at once, as it was ticked. Runs in the signature's write()."""
    if versions.read(agreement).get("consumer") and not versions.is_change(agreement):
        EarlyStart.create(agreement=agreement, contact=by, statement=statement, asked_at=now)
