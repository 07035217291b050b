"""The page of a draft: lines typed, added up, saved; nothing that was agreed is changed."""

import pytest

from billing import checking
from billing.accepting import reviews
from billing.invoicing import invoice_content, invoices
from billing.planning.plan import Billing
from models import Business, Client, Contact, Event, Invoice, InvoiceLine, TriggerDelivery
from tests import cast as the
from tests.cast import NOW


@pytest.fixture
def german(alice):
    columns = {"country": "DE", "currency": "EUR", "tax_registered": True, "tax_rate": 19_000}
    Business.update(**columns).where(Business.owner == alice.id).execute()
    return the.client(alice, country="DE", currency="EUR")


@pytest.fixture
def draft(alice, german):
    project = the.project(alice, for_client=german)
    return invoices.bill(project, [invoices.Line("Copy", 10_000)], alice, NOW, send=False)


def fields(page, **changes):
    seen = page.text.split('name="seen"')[1].split('value="')[1].split('"')[0]
    known = {
        "seen": seen,
        "terms_days": "30",
        "supplied_on": "2026-11-20",
        "purchase_order": "PO-7",
        "note": "Thank you",
        "discount": "",
        "discount_reason": "",
        "withholding_rate": "",
        "lines-0-description": "Copy",
        "lines-0-quantity": "1",
        "lines-0-unit": "C62",
        "lines-0-unit_price": "100.00",
        "lines-0-discount": "",
        "lines-0-tax": "S:19000:",
        "lines-0-detail": "",
    }
    return {**known, **changes}


def line(number, **values):
    known = {"quantity": "1", "unit": "C62", "discount": "", "tax": "S:19000:", "detail": ""}
    return {f"lines-{number}-{name}": value for name, value in {**known, **values}.items()}


def test_three_rates_are_added_up_and_saved(signed_in, draft):
    here = f"/invoices/{draft.id}/edit"
    page = signed_in.get(here)
    more = {
        **line(1, description="Books", unit_price="50", tax="S:7000:"),
        **line(2, description="Zero", unit_price="25", tax="O:0:"),
    }
    counted = signed_in.post(here, fields(page, **more, change="count"), 200)
    assert "€197.50" in counted.text
    assert Invoice.get().total == 11_900
    signed_in.post(here, fields(page, **more))
    [saved] = Invoice.select()
    assert (saved.total, len(saved.taxes)) == (19_750, 3)
    assert (saved.purchase_order, saved.terms_days, saved.note) == ("PO-7", 30, "Thank you")
    assert checking.problems() == []


def test_hours_and_discounts_in_percent_and_amounts(signed_in, draft):
    here = f"/invoices/{draft.id}/edit"
    page = signed_in.get(here)
    hours = line(1, description="Workshop", quantity="2,5", unit="HUR", unit_price="60.00",
                 discount="10 %")  # fmt: skip
    signed_in.post(here, fields(page, **hours, discount="35", discount_reason="For the start",
                                withholding_rate="15"))  # fmt: skip
    [saved] = Invoice.select()
    assert (saved.net, saved.tax, saved.discount) == (20_000, 3_800, 3_500)
    assert saved.withholding == {"rate": 15_000, "amount": 3_000}
    row = InvoiceLine.get(InvoiceLine.unit == "HUR")
    assert (row.quantity, row.discount, row.amount) == ("2.5", 1_500, 13_500)
    again = signed_in.get(here).text
    assert 'value="10 %"' in again and 'value="35.00"' in again
    said = invoice_content.said(invoices.issue(saved, saved.owner, NOW))
    assert said["allowances"][0]["reason"] == "For the start"
    assert checking.problems() == []


def test_lines_are_added_and_removed_and_nothing_typed_is_lost(signed_in, draft):
    here = f"/invoices/{draft.id}/edit"
    page = signed_in.get(here)
    added = signed_in.post(here, fields(page, change="add", note="Typed"), 200)
    assert 'name="lines-1-description"' in added.text and "Typed" in added.text
    taken = signed_in.post(here, fields(page, change="remove-0"), 200)
    assert 'name="lines-0-description"' not in taken.text
    assert Invoice.get().total == 11_900


def test_a_hundred_lines_of_a_cent_are_all_billed_and_more_are_refused(signed_in, draft):
    here = f"/invoices/{draft.id}/edit"
    page = signed_in.get(here)
    typed = {}
    for number in range(101):
        typed |= line(number, description=f"Line {number}", unit_price="0.01")
    refused = signed_in.post(here, fields(page, **typed), 422)
    assert "room for 100 rows" in refused.text and 'value="Line 100"' in refused.text
    full = signed_in.post(here, fields(page, **typed, change="remove-100"), 200)
    assert "An invoice holds 100 lines." in full.text and 'value="add"' not in full.text
    kept = {name: value for name, value in typed.items() if not name.startswith("lines-100-")}
    signed_in.post(here, fields(page, **kept))
    [saved] = Invoice.select()
    assert (saved.net, saved.tax, saved.total) == (100, 19, 119)
    assert InvoiceLine.select().count() == 100


