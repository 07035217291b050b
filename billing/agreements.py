"""Agreements: composed from the plan and clauses, frozen when sent, withdrawn when replaced."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

import rfc8785

from billing import charges, clauses, clock, events, files, format, parties, tax
from billing.actors import Actor
from billing.links import for_contact
from billing.outbox import business_of
from billing.refusals import N_, AlreadySent, Incomplete
from billing.states import move
from models import (
    Agreement,
    AgreementState,
    Client,
    Contact,
    Milestone,
    MilestoneState,
    Project,
    ProjectState,
    User,
    write,
)

OUT = (AgreementState.SENT, AgreementState.VIEWED)
"""States in which the client may sign."""


@dataclass(frozen=True)
class Missing:
    """Something that blocks sending: a sentence with facts, and where to mend it."""

    sentence: str
    facts: dict[str, Any]
    where: str


def current(project: Project) -> Agreement | None:
    """The newest version of the project's agreement."""
    found: Agreement | None = (
        Agreement.select()
        .where(Agreement.project == project.id)
        .order_by(Agreement.version.desc())
        .first()
    )
    return found


def compose(project: Project, now: datetime) -> Agreement:
    """The draft to work on: the current one, or a new version with the last one's clauses."""
    with write(project):
        latest = current(project)
        if latest is not None and latest.state == AgreementState.DRAFT:
            return latest
        made: Agreement = Agreement.create(
            project=project,
            version=latest.version + 1 if latest else 1,
            clauses=latest.clauses if latest else clauses.starting(),
            signer=latest.signer_id if latest else _first_signer(project),
            created_at=now,
        )
    return made


def _first_signer(project: Project) -> Contact | None:
    found: Contact | None = (
        Contact.select()
        .where(
            Contact.client == project.client_id,
            Contact.is_signer == True,  # noqa: E712
            Contact.removed_at.is_null(),
        )
        .order_by(Contact.id)
        .first()
    )
    return found


def revise(
    agreement: Agreement,
    texts: list[dict[str, Any]],
    signer: Contact | None,
    expires_on: date | None,
) -> None:
    """Save a draft's clauses, signer and last day. Refuses AlreadySent."""
    with write(agreement.project):
        saved = (
            Agreement.update(clauses=texts, signer=signer, expires_on=expires_on)
            .where(Agreement.id == agreement.id, Agreement.state == AgreementState.DRAFT)
            .execute()
        )
        if not saved:
            raise AlreadySent
        events.touch(agreement.project)


def missing(agreement: Agreement) -> list[Missing]:
    """All that blocks Send, by name."""
    project = agreement.project
    business = business_of(project)
    milestones = list(Milestone.live(project))
    found = []
    if not business.name:
        found.append(Missing(N_("Your business has no name yet."), {}, "business"))
    if agreement.signer is None:
        found.append(Missing(N_("Choose who signs for the client."), {}, "signer"))
    if not milestones:
        found.append(Missing(N_("The plan has no milestones yet."), {}, "plan"))
    for number, milestone in enumerate(milestones, 1):
        found += _missing_in(milestone, number)
    values = variables(project)
    for name in clauses.unfilled(agreement.clauses, values):
        sentence = N_("The variable {%(name)s} has no value.")
        found.append(Missing(sentence, {"name": name}, "clauses"))
    return found


def _missing_in(milestone: Milestone, number: int) -> list[Missing]:
    facts = {"number": number, "title": milestone.title}
    found = []
    if not milestone.title:
        found.append(Missing(N_("Milestone %(number)s has no outcome yet."), facts, "plan"))
    if milestone.price is None:
        found.append(Missing(N_("“%(title)s” (%(number)s) has no price yet."), facts, "plan"))
    if not list(milestone.criteria):
        sentence = N_("“%(title)s” (%(number)s) does not say yet when it is done.")
        found.append(Missing(sentence, facts, "plan"))
    return found


