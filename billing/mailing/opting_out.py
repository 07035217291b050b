"""The link in the foot of a mail by which its reader gets fewer of them, without signing in.

It says who reads and what the mail was about, is signed, and is stored nowhere. With another
address of the reader it dies. Opening it changes nothing (mail scanners do); a post stops mails
of that topic in one step, as mail programs ask for (RFC 8058).
"""

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime

from billing.mailing import paces
from billing.mailing.paces import Reader
from models import Contact, Pace, Topic, User

DIGEST = "digest"
"""What the mail of the day is about: every topic that comes within it."""

LARGEST = 2**31
"""Ids are smaller."""


@dataclass(frozen=True)
class Asked:
    """Who wants fewer mails, and of what: one topic, or those of the mail of the day."""

    reader: Reader
    about: str

    @property
    def topics(self) -> list[Topic]:
        if self.about != DIGEST:
            return [Topic(self.about)]
        return [topic for topic, pace in paces.of(self.reader).items() if pace == Pace.DAILY]

    @property
    def is_stopped(self) -> bool:
        """Whether no mail of this topic is sent any more."""
        if self.about == DIGEST:
            return not self.topics
        return paces.of(self.reader)[Topic(self.about)] == Pace.OFF


def token(reader: Reader, about: str, secret: bytes) -> str:
    """What names a reader and a topic (or DIGEST), with HMAC-SHA256 of both."""
    side = "c" if isinstance(reader, Contact) else "o"
    return f"{side}{reader.id}-{about}-{_signature(reader, about, secret)}"


def read(given: str, secret: bytes) -> Asked | None:
    """Who asks by a token and about what; None for one that is not genuine or whose reader is
    gone."""
    named, _dash, rest = given.partition("-")
    about, _dash, signature = rest.partition("-")
    reader = _reader(named)
    if reader is None or about not in (*Topic, DIGEST) or not signature.isascii():
        return None
    genuine = hmac.compare_digest(_signature(reader, about, secret), signature)
    return Asked(reader, about) if genuine else None


def stop(asked: Asked, now: datetime) -> None:
    """Send no more mails of what was asked about. What always comes still does."""
    reader = asked.reader
    paces.choose(reader, dict.fromkeys(asked.topics, Pace.OFF), reader, now)


def _signature(reader: Reader, about: str, secret: bytes) -> str:
    said = f"mails:{paces.key_of(reader)}:{reader.email}:{about}"
    return urlsafe_b64encode(hmac.digest(secret, said.encode(), "sha256")).decode().rstrip("=")


def _reader(named: str) -> Reader | None:
    side, number = named[:1], named[1:]
    # Python refuses to read a number of thousands of digits.
    is_number = number.isascii() and number.isdecimal() and len(number) <= len(str(LARGEST))
    if not is_number or int(number) >= LARGEST:
        return None
    if side == "c":
        found: Contact | None = Contact.get_or_none(
            Contact.id == int(number), Contact.removed_at.is_null()
        )
        return found
    owner: User | None = User.get_or_none(User.id == int(number)) if side == "o" else None
    return owner
