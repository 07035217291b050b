"""Links that let a contact into a project: derived tokens, revocation, reissue, who had them."""

import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime

from billing import events
from billing.actors import CLOCK, Actor
from billing.refusals import N_, Conflict, Refusal
from models import Contact, Link, Project, User, write

KEY_LENGTH = 16


class LinkShut(Conflict):
    sentence = N_("This link is closed. Make a new one first.")


class NotAtClient(Refusal):
    sentence = N_("Only a contact of this project's client can have a link.")


def token(link: Link, secret: bytes) -> str:
    """The link's secret: its key and HMAC(secret, key, generation), 256 bits, never stored."""
    return _token(link, int(link.generation), secret)


def _token(link: Link, generation: int, secret: bytes) -> str:
    digest = hmac.digest(secret, f"link:{link.key}:{generation}".encode(), "sha256")
    return str(link.key) + urlsafe_b64encode(digest).decode().rstrip("=")


def known(given: str) -> Link | None:
    """The link a token speaks of, valid or not: enough to offer a new one by mail."""
    found: Link | None = Link.get_or_none(Link.key == given[:KEY_LENGTH])
    return found


def opens(link: Link, given: str, secret: bytes, now: datetime) -> bool:
    """Whether `given` is this link's present token and the link is neither revoked nor expired."""
    return hmac.compare_digest(token(link, secret), _ascii(given)) and is_open(link, now)


def was_good(link: Link, given: str, secret: bytes) -> bool:
    """Whether `given` is or once was this link's token, as opposed to a made-up one."""
    generations = range(1, int(link.generation) + 1)
    return any(hmac.compare_digest(_token(link, n, secret), _ascii(given)) for n in generations)


def _ascii(given: str) -> str:
    # compare_digest takes no other text, and no token of ours holds any.
    return given if given.isascii() else ""


def is_open(link: Link, now: datetime) -> bool:
    """Whether a link still lets its contact in at `now` (UTC)."""
    return link.revoked_at is None and (link.expires_at is None or link.expires_at > now)


def for_contact(project: Project, contact: Contact, now: datetime, by: Actor = CLOCK) -> Link:
    """The contact's one link into the project, made on first need. Runs in the caller's write()."""
    found: Link | None = Link.get_or_none(
        (Link.project == project.id) & (Link.contact == contact.id)
    )
    if found is not None:
        return found
    made: Link = Link.create(
        key=secrets.token_urlsafe(12), project=project, contact=contact, created_at=now
    )
    _record("link.made", made, by, now)
    return made


def open_for(project: Project, contact: Contact, by: Actor, now: datetime) -> Link:
    """The contact's link; a shut one is opened under a new token. Runs in the caller's write()."""
    link = for_contact(project, contact, now, by)
    if not is_open(link, now):
        link = _raised(link)
        _record("link.made", link, by, now)
    return link


def invite(project: Project, contact: Contact, by: User, now: datetime) -> Link:
    """Let one more contact of the client in, and mail them the way. Refuses NotAtClient."""
    if contact.client_id != project.client_id or contact.removed_at is not None:
        raise NotAtClient
    with write(project):
        link = open_for(project, contact, by, now)
        _record("link.requested", link, by, now)
    return link


def send_again(link: Link, by: Actor, now: datetime) -> None:
    """Mail the present link to its contact's known address once more. Refuses LinkShut."""
    with write(link.project):
        stored: Link = Link.get_by_id(link.id)
        if not is_open(stored, now):
            raise LinkShut
        _record("link.requested", stored, by, now)


def copy(link: Link, by: User, now: datetime) -> None:
    """Note that the owner took a link that acts for the client, once for each token of it.

    The certificate can then say that the owner has had it too. Refuses LinkShut.
    """
    with write(link.project):
        stored: Link = Link.get_by_id(link.id)
        if not is_open(stored, now):
            raise LinkShut
        taken = {(told.facts["link"], told.facts["generation"]) for told in _copies(link.project)}
        if (stored.id, stored.generation) not in taken:
            _record("link.copied", stored, by, now)


def revoke(link: Link, by: Actor, now: datetime) -> None:
    """Shut the link; only the owner can open it again."""
    with write(link.project):
        shut = (
            Link.update(revoked_at=now)
            .where(Link.id == link.id, Link.revoked_at.is_null())
            .execute()
        )
        if shut:
            _record("link.revoked", link, by, now)


def reissue(link: Link, by: Actor, now: datetime) -> None:
    """Raise the generation: older tokens die, a new one goes to the contact's known address."""
    with write(link.project):
        _record("link.reissued", _raised(link), by, now)


def renew(link: Link, now: datetime) -> None:
    """What a contact may ask for: the way in, mailed to their known address.

    An expired link gets a new token, an open one is mailed as it is, so that whoever kept an
    old token cannot shut it. One that the owner revoked stays shut. Silent either way.
    """
    with write(link.project):
        stored: Link = Link.get_by_id(link.id)
        if stored.revoked_at is not None or stored.contact.removed_at is not None:
            return
        if is_open(stored, now):
            _record("link.requested", stored, stored.contact, now)
        else:
            _record("link.reissued", _raised(stored), stored.contact, now)


def _raised(link: Link) -> Link:
    Link.update(generation=Link.generation + 1, revoked_at=None, expires_at=None).where(
        Link.id == link.id
    ).execute()
    raised: Link = Link.get_by_id(link.id)
    return raised


def _record(kind: str, link: Link, by: Actor, now: datetime) -> None:
    facts = {"link": link.id, "generation": link.generation, "contact": link.contact.name}
    events.record(kind, link.project, by, now, **facts)


def _copies(project: Project) -> list[events.Told]:
    return [told for told in events.history(project) if told.kind == "link.copied"]


@dataclass(frozen=True)
class Holder:
    """A contact of the client and their link into one project, if they have one.

    `copied_at` is when the owner took the present link too.
    """

    contact: Contact
    link: Link | None
    is_open: bool
    copied_at: datetime | None


def holders(project: Project, now: datetime) -> list[Holder]:
    """Every present contact of the client, and who was one and still has a link."""
    held = {link.contact_id: link for link in Link.select().where(Link.project == project.id)}
    taken = {(told.facts["link"], told.facts["generation"]): told.at for told in _copies(project)}
    found = []
    for contact in Contact.select().where(Contact.client == project.client_id).order_by(Contact.id):
        link = held.get(contact.id)
        lets_in = link is not None and is_open(link, now)
        if contact.removed_at is None or lets_in:
            copied_at = taken.get((link.id, link.generation)) if link else None
            found.append(Holder(contact, link, lets_in, copied_at))
    return found
