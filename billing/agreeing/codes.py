"""One-time codes: six digits to the signer's mailbox, good for one document and one signature.

The digits stand nowhere: they follow from the installation's secret whenever the mail is
written or an answer is checked.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from billing import events
from billing.actors import Actor
from billing.refusals import N_, NotSignable, NotYours, Refusal
from models import Agreement, AgreementState, Code, Contact, Delivery, write

DIGITS = 6
LASTS = timedelta(minutes=10)
TRIES = 5
PER_HOUR = 6

ASKABLE = (AgreementState.SENT, AgreementState.VIEWED)


class CodeNeeded(Refusal):
    sentence = N_("Type the six digits from our mail.")
    field = "code"


class CodeWrong(Refusal):
    sentence = N_("That is not the code from our last mail. Tries left: %(left)s.")
    field = "code"


class CodeOver(Refusal):
    sentence = N_("This code no longer works. Have a new one sent.")
    field = "code"


class TooManyCodes(Refusal):
    sentence = N_(
        "We sent you %(count)s codes within an hour. Please wait %(minutes)s minutes before you"
        " have another one sent."
    )
    field = "code"


@dataclass(frozen=True)
class Given:
    """The digits as the signer typed them, and the secret that tells whether they are right."""

    digits: str
    secret: bytes


@dataclass(frozen=True)
class Proof:
    """What showed who signs: the kind, the code, and the Message-ID of the mail it came in."""

    kind: str = "none"
    code: Code | None = None
    message: str = ""


def digits(code: Code, secret: bytes) -> str:
    """The six digits of a code, bound to its document and signer."""
    bound = f"signing-code:{code.id}:{code.contact_id}:{code.document_sha256}:{code.nonce}"
    number = int.from_bytes(hmac.new(secret, bound.encode(), sha256).digest()[:8], "big")
    return f"{number % 10**DIGITS:0{DIGITS}}"


def current(agreement: Agreement, by: Contact, now: datetime) -> Code | None:
    """The code that still works for the present document."""
    code = _open(agreement, by)
    return code if code is not None and _works(code, _shown(agreement), now) else None


def mailed(code: Code) -> Delivery | None:
    """The mail of a code, to see whether it has gone out."""
    found: Delivery | None = Delivery.get_or_none(Delivery.key == f"signing_code:{code.id}")
    return found


def at_hand(agreement: Agreement, by: Contact, now: datetime) -> Code:
    """The code that still works, or a new one on its way. Refuses as ask() does."""
    return current(agreement, by, now) or ask(agreement, by, now)


def ask(agreement: Agreement, by: Contact, now: datetime) -> Code:
    """Mail the signer a new code; the one before no longer works.

    Refuses NotYours, NotSignable, TooManyCodes.
    """
    if agreement.signer_id != by.id:
        raise NotYours(role=agreement.signer.name)
    with write(agreement.project):
        stored: Agreement = Agreement.get_by_id(agreement.id)
        if stored.state not in ASKABLE or stored.document is None:
            raise NotSignable(state=stored.state)
        _not_too_many(by, now)
        _end(_open(stored, by), now)
        code: Code = Code.create(
            agreement=stored,
            contact=by,
            document_sha256=_shown(stored),
            nonce=secrets.token_hex(16),
            created_at=now,
            expires_at=now + LASTS,
        )
        _record(
            "code_sent",
            code,
            by,
            now,
            document_sha256=code.document_sha256,
            recipient=by.email,
        )
    return code


def tried(agreement: Agreement, by: Contact, given: Given, now: datetime) -> Proof | Refusal:
    """Whether the digits are right; a try is counted, a right code used up.

    Runs in the caller's write() and answers a refusal instead of raising it, so that the
    count is kept: CodeNeeded, CodeOver, CodeWrong.
    """
    typed = _typed(given.digits)
    if not typed:
        return CodeNeeded()
    code = _open(agreement, by)
    if code is None or not _works(code, _shown(agreement), now):
        return CodeOver()
    if not hmac.compare_digest(typed, digits(code, given.secret)):
        return _wrong(code, by, now)
    Code.update(used_at=now).where(Code.id == code.id, Code.used_at.is_null()).execute()
    _record("code_confirmed", code, by, now, document_sha256=code.document_sha256)
    sent = mailed(code)
    return Proof("code", code, str(sent.message_id) if sent else "")


def _typed(text: str) -> str:
    """The digits in what was typed, in whichever script a keyboard writes them."""
    return "".join(str(int(sign)) for sign in text if sign.isdecimal())


def _wrong(code: Code, by: Contact, now: datetime) -> Refusal:
    tries = int(code.tries) + 1
    Code.update(tries=tries).where(Code.id == code.id).execute()
    _record("code_failed", code, by, now, tries=tries)
    if tries >= TRIES:
        _end(code, now)
        return CodeOver()
    return CodeWrong(left=TRIES - tries)


def _works(code: Code, document_sha256: str, now: datetime) -> bool:
    return bool(code.document_sha256 == document_sha256 and code.expires_at > now)


def _open(agreement: Agreement, by: Contact) -> Code | None:
    found: Code | None = Code.get_or_none(
        (Code.agreement == agreement.id)
        & (Code.contact == by.id)
        & Code.used_at.is_null()
        & Code.ended_at.is_null()
    )
    return found


def _end(code: Code | None, now: datetime) -> None:
    if code is not None:
        Code.update(ended_at=now).where(Code.id == code.id).execute()


def _not_too_many(by: Contact, now: datetime) -> None:
    hour = timedelta(hours=1)
    recent = Code.contact == by.id, Code.created_at > now - hour
    made: list[datetime] = [
        row.created_at for row in Code.select().where(*recent).order_by(Code.created_at)
    ]
    if len(made) >= PER_HOUR:
        left = (made[0] + hour - now).total_seconds()
        raise TooManyCodes(count=len(made), minutes=max(1, -(-int(left) // 60)))


def _shown(agreement: Agreement) -> str:
    return str(agreement.document.file.sha256)


def _record(kind: str, code: Code, by: Actor, now: datetime, **facts: Any) -> None:
    agreement = code.agreement
    named = {"agreement": agreement.id, "version": agreement.version, "code": code.id}
    events.record(f"agreement.{kind}", agreement.project, by, now, **named, **facts)
