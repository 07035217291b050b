"""Links that let a contact into a project: derived tokens, revocation, reissue."""

import hmac
import secrets
from base64 import urlsafe_b64encode
from datetime import datetime
from hashlib import sha256

from billing import events
from billing.actors import Actor
from models import Contact, Link, Project, write

KEY_LENGTH = 16


def token(link: Link, secret: bytes) -> str:
    """The link's secret: its key and HMAC(secret, key, generation), 256 bits, never stored."""
    digest = hmac.new(secret, f"link:{link.key}:{link.generation}".encode(), sha256).digest()
    return str(link.key) + urlsafe_b64encode(digest).decode().rstrip("=")


def known(given: str) -> Link | None:
    """The link a token speaks of, valid or not: enough to offer a new one by mail."""
    found: Link | None = Link.get_or_none(Link.key == given[:KEY_LENGTH])
    return found


def opens(link: Link, given: str, secret: bytes, now: datetime) -> bool:
    """Whether `given` is this link's present token and the link is neither revoked nor expired."""
    return hmac.compare_digest(token(link, secret), given) and is_open(link, now)


def is_open(link: Link, now: datetime) -> bool:
    """Whether a link still lets its contact in at `now` (UTC)."""
    return link.revoked_at is None and (link.expires_at is None or link.expires_at > now)


def for_contact(project: Project, contact: Contact, now: datetime) -> Link:
    """The contact's one link into the project, made on first need. Runs in the caller's write()."""
    found: Link | None = Link.get_or_none(
        (Link.project == project.id) & (Link.contact == contact.id)
    )
    return found or Link.create(
        key=secrets.token_urlsafe(12), project=project, contact=contact, created_at=now
    )


def revoke(link: Link, by: Actor, now: datetime) -> None:
    """Shut the link; who holds it can only ask for a new one."""
    with write(link.project):
        Link.update(revoked_at=now).where(Link.id == link.id, Link.revoked_at.is_null()).execute()
        events.record("link.revoked", link.project, by, now, contact=link.contact.name)


def reissue(link: Link, by: Actor, now: datetime) -> None:
    """Raise the generation: older tokens die, a new one goes to the contact's known address."""
    with write(link.project):
        Link.update(generation=Link.generation + 1, revoked_at=None, expires_at=None).where(
            Link.id == link.id
        ).execute()
        generation = Link.select(Link.generation).where(Link.id == link.id).scalar()
        events.record(
            "link.reissued",
            link.project,
            by,
            now,
            contact=link.contact.name,
            link=link.id,
            generation=generation,
        )
