"""Composing a change order: what is altered, taken out, put in its place, added or given away."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from billing import events
from billing.agreeing import agreements, composing
from billing.changes import outlook, typed
from billing.planning.terms import Terms, terms_of
from billing.refusals import N_, Conflict, Refusal, WrongState
from models import (
    Agreement,
    AgreementKind,
    AgreementState,
    Change,
    ChangeKind,
    Contact,
    Milestone,
    Project,
    ProjectState,
    write,
)

REASON = "reason"
"""The key of the one clause that a change order has: why it is proposed."""


class NotUnderWay(Conflict):
    sentence = N_("Only an agreement that is in force can be changed, while its project is active.")


class ChangeOut(Conflict):
    sentence = N_(
        "Change %(number)s is out to sign. Wait for the signature or withdraw it, then propose"
        " another."
    )


class Untouchable(Conflict):
    sentence = N_("“%(title)s” cannot be changed now: it is %(state)s.")


class Unfinished(Refusal):
    sentence = N_("Write an outcome, a price and at least one criterion.")
    field = "title"


class FavourMissing(Refusal):
    sentence = N_("Say what you give on top.")
    field = "title"


def draft_of(project: Project) -> Agreement | None:
    """The change order that is being composed."""
    found: Agreement | None = Agreement.get_or_none(
        (Agreement.project == project.id)
        & (Agreement.kind == AgreementKind.CHANGE_ORDER)
        & (Agreement.state == AgreementState.DRAFT)
    )
    return found


def proposal(project: Project, now: datetime) -> Agreement:
    """The draft to work on, not kept yet where there is none."""
    kept = draft_of(project)
    if kept is not None:
        return kept
    newest = agreements.newest(project)
    return Agreement(
        project=project,
        kind=AgreementKind.CHANGE_ORDER,
        version=newest.version + 1 if newest else 1,
        clauses=[],
        signer=composing.next_signer(project, newest),
        created_at=now,
    )


def _kept(project: Project, now: datetime) -> Agreement:
    """The draft, kept. Runs in the caller's write(). Refuses NotUnderWay, ChangeOut."""
    refuse_now(project)
    draft = proposal(project, now)
    if draft.id is None:
        draft.save()
    events.touch(project)
    return draft


def refuse_now(project: Project) -> None:
    """Refuse NotUnderWay and ChangeOut where no change can be composed."""
    state = Project.select(Project.state).where(Project.id == project.id).scalar()
    if state != ProjectState.ACTIVE or not agreements.in_force(project):
        raise NotUnderWay
    out = agreements.standing(project)
    if out is not None:
        raise ChangeOut(number=agreements.number_of(out))


def reason_of(draft: Agreement) -> str:
    """Why the owner proposes it, "" where they do not say."""
    return next((str(row["body"]) for row in draft.clauses if row["key"] == REASON), "")


def revise(
    project: Project, reason: str, signer: Contact | None, expires_on: date | None, now: datetime
) -> Agreement:
    """Save who signs, until when, and why. Refuses LastDayPassed, NotUnderWay, ChangeOut."""
    if composing.is_past(project, expires_on, now):
        raise composing.LastDayPassed
    with write(project):
        draft = _kept(project, now)
        draft.clauses = (
            [{"key": REASON, "heading": "", "body": reason.strip(), "on": True}]
            if reason.strip()
            else []
        )
        draft.signer, draft.expires_on = signer, expires_on
        draft.save()
    return draft


def alter(milestone: Milestone, terms: Terms, place: int | None, now: datetime) -> Change | None:
    """Give a milestone other terms; None where they are those that are agreed.

    When it is billed stays as signed, and `place` is the 1-based one in the plan. Refuses
    Unfinished, PriceBelowZero, Untouchable, NotUnderWay, ChangeOut.
    """
    agreed = terms_of(milestone)
    terms = replace(terms, billing=agreed.billing, option=agreed.option)
    _complete(terms)
    with write(milestone.project):
        draft = _on(milestone, now)
        if terms == agreed and place in (None, _place(milestone)):
            return None
        place = None if place == _place(milestone) else place
        return _put(draft, ChangeKind.ALTER, milestone, typed.stored(terms, place))


def remove(milestone: Milestone, note: str, now: datetime) -> Change:
    """Take a milestone out. Refuses Untouchable, NotUnderWay, ChangeOut."""
    with write(milestone.project):
        return _put(_on(milestone, now), ChangeKind.REMOVE, milestone, note=note)


def swap(milestone: Milestone, terms: Terms, now: datetime) -> Change:
    """Put another milestone in the place of one, at the same price.

    Refuses Unfinished, SharesDoNotAddUp, DateMissing, Untouchable, NotUnderWay, ChangeOut.
    """
    terms = replace(terms, price=milestone.price, billing=terms.billing.meant())
    _complete(terms)
    with write(milestone.project):
        draft = _on(milestone, now)
        row = _reserve(draft, terms, now)
        return _put(draft, ChangeKind.SWAP, milestone, typed.stored(terms), added=row)


