"""What lies in an evidence pack: documents as they were frozen, and the rows around them.

Nothing of one side alone: no efforts, no drafts, no links, and no personal text of a link.
"""

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import rfc8785

from billing.evidence_pack import disputes, given
from billing.outbox import business_of
from billing.sealing import certificates
from billing.sealing.evidence import ONE_SIDED
from models import (
    Agreement,
    Certificate,
    CertificateRole,
    Document,
    Event,
    EventText,
    File,
    Invoice,
    InvoiceKind,
    InvoiceState,
    Milestone,
    Paper,
    Project,
    Rendition,
    Seal,
    Signature,
    Submission,
)

README = Path(__file__).with_name("README.txt")

Files = Iterator[tuple[str, bytes]]
"""Paths and their bytes, one at a time."""


def files(project: Project) -> Files:
    """All but what the pack says of itself."""
    yield "events.jsonl", _events(project)
    yield "texts.jsonl", _texts(project)
    yield from _agreements(project)
    yield from _invoices(project)
    yield "records/milestones.json", _json([_milestone(row) for row in _milestones(project)])
    yield "records/submissions.json", _json([_submission(row) for row in _submissions(project)])
    yield "records/comments.json", _json(given.comments_of(project))
    yield "records/supplies.json", _json(given.supplies_of(project))
    yield "records/files.json", _json(given.listed(project))
    yield from given.files_of(project)
    yield "records/disputes.json", _json(disputes.records(project))


def readme(project: Project) -> bytes:
    """README.txt: what this is, how to check it, and what that proves."""
    text = README.read_text()
    said = {"project": project.title, "seller": business_of(project).name}
    said["client"] = project.client.name
    return re.sub(r"\{(\w+)\}", lambda found: said[found[1]], text).encode()


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _events(project: Project) -> bytes:
    rows = Event.select(Event.body, Event.hash).where(Event.project == project.id)
    lines = [
        rfc8785.dumps({"body": json.loads(body), "hash": kept})
        for body, kept in rows.order_by(Event.seq).tuples()
    ]
    return b"".join(line + b"\n" for line in lines)


def _texts(project: Project) -> bytes:
    """Personal texts with their salts, as far as both sides may see them and none is erased."""
    rows = EventText.select(EventText, Event).join(Event).where(Event.project == project.id)
    lines = [
        rfc8785.dumps(
            {"seq": row.event.seq, "field": row.field, "salt": row.salt, "text": row.text}
        )
        for row in rows.order_by(Event.seq, EventText.field)
        if not json.loads(row.event.body)["kind"].startswith(ONE_SIDED)
    ]
    return b"".join(line + b"\n" for line in lines)


def _agreements(project: Project) -> Files:
    """The versions the client was sent, change orders among them, and what signs and seals them."""
    records, used = [], set()
    rows = Agreement.select().where(
        Agreement.project == project.id, Agreement.sent_at.is_null(False)
    )
    for row in rows.order_by(Agreement.version):
        home = f"agreements/v{row.version}"
        said = _agreement(row, home)
        yield f"{home}/payload.json", bytes(row.payload)
        yield said["document"], _content(row.document)
        for signature in said["signatures"]:
            if signature["drawing"]:
                yield (
                    signature["drawing"],
                    bytes(File.get(File.sha256 == signature["drawing_sha256"]).content),
                )
        paper = Paper.get_or_none(Paper.agreement == row.id)
        if paper is not None:
            ending = paper.scan.name.rsplit(".", 1)[-1]
            said |= {
                "scan": f"{home}/scan.{ending}",
                "scan_sha256": paper.scan.file_id and paper.scan.file.sha256,
            }
            yield said["scan"], _content(paper.scan)
        seal = Seal.get_or_none(Seal.agreement == row.id)
        if seal is not None:
            said |= _seal(seal, home)
            used.add(seal.certificate_id)
            yield said["sealed"], _content(seal.document)
        records.append(said)
    yield "records/agreements.json", _json(records)
    yield from _certificates(used)


def _content(document: Document) -> bytes:
    return bytes(document.file.content)


def _agreement(row: Agreement, home: str) -> dict[str, Any]:
    return {
        "id": row.id,
        "version": row.version,
        "kind": row.kind,
        "state": row.state,
        "sent_at": _moment(row.sent_at),
        "active_at": _moment(row.active_at),
        "expires_on": _day(row.expires_on),
        "payload": f"{home}/payload.json",
        "payload_sha256": row.payload_sha256,
        "document": f"{home}/agreement.pdf",
        "document_sha256": row.document.file.sha256,
        "signatures": [_signature(each, home) for each in row.signatures.order_by(Signature.id)],
        **dict.fromkeys(("sealed", "sealed_sha256", "certificate", "scan", "scan_sha256")),
        "anchors": [],
    }


def _signature(row: Signature, home: str) -> dict[str, Any]:
    return {
        "id": row.id,
        "party": row.party,
        "name": row.name,
        "kind": row.kind,
        "statement": row.statement,
        "consent": row.consent,
        "document_sha256": row.document_sha256,
        "signed_at": _moment(row.signed_at),
        "signed_on": _day(row.signed_on),
        "address": row.address,
        "user_agent": row.user_agent,
        "proof": row.proof,
        "drawing": f"{home}/drawn-{row.party}.png" if row.drawing_sha256 else None,
        "drawing_sha256": row.drawing_sha256,
    }


