"""Bank statements on the pages: looked at, taken over, confirmed together, taken back."""

from io import BytesIO

import pytest

from billing.accepting import reviews
from billing.invoicing import invoices
from billing.paying import payments
from models import BankFile, BankLine, Invoice, Payment
from tests import cast as the
from tests.billing.test_bank_statements import sample
from tests.cast import NOW
from tests.web.test_client_credit import read

ROWS = (
    b"Date,Amount,Name,Memo\n2026-11-20,5000.00,CLEO GMBH,INV-0001\n"
    b"2026-11-20,900.00,Cleo,for the talk INV-0002\n2026-11-19,12.00,Somebody,?\n"
    b"2026-11-18,-49.90,Host,November\n2026-11-18,x,,\n"
)


@pytest.fixture
def cast(alice):
    """Alice's invoices of 5,000.00 and of 900.00 wait to be paid."""
    found = the.submitted(of=alice)
    reviews.accept(found.milestone, found.contact, NOW)
    lines = [invoices.Line("A talk", 90_000)]
    invoices.bill(found.project, lines, alice, NOW, key="talk")
    return found


def brought(visitor, content=ROWS, name="bank.csv", status=303):
    visitor.get("/bank")
    return visitor.post("/bank", {"file": (BytesIO(content), name)}, status=status)


def taken(visitor):
    file = BankFile.select().order_by(BankFile.id.desc()).first()
    visitor.follow(visitor.post(f"/bank/files/{file.id}/taking"))


def test_a_statement_is_looked_at_before_anything_of_it_is_kept(signed_in, cast):
    page = read(signed_in.follow(brought(signed_in)))
    assert "4 movements" in page and "1 row cannot be read." in page and "Row 6:" in page
    assert BankLine.select().count() == 0
    taken(signed_in)
    assert (BankLine.select().count(), Payment.select().count()) == (4, 0)


def test_a_camt_file_needs_no_columns(signed_in, cast):
    page = read(signed_in.follow(brought(signed_in, sample("sparkasse-v02.xml"), "x.xml")))
    assert "on DE14740618130000033626" in page and "Columns" not in page
    taken(signed_in)
    assert BankLine.select().count() == 4


@pytest.mark.parametrize("content", [b"", b"<!DOCTYPE x><Document/>", b"\x89PNG\r\n"])
def test_what_is_no_statement_is_refused_in_words(signed_in, cast, content):
    page = brought(signed_in, content, status=422).text
    assert "Please check this before you go on" in page
    assert BankFile.select().count() == 0


def test_suggestions_say_why_and_are_confirmed_together(signed_in, cast):
    brought(signed_in)
    taken(signed_in)
    page = read(signed_in.get("/bank"))
    assert "Its text names this invoice. It pays the invoice in full." in page
    first, second, third, _out = BankLine.select().order_by(BankLine.id)
    html = signed_in.get("/bank").text
    assert html.count('" checked> Nov') == 2
    one, two = cast.invoices
    typed = {
        "line": [first.id, second.id],
        f"invoice-{first.id}": one.id,
        f"invoice-{second.id}": two.id,
        f"invoice-{third.id}": one.id,
    }
    for _ in range(2):
        page = read(signed_in.follow(signed_in.post("/bank/booking", typed)))
    assert [payments.due(each) for each in cast.invoices] == [0, 0]
    assert Payment.select().count() == 2
    assert "INV-0002" in signed_in.get("/bank?show=booked").text
    assert "Host" in signed_in.get("/bank?show=outgoing").text


def test_what_is_refused_says_so_in_its_row_and_asks_with_the_consequence(signed_in, cast):
    brought(signed_in)
    taken(signed_in)
    first = BankLine.select().order_by(BankLine.id).first()
    second = cast.invoices[1]
    typed = {"line": first.id, f"invoice-{first.id}": second.id}
    page = signed_in.post("/bank/booking", typed, status=422)
    assert "$4,100.00 would become credit of the client" in read(page)
    agreed = f"{second.id}:410000"
    assert f'value="{agreed}"' in page.text
    signed_in.follow(signed_in.post("/bank/booking", {**typed, f"agreed-{first.id}": agreed}))
    assert payments.due(Invoice.get_by_id(second.id)) == 0


def test_what_was_recorded_in_another_tab_is_said_though_its_row_is_gone(signed_in, cast):
    brought(signed_in)
    taken(signed_in)
    first = BankLine.select().order_by(BankLine.id).first()
    here, other = (each.id for each in cast.invoices)
    typed = {"line": first.id, f"invoice-{first.id}": here}
    signed_in.follow(signed_in.post("/bank/booking", typed))
    page = signed_in.post("/bank/booking", {**typed, f"invoice-{first.id}": other}, status=422)
    assert "This movement is booked for INV-0001 already." in read(page)


