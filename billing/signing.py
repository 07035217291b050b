"""Signing: the client first, then the owner; each exactly once, on the document they were shown."""

from dataclasses import dataclass
from datetime import datetime

from billing import charges, events, gates, invoices
from billing.actors import Actor
from billing.agreements import OUT, put_in_force
from billing.refusals import (
    N_,
    AlreadySigned,
    ConsentMissing,
    NameMissing,
    NotSignable,
    NotYours,
    OtherDocument,
    WrongState,
)
from billing.states import move
from models import Agreement, AgreementState, Contact, Signature, TriggerKind, User, write

CONSENT = N_(
    "I agree to sign electronically and to receive this agreement and its records electronically."
)
STATEMENT = N_("I have read “%(title)s”, version %(version)s, and agree to it: %(total)s in total.")


@dataclass(frozen=True)
class Intent:
    """What a signer did on the page.

    `document_sha256` is the PDF they were shown, `statement` and `consent` the words
    beside the ticked boxes, `key` makes a repeated post the same signature.
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


def sign(agreement: Agreement, intent: Intent, by: Contact, now: datetime) -> Signature:
    """The client's signature. A repeat with the same key answers with the same signature.

    Refuses NotYours, ConsentMissing, NameMissing, OtherDocument, AlreadySigned, NotSignable.
    """
    if agreement.signer_id != by.id:
        raise NotYours(role=agreement.signer.name)
    _complete(intent)
    with write(agreement.project):
        done = _already(agreement, "client", intent)
        if done:
            return done
        _same_document(agreement, intent)
        _advance(agreement, *OUT, to=AgreementState.CLIENT_SIGNED)
        signature = _signature(agreement, intent, now, party="client", contact=by)
        _record("agreement.client_signed", agreement, signature, by, now)
    return signature


def countersign(agreement: Agreement, intent: Intent, by: User, now: datetime) -> Signature:
    """The owner's signature, which puts the agreement in force and fires what is due on signing.

    Refuses ConsentMissing, NameMissing, OtherDocument, AlreadySigned, NotSignable.
    """
    _complete(intent)
    project = agreement.project
    with write(project):
        done = _already(agreement, "owner", intent)
        if done:
            return done
        _same_document(agreement, intent)
        _advance(agreement, AgreementState.CLIENT_SIGNED, to=AgreementState.COUNTERSIGNED)
        signature = _signature(agreement, intent, now, party="owner", user=by)
        _record("agreement.countersigned", agreement, signature, by, now)
        milestones = put_in_force(agreement, by, now)
        events.record("project.activated", project, by, now)
        fired = charges.fire(project, milestones, TriggerKind.ON_SIGNING, by, now)
        invoices.raise_for(project, fired, "signing", by, now)
        gates.open_next(project, by, now)
    return signature


def _complete(intent: Intent) -> None:
    if not intent.name.strip():
        raise NameMissing
    if not (intent.agreed and intent.consented):
        raise ConsentMissing(field="agreed" if not intent.agreed else "consented")


def _already(agreement: Agreement, party: str, intent: Intent) -> Signature | None:
    found: Signature | None = Signature.get_or_none(
        (Signature.agreement == agreement.id) & (Signature.party == party)
    )
    if found is not None and found.key != intent.key:
        raise AlreadySigned(name=found.name)
    return found


def _same_document(agreement: Agreement, intent: Intent) -> None:
    stored: Agreement = Agreement.get_by_id(agreement.id)
    if stored.document is None or stored.document.file.sha256 != intent.document_sha256:
        raise OtherDocument


def _advance(agreement: Agreement, *allowed: str, to: str) -> None:
    try:
        move(agreement, *allowed, to=to)
    except WrongState as refusal:
        raise NotSignable(**refusal.facts) from refusal


def _signature(
    agreement: Agreement,
    intent: Intent,
    now: datetime,
    party: str,
    contact: Contact | None = None,
    user: User | None = None,
) -> Signature:
    made: Signature = Signature.create(
        agreement=agreement,
        party=party,
        contact=contact,
        user=user,
        name=intent.name.strip(),
        statement=intent.statement,
        consent=intent.consent,
        document_sha256=intent.document_sha256,
        key=intent.key,
        address=intent.address,
        user_agent=intent.user_agent[:400],
        signed_at=now,
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
        name=signature.name,
    )
