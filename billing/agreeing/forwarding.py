"""Forwarding safely: the signer names the right person, the owner sends that person their own.

A link never passes rights on. Whoever is named gets a version, a link and a code of their own.
"""

from datetime import datetime

from billing.agreeing import agreements, composing, freezing, versions, wishes
from billing.agreeing.composing import LastDayPassed
from billing.people import contacts
from billing.people.accounts import normal
from billing.people.contacts import Person
from billing.refusals import N_, Refusal
from billing.states import move
from models import Agreement, Contact, Project, ProjectState, User, Wish, write

ITS_OWN = ("version", "sent_on", "signer")
"""What a version says of itself, while all else is the terms."""


class SamePerson(Refusal):
    sentence = N_("This is the address that the agreement went to. Name another person's.")
    field = "email"


def ask(agreement: Agreement, name: str, email: str, note: str, by: Contact, now: datetime) -> Wish:
    """The signer says who signs in their place; nobody has a right by that.

    Refuses SamePerson, and what wishes.ask() refuses.
    """
    if normal(email) == normal(str(by.email)):
        raise SamePerson
    said = {"name": name.strip(), "email": normal(email), "note": note.strip()}
    with write(agreement.project):
        return wishes.ask(agreement, "forward", by, now, **said)


def follow(wish: Wish, by: User, now: datetime) -> Agreement:
    """Send the same terms anew, to who was named; the version before is withdrawn.

    Refuses AlreadyAnswered, WrongState, LastDayPassed, Incomplete.
    """
    before: Agreement = wish.agreement
    project = before.project
    # The client first, as wherever contacts change, and then all their projects.
    with write(project.client):
        contacts.touch(project.client)
        wishes.answer(wish, "followed", now)
        signer = _signer(wish, by, now)
        agreements.void(before, by, now)
        if agreements.is_over(before, now):
            raise LastDayPassed
        again = _chosen_again if agreements.read(before).get("chosen") else _anew
        sent = again(before, signer, by, now)
        Wish.update(next=sent).where(Wish.id == wish.id).execute()
        agreements.note("agreement.forwarded", before, by, now, wish=wish.id, next=sent.id)
    return sent


def _anew(before: Agreement, signer: Contact, by: User, now: datetime) -> Agreement:
    """What was frozen, word for word, as the next version and for another signer."""
    project = before.project
    newest = versions.newest(project)
    made: Agreement = Agreement.create(
        project=project,
        kind=before.kind,
        version=newest.version + 1 if newest else 1,
        clauses=before.clauses,
        signer=signer,
        expires_on=before.expires_on,
        created_at=now,
    )
    head = freezing.head(made, now)
    said = agreements.read(before) | {name: head[name] for name in ITS_OWN}
    if versions.is_change(made):
        said["number"] = versions.number_of(made)
    else:
        move(project, ProjectState.DRAFT, to=ProjectState.OFFERED)
    agreements.freeze(made, said, by, now, None)
    return made


def _chosen_again(before: Agreement, signer: Contact, by: User, now: datetime) -> Agreement:
    """The offer with its options, for whoever signs also chooses."""
    project: Project = Project.get_by_id(before.project_id)
    draft = composing.compose(project, now)
    draft.signer, draft.expires_on, draft.clauses = signer, before.expires_on, before.clauses
    draft.save()
    agreements.send(draft, by, now)
    return draft


def _signer(wish: Wish, by: User, now: datetime) -> Contact:
    """The contact with the address that was named, who may sign from now on."""
    client = wish.agreement.project.client
    known: Contact | None = Contact.get_or_none(
        (Contact.client == client.id) & (Contact.email == wish.email) & Contact.removed_at.is_null()
    )
    if known is None:
        person = Person(str(wish.name), str(wish.email), is_approver=False, is_payer=False)
        return contacts.add(client, person, by, now)
    if not known.is_signer:
        Contact.update(is_signer=True).where(Contact.id == known.id).execute()
        known.is_signer = True
    return known


def refuse(wish: Wish, by: User, now: datetime) -> None:
    """The offer stays with the person it went to, who is told. Refuses AlreadyAnswered."""
    with write(wish.agreement.project):
        wishes.answer(wish, "refused", now)
        agreements.note("agreement.forward_refused", wish.agreement, by, now, wish=wish.id)


def origin(agreement: Agreement) -> Wish | None:
    """Who chose this version's address, if it was not the owner: the wish that named it."""
    found: Wish | None = Wish.get_or_none(Wish.next == agreement.id)
    return found
