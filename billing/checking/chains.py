"""Whether the event chains hold, and tell of every deed and of nothing else."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from billing import events
from billing.checking.history import History
from models import (
    Agreement,
    Claim,
    Decision,
    DecisionKind,
    Event,
    EventText,
    Invoice,
    InvoiceState,
    Milestone,
    Payment,
    Project,
    Rendition,
    Signature,
    Submission,
)


def problems() -> Iterator[str]:
    """Chains that break, and personal texts that are not what was hashed."""
    for project in Project.select():
        broken = events.broken_link(project)
        if broken is not None:
            yield f"project {project.id}: the event chain breaks at event {broken}"
    for text in EventText.select(EventText, Event).join(Event):
        kept = _hash_in(text.event, text.field)
        if kept != events.personal_hash(text.salt, text.text):
            yield f"event {text.event_id}: the text of its {text.field} is not what was hashed"


def _hash_in(event: Event, field: str) -> str | None:
    try:
        return str(json.loads(event.body)["facts"][field]["sha256"])
    except (ValueError, KeyError, TypeError):
        return None


@dataclass(frozen=True)
class Deed:
    """Rows that each have one event, whose facts must say what the row says."""

    kind: str
    subject: str
    rows: Callable[[Project], Any]
    says: Callable[[Any], dict[str, Any]] = lambda _row: {}
    name: Callable[[Any], int] = lambda row: int(row.id)


def _sent(project: Project) -> Any:
    return Agreement.select().where(
        Agreement.project == project.id, Agreement.document.is_null(False)
    )


def _frozen(project: Project) -> Any:
    return Agreement.select().where(
        Agreement.project == project.id, Agreement.payload.is_null(False)
    )


def _in_force(project: Project) -> Any:
    return Agreement.select().where(
        Agreement.project == project.id, Agreement.active_at.is_null(False)
    )


def _signed_by(party: str) -> Callable[[Project], Any]:
    return lambda project: (
        Signature.select()
        .join(Agreement)
        .where(Agreement.project == project.id, Signature.party == party)
    )


def _submitted(project: Project) -> Any:
    return Submission.select().join(Milestone).where(Milestone.project == project.id)


def _decided(kind: str) -> Callable[[Project], Any]:
    return lambda project: (
        Decision.select()
        .join(Submission)
        .join(Milestone)
        .where(Milestone.project == project.id, Decision.kind == kind)
    )


def _issued(project: Project) -> Any:
    return Invoice.select().where(
        Invoice.project == project.id, Invoice.state == InvoiceState.ISSUED
    )


def _of_invoices(model: Any) -> Callable[[Project], Any]:
    return lambda project: model.select().join(Invoice).where(Invoice.project == project.id)


def _paid(reversal: bool) -> Callable[[Project], Any]:
    return lambda project: _of_invoices(Payment)(project).where(
        Payment.reverses.is_null(not reversal)
    )


def _invoice_facts(invoice: Invoice) -> dict[str, Any]:
    return {
        "number": invoice.number,
        "total": invoice.total,
        "currency": invoice.currency,
        "due_on": invoice.due_on.isoformat(),
        "content_sha256": sha256(str(invoice.content).encode()).hexdigest(),
    }


DEEDS = (
    Deed(
        "agreement.prepared",
        "agreement",
        _frozen,
        lambda row: {"version": row.version, "payload_sha256": row.payload_sha256},
    ),
    Deed(
        "agreement.sent",
        "agreement",
        _sent,
        lambda row: {"document_sha256": row.document.file.sha256},
    ),
    Deed(
        "agreement.client_signed",
        "signature",
        _signed_by("client"),
        lambda row: {"agreement": row.agreement_id, "document_sha256": row.document_sha256},
    ),
    Deed(
        "agreement.countersigned",
        "signature",
        _signed_by("owner"),
        lambda row: {"agreement": row.agreement_id, "document_sha256": row.document_sha256},
    ),
    Deed("agreement.active", "agreement", _in_force),
    Deed(
        "milestone.submitted",
        "submission",
        _submitted,
        lambda row: {"milestone": row.milestone_id, "round": row.round},
    ),
    Deed("milestone.accepted", "decision", _decided(DecisionKind.ACCEPTED)),
    Deed("milestone.changes_requested", "decision", _decided(DecisionKind.CHANGES_REQUESTED)),
    Deed("invoice.issued", "invoice", _issued, _invoice_facts),
    Deed(
        "invoice.document_made",
        "invoice",
        _of_invoices(Rendition),
        lambda row: {"document_sha256": row.document.file.sha256},
        lambda row: int(row.invoice_id),
    ),
    Deed(
        "payment.recorded",
        "payment",
        _paid(reversal=False),
        lambda row: {"invoice": row.invoice_id, "amount": row.amount},
    ),
    Deed(
        "payment.reversed",
        "payment",
        _paid(reversal=True),
        lambda row: {"invoice": row.invoice_id, "amount": row.amount},
    ),
    Deed("payment.claimed", "claim", _of_invoices(Claim)),
)


def untold(project: Project, told: History) -> Iterator[str]:
    """Deeds that a project's history does not tell of, tells wrongly, or makes up."""
    for deed in DEEDS:
        facts = {int(each[deed.subject]): each for each in told.of(deed.kind)}
        if len(facts) != len(told.of(deed.kind)):
            yield f"project {project.id}: its events tell twice of one {deed.subject} ({deed.kind})"
        rows = {deed.name(row): row for row in deed.rows(project)}
        for number in sorted(rows.keys() - facts.keys()):
            yield f"project {project.id}: no event tells of {deed.subject} {number} ({deed.kind})"
        for number in sorted(facts.keys() - rows.keys()):
            yield (
                f"project {project.id}: an event tells of {deed.subject} {number} ({deed.kind}),"
                " which is not there"
            )
        for number in sorted(facts.keys() & rows.keys()):
            for name, value in deed.says(rows[number]).items():
                if facts[number].get(name) != value:
                    yield f"{deed.subject} {number}: its {name} is not what {deed.kind} tells"
