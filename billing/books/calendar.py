"""A calendar's feed of due dates: invoices to be paid, milestones to be delivered (RFC 5545)."""

import hmac
import secrets
from base64 import urlsafe_b64encode
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from billing import format
from billing.books import records
from models import CalendarFeed, Milestone, MilestoneState, Project, ProjectState, User, write

if TYPE_CHECKING:
    from icalendar import Event

KEY_LENGTH = 16

AHEAD = (
    MilestoneState.AGREED,
    MilestoneState.ACTIVE,
    MilestoneState.SUBMITTED,
    MilestoneState.CHANGES_REQUESTED,
    MilestoneState.PARTLY_ACCEPTED,
)


def token(feed: CalendarFeed, secret: bytes) -> str:
    """The feed's secret address: its key and HMAC(secret, key, generation), never stored."""
    digest = hmac.digest(secret, f"calendar:{feed.key}:{feed.generation}".encode(), "sha256")
    return str(feed.key) + urlsafe_b64encode(digest).decode().rstrip("=")


def of_token(given: str, secret: bytes) -> CalendarFeed | None:
    """The feed that a token opens."""
    feed: CalendarFeed | None = CalendarFeed.get_or_none(CalendarFeed.key == given[:KEY_LENGTH])
    if feed is None or not given.isascii():
        return None
    return feed if hmac.compare_digest(token(feed, secret), given) else None


def of(owner: User) -> CalendarFeed | None:
    """The owner's feed, if they have one."""
    found: CalendarFeed | None = CalendarFeed.get_or_none(CalendarFeed.owner == owner.id)
    return found


def renew(owner: User, now: datetime) -> CalendarFeed:
    """Make the owner's feed, or give it another address: the one before shows nothing more."""
    with write(owner):
        changed = (
            CalendarFeed.update(generation=CalendarFeed.generation + 1, made_at=now)
            .where(CalendarFeed.owner == owner.id)
            .execute()
        )
        if not changed:
            key = secrets.token_urlsafe(12)
            CalendarFeed.create(owner=owner, key=key, made_at=now)
    feed = of(owner)
    if feed is None:
        raise LookupError("the feed that was just written")
    return feed


def end(owner: User) -> None:
    """Take the feed away."""
    CalendarFeed.delete().where(CalendarFeed.owner == owner.id).execute()


def written(feed: CalendarFeed, now: datetime) -> bytes:
    """The feed as a calendar reads it: whole days, nothing that reminds by itself."""
    # Loaded where a calendar asks, not by every process.
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//Milepost//Due dates//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Milepost")
    for event in (*_invoices(feed.owner, now), *_milestones(feed.owner, now)):
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _invoices(owner: User, now: datetime) -> "list[Event]":
    return [
        _event(
            f"invoice-{invoice.id}",
            invoice.due_on,
            f"{invoice.client.name}: {format.money(due, invoice.currency)} ({invoice.number})",
            now,
        )
        for invoice, due in records.open_invoices(owner)
    ]


def _milestones(owner: User, now: datetime) -> "list[Event]":
    found = Milestone.of(owner).where(
        Milestone.deleted_at.is_null(),
        Milestone.due_on.is_null(False),
        Milestone.state.in_(AHEAD),
        Project.state == ProjectState.ACTIVE,
    )
    return [
        _event(f"milestone-{row.id}", row.due_on, f"{row.project.title}: {row.title}", now)
        for row in found.order_by(Milestone.due_on, Milestone.id)
    ]


def _event(uid: str, day: date, summary: str, now: datetime) -> "Event":
    from icalendar import Event as Made

    event = Made()
    event.add("uid", f"{uid}@milepost")
    event.add("dtstamp", now.replace(tzinfo=UTC))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", summary)
    event.add("transp", "TRANSPARENT")
    return event
