"""On which days money can have moved."""

from datetime import date

import pytest

from billing.accepting import reviews
from billing.paying import client_credit, money_days, payments
from billing.paying.money_days import DayLongPast, DayToCome
from models import Payment
from tests import cast as the
from tests.cast import NOW

TODAY = date(2028, 2, 29)


@pytest.mark.parametrize("day", [TODAY, date(2018, 2, 28), date(2018, 3, 1), date(2027, 12, 31)])
def test_a_day_of_the_last_ten_years_is_one(day):
    if day == date(2018, 2, 28):
        with pytest.raises(DayLongPast):
            money_days.check(day, TODAY)
        return
    money_days.check(day, TODAY)


@pytest.mark.parametrize(
    ("day", "refused"), [(date(1, 1, 1), DayLongPast), (date(9999, 12, 31), DayToCome)]
)
def test_no_verb_dates_money_in_another_age(database, day, refused):
    cast = the.submitted()
    reviews.accept(cast.milestone, cast.contact, NOW)
    [invoice], client = cast.invoices, cast.project.client
    with pytest.raises(refused):
        payments.record(invoice, 100, day, "k", cast.owner, NOW)
    payments.record(invoice, invoice.total + 500, NOW.date(), "a", cast.owner, NOW, surplus=500)
    with pytest.raises(refused):
        client_credit.refund(client, "USD", 500, day, "k", NOW)
    assert Payment.select().where(Payment.received_on != NOW.date()).count() == 0
