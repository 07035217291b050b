"""What the owner no longer expects of an invoice: written off with a reason, or expected again."""

from datetime import date, datetime

from billing import events, format
from billing.accepting import gates
from billing.actors import Actor
from billing.paying import money_days, payments
from billing.planning import projects
from billing.refusals import N_, NothingOwed, NotPositive, Refusal, TooMuch, WrongState
from models import Invoice, User, WriteOff, write


class WriteOffReasonMissing(Refusal):
    sentence = N_("Say why you write it off. Your books and whoever keeps them need the reason.")
    field = "reason"


def of_invoice(invoice: Invoice) -> list[WriteOff]:
    """All that was written off of an invoice and expected again, the newest first."""
    return list(
        WriteOff.select().where(WriteOff.invoice == invoice.id).order_by(WriteOff.id.desc())
    )


def write_off(
    invoice: Invoice, amount: int, reason: str, key: str, day: date, by: User, now: datetime
) -> WriteOff:
    """Expect `amount` (minor units) less of an invoice. It stays as it is, with its number and
    its tax. A repeat with the same key does nothing more.

    Refuses NotPositive, WriteOffReasonMissing, WrongState (a draft), NothingOwed, TooMuch,
    DayToCome, DayLongPast.
    """
    if amount <= 0:
        raise NotPositive
    if not reason.strip():
        raise WriteOffReasonMissing
    key = f"{invoice.id}:{key}"
    with write(invoice.project):
        again: WriteOff | None = WriteOff.get_or_none(WriteOff.key == key)
        if again is not None:
            return again
        owed = payments.owed(invoice)
        if owed <= 0:
            raise NothingOwed
        if amount > owed:
            raise TooMuch(due=format.money(owed, str(invoice.currency)))
        money_days.check(day, money_days.begun(now))
        made = _create(invoice, amount, reason.strip(), key, day, by, now)
        gates.open_next(invoice.project, by, now)
        projects.close_if_settled(invoice.project, by, now)
    return made


def reverse(made: WriteOff, day: date, by: Actor, now: datetime) -> WriteOff:
    """Expect it again, as a row of its own. Once only. Refuses WrongState for such a row."""
    invoice = made.invoice
    with write(invoice.project):
        again: WriteOff | None = WriteOff.get_or_none(WriteOff.reverses == made.id)
        if again is not None:
            return again
        if made.reverses_id is not None:
            raise WrongState(state="reversed")
        reversal = _reverse(made, day, by, now)
        projects.reopen_if_owed(invoice.project, by, now)
    return reversal


def give_way(invoice: Invoice, day: date, by: Actor, now: datetime) -> None:
    """Once more of an invoice is credited, keep no more written off than is left of it.

    Runs in the caller's write().
    """
    if payments.balance(invoice) >= 0:
        return
    rows = of_invoice(invoice)
    gone = {row.reverses_id for row in rows}
    standing = [row for row in rows if row.amount > 0 and row.id not in gone]
    for each in standing:
        _reverse(each, day, by, now)
    left = payments.due(invoice)
    if standing and left:
        key = f"{invoice.id}:rest:{standing[0].id}"
        _create(invoice, left, str(standing[0].reason), key, day, by, now)


def _create(
    invoice: Invoice, amount: int, reason: str, key: str, day: date, by: Actor, now: datetime
) -> WriteOff:
    made: WriteOff = WriteOff.create(
        invoice=invoice, amount=amount, written_on=day, reason=reason, key=key, recorded_at=now
    )
    _told("invoice.written_off", made, by, now)
    return made


def _reverse(made: WriteOff, day: date, by: Actor, now: datetime) -> WriteOff:
    invoice = made.invoice
    reversal: WriteOff = WriteOff.create(
        invoice=invoice,
        amount=-made.amount,
        written_on=day,
        reverses=made,
        key=f"{invoice.id}:reversal:{made.id}",
        recorded_at=now,
    )
    _told("invoice.expected_again", reversal, by, now)
    return reversal


def _told(kind: str, made: WriteOff, by: Actor, now: datetime) -> None:
    invoice = made.invoice
    events.record(
        kind,
        invoice.project,
        by,
        now,
        invoice=invoice.id,
        number=invoice.number,
        write_off=made.id,
        amount=made.amount,
        currency=invoice.currency,
        due=payments.due(invoice),
    )
