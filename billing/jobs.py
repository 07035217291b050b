"""Long work in the background: begun by a deed, done a chunk at a time by the worker."""

from datetime import datetime
from typing import Any

from billing.refusals import N_, Conflict
from models import Job, JobState, User

OPEN = (JobState.WAITING, JobState.RUNNING)


class JobOver(Conflict):
    sentence = N_("This is finished already, so there is nothing to cancel.")


def begin(kind: str, owner: User, now: datetime, facts: dict[str, Any], total: int = 0) -> Job:
    """Leave work of a kind to the worker, in `total` steps. Runs in the caller's write()."""
    begun: Job = Job.create(owner=owner, kind=kind, facts=facts, total=total, created_at=now)
    return begun


def cancel(job: Job, now: datetime) -> None:
    """Ask that no further chunk be done; what is done stays. Refuses JobOver."""
    asked = (
        Job.update(cancel_asked_at=now)
        .where(Job.id == job.id, Job.state.in_(OPEN), Job.cancel_asked_at.is_null())
        .execute()
    )
    if not asked and Job.get_by_id(job.id).is_over:
        raise JobOver


def advance(job: Job, steps: int) -> None:
    """So many steps are behind it, and any worker may go on. Runs in the write() that did them."""
    Job.update(done=Job.done + steps, leased_until=None).where(Job.id == job.id).execute()
    job.done += steps