def test_both_pages_add_up_from_the_top_and_say_what_a_price_is_for(signed_in, as_client, draft):
    here = f"/invoices/{draft.id}/edit"
    page = signed_in.get(here)
    Client.update(language="de").execute()
    hours = line(0, description="Workshop", quantity="2.5", unit="HUR", unit_price="60.00")
    signed_in.post(here, fields(page, **hours, discount="10 %", discount_reason="Treue"))
    issued = invoices.issue(Invoice.get(), draft.owner, NOW)
    reader = as_client(draft.project, Contact.get())
    theirs = reader.get(f"{reader.home}invoices/{issued.id}").text
    ours = signed_in.get(f"/invoices/{issued.id}").text
    for shown, sums in (
        (theirs, ["150,00", "-15,00", "135,00", "25,65", "160,65"]),
        (ours, ["150.00", "-€15.00", "135.00", "25.65", "160.65"]),
    ):
        added = shown.split('id="lines"')[1].split("<dl")[1].split("</dl>")[0]
        places = [added.index(amount) for amount in sums]
        assert places == sorted(places)
    assert "2,5 × <bdi>60,00" in theirs and "je Stunde" in theirs
    assert "2.5 × <bdi>€60.00</bdi> per hour" in ours


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("lines-0-quantity", "0", "is not a quantity"),
        ("lines-0-quantity", "1e99", "is not a quantity"),
        ("lines-0-quantity", "NaN", "is not a quantity"),
        ("lines-0-unit_price", "lots", "is not an amount of money"),
        ("lines-0-unit_price", "-5", "more than zero"),
        ("lines-0-discount", "101 %", "rate from 0 to 100"),
        ("lines-0-discount", "100.01", "cannot be more than"),
        ("lines-0-description", "", "Say in each line"),
        ("lines-0-tax", "S:1:", "Not a valid choice"),
        ("discount", "200", "cannot be more than"),
        ("terms_days", "400", "0 to 365"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_saved(signed_in, draft, name, value, said):
    here = f"/invoices/{draft.id}/edit"
    page = signed_in.get(here)
    answer = signed_in.post(here, fields(page, **{name: value}), 422)
    assert said in answer.text
    assert Invoice.get().total == 11_900


def test_a_stale_page_overwrites_nothing(signed_in, draft):
    here = f"/invoices/{draft.id}/edit"
    first = signed_in.get(here)
    signed_in.post(here, fields(first, note="The first"))
    late = signed_in.post(here, fields(first, note="The second"), 409)
    assert "changed in another window" in late.text and "The second" in late.text
    assert Invoice.get().note == "The first"


def test_what_a_milestone_bills_keeps_its_amount(signed_in, alice, german):
    cast = the.submitted(
        the.terms(billing=Billing(acceptance_delivery=TriggerDelivery.DRAFT)),
        of=alice,
        for_client=german,
    )
    reviews.accept(cast.milestone, cast.contact, NOW)
    [draft] = cast.invoices
    here, row = f"/invoices/{draft.id}/edit", draft.lines[0].id
    page = signed_in.get(here)
    mine = {"lines-0-line": str(row), "lines-0-description": "The strategy", "discount": "10 %",
            "lines-0-unit_price": "1.00", "lines-0-tax": "S:7000:"}  # fmt: skip
    signed_in.post(here, fields(page, **mine, **line(1, description="Fares", unit_price="50")))
    [saved] = cast.invoices
    assert [each.amount for each in saved.lines.order_by(InvoiceLine.position)] == [500_000, 5_000]
    assert (saved.lines[0].description, saved.net) == ("The strategy", 454_500)
    page = signed_in.get(here)
    without = fields(page, **{"lines-0-line": ""})
    assert "cannot be taken out" in signed_in.post(here, without, 409).text
    assert checking.problems() == []


def test_an_issued_one_is_never_edited_and_strangers_find_nothing(signed_in, stranger, draft):
    here = f"/invoices/{draft.id}/edit"
    page = signed_in.get(here)
    stranger.get(here, 404)
    stranger.post(here, fields(page), 404)
    invoices.issue(draft, draft.owner, NOW)
    before = Event.select().count()
    signed_in.get(here, 404)
    signed_in.post(here, fields(page), 404)
    assert Event.select().count() == before


def test_finished_work_can_be_begun_as_a_draft_with_prices_that_include_tax(signed_in, german):
    work = {"outcome": "Copy", "price": "9.99", "delivered_on": "2026-11-20", "terms_days": "14",
            "detail": "", "key": "k1", "basis": "gross", "draft": "edit"}  # fmt: skip
    answer = signed_in.post(f"/invoices/new?client={german.id}", work)
    assert answer.headers["Location"].endswith("/edit")
    assert "Prices with tax in them" in signed_in.follow(answer).text
    [saved] = Invoice.select()
    assert (saved.net, saved.tax, saved.total) == (839, 160, 999)
