"""What late payment costs by law, and the base rates that interest is counted from.

Starting values are data (late_rates.toml); an owner's own table of a reference replaces them.
"""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from billing.refusals import N_, Refusal
from models import BaseRate, LatePlan, User, write

DATA = Path(__file__).parent / "late_rates.toml"


class RateUnsourced(Refusal):
    """Facts: `since`."""

    sentence = N_("Say where the rate since %(since)s stands. The letter names it.")


class OutOfStep(Refusal):
    """Facts: `since`."""

    sentence = N_("Base rates change on 1 January and 1 July; %(since)s is neither.")


@dataclass(frozen=True)
class Scheme:
    """One law. `points` above the base rate are in thousandths of a percent, `fixed` is a ladder
    of debts and sums in minor units of `currency`."""

    key: str
    reference: str
    points: int
    source: str
    currency: str
    fixed: tuple[tuple[int, int], ...]

    def fixed_sum(self, debt: int, currency: str) -> int:
        """The fixed sum for a debt, in the law's own currency only."""
        if currency != self.currency or debt <= 0:
            return 0
        return next(amount for least, amount in reversed(self.fixed) if debt >= least)


@dataclass(frozen=True)
class Rate:
    """A base rate in thousandths of a percent, from a day on."""

    since: date
    rate: int
    source: str


@dataclass(frozen=True)
class Plan:
    scheme: Scheme | None = None
    fixed: bool = True


def all_of() -> dict[str, Scheme]:
    """Every law that is known, by key."""
    return {key: _scheme(key, said) for key, said in _data()["schemes"].items()}


def plan_of(owner: User | int) -> Plan:
    """What an owner claims; nothing unless they say so."""
    row = LatePlan.get_or_none(LatePlan.owner == owner)
    return Plan(all_of().get(str(row.scheme)), bool(row.fixed)) if row else Plan()


def choose(scheme: str, fixed: bool, by: User) -> None:
    """Claim by a law from now on, or with "" not at all."""
    columns = {"scheme": scheme, "fixed": fixed}
    with write(by):
        if not LatePlan.update(**columns).where(LatePlan.owner == by.id).execute():
            LatePlan.create(owner=by, **columns)


def rates_of(owner: User | int, reference: str) -> list[Rate]:
    """The owner's table of a reference, or what it begins with, in order."""
    known = _data()["references"][reference]
    begun = {
        since: Rate(since, round(percent * 1000), known["source"])
        for since, percent in known["rates"]
    }
    rows = BaseRate.select().where(BaseRate.owner == owner, BaseRate.reference == reference)
    own = {row.since: Rate(row.since, int(row.rate), str(row.source)) for row in rows}
    return [rate for _since, rate in sorted((begun | own).items())]


def enter(each: Rate, reference: str, by: User) -> None:
    """Keep a rate in the owner's table, in place of what stood there for that half-year.

    Refuses OutOfStep, RateUnsourced.
    """
    if (each.since.month, each.since.day) not in {(1, 1), (7, 1)}:
        raise OutOfStep(since=each.since.isoformat())
    if not each.source.strip():
        raise RateUnsourced(since=each.since.isoformat())
    at = {"owner": by, "reference": reference, "since": each.since}
    with write(by):
        BaseRate.delete().where(
            BaseRate.owner == by.id,
            BaseRate.reference == reference,
            BaseRate.since == each.since,
        ).execute()
        BaseRate.create(**at, rate=each.rate, source=each.source.strip())


def half_year(day: date) -> date:
    """The day from which the base rate of a day holds."""
    return date(day.year, 1 if day.month < 7 else 7, 1)


def _scheme(key: str, said: dict[str, Any]) -> Scheme:
    return Scheme(
        key=key,
        reference=said["reference"],
        points=said["points"] * 1000,
        source=said["source"],
        currency=said["currency"],
        fixed=tuple((least, amount) for least, amount in said["fixed"]),
    )


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    return tomllib.loads(DATA.read_text("utf-8"))