def _seal(seal: Seal, home: str) -> dict[str, Any]:
    certificate = seal.certificate
    is_ours = certificate.role == CertificateRole.LEAF
    anchors = _roots() if is_ours else [certificate]
    return {
        "sealed": f"{home}/sealed.pdf",
        "sealed_sha256": seal.document.file.sha256,
        "sealed_at": _moment(seal.sealed_at),
        "stamped_at": _moment(seal.stamped_at),
        "certificate": certificate.fingerprint,
        "anchors": [_path_of(each) for each in anchors],
    }


def _roots() -> list[Certificate]:
    return [row for row in certificates.all_of_them() if row.role == CertificateRole.ROOT]


def _path_of(certificate: Certificate) -> str:
    return f"certificates/{certificate.role}-{certificate.fingerprint[:16]}.pem"


def _certificates(used: set[int]) -> Files:
    """The roots and those that sealed something here, with what a brought one came with."""
    wanted = {CertificateRole.ROOT, CertificateRole.AUTHORITY} if used else set()
    found = [row for row in certificates.all_of_them() if row.id in used or row.role in wanted]
    for row in found:
        yield _path_of(row), f"{row.pem}{row.chain}".encode()
    yield "records/certificates.json", _json([_path_of(row) for row in found])


def _invoices(project: Project) -> Files:
    records = []
    rows = Invoice.select().where(
        Invoice.project == project.id, Invoice.state == InvoiceState.ISSUED
    )
    for row in rows.order_by(Invoice.id):
        folder = "credit-notes" if row.kind == InvoiceKind.CREDIT_NOTE else "invoices"
        # Numbers are the owner's to shape, and not every one could be the name of a file.
        home = f"{folder}/{row.id}-{re.sub(r'[^A-Za-z0-9._-]+', '-', row.number)}"
        made = Rendition.get_or_none(Rendition.invoice == row.id)
        said = _invoice(row, home, made)
        yield said["content"], str(row.content).encode()
        if made is not None:
            yield said["document"], _content(made.document)
        records.append(said)
    yield "records/invoices.json", _json(records)


def _invoice(row: Invoice, home: str, made: Rendition | None) -> dict[str, Any]:
    content = str(row.content).encode()
    return {
        "id": row.id,
        "kind": row.kind,
        "number": row.number,
        "currency": row.currency,
        "total": row.total,
        "issued_at": _moment(row.issued_at),
        "due_on": _day(row.due_on),
        "credits": row.credits.number if row.credits_id else None,
        "content": f"{home}.json",
        "content_sha256": _digest(content),
        "document": f"{home}.pdf" if made else None,
        "document_sha256": made.document.file.sha256 if made else None,
        "payments": [
            {
                "id": each.id,
                "amount": each.amount,
                "received_on": _day(each.received_on),
                "method": each.method,
                "reference": each.reference,
                "reverses": each.reverses_id,
                "recorded_at": _moment(each.recorded_at),
            }
            for each in sorted(row.payments, key=lambda each: int(each.id))
        ],
        "claims": [
            {
                "id": each.id,
                "by": each.contact.name,
                "reference": each.reference,
                "claimed_at": _moment(each.claimed_at),
                "answered_at": _moment(each.answered_at),
                "payment": each.payment_id,
            }
            for each in sorted(row.claims, key=lambda each: int(each.id))
        ],
    }


def _milestones(project: Project) -> Any:
    return Milestone.live(project)


def _milestone(row: Milestone) -> dict[str, Any]:
    return {
        "id": row.id,
        "position": row.position,
        "title": row.title,
        "price": row.price,
        "given_up": row.waived,
        "due_on": _day(row.due_on),
        "state": row.state,
    }


def _submissions(project: Project) -> Any:
    rows = Submission.select(Submission, Milestone).join(Milestone)
    return rows.where(Milestone.project == project.id).order_by(Submission.id)


def _submission(row: Submission) -> dict[str, Any]:
    return {
        "id": row.id,
        "milestone": row.milestone_id,
        "title": row.milestone.title,
        "round": row.round,
        "note": row.note,
        "links": row.links,
        "submitted_at": _moment(row.submitted_at),
        "files": given.handed(row),
        "evidence": [
            {"criterion": each.criterion.text, "text": each.text}
            for each in sorted(row.evidence, key=lambda each: int(each.id))
        ],
        "decisions": [
            _decision(each) for each in sorted(row.decisions, key=lambda each: int(each.id))
        ],
    }


def _decision(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": row.kind,
        "by": row.contact.name if row.contact_id else None,
        "note": row.note,
        "decided_at": _moment(row.decided_at),
        "withdrawn_at": _moment(row.withdrawn_at),
        "verdicts": [
            {
                "criterion": each.criterion.text,
                "accepted": bool(each.accepted),
                "remark": each.remark,
            }
            for each in sorted(row.verdicts, key=lambda each: int(each.id))
        ],
    }


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()


def _moment(at: datetime | None) -> str | None:
    return f"{at.isoformat()}Z" if at else None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
