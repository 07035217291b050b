"""Sealing in the worker: certificate pages, evidence and seal, made outside any transaction."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from billing import files, sealing
from billing.delivery import pdf
from billing.delivery.failures import Undeliverable
from billing.delivery.pdf_press import press
from billing.installation import Installation
from billing.refusals import WrongState
from billing.sealing import certificates, evidence, narrative
from billing.sealing.narrative import Scene
from models import Agreement, AgreementState, Certificate, snapshot

SECONDS = 40.0
"""Wall time for one seal: some 0.1 s of work, and two answers of a timestamp authority."""

AUTHORITY_SECONDS = 12.0


def seal(agreement_id: int, installation: Installation, now: datetime) -> None:
    """Seal what both have signed, which puts it in force; nothing where that is done.

    Refuses Undeliverable: without its seal it is not in force, and it is tried again.
    """
    agreement: Agreement = Agreement.get_by_id(agreement_id)
    if agreement.state != AgreementState.COUNTERSIGNED:
        return
    try:
        sealing.keep(agreement, made(agreement, installation, now), now)
    except WrongState:
        # Sealed by a worker whose lease had run out.
        return


@dataclass(frozen=True)
class Bundle:
    """What is put behind the frozen bytes, all read at one moment."""

    evidence: bytes
    context: dict[str, Any]
    head: str
    authority: str
    untimed: str


def made(agreement: Agreement, installation: Installation, now: datetime) -> sealing.Sealed:
    """The sealed bytes. Changes nothing but the keys, which are made on first need."""
    # Only a worker that seals pays for cryptography.
    from billing.sealing import keys, wrapping

    try:
        holder = keys.holder(installation, now)
    except wrapping.KeyLost as lost:
        raise Undeliverable("seal_key", str(lost)) from lost
    bundle = _bundle(agreement, holder.certificate, installation, now)
    try:
        pages = pdf.render("certificate.html", bundle.context, bundle.context["language"])
        notes, content = press.ask(_order(agreement, bundle, holder, pages), SECONDS)
    except pdf.RenderFailed as failure:
        reason = "timestamp" if failure.reason == "untimed" else "seal"
        raise Undeliverable(reason, str(failure)) from failure
    stamped = notes["stamped_at"]
    return sealing.Sealed(
        content=content,
        certificate=holder.certificate,
        chain_head=bundle.head,
        stamped_at=datetime.fromisoformat(stamped) if stamped else None,
        untimed=bundle.untimed,
        authorities=[(each["fingerprint"], each["pem"]) for each in notes["authority"]],
    )


def _bundle(
    agreement: Agreement, certificate: Certificate, installation: Installation, now: datetime
) -> Bundle:
    with snapshot():
        waived = sealing.is_untimed(agreement)
        authority = "" if waived else installation.tsa_url
        untimed = "" if authority else ("waived" if waived else "none_configured")
        head = sealing.head(agreement)
        scene = Scene(agreement, installation, now)
        context = narrative.certificate(scene, head, certificate, authority, waived)
        return Bundle(evidence.of(agreement), context, head, authority, untimed)


def _order(agreement: Agreement, bundle: Bundle, holder: Any, pages: bytes) -> dict[str, Any]:
    said = bundle.context
    return {
        "deed": "seal",
        "frozen": _text(files.read(agreement.document)),
        "pages": _text(pages),
        "evidence": _text(bundle.evidence),
        "certificate": holder.certificate.pem,
        "chain": certificates.chain(holder.certificate),
        "key": _text(holder.private),
        "authority": bundle.authority,
        "patience": AUTHORITY_SECONDS,
        "reason": f"{said['project']['title']}, version {said['version']}",
    }


def _text(content: bytes) -> str:
    return b64encode(content).decode()
