"""Payments on the invoice's page: recorded, taken back, the client's word answered."""

import pytest

from billing.accepting import reviews
from billing.paying import claims, payments
from models import Claim, Event, Invoice, Payment, Project, ProjectState
from tests import cast as the
from tests.cast import NOW
from tests.web.visitor import Visitor

PAID = {
    "amount": "2,000.00",
    "received_on": "2026-11-21",
    "method": "bank",
    "reference": "RF18",
    "key": "k",
}


@pytest.fixture
def cast(alice):
    """Alice's invoice of 5,000.00 waits to be paid."""
    found = the.submitted(of=alice)
    reviews.accept(found.milestone, found.contact, NOW)
    return found


@pytest.fixture
def here(cast):
    return f"/invoices/{cast.invoices[0].id}"


def due():
    return payments.due(Invoice.get())


def test_the_form_offers_all_that_is_due_today(signed_in, here):
    page = signed_in.get(here).text
    assert 'value="5000.00"' in page and 'value="2026-11-22"' in page


def test_a_part_is_recorded_and_the_rest_stays_due(signed_in, here, cast):
    signed_in.get(here)
    page = signed_in.follow(signed_in.post(f"{here}/payments", PAID)).text
    for shown in ("$2,000.00 is recorded.", "$3,000.00", "RF18", "Part-paid", "Bank transfer"):
        assert shown in page, shown
    assert due() == 300_000


def test_paid_in_full_closes_the_project(signed_in, here, cast):
    signed_in.get(here)
    page = signed_in.follow(signed_in.post(f"{here}/payments", {**PAID, "amount": "5000"})).text
    assert "Paid in full on Nov 21, 2026" in page
    assert "Record a payment" not in page
    assert Project.get().state == ProjectState.CLOSED


def test_a_double_click_records_once(signed_in, here):
    signed_in.get(here)
    for _ in range(2):
        signed_in.post(f"{here}/payments", PAID)
    assert Payment.select().count() == 1


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("amount", "", "Enter the amount you received."),
        ("amount", "5,000.01", "Only $5,000.00 is still owed."),
        ("amount", "0", "The amount must be more than zero."),
        ("amount", "-5", "The amount must be more than zero."),
        ("amount", "ten", "is not an amount of money"),
        ("received_on", "", "Say when the money came."),
        ("received_on", "2026-11-23", "This day has not come yet."),
        ("received_on", "21.11.", "Write the date like 2026-12-31."),
        ("method", "barter", "Not a valid choice"),
        ("reference", "x" * 201, "Use at most 200 characters."),
    ],
)
def test_what_was_typed_stays_when_something_is_wrong(signed_in, here, field, typed, words):
    signed_in.get(here)
    page = signed_in.post(f"{here}/payments", {**PAID, field: typed}, status=422).text
    assert words in page
    assert "<title>Error: Invoice INV-0001" in page
    assert '<details class="confirm" id="record" open>' in page
    assert ("RF18" if field != "reference" else "2,000.00") in page
    assert Payment.select().count() == 0


def test_an_invoice_that_is_paid_takes_no_more(signed_in, here, cast):
    payments.record(cast.invoices[0], 500_000, NOW.date(), "other", cast.owner, NOW)
    signed_in.get(here)
    page = signed_in.post(f"{here}/payments", PAID, status=409).text
    assert "already paid in full" in page


def test_a_payment_is_taken_back_once(signed_in, here, cast):
    payment = payments.record(cast.invoices[0], 500_000, NOW.date(), "k", cast.owner, NOW)
    assert Project.get().state == ProjectState.CLOSED
    assert "Take back" in signed_in.get(here).text
    address = f"{here}/payments/{payment.id}/reversal"
    page = signed_in.follow(signed_in.post(address)).text
    assert "The payment of $5,000.00 is taken back." in page and "Take back" not in page
    signed_in.post(address)
    assert (Payment.select().count(), due()) == (2, 500_000)
    assert Project.get().state == ProjectState.ACTIVE


def test_the_clients_word_is_confirmed(signed_in, here, cast):
    claim = claims.claim(cast.invoices[0], "Transfer 42", cast.contact, NOW)
    page = signed_in.get(here).text
    assert "says this is paid" in page and "Transfer 42" in page
    for _ in range(2):
        signed_in.post(f"{here}/claims/{claim.id}/confirmation")
    assert (Payment.select().count(), due()) == (1, 0)
    assert "says this is paid" not in signed_in.get(here).text


