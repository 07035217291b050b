"""Clients: who buys, found again by a word, put away and brought back."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from peewee import PREFETCH_TYPE, Load, fn

from billing import countries, identifiers
from billing.people import contacts
from models import Client, ClientKind, Contact, Project, ProjectState, User, write

PER_PAGE = 25

UNDER_WAY = (ProjectState.DRAFT, ProjectState.OFFERED, ProjectState.ACTIVE)

LANGUAGES = ("en", "de", "fr", "es")
"""Languages a client's pages, letters and documents can be in (ISO 639)."""


@dataclass(frozen=True)
class Profile:
    """What is known of a client. Country ISO 3166, language ISO 639, currency ISO 4217.

    Without a `timezone` (IANA) it is the country's.
    """

    name: str
    kind: str = ClientKind.BUSINESS
    country: str = ""
    language: str = "en"
    currency: str = "USD"
    street: str = ""
    postcode: str = ""
    city: str = ""
    region: str = ""
    timezone: str = ""
    tax_id: str = ""
    legal_name: str = ""
    tax_number: str = ""
    buyer_reference: str = ""
    billing_street: str = ""
    billing_postcode: str = ""
    billing_city: str = ""
    billing_region: str = ""
    billing_country: str = ""

    def checked(self) -> dict[str, object]:
        """The columns as they are to be kept. Refuses NotATaxNumber, MistypedNumber.

        A consumer has no number that tax is decided by.
        """
        if self.kind == ClientKind.CONSUMER:
            return asdict(self)
        return {
            **asdict(self),
            "tax_id": identifiers.tax_id(self.tax_id, self.country, of_client=True),
            "tax_number": identifiers.tax_number(self.tax_number, self.country),
        }


def zone_of(client: Client) -> str:
    """Whose days a client's deadlines are: their own zone's, else those of the first zone of
    their country, else, while nothing is known of where they are, the seller's."""
    own, country = str(client.timezone), str(client.country)
    return _known(own, country) or str(client.owner.businesses[0].timezone)


def zone(own: str, country: str, sellers: str) -> str:
    """The same of what is stored of a client and of the seller."""
    return _known(own, country) or sellers


def _known(own: str, country: str) -> str:
    return own or next(iter(countries.zones_of(country)), "")


def add(
    profile: Profile, by: User, now: datetime, contact: contacts.Person | None = None
) -> Client:
    """A new client, with its first contact if one is known. Two may have the same name.

    Refuses what Profile.checked() refuses.
    """
    columns = profile.checked()
    with write():
        client: Client = Client.create(owner=by, created_at=now, **columns)
        if contact is not None:
            contacts.add(client, contact, by, now)
    return client


def revise(client: Client, profile: Profile) -> None:
    """Change what is known of a client. Kind and currency only tell for projects begun later.

    Refuses what Profile.checked() refuses.
    """
    columns = profile.checked()
    with write(client):
        # First, so that nobody is at work on what a new name stands on, see models.full_text.
        contacts.touch(client)
        for column, value in columns.items():
            setattr(client, column, value)
        # Nothing else: it may have been archived since it was read.
        client.save(only=[*columns, "folded"])


def archive(client: Client, now: datetime) -> None:
    """Put a client away: out of lists and choices, with all its records kept."""
    _set_archived(client, now)


def restore(client: Client) -> None:
    """Bring an archived client back."""
    _set_archived(client, None)


def _set_archived(client: Client, at: datetime | None) -> None:
    with write(client):
        Client.update(archived_at=at).where(Client.id == client.id).execute()
    client.archived_at = at


@dataclass(frozen=True)
class Listed:
    """One page of an owner's clients, each with its present contacts and projects under way."""

    clients: list[Client]
    under_way: dict[int, int]
    total: int
    number: int
    pages: int


def listed(by: User, words: str = "", archived: bool = False, number: int = 1) -> Listed:
    """A page (from 1) of the clients that match, by name; four queries, however many there are."""
    found = Client.matching(by, words).where(Client.archived_at.is_null(not archived))
    total = found.count()
    pages = max(1, -(-total // PER_PAGE))
    number = min(max(1, number), pages)
    rows = list(
        found.order_by(Client.folded, Client.id)
        .paginate(number, PER_PAGE)
        .with_related(Load(Client.contacts, contacts.present(), strategy=PREFETCH_TYPE.MATERIALIZE))
    )
    return Listed(rows, _under_way(rows), total, number, pages)


def _under_way(clients: list[Client]) -> dict[int, int]:
    counted = (
        Project.select(Project.client, fn.COUNT(Project.id))
        .where(
            Project.client.in_([client.id for client in clients]),
            Project.state.in_(UNDER_WAY),
        )
        .group_by(Project.client)
        .tuples()
    )
    return dict(counted)


def projects(client: Client) -> list[Project]:
    """The client's projects, the newest first."""
    return list(Project.select().where(Project.client == client.id).order_by(Project.id.desc()))


def contacts_of(client: Client) -> tuple[list[Contact], list[Contact]]:
    """The client's contacts: those present, and those removed."""
    rows: Any = Contact.select().where(Contact.client == client.id).order_by(Contact.id)
    everyone = list(rows)
    gone = [row for row in everyone if row.removed_at is not None]
    return [row for row in everyone if row.removed_at is None], gone
