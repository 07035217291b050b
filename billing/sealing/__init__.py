"""Sealing: what both have signed is sealed by the worker, and only then in force.

Nothing here loads pyHanko or cryptography: see keys.py and delivery/pades.py for that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from billing import events, files
from billing.actors import CLOCK
from billing.agreeing import activation, agreements
from billing.refusals import N_, Conflict, WrongState
from models import (
    Agreement,
    AgreementState,
    Certificate,
    CertificateRole,
    Delivery,
    Document,
    Seal,
    User,
    alone,
    write,
)

KNOWN = 7_305_007
"""Under which authorities become known."""

PATIENCE = timedelta(hours=1)
"""How long a timestamp authority is waited for, before the owner may do without it."""


class OtherBytes(Conflict):
    sentence = N_("What was sealed does not begin with what was signed.")


class TooEarly(Conflict):
    sentence = N_("The timestamp authority is still being asked. Look again in a while.")


@dataclass(frozen=True)
class Sealed:
    """Sealed bytes, and what they rest on. Without `stamped_at`, `untimed` says why not.

    `authorities` are the certificates, fingerprint and PEM, that came with a timestamp.
    """

    content: bytes
    certificate: Certificate
    chain_head: str
    stamped_at: datetime | None = None
    untimed: str = ""
    authorities: Sequence[tuple[str, str]] = ()


def keep(agreement: Agreement, sealed: Sealed, now: datetime) -> Seal:
    """Store the sealed bytes and put the agreement in force, in one transaction, exactly once.

    Refuses WrongState for what is not waiting for its seal, OtherBytes.
    """
    project = agreement.project
    _refuse_unless_waiting(agreement)
    frozen = files.read(agreement.document)
    if not sealed.content.startswith(frozen) or len(sealed.content) == len(frozen):
        raise OtherBytes
    with write(project):
        _refuse_unless_waiting(agreement)
        name = agreement.document.name.removesuffix(".pdf") + "-sealed.pdf"
        document = files.document(project.owner, name, sealed.content, now)
        made: Seal = Seal.create(
            agreement=agreement,
            document=document,
            certificate=sealed.certificate,
            chain_head=sealed.chain_head,
            stamped_at=sealed.stamped_at,
            untimed=sealed.untimed,
            sealed_at=now,
        )
        _know(sealed.authorities, now)
        agreements.note(
            "agreement.sealed",
            agreement,
            CLOCK,
            now,
            document_sha256=document.file.sha256,
            certificate=sealed.certificate.fingerprint,
        )
        activation.activate(agreement, CLOCK, now)
    return made


def _refuse_unless_waiting(agreement: Agreement) -> None:
    state = Agreement.select(Agreement.state).where(Agreement.id == agreement.id).scalar()
    if state != AgreementState.COUNTERSIGNED:
        raise WrongState(state=state)


def _know(authorities: Sequence[tuple[str, str]], now: datetime) -> None:
    # Two agreements that are sealed at once may bring the same.
    alone(KNOWN)
    for fingerprint, pem in authorities:
        if not Certificate.select().where(Certificate.fingerprint == fingerprint).exists():
            Certificate.create(
                fingerprint=fingerprint,
                role=CertificateRole.AUTHORITY,
                subject="",
                pem=pem,
                created_at=now,
            )


def of(agreement: Agreement) -> Seal | None:
    """The seal of a version, once there is one."""
    found: Seal | None = Seal.get_or_none(Seal.agreement == agreement.id)
    return found


def document(agreement: Agreement, as_sent: bool = False) -> Document | None:
    """What is downloaded of a version: the sealed file once it is there, or the one as sent."""
    seal = None if as_sent else of(agreement)
    found: Document | None = seal.document if seal else agreement.document
    return found


def making(agreement: Agreement) -> Delivery | None:
    """The making of the sealed copy, to see whether it has failed."""
    key = f"document:seal:{agreement.id}"
    found: Delivery | None = Delivery.get_or_none(Delivery.key == key)
    return found


def is_untimed(agreement: Agreement) -> bool:
    """Whether the owner has let it be sealed without a timestamp."""
    return "untimed" in agreements.story(agreement)


def may_do_without(agreement: Agreement, now: datetime) -> bool:
    """Whether an authority has been waited for long enough, in vain."""
    waiting = making(agreement)
    return (
        agreement.state == AgreementState.COUNTERSIGNED
        and waiting is not None
        and waiting.last_error.startswith("timestamp")
        and now - waiting.created_at >= PATIENCE
        and not is_untimed(agreement)
    )


def do_without(agreement: Agreement, by: User, now: datetime) -> None:
    """Let it be sealed without a timestamp, which the certificate then says. Refuses TooEarly."""
    with write(agreement.project):
        fresh: Agreement = Agreement.get_by_id(agreement.id)
        if not may_do_without(fresh, now):
            raise TooEarly
        agreements.note("agreement.untimed", agreement, by, now)
        Delivery.update(due_at=now, attempts=0, state="queued").where(
            Delivery.key == f"document:seal:{agreement.id}",
            Delivery.state.in_(["queued", "failed"]),
        ).execute()


def head(agreement: Agreement) -> str:
    """The hash of the newest event of the project."""
    return events.newest(agreement.project) or ""
