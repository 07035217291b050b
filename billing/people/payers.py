"""What a payer completes before the first invoice: whom and where to bill, and under which number.

Optional, and never in the way of anything. It is used by every invoice issued from then on.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

from billing import events, identifiers
from billing.actors import Actor
from billing.countries import EUROPEAN_UNION
from billing.invoicing import tax_countries
from billing.people import contacts
from billing.people.accounts import normal
from billing.people.contacts import Person
from billing.refusals import N_, NotYours
from models import Business, Client, ClientKind, Contact, Project, write

ADDRESS = N_("your billing address")
VAT_ID = N_("your VAT ID")
TAX_NUMBER = N_("your tax number")


@dataclass(frozen=True)
class Details:
    """The billing address is the client's own where it is left empty. `email` is a mailbox that
    invoices go to as well, such as that of accounts payable."""

    legal_name: str = ""
    tax_id: str = ""
    purchase_order: str = ""
    buyer_reference: str = ""
    billing_street: str = ""
    billing_postcode: str = ""
    billing_city: str = ""
    billing_region: str = ""
    billing_country: str = ""
    email: str = ""


def of(project: Project) -> Details:
    """What is known now, for the form."""
    client = project.client
    names = set(asdict(Details())) - {"email", "purchase_order"}
    known = {name: getattr(client, name) for name in names}
    return Details(**known, purchase_order=project.purchase_order)


def missing(business: Business, client: Client) -> list[str]:
    """What the country of either side needs on an invoice and is not known yet (message ids)."""
    found = []
    if not (client.billing_street or client.street) or not (client.billing_city or client.city):
        found.append(ADDRESS)
    if client.kind == ClientKind.BUSINESS and not client.tax_id:
        within_union = {business.country, client.country} <= EUROPEAN_UNION
        if client.country != business.country and within_union:
            found.append(VAT_ID)
        elif client.country == business.country and tax_countries.of(client.country).buyer_id:
            found.append(TAX_NUMBER)
    return found


def may_complete(client: Client, who: Contact) -> bool:
    """Whether a contact pays for the client, or nobody is said to."""
    payers = contacts.present().where(Contact.client == client.id, Contact.is_payer)
    return bool(who.is_payer) or not payers.exists()


def complete(project: Project, details: Details, by: Actor, now: datetime) -> None:
    """Keep what a payer says of their side. Refuses NotYours, NotATaxNumber, MistypedNumber.

    A mailbox becomes a contact of its own that pays and does nothing else.
    """
    client: Client = project.client
    if isinstance(by, Contact) and not may_complete(client, by):
        raise NotYours(role="a payer")
    country = details.billing_country or client.country
    columns = {**asdict(details), "tax_id": _tax_id(details, client, country)}
    email, order = normal(columns.pop("email")), columns.pop("purchase_order")
    # The client first, as wherever contacts change, and then all their projects.
    with write(client):
        contacts.touch(client)
        Client.update(**columns).where(Client.id == client.id).execute()
        Project.update(purchase_order=order).where(Project.id == project.id).execute()
        if email:
            _mailbox(client, email, by, now)
        events.record(
            "payer.completed",
            project,
            by,
            now,
            legal_name=details.legal_name,
            tax_id=columns["tax_id"],
            purchase_order=order,
            address=_written(details),
            recipient=email,
        )
    project.client = Client.get_by_id(client.id)
    project.purchase_order = order


def _tax_id(details: Details, client: Client, country: str) -> str:
    if client.kind == ClientKind.CONSUMER:
        return details.tax_id
    return identifiers.tax_id(details.tax_id, country, of_client=True)


def _mailbox(client: Client, email: str, by: Actor, now: datetime) -> None:
    """Who has the address already pays from now on; else it is a contact of its own."""
    known: Contact | None = (
        contacts.present().where(Contact.client == client.id, Contact.email == email).first()
    )
    if known is None:
        name = email.partition("@")[0]
        contacts.add(client, Person(name, email, "", False, False, True), by, now)
    elif not known.is_payer:
        Contact.update(is_payer=True).where(Contact.id == known.id).execute()


def _written(details: Details) -> str:
    parts = (
        details.billing_street,
        f"{details.billing_postcode} {details.billing_city}",
        details.billing_region,
        details.billing_country,
    )
    return ", ".join(part.strip() for part in parts if part.strip())
