"""Deliveries under a lease: each taken by one worker, done outside any transaction, then marked.

A worker that dies leaves its lease to expire; the delivery is then taken again. Marking is
compare-and-set on the lease, so a worker that comes back too late changes nothing.
"""

from datetime import datetime, timedelta
from secrets import SystemRandom
from typing import Any

from peewee import JOIN, fn

from billing.delivery.failures import Undeliverable
from billing.mailing import digests
from models import Delivery, DeliveryState, is_postgresql, write

LEASE = timedelta(minutes=3)
"""Longer than any one delivery may take."""

FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(hours=4)
MOST_ATTEMPTS = 24
"""Doubling from 15 seconds to four hours, these last for more than two days."""

FAR_AHEAD = timedelta(days=1)
"""Nothing is put off this far: such a time was written before the clock was set back."""

jitter = SystemRandom()


def take(now: datetime) -> Delivery | None:
    """The next due delivery, leased to the caller, or None."""
    # Reading first keeps an idle worker away from SQLite's only write lock.
    if not _due(now).exists():
        return None
    next_one = _due(now).order_by(Delivery.due_at, Delivery.id).limit(1)
    if is_postgresql():
        next_one = next_one.for_update("FOR UPDATE", of=Delivery, skip_locked=True)
    with write():
        taken = list(
            Delivery.update(
                state=DeliveryState.CLAIMED,
                leased_until=now + LEASE,
                attempts=Delivery.attempts + 1,
            )
            .where(Delivery.id == next_one)
            .returning(Delivery)
            .execute()
        )
    return taken[0] if taken else None


def _due(now: datetime) -> Any:
    before = Delivery.alias()
    queued = (Delivery.state == DeliveryState.QUEUED) & _reached(Delivery.due_at, now)
    abandoned = (Delivery.state == DeliveryState.CLAIMED) & _reached(Delivery.leased_until, now)
    return (
        Delivery.select(Delivery.id)
        .join(before, JOIN.LEFT_OUTER, on=(Delivery.after == before.id))
        .where(
            queued | abandoned,
            Delivery.gathered == False,  # noqa: E712
            before.id.is_null() | (before.state == DeliveryState.DONE),
        )
    )


def _reached(moment: Any, now: datetime) -> Any:
    return (moment <= now) | (moment > now + FAR_AHEAD)


def next_due(now: datetime) -> datetime | None:
    """When time alone will make something due; None if nothing waits for it."""
    moments = (
        Delivery.select(fn.MIN(Delivery.due_at)).where(
            Delivery.state == DeliveryState.QUEUED,
            Delivery.due_at > now,
            Delivery.gathered == False,  # noqa: E712
        ),
        Delivery.select(fn.MIN(Delivery.leased_until)).where(
            Delivery.state == DeliveryState.CLAIMED
        ),
    )
    found = [moment for moment in (query.scalar() for query in moments) if moment is not None]
    return min(found, default=None)


def note(delivery: Delivery, message_id: str, subject: str) -> None:
    """Keep what a message is called before it goes out, the same on every repeat."""
    _mark(delivery, message_id=message_id, subject=subject)
    delivery.message_id, delivery.subject = message_id, subject


def finish(delivery: Delivery, now: datetime) -> None:
    """It is done, and with a mail of the day what it holds."""
    with write():
        _mark(delivery, state=DeliveryState.DONE, done_at=now, leased_until=None, last_error="")
        if delivery.kind in digests.KINDS:
            digests.sent(delivery, now)


def hold(delivery: Delivery) -> None:
    """It stays here: there is no way to send mail."""
    _mark(delivery, state=DeliveryState.HELD, leased_until=None, attempts=0, last_error="")


def drop(delivery: Delivery) -> None:
    """It is not needed any more."""
    _mark(delivery, state=DeliveryState.CANCELLED, leased_until=None, last_error="overtaken")


def wait(delivery: Delivery, until: datetime, now: datetime) -> None:
    """Not at this hour: it is looked at again then, or after most of a day, without counting."""
    _mark(
        delivery,
        state=DeliveryState.QUEUED,
        due_at=min(until, now + FAR_AHEAD / 2),
        attempts=int(delivery.attempts) - 1,
        leased_until=None,
    )


def put_off(delivery: Delivery, failure: Undeliverable, now: datetime) -> None:
    """Try again later, or give up: at once if repeating is of no use."""
    is_over = failure.permanent or int(delivery.attempts) >= MOST_ATTEMPTS
    _mark(
        delivery,
        state=DeliveryState.FAILED if is_over else DeliveryState.QUEUED,
        due_at=now if is_over else now + pause(int(delivery.attempts)),
        leased_until=None,
        last_error=failure.kept,
    )


def pause(attempts: int) -> timedelta:
    """How long to wait after so many attempts: doubled each time, a fifth more or less."""
    doubled: timedelta = FIRST_PAUSE * 2 ** min(attempts - 1, 12)
    return min(doubled, LONGEST_PAUSE) * jitter.uniform(0.8, 1.2)


def _mark(delivery: Delivery, **columns: Any) -> None:
    with write():
        Delivery.update(**columns).where(
            Delivery.id == delivery.id,
            Delivery.state == DeliveryState.CLAIMED,
            Delivery.attempts == delivery.attempts,
            Delivery.leased_until == delivery.leased_until,
        ).execute()
