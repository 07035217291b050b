"""The check: recompute from the rows what is stored beside them, and name what does not fit."""

import json
from collections.abc import Iterator
from hashlib import sha256

from peewee import fn

from billing import charges, events, tax
from models import (
    Agreement,
    AgreementState,
    Charge,
    Decision,
    DecisionKind,
    File,
    Invoice,
    InvoiceLine,
    InvoiceState,
    Milestone,
    MilestoneState,
    Payment,
    Project,
    Series,
    Signature,
    Submission,
)


def problems() -> list[str]:
    """One sentence for each thing that does not fit; empty if all is well."""
    return [
        *_chains(),
        *_files(),
        *_agreements(),
        *_milestones(),
        *_charges(),
        *_invoices(),
        *_numbers(),
    ]


def _chains() -> Iterator[str]:
    for project in Project.select():
        broken = events.broken_link(project)
        if broken is not None:
            yield f"project {project.id}: the event chain breaks at event {broken}"


def _files() -> Iterator[str]:
    for file in File.select().iterator():
        if sha256(bytes(file.content)).hexdigest() != file.sha256:
            yield f"file {file.id}: the bytes do not match their hash {file.sha256}"


def _agreements() -> Iterator[str]:
    for agreement in Agreement.select().where(Agreement.payload.is_null(False)):
        if sha256(bytes(agreement.payload)).hexdigest() != agreement.payload_sha256:
            yield f"agreement {agreement.id}: the frozen payload does not match its hash"
    for signature in Signature.select(Signature, Agreement).join(Agreement):
        document = signature.agreement.document
        if document is None or document.file.sha256 != signature.document_sha256:
            yield f"signature {signature.id}: it is not of the document the agreement holds"
    signed = Signature.select(fn.COUNT(Signature.id)).where(Signature.agreement == Agreement.id)
    for agreement in Agreement.select().where(Agreement.state == AgreementState.ACTIVE):
        if signed.where(Signature.agreement == agreement.id).scalar() != 2:
            yield f"agreement {agreement.id}: active without two signatures"


def _milestones() -> Iterator[str]:
    for milestone in Milestone.select().where(Milestone.deleted_at.is_null()):
        expected = _state_by_rows(milestone)
        if expected is not None and milestone.state not in expected:
            yield f"milestone {milestone.id}: {milestone.state}, but its rows say {expected[0]}"


def _state_by_rows(milestone: Milestone) -> tuple[str, ...] | None:
    """The states that the newest submission and its standing decision allow; None if any."""
    submission = (
        Submission.select()
        .where(Submission.milestone == milestone.id)
        .order_by(Submission.round.desc())
        .first()
    )
    if submission is None:
        return (
            MilestoneState.ACTIVE,
            MilestoneState.DRAFT,
            MilestoneState.AGREED,
            MilestoneState.CANCELLED,
            MilestoneState.SUPERSEDED,
        )
    decision = (
        Decision.select()
        .where(Decision.submission == submission.id, Decision.withdrawn_at.is_null())
        .order_by(Decision.id.desc())
        .first()
    )
    if decision is None:
        return (MilestoneState.SUBMITTED, MilestoneState.CANCELLED, MilestoneState.SUPERSEDED)
    return {
        DecisionKind.ACCEPTED: (MilestoneState.ACCEPTED,),
        DecisionKind.CHANGES_REQUESTED: (MilestoneState.CHANGES_REQUESTED,),
    }.get(decision.kind)


def _charges() -> Iterator[str]:
    billed = (
        Charge.select(Charge.milestone, fn.SUM(Charge.amount).alias("amount"))
        .where(Charge.freed_at.is_null())
        .group_by(Charge.milestone)
    )
    amounts = {row.milestone_id: int(row.amount) for row in billed}
    for milestone in Milestone.select().where(Milestone.id.in_(list(amounts))):
        if amounts[milestone.id] > (milestone.price or 0):
            yield f"milestone {milestone.id}: {amounts[milestone.id]} billed of {milestone.price}"
        if sum(charges.trigger_amounts(milestone).values()) != milestone.price:
            yield f"milestone {milestone.id}: its triggers do not add up to its price"


def _invoices() -> Iterator[str]:
    for invoice in Invoice.select():
        lines = list(InvoiceLine.select().where(InvoiceLine.invoice == invoice.id))
        if sum(line.net for line in lines) != invoice.net:
            yield f"invoice {invoice.id}: its lines do not add up"
        gross = bool(invoice.project.prices_gross)
        sums = tax.totals(
            [tax.Taxable(line.amount, line.tax_category, line.tax_rate) for line in lines], gross
        )
        if (sums.net, sums.tax, sums.total) != (invoice.net, invoice.tax, invoice.total):
            yield f"invoice {invoice.id}: its totals do not follow from its lines"
        if invoice.state == InvoiceState.ISSUED:
            yield from _issued(invoice)


def _issued(invoice: Invoice) -> Iterator[str]:
    content = json.loads(invoice.content)
    if (content["number"], content["total"]) != (invoice.number, invoice.total):
        yield f"invoice {invoice.number}: its frozen content says something else"
    paid = Payment.select(fn.COALESCE(fn.SUM(Payment.amount), 0)).where(
        Payment.invoice == invoice.id
    )
    if not 0 <= int(paid.scalar()) <= invoice.total:
        yield f"invoice {invoice.number}: {paid.scalar()} paid of {invoice.total}"


def _numbers() -> Iterator[str]:
    for series in Series.select():
        used = [
            row.sequence
            for row in Invoice.select(Invoice.sequence)
            .where(Invoice.series == series.id)
            .order_by(Invoice.sequence)
        ]
        first = used[0] if used else series.next_number
        if used != list(range(first, series.next_number)):
            yield f"series {series.prefix}: its numbers have gaps or repeat"