def test_a_wrong_match_is_taken_back_and_what_pays_nothing_put_aside(signed_in, cast):
    brought(signed_in)
    taken(signed_in)
    first = BankLine.select().order_by(BankLine.id).first()
    typed = {"line": first.id, f"invoice-{first.id}": cast.invoices[0].id}
    signed_in.follow(signed_in.post("/bank/booking", typed))
    signed_in.follow(signed_in.post(f"/bank/lines/{first.id}/reversal"))
    assert payments.due(cast.invoices[0]) == 500_000
    signed_in.follow(signed_in.post(f"/bank/lines/{first.id}/aside"))
    assert "CLEO GMBH" in signed_in.get("/bank?show=aside").text
    signed_in.follow(signed_in.post(f"/bank/lines/{first.id}/return"))
    assert "CLEO GMBH" in signed_in.get("/bank").text


def test_a_table_that_leaves_its_days_open_is_asked_about(signed_in, cast):
    content = b"Date,Amount\n03/04/2026,1.00\n"
    page = signed_in.follow(brought(signed_in, content)).text
    assert "3 April: the day comes first" in page
    file = BankFile.get()
    signed_in.post(f"/bank/files/{file.id}/taking", status=422)
    typed = {"booked_on": "0", "amount": "1", "order": "dmy", "currency_of_all": "EUR"}
    signed_in.follow(signed_in.post(f"/bank/files/{file.id}/taking", typed))
    row = BankLine.get()
    assert (row.booked_on.month, row.currency) == (4, "EUR")


def test_a_hostile_choice_of_columns_is_no_failure(signed_in, cast):
    brought(signed_in)
    here = f"/bank/files/{BankFile.get().id}"
    for place in ("-1", "99", "x", "9" * 4400):
        signed_in.get(f"{here}?booked_on={place}&amount={place}")


def test_another_owners_invoices_and_movements_are_out_of_reach(signed_in, stranger, cast):
    brought(signed_in)
    taken(signed_in)
    first = BankLine.select().order_by(BankLine.id).first()
    stranger.get("/bank")
    stranger.post("/bank/booking", {"line": first.id}, status=404)
    stranger.post(f"/bank/lines/{first.id}/aside", status=404)


def test_a_movement_recorded_in_another_tab_is_not_put_aside(signed_in, cast):
    brought(signed_in)
    taken(signed_in)
    first = BankLine.select().order_by(BankLine.id).first()
    typed = {"line": first.id, f"invoice-{first.id}": cast.invoices[0].id}
    signed_in.follow(signed_in.post("/bank/booking", typed))
    page = signed_in.post(f"/bank/lines/{first.id}/aside", status=409)
    assert "booked for INV-0001 already" in read(page)
    assert BankLine.get_by_id(first.id).dismissed_at is None


def test_a_transfer_for_two_invoices_is_confirmed_with_its_parts(signed_in, cast):
    memo = "INV-0001 and INV-0002"
    content = f"Date,Amount,Currency,Name,Memo\n2026-11-20,5900.00,USD,Cleo,{memo}\n".encode()
    brought(signed_in, content)
    taken(signed_in)
    page = read(signed_in.get("/bank"))
    assert "Its text names these invoices." in page and "INV-0002: $900.00" in page
    line, (one, two) = BankLine.get(), cast.invoices
    typed = {"line": line.id, f"invoice-{line.id}": "parts"}
    wrong = {**typed, f"parts-{line.id}": f"{one.id}:590000"}
    assert "shared out whole" in read(signed_in.post("/bank/booking", wrong, status=422))
    right = {**typed, f"parts-{line.id}": f"{one.id}:500000,{two.id}:90000"}
    for _ in range(2):
        signed_in.follow(signed_in.post("/bank/booking", right))
    assert [payments.due(each) for each in cast.invoices] == [0, 0]
    told = read(signed_in.get("/bank?show=booked"))
    assert "INV-0001" in told and "INV-0002" in told


def test_the_same_movement_of_another_file_needs_a_word_of_its_own(signed_in, cast):
    brought(signed_in)
    taken(signed_in)
    one, two = cast.invoices
    first = BankLine.select().order_by(BankLine.id).first()
    typed = {"line": first.id, f"invoice-{first.id}": one.id}
    signed_in.follow(signed_in.post("/bank/booking", typed))
    brought(signed_in, b"Date,Amount,Currency,Memo\n2026-11-20,5000.00,USD,Otherwise\n")
    taken(signed_in)
    again = BankLine.get(BankLine.text == "Otherwise")
    surplus = f"{two.id}:410000"
    typed = {
        "line": again.id, f"invoice-{again.id}": two.id, f"agreed-{again.id}": surplus,
    }  # fmt: skip
    page = signed_in.post("/bank/booking", typed, status=422)
    assert "is recorded for INV-0001 already" in read(page)
    assert f'name="another-{again.id}"' in page.text
    assert payments.due(two) == 90_000
    signed_in.follow(signed_in.post("/bank/booking", {**typed, f"another-{again.id}": "1"}))
    assert payments.due(two) == 0
