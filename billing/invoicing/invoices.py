"""Invoices: raised by charges or by hand, numbered without gaps and frozen when issued."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256

import rfc8785

from billing import clock, events, format, languages
from billing.accepting import gates
from billing.actors import Actor
from billing.invoicing import holding, invoice_content, numbering
from billing.invoicing import lines as rows
from billing.invoicing.charges import Fired
from billing.invoicing.lines import Line as Line
from billing.outbox import business_of
from billing.planning import projects
from billing.refusals import AlreadyIssued
from models import (
    Charge,
    Decision,
    Document,
    DocumentType,
    Invoice,
    InvoiceLine,
    InvoiceState,
    Project,
    Rendition,
    Trigger,
    TriggerDelivery,
    TriggerKind,
    Verdict,
    write,
)
from models.once import Once


def raise_for(
    project: Project,
    fired: Sequence[Fired],
    cause: str,
    by: Actor,
    now: datetime,
    accepted_on: date | None = None,
    held_until: datetime | None = None,
) -> list[Invoice]:
    """Bill what one event fired: one invoice issued, or drafts where the plan says so.

    One that is held until a time (UTC) is a draft until release().
    Runs in the caller's write(), so the deed and its invoice are one.
    """
    raised = []
    for delivery in (TriggerDelivery.SEND, TriggerDelivery.DRAFT):
        lines = [
            _line_of(project, each, accepted_on)
            for each in fired
            if each.trigger.delivery == delivery and each.amount
        ]
        if lines:
            invoice = draft(project, lines, cause, now, document_type=_type_of(fired, cause))
            raised.append(invoice)
            if held_until is not None:
                invoice.held_until = held_until
                Invoice.update(held_until=held_until).where(Invoice.id == invoice.id).execute()
            sends = delivery == TriggerDelivery.SEND and held_until is None
            _settle(invoice, project, sends, by, now)
    return raised


def _type_of(fired: Sequence[Fired], cause: str) -> DocumentType:
    """A deposit is billed on signing; what is billed after one is the remainder."""
    if cause == "signing":
        return DocumentType.DEPOSIT
    kinds = {row.kind for each in fired for row in each.milestone.triggers}
    return DocumentType.REMAINDER if TriggerKind.ON_SIGNING in kinds else DocumentType.MILESTONE


def _settle(invoice: Invoice, project: Project, send: bool, by: Actor, now: datetime) -> None:
    if send:
        _issue(invoice, project, by, now)
        return
    events.record(
        "invoice.drafted",
        project,
        by,
        now,
        invoice=invoice.id,
        total=invoice.total,
        currency=invoice.currency,
        cause=invoice.cause,
    )


def _line_of(project: Project, fired: Fired, accepted_on: date | None) -> Line:
    language = languages.spoken(str(project.client.language))
    # After a new price the share only says in which proportion the rest was divided.
    is_plain = fired.trigger.share == 10000 or fired.trigger.amount is not None
    share = "" if is_plain else format.share(fired.trigger.share, language)
    return Line(
        description=fired.milestone.title,
        detail=_criteria_of(fired) or share,
        amount=fired.amount,
        milestone=fired.milestone,
        accepted_on=accepted_on,
        charges=fired.charges,
    )


def _criteria_of(fired: Fired) -> str:
    """What was accepted, where that is only a part of the milestone."""
    billed = {row.criterion_id for row in fired.charges}
    criteria = [row for row in fired.milestone.criteria if row.id in billed]
    is_part = 0 < len(criteria) < len(fired.milestone.criteria)
    return "; ".join(str(row.text) for row in criteria) if is_part else ""


def draft(
    project: Project,
    lines: Sequence[Line],
    cause: str,
    now: datetime,
    terms_days: int | None = None,
    key: str | None = None,
    supplied_on: date | None = None,
    document_type: str = DocumentType.MILESTONE,
) -> Invoice:
    """An unnumbered invoice that the owner may still look at. Runs in the caller's write()."""
    usual = rows.usual_tax(project)
    taxed = [line.tax or usual for line in lines]
    keys = [(each.category, each.rate) for each in taxed]
    sums = rows.count(taxed, [line.amount for line in lines], bool(project.prices_gross), 0)
    invoice: Invoice = Invoice.create(
        owner=project.owner_id,
        project=project,
        client=project.client_id,
        cause=cause,
        document_type=document_type,
        currency=project.currency,
        terms_days=project.terms_days if terms_days is None else terms_days,
        key=key,
        purchase_order=project.purchase_order,
        withholding=rows.withheld(int(project.withholding_rate), sums.net),
        supplied_on=max(
            (line.accepted_on for line in lines if line.accepted_on), default=supplied_on
        ),
        created_at=now,
        **rows.columns(sums, keys),
    )
    for position, (line, net) in enumerate(zip(lines, sums.nets, strict=True)):
        row = InvoiceLine.create(invoice=invoice, position=position, net=net, **line.columns(usual))
        if line.charges:
            numbers = [charge.id for charge in line.charges]
            _billing(len(numbers)).run(row.id, *numbers)
    return invoice


@lru_cache(maxsize=32)
def _billing(count: int) -> Once:
    """The update that puts so many charges on a line."""
    return Once(
        lambda line, *charges: Charge.update(line=line).where(Charge.id.in_(charges)), 1 + count
    )


def send(project: Project, lines: Sequence[Line], cause: str, by: Actor, now: datetime) -> Invoice:
    """One invoice of several lines, issued at once. Runs in the caller's write()."""
    invoice = draft(project, lines, cause, now)
    _settle(invoice, project, True, by, now)
    return invoice


