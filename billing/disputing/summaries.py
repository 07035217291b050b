"""The mediator's summary: the evidence so far as one document that needs no Milepost to be read."""

from datetime import datetime
from typing import Any

from billing import clock, events, files, languages, outbox
from billing.agreeing import versions
from billing.disputing import effects, standpoint
from billing.invoicing import charges
from billing.paying import settlement
from billing.people import parties
from models import (
    Agreement,
    Decision,
    Dispute,
    DisputeSummary,
    Milestone,
    Project,
    Signature,
    Submission,
    write,
)

CLAUSES = (
    "scope", "exclusions", "acceptance", "silence", "rounds", "change", "payment", "stopping",
    "law", "venue",
)  # fmt: skip
"""Those of the signed clauses that a dispute over a milestone turns on."""


def newest(dispute: Dispute) -> DisputeSummary | None:
    """The latest summary of a dispute, once the worker has made one."""
    found: DisputeSummary | None = (
        DisputeSummary.select()
        .where(DisputeSummary.dispute == dispute.id)
        .order_by(DisputeSummary.seq.desc())
        .first()
    )
    return found


def is_current(made: DisputeSummary) -> bool:
    """Whether nothing has happened in the project since."""
    return bool(made.seq == events.length(made.dispute.milestone.project))


def ask(dispute: Dispute, now: datetime) -> None:
    """Have a summary made of what there is by now; once for each state of the project."""
    project: Project = dispute.milestone.project
    with write(project):
        seq = events.length(project)
        key = f"document:dispute:{dispute.id}:{seq}"
        outbox.document("dispute", project, key, now, {"dispute": dispute.id})


def keep(dispute: Dispute, printed: bytes, seq: int, now: datetime) -> None:
    """Keep the printed summary of the events up to `seq`; nothing where there is one."""
    project: Project = dispute.milestone.project
    with write(project):
        made = newest(dispute)
        if made is not None and made.seq >= seq:
            return
        name = f"{project.title} - {dispute.milestone.title}.pdf"
        document = files.document(project.owner, name, printed, now)
        DisputeSummary.create(dispute=dispute, document=document, seq=seq, made_at=now)
        # Open pages show it; it is no event of the engagement.
        events.touch(project)


def told(dispute: Dispute, now: datetime) -> dict[str, Any]:
    """All that the document says, in the client's language; amounts in minor units."""
    milestone: Milestone = dispute.milestone
    project: Project = milestone.project
    business = outbox.business_of(project)
    language = languages.spoken(str(project.client.language))
    today = clock.local_date(now, str(business.timezone))
    return {
        "language": language,
        "zone": str(business.timezone),
        "issue_date": today.isoformat(),
        "seller": parties.seller(business, language),
        "buyer": parties.buyer(project.client, language),
        "project": project.title,
        "currency": project.currency,
        "prices": "gross" if project.prices_gross else "net",
        "milestone": _milestone(milestone),
        "agreements": _agreements(project),
        "clauses": _clauses(project),
        "rounds": [_round(row) for row in _rounds(milestone)],
        "disputes": [_dispute(row, project) for row in _disputes(milestone)],
        "invoices": _invoices(milestone, project, now),
        "head": events.newest(project) or "",
        "seq": events.length(project),
    }


def _milestone(milestone: Milestone) -> dict[str, Any]:
    worths = charges.worths(milestone)
    return {
        "title": milestone.title,
        "deliverable": milestone.deliverable,
        "price": int(milestone.price or 0),
        "due_on": milestone.due_on.isoformat() if milestone.due_on else None,
        "billed": charges.billed(milestone),
        "waived": int(milestone.waived),
        "criteria": [
            {"text": row.text, "worth": worths[row.id]}
            for row in sorted(milestone.criteria, key=lambda row: int(row.position))
        ],
    }


def _agreements(project: Project) -> list[dict[str, Any]]:
    """What both have signed, the oldest first."""
    return [
        {
            "version": row.version,
            "active_at": row.active_at,
            "payload_sha256": row.payload_sha256,
            "signatures": [_signature(each) for each in row.signatures],
        }
        for row in versions.in_force(project)
    ]


def _signature(row: Signature) -> dict[str, Any]:
    return {"party": row.party, "name": row.name, "signed_at": row.signed_at}


def _clauses(project: Project) -> list[dict[str, str]]:
    """As they stand in the newest version that both signed."""
    signed: list[Agreement] = list(versions.in_force(project))
    said = versions.read(signed[0]) if signed else {}
    return [
        {"heading": row["heading"], "body": row["body"]}
        for row in said.get("clauses", [])
        if row["key"] in CLAUSES
    ]


def _rounds(milestone: Milestone) -> list[Submission]:
    return list(
        Submission.select().where(Submission.milestone == milestone.id).order_by(Submission.round)
    )


def _round(row: Submission) -> dict[str, Any]:
    return {
        "round": row.round,
        "at": row.submitted_at,
        "note": row.note,
        "links": list(row.links),
        "shown": [{"criterion": each.criterion.text, "text": each.text} for each in row.evidence],
        "decisions": [_decision(each) for each in row.decisions if each.withdrawn_at is None],
    }


def _decision(row: Decision) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "by": row.contact.name if row.contact else "",
        "at": row.decided_at,
        "note": row.note,
        "criteria": [each.criterion.text for each in row.verdicts],
    }


def _disputes(milestone: Milestone) -> list[Dispute]:
    return list(Dispute.select().where(Dispute.milestone == milestone.id).order_by(Dispute.id))


def _dispute(row: Dispute, project: Project) -> dict[str, Any]:
    return {
        "by": standpoint.name(row.side, project),
        "at": row.opened_at,
        "reason": row.reason,
        "criteria": [each.criterion.text for each in row.criteria],
        "ended": row.ended,
        "ended_at": row.ended_at,
        "offers": [
            {
                "number": offer.number,
                "by": standpoint.name(offer.side, project),
                "at": offer.made_at,
                "answer_by": offer.answer_by.isoformat(),
                "note": offer.note,
                "answer": offer.answer or "",
                "answered_at": offer.answered_at,
                "why": offer.why or "",
                "shares": [
                    {
                        "text": share.criterion.text,
                        "outcome": share.outcome,
                        "amount": int(share.amount),
                        "worth": int(share.worth),
                    }
                    for share in offer.shares
                ],
                "waived": sum(part.waived for part in effects.parts_of(offer)),
            }
            for offer in sorted(row.offers, key=lambda offer: int(offer.number))
        ],
    }


def _invoices(milestone: Milestone, project: Project, now: datetime) -> list[dict[str, Any]]:
    """What was billed with this milestone on it, and what of it is paid; totals with tax."""
    return [
        {
            "number": each.invoice.number,
            "kind": each.invoice.kind,
            "issued_on": each.invoice.issued_on.isoformat(),
            "due_on": each.invoice.due_on.isoformat(),
            "total": int(each.invoice.total),
            "paid": int(each.paid),
        }
        for each in settlement.of_project(project, now)
        if each.invoice.number
        and any(line.milestone_id == milestone.id for line in each.invoice.lines)
    ]
