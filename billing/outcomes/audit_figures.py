"""What the audit's page says, added up when hours or their groups change and not at each visit.

A hundred thousand entries take seconds to add up. So what follows from them is kept as data under
the number of changes there were; kept under an older number it counts for nothing. Who changes
something does not wait for it: the worker adds up. Of few entries nothing is kept: they are added
up at each visit.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, is_dataclass
from datetime import datetime
from typing import Any

from billing import jobs as work
from billing.outcomes import audit_findings, audit_jobs
from billing.outcomes.audit_findings import Finding
from billing.outcomes.audit_jobs import HoursSpread, JobSum, PastJob
from models import Audit, HoursEntry, Job, JobState, User, hold, write

FEW = 5_000
"""Entries up to which all is added up at each visit."""

KIND = "figures"
"""The kind of job that adds up."""

FORM = 1
"""The form in which figures are kept; those of another are added up anew."""


@dataclass(frozen=True)
class Sum:
    """Jobs of a client or a kind of work added up, see audit_jobs.JobSum; `count` of them."""

    name: str
    currency: str
    key: Any
    count: int
    seconds: int
    unbilled_seconds: int
    billed: int
    rate: int | None
    rework_share: int
    spread: HoursSpread | None


@dataclass(frozen=True)
class Figures:
    """How many jobs there are, what stands out, and sums by kind of work and by client."""

    count: int
    findings: Sequence[Finding]
    kinds: Sequence[Sum]
    clients: Sequence[Sum]


def of(owner: User) -> Figures | None:
    """What was kept, if nothing changed since, or else what is added up now; None while the
    worker is at it."""
    audit = Audit.of(owner).first()
    kept = audit.figures if audit else None
    if not kept or (kept["form"], kept["changes"]) != (FORM, audit.changes):
        if _begun(owner).exists():
            return None
        kept = _added_up(owner)
    return Figures(
        kept["count"],
        [Finding(**each) for each in kept["findings"]],
        [_sum(each) for each in kept["kinds"]],
        [_sum(each) for each in kept["clients"]],
    )


def _sum(kept: Mapping[str, Any]) -> Sum:
    told = kept["spread"]
    return Sum(**{**kept, "spread": _spread(told) if told else None})


def _spread(kept: Mapping[str, Any]) -> HoursSpread:
    quartiles = tuple(kept["quartiles"]) if kept["quartiles"] else None
    return HoursSpread(**{**kept, "quartiles": quartiles})


_last: list[tuple[tuple[int, ...], list[PastJob]]] = []
"""The jobs that this process read last and under which changes, of one owner with very many."""


def jobs(owner: User) -> list[PastJob]:
    """All past jobs. Reading those of very many entries takes seconds, so that the last ones are
    kept in this process until something changes; they are not to be altered."""
    audit, entries = Audit.of(owner).first(), HoursEntry.of(owner).count()
    if audit is None or entries <= FEW:
        return audit_jobs.past_jobs(owner)
    under = (int(owner.id), int(audit.id), int(audit.changes), int(entries))
    for known, found in _last:
        if known == under:
            return found
    found = audit_jobs.past_jobs(owner)
    _last[:] = [(under, found)]
    return found


@contextmanager
def changing(owner: User, now: datetime) -> Iterator[None]:
    """One change of an owner's hours or their groups, after which the worker adds up."""
    with write(owner):
        yield
        changed(owner)
        # One that runs may have read what was before; one that waits has not read anything, nor
        # is it taken before this is committed.
        waits = Job.owner == owner.id, Job.kind == KIND, Job.state == JobState.WAITING
        hold(Job, *waits)
        if not Job.select().where(*waits).exists() and _are_many(owner):
            work.begin(KIND, owner, now, {})


def advance(job: Job, _now: datetime) -> bool:
    """Add up; there is never more to do."""
    keep(job.owner)
    return False


def _begun(owner: User) -> Any:
    return Job.of(owner).where(Job.kind == KIND, Job.state.in_(work.OPEN))


def _are_many(owner: User) -> bool:
    return bool(HoursEntry.of(owner).count() > FEW)


def changed(owner: User) -> None:
    """What was kept counts no more. In the caller's write()."""
    Audit.update(changes=Audit.changes + 1).where(Audit.owner == owner.id).execute()


def keep(owner: User) -> None:
    """Add up and keep, unless there is little to add up or something changes meanwhile."""
    audit = Audit.of(owner).first()
    if audit is None or not _are_many(owner):
        return
    found = {"form": FORM, "changes": audit.changes, **_added_up(owner)}
    with write(owner):
        Audit.update(figures=found).where(
            Audit.id == audit.id, Audit.changes == audit.changes
        ).execute()


def _added_up(owner: User) -> dict[str, Any]:
    """All figures as plain data."""
    jobs = audit_jobs.past_jobs(owner)
    return {
        "count": len(jobs),
        "findings": [_plain(each.__dict__) for each in audit_findings.findings(jobs)],
        "kinds": [_row(each) for each in audit_jobs.by_kind(jobs)],
        "clients": [_row(each) for each in audit_jobs.by_client(jobs)],
    }


def _row(row: JobSum) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in Sum.__dataclass_fields__}


def _plain(value: Any) -> Any:
    if isinstance(value, JobSum):
        return {"name": value.name, "rate": value.rate}
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    return list(value) if isinstance(value, tuple) else value
