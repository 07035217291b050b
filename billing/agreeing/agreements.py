"""Agreements once composed: frozen and sent, read, declined, withdrawn, expired, in force."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import rfc8785

from billing import events, files
from billing.actors import CLOCK, Actor
from billing.agreeing import freezing
from billing.agreeing.composing import Missing, compose, is_past, missing, proposal
from billing.agreeing.versions import (
    ENDED,
    OPEN,
    OUT,
    base,
    current,
    in_force,
    is_change,
    newest,
    number_of,
    read,
    standing,
    version,
    versions,
)
from billing.apart import apart
from billing.people.links import open_for
from billing.planning import options
from billing.refusals import (
    N_,
    AlreadySent,
    Conflict,
    Incomplete,
    NotYours,
    ReasonMissing,
    WrongState,
)
from billing.states import move
from models import (
    Agreement,
    AgreementState,
    Contact,
    Delivery,
    Project,
    ProjectState,
    User,
    write,
)

# Composed and looked up elsewhere, asked for here.
__all__ = [
    "ENDED", "OPEN", "OUT", "base", "compose", "current", "in_force", "is_change", "missing",
    "newest", "number_of", "read", "standing", "version", "versions",
]  # fmt: skip


class PlanChanged(Conflict):
    sentence = N_(
        "The plan or the agreement was changed since you opened this page. Read it again before"
        " you send it."
    )


def send(agreement: Agreement, by: User, now: datetime, seen: str | None = None) -> None:
    """Freeze the payload and lock the plan; the worker makes the PDF and then sends.

    `seen` is the freezing.digest() of what the owner was shown. Refuses Incomplete (with
    `missing`, what blocks it), PlanChanged, AlreadySent.
    """
    project = agreement.project
    with write(project):
        draft = unsent(agreement)
        blocking = missing(draft, now)
        if blocking:
            raise Incomplete(missing=blocking)
        freeze(agreement, freezing.payload(draft, now), by, now, seen)
        move(project, ProjectState.DRAFT, to=ProjectState.OFFERED)


def unsent(agreement: Agreement) -> Agreement:
    """A draft as it is stored now. Refuses AlreadySent."""
    draft: Agreement = Agreement.get_by_id(agreement.id)
    if draft.state != AgreementState.DRAFT:
        raise AlreadySent
    return draft


def freeze(
    agreement: Agreement, said: dict[str, Any], by: User, now: datetime, seen: str | None
) -> None:
    """Keep for good what a version says. Runs in the caller's write(). Refuses PlanChanged."""
    if seen is not None and seen != freezing.digest(said):
        raise PlanChanged
    frozen = rfc8785.dumps(said)
    digest = sha256(frozen).hexdigest()
    move(
        agreement,
        AgreementState.DRAFT,
        to=AgreementState.PREPARING,
        payload=frozen,
        payload_sha256=digest,
    )
    open_for(agreement.project, Agreement.get_by_id(agreement.id).signer, by, now)
    change = {"change": number_of(agreement)} if is_change(agreement) else {}
    note("agreement.prepared", agreement, by, now, payload_sha256=digest, **change)


def deliver(agreement: Agreement, pdf: bytes, by: Actor, now: datetime) -> None:
    """Attach the rendered PDF for good and invite the signer. Refuses WrongState if withdrawn."""
    project = agreement.project
    with write(project):
        kind = "change" if is_change(agreement) else "agreement"
        name = f"{kind}-{project.id}-v{agreement.version}.pdf"
        document = files.document(project.owner, name, pdf, now)
        move(
            agreement,
            AgreementState.PREPARING,
            to=AgreementState.SENT,
            document=document,
            sent_at=now,
        )
        note(
            "agreement.sent",
            agreement,
            by,
            now,
            document_sha256=document.file.sha256,
            recipient=agreement.signer.email,
        )


def view(agreement: Agreement, by: Contact, now: datetime) -> None:
    """Note that the signer read the page; nothing if that is known or no longer matters."""
    if agreement.signer_id != by.id:
        return
    with write(agreement.project):
        seen = (
            Agreement.update(state=AgreementState.VIEWED)
            .where(Agreement.id == agreement.id, Agreement.state == AgreementState.SENT)
            .execute()
        )
        if seen:
            note("agreement.viewed", agreement, by, now)