def variables(project: Project) -> dict[str, str]:
    """What the clauses' variables stand for."""
    business, client = business_of(project), project.client
    milestones = list(Milestone.live(project))
    sums = totals(project, milestones)
    language = str(client.language)
    return {
        "client": client.name,
        "business": business.name,
        "project": project.title,
        "total": format.money(sums.total, project.currency, language),
        "terms_days": str(project.terms_days),
        "review_days": _range([int(row.review_days) for row in milestones]),
        "rounds": _range([int(row.rounds) for row in milestones]),
        "country": parties.country_name(business.country, language),
        "start_date": "",
    }


def _range(numbers: list[int]) -> str:
    if not numbers:
        return ""
    low, high = min(numbers), max(numbers)
    return str(low) if low == high else f"{low}-{high}"


def totals(project: Project, milestones: list[Milestone]) -> tax.Totals:
    """Net, tax and total of the plan, unpriced milestones counted as nothing."""
    rate, category = int(project.tax_rate), str(project.tax_category)
    lines = [tax.Taxable(int(row.price or 0), category, rate) for row in milestones]
    return tax.totals(lines, bool(project.prices_gross))


def payload(agreement: Agreement, now: datetime) -> dict[str, Any]:
    """All that both sides sign, in plain data; money in minor units, dates ISO."""
    project = agreement.project
    business = business_of(project)
    client: Client = project.client
    language = str(client.language)
    milestones = list(Milestone.live(project))
    sums = totals(project, milestones)
    values = variables(project)
    signer = agreement.signer
    return {
        "format": "milepost-agreement-1",
        "kind": agreement.kind,
        "version": agreement.version,
        "project": {"id": project.id, "title": project.title},
        "language": language,
        "currency": project.currency,
        "sent_on": clock.local_date(now, business.timezone).isoformat(),
        "expires_on": agreement.expires_on.isoformat() if agreement.expires_on else None,
        "seller": parties.seller(business, language),
        "client": parties.buyer(client, language),
        "signer": {
            "name": signer.name if signer else "",
            "email": signer.email if signer else "",
            "title": signer.title if signer else "",
        },
        "prices": "gross" if project.prices_gross else "net",
        "tax": {
            "category": project.tax_category,
            "rate": project.tax_rate,
            "label": business.tax_label,
            "note": project.tax_note,
        },
        "terms_days": project.terms_days,
        "milestones": [_milestone(row, number) for number, row in enumerate(milestones, 1)],
        "totals": {"net": sums.net, "tax": sums.tax, "total": sums.total},
        "clauses": [
            {
                "key": clause["key"],
                "heading": clauses.fill(clause["heading"], values),
                "body": clauses.fill(clause["body"], values),
            }
            for clause in agreement.clauses
            if clause["on"]
        ],
    }


def _milestone(milestone: Milestone, number: int) -> dict[str, Any]:
    amounts = charges.trigger_amounts(milestone)
    return {
        "id": milestone.id,
        "position": number,
        "title": milestone.title,
        "deliverable": milestone.deliverable,
        "criteria": [
            {"id": row.id, "text": row.text, "weight": row.weight}
            for row in sorted(milestone.criteria, key=lambda row: int(row.position))
        ],
        "price": milestone.price or 0,
        "due_on": milestone.due_on.isoformat() if milestone.due_on else None,
        "review_days": milestone.review_days,
        "rounds": milestone.rounds,
        "triggers": [
            {
                "id": row.id,
                "kind": row.kind,
                "share": row.share,
                "amount": amounts[row.id],
                "on": row.on.isoformat() if row.on else None,
                "delivery": row.delivery,
            }
            for row in sorted(milestone.triggers, key=lambda row: int(row.position))
        ],
    }


