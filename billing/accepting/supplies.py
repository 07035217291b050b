"""Meeting client duties: what the client supplies with files or a link, and what was not complete.

A duty that is overdue moves its milestone's day and makes the review clock stand: see owed.
"""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from billing import events, outbox
from billing.accepting import uploads
from billing.accepting.uploads import ROOM, Room, Upload
from billing.planning import duties
from billing.planning.duties import Duty
from billing.refusals import N_, Conflict, Refusal
from billing.web_addresses import web_address
from models import (
    Contact,
    Milestone,
    MilestoneState,
    Project,
    ProjectState,
    Supply,
    SupplyFile,
    User,
    write,
)

OPEN = (
    MilestoneState.AGREED,
    MilestoneState.ACTIVE,
    MilestoneState.SUBMITTED,
    MilestoneState.CHANGES_REQUESTED,
    MilestoneState.PARTLY_ACCEPTED,
    MilestoneState.DISPUTED,
)
"""A milestone in one of these still needs what its client was to supply."""


class NotNeeded(Conflict):
    sentence = N_("“%(duty)s” is not needed any more: the plan went on. Reload the page.")


class SuppliedAlready(Conflict):
    sentence = N_("“%(duty)s” is there already.")


class WhyMissing(Refusal):
    sentence = N_("Say what is missing, so that your client can complete it.")
    field = "reason"


class ReopenedAlready(Conflict):
    sentence = N_("It is said already that “%(duty)s” is not complete.")


def supply(
    milestone: Milestone,
    duty: str,
    by: User | Contact,
    now: datetime,
    key: str,
    note: str = "",
    link: str = "",
    given: Sequence[Upload] = (),
    room: Room = ROOM,
) -> Supply:
    """Say that a duty (its words) is met, with what was supplied. The same `key` again is the same.

    An owner notes so what arrived another way. Refuses NotNeeded, SuppliedAlready, NotALink,
    TooManyFiles, NoRoom.
    """
    project: Project = milestone.project
    address = web_address(link)
    with write(project):
        key = f"{milestone.id}:{sha256(key.encode()).hexdigest()}"
        known: Supply | None = Supply.get_or_none(Supply.key == key)
        if known is not None:
            return known
        needed = _needed(milestone, duty)
        if _standing(milestone, duty) is not None:
            raise SuppliedAlready(duty=duty)
        files = uploads.give(milestone, given, by, now, room)
        event = events.record(
            "duty.supplied",
            project,
            by,
            now,
            milestone=milestone.id,
            title=milestone.title,
            duty=needed.text,
            due_on=needed.due_on.isoformat(),
            files=[row.file.sha256 for row in files],
            note=note.strip(),
        )
        made: Supply = Supply.create(
            milestone=milestone,
            event=event,
            contact=by if isinstance(by, Contact) else None,
            duty=needed.text,
            due_on=needed.due_on,
            note=note.strip(),
            link=address,
            key=key,
            supplied_at=now,
        )
        for row in files:
            SupplyFile.create(supply=made, attachment=row)
        if isinstance(by, Contact):
            facts = {"milestone": milestone.id, "supply": made.id}
            letter = "duty_supplied"
            outbox.mail(letter, project, project.owner, f"{letter}:{made.id}", now, facts)
    return made


def reopen(supply: Supply, reason: str, by: User, now: datetime) -> None:
    """Say what is missing of what was supplied: the duty is open again.

    Refuses WhyMissing, ReopenedAlready, NotNeeded.
    """
    milestone: Milestone = supply.milestone
    project: Project = milestone.project
    if not reason.strip():
        raise WhyMissing
    with write(project):
        _needed(milestone, str(supply.duty))
        columns = {"reopened_at": now, "reopened_why": reason.strip()}
        open_still = Supply.reopened_at.is_null()
        if not Supply.update(**columns).where(Supply.id == supply.id, open_still).execute():
            raise ReopenedAlready(duty=supply.duty)
        events.record(
            "duty.reopened",
            project,
            by,
            now,
            milestone=milestone.id,
            title=milestone.title,
            duty=supply.duty,
            supply=supply.id,
            reason=reason.strip(),
        )
        facts = {"milestone": milestone.id, "supply": supply.id}
        for contact in _suppliers(supply):
            key = f"duty_reopened:{supply.id}:{contact.id}"
            outbox.mail("duty_reopened", project, contact, key, now, facts)


def _suppliers(supply: Supply) -> list[Contact]:
    """Who supplied it, or those who decide for the client."""
    contact: Contact | None = supply.contact
    if contact is not None and contact.removed_at is None:
        return [contact]
    return list(outbox.contacts(supply.milestone.project, "approver"))


def _needed(milestone: Milestone, duty: str) -> Duty:
    """The duty with these words, as the plan has it now. Refuses NotNeeded."""
    stored: Milestone = Milestone.get_by_id(milestone.id)
    is_active = stored.project.state == ProjectState.ACTIVE and stored.deleted_at is None
    known = {each.text: each for each in duties.read(stored.duties)}
    if duty not in known or not is_active or stored.state not in OPEN:
        raise NotNeeded(duty=duty)
    return known[duty]


def _standing(milestone: Milestone, duty: str) -> Supply | None:
    found: Supply | None = Supply.get_or_none(
        Supply.milestone == milestone.id, Supply.duty == duty, Supply.reopened_at.is_null()
    )
    return found


def of(project: Project, supply_id: int) -> Supply | None:
    """One of what a project's client supplied."""
    found: Supply | None = Supply.in_project(project).where(Supply.id == supply_id).first()
    return found
