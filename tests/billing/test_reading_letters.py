"""Mails about readings: to answer one, answered, and the last day to give one."""

from datetime import datetime, timedelta

import pytest

from billing import clock
from billing.accepting import readings
from billing.delivery import letters
from billing.reading import attention
from models import Client, Delivery
from tests.billing.test_measures import TODAY, accepted, entered
from tests.cast import NOW

pytestmark = pytest.mark.usefixtures("database")

LAST = TODAY + timedelta(days=44)
"""The fifth of January: the window of thirty days, and two weeks."""


def written(kind, installation):
    [row] = Delivery.select().where(Delivery.kind == kind)
    assert not letters.is_overtaken(row, installation, NOW) or "entered" in kind
    letter = letters.compose(row, installation, NOW)
    body = letter.text.split("\n\n", 1)[1].rsplit("\n\n", 2)[0]
    assert len(body.split()) < 80
    assert "Content strategy" in letter.subject and "$" in letter.subject
    return " ".join(letter.text.split())


def kinds():
    return {row.kind for row in Delivery.select().where(Delivery.kind.startswith("reading"))}


def test_the_client_is_asked_and_the_owner_told_that_it_is_confirmed(installation):
    cast = accepted()
    reading = entered(cast, 412_000)
    text = written("reading_entered", installation)
    assert "a reading of “Sign-ups” for Nov 22, 2026: 412 sign-ups." in text
    assert "If you confirm it, you get an invoice for $3,230.00." in text
    readings.confirm(reading, cast.contact, NOW)
    text = written("reading_confirmed_by_client", installation)
    assert "An invoice for $3,230.00 is issued." in text
    assert f"/milestones/{cast.milestone.id}/measure" in text


def test_the_owner_is_asked_at_home_and_the_client_told_that_it_is_refused(installation):
    cast = accepted()
    reading = entered(cast, 380_000, cast.contact)
    assert "If it is not right, refuse it" in written("reading_entered_by_client", installation)
    told = [need for need in attention.needs(cast.owner, TODAY) if need.about == "reading"]
    assert [need.row for need in told] == [cast.milestone]
    readings.refuse(reading, "Ours says 412", cast.owner, NOW)
    assert "“Ours says 412”" in written("reading_refused", installation)
    assert not [need for need in attention.needs(cast.owner, TODAY) if need.about == "reading"]


def test_each_side_reads_of_the_answers_of_the_other(installation):
    cast = accepted()
    readings.refuse(entered(cast, 1000), "Ours says 2", cast.contact, NOW)
    assert "“Ours says 2”" in written("reading_refused_by_client", installation)
    readings.confirm(entered(cast, 0, cast.contact, "b"), cast.owner, NOW)
    assert "It comes to $500.00" in written("reading_confirmed", installation)


def test_what_is_answered_is_not_asked_any_more(installation):
    cast = accepted()
    readings.confirm(entered(cast, 0), cast.contact, NOW)
    asked = Delivery.get(Delivery.kind == "reading_entered")
    assert letters.is_overtaken(asked, installation, NOW)


def _noon(day):
    return datetime.combine(day, NOW.time()).replace(hour=17)


def test_the_client_is_told_once_some_days_before_the_fallback_is_billed(installation):
    cast = accepted()
    assert clock.local_date(_noon(LAST), "America/New_York") == LAST
    told = {}
    for ahead in range(12, 0, -1):
        day = LAST - timedelta(days=ahead)
        readings.pass_time(_noon(day))
        told[day] = Delivery.select().where(Delivery.kind == "reading_due").count()
    # New Year's Day and the weekend are no working days: 29 to 31 December, 4 and 5 January.
    assert next(day.isoformat() for day, count in told.items() if count) == "2026-12-28"
    assert set(told.values()) == {0, 1}
    text = written("reading_due", installation)
    assert "by the end of Jan 5, 2027 what “Sign-ups” came to" in text
    assert "If you give no reading until then, $2,000.00 is billed" in text
    assert cast.invoices[-1].cause == "acceptance"


def test_who_has_given_a_reading_is_not_told(installation):
    cast = accepted()
    readings.refuse(entered(cast, 380_000, cast.contact), "No", cast.owner, NOW)
    readings.pass_time(_noon(LAST - timedelta(days=1)))
    assert "reading_due" not in kinds()


def test_nobody_is_told_at_night(installation):
    cast = accepted()
    Client.update(timezone="Asia/Tokyo").where(Client.id == cast.project.client_id).execute()
    readings.pass_time(_noon(LAST - timedelta(days=1)))
    assert "reading_due" not in kinds()
