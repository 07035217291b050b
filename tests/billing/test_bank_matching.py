"""Movements and the invoices they pay: suggested with a reason, booked by a person, once."""

import pytest

from billing import checking
from billing.accepting import reviews
from billing.banking import booking, likeness, matching, statements, tables
from billing.banking.booking import Order
from billing.invoicing import invoices
from billing.paying import credit_entries, payments
from models import BankLine, Invoice, Payment
from tests import cast as the
from tests.billing.test_bank_statements import sample
from tests.cast import NOW
from tests.crowd import at_once

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

TODAY = NOW.date()


@pytest.fixture
def cast(database):
    """Cleo owes 5,000.00 (INV-0001) and 900.00 (INV-0002)."""
    found = the.submitted()
    reviews.accept(found.milestone, found.contact, NOW)
    lines = [invoices.Line("A talk", 90_000)]
    invoices.bill(found.project, lines, found.owner, NOW, key=f"talk:{found.project.id}")
    return found


def line(
    cast,
    amount="5000.00",
    name="",
    text="",
    iban="",
    reference="",
    currency="USD",
    day="2026-11-20",
):
    head = "Date,Amount,Currency,Name,IBAN,Memo,Creditor reference"
    row = f"{day},{amount},{currency},{name},{iban},{text},{reference}"
    content = f"{head}\n{row}\n".encode()
    file = statements.keep(content, "x.csv", cast.owner, NOW)
    statements.take(file, tables.of(file.mapping), NOW)
    return BankLine.select().order_by(BankLine.id.desc()).first()


def suggested(cast, row):
    [found] = matching.Books(cast.owner).suggestions([row])
    return found.invoice and str(found.invoice.number), found.reason


def book(cast, row, number=0, surplus=0):
    return booking.book(row, cast.invoices[number], cast.owner, NOW, surplus)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"text": "Invoice INV-0001 thanks"}, ("INV-0001", "number")),
        ({"text": "inv 0001"}, ("INV-0001", "number")),
        ({"text": "RE: INV1"}, ("INV-0001", "number")),
        ({"text": "INV-0002", "amount": "5000.00"}, ("INV-0002", "number")),
        ({"text": "INV-00010", "amount": "1.00"}, (None, "")),
        ({"text": "XINV-0001", "amount": "1.00"}, (None, "")),
        ({"reference": "000000000000000000000000011"}, ("INV-0001", "reference")),
        ({"reference": "000000000000000000000000012", "amount": "1.00"}, (None, "")),
        ({"name": "GmbH Cleo"}, ("INV-0001", "name")),
        ({"name": "Somebody else"}, ("INV-0001", "amount")),
        ({"name": "CLEO GMBH", "amount": "12.00"}, ("INV-0001", "payer")),
        ({"amount": "12.00"}, (None, "")),
        ({"text": "INV-0001", "currency": "EUR"}, (None, "")),
    ],
)
def test_an_invoice_is_suggested_by_the_surest_of_its_signs(cast, said, expected):
    assert suggested(cast, line(cast, **said)) == expected


def test_an_rf_reference_names_its_invoice():
    assert matching.core("RF18 5390 0754 7034") == "539007547034"
    assert matching.core("RF19 5390 0754 7034") == ""
    assert matching.core("21 00000 00003 13947 14300 09017") == "21000000000313947143000901"


def test_an_account_that_paid_before_is_known_again(cast):
    first = line(cast, amount="900.00", text="INV-0002", iban="DE89370400440532013000")
    book(cast, first, 1)
    again = line(cast, name="Somebody", iban="DE89370400440532013000")
    assert suggested(cast, again) == ("INV-0001", "account")


def test_nothing_is_recorded_by_taking_over_and_suggesting(cast):
    suggested(cast, line(cast, text="INV-0001"))
    assert Payment.select().count() == 0


def test_a_movement_is_booked_once_whoever_clicks_and_however_often(cast):
    row = line(cast, text="INV-0001")
    made = at_once(10, lambda _: book(cast, row))
    assert len({payment.id for payment in made}) == 1
    assert payments.due(cast.invoices[0]) == 0
    payment = Payment.get()
    assert (payment.received_on.day, payment.method, payment.reference) == (20, "bank", "INV-0001")
    assert booking.counts(cast.owner) == {"open": 0, "booked": 1, "aside": 0, "outgoing": 0}
    assert checking.problems() == []


def test_a_movement_is_not_booked_for_a_second_invoice(cast):
    row = line(cast, amount="900.00", text="INV-0002")
    book(cast, row, 1)
    with pytest.raises(booking.BookedAlready):
        book(cast, row)


def test_a_wrong_match_is_taken_back_and_booked_for_the_right_one(cast):
    row = line(cast, amount="900.00")
    book(cast, row)
    booking.take_back(row, cast.owner, NOW)
    assert booking.counts(cast.owner)["open"] == 1
    row = BankLine.get_by_id(row.id)
    book(cast, row, 1)
    assert payments.due(cast.invoices[1]) == 0
    # Taken back on the invoice's page it is open as well, and the same invoice can be right.
    payments.reverse(BankLine.get_by_id(row.id).payment, cast.owner, NOW)
    assert booking.counts(cast.owner)["open"] == 1
    book(cast, BankLine.get_by_id(row.id), 1)
    assert payments.due(cast.invoices[1]) == 0
    assert checking.problems() == []


