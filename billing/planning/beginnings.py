"""The first run: from a handful of facts to a project ready to offer, or to an issued invoice."""

from dataclasses import dataclass
from datetime import date, datetime

from billing import clock, countries
from billing.invoicing import finished
from billing.people import accounts, clients, contacts
from billing.planning import plan, projects
from billing.planning.terms import Terms
from billing.refusals import N_, NotPositive, Refusal
from models import (
    Business,
    Client,
    Contact,
    Invoice,
    Milestone,
    Project,
    User,
    write,
)
from models.folding import fold

LONGEST_TERMS = 365


class DuePassed(Refusal):
    sentence = N_("That day has passed. Choose today or a later one.")
    field = "due_on"


class DueTooLate(Refusal):
    sentence = N_("Choose a day within a year.")
    field = "due_on"


@dataclass(frozen=True)
class Said:
    """What an owner said of one piece of work. `price` in minor units of `currency`.

    `key` makes a repeated post the same deed. A business that is named already keeps its
    name and country.
    """

    business_name: str
    country: str
    client_name: str
    client_email: str
    outcome: str
    price: int
    currency: str
    key: str
    done_when: str = ""
    due_on: date | None = None


def start_project(said: Said, by: User, now: datetime) -> Project:
    """A draft project with one milestone, ready to be offered.

    Refuses NotPositive (a price of nothing), DuePassed.
    """
    with write(by):
        known: Project | None = (
            Project.of(by).switch(Project).join(Milestone).where(Milestone.key == said.key).first()
        )
        if known is not None:
            return known
        project = projects.start(_client(said, by, now), said.outcome, by, now)
        terms = Terms(
            title=said.outcome, criteria=(said.done_when,), price=said.price, due_on=said.due_on
        )
        plan.add(project, terms, said.key)
    return project


def bill_finished_work(said: Said, by: User, now: datetime) -> Invoice:
    """An issued invoice for work that no agreement speaks of (see finished.bill).

    `due_on` is the last day to pay; without it the business's usual days count. Refuses
    NotPositive, DuePassed, DueTooLate.
    """
    with write(by):
        known: Invoice | None = Invoice.of(by).where(Invoice.key == said.key).first()
        if known is not None:
            return known
        client = _client(said, by, now)
        today, usual = _today(by, now), int(accounts.business(by).terms_days)
        days = usual if said.due_on is None else (said.due_on - today).days
        if days > LONGEST_TERMS:
            raise DueTooLate
        work = finished.Work(said.outcome, said.price, days, delivered_on=today)
        return finished.bill(client, work, said.key, by, now)


def _today(by: User, now: datetime) -> date:
    return clock.local_date(now, str(accounts.business(by).timezone))


def _introduce(said: Said, by: User, now: datetime) -> None:
    """Fill in what is not known of the business yet, the rest following from the country."""
    business = accounts.business(by)
    if is_introduced(business):
        return
    Business.update(
        name=business.name or said.business_name,
        country=business.country or said.country,
        currency=said.currency,
        timezone=countries.zone_of(said.country, now),
        tax_label=countries.tax_label_of(said.country),
    ).where(Business.id == business.id).execute()


def is_introduced(business: Business) -> bool:
    """Whether the business has a name and a country already."""
    return bool(business.name and business.country)


def _client(said: Said, by: User, now: datetime) -> Client:
    """The client this person is a contact of already, if the names agree; else a new one.

    The client's country is left open, because a wrong one would stand on a frozen document.
    """
    _introduce(said, by, now)
    if said.price <= 0:
        raise NotPositive(field="price")
    if said.due_on is not None and said.due_on < _today(by, now):
        raise DuePassed
    known = _known_client(said, by)
    if known is None:
        profile = clients.Profile(name=said.client_name, currency=said.currency)
        person = contacts.Person(said.client_name, said.client_email)
        return clients.add(profile, by, now, person)
    # A project is in its client's currency, and this one was asked for by name.
    Client.update(currency=said.currency).where(Client.id == known.id).execute()
    known.currency = said.currency
    return known


def _known_client(said: Said, by: User) -> Client | None:
    found: list[Contact] = Contact.of(by).where(
        Contact.email == accounts.normal(said.client_email),
        Contact.removed_at.is_null(),
        Client.archived_at.is_null(),
    )
    named = (row.client for row in found if fold(row.client.name) == fold(said.client_name))
    return next(named, None)