def void(agreement: Agreement, by: Actor, now: datetime) -> None:
    """Withdraw an offer that is not in force; the plan opens again. Refuses WrongState."""
    with write(agreement.project):
        state = Agreement.select(Agreement.state).where(Agreement.id == agreement.id).scalar()
        move(agreement, AgreementState.PREPARING, *OPEN, to=AgreementState.VOIDED)
        _reopen(agreement)
        if state == AgreementState.PREPARING and not read(agreement).get("chosen"):
            # The client has not heard of it yet, so there is nothing to tell.
            events.touch(agreement.project)
        else:
            note("agreement.voided", agreement, by, now)


def decline(agreement: Agreement, reason: str, by: Contact, now: datetime) -> None:
    """The signer says no, with a reason; the plan opens again.

    Refuses NotYours, ReasonMissing, WrongState.
    """
    if agreement.signer_id != by.id:
        raise NotYours(role=agreement.signer.name)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    with write(agreement.project):
        move(agreement, *OUT, to=AgreementState.DECLINED)
        _reopen(agreement)
        note("agreement.declined", agreement, by, now, reason=reason.strip())


def is_over(agreement: Agreement, now: datetime) -> bool:
    """Whether the offer's last day has passed where the seller is."""
    return is_past(agreement.project, agreement.expires_on, now)


def expire(agreement: Agreement, now: datetime) -> None:
    """End an offer whose last day has passed before both had signed; the plan opens again.

    Refuses WrongState.
    """
    with write(agreement.project):
        move(agreement, *OPEN, to=AgreementState.EXPIRED)
        _reopen(agreement)
        note("agreement.expired", agreement, CLOCK, now)


def expire_lapsed(now: datetime) -> int:
    """Expire every offer whose last day has passed; answers how many. What fails for one holds up
    no other."""
    # No zone is more than a day ahead of UTC, so this finds all of them and some that stand.
    candidates = Agreement.select().where(
        Agreement.state.in_(OPEN), Agreement.expires_on < (now + timedelta(days=1)).date()
    )
    lapsed = [agreement for agreement in candidates if is_over(agreement, now)]
    expired = 0
    for agreement in lapsed:
        # Signed or withdrawn meanwhile, it is none of those.
        with apart("the end of agreement", agreement.id), suppress(WrongState):
            expire(agreement, now)
            expired += 1
    return expired


def _reopen(agreement: Agreement) -> None:
    """Make the plan editable again once no offer of it stands. Runs in the caller's write().

    What a change order came to nothing of goes on under the old terms.
    """
    if not is_change(agreement):
        move(agreement.project, ProjectState.OFFERED, to=ProjectState.DRAFT)
        options.restore(agreement.project)


@dataclass(frozen=True)
class Overview:
    """Where a project's agreement stands: the version out or in force, or else the draft.

    With a draft, what is `missing` to send it and the version that `ended` before it.
    """

    agreement: Agreement
    missing: list[Missing]
    ended: Agreement | None


def overview(project: Project, now: datetime) -> Overview | None:
    """None for a project that is under way without an agreement."""
    latest = base(project)
    if project.state != ProjectState.DRAFT:
        return Overview(latest, [], None) if latest else None
    draft = proposal(project, now)
    ended = latest if latest is not None and latest.state in ENDED else None
    return Overview(draft, missing(draft, now), ended)


def story(agreement: Agreement) -> dict[str, events.Told]:
    """What happened to one version, by what: prepared, sent, viewed, declined and so on."""
    told = [
        each for each in events.history(agreement.project) if each.kind.startswith("agreement.")
    ]
    return {
        each.kind.removeprefix("agreement."): each
        for each in told
        if each.facts["agreement"] == agreement.id
    }


def ending(agreement: Agreement) -> events.Told | None:
    """What became of an offer that ended: the event, with when and the reason given."""
    told = story(agreement)
    return next((told[state] for state in ENDED if state in told), None)


def mailed(agreement: Agreement) -> Delivery | None:
    """The letter that invites the signer, to see whether it has gone out."""
    found: Delivery | None = Delivery.get_or_none(Delivery.key == f"agreement_sent:{agreement.id}")
    return found


def printed(agreement: Agreement) -> Delivery | None:
    """The making of the PDF, to see whether it has failed."""
    key = f"document:agreement:{agreement.id}"
    found: Delivery | None = Delivery.get_or_none(Delivery.key == key)
    return found


def note(kind: str, agreement: Agreement, by: Actor, now: datetime, **facts: Any) -> None:
    """Record what happened to one version. Runs in the caller's write()."""
    named = {"agreement": agreement.id, "version": agreement.version}
    events.record(kind, agreement.project, by, now, **named, **facts)
