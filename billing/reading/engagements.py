"""One engagement as the client's page tells it, read in a fixed number of queries."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from peewee import JOIN, PREFETCH_TYPE, Load, fn

from billing import clock, events
from billing.accepting import comments, gates, owed, readings, verdicts
from billing.agreeing import agreements, picking
from billing.disputing import settling
from billing.invoicing import charges, tax
from billing.outbox import business_of
from billing.paying import credit_entries, settlement
from billing.paying.settlement import Settlement
from billing.planning import options
from billing.reading import overview
from billing.reading.ladder import ACCEPTED, GIVEN_UP
from models import (
    Agreement,
    AgreementState,
    Business,
    Claim,
    Client,
    Contact,
    Document,
    File,
    Invoice,
    InvoiceKind,
    InvoiceLine,
    InvoiceState,
    Milestone,
    MilestoneState,
    Project,
    ProjectState,
    Rendition,
    TriggerKind,
)

OFFERED = (*agreements.OUT, AgreementState.CLIENT_SIGNED, AgreementState.COUNTERSIGNED)
IN_FORCE = (AgreementState.ACTIVE, AgreementState.AMENDED, AgreementState.TERMINATED)
IN_MAKING = (AgreementState.DRAFT, AgreementState.PREPARING)


@dataclass(frozen=True)
class Judged:
    """A criterion as it stands: what was shown for it, and whether the client found it met.

    `remark` is what the client said of it last, which `met` does not follow over rounds. In
    settling a dispute it may have been given up.
    """

    id: int
    text: str
    shown: str
    met: bool | None
    remark: str = ""
    given_up: bool = False


@dataclass(frozen=True)
class Engagement:
    """What both sides have agreed, done and paid. Amounts payable, in minor units with tax.

    `credit` is the client's, in the project's currency, whatever project it comes from. `change`
    is a change order that the client has and that is not in force yet.
    """

    project: Project
    client: Client
    business: Business
    contacts: list[Contact]
    agreement: Agreement | None
    change: Agreement | None
    is_preparing: bool
    milestones: list[Milestone]
    invoices: list[Settlement]
    credit: int
    history: list[events.Told]
    today: date
    now: datetime

    @property
    def is_signed(self) -> bool:
        return self.project.state in {
            ProjectState.ACTIVE,
            ProjectState.CLOSED,
            ProjectState.CANCELLED,
        }

    @property
    def accepted(self) -> int:
        """How many milestones the client has accepted."""
        return sum(row.state in ACCEPTED for row in self.milestones)

    @cached_property
    def total(self) -> int:
        """All that is payable: what is invoiced, and what of the plan is not billed yet."""
        bills = [each.invoice for each in self.invoices]
        billed = sum(int(row.planned) * sign_of(row) for row in bills)
        kept = [row for row in self.milestones if row.state not in GIVEN_UP]
        rest = sum(int(row.price or 0) - int(row.waived) - int(row.given_up) for row in kept)
        given_up = sum(int(row.given_up) * sign_of(row) for row in bills)
        unbilled = rest - billed + given_up
        return sum(int(row.total) * sign_of(row) for row in bills) + self._payable(unbilled).total

    @property
    def paid(self) -> int:
        return sum(each.paid for each in self.invoices)

    @property
    def tax_within(self) -> int:
        """What of the whole plan is tax."""
        return self._payable(sum(int(row.price or 0) for row in self.milestones)).tax

    @cached_property
    def choice(self) -> dict[str, Any] | None:
        """The alternatives of an offer that leaves a choice."""
        offer = self.agreement
        if offer is None or offer.state not in agreements.OUT or not options.are_in(self.project):
            return None
        return picking.offered(agreements.read(Agreement.get_by_id(offer.id)))

    @cached_property
    def deposit(self) -> int:
        """What is payable once both have signed."""
        amounts = 0
        for milestone in self.milestones:
            parts = charges.trigger_amounts(milestone)
            amounts += sum(
                parts[row.id] for row in milestone.triggers if row.kind == TriggerKind.ON_SIGNING
            )
        return self._payable(amounts).total

    @cached_property
    def changed(self) -> dict[str, Any]:
        """What the change order on its way says, as it was frozen."""
        found: dict[str, Any] = agreements.read(Agreement.get_by_id(self.change))
        return found

    def _payable(self, amount: int) -> tax.Totals:
        line = tax.Taxable(amount, str(self.project.tax_category), int(self.project.tax_rate))
        return tax.totals([line], bool(self.project.prices_gross))

    @cached_property
    def measures(self) -> dict[int, readings.Standing]:
        """How the measures of the milestones stand, by the milestones' ids."""
        return readings.of(self.project, self.milestones) if self.is_signed else {}

    @cached_property
    def gates(self) -> gates.Standing:
        """Why agreed milestones wait, and how much is open."""
        return gates.standing(self.project, self.now, self.milestones)

    @cached_property
    def owed(self) -> dict[int, owed.Owed]:
        """What the client supplies for milestones, by the milestones' ids."""
        return owed.of_project(self.project, self.milestones, self.now) if self.is_signed else {}

    @cached_property
    def comments(self) -> dict[int, comments.Counted]:
        """How much was said of each milestone."""
        return comments.counted(self.project)

    def milestone(self, milestone_id: int) -> Milestone | None:
        """One of the milestones the client may see."""
        return next((row for row in self.milestones if row.id == milestone_id), None)

    def judged(self, milestone: Milestone) -> list[Judged]:
        return judged(milestone)

    def who(self, role: str) -> list[Contact]:
        """The client's contacts with a role: signer, approver or payer."""
        return [row for row in self.contacts if getattr(row, f"is_{role}")]