def test_more_than_is_due_becomes_credit_once_it_was_shown(cast):
    row = line(cast, amount="5200.00", text="INV-0001")
    [found] = matching.Books(cast.owner).suggestions([row])
    assert (found.surplus, found.is_sure) == (20_000, False)
    with pytest.raises(booking.Surplus) as refused:
        book(cast, row)
    assert refused.value.facts["surplus"] == "$200.00"
    book(cast, row, surplus=20_000)
    assert credit_entries.left(cast.project.client, "USD") == 20_000
    assert checking.problems() == []


def test_a_second_transfer_for_a_paid_invoice_is_named_and_becomes_credit_if_agreed(cast):
    book(cast, line(cast, text="INV-0001"))
    again = line(cast, text="INV-0001 again")
    [found] = matching.Books(cast.owner).suggestions([again])
    assert (found.invoice.number, found.surplus, found.is_sure) == ("INV-0001", 500_000, False)
    booking.book(again, cast.invoices[0], cast.owner, NOW, 500_000, is_another=True)
    assert credit_entries.left(cast.project.client, "USD") == 500_000


def test_a_payment_recorded_by_hand_is_pointed_out(cast):
    day = line(cast, text="INV-0001").booked_on
    payments.record(cast.invoices[0], 500_000, day, "by hand", cast.owner, NOW)
    [found] = matching.Books(cast.owner).suggestions(list(BankLine.select()))
    assert found.before == Payment.get() and not found.is_sure


def test_what_went_out_or_is_in_another_currency_pays_nothing(cast):
    with pytest.raises(booking.WentOut):
        book(cast, line(cast, amount="-5.00"))
    with pytest.raises(booking.InOtherCurrency):
        book(cast, line(cast, currency="EUR"))
    assert booking.counts(cast.owner) == {"open": 1, "booked": 0, "aside": 0, "outgoing": 1}


def test_several_are_confirmed_at_once_and_one_that_fails_holds_up_none(cast):
    right = line(cast, amount="900.00", text="INV-0002")
    wrong = line(cast, amount="5000.01", text="INV-0001")
    first, second = cast.invoices
    orders = [Order(wrong, first), Order(right, second)]
    booked, refused = booking.book_all(orders, cast.owner, NOW)
    assert [payment.invoice_id for payment in booked] == [second.id]
    assert list(refused) == [wrong.id]


def test_what_pays_no_invoice_is_put_aside_and_brought_back(cast):
    row = line(cast)
    booking.put_aside(row, NOW)
    assert booking.counts(cast.owner)["aside"] == 1
    booking.bring_back(row)
    assert booking.counts(cast.owner)["open"] == 1


def test_one_statement_in_two_forms_is_booked_once_if_the_hint_is_heeded(database):
    owner = the.owner(country="DE", currency="EUR", timezone="Europe/Berlin")
    client = the.client(owner, currency="EUR")
    cast = the.submitted(of=owner, for_client=client)
    reviews.accept(cast.milestone, cast.contact, NOW)
    for name in ("sparkasse-v02.xml", "volksbank.csv"):
        file = statements.keep(sample(name), name, owner, NOW)
        reading = tables.of(file.mapping) if file.mapping else tables.Reading({})
        statements.take(file, reading, NOW)
    xml, table = BankLine.select().where(BankLine.amount == 500_000).order_by(BankLine.id)
    booking.book(xml, Invoice.get(), owner, NOW)
    [found] = matching.Books(owner).suggestions([table])
    assert found.before == Payment.get() and not found.is_sure


def test_a_movement_with_its_value_day_is_the_one_that_its_booking_day_told(cast):
    """CAMT tells when it was booked, the table when it was valued, a weekend before."""

    def brought(day, amount="5000.00", **said):
        return line(cast, amount=amount, day=day, **said)

    def before(row):
        return matching.Books(cast.owner).suggestions([row])[0].before

    book(cast, brought("2026-11-20", name="CLEO GMBH", iban="DE02120300000000202051"))
    assert before(brought("2026-11-16", iban="DE02120300000000202051")) == Payment.get()
    assert before(brought("2026-11-16", name="Cleo")) == Payment.get()
    assert before(brought("2026-11-15", name="Cleo")) is None
    assert before(brought("2026-11-18", name="Somebody else")) is None
    payments.record(cast.invoices[1], 90_000, TODAY, "by hand", cast.owner, NOW)
    assert before(brought("2026-11-19", "900.00", text="Thanks for INV-0002")) is not None
    assert before(brought("2026-11-19", "900.00", text="Thanks")) is None
    with pytest.raises(booking.RecordedBefore):
        book(cast, brought("2026-11-18", name="Cleo", text="the same"))


@pytest.mark.parametrize(
    ("ours", "banks"),
    [
        ("Łódź Lighting Ltd", "LODZ LIGHTING"),
        ("Bäckerei Größ GmbH", "BAECKEREI GROESS GMBH"),
        ("Bäckerei Größ GmbH", "Backerei Gross"),
        ("Đường Lumière SARL", "DUONG LUMIERE"),
        ("Søren Ærø ApS", "SOEREN AEROE"),
        ("İstanbul Şirketi", "ISTANBUL SIRKETI"),
        ("株式会社さくら", "株式会社さくら"),
    ],
)
def test_a_payer_is_known_by_plain_letters(ours, banks):
    assert likeness.alike(banks, [ours])
    assert not likeness.alike("Werkstatt Nord", [ours])