def test_the_clients_word_is_refused(signed_in, here, cast):
    claim = claims.claim(cast.invoices[0], "", cast.contact, NOW)
    signed_in.get(here)
    page = signed_in.follow(signed_in.post(f"{here}/claims/{claim.id}/refusal")).text
    assert "The invoice stays open" in page and "says this is paid" not in page
    late = signed_in.post(f"{here}/claims/{claim.id}/confirmation", status=409).text
    assert "You have already answered this." in late
    assert due() == 500_000


def test_a_payment_recorded_by_hand_answers_the_claim(signed_in, here, cast):
    claims.claim(cast.invoices[0], "", cast.contact, NOW)
    signed_in.get(here)
    signed_in.post(f"{here}/payments", PAID)
    assert Claim.get().answered_at is None  # a part of it is no answer
    signed_in.post(f"{here}/payments", {**PAID, "amount": "3,000.00", "key": "rest"})
    assert Claim.get().payment_id == max(row.id for row in Payment.select())


def posts(here, payment, claim):
    return [
        f"{here}/payments",
        f"{here}/payments/{payment.id}/reversal",
        f"{here}/claims/{claim.id}/confirmation",
        f"{here}/claims/{claim.id}/refusal",
    ]


@pytest.fixture
def addresses(here, cast):
    payment = payments.record(cast.invoices[0], 100, NOW.date(), "k", cast.owner, NOW)
    return posts(here, payment, claims.claim(cast.invoices[0], "", cast.contact, NOW))


def test_a_stranger_finds_nothing(stranger, addresses):
    before = Event.select().count()
    for address in addresses:
        stranger.post(address, PAID, status=404)
    assert Event.select().count() == before


def test_ids_of_another_invoice_are_not_found(signed_in, here, cast, addresses, alice):
    other = the.submitted(of=alice)
    reviews.accept(other.milestone, other.contact, NOW)
    [invoice] = other.invoices
    signed_in.get(here)
    for address in addresses[1:]:
        signed_in.post(address.replace(here, f"/invoices/{invoice.id}"), status=404)


def test_without_its_token_a_post_does_nothing(signed_in, addresses):
    before = Event.select().count()
    for address in addresses:
        signed_in.token = ""
        signed_in.post(address, PAID, status=400)
    assert Event.select().count() == before


def test_none_of_it_is_done_by_looking(signed_in, addresses):
    before = Event.select().count()
    for address in addresses:
        signed_in.get(address, status=405)
    assert Event.select().count() == before


def test_yen_have_no_decimals(signed_in, alice):
    cast = the.submitted(of=alice, for_client=the.client(alice, currency="JPY"))
    reviews.accept(cast.milestone, cast.contact, NOW)
    here = f"/invoices/{cast.invoices[0].id}"
    assert 'value="500000"' in signed_in.get(here).text
    signed_in.post(f"{here}/payments", {**PAID, "amount": "1.5"}, status=422)
    signed_in.post(f"{here}/payments", {**PAID, "amount": "200,000"})
    assert due() == 300_000


def test_owners_see_the_code_their_client_scans(app):
    user = the.owner(iban="DE89370400440532013000")
    cast = the.submitted(of=user, for_client=the.client(user, currency="EUR"))
    reviews.accept(cast.milestone, cast.contact, the.NOW)
    owner, at = Visitor(app), f"/invoices/{cast.invoices[0].id}"
    owner.enter(user)
    assert "transfer of €5,000.00 with the reference INV-0001" in owner.get(at).text
    assert owner.get(f"{at}/transfer.svg").mimetype == "image/svg+xml"
    payments.record(cast.invoices[0], 500_000, the.NOW.date(), "k", user, the.NOW)
    assert "transfer.svg" not in owner.get(at).text
    owner.get(f"{at}/transfer.svg", status=204)


@pytest.mark.parametrize(
    ("day", "said"),
    [("0001-01-01", "more than 10 years ago"), ("9999-12-31", "has not come yet")],
)
def test_money_of_a_year_that_is_a_slip_is_refused_in_words(signed_in, cast, day, said):
    [invoice] = cast.invoices
    typed = {"amount": "10.00", "received_on": day, "method": "bank", "key": "k"}
    page = signed_in.post(f"/invoices/{invoice.id}/payments", typed, status=422)
    assert said in page.text
    assert Payment.select().count() == 0
