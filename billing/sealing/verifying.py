"""Verifying a sealed file that somebody brings: four verdicts, and why."""

from base64 import b64encode
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any

from billing.agreeing import agreements
from billing.delivery.pdf_press import RenderFailed, opened
from billing.sealing import certificates
from models import Agreement, AgreementState, Document, File, Seal

LARGEST = 10 * 1024 * 1024
"""Bytes of a file that is looked at; ours have some hundred thousand."""

SECONDS = 8.0
"""Wall time for one file, the start of a child included: an honest one takes 0.02 s."""

IDLE = 60.0
"""Seconds after which a web process gives the memory of its examiner back."""

examiner = opened(IDLE)
"""A process of its own reads the files of strangers; ours may be killed at any moment."""


class Kind(StrEnum):
    AUTHENTIC = "authentic"
    UNREGISTERED = "unregistered"
    SUPERSEDED = "superseded"
    NOT_AUTHENTIC = "not_authentic"


@dataclass(frozen=True)
class Verdict:
    """`reason` in one word, for what is not authentic or not in force any more.

    `facts` say what was sealed, its parties masked: only of registered bytes.
    """

    kind: Kind
    reason: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


def verify(content: bytes) -> Verdict:
    """The verdict on a file. Changes nothing and keeps nothing."""
    if len(content) > LARGEST:
        return no("too_large")
    if not content:
        return no("empty")
    digest = sha256(content).hexdigest()
    faults = examine(content)
    if faults:
        return no("as_sent" if faults == ["unsigned"] and _was_sent(digest) else faults[0])
    seal = _registered(digest)
    if seal is None:
        return Verdict(Kind.UNREGISTERED, "unknown_bytes")
    state = seal.agreement.state
    if state != AgreementState.ACTIVE:
        return Verdict(Kind.SUPERSEDED, state, _facts(seal))
    return Verdict(Kind.AUTHENTIC, "", _facts(seal))


def no(reason: str) -> Verdict:
    """Not authentic, and why in one word."""
    return Verdict(Kind.NOT_AUTHENTIC, reason)


def examine(content: bytes) -> list[str]:
    """What is wrong with a seal: words of pades.examine(), or why it could not be looked at."""
    order = {
        "deed": "examine",
        "pdf": b64encode(content).decode(),
        "anchors": certificates.anchors(),
        "others": certificates.issuers(),
        "authorities": certificates.authorities(),
        "sealing": certificates.sealing(),
    }
    try:
        notes, _nothing = examiner.ask(order, SECONDS)
    except RenderFailed as failure:
        return ["busy" if failure.reason == "busy" else "unreadable"]
    except OSError:
        # No process to be had: that says nothing about the file.
        return ["busy"]
    return list(notes["faults"])


def faults(content: bytes) -> list[str]:
    """The same for an operator."""
    return [f"its signature does not verify: {fault}" for fault in examine(content)]


def _registered(digest: str) -> Seal | None:
    found: Seal | None = (
        Seal.select(Seal, Agreement)
        .join(Agreement)
        .switch(Seal)
        .join(Document)
        .join(File)
        .where(File.sha256 == digest)
        .first()
    )
    return found


def _was_sent(digest: str) -> bool:
    """Whether these are the bytes of an agreement as it went out, before anybody signed."""
    found = Agreement.select().join(Document).join(File).where(File.sha256 == digest)
    return bool(found.exists())


def _facts(seal: Seal) -> dict[str, Any]:
    agreement: Agreement = seal.agreement
    said = agreements.read(agreement)
    return {
        "kind": agreement.kind,
        "version": agreement.version,
        "seller": masked(said["seller"]["name"]),
        "client": masked(said["client"]["name"]),
        "signers": [masked(row.name) for row in agreement.signatures],
        "sent_on": said["sent_on"],
        "signed_at": max(row.signed_at for row in agreement.signatures),
        "sealed_at": seal.sealed_at,
        "stamped_at": seal.stamped_at,
        "sha256": seal.document.file.sha256,
    }


def masked(name: str) -> str:
    """``A… W… L…``: enough to recognise a name that one knows, not to learn it."""
    return " ".join(f"{part[0]}…" for part in name.split())
