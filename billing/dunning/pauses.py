"""Where reminders rest: for a client, or of one invoice, to a day or until they are resumed."""

from datetime import date, datetime
from typing import Any

from billing import events
from billing.refusals import N_, Refusal
from models import Client, Invoice, ReminderPause, User, write


class PauseOver(Refusal):
    sentence = N_("That day has passed. Choose a later one, or none.")
    field = "until"


def of_client(client: Client, today: date) -> ReminderPause | None:
    """The pause of a client that holds on a day."""
    return _holding(ReminderPause.client == client.id, today)


def of_invoice(invoice: Invoice, today: date) -> ReminderPause | None:
    """The pause of one invoice that holds on a day."""
    return _holding(ReminderPause.invoice == invoice.id, today)


def _holding(about: Any, today: date) -> ReminderPause | None:
    holds = ReminderPause.until.is_null() | (ReminderPause.until >= today)
    found: ReminderPause | None = ReminderPause.get_or_none(about & holds)
    return found


def pause_client(client: Client, until: date | None, today: date, now: datetime) -> None:
    """No reminders to a client, to the end of `until` if there is one. Refuses PauseOver."""
    _check(until, today)
    with write(client):
        ReminderPause.delete().where(ReminderPause.client == client.id).execute()
        ReminderPause.create(client=client, until=until, paused_at=now)


def resume_client(client: Client) -> None:
    """Reminders to a client again."""
    with write(client):
        ReminderPause.delete().where(ReminderPause.client == client.id).execute()


def pause_invoice(
    invoice: Invoice, until: date | None, today: date, by: User, now: datetime
) -> None:
    """No reminders of an invoice, to the end of `until` if there is one. Refuses PauseOver."""
    _check(until, today)
    told = {"until": until.isoformat()} if until else {}
    with write(invoice.project):
        ReminderPause.delete().where(ReminderPause.invoice == invoice.id).execute()
        ReminderPause.create(invoice=invoice, until=until, paused_at=now)
        _record("invoice.reminders_paused", invoice, by, now, **told)


def resume_invoice(invoice: Invoice, by: User, now: datetime) -> None:
    """Reminders of an invoice again; nothing where they did not rest."""
    with write(invoice.project):
        if ReminderPause.delete().where(ReminderPause.invoice == invoice.id).execute():
            _record("invoice.reminders_resumed", invoice, by, now)


def _check(until: date | None, today: date) -> None:
    if until is not None and until < today:
        raise PauseOver


def _record(kind: str, invoice: Invoice, by: User, now: datetime, **facts: str) -> None:
    about = {"invoice": invoice.id, "number": invoice.number}
    events.record(kind, invoice.project, by, now, **about, **facts)
