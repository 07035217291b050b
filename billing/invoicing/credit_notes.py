"""Credit notes: what was billed and is taken back, one document for each invoice credited.

A line is credited by hand or because a milestone's price falls below what it has billed. A
line credited whole frees its charges, a part of it does not.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from peewee import fn

from billing import events, format
from billing.accepting import gates
from billing.actors import Actor
from billing.invoicing import drafts, invoices, tax
from billing.invoicing import lines as rows
from billing.invoicing.units import PIECE
from billing.paying import write_offs
from billing.planning import projects
from billing.refusals import N_, Conflict, NotPositive, Refusal, WrongState
from models import (
    Charge,
    DocumentType,
    Invoice,
    InvoiceKind,
    InvoiceLine,
    InvoiceState,
    Milestone,
    Project,
    User,
    write,
)


class CreditTooMuch(Refusal):
    """Facts: `title`, `left` in words."""

    sentence = N_("Only %(left)s of “%(title)s” is left to credit.")


class NothingToCredit(Conflict):
    sentence = N_("All of this invoice is already credited.")


class CreditReasonMissing(Refusal):
    sentence = N_("Say why it is credited. The client reads it on the credit note.")
    field = "reason"


@dataclass(frozen=True)
class Plan:
    """What crediting milestones would touch: amounts by line id, by the invoice they are on."""

    drafts: dict[Invoice, dict[int, int]] = field(default_factory=dict)
    issued: dict[Invoice, dict[int, int]] = field(default_factory=dict)

    def totals(self) -> list[tax.Totals]:
        """What the credit notes come to, one for each invoice."""
        return [totals(invoice, amounts) for invoice, amounts in self.issued.items()]

    def taken(self) -> dict[int, int]:
        """How much less of each invoice or draft is owed after it, payable, by its id."""
        return {
            **{row.id: totals(row, amounts).total for row, amounts in self.issued.items()},
            **{
                row.id: int(row.total) - drafts.left(row, amounts)
                for row, amounts in self.drafts.items()
            },
        }


def credited_of(lines: list[InvoiceLine]) -> dict[int, int]:
    """What was credited of each line so far, by id, in the prices' basis."""
    amount = fn.SUM(InvoiceLine.amount)
    found = (
        InvoiceLine.select(InvoiceLine.credits, amount)
        .where(InvoiceLine.credits.in_([line.id for line in lines]))
        .group_by(InvoiceLine.credits)
        .tuples()
    )
    return {line: int(credited) for line, credited in found}


def left_of(invoice: Invoice) -> dict[InvoiceLine, int]:
    """The lines of an invoice in order, with what of each is not credited yet."""
    lines = rows.of(invoice)
    credited = credited_of(lines)
    return {line: int(line.amount) - credited.get(line.id, 0) for line in lines}


def notes_of(invoice: Invoice) -> list[Invoice]:
    """The credit notes of an invoice, the newest first."""
    return list(
        Invoice.select().where(Invoice.credits == invoice.id).order_by(Invoice.sequence.desc())
    )


def totals(invoice: Invoice, amounts: Mapping[int, int]) -> tax.Totals:
    """What a note over `amounts` (by line id) takes back, tax included."""
    lines = [
        creditable(line, int(line.amount) - left, amounts.get(line.id, 0))
        for line, left in left_of(invoice).items()
    ]
    return tax.credit(lines, bool(invoice.project.prices_gross))


def creditable(line: InvoiceLine, credited: int, credit: int) -> tax.Creditable:
    """A line of which `credited` was taken back before, and `credit` is now."""
    return tax.Creditable(
        amount=int(line.amount),
        net=int(line.net),
        category=str(line.tax_category),
        rate=int(line.tax_rate),
        credited=credited,
        credit=credit,
        allowance=int(line.allowance),
        allowance_net=int(line.allowance_net),
    )


def plan(project: Project, amounts: Mapping[Milestone, int], issued_only: bool = False) -> Plan:
    """How milestones would be credited: off drafts first, then of the newest invoices.

    Refuses NotPositive, CreditTooMuch.
    """
    made = Plan()
    if not amounts:
        return made
    lines = _lines_of(amounts, issued_only)
    credited = credited_of(lines)
    for milestone, amount in amounts.items():
        if amount <= 0:
            raise NotPositive
        rest = amount
        for line in (each for each in lines if each.milestone_id == milestone.id):
            taken = min(rest, int(line.amount) - credited.get(line.id, 0))
            is_draft = line.invoice.state == InvoiceState.DRAFT
            if taken:
                within = made.drafts if is_draft else made.issued
                within.setdefault(line.invoice, {})[line.id] = taken
                rest -= taken
        if rest:
            left = format.money(amount - rest, str(project.currency))
            raise CreditTooMuch(left=left, title=milestone.title)
    return made


def _lines_of(milestones: Iterable[Milestone], issued_only: bool) -> list[InvoiceLine]:
    """What invoices bill of milestones: on drafts first, then the newest first."""
    found = (
        InvoiceLine.select(InvoiceLine, Invoice)
        .join(Invoice)
        .where(
            InvoiceLine.milestone.in_([row.id for row in milestones]),
            Invoice.kind == InvoiceKind.INVOICE,
        )
    )
    if issued_only:
        found = found.where(Invoice.state == InvoiceState.ISSUED)
    return sorted(found, key=_newest_first)


def _newest_first(line: InvoiceLine) -> tuple[bool, int, int]:
    invoice = line.invoice
    return invoice.state != InvoiceState.DRAFT, -int(invoice.sequence or 0), -int(line.id)


