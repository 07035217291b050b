"""The worker's part of long work: a chunk at a time, so that mail need not wait for the end."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from billing.books import archive
from billing.jobs import OPEN
from billing.outcomes import audit_figures, audit_grouping, importing
from models import Job, JobState, is_postgresql, write

log = logging.getLogger("milepost.worker")

LEASE = timedelta(minutes=2)
"""Longer than any one chunk may take."""

KINDS: dict[str, Callable[[Job, datetime], bool]] = {
    "archive": archive.advance,
    "audit": audit_grouping.advance,
    audit_figures.KIND: audit_figures.advance,
    "hours": importing.advance,
}
"""What does a chunk of each kind of work and says so by jobs.advance(); whether more is to do."""


def work_once(now: datetime) -> bool:
    """Do one chunk of the oldest open job. False where there is none."""
    job = _take(now)
    if job is None:
        return False
    if job.cancel_asked_at is not None:
        _end(job, JobState.CANCELLED, now)
        return True
    try:
        if not KINDS[str(job.kind)](job, now):
            _end(job, JobState.DONE, now)
    except Exception as error:
        log.exception("job %s (%s) failed", job.id, job.kind)
        _end(job, JobState.FAILED, now, type(error).__name__)
    return True


def _take(now: datetime) -> Job | None:
    """The oldest open job that no other worker is at, leased to the caller."""
    # Reading first keeps an idle worker away from SQLite's only write lock.
    if not _free(now).exists():
        return None
    oldest = _free(now).order_by(Job.id).limit(1)
    if is_postgresql():
        oldest = oldest.for_update("FOR UPDATE", skip_locked=True)
    with write():
        taken = list(
            Job.update(state=JobState.RUNNING, leased_until=now + LEASE)
            .where(Job.id == oldest)
            .returning(Job)
            .execute()
        )
    return taken[0] if taken else None


def _free(now: datetime) -> Any:
    # A lease far ahead was taken before the clock was set back.
    lapsed = (Job.leased_until <= now) | (Job.leased_until > now + LEASE)
    return Job.select(Job.id).where(Job.state.in_(OPEN), Job.leased_until.is_null() | lapsed)


def _end(job: Job, state: JobState, now: datetime, error: str = "") -> None:
    with write():
        Job.update(state=state, finished_at=now, leased_until=None, error=error).where(
            Job.id == job.id, Job.state == JobState.RUNNING
        ).execute()