def sign_of(invoice: Invoice) -> int:
    """A credit note takes back what an invoice bills."""
    return -1 if invoice.kind == InvoiceKind.CREDIT_NOTE else 1


def judged(milestone: Milestone) -> list[Judged]:
    """The criteria of a milestone read here, with the newest evidence and verdict on each.

    What was accepted in an earlier round stays so, with what was shown for it then.
    """
    rounds = list(milestone.submissions)
    newest = next(iter(rounds), None)
    shown = {row.criterion_id: row.text for each in reversed(rounds) for row in each.evidence}
    decisions = newest.decisions if newest else []
    met = {row.criterion_id: row.accepted for each in reversed(decisions) for row in each.verdicts}
    met |= dict.fromkeys(verdicts.told(milestone), True)
    remarks, lost = verdicts.remarks(milestone), verdicts.given_up(milestone)
    return [
        Judged(
            id=row.id,
            text=row.text,
            shown=shown.get(row.id, ""),
            met=met.get(row.id),
            remark=remarks.get(row.id, ""),
            given_up=row.id in lost,
        )
        for row in milestone.criteria
    ]


def read(project: Project, now: datetime) -> Engagement:
    """Everything the client may see of a project. The plan is hidden until it is offered."""
    business = business_of(project)
    today = clock.local_date(now, str(business.timezone))
    versions = list(_versions(project))
    sent = [row for row in versions if row.sent_at is not None]
    agreement = next((row for row in sent if not agreements.is_change(row)), None)
    on_its_way = (row for row in sent if agreements.is_change(row) and row.state in OFFERED)
    shows_plan = agreement is not None and agreement.state in OFFERED + IN_FORCE
    return Engagement(
        project=project,
        client=project.client,
        business=business,
        contacts=list(contacts_of(project)),
        agreement=agreement,
        change=next(on_its_way, None),
        is_preparing=bool(versions) and versions[0].state in IN_MAKING,
        milestones=_milestones(project) if shows_plan else [],
        invoices=settlement.of_all(invoices_of(project), today),
        credit=credit_entries.left(project.client_id, str(project.currency)),
        history=events.history(project),
        today=today,
        now=now,
    )


def contacts_of(project: Project) -> Any:
    """The present contacts of the client, in order."""
    return (
        Contact.select()
        .where(Contact.client == project.client_id, Contact.removed_at.is_null())
        .order_by(Contact.id)
    )


def _versions(project: Project) -> Any:
    """Agreements without their payload, the newest first, each with its PDF's hash."""
    columns = [field for field in Agreement._meta.sorted_fields if field.name != "payload"]
    return (
        Agreement.select(*columns, Contact, Document, File.id, File.sha256)
        .join(Contact, JOIN.LEFT_OUTER)
        .switch(Agreement)
        .join(Document, JOIN.LEFT_OUTER)
        .join(File, JOIN.LEFT_OUTER)
        .where(Agreement.project == project.id)
        .order_by(Agreement.version.desc())
        .with_related(_load(Agreement.signatures))
    )


def _milestones(project: Project) -> list[Milestone]:
    found = overview.planned(project, overview.handed_over(), overview.disputed())
    return [row for row in found if row.state != MilestoneState.SUPERSEDED]


def invoices_of(project: Project) -> Any:
    """What was sent to the client, the newest first, each with what is paid and claimed of it.

    `planned` is what it bills of milestones (in the prices' basis), `given_up` what of it
    is not billed again: of milestones cancelled or replaced, credited of accepted ones. What was
    credited in settling a dispute is off the price already.
    `is_made` says whether its PDF is there.
    """
    planned = InvoiceLine.select(fn.COALESCE(fn.SUM(InvoiceLine.amount), 0)).where(
        InvoiceLine.invoice == Invoice.id, InvoiceLine.milestone.is_null(False)
    )
    is_over = Milestone.state.in_(GIVEN_UP) | (
        (Invoice.kind == InvoiceKind.CREDIT_NOTE)
        & (Invoice.cause != settling.CAUSE)
        & Milestone.state.in_(ACCEPTED)
    )
    given_up = planned.join(Milestone).where(is_over).alias("given_up")
    made = fn.EXISTS(Rendition.select(Rendition.id).where(Rendition.invoice == Invoice.id))
    claims = Claim.select(Claim, Contact).join(Contact).order_by(Claim.id.desc())
    return (
        Invoice.with_paid()
        .select_extend(planned.alias("planned"), given_up, made.alias("is_made"))
        .where(Invoice.project == project.id, Invoice.state == InvoiceState.ISSUED)
        .order_by(Invoice.id.desc())
        .with_related(_load(Invoice.claims, claims), _load(Invoice.payments))
    )


def _load(relation: Any, query: Any = None) -> Load:
    return Load(relation, query, strategy=PREFETCH_TYPE.MATERIALIZE)
