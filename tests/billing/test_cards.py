"""Card payments: booked by genuine reports alone, each session once; keys are kept wrapped."""

import time
from dataclasses import replace

import pytest

from billing import checking
from billing.accepting import reviews
from billing.paying import card_accounts, cards, credit_entries, payments, settlement
from billing.people import links
from billing.sealing.wrapping import KeyLost
from models import CardEvent, Invoice, Payment
from models import write as writing
from tests import cast as the
from tests import stripe
from tests.cast import NOW
from tests.crowd import at_once

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]


@pytest.fixture
def cast(database, installation):
    """An invoice of 5,000.00 waits to be paid, and its owner takes cards."""
    found = the.submitted()
    reviews.accept(found.milestone, found.contact, NOW)
    card_accounts.save(stripe.API_KEY, stripe.WEBHOOK_SECRET, found.owner, installation)
    return found


@pytest.fixture
def told(cast, installation):
    """Receive a report on the cast's invoice."""
    account, [invoice] = card_accounts.of(cast.owner), cast.invoices

    def receive(event="evt_1", signed=None, key=account.key, **changes):
        body = stripe.report(account, invoice, event, **changes)
        cards.receive(key, body, signed or stripe.signature(body), installation, NOW)

    return receive


def amounts():
    return [row.amount for row in Payment.select().order_by(Payment.id)]


def test_a_report_books_the_money_and_settles_the_invoice(cast, told):
    told()
    [invoice] = cast.invoices
    assert settlement.of(invoice, NOW.date()).state == "paid"
    [payment] = invoice.payments
    assert (payment.method, payment.amount) == ("card", 500_000)
    assert not list(checking.problems())


def test_reports_that_come_again_and_out_of_order_book_once(told):
    told("evt_2", type="checkout.session.async_payment_succeeded")
    told("evt_1")
    told("evt_2", type="checkout.session.async_payment_succeeded")
    assert amounts() == [500_000]
    assert CardEvent.select().count() == 2


@pytest.mark.parametrize("events", [["evt_1"] * 6, [f"evt_{number}" for number in range(6)]])
def test_reports_at_once_book_once(told, events):
    at_once(6, lambda number: told(events[number]))
    assert amounts() == [500_000]
    assert not list(checking.problems())


@pytest.mark.parametrize(
    "changes",
    [
        {"currency": "eur"},
        {"amount_total": 0},
        {"amount_total": -5},
        {"amount_total": True},
        {"amount_total": "500000"},
        {"amount_total": 10**30},
        {"currency": None},
        {"key": "another"},
        {"signed": "t=1,v1=00"},
        {"signed": ""},
    ],
)
def test_what_cannot_be_right_books_nothing(told, changes):
    if changes == {"signed": ""}:
        changes = {"signed": "nonsense"}
    with pytest.raises(cards.NotGenuine):
        told(**changes)
    assert not amounts()
    assert not CardEvent.select().exists()


def test_forged_and_old_reports_book_nothing(cast, told):
    body = stripe.report(card_accounts.of(cast.owner), cast.invoices[0])
    for signed in (
        stripe.signature(body, "whsec_of_somebody_else"),
        stripe.signature(body, at=int(time.time()) - 301),
        stripe.signature(body + b" "),
    ):
        with pytest.raises(cards.NotGenuine):
            told(signed=signed)
    assert not amounts()


@pytest.mark.parametrize(
    "changes",
    [
        {"payment_status": "unpaid"},
        {"type": "checkout.session.expired"},
        {"metadata": {}},
        {"metadata": None},
        {"metadata": {"milepost": "another installation", "invoice": "1"}},
    ],
)
def test_what_is_not_about_money_of_ours_is_heard_and_left(told, changes):
    told(**changes)
    assert not amounts()


def test_an_invoice_of_another_owner_is_out_of_reach(cast, told):
    other = the.submitted()
    reviews.accept(other.milestone, other.contact, NOW)
    key = card_accounts.of(cast.owner).key
    for number in (str(other.invoices[0].id), "0", "x", "9" * 30):
        with pytest.raises(cards.NotGenuine):
            told(metadata={"milepost": key, "invoice": number})
    assert not amounts()


def test_money_paid_twice_is_there_and_becomes_credit_of_the_client(cast, told):
    [invoice] = cast.invoices
    payments.record(invoice, 200_000, NOW.date(), "bank", cast.owner, NOW)
    told()
    standing = settlement.of(Invoice.of(cast.owner).get(), NOW.date())
    assert (standing.state, standing.due, standing.to_refund) == ("paid", 0, 0)
    assert credit_entries.left(invoice.client_id, "USD") == 200_000
    assert not list(checking.problems())


def link_of(cast):
    with writing(cast.project):
        return links.for_contact(cast.project, cast.contact, NOW)


def test_a_double_click_is_one_session_over_what_is_due(cast, installation):
    [invoice], link = cast.invoices, link_of(cast)
    with stripe.host() as host:
        there = replace(installation, stripe_api_base=host.url)
        first = cards.begin(invoice, link, there, NOW)
        assert cards.begin(invoice, link, there, NOW) == first
        payments.record(invoice, 100_000, NOW.date(), "bank", cast.owner, NOW)
        assert cards.begin(invoice, link, there, NOW) != first
    one, again, less = host.asked
    assert one == again
    assert one["by"] == f"Bearer {stripe.API_KEY}"
    assert one["form"]["mode"] == "payment"
    assert one["form"]["line_items[0][price_data][unit_amount]"] == "500000"
    assert one["form"]["metadata[invoice]"] == str(invoice.id)
    assert less["form"]["line_items[0][price_data][unit_amount]"] == "400000"
    assert amounts() == [100_000]


def test_without_an_answer_there_is_a_sentence(cast, installation):
    [invoice], link = cast.invoices, link_of(cast)
    with stripe.host() as host:
        host.fails = True
        there = replace(installation, stripe_api_base=host.url)
        with pytest.raises(cards.NoAnswer):
            cards.begin(invoice, link, there, NOW)
    card_accounts.forget(cast.owner)
    with pytest.raises(cards.NoCards):
        cards.begin(invoice, link, there, NOW)


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        (500, "EUR", 500),
        (500, "JPY", 500),
        (500, "ISK", 50_000),
        (1_230, "KWD", 1_230),
        (1_234, "KWD", None),
        (0, "EUR", None),
    ],
)
def test_amounts_are_in_stripes_units(amount, currency, expected):
    assert cards.charged(amount, currency) == expected
    if expected:
        assert cards._received(expected, currency) == amount


def test_keys_are_wrapped_and_bound_to_their_place(cast, installation):
    account = card_accounts.of(cast.owner)
    assert stripe.API_KEY.encode() not in bytes(account.api_key)
    assert card_accounts.keys(account, installation).webhook == stripe.WEBHOOK_SECRET
    card_accounts.save("", "whsec_new", cast.owner, installation)
    kept = card_accounts.keys(card_accounts.of(cast.owner), installation)
    assert (kept.api, kept.webhook) == (stripe.API_KEY, "whsec_new")
    account.api_key, account.webhook_secret = account.webhook_secret, account.api_key
    with pytest.raises(KeyLost):
        card_accounts.keys(account, installation)


def test_only_keys_are_taken(cast, installation):
    with pytest.raises(card_accounts.NotApiKey):
        card_accounts.save("pk_test_public", "", cast.owner, installation)
    with pytest.raises(card_accounts.NotWebhookSecret):
        card_accounts.save("", "sk_oops", cast.owner, installation)
