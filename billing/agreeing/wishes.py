"""What a signer asks the owner for before signing, and how it is answered."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from billing import events
from billing.agreeing import agreements
from billing.agreeing.agreements import OUT
from billing.refusals import N_, Conflict, NotSignable, NotYours, Refusal
from models import Agreement, AgreementState, Contact, Project, User, Wish, write

PER_DAY = 3
"""Wishes of one kind under one version."""


class AskedTooOften(Refusal):
    sentence = N_("You asked for this several times today already. Please write a mail instead.")


class AlreadyAnswered(Conflict):
    sentence = N_("This was answered already.")


def ask(
    agreement: Agreement,
    kind: str,
    by: Contact,
    now: datetime,
    states: Sequence[str] = OUT,
    **said: str,
) -> Wish:
    """Put a wish of the signer before the owner; one that is open already is the same wish.

    Runs in the caller's write(). Refuses NotYours, NotSignable, AskedTooOften.
    """
    if agreement.signer_id != by.id:
        raise NotYours(role=agreement.signer.name)
    stored: Agreement = Agreement.get_by_id(agreement.id)
    if stored.state not in states:
        raise NotSignable(state=stored.state)
    known = waiting(stored, kind)
    if known is not None:
        return known
    lately = Wish.asked_at > now - timedelta(days=1)
    if of(stored, kind).where(lately).count() >= PER_DAY:
        raise AskedTooOften
    made: Wish = Wish.create(agreement=stored, contact=by, kind=kind, asked_at=now, **said)
    personal = {name: said.get(name, "") for name in PERSONAL[kind]}
    agreements.note(ASKED[kind], stored, by, now, wish=made.id, **personal)
    return made


ASKED = {
    "paper": "agreement.paper_asked",
    "forward": "agreement.forward_asked",
    "objection": "agreement.objected",
}
PERSONAL = {"paper": ("note",), "forward": ("name", "email", "note"), "objection": ("note",)}


def of(agreement: Agreement, kind: str) -> Any:
    """All wishes of a kind under one version."""
    return Wish.select().where(Wish.agreement == agreement.id, Wish.kind == kind)


def waiting(agreement: Agreement, kind: str) -> Wish | None:
    """The wish of a kind that the owner has not answered yet."""
    found: Wish | None = of(agreement, kind).where(Wish.answered_at.is_null()).first()
    return found


def latest(agreement: Agreement, kind: str) -> Wish | None:
    """The newest wish of a kind, answered or not."""
    found: Wish | None = of(agreement, kind).order_by(Wish.id.desc()).first()
    return found


def open_of(project: Project) -> Wish | None:
    """What a signer of this project waits for an answer to, if the offer still stands."""
    found: Wish | None = _open().where(Agreement.project == project.id).first()
    return found


def open_for(owner: User) -> Any:
    """The same over all projects of an owner, the oldest first."""
    return _open().where(Project.owner == owner.id)


def _open() -> Any:
    offered = Wish.kind.in_(["paper", "forward"]) & Agreement.state.in_(OUT)
    return (
        Wish.select(Wish, Agreement, Project, Contact)
        .join(Agreement, on=(Wish.agreement == Agreement.id))
        .join(Project)
        .join_from(Wish, Contact)
        .where(Wish.answered_at.is_null(), offered | (Wish.kind == "objection"))
        .order_by(Wish.id)
    )


def answer(wish: Wish, answer: str, now: datetime, **columns: Any) -> None:
    """Mark a wish as followed or refused. Runs in the caller's write(). Refuses AlreadyAnswered."""
    marked = (
        Wish.update(answer=answer, answered_at=now, **columns)
        .where(Wish.id == wish.id, Wish.answered_at.is_null())
        .execute()
    )
    if not marked:
        raise AlreadyAnswered


def settle(wish: Wish, by: User, now: datetime) -> None:
    """The owner has seen to an objection, or a wish for paper without recording one here."""
    with write(wish.agreement.project):
        answer(wish, "followed", now)
        events.touch(wish.agreement.project)


def object_to(agreement: Agreement, note: str, by: Contact, now: datetime) -> Wish:
    """The signer says that what was recorded as signed on paper is not right.

    Refuses what ask() refuses.
    """
    with write(agreement.project):
        return ask(agreement, "objection", by, now, SIGNED, note=note.strip())


SIGNED = (AgreementState.COUNTERSIGNED, AgreementState.ACTIVE)
