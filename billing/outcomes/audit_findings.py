"""What the audit finds: a sentence each with its figures, of what happened and not of what will.

The sentences stand in templates/audit/words.html, by `code`. Thresholds are below, so that
each finding can be checked against the tables beside it.
"""

import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from billing.money import round_half_up, share
from billing.outcomes import audit_jobs
from billing.outcomes.audit_jobs import FEWEST, JobSum, PastJob
from billing.outcomes.reading import HOUR

DANGEROUS = 2
"""A job in ten that takes so many times the middle one makes a single fixed price dangerous."""

STEADY = 1.3
"""How far the upper quartile is above the lower one at most where jobs are alike."""

LUCRATIVE = 11, 10
"""A fixed price that would have earned at least this ratio of what was billed per hour."""

REWORK = 1500
"""Basis points of the time from which rework is told."""

GIVEN_AWAY = 1000
"""Basis points of the time from which unbilled work is told."""

APART = 12, 10
"""How much more an hour of the best client brought than one of the least, to be told."""

TELLING = 10 * HOUR
"""Seconds of a client's work from which their rate is compared."""

MOST = 12
"""Findings of one code that are told."""


@dataclass(frozen=True)
class Finding:
    """`code` names the sentence, `kind_id` the kind of work it is about, if it is about one."""

    code: str
    weight: int
    facts: dict[str, Any]
    kind_id: int | None = None


@dataclass(frozen=True)
class FixedPrice:
    """What the middle of the amounts billed for a job would have brought as a price for each.

    `price` in minor units; `rate` per hour over all jobs, `hourly` as it was billed, and `least`
    for a job that takes as long as one in ten. `below` is how many jobs would have brought less
    per hour than was billed on the whole.
    """

    price: int
    rate: int
    hourly: int
    least: int
    below: int
    count: int
    verdict: str


def fixed_price(row: JobSum) -> FixedPrice | None:
    """The past under one fixed price; None with fewer than FEWEST jobs of known worth.

    The verdict is dangerous, lucrative, steady or even.
    """
    jobs = [job for job in row.jobs if job.is_priced]
    seconds, billed = sum(job.seconds for job in jobs), sum(job.billed for job in jobs)
    if len(jobs) < FEWEST or not billed:
        return None
    price = round_half_up(statistics.median(Decimal(job.billed) for job in jobs))
    rate, hourly = share(price * len(jobs), HOUR, seconds), share(billed, HOUR, seconds)
    told = audit_jobs.spread([job.seconds for job in jobs])
    return FixedPrice(
        price=price,
        rate=rate,
        hourly=hourly,
        least=share(price, HOUR, round(told.p90)) if told and told.p90 else 0,
        below=sum(share(price, HOUR, job.seconds) < hourly for job in jobs),
        count=len(jobs),
        verdict=_verdict(told, rate, hourly),
    )


def _verdict(told: audit_jobs.HoursSpread | None, rate: int, hourly: int) -> str:
    if told is None or told.p90 is None or told.quartiles is None:
        return "even"
    if told.p90 >= DANGEROUS * told.median:
        return "dangerous"
    if rate * LUCRATIVE[1] >= hourly * LUCRATIVE[0]:
        return "lucrative"
    lower, upper = told.quartiles
    return "steady" if upper <= STEADY * lower else "even"


def findings(jobs: Sequence[PastJob]) -> list[Finding]:
    """All that there is to tell of an owner's jobs, the weightiest of each code first."""
    # What is in no kind of work yet is a mixture: its spread tells of nothing that could be sold.
    kinds = [row for row in audit_jobs.by_kind(jobs) if row.jobs[0].kind_id is not None]
    found = [
        *_of_clients(audit_jobs.by_client(jobs)),
        *(finding for row in kinds for finding in _of_kind(row)),
        *_recurring(jobs),
        *_unknown(jobs),
    ]
    return _weightiest(found)


def of_kind(jobs: Sequence[PastJob]) -> list[Finding]:
    """What there is to tell of the jobs of one kind of work."""
    found = [finding for row in audit_jobs.by_kind(jobs) for finding in _of_kind(row)]
    return _weightiest([*found, *_recurring(jobs), *_unknown(jobs)])


CODES = ("apart", "dangerous", "lucrative", "steady", "rework", "given_away", "recurs", "unknown")


def _weightiest(found: Iterable[Finding]) -> list[Finding]:
    by_code: dict[str, list[Finding]] = defaultdict(list)
    for each in sorted(found, key=lambda each: -each.weight):
        by_code[each.code].append(each)
    return [each for code in CODES for each in by_code[code][:MOST]]


def _of_kind(row: JobSum) -> Iterable[Finding]:
    kind = row.jobs[0].kind_id
    facts = {"kind": row.name, "currency": row.currency, "seconds": row.seconds}
    fixed, told = fixed_price(row), row.spread
    if fixed and fixed.verdict != "even":
        yield Finding(fixed.verdict, row.seconds, {**facts, "fixed": fixed, "spread": told}, kind)
    elif told and told.p90 and told.p90 >= DANGEROUS * told.median:
        yield Finding("dangerous", row.seconds, {**facts, "fixed": None, "spread": told}, kind)
    for code, seconds, from_on in (
        ("rework", row.rework_seconds, REWORK),
        ("given_away", row.unbilled_seconds, GIVEN_AWAY),
    ):
        points = share(seconds, 10_000, row.seconds)
        if points >= from_on:
            yield Finding(code, seconds, {**facts, "part": seconds, "points": points}, kind)


def _of_clients(rows: Sequence[JobSum]) -> Iterable[Finding]:
    by_currency: dict[str, list[JobSum]] = defaultdict(list)
    for row in rows:
        if row.rate is not None and row.known_seconds >= TELLING:
            by_currency[row.currency].append(row)
    for currency, compared in by_currency.items():
        most = max(compared, key=lambda row: row.rate or 0)
        least = min(compared, key=lambda row: row.rate or 0)
        if (most.rate or 0) * APART[1] > (least.rate or 0) * APART[0]:
            facts = {"currency": currency, "most": most, "least": least, "count": len(compared)}
            yield Finding("apart", most.known_seconds, facts)


def _recurring(jobs: Sequence[PastJob]) -> Iterable[Finding]:
    """Work of one kind that comes back regularly with one client."""
    found: dict[tuple[str, int, str], list[PastJob]] = defaultdict(list)
    for job in jobs:
        if job.kind_id is not None:
            found[job.client, job.kind_id, job.currency].append(job)
    for (client, kind, currency), rows in found.items():
        months = {month for job in rows for month in job.months}
        gap = audit_jobs.regular_gap(sorted(months))
        if gap is not None:
            seconds = sum(job.seconds for job in rows)
            facts = {
                "kind": rows[0].kind,
                "client": client,
                "currency": currency,
                "times": len(months),
                "gap": gap,
                "seconds": round(seconds / len(months)),
            }
            yield Finding("recurs", seconds, facts, kind)


def _unknown(jobs: Sequence[PastJob]) -> Iterable[Finding]:
    unknown = sum(job.seconds - job.known_seconds for job in jobs)
    if unknown:
        total = sum(job.seconds for job in jobs)
        yield Finding("unknown", unknown, {"part": unknown, "seconds": total})
