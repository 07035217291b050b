"""Reminders of unsigned offers: at three moments, once a day at most, never a storm."""

from datetime import date, datetime, timedelta

import pytest

from billing import dates
from billing.agreeing import agreements, composing, reminders, signing
from models import Agreement, Delivery, Event
from tests import cast as the
from tests.cast import NOW, PDF
from tests.crowd import at_once

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]


def offered(until=None):
    owner = the.owner(timezone="America/New_York")
    project = the.project(owner)
    draft = composing.proposal(project, NOW)
    agreement = composing.revise(project, draft.clauses, draft.signer, until, NOW)
    agreements.send(agreement, owner, NOW)
    agreements.deliver(agreement, PDF, owner, NOW)
    row = Agreement.get_by_id(agreement.id)
    return the.Engagement(owner, row.project, row.signer, row)


def letters(kind="agreement_reminder"):
    written = Delivery.select().where(Delivery.kind == kind).order_by(Delivery.id)
    return [row.created_at for row in written]


def pass_days(days, hours=6):
    moment = NOW
    while moment < NOW + timedelta(days=days):
        moment += timedelta(hours=hours)
        dates.pass_time(moment)


def test_after_three_days_after_seven_and_on_the_day_before_the_last():
    cast = offered(date(2026, 12, 20))
    eve = datetime(2026, 12, 19, 14)
    assert reminders.moments(cast.agreement) == [the.later(days=3), the.later(days=7), eve]
    pass_days(30)
    first, second, third = letters()
    assert (first, second) == (the.later(days=3), the.later(days=7))
    assert eve <= third < eve + timedelta(hours=6)


def test_an_open_end_has_two_reminders_and_then_rest():
    cast = offered()
    pass_days(60)
    assert letters() == [the.later(days=3), the.later(days=7)]
    assert reminders.next_at(cast.agreement, the.later(days=60)) is None


@pytest.mark.parametrize(("days", "many"), [(0, 0), (1, 0), (2, 1), (4, 1), (5, 2), (8, 2), (9, 3)])
def test_the_last_reminder_swallows_what_is_close_to_it(days, many):
    cast = offered(NOW.date() + timedelta(days=days))
    assert len(reminders.moments(cast.agreement)) == many
    pass_days(days + 2)
    assert len(letters()) == many


def test_the_owner_sees_when_the_next_goes():
    cast = offered()
    assert reminders.next_at(cast.agreement, NOW) == the.later(days=3)
    late = the.later(days=3, hours=1)
    assert reminders.next_at(cast.agreement, late) == late
    reminders.pass_time(late)
    assert reminders.next_at(cast.agreement, late) == the.later(days=7)


def test_forty_days_at_once_are_one_reminder():
    for _ in range(3):
        offered()
    for minutes in range(5):
        dates.pass_time(the.later(days=40, minutes=minutes))
    assert len(letters()) == 3


def test_a_clock_set_back_reminds_nobody_twice():
    offered()
    for days in (3, 1, 3, 2, 3, 7, 6, 7):
        dates.pass_time(the.later(days=days, hours=1))
    assert letters() == [the.later(days=3, hours=1), the.later(days=7, hours=1)]


def test_what_expires_is_not_reminded_of():
    offered(NOW.date() + timedelta(days=5))
    dates.pass_time(the.later(days=40))
    assert letters() == []
    assert len(letters("agreement_expired")) == 1


def test_reminders_can_be_switched_off_and_on():
    cast = offered()
    reminders.pause(cast.agreement, True, cast.owner, NOW)
    assert reminders.is_paused(cast.agreement)
    assert reminders.next_at(cast.agreement, NOW) is None
    pass_days(5)
    assert letters() == []
    reminders.pause(cast.agreement, False, cast.owner, NOW)
    pass_days(9)
    assert len(letters()) == 2


def test_who_has_signed_or_declined_is_left_alone():
    signed, declined = offered(), offered()
    signing.sign(signed.agreement, the.intent(signed.agreement), signed.contact, NOW)
    agreements.decline(declined.agreement, "Too dear", declined.contact, NOW)
    pass_days(9)
    assert letters() == []


def test_twenty_workers_remind_once():
    cast = offered()

    def remind(_number):
        return reminders.remind(Agreement.get_by_id(cast.agreement.id), the.later(days=3))

    assert sum(at_once(20, remind)) == 1
    assert len(letters()) == 1
    assert Event.select().where(Event.body.contains("agreement.reminded")).count() == 1


def test_an_owner_who_lets_a_client_wait_is_told_once():
    cast = offered()
    signing.sign(cast.agreement, the.intent(cast.agreement), cast.contact, NOW)
    dates.pass_time(the.later(days=1, hours=23))
    assert letters("agreement_countersign_reminder") == []
    for hours in range(0, 100, 7):
        dates.pass_time(the.later(days=2, hours=hours))
    assert letters("agreement_countersign_reminder") == [the.later(days=2)]
