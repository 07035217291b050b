"""The first run's two verbs."""

from dataclasses import replace
from datetime import date

import pytest

from billing import countries
from billing.paying import payments
from billing.people import accounts
from billing.planning import beginnings
from billing.planning.beginnings import DuePassed
from billing.refusals import NotPositive
from models import Client, Delivery, Event, Invoice, Project, ProjectState, User
from tests import cast as the
from tests.cast import NOW
from tests.crowd import at_once

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

SAID = beginnings.Said(
    business_name="Ana Writes",
    country="FR",
    client_name="Łódź Sp. z o.o.",
    client_email="ana@example.com",
    outcome="Campaign launched",
    done_when="It is online",
    price=120_000,
    currency="EUR",
    key="one",
    due_on=date(2026, 12, 22),
)


@pytest.fixture
def owner() -> User:
    return accounts.sign_up("new@example.com", the.PASSWORD, NOW)


def test_finished_work_goes_out_to_the_client_and_closes_once_it_is_paid(owner):
    invoice = beginnings.bill_finished_work(SAID, owner, NOW)
    sent = {row.kind: row.recipient for row in Delivery.select()}
    assert sent == {"invoice": "", "invoice_issued": "ana@example.com"}
    assert invoice.project.state == ProjectState.ACTIVE

    payments.record(invoice, invoice.total, NOW.date(), "p", owner, NOW)
    assert Project.get_by_id(invoice.project_id).state == ProjectState.CLOSED


def test_a_refusal_leaves_nothing_behind(owner):
    for said, refusal in (
        (replace(SAID, price=0), NotPositive),
        (replace(SAID, due_on=date(2026, 11, 21)), DuePassed),
    ):
        for verb in (beginnings.start_project, beginnings.bill_finished_work):
            with pytest.raises(refusal):
                verb(said, owner, NOW)
    assert not accounts.business(owner).name
    assert not any(table.select().exists() for table in (Client, Project, Invoice, Event))


def test_many_clicks_at_once_are_one_invoice_with_one_number(owner):
    made = at_once(5, lambda _n: beginnings.bill_finished_work(SAID, owner, NOW).id)
    assert len(set(made)) == 1
    assert (Project.select().count(), Invoice.select().count()) == (1, 1)


def test_the_key_of_one_owner_is_not_that_of_another(owner):
    beginnings.start_project(SAID, owner, NOW)
    other = accounts.sign_up("other@example.com", the.PASSWORD, NOW)
    project = beginnings.start_project(SAID, other, NOW)
    assert project.owner_id == other.id


@pytest.mark.parametrize(
    ("country", "currency", "zone", "iban"),
    [
        ("US", "USD", "UTC", False),
        ("DE", "EUR", "Europe/Berlin", True),
        ("GB", "GBP", "Europe/London", True),
        ("JP", "JPY", "Asia/Tokyo", False),
        ("KW", "KWD", "Asia/Kuwait", True),
        ("ES", "EUR", "UTC", True),
        ("BG", "EUR", "Europe/Sofia", True),
        ("", "USD", "UTC", False),
        ("XX", "USD", "UTC", False),
    ],
)
def test_what_is_usual_in_a_country(country, currency, zone, iban):
    assert countries.currency_of(country) == currency
    assert countries.zone_of(country, NOW) == zone
    assert countries.has_iban(country) == iban
