"""Lines of invoices: quantities, discounts in proportion, and what the document says of them."""

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing import checking
from billing.invoicing import credit_notes, drafts, invoice_content, invoices, tax
from billing.invoicing import lines as rows
from billing.invoicing.lines import Line, Taxed
from models import Business, Invoice, InvoiceLine, write
from tests import cast as the
from tests.cast import NOW
from tests.properties import examples

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

HOURS = Line("Workshop", 13_500, quantity=Decimal("2.5"), unit="HUR", unit_price=6_000,
             discount=1_500, discount_rate=10_000)  # fmt: skip
BOOK = Line("Handbook", 5_000, tax=Taxed("S", 7_000))


def german(**client):
    owner = the.owner(country="DE", currency="EUR", tax_registered=True, tax_rate=19_000)
    return owner, the.client(owner, country="DE", currency="EUR", **client)


def drafted(*lines, discount=0, rate=0, **client):
    owner, buyer = german(**client)
    project = the.project(owner, for_client=buyer)
    draft = invoices.bill(project, lines, owner, NOW, send=False)
    with write(project):
        draft.discount, draft.discount_rate = discount, rate
        drafts.recount(draft)
    return owner, Invoice.get_by_id(draft.id)


def test_quantity_times_price_less_the_discount_is_said_and_adds_up():
    owner, draft = drafted(HOURS, BOOK, rate=10_000)
    said = invoice_content.said(invoices.issue(draft, owner, NOW))
    first = said["lines"][0]
    assert (first["quantity"], first["unit"], first["unit_price"]) == ("2.5", "HUR", 6_000)
    assert (first["discount"], first["amount"], first["net"]) == (1_500, 13_500, 13_500)
    assert said["allowances"] == [
        {"reason": "Discount", "tax_category": "S", "tax_rate": 19_000, "amount": 1_350},
        {"reason": "Discount", "tax_category": "S", "tax_rate": 7_000, "amount": 500},
    ]
    assert [(row["net"], row["tax"]) for row in said["taxes"]] == [(12_150, 2_309), (4_500, 315)]
    assert (said["net"], said["total"]) == (16_650, 19_274)
    assert said["document_type"] == "manual"
    assert checking.problems() == []


def test_what_an_earlier_release_froze_is_still_read():
    owner, draft = drafted(Line("Copy", 1_000))
    issued = invoices.issue(draft, owner, NOW)
    old = json.loads(issued.content)
    for name in ("allowances", "withholding", "document_type", "buyer_reference"):
        del old[name]
    for line in old["lines"]:
        del line["unit"], line["discount"]
        line["quantity"] = 1
    issued.content = json.dumps(old)
    said = invoice_content.said(issued)
    assert said["lines"] == [invoice_content.line(row) for row in rows.of(issued)]
    assert (said["allowances"], said["document_type"]) == ([], "manual")


def test_crediting_in_parts_gives_the_discount_back_with_the_line():
    owner, draft = drafted(Line("Copy", 10_001), BOOK, discount=2_000)
    issued = invoices.issue(draft, owner, NOW)
    for part in (3_333, 6_668):
        credit_notes.issue(issued, {issued.lines[0].id: part}, "less", str(part), owner, NOW)
    credit_notes.issue(issued, {issued.lines[1].id: 5_000}, "less", "book", owner, NOW)
    notes = credit_notes.notes_of(issued)
    assert sum(note.total for note in notes) == issued.total
    assert sum(note.tax for note in notes) == issued.tax
    assert checking.problems() == []


def test_withheld_tax_is_a_memo_under_the_total():
    owner, buyer = german()
    project = the.project(owner, for_client=buyer)
    project.withholding_rate = 15_000
    issued = invoices.bill(project, [Line("Copy", 100_000)], owner, NOW)
    said = invoice_content.said(issued)
    assert (said["total"], said["withholding"]["amount"]) == (119_000, 15_000)


def test_the_numbers_of_both_sides_stand_by_their_names():
    owner, draft = drafted(Line("Copy", 1_000), tax_id="DE136695976", legal_name="Cleo AG")
    Business.update(tax_id="DE811907980", tax_number="12/345/67890").execute()
    said = invoice_content.said(invoices.issue(draft, owner, NOW))
    assert said["buyer"]["name"] == said["buyer"]["legal_name"] == "Cleo AG"
    assert said["buyer"]["trading_name"] == "Cleo GmbH"
    assert said["buyer"]["vat_id"] == "DE136695976"
    assert (said["seller"]["vat_id"], said["seller"]["tax_number"]) == (
        "DE811907980",
        "12/345/67890",
    )


priced = st.builds(
    tax.Taxable,
    st.integers(0, 10**9),
    st.sampled_from(["S", "AE"]),
    st.sampled_from([0, 7_000, 19_000]),
)


@settings(max_examples=examples(40))
@given(st.lists(priced, min_size=1, max_size=6), st.booleans(), st.data())
def test_a_discount_is_spread_in_proportion_to_the_minor_unit(lines, gross, data):
    whole = sum(line.amount for line in lines)
    discount = data.draw(st.integers(0, whole))
    found = tax.totals(lines, gross, discount)
    assert sum(found.shares) == discount
    assert found.net == sum(found.nets) - sum(found.net_shares)
    if gross:
        assert found.total == whole - discount
    else:
        assert found.net == whole - discount
        assert found.net_shares == found.shares
    for row in found.rows:
        members = [
            i for i, x in enumerate(lines) if (x.category, x.rate) == (row.category, row.rate)
        ]
        amount = sum(lines[i].amount for i in members)
        share = sum(found.shares[i] for i in members)
        assert abs(share * whole - discount * amount) <= whole  # within one minor unit


def test_no_line_of_an_issued_invoice_takes_other_words():
    owner, draft = drafted(Line("Copy", 1_000))
    issued = invoices.issue(draft, owner, NOW)
    with pytest.raises(Exception, match="frozen"), write():
        InvoiceLine.update(quantity="2").where(InvoiceLine.invoice == issued.id).execute()