def issue(invoice: Invoice, by: Actor, now: datetime) -> Invoice:
    """Number and freeze a draft, and send it. Refuses AlreadyIssued."""
    with write(invoice.project):
        stored: Invoice = Invoice.get_by_id(invoice.id)
        if stored.state != InvoiceState.DRAFT:
            raise AlreadyIssued(number=stored.number)
        holding.refuse_held(stored)
        _issue(stored, stored.project, by, now)
    return stored


def _issue(invoice: Invoice, project: Project, by: Actor, now: datetime) -> None:
    digest = freeze(invoice, project, int(invoice.terms_days), now)
    events.record(
        "invoice.issued",
        project,
        by,
        now,
        invoice=invoice.id,
        number=invoice.number,
        total=invoice.total,
        currency=invoice.currency,
        due_on=invoice.due_on.isoformat(),
        content_sha256=digest,
    )


def freeze(invoice: Invoice, project: Project, terms_days: int, now: datetime) -> str:
    """Take the next number of its kind and freeze the content; answers its SHA-256.

    The numbers have no gaps because a rollback gives the number back with everything else.
    """
    business = business_of(project)
    issued_on = clock.local_date(now, business.timezone)
    series, number, sequence = numbering.take(project.owner_id, str(invoice.kind), issued_on)
    columns = {
        "series": series,
        "sequence": sequence,
        "number": number,
        "issued_on": issued_on,
        "issued_at": now,
        "due_on": clock.due_date(issued_on, terms_days),
        "state": InvoiceState.ISSUED,
    }
    for name, value in columns.items():
        setattr(invoice, name, value)
    content = rfc8785.dumps(invoice_content.freeze(invoice, project, business))
    invoice.content = content.decode()
    _ISSUE.run(invoice.id, *columns.values(), invoice.content)
    return sha256(content).hexdigest()


_ISSUE = Once(
    lambda invoice, series, sequence, number, issued_on, issued_at, due_on, state, content: (
        Invoice.update(
            series=series,
            sequence=sequence,
            number=number,
            issued_on=issued_on,
            issued_at=issued_at,
            due_on=due_on,
            state=state,
            content=content,
        ).where(Invoice.id == invoice)
    )
)


def bill(
    project: Project,
    lines: Sequence[Line],
    by: Actor,
    now: datetime,
    send: bool = True,
    terms_days: int | None = None,
    key: str | None = None,
    supplied_on: date | None = None,
) -> Invoice:
    """A manual invoice for finished work that no milestone holds; issued at once if `send`.

    A repeat with the same key answers with the same invoice.
    """
    with write(project):
        again = billed_under(project, key)
        if again is not None:
            return again
        invoice = draft(
            project, lines, "manual", now, terms_days, key, supplied_on, DocumentType.MANUAL
        )
        _settle(invoice, project, send, by, now)
        projects.reopen_if_owed(project, by, now)
    return invoice


def billed_under(project: Project, key: str | None) -> Invoice | None:
    """What this owner billed by hand under a key."""
    found: Invoice | None = Invoice.get_or_none(
        (Invoice.owner == project.owner_id) & (Invoice.key == key)
    )
    return found if key else None


def discard(invoice: Invoice, by: Actor, now: datetime) -> None:
    """Delete a draft; its charges are freed, and work that waited for it may begin.

    Refuses AlreadyIssued.
    """
    project = invoice.project
    with write(project):
        stored: Invoice = Invoice.get_by_id(invoice.id)
        if stored.state != InvoiceState.DRAFT:
            raise AlreadyIssued(number=stored.number)
        holding.refuse_held(stored)
        drop(stored, by, now)
        gates.open_next(project, by, now)
        projects.close_if_settled(project, by, now)


def drop(invoice: Invoice, by: Actor, now: datetime) -> None:
    """Delete a draft and free its charges. Runs in the caller's write()."""
    lines = InvoiceLine.select(InvoiceLine.id).where(InvoiceLine.invoice == invoice.id)
    Charge.update(freed_at=now).where(Charge.line.in_(lines)).execute()
    invoice.delete_instance()
    events.record(
        "invoice.discarded",
        invoice.project,
        by,
        now,
        invoice=invoice.id,
        total=invoice.total,
        currency=invoice.currency,
    )


def release(invoice: Invoice, by: Actor, now: datetime) -> None:
    """Issue what was held, or leave it to the owner where the plan says so. In the caller's
    write()."""
    by_hand = (
        Charge.select(Charge.id)
        .join(InvoiceLine)
        .switch(Charge)
        .join(Trigger)
        .where(InvoiceLine.invoice == invoice.id, Trigger.delivery == TriggerDelivery.DRAFT)
    )
    Invoice.update(held_until=None).where(Invoice.id == invoice.id).execute()
    invoice.held_until = None
    if not by_hand.exists():
        _issue(invoice, invoice.project, by, now)


def document(invoice: Invoice) -> Document | None:
    """An invoice's PDF, once the worker has made it."""
    found: Document | None = (
        Document.select()
        .join(Rendition, on=(Rendition.document == Document.id))
        .where(Rendition.invoice == invoice.id)
        .first()
    )
    return found


def of_decision(decision: Decision) -> Invoice | None:
    """The invoice that bills the criteria which a decision accepted."""
    met = Verdict.select(Verdict.criterion).where(Verdict.decision == decision.id)
    found: Invoice | None = (
        Invoice.select()
        .join(InvoiceLine)
        .join(Charge)
        .where(Charge.criterion.in_(met), Invoice.cause == "acceptance")
        .order_by(Invoice.id.desc())
        .first()
    )
    return found
