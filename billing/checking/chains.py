"""Whether the event chains hold, and tell of every deed and of nothing else."""

import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any

from billing import events
from billing.agreeing import picking
from billing.checking import disputes, handover
from billing.checking.history import Deed, History
from billing.paying.credit_entries import METHOD
from models import (
    Agreement,
    Claim,
    Code,
    Decision,
    DecisionKind,
    Event,
    EventText,
    Extension,
    Invoice,
    InvoiceKind,
    InvoiceState,
    Milestone,
    MilestoneState,
    Paper,
    Payment,
    PaymentReminder,
    Project,
    Rendition,
    ReviewReminder,
    Seal,
    Signature,
    Submission,
    Withdrawal,
    WriteOff,
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


def _sent(project: Project) -> Any:
    made = Agreement.select().where(
        Agreement.project == project.id, Agreement.document.is_null(False)
    )
    # What was on paper before it was frozen was never sent out to be signed.
    return made.where(Agreement.id.not_in(Paper.select(Paper.agreement).where(~Paper.was_sent)))


def _frozen(project: Project) -> Any:
    return Agreement.select().where(
        Agreement.project == project.id, Agreement.payload.is_null(False)
    )


def _chosen(project: Project) -> list[Agreement]:
    return [row for row in _frozen(project) if picking.chosen(json.loads(bytes(row.payload)))]


def _in_force(project: Project) -> Any:
    return Agreement.select().where(
        Agreement.project == project.id, Agreement.active_at.is_null(False)
    )


def _sealed(project: Project) -> Any:
    return Seal.select().join(Agreement).where(Agreement.project == project.id)


def _signed_by(party: str) -> Callable[[Project], Any]:
    return lambda project: (
        Signature.select()
        .join(Agreement)
        .where(Agreement.project == project.id, Signature.party == party, Signature.kind != "paper")
    )


def _on_paper(project: Project) -> Any:
    return (
        Agreement.select()
        .join(Signature)
        .where(
            Agreement.project == project.id, Signature.party == "owner", Signature.kind == "paper"
        )
    )


def _paper_facts(row: Agreement) -> dict[str, Any]:
    paper: Paper = Paper.get(Paper.agreement == row.id)
    return {
        "document_sha256": row.document.file.sha256,
        "scan_sha256": paper.scan.file.sha256,
        "signed_on": paper.signed_on.isoformat(),
    }


def _signature_facts(row: Signature) -> dict[str, Any]:
    return {
        "agreement": row.agreement_id,
        "document_sha256": row.document_sha256,
        "made": row.kind,
        "proof": row.proof,
        "drawing_sha256": row.drawing_sha256 or "",
    }


def _codes(project: Project) -> Any:
    return Code.select().join(Agreement).where(Agreement.project == project.id)


def _submitted(project: Project) -> Any:
    return Submission.select().join(Milestone).where(Milestone.project == project.id)


def _decided(kind: str) -> Callable[[Project], Any]:
    return lambda project: (
        Decision.select()
        .join(Submission)
        .join(Milestone)
        .where(Milestone.project == project.id, Decision.kind == kind)
    )


def _reminded(project: Project) -> Any:
    rows = ReviewReminder.select().join(Submission).join(Milestone)
    return rows.where(Milestone.project == project.id)


def _extended(agreed: bool) -> Callable[[Project], Any]:
    return lambda project: (
        Extension.select()
        .join(Milestone)
        .where(Milestone.project == project.id, Extension.agreed == agreed)
    )


def _issued(project: Project) -> Any:
    return Invoice.select().where(
        Invoice.project == project.id,
        Invoice.state == InvoiceState.ISSUED,
        Invoice.kind == InvoiceKind.INVOICE,
    )


def _withdrawn(project: Project) -> Any:
    return Withdrawal.select().join(Agreement).where(Agreement.project == project.id)


def _cancelled(project: Project) -> Any:
    return Milestone.live(project).where(Milestone.state == MilestoneState.CANCELLED)


def _credited(project: Project) -> Any:
    return Invoice.select().where(
        Invoice.project == project.id, Invoice.kind == InvoiceKind.CREDIT_NOTE
    )


def _of_invoices(model: Any) -> Callable[[Project], Any]:
    return lambda project: model.select().join(Invoice).where(Invoice.project == project.id)


def _reversed(rows: Any) -> Callable[[Project], Any]:
    return lambda project: _of_invoices(rows)(project).where(rows.reverses.is_null(False))


def _paid(is_in: bool, by_credit: bool) -> Callable[[Project], Any]:
    """Payments to an invoice or from it, in money or by the client's credit."""
    return lambda project: _of_invoices(Payment)(project).where(
        Payment.reverses.is_null(),
        Payment.amount > 0 if is_in else Payment.amount < 0,
        Payment.method == METHOD if by_credit else Payment.method != METHOD,
    )


def _written_off(project: Project) -> Any:
    return _of_invoices(WriteOff)(project).where(WriteOff.reverses.is_null())


def _settling(row: Any) -> dict[str, Any]:
    return {"invoice": row.invoice_id, "amount": row.amount}


def _dunned(row: Any) -> dict[str, Any]:
    return {"invoice": row.invoice_id, "step": row.step, "due": row.due}


def _invoice_facts(invoice: Invoice) -> dict[str, Any]:
    return {
        "number": invoice.number,
        "total": invoice.total,
        "currency": invoice.currency,
        "due_on": invoice.due_on.isoformat(),
        "content_sha256": sha256(str(invoice.content).encode()).hexdigest(),
    }


def _note_facts(note: Invoice) -> dict[str, Any]:
    facts = _invoice_facts(note)
    del facts["due_on"]
    return {**facts, "invoice": note.credits_id, "credited": note.credits.number}


DEEDS = (
    Deed(
        "agreement.prepared",
        "agreement",
        _frozen,
        lambda row: {"version": row.version, "payload_sha256": row.payload_sha256},
    ),
    Deed(
        "agreement.chosen",
        "chosen",
        _chosen,
        lambda row: {"chosen_version": row.version},
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
        _signature_facts,
    ),
    Deed(
        "agreement.countersigned",
        "signature",
        _signed_by("owner"),
        _signature_facts,
    ),
    Deed("agreement.recorded", "agreement", _on_paper, _paper_facts),
    Deed(
        "agreement.code_sent",
        "code",
        _codes,
        lambda row: {"agreement": row.agreement_id, "document_sha256": row.document_sha256},
    ),
    Deed(
        "agreement.code_confirmed",
        "code",
        lambda project: _codes(project).where(Code.used_at.is_null(False)),
        lambda row: {"agreement": row.agreement_id, "document_sha256": row.document_sha256},
    ),
    Deed(
        "agreement.sealed",
        "agreement",
        _sealed,
        lambda row: {
            "document_sha256": row.document.file.sha256,
            "certificate": row.certificate.fingerprint,
        },
        lambda row: int(row.agreement_id),
    ),
    Deed("agreement.active", "agreement", _in_force),
    Deed(
        "milestone.submitted",
        "submission",
        _submitted,
        lambda row: {
            "milestone": row.milestone_id,
            "round": row.round,
            **handover.hashes(row),
        },
    ),
    Deed("milestone.accepted", "decision", _decided(DecisionKind.ACCEPTED)),
    Deed("milestone.changes_requested", "decision", _decided(DecisionKind.CHANGES_REQUESTED)),
    Deed("milestone.deemed_accepted", "decision", _decided(DecisionKind.DEEMED_ACCEPTED)),
    Deed("review.reminded", "reminder", _reminded, lambda row: {"last_day": str(row.last_day)}),
    Deed("review.extended", "extension", _extended(agreed=True), lambda row: {"days": row.days}),
    Deed("review.extension_refused", "extension", _extended(agreed=False)),
    *disputes.DEEDS,
    Deed(
        "agreement.withdrawn", "withdrawal", _withdrawn, lambda row: {"agreement": row.agreement_id}
    ),
    Deed("milestone.cancelled", "milestone", _cancelled, lambda row: {"title": row.title}),
    Deed("invoice.issued", "invoice", _issued, _invoice_facts),
    Deed("credit_note.issued", "credit_note", _credited, _note_facts),
    Deed(
        "invoice.document_made",
        "invoice",
        _of_invoices(Rendition),
        lambda row: {"document_sha256": row.document.file.sha256},
        lambda row: int(row.invoice_id),
    ),
    Deed("payment.recorded", "payment", _paid(True, by_credit=False), _settling),
    Deed("payment.refunded", "payment", _paid(False, by_credit=False), _settling),
    Deed("credit.used", "payment", _paid(True, by_credit=True), _settling),
    Deed("credit.kept", "payment", _paid(False, by_credit=True), _settling),
    Deed("payment.reversed", "payment", _reversed(Payment), _settling),
    Deed("invoice.written_off", "write_off", _written_off, _settling),
    Deed("invoice.expected_again", "write_off", _reversed(WriteOff), _settling),
    Deed("invoice.reminded", "reminder", _of_invoices(PaymentReminder), _dunned),
    Deed("payment.claimed", "claim", _of_invoices(Claim)),
)


UNTOLD = {"made": "typed", "proof": "none", "drawing_sha256": ""}


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
                # What an earlier release did not tell yet stands at its default.
                if facts[number].get(name, UNTOLD.get(name)) != value:
                    yield f"{deed.subject} {number}: its {name} is not what {deed.kind} tells"