def add(
    project: Project,
    terms: Terms,
    place: int | None,
    now: datetime,
    instead_of: Change | None = None,
) -> Change:
    """A further milestone; `instead_of` is an added one as it was typed before.

    Refuses Unfinished, PriceBelowZero, SharesDoNotAddUp, DateMissing, NotUnderWay, ChangeOut.
    """
    terms = replace(terms, billing=terms.billing.meant())
    _complete(terms)
    with write(project):
        draft = _kept(project, now)
        _drop(draft, instead_of)
        row = _reserve(draft, terms, now)
        return _put(draft, ChangeKind.ADD, None, typed.stored(terms, place), added=row)


def favour(
    project: Project,
    title: str,
    note: str,
    worth: int | None,
    now: datetime,
    instead_of: Change | None = None,
) -> Change:
    """Something given on top at no price; `worth` is what it would have cost, in minor units.

    Refuses FavourMissing, NotUnderWay, ChangeOut.
    """
    if not title.strip():
        raise FavourMissing
    with write(project):
        draft = _kept(project, now)
        _drop(draft, instead_of)
        terms = {"title": title.strip(), "worth": worth}
        return _put(draft, ChangeKind.FAVOUR, None, terms, note)


def again(order: Agreement, now: datetime) -> Agreement:
    """Begin a draft with what an ended change order proposed, as far as that can still be done.

    Refuses WrongState for one that has not ended, NotUnderWay, ChangeOut.
    """
    if order.state not in agreements.ENDED or not agreements.is_change(order):
        raise WrongState(state=order.state)
    with write(order.project):
        draft = _kept(order.project, now)
        for change in outlook.changes_of(order):
            row: Milestone | None = change.milestone
            if row is not None and not outlook.may_touch(row):
                continue
            if row is not None:
                _on(row, now)
            added = _reserve(draft, typed.read(change.terms), now) if change.added_id else None
            _put(draft, ChangeKind(change.kind), row, change.terms, change.note, added)
        draft.clauses = draft.clauses or order.clauses
        draft.save()
    return draft


def take_back(change: Change) -> None:
    """Leave a change out again. Refuses AlreadySent once it is out to sign."""
    project = change.agreement.project
    with write(project):
        _drop(agreements.unsent(change.agreement), change)
        events.touch(project)


def discard(draft: Agreement) -> None:
    """Give up a change order that nobody has seen. Refuses AlreadySent."""
    with write(draft.project):
        stored = agreements.unsent(draft)
        for change in outlook.changes_of(stored):
            _drop(stored, change)
        stored.delete_instance()
        events.touch(draft.project)


def _complete(terms: Terms) -> None:
    terms.columns()
    if not terms.title:
        raise Unfinished
    if terms.price is None:
        raise Unfinished(field="price")
    if not terms.criteria:
        raise Unfinished(field="criteria")


def _on(milestone: Milestone, now: datetime) -> Agreement:
    """The kept draft without what it said of a milestone that may be changed."""
    draft = _kept(milestone.project, now)
    stored: Milestone = Milestone.get_by_id(milestone.id)
    if not outlook.may_touch(stored) or stored.deleted_at is not None:
        raise Untouchable(title=stored.title, state=stored.state)
    _drop(draft, Change.get_or_none(Change.agreement == draft.id, Change.milestone == stored.id))
    return draft


def _drop(draft: Agreement, change: Change | None) -> None:
    """Take a change and the row kept for it out of a draft."""
    if change is None or change.agreement_id != draft.id:
        return
    row = change.added_id
    change.delete_instance()
    if row is not None:
        Milestone.delete().where(Milestone.id == row, Milestone.deleted_at.is_null(False)).execute()


def _reserve(draft: Agreement, terms: Terms, now: datetime) -> Milestone:
    """A row outside the plan, so that what is signed can name the milestone by its id."""
    made: Milestone = Milestone.create(
        project=draft.project_id, position=0, title=terms.title, deleted_at=now
    )
    return made


def _put(
    draft: Agreement,
    kind: ChangeKind,
    milestone: Milestone | None,
    terms: dict[str, Any] | None = None,
    note: str = "",
    added: Milestone | None = None,
) -> Change:
    rows = outlook.changes_of(draft)
    made: Change = Change.create(
        agreement=draft,
        position=rows[-1].position + 1 if rows else 0,
        kind=kind,
        milestone=milestone,
        added=added,
        terms=terms or {},
        note=note.strip(),
    )
    return made


def _place(milestone: Milestone) -> int:
    """The 1-based place of a milestone among those in force."""
    ids = [row.id for row in outlook.in_force(milestone.project)]
    return ids.index(milestone.id) + 1 if milestone.id in ids else 0