def send(agreement: Agreement, by: User, now: datetime) -> None:
    """Freeze the payload and lock the plan; the worker makes the PDF and then sends.

    Refuses Incomplete (with `missing`, what blocks it) and WrongState.
    """
    project = agreement.project
    with write(project):
        blocking = missing(agreement)
        if blocking:
            raise Incomplete(missing=blocking)
        frozen = rfc8785.dumps(payload(agreement, now))
        digest = sha256(frozen).hexdigest()
        move(
            agreement,
            AgreementState.DRAFT,
            to=AgreementState.PREPARING,
            payload=frozen,
            payload_sha256=digest,
        )
        move(project, ProjectState.DRAFT, to=ProjectState.OFFERED)
        for_contact(project, agreement.signer, now)
        events.record(
            "agreement.prepared",
            project,
            by,
            now,
            agreement=agreement.id,
            version=agreement.version,
            payload_sha256=digest,
        )


def read(agreement: Agreement) -> dict[str, Any]:
    """The frozen payload of a version that was sent."""
    found: dict[str, Any] = json.loads(bytes(agreement.payload))
    return found


def deliver(agreement: Agreement, pdf: bytes, by: Actor, now: datetime) -> None:
    """Attach the rendered PDF for good and invite the signer. Refuses WrongState if withdrawn."""
    project = agreement.project
    with write(project):
        name = f"agreement-{project.id}-v{agreement.version}.pdf"
        document = files.document(project.owner, name, pdf, now)
        move(
            agreement,
            AgreementState.PREPARING,
            to=AgreementState.SENT,
            document=document,
            sent_at=now,
        )
        events.record(
            "agreement.sent",
            project,
            by,
            now,
            agreement=agreement.id,
            version=agreement.version,
            document_sha256=document.file.sha256,
            recipient=agreement.signer.email,
        )


def view(agreement: Agreement, by: Contact, now: datetime) -> None:
    """Note that the signer read the page; nothing if that is known or no longer matters."""
    with write(agreement.project):
        seen = (
            Agreement.update(state=AgreementState.VIEWED)
            .where(Agreement.id == agreement.id, Agreement.state == AgreementState.SENT)
            .execute()
        )
        if seen:
            events.record(
                "agreement.viewed",
                agreement.project,
                by,
                now,
                agreement=agreement.id,
                version=agreement.version,
            )


def void(agreement: Agreement, by: User, now: datetime) -> None:
    """Withdraw an offer that is not in force; the plan opens again. Refuses WrongState."""
    project = agreement.project
    told = agreement.state != AgreementState.PREPARING
    with write(project):
        move(
            agreement,
            AgreementState.PREPARING,
            *OUT,
            AgreementState.CLIENT_SIGNED,
            to=AgreementState.VOIDED,
        )
        reopen(project)
        facts = {"agreement": agreement.id, "version": agreement.version}
        if told:
            events.record("agreement.voided", project, by, now, **facts)
        else:
            events.touch(project)


def decline(agreement: Agreement, reason: str, by: Contact, now: datetime) -> None:
    """The client says no, with a reason; the plan opens again. Refuses WrongState."""
    project = agreement.project
    with write(project):
        move(agreement, *OUT, to=AgreementState.DECLINED)
        reopen(project)
        events.record(
            "agreement.declined",
            project,
            by,
            now,
            agreement=agreement.id,
            version=agreement.version,
            reason=reason,
        )


def reopen(project: Project) -> None:
    """Make the plan editable again once no offer of it stands. Runs in the caller's write()."""
    move(project, ProjectState.OFFERED, to=ProjectState.DRAFT)


def put_in_force(agreement: Agreement, by: Actor, now: datetime) -> list[Milestone]:
    """Both have signed: the terms are frozen, the project active. Runs in the caller's write()."""
    project = agreement.project
    move(agreement, AgreementState.COUNTERSIGNED, to=AgreementState.ACTIVE, active_at=now)
    move(project, ProjectState.OFFERED, to=ProjectState.ACTIVE, started_at=now)
    Milestone.update(state=MilestoneState.AGREED).where(
        Milestone.project == project.id,
        Milestone.deleted_at.is_null(),
        Milestone.state == MilestoneState.DRAFT,
    ).execute()
    facts = {"agreement": agreement.id, "version": agreement.version}
    events.record("agreement.active", project, by, now, **facts)
    return list(Milestone.live(project))
