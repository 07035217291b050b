"""Reminders on the pages: the plan, what was sent and what comes, and letters read before."""

import re

import pytest

from billing.accepting import reviews
from billing.dunning import plans, reminders
from models import PaymentReminder, ReminderPause
from tests import cast as the
from tests.cast import NOW, later


@pytest.fixture
def cast(alice):
    """An invoice of 5,000.00 is due on 6 December."""
    found = the.submitted(of=alice)
    reviews.accept(found.milestone, found.contact, NOW)
    return found


@pytest.fixture
def on(cast, alice):
    plans.save(True, (-3, 3, 7), alice)
    return cast


def read(answer):
    """What stands on a page, without its marks."""
    return " ".join(re.sub(r"<[^>]*>", "", answer.text).split())


def test_the_owner_chooses_the_days(signed_in, cast, alice):
    page = signed_in.get("/settings/reminders")
    assert 'value="-3, 3, 7, 14, 30"' in page.text
    assert plans.of(alice).is_on is False
    refused = signed_in.post("/settings/reminders", {"is_on": "y", "days": "3, 4"}, status=422)
    assert "at least 3 days between 3 and 4" in read(refused)
    assert 'value="3, 4"' in refused.text
    signed_in.post("/settings/reminders", {"is_on": "y", "days": "3, 10"}, status=303)
    assert plans.of(alice) == plans.Plan(True, (3, 10))


def test_the_invoice_says_why_none_is_sent(signed_in, cast):
    page = read(signed_in.get(f"/invoices/{cast.invoices[0].id}"))
    assert "Nothing is sent by itself. You can switch reminders on in the settings." in page
    assert "Read what they would say" in page and "not planned" not in page


def test_none_that_never_went_out_is_said_to_have_gone_out(signed_in, cast, alice, frozen):
    plans.save(True, (-3,), alice)
    frozen(later(days=20))
    signed_in.enter(alice)
    page = read(signed_in.get(f"/invoices/{cast.invoices[0].id}"))
    assert "No reminder of your plan is left for this invoice." in page


def test_the_invoice_says_what_was_sent_and_what_comes(signed_in, on):
    [invoice] = on.invoices
    here = f"/invoices/{invoice.id}"
    assert "3 days before it is due" in read(signed_in.get(here))
    reminders.remind([invoice], later(days=17, hours=6))
    assert [row.step for row in PaymentReminder.select()] == [3]
    page = read(signed_in.get(here))
    assert "3 days after it was due, $5,000.00" in page
    assert "7 days after it was due" in page
    assert "Cleo GmbH was reminded of INV-0001: $5,000.00 to pay." in page


def test_a_letter_is_read_before_it_goes(signed_in, on):
    page = signed_in.get(f"/invoices/{on.invoices[0].id}/reminder?step=7")
    assert "was due on" in read(page) and "$5,000.00 is still open" in read(page)
    assert on.contact.email in page.text or on.contact.name in page.text
    assert "/l/…" in page.text
    assert PaymentReminder.select().count() == 0


def test_reminders_rest_for_an_invoice_and_for_a_client(signed_in, on):
    here = f"/invoices/{on.invoices[0].id}"
    signed_in.get(here)
    page = signed_in.follow(signed_in.post(f"{here}/reminder-pause", {"until": "2026-12-31"}))
    assert "Paused until" in read(page)
    page = signed_in.follow(signed_in.post(f"{here}/reminder-pause/end"))
    assert "Paused until" not in read(page)
    there = f"/clients/{on.project.client_id}"
    page = signed_in.follow(signed_in.post(f"{there}/reminder-pause"))
    assert "Paused until you resume them." in read(page)
    assert "Paused for Cleo GmbH." in read(signed_in.get(here))
    signed_in.post(f"{there}/reminder-pause/end", status=303)
    assert ReminderPause.select().count() == 0