def credit_milestone(
    project: Project,
    milestone: Milestone,
    amount: int,
    cause: str,
    by: Actor,
    now: datetime,
    reason: str = "",
) -> list[Invoice]:
    """Take back `amount` (minor units, the prices' basis) of what a milestone has billed.

    Drafts are made smaller; of issued invoices, the newest first, each gets its credit note,
    and these are answered. Refuses NotPositive, CreditTooMuch, changing nothing.
    """
    return credit_milestones(project, {milestone: amount}, cause, by, now, reason)


def credit_milestones(
    project: Project,
    amounts: Mapping[Milestone, int],
    cause: str,
    by: Actor,
    now: datetime,
    reason: str = "",
) -> list[Invoice]:
    """The same for several milestones at once: one note for each invoice they are on."""
    with write(project):
        planned = plan(project, amounts)
        for draft, by_line in planned.drafts.items():
            drafts.lessen(draft, by_line, by, now)
        return [
            _make(invoice, by_line, cause, reason, by, now)
            for invoice, by_line in planned.issued.items()
        ]


def issue(
    invoice: Invoice, amounts: Mapping[int, int], reason: str, key: str, by: User, now: datetime
) -> Invoice:
    """Credit an issued invoice by hand: `amounts` in the prices' basis by line id.

    A repeat with the same key answers with the same note. Refuses WrongState (a draft or a
    credit note), CreditReasonMissing, NotPositive, NothingToCredit, CreditTooMuch.
    """
    if not reason.strip():
        raise CreditReasonMissing
    project = invoice.project
    key = f"credit:{invoice.id}:{key}"
    with write(project):
        again = invoices.billed_under(project, key)
        if again is not None:
            return again
        check(invoice, amounts)
        note = _make(invoice, amounts, "manual", reason.strip(), by, now, key)
        gates.open_next(project, by, now)
        projects.close_if_settled(project, by, now)
    return note


def check(invoice: Invoice, amounts: Mapping[int, int]) -> None:
    """Refuse what cannot be credited by hand: see issue()."""
    if invoice.state != InvoiceState.ISSUED or invoice.kind != InvoiceKind.INVOICE:
        raise WrongState(state=invoice.state if invoice.number is None else invoice.kind)
    left = left_of(invoice)
    if not any(left.values()):
        raise NothingToCredit
    for line, rest in left.items():
        amount = amounts.get(line.id, 0)
        if amount < 0:
            raise NotPositive(field=f"line_{line.id}")
        if amount > rest:
            raise CreditTooMuch(
                field=f"line_{line.id}",
                left=format.money(rest, str(invoice.currency)),
                title=line.description,
            )
    if not any(amounts.get(line.id) for line in left):
        raise NotPositive


def _make(
    invoice: Invoice,
    amounts: Mapping[int, int],
    cause: str,
    reason: str,
    by: Actor,
    now: datetime,
    key: str | None = None,
) -> Invoice:
    """The note itself, numbered, frozen and announced. Runs in the caller's write()."""
    sums, left = totals(invoice, amounts), left_of(invoice)
    credited = [line for line in left if amounts.get(line.id)]
    note: Invoice = Invoice.create(
        owner=invoice.owner_id,
        project=invoice.project_id,
        client=invoice.client_id,
        kind=InvoiceKind.CREDIT_NOTE,
        document_type=DocumentType.CREDIT_NOTE,
        credits=invoice,
        cause=cause,
        currency=invoice.currency,
        terms_days=0,
        key=key,
        discount=sum(sums.shares),
        discount_reason=invoice.discount_reason,
        purchase_order=invoice.purchase_order,
        withholding=_withheld(invoice, sums.net),
        supplied_on=invoice.supplied_on,
        note=reason,
        created_at=now,
        **rows.columns(sums, [rows.key_of(line) for line in credited]),
    )
    parts = zip(credited, sums.nets, sums.shares, sums.net_shares, strict=True)
    for position, (line, *nets) in enumerate(parts):
        _line(note, position, line, amounts[line.id], *nets)
    whole = [line.id for line in credited if left[line] == amounts[line.id]]
    Charge.update(freed_at=now).where(Charge.line.in_(whole), Charge.freed_at.is_null()).execute()
    digest = invoices.freeze(note, invoice.project, 0, now)
    events.record(
        "credit_note.issued",
        invoice.project,
        by,
        now,
        credit_note=note.id,
        number=note.number,
        invoice=invoice.id,
        credited=invoice.number,
        total=note.total,
        currency=note.currency,
        cause=cause,
        content_sha256=digest,
    )
    write_offs.give_way(invoice, note.issued_on, by, now)
    return note


def _withheld(invoice: Invoice, net: int) -> Mapping[str, int] | None:
    return rows.withheld(int(invoice.withholding["rate"]), net) if invoice.withholding else None


def _line(
    note: Invoice,
    position: int,
    line: InvoiceLine,
    amount: int,
    net: int,
    allowance: int,
    allowance_net: int,
) -> None:
    is_whole = amount == line.amount
    InvoiceLine.create(
        invoice=note,
        position=position,
        milestone=line.milestone_id,
        description=line.description,
        detail=line.detail if is_whole else "",
        accepted_on=line.accepted_on,
        quantity=line.quantity if is_whole else "1",
        unit=line.unit if is_whole else PIECE,
        unit_price=line.unit_price if is_whole else amount,
        discount=line.discount if is_whole else 0,
        discount_rate=line.discount_rate if is_whole else 0,
        amount=amount,
        net=net,
        allowance=allowance,
        allowance_net=allowance_net,
        tax_category=line.tax_category,
        tax_rate=line.tax_rate,
        tax_note=line.tax_note,
        credits=line,
    )
