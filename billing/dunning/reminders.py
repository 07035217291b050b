"""Reminders of invoices: what stands in their way, which come when, and writing the one due.

What is due is read from what settles the invoice, at writing and again when the letter goes out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from billing import events, outbox, workdays
from billing.actors import CLOCK
from billing.apart import apart
from billing.dunning import pauses, plans, schedule
from billing.dunning.plans import Plan
from billing.dunning.schedule import EARLIEST, Facts, Hours, Turn
from billing.dunning.sent import LETTER
from billing.paying import account_documents, claims, payments, withholding
from billing.people import clients
from models import (
    Client,
    Delivery,
    Invoice,
    PaymentReminder,
    Project,
    ReminderPause,
    ReminderPlan,
    write,
)
from models.once import Once


@dataclass(frozen=True)
class Course:
    """The reminders of one invoice: those written with their letters, those to come, and why
    none is to come, as a word of obstacle()."""

    written: list[tuple[PaymentReminder, list[Delivery]]]
    coming: list[Turn]
    obstacle: str
    pause: ReminderPause | None
    client_pause: ReminderPause | None
    days: tuple[int, ...]
    zone: str

    def turn(self, step: int | None) -> Turn | None:
        """The turn of a step that is to come; of another the first one."""
        named = (turn for turn in self.coming if turn.step == step)
        return next(named, self.coming[0] if self.coming else None)


def hours_of(client: Client) -> Hours:
    """When people are at work where a client is."""
    calendar = workdays.calendar(str(client.country), str(client.region))
    return Hours(calendar, clients.zone_of(client))


def course(invoice: Invoice, now: datetime) -> Course:
    """How the reminders of an issued invoice stand."""
    plan, written = plans.of(invoice.owner_id), _written([invoice])
    hours = hours_of(invoice.client)
    today = hours.day(now)
    return Course(
        written=[(row, outbox.about(LETTER, row.letter_of)) for row in written],
        coming=schedule.coming(_facts(invoice, plan, hours, written), now),
        obstacle=obstacle(invoice, plan, today),
        pause=pauses.of_invoice(invoice, today),
        client_pause=pauses.of_client(invoice.client, today),
        days=plan.days,
        zone=hours.zone,
    )


def obstacle(invoice: Invoice, plan: Plan, today: date) -> str:
    """What keeps a client from being reminded on a day there; empty where nothing does."""
    if not payments.is_bill(invoice) or payments.payable(invoice) <= 0:
        return "settled"
    if not plan.is_on:
        return "off"
    if account_documents.is_disputed(invoice):
        return "disputed"
    if claims.open_claim(invoice) is not None:
        return "claimed"
    if pauses.of_invoice(invoice, today) is not None:
        return "paused"
    if pauses.of_client(invoice.client, today) is not None:
        return "client_paused"
    if not any(outbox.contacts(invoice.project, "payer")):
        return "nobody"
    return ""


_OWED = Once(
    lambda latest: Invoice.with_paid().where(
        Invoice.owner.in_(plans.on().select(ReminderPlan.owner)),
        Invoice.due_on <= latest,
        withholding.is_asked(),
    )
)
"""What was due by a day and is still asked for, of owners who have clients reminded."""


def pass_time(now: datetime) -> None:
    """Remind of every invoice whose time has come. What fails for one holds up no other."""
    known = plans.of_all_on()
    if not known:
        return
    latest = now.date() - timedelta(days=EARLIEST - 1)
    owed = [row for row in _OWED.models(latest) if row.owner_id in known]
    written: dict[int, list[PaymentReminder]] = {}
    for row in _written(owed):
        written.setdefault(row.invoice_id, []).append(row)
    due: dict[int, list[Invoice]] = {}
    for invoice in owed:
        with apart("the reminder of invoice", invoice.id):
            plan = known[invoice.owner_id]
            if _turn(invoice, plan, written.get(invoice.id, []), now) is not None:
                due.setdefault(invoice.project_id, []).append(invoice)
    for together in due.values():
        with apart("the reminders of project", together[0].project_id):
            remind(together, now)


def remind(invoices: Sequence[Invoice], now: datetime) -> list[PaymentReminder]:
    """Write the reminders of one project's invoices that are due, each once, with one letter of
    them all to each payer. Those that are not due (any more) are left out."""
    made: list[PaymentReminder] = []
    with write(invoices[0].project):
        project = Project.get_by_id(invoices[0].project_id)
        for invoice in sorted(invoices, key=lambda row: (row.due_on, row.id)):
            stored: Invoice = Invoice.get_by_id(invoice.id)
            stored.project = project
            row = _write(stored, made[0] if made else None, now)
            if row is not None:
                made.append(row)
    return made


def _write(
    invoice: Invoice, first: PaymentReminder | None, now: datetime
) -> PaymentReminder | None:
    """Runs in the caller's write()."""
    plan, today = plans.of(invoice.owner_id), hours_of(invoice.client).day(now)
    turn = _turn(invoice, plan, _written([invoice]), now)
    if turn is None or obstacle(invoice, plan, today):
        return None
    due = payments.payable(invoice)
    made: PaymentReminder = PaymentReminder.create(
        invoice=invoice, step=turn.step, due=due, written_at=now, sent_with=first
    )
    facts = {"sent_with": first.id} if first is not None else {}
    events.record(
        "invoice.reminded",
        invoice.project,
        CLOCK,
        now,
        invoice=invoice.id,
        number=invoice.number,
        reminder=made.id,
        step=turn.step,
        due=due,
        currency=invoice.currency,
        **facts,
    )
    return made


def told(reminder: int, now: datetime) -> list[Invoice]:
    """The invoices that a letter still has to tell of, the first due first: those it was written
    for, without what something stands in the way of by now or a later reminder told of."""
    rows = PaymentReminder.select().where(
        (PaymentReminder.id == reminder) | (PaymentReminder.sent_with == reminder)
    )
    return [row.invoice for row in rows.order_by(PaymentReminder.id) if not _is_overtaken(row, now)]


def _is_overtaken(row: PaymentReminder, now: datetime) -> bool:
    invoice = row.invoice
    today = hours_of(invoice.client).day(now)
    if obstacle(invoice, plans.of(invoice.owner_id), today) not in {"", "nobody"}:
        return True
    return bool(_written([invoice])[-1].id != row.id)


def _turn(
    invoice: Invoice, plan: Plan, written: list[PaymentReminder], now: datetime
) -> Turn | None:
    """The reminder whose time has come."""
    facts = _facts(invoice, plan, hours_of(invoice.client), written)
    first = next(iter(schedule.coming(facts, now)), None)
    return first if first is not None and first.at <= now else None


def _facts(invoice: Invoice, plan: Plan, hours: Hours, written: list[PaymentReminder]) -> Facts:
    return Facts(
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        steps=plan.days,
        hours=hours,
        sent=tuple(row.step for row in written),
        sent_at=written[-1].written_at if written else None,
    )


def _written(invoices: Iterable[Invoice]) -> list[PaymentReminder]:
    """The reminders of some invoices, the oldest first."""
    wanted = PaymentReminder.invoice.in_([invoice.id for invoice in invoices])
    return list(PaymentReminder.select().where(wanted).order_by(PaymentReminder.id))
