"""Tax in the seller's own currency: stated by the rate they entered, and taken back by the same."""

from datetime import date
from decimal import Decimal

import facturx
import pytest

from billing.accepting import reviews
from billing.books import quarters, tables
from billing.books.records import Period
from billing.delivery import pdf
from billing.delivery.pdf_press import press
from billing.einvoice import formats
from billing.invoicing import credit_notes, invoice_content, invoices, tax_currencies
from billing.invoicing.invoices import Line
from billing.invoicing.tax_currencies import Rate
from billing.people import accounts
from models import Invoice, InvoiceState, Project
from tests import cast as the
from tests import schematron
from tests.billing import einvoices
from tests.billing.test_books import rows
from tests.cast import NOW

pytestmark = pytest.mark.usefixtures("database")

RATE = Rate("USD", "0.9215", date(2026, 11, 20), "European Central Bank")


@pytest.fixture(scope="module", autouse=True)
def no_child_left():
    yield
    press.close()


@pytest.fixture
def owner():
    return the.owner(country="DE", currency="EUR", tax_registered=True, tax_rate=19_000)


@pytest.fixture
def project(owner):
    made = the.project(owner, for_client=the.client(owner, country="DE", currency="USD"))
    Project.update(tax_rate=19_000, tax_category="S").where(Project.id == made.id).execute()
    return Project.get_by_id(made.id)


def enter(owner, rate=RATE):
    tax_currencies.enter(rate, owner, accounts.business(owner))


def billed(project, amount=100_000, **options):
    return invoices.bill(project, [Line("Workshop", amount)], project.owner, NOW, **options)


def stated(invoice):
    return invoice_content.said(Invoice.get_by_id(invoice.id))["tax_stated"]


@pytest.mark.storage
def test_the_tax_is_stated_by_the_rate_that_was_entered(owner, project):
    enter(owner, Rate("USD", "0,9", date(2026, 11, 1), "Somewhere"))
    enter(owner)
    told = stated(billed(project))
    # 190.00 × 0.9215 = 175.085, and halves go up.
    assert told == {
        "currency": "EUR",
        "rate": "0.9215",
        "day": "2026-11-20",
        "source": "European Central Bank",
        "tax": 17_509,
    }


@pytest.mark.parametrize(
    ("business", "currency", "tax", "into"),
    [
        ({"country": "DE"}, "USD", 1900, "EUR"),
        ({"country": "BG"}, "USD", 1900, "EUR"),
        ({"country": "PL"}, "EUR", 2300, "PLN"),
        ({"country": "GB"}, "EUR", 2000, "GBP"),
        ({"country": "DE"}, "EUR", 1900, ""),
        ({"country": "DE"}, "USD", 0, ""),
        ({"country": "US"}, "EUR", 800, ""),
        ({"country": "DE", "tax_registered": False}, "USD", 1900, ""),
    ],
)
def test_it_has_to_be_where_the_law_asks_for_it(business, currency, tax, into):
    user = the.owner(**{"tax_registered": True, **business})
    assert tax_currencies.owed(accounts.business(user), currency, tax) == into


@pytest.mark.storage
def test_an_invoice_by_hand_states_it_once_there_is_a_rate(owner, project):
    assert stated(billed(project)) is None
    draft = billed(project, send=False)
    enter(owner)
    issued = invoices.issue(draft, owner, NOW)
    assert stated(issued)["currency"] == "EUR"


def test_an_acceptance_issues_its_invoice_all_the_same(owner):
    """What was told before it is done holds; the owner reads on the invoice what it lacks."""
    client = the.client(owner, country="DE", currency="USD")
    cast = the.submitted(of=owner, for_client=client)
    reviews.accept(cast.milestone, cast.contact, NOW)
    [invoice] = cast.invoices
    business, said = accounts.business(owner), invoice_content.said(invoice)
    assert invoice.state == InvoiceState.ISSUED and said["tax_stated"] is None
    assert tax_currencies.missing(invoice, business, said) == "EUR"
    assert tax_currencies.wanted(business, "USD", 1) == "EUR"
    enter(owner)
    assert tax_currencies.wanted(business, "USD", 1) == ""


@pytest.mark.storage
def test_credit_notes_take_back_what_was_stated_whatever_the_rate_is_now(owner, project):
    enter(owner)
    invoice = billed(project)
    enter(owner, Rate("USD", "1.5", date(2026, 11, 22), "Elsewhere"))
    line = invoice.lines[0].id
    notes = [
        credit_notes.issue(invoice, {line: amount}, "Less", str(amount), owner, NOW)
        for amount in (33_333, 1, 66_666)
    ]
    parts = [stated(note) for note in notes]
    assert {part["rate"] for part in parts} == {"0.9215"}
    assert sum(part["tax"] for part in parts) == stated(invoice)["tax"]


def test_a_rate_is_a_number_above_zero_and_of_another_currency(owner):
    for text in ("", "0", "-1", "x", "1.1234567", "NaN", "1e9"):
        with pytest.raises(tax_currencies.NotAnExchangeRate):
            enter(owner, Rate("USD", text, NOW.date(), "x"))
    with pytest.raises(tax_currencies.RateOfItself):
        enter(owner, Rate("EUR", "1", NOW.date(), "x"))


def test_e_invoices_and_the_page_say_it():
    own = {"currency": "EUR", "rate": "0.9215", "day": "2026-11-20", "source": "ECB", "tax": 17_509}
    content = einvoices.invoice(einvoices.line(100_000), currency="USD", tax_stated=own)
    written, document = pdf.archive("invoice.html", content, "en", formats.possible(content))
    assert set(written) == {"factur-x", "xrechnung", "peppol"}
    for xml in written.values():
        facturx.xml_check_xsd(xml.encode())
        assert schematron.broken(xml.encode()) == []
        assert 'currencyID="EUR">175.09<' in xml
    printed = einvoices.printed(document)
    assert "VAT in EUR €175.09" in printed
    assert "1 USD = 0.9215 EUR" in printed and "ECB" in printed and "Nov 20, 2026" in printed


def test_the_books_have_it(owner, project):
    enter(owner)
    invoice = billed(project)
    credit_notes.issue(invoice, {invoice.lines[0].id: 50_000}, "Less", "k", owner, NOW)
    first, credit = rows(tables.documents(owner, Period(date(2026, 1, 1), date(2026, 12, 31))))
    assert (first["Tax stated"], first["Stated in"], first["Exchange rate"]) == (
        "175.09", "EUR", "0.9215"
    )  # fmt: skip
    assert Decimal(credit["Tax stated"]) < 0
    [quarter] = quarters.of_year(owner, 2026)
    assert quarter.stated == {"EUR": 17_509 + round(Decimal(credit["Tax stated"]) * 100)}
