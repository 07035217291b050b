"""Contacts: who signs, approves and pays for a client, and the links they hold."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from billing import events
from billing.actors import Actor
from billing.agreeing.agreements import OUT
from billing.people import links
from billing.people.accounts import normal
from billing.refusals import ContactExists, ContactRemoved, SignerOfOffer
from models import (
    Agreement,
    AgreementState,
    Client,
    Contact,
    Delivery,
    DeliveryState,
    Link,
    Project,
    ProjectState,
    hold,
    write,
)

ROLES = ("signer", "approver", "payer")

SIGNING = (AgreementState.PREPARING, *OUT, AgreementState.CLIENT_SIGNED)
"""States in which an agreement still needs its signer: to sign, or to be sent their copy."""

UNSENT = (DeliveryState.QUEUED, DeliveryState.HELD, DeliveryState.FAILED)


@dataclass(frozen=True)
class Person:
    """What is known of a contact. One person may hold all three roles, or none."""

    name: str
    email: str
    title: str = ""
    is_signer: bool = True
    is_approver: bool = True
    is_payer: bool = True


def present() -> Any:
    """Contacts that were not removed, in order."""
    return Contact.select().where(Contact.removed_at.is_null()).order_by(Contact.id)


def vacant(contacts: list[Contact]) -> list[str]:
    """The roles that nobody holds."""
    return [role for role in ROLES if not any(getattr(row, f"is_{role}") for row in contacts)]


def touch(client: Client) -> None:
    """Raise the version of all the client's projects: their pages name client and contacts.

    On PostgreSQL this also holds back every verb on them until the transaction ends. So it comes
    before any one of them is locked.
    """
    hold(Project, Project.client == client.id)
    Project.update(version=Project.version + 1).where(Project.client == client.id).execute()


def add(client: Client, person: Person, by: Actor, now: datetime) -> Contact:
    """A new contact; one removed earlier with this address comes back, under new links.

    Refuses ContactExists.
    """
    person = replace(person, email=normal(person.email))
    with write(client):
        touch(client)
        known = _with_address(client, person.email)
        if known is None:
            made: Contact = Contact.create(client=client, created_at=now, **asdict(person))
            return made
        if known.removed_at is None:
            raise ContactExists(name=known.name)
        shut = _shut_with(known)
        known.removed_at = None
        _save(known, person)
        for link in shut:
            # Under a new token: whoever kept the old one is not let in again.
            links.open_for(link.project, known, by, now)
    return known


def revise(contact: Contact, person: Person, by: Actor, now: datetime) -> None:
    """Change a contact. With a new address, links sent to the old one die and new ones go out.

    Refuses ContactExists and ContactRemoved.
    """
    person = replace(person, email=normal(person.email))
    with write(contact.client):
        touch(contact.client)
        known = _with_address(contact.client, person.email)
        if known is not None and known.id != contact.id:
            raise (ContactExists if known.removed_at is None else ContactRemoved)(name=known.name)
        moved = person.email != contact.email
        _save(contact, person)
        if moved:
            _move_mail(contact, by, now)


def _move_mail(contact: Contact, by: Actor, now: datetime) -> None:
    """What waits goes to the new address, and nothing the old one holds opens a page."""
    Delivery.update(recipient=contact.email).where(
        Delivery.contact == contact.id, Delivery.state.in_(UNSENT)
    ).execute()
    for link in _links(contact).where(Link.revoked_at.is_null()):
        if link.project.state in {ProjectState.OFFERED, ProjectState.ACTIVE}:
            links.reissue(link, by, now)
        else:
            Link.update(generation=Link.generation + 1).where(Link.id == link.id).execute()


def remove(contact: Contact, by: Actor, now: datetime) -> None:
    """Take a contact off the client and shut their links. Refuses SignerOfOffer.

    What they signed and accepted stays theirs.
    """
    with write(contact.client):
        touch(contact.client)
        if _removed_at(contact) is not None:
            return
        _not_signing(contact)
        Agreement.update(signer=None).where(
            Agreement.signer == contact.id, Agreement.state == AgreementState.DRAFT
        ).execute()
        for link in _links(contact).where(Link.revoked_at.is_null()):
            links.revoke(link, by, now)
        Contact.update(removed_at=now).where(Contact.id == contact.id).execute()


def restore(contact: Contact, by: Actor, now: datetime) -> None:
    """Undo a removal: the contact is back, and so are the links that it shut."""
    with write(contact.client):
        touch(contact.client)
        for link in _shut_with(contact):
            Link.update(revoked_at=None).where(Link.id == link.id).execute()
            facts = {"link": link.id, "generation": link.generation, "contact": contact.name}
            events.record("link.restored", link.project, by, now, **facts)
        Contact.update(removed_at=None).where(Contact.id == contact.id).execute()


def _not_signing(contact: Contact) -> None:
    out = (
        Agreement.select(Agreement.id, Project.title)
        .join(Project)
        .where(Agreement.signer == contact.id, Agreement.state.in_(SIGNING))
        .first()
    )
    if out is not None:
        raise SignerOfOffer(name=contact.name, project=out.project.title)


def _removed_at(contact: Contact) -> datetime | None:
    """As it is now that this transaction is alone with the contact."""
    at: datetime | None = (
        Contact.select(Contact.removed_at).where(Contact.id == contact.id).scalar()
    )
    return at


def _shut_with(contact: Contact) -> list[Link]:
    """The links that the contact's removal shut; those shut before stay so."""
    removed_at = _removed_at(contact)
    shut = _links(contact).where(Link.revoked_at == removed_at)
    return list(shut) if removed_at is not None else []


def _links(contact: Contact) -> Any:
    return Link.select(Link, Project).join(Project).where(Link.contact == contact.id)


def _with_address(client: Client, email: str) -> Contact | None:
    found: Contact | None = Contact.get_or_none(
        (Contact.client == client.id) & (Contact.email == email)
    )
    return found


def _save(contact: Contact, person: Person) -> None:
    for column, value in asdict(person).items():
        setattr(contact, column, value)
    # Nothing else: they may have been removed since they were read.
    contact.save(only=list(asdict(person)))
