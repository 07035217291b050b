"""Reminders of invoices: when, to whom, once each, and never against what stands in their way."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from billing import checking, dates, workdays
from billing.accepting import reviews
from billing.delivery import bill_letters, letters, worker
from billing.dunning import pauses, plans, reminders, schedule, sent
from billing.dunning.schedule import Facts, Hours
from billing.invoicing import invoices
from billing.paying import account_documents, claims, payments, write_offs
from models import Client, Contact, Delivery, DeliveryState, Invoice, PaymentReminder
from tests import cast as the
from tests.cast import NOW
from tests.crowd import at_once
from tests.postbox import postbox

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database", "idle_press")]

PLAN = (-3, 3, 7, 14)
DUE = date(2026, 12, 6)  # a Sunday, 14 days after the cast's now


@pytest.fixture
def cast(database):
    """An invoice of 5,000.00, due on Sunday 6 December; Alice has her clients reminded."""
    found = the.submitted()
    Client.update(timezone="Europe/Berlin", country="DE", language="de").execute()
    reviews.accept(found.milestone, found.contact, NOW)
    plans.save(True, PLAN, found.owner)
    [invoice] = found.invoices
    assert invoice.due_on == DUE
    return found


def at(day, hour=11):
    """An hour UTC; Berlin is one ahead."""
    return datetime(2026, 12, day, hour)


def steps():
    return [row.step for row in PaymentReminder.select().order_by(PaymentReminder.id)]


def pass_days(first, last):
    """Every hour from one day of December to another."""
    now = at(first, 0)
    while now < at(last, 0):
        reminders.pass_time(now)
        now += timedelta(hours=1)


def test_each_step_once_in_hours_and_on_working_days(cast):
    pass_days(1, 31)
    assert steps() == [-3, 3, 7, 14]
    local = [Hours(workdays.calendar("DE"), "Europe/Berlin").day(row.written_at).day
             for row in PaymentReminder.select().order_by(PaymentReminder.id)]  # fmt: skip
    # 13 December is a Sunday; 17 days of distance keep the rest where they are.
    assert local == [3, 9, 14, 21]
    assert [row.written_at.hour for row in PaymentReminder.select()] == [8, 8, 8, 8]
    mails = Delivery.select().where(Delivery.kind == "payment_reminder")
    assert [row.recipient for row in mails] == [cast.contact.email] * 4
    assert checking.problems() == []


def test_switched_off_nothing_is_sent(cast):
    plans.save(False, PLAN, cast.owner)
    pass_days(1, 31)
    assert steps() == []
    assert reminders.course(cast.invoices[0], at(9)).obstacle == "off"


def test_after_a_long_sleep_only_the_latest_goes_out(cast):
    reminders.pass_time(at(22))
    reminders.pass_time(at(22))
    dates.pass_time(at(23))
    assert steps() == [14]


def test_one_before_the_due_date_is_not_sent_once_that_has_passed(cast):
    reminders.pass_time(at(7))
    assert steps() == []
    [first, *_] = reminders.course(cast.invoices[0], at(7)).coming
    assert (first.step, first.at) == (3, at(9, 8))


def test_none_on_a_public_holiday(cast):
    plans.save(True, (19,), cast.owner)
    pass_days(24, 29)
    [made] = PaymentReminder.select()
    # The 25th and 26th are holidays, the 27th is a Sunday.
    assert made.written_at == at(28, 8)


def test_never_two_within_three_days(cast):
    reminders.pass_time(at(15))
    plans.save(True, (10, 13), cast.owner)
    assert steps() == [7]
    reminders.pass_time(at(17))
    assert steps() == [7]
    reminders.pass_time(at(18))
    assert steps() == [7, 10]


def test_two_workers_write_one(cast):
    invoice = cast.invoices[0]
    at_once(4, lambda _number: reminders.remind([Invoice.get_by_id(invoice.id)], at(9)))
    assert steps() == [3]
    assert Delivery.select().where(Delivery.kind == "payment_reminder").count() == 1


def pay(cast):
    payments.record(cast.invoices[0], 500_000, NOW.date(), "all", cast.owner, NOW)


def write_off(cast):
    invoice = cast.invoices[0]
    write_offs.write_off(invoice, 500_000, "Gone", "k", NOW.date(), cast.owner, NOW)


def claim(cast):
    claims.claim(cast.invoices[0], "Transfer", cast.contact, NOW)


def pause(cast):
    pauses.pause_invoice(cast.invoices[0], None, at(1).date(), cast.owner, NOW)


def pause_client(cast):
    pauses.pause_client(cast.project.client, None, at(1).date(), NOW)


def remove_contact(cast):
    Contact.update(removed_at=NOW).execute()


STOPS = {
    pay: "settled",
    write_off: "settled",
    claim: "claimed",
    pause: "paused",
    pause_client: "client_paused",
    remove_contact: "nobody",
}


@pytest.mark.parametrize("stop", STOPS)
def test_what_stands_in_the_way(cast, stop):
    stop(cast)
    reminders.pass_time(at(9))
    assert steps() == []
    assert reminders.course(cast.invoices[0], at(9)).obstacle == STOPS[stop]


def test_none_in_a_dispute(cast, monkeypatch):
    monkeypatch.setattr(account_documents, "is_disputed", lambda _invoice: True)
    reminders.pass_time(at(9))
    assert steps() == []


def test_a_pause_ends_after_its_last_day(cast):
    invoice = cast.invoices[0]
    with pytest.raises(pauses.PauseOver):
        pauses.pause_invoice(invoice, date(2026, 11, 1), at(1).date(), cast.owner, NOW)
    pauses.pause_invoice(invoice, date(2026, 12, 10), at(1).date(), cast.owner, NOW)
    pass_days(8, 11)
    assert steps() == []
    pass_days(11, 12)
    assert steps() == [3]
    pauses.resume_invoice(invoice, cast.owner, at(12))
    pauses.resume_invoice(invoice, cast.owner, at(12))
    assert checking.problems() == []


def test_the_letter_says_what_is_due_as_it_goes_out(cast, installation):
    payments.record(cast.invoices[0], 200_000, NOW.date(), "some", cast.owner, NOW)
    reminders.pass_time(at(9))
    [mail] = Delivery.select().where(Delivery.kind == "payment_reminder")
    letter = letters.compose(mail, installation, at(9))
    assert letter.language == "de"
    assert "3.000,00" in letter.subject
    assert "5.000,00" in letter.text
    assert len(letter.text.split("\n\n", 1)[1].split()) < 90
    payments.record(cast.invoices[0], 300_000, NOW.date(), "rest", cast.owner, NOW)
    assert letters.is_overtaken(mail, installation, at(9))


def test_what_is_due_at_once_is_one_letter_with_each_live_balance(cast, installation):
    [first] = cast.invoices
    lines = [invoices.Line("A talk", 90_000)]
    second = invoices.bill(cast.project, lines, cast.owner, NOW, key="talk")
    third = invoices.bill(cast.project, lines, cast.owner, NOW, key="walk")
    reminders.pass_time(at(9))
    rows = list(PaymentReminder.select().order_by(PaymentReminder.id))
    assert [row.invoice_id for row in rows] == [first.id, second.id, third.id]
    [mail] = Delivery.select().where(Delivery.kind == "payment_reminder")
    # Each invoice shows the letter as its own.
    assert [reminders.course(row, at(9)).written[0][1] for row in (first, second)] == [[mail]] * 2
    payments.record(second, 40_000, NOW.date(), "some", cast.owner, NOW)
    payments.record(third, 90_000, NOW.date(), "all", cast.owner, NOW)
    letter = letters.compose(mail, installation, at(9))
    assert "5.500,00" in letter.subject and first.number in letter.text
    assert f"{second.number}: 500,00" in letter.text.replace("\xa0", " ")
    assert third.number not in letter.text
    payments.record(first, 500_000, NOW.date(), "all", cast.owner, NOW)
    letter = letters.compose(mail, installation, at(9))
    assert second.number in letter.subject and first.number not in letter.text
    assert not letters.is_overtaken(mail, installation, at(9))
    payments.record(second, 50_000, NOW.date(), "rest", cast.owner, NOW)
    assert letters.is_overtaken(mail, installation, at(9))
    assert checking.problems() == []


def test_a_letter_can_be_read_before_it_goes(cast, installation):
    invoice = cast.invoices[0]
    unwritten = bill_letters.previewed(invoice, cast.contact, at(3))
    letter = letters.compose(unwritten, installation, at(3), masked=True)
    assert "06.12.2026" in letter.subject
    assert not Delivery.select().where(Delivery.kind == "payment_reminder").exists()


def test_a_letter_that_waited_goes_out_in_business_hours(cast, installation):
    reminders.pass_time(at(9))
    Delivery.update(state=DeliveryState.CANCELLED).where(
        Delivery.kind != "payment_reminder"
    ).execute()
    with postbox() as box:
        posting = replace(installation, smtp_url=f"{box.url}?from=post@milepost.example")
        while worker.work_once(posting, at(9, 20)):
            pass
        [mail] = Delivery.select().where(Delivery.kind == "payment_reminder")
        assert (mail.state, mail.due_at, mail.attempts) == (DeliveryState.QUEUED, at(10, 8), 0)
        while worker.work_once(posting, at(10, 8)):
            pass
    mail = Delivery.get_by_id(mail.id)
    assert mail.state == DeliveryState.DONE
    assert sent.any_of(cast.invoices[0])


@pytest.mark.parametrize("days", [(), (1, 3), (400,), (-40,), tuple(range(0, 90, 10))])
def test_a_plan_that_makes_no_sense_is_refused(cast, days):
    with pytest.raises((plans.DaysUnclear, plans.DaysTooClose)):
        plans.save(True, days, cast.owner)
    assert plans.of(cast.owner).days == PLAN


def test_days_are_read_as_they_are_typed():
    assert plans.parsed("\u22123, 3 7,14") == [-3, 3, 7, 14]
    with pytest.raises(plans.DaysUnclear):
        plans.parsed("soon")


def test_a_step_at_or_before_the_day_of_issue_is_left_out():
    hours = Hours(workdays.calendar("DE"), "Europe/Berlin")
    facts = Facts(date(2026, 12, 4), date(2026, 12, 7), (-3, 3), hours)
    assert [turn.step for turn in schedule.coming(facts, at(4))] == [3]


def test_a_dunning_letter_speaks_of_reminders_only_where_some_went_out(cast):
    invoice = cast.invoices[0]
    before = account_documents.dunning(invoice, cast.owner, at(8))
    assert account_documents.said(before)["reminded"] is False
    reminders.pass_time(at(9))
    Delivery.update(state=DeliveryState.DONE, done_at=at(9)).execute()
    after = account_documents.dunning(invoice, cast.owner, at(10))
    assert account_documents.said(after)["reminded"] is True
