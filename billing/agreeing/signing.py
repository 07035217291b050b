"""Signing: the client first, then the owner; each exactly once, on the document they were shown."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from billing import clock, events, files, format, outbox
from billing.accepting import foreseeing, gates
from billing.actors import Actor
from billing.agreeing import agreements, codes, consumers
from billing.agreeing.agreements import OUT
from billing.agreeing.codes import Given, Proof
from billing.changes import touching
from billing.invoicing import announcing
from billing.invoicing.announcing import Raised
from billing.people import accounts
from billing.planning import options, projects
from billing.refusals import (
    N_,
    AlreadySigned,
    Conflict,
    ConsentMissing,
    NameMissing,
    NotSignable,
    NotYours,
    OtherDocument,
    Refusal,
    WrongState,
)
from billing.states import move
from models import (
    Agreement,
    AgreementState,
    Contact,
    Milestone,
    Signature,
    TriggerKind,
    User,
    write,
)

CONSENT = N_(
    "I agree to sign electronically and to receive this agreement and its records electronically."
)
STATEMENT = N_("I have read “%(title)s”, version %(version)s, and agree to it: %(total)s in total.")
CHANGE_STATEMENT = N_(
    "I have read change %(number)s of “%(title)s” and agree to it: %(total)s in total from now on."
)


class OfferOver(Conflict):
    sentence = N_("The last day to sign this offer has passed. A new one has to be sent.")


@dataclass(frozen=True)
class Intent:
    """What a signer did on the page.

    `document_sha256` is the PDF they were shown, `statement` and `consent` the words
    beside the ticked boxes, `key` makes a repeated post the same signature, `drawing` is a
    picture that drawings.cleaned() made. `early` are the words beside the box that asks to begin
    before a consumer's time to withdraw is over, "" if it was not ticked.
    """

    name: str
    document_sha256: str
    statement: str
    consent: str
    agreed: bool
    consented: bool
    key: str
    address: str = ""
    user_agent: str = ""
    drawing: bytes = b""
    early: str = ""


def statement(agreement: Agreement) -> str:
    """The words beside the box, to be filled with what named() says."""
    return CHANGE_STATEMENT if agreements.is_change(agreement) else STATEMENT


def named(agreement: Agreement) -> dict[str, Any]:
    """What the statement names: the title, version and total that the frozen document says."""
    said = agreements.read(agreement)
    total = format.money(said["totals"]["total"], said["currency"], said["language"])
    number = said.get("number", 0)
    title, version = said["project"]["title"], said["version"]
    return {"title": title, "version": version, "number": number, "total": total}


def sign(
    agreement: Agreement, intent: Intent, by: Contact, now: datetime, given: Given | None = None
) -> Signature:
    """The client's signature. A repeat with the same key answers with the same signature.

    `given` is the one-time code as typed; None where no mail can bring one. Refuses NotYours,
    ConsentMissing, NameMissing, OtherDocument, AlreadySigned, NotSignable, OfferOver, and what
    codes.tried() answers.
    """
    if agreement.signer_id != by.id:
        raise NotYours(role=agreement.signer.name)
    _complete(intent)
    with write(agreement.project):
        done = _already(agreement, "client", intent)
        if done:
            return done
        _signable(agreement, intent, now)
        proof = codes.tried(agreement, by, given, now) if given else Proof()
        if not isinstance(proof, Refusal):
            _advance(agreement, *OUT, to=AgreementState.CLIENT_SIGNED)
            signature = _signature(agreement, intent, now, proof, party="client", contact=by)
            _record("agreement.client_signed", agreement, signature, by, now)
            if intent.early:
                consumers.keep_request(agreement, intent.early, by, now)
            return signature
    # Only now, so that a wrong try stays counted.
    raise proof


def countersign(
    agreement: Agreement, intent: Intent, by: User, now: datetime, password: str | None = None
) -> Signature:
    """The owner's signature, after which the worker seals the agreement and puts it in force.

    `password` is the owner's own, typed once more. Refuses ConsentMissing, NameMissing,
    WrongPassword, OtherDocument, AlreadySigned, NotSignable, OfferOver.
    """
    _complete(intent)
    proof = Proof()
    if password is not None:
        accounts.prove(by, password)
        proof = Proof("password")
    project = agreement.project
    with write(project):
        done = _already(agreement, "owner", intent)
        if done:
            return done
        _signable(agreement, intent, now)
        _advance(agreement, AgreementState.CLIENT_SIGNED, to=AgreementState.COUNTERSIGNED)
        signature = _signature(agreement, intent, now, proof, party="owner", user=by)
        _record("agreement.countersigned", agreement, signature, by, now)
        both_signed(agreement, now)
    return signature


def both_signed(agreement: Agreement, now: datetime) -> None:
    """What follows when both have signed, however they did: the worker seals it.

    Only the seal puts it in force. Runs in the caller's write(). Refuses MovedOn for a change
    order that the work has overtaken.
    """
    touching.refuse_moved_on(agreement)
    facts = {"seal": agreement.id}
    outbox.document("seal", agreement.project, f"document:seal:{agreement.id}", now, facts)


def _complete(intent: Intent) -> None:
    if not intent.name.strip():
        raise NameMissing
    if not (intent.agreed and intent.consented):
        raise ConsentMissing(field="agreed" if not intent.agreed else "consented")


def _already(agreement: Agreement, party: str, intent: Intent) -> Signature | None:
    found: Signature | None = Signature.get_or_none(
        (Signature.agreement == agreement.id) & (Signature.party == party)
    )
    if found is not None and found.key != _key(agreement, party, intent):
        raise AlreadySigned(name=found.name)
    return found


def _key(agreement: Agreement, party: str, intent: Intent) -> str:
    """Keys are chosen by the browser, so one is good for one signature under one version only."""
    return f"{agreement.id}:{party}:{intent.key[:64]}"


def _signable(agreement: Agreement, intent: Intent, now: datetime) -> None:
    stored: Agreement = Agreement.get_by_id(agreement.id)
    if stored.state not in agreements.OPEN:
        raise NotSignable(state=stored.state)
    if stored.document is None or stored.document.file.sha256 != intent.document_sha256:
        raise OtherDocument
    options.settled(agreements.read(stored))
    if agreements.is_over(stored, now):
        raise OfferOver


def _advance(agreement: Agreement, *allowed: str, to: str) -> None:
    try:
        move(agreement, *allowed, to=to)
    except WrongState as refusal:
        raise NotSignable(**refusal.facts) from refusal


def _signature(
    agreement: Agreement,
    intent: Intent,
    now: datetime,
    proof: Proof,
    party: str,
    contact: Contact | None = None,
    user: User | None = None,
) -> Signature:
    drawing = files.put(intent.drawing, "image/png") if intent.drawing else None
    made: Signature = Signature.create(
        agreement=agreement,
        party=party,
        contact=contact,
        user=user,
        name=intent.name.strip(),
        kind="drawn" if drawing else "typed",
        drawing=drawing,
        statement=intent.statement,
        consent=intent.consent,
        document_sha256=intent.document_sha256,
        key=_key(agreement, party, intent),
        address=intent.address,
        user_agent=intent.user_agent[:400],
        signed_at=now,
        proof=proof.kind,
        code=proof.code,
        proof_message=proof.message,
    )
    return made


def _record(
    kind: str, agreement: Agreement, signature: Signature, by: Actor, now: datetime
) -> None:
    events.record(
        kind,
        agreement.project,
        by,
        now,
        agreement=agreement.id,
        version=agreement.version,
        document_sha256=signature.document_sha256,
        signature=signature.id,
        made=signature.kind,
        proof=signature.proof,
        drawing_sha256=signature.drawing_sha256 or "",
        name=signature.name,
    )


@dataclass(frozen=True)
class Consequence:
    """What counter-signing does: invoices raised, milestones that start or wait for payment."""

    invoices: list[Raised]
    starting: list[Milestone]
    waiting: list[Milestone]


def consequence(agreement: Agreement, now: datetime) -> Consequence:
    """What countersign() would do now, computed from the same charges and totals."""
    project = agreement.project
    milestones = list(Milestone.live(project))
    today = clock.local_date(now, projects.zone_of(project))
    due = announcing.by_kind(milestones, TriggerKind.ON_SIGNING)
    deposits = announcing.raised(project, due, today)
    found = gates.at_signing(agreement, sum(each.total for each in deposits), milestones, now)
    starting = [row for row in milestones if row.id in found]
    waiting = [row for row in milestones if row.id not in found]
    begun = foreseeing.starting(project, starting, today)
    return Consequence(deposits + begun, starting, waiting)
