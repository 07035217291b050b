"""The settings of numbers: a preview of the next, patterns refused in words, gaps explained."""

from billing.invoicing import invoices, numbering
from models import InvoiceKind, Series, SeriesGap
from tests import cast as the
from tests.cast import NOW


def fields(**changes):
    known = {"pattern": "{year}-{n:04}", "restart": "yearly", "next_number": "7", "reason": ""}
    return {**known, **changes}


def test_the_next_number_is_shown_before_it_is_saved(signed_in):
    assert "The next one is INV-0001." in signed_in.get("/settings/numbers").text
    answer = signed_in.post("/settings/numbers/invoice", fields(preview="1"), 200)
    assert "It would be" in answer.text and "-0007." in answer.text
    assert not Series.select().exists()
    signed_in.post("/settings/numbers/invoice", fields())
    assert Series.get().pattern == "{year}-{n:04}"
    assert "-0007." in signed_in.get("/settings/numbers").text


def test_what_could_repeat_a_number_is_refused_beside_the_field(signed_in):
    answer = signed_in.post("/settings/numbers/credit_note", fields(pattern="G-{n}"), 422)
    assert "begin anew each year need" in answer.text
    answer = signed_in.post("/settings/numbers/credit_note", fields(next_number="x"), 422)
    assert "whole number" in answer.text
    signed_in.post("/settings/numbers/receipt", fields(), 404)
    assert not Series.select().exists()


def test_a_gap_needs_a_reason_and_is_listed(signed_in, alice):
    invoices.bill(the.project(alice), [invoices.Line("Copy", 1_000)], alice, NOW)
    running = fields(pattern="INV-{n:04}", restart="running")
    answer = signed_in.post("/settings/numbers/invoice", running, 422)
    assert "INV-0002 to INV-0006" in answer.text
    signed_in.post("/settings/numbers/invoice", {**running, "reason": "The old program"})
    assert SeriesGap.get().last == 6
    assert "The old program" in signed_in.get("/settings/numbers").text
    assert numbering.of(alice, InvoiceKind.INVOICE, NOW.date()).following == "INV-0007"
