"""Finished work that no milestone holds, billed by hand: agreed and accepted as it is issued."""

from dataclasses import dataclass
from datetime import date, datetime

from billing import clock, events
from billing.invoicing import invoices, numbering, rates, tax_currencies, tax_modes
from billing.outbox import contacts_of_client
from billing.people import accounts
from billing.planning import projects
from billing.refusals import N_, NotPositive, Refusal
from billing.states import move
from models import Client, ClientKind, Invoice, Project, ProjectState, User, write


class BusinessUnnamed(Refusal):
    sentence = N_("Your business has no name yet. An invoice must say who it is from.")


@dataclass(frozen=True)
class Work:
    """One outcome. `price` in minor units of the client's or project's currency, before tax for
    a business and with tax for a consumer, unless `gross` says otherwise for work without a
    project; `delivered_on` is the day of supply."""

    outcome: str
    price: int
    terms_days: int
    delivered_on: date
    detail: str = ""
    gross: bool | None = None


def bill(
    client: Client,
    work: Work,
    key: str,
    by: User,
    now: datetime,
    project: Project | None = None,
    send: bool = True,
) -> Invoice:
    """Issue an invoice for it, or leave a draft. Without a project it gets one of its own,
    which is active until it is paid. A repeat with the same key is the same invoice.

    Refuses NotPositive and BusinessUnnamed.
    """
    if work.price <= 0:
        raise NotPositive(field="price")
    if not accounts.business(by).name:
        raise BusinessUnnamed
    with write(by):
        known: Invoice | None = Invoice.get_or_none((Invoice.owner == by.id) & (Invoice.key == key))
        if known is not None:
            return known
        line = invoices.Line(work.outcome, work.price, work.detail)
        home = project or _begun(client, work, by, now)
        return invoices.bill(home, [line], by, now, send, work.terms_days, key, work.delivered_on)


def _begun(client: Client, work: Work, by: User, now: datetime) -> Project:
    project = projects.start(client, work.outcome, by, now)
    if work.gross is not None:
        project.prices_gross = work.gross
        Project.update(prices_gross=work.gross).where(Project.id == project.id).execute()
    move(project, ProjectState.DRAFT, to=ProjectState.ACTIVE, started_at=now)
    events.record("project.activated", project, by, now)
    return project


def billable(by: User) -> tuple[list[Client], list[Project]]:
    """Whom finished work can be billed to: present clients by name, projects in force by title."""
    clients = Client.of(by).where(Client.archived_at.is_null()).order_by(Client.folded)
    in_force = Project.of(by).where(
        Project.state.in_([ProjectState.ACTIVE, ProjectState.CLOSED]),
        Client.archived_at.is_null(),
    )
    return list(clients), list(in_force.order_by(Project.id.desc()))


@dataclass(frozen=True)
class Outlook:
    """What billing now will mean: who is told, when it is due, which tax is on it.

    `unstated` is the currency that the tax has to be stated in too and could not be, or "".
    """

    number: str
    payers: list[str]
    due_on: date
    tax_rate: int
    tax_label: str
    tax_note: str
    is_gross: bool
    unstated: str


def outlook(
    client: Client, terms_days: int, by: User, now: datetime, project: Project | None = None
) -> Outlook:
    """What bill() would do now, by the same rules."""
    business = accounts.business(by)
    if project is not None:
        rate, note = int(project.tax_rate), str(project.tax_note)
        is_gross = bool(project.prices_gross)
    else:
        mode = tax_modes.usual(business, client, rates.of(business))
        rate, note = mode.rate, mode.note
        is_gross = client.kind == ClientKind.CONSUMER
    return Outlook(
        number=numbering.following(by, clock.local_date(now, str(business.timezone))),
        payers=[contact.email for contact in contacts_of_client(client, "payer")],
        due_on=clock.due_date(clock.local_date(now, str(business.timezone)), terms_days),
        tax_rate=rate,
        tax_label=str(business.tax_label),
        tax_note=note,
        is_gross=is_gross,
        unstated=tax_currencies.wanted(business, str((project or client).currency), rate),
    )
