"""What counter-signing does, for an agreement and for a change order alike, before it is done."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from billing import clock
from billing.accepting import gates
from billing.agreeing import agreements, signing
from billing.invoicing import announcing, charges, credit_notes
from billing.invoicing.announcing import Raised
from billing.planning import projects
from models import Agreement, Milestone, TriggerKind


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
    today = clock.local_date(now, projects.zone_of(project))
    raised = announcing.raised(project, _billing(added, TriggerKind.ON_SIGNING), today)
    back = credit_notes.plan(project, _excess(said))
    new, deposit = {each["id"]: each for each in added}, sum(each.total for each in raised)
    begun = gates.with_change(project, now, said["milestones"], new, deposit, back.taken())
    starting = [each["title"] for each in said["milestones"] if each["id"] in begun]
    waiting = [each["title"] for each in added if each["id"] not in begun]
    opened = (each for each in said["milestones"] if each["id"] in begun)
    raised += announcing.raised(project, _billing(opened, TriggerKind.ON_START), today)
    credited = [sums.total for sums in back.totals()]
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


def _billing(added: Iterable[dict[str, Any]], kind: TriggerKind) -> list[tuple[str, int]]:
    """What frozen milestones bill by their triggers of a kind, each with its delivery."""
    return [
        (row["delivery"], int(row["amount"]))
        for milestone in added
        for row in milestone["triggers"]
        if row["kind"] == kind
    ]
