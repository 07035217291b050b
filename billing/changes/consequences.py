"""What counter-signing does, for an agreement and for a change order alike, before it is done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from billing import clock, outbox
from billing.accepting import gates
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
    raised = _all_raised(project, added, TriggerKind.ON_SIGNING, now)
    credited = [sums.total for sums in credit_notes.plan(project, _excess(said)).totals()]
    new, deposit = {each["id"]: each for each in added}, sum(each.total for each in raised)
    begun = [
        each
        for each in gates.with_change(project, now, said["milestones"], new, deposit)
        if each in new
    ]
    starting = [each["title"] for each in added if each["id"] in begun]
    waiting = [each["title"] for each in added if each["id"] not in begun]
    raised += _all_raised(project, [new[each] for each in begun], TriggerKind.ON_START, now)
    number = agreements.number_of(order)
    return Consequence(raised, starting, waiting, credited, currency, number)


def _all_raised(
    project: Project, added: list[dict[str, Any]], kind: TriggerKind, now: datetime
) -> list[Raised]:
    return [
        each
        for delivery in (TriggerDelivery.SEND, TriggerDelivery.DRAFT)
        if (each := _raised(project, added, kind, delivery, now))
    ]


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
    project: Project,
    added: list[dict[str, Any]],
    kind: TriggerKind,
    delivery: str,
    now: datetime,
) -> Raised | None:
    category, rate = str(project.tax_category), int(project.tax_rate)
    lines = [
        tax.Taxable(int(row["amount"]), category, rate)
        for milestone in added
        for row in milestone["triggers"]
        if row["kind"] == kind and row["delivery"] == delivery and row["amount"]
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
