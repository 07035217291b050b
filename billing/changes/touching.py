"""What a change order that is out holds still: nobody works on under terms that may not stand."""

from billing.agreeing import versions
from billing.changes import outlook
from billing.refusals import N_, Conflict
from models import Agreement, Milestone, Project


class Touched(Conflict):
    sentence = N_(
        "“%(title)s” is part of change %(number)s, which is out to sign. Wait until both have"
        " signed, or withdraw the change; then submit it."
    )


class MovedOn(Conflict):
    sentence = N_(
        "“%(title)s” has moved on since this change was proposed, so the change cannot come into"
        " force. Withdraw it and propose another."
    )


def standing_change(project: Project) -> Agreement | None:
    """The change order that is on its way to being signed and sealed."""
    out = versions.standing(project)
    return out if out is not None and versions.is_change(out) else None


def touched(change_order: Agreement) -> list[int]:
    """The ids of the milestones that a frozen change order alters or takes out."""
    said = versions.read(change_order)
    return [int(each["before"]["id"]) for each in said["changes"] if each["before"]]


def refuse_touched(milestone: Milestone) -> None:
    """Refuse Touched while an unsigned change order speaks of the milestone."""
    out = standing_change(milestone.project)
    if out is not None and milestone.id in touched(out):
        raise Touched(title=milestone.title, number=versions.number_of(out))


def refuse_moved_on(change_order: Agreement) -> None:
    """Refuse MovedOn where a milestone it speaks of may not be changed any more."""
    if not versions.is_change(change_order):
        return
    for row in Milestone.select().where(Milestone.id.in_(touched(change_order))):
        if not outlook.may_touch(row):
            raise MovedOn(title=row.title)
