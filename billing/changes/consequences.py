"""What counter-signing does, for an agreement and for a change order alike, before it is done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from billing import clock, outbox
from billing.agreeing import agreements, signing
from billing.agreeing.signing import Raised
from billing.invoicing import charges, credit_notes, tax
from billing.planning import projects
from models import Agreement, Milestone, Project, TriggerDelivery, TriggerKind


@dataclass(frozen=True)
class Consequence:
    """Invoices raised and credited, milestones that start or wait for payment, by their titles.

    `credited` are totals of credit notes in minor units, tax included.
    """

    invoices: list[Raised]
    starting: list[str]
    waiting: list[str]
    credited: list[int]
    currency: str
    change: int


def of(agreement: Agreement, now: datetime) -> Consequence:
    """What putting it in force would do now."""
    currency = str(agreement.project.currency)
    if agreements.is_change(agreement):
        return _of_change(agreement, currency, now)
    said = signing.consequence(agreement, now)
    starting, waiting = ([row.title for row in rows] for rows in (said.starting, said.waiting))
    return Consequence(said.invoices, starting, waiting, [], currency, 0)


def _of_change(order: Agreement, currency: str, now: datetime) -> Consequence:
    project, said = order.project, agreements.read(order)
    added = [
        each["after"]
        for each in said["changes"]
        if each["after"] and not (each["before"] and each["before"]["id"] == each["after"]["id"])
    ]
    raised = [
        each
        for delivery in (TriggerDelivery.SEND, TriggerDelivery.DRAFT)
        if (each := _raised(project, added, delivery, now))
    ]
    titles = [each["title"] for each in added]
    credited = [sums.total for sums in credit_notes.plan(project, _excess(said)).totals()]
    starting, waiting = ([], titles) if raised else (titles, [])
    number = agreements.number_of(order)
    return Consequence(raised, starting, waiting, credited, currency, number)


def _excess(said: dict[str, Any]) -> dict[Milestone, int]:
    """What is billed of milestones beyond what they will cost, in the prices' basis."""
    found = {}
    for change in said["changes"]:
        if change["before"]:
            before, after = change["before"]["id"], change["after"]
            milestone = Milestone.get_by_id(before)
            price = after["price"] if after and after["id"] == before else 0
            found[milestone] = charges.billed(milestone) - int(price)
    return {milestone: amount for milestone, amount in found.items() if amount > 0}


def _raised(
    project: Project, added: list[dict[str, Any]], delivery: str, now: datetime
) -> Raised | None:
    category, rate = str(project.tax_category), int(project.tax_rate)
    lines = [
        tax.Taxable(int(row["amount"]), category, rate)
        for milestone in added
        for row in milestone["triggers"]
        if row["kind"] == TriggerKind.ON_SIGNING and row["delivery"] == delivery and row["amount"]
    ]
    if not lines:
        return None
    today = clock.local_date(now, projects.zone_of(project))
    sends = delivery == TriggerDelivery.SEND
    return Raised(
        total=tax.totals(lines, bool(project.prices_gross)).total,
        currency=str(project.currency),
        payers=[contact.email for contact in outbox.contacts(project, "payer")],
        due_on=clock.due_date(today, int(project.terms_days)) if sends else None,
    )
