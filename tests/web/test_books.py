"""The page of the books, its files, and the calendar's feed."""

import pytest

from billing.delivery import jobs as worker
from billing.invoicing import invoices
from billing.invoicing.invoices import Line
from models import CalendarFeed, Job
from tests import cast as the
from tests.cast import NOW

YEAR = {"first": "2026-01-01", "last": "2026-12-31"}


@pytest.fixture
def invoice(alice):
    return invoices.bill(the.project(alice), [Line("Workshop", 75_000)], alice, NOW)


def test_the_books_tell_income_and_what_is_late(signed_in, invoice):
    page = signed_in.get("/books").text
    assert "Q4 2026" in page and "$750.00" in page
    assert "Not due yet" in page and "Cleo GmbH" in page
    assert "Nothing was billed" not in page


def test_empty_books_say_so(signed_in):
    page = signed_in.get("/books?year=1999").text
    assert "Nothing was billed or paid in this year." in page
    assert "Nobody owes you anything." in page


@pytest.mark.parametrize("name", ["documents.csv", "lines.csv", "payments.csv", "ledger.beancount"])
def test_files_are_downloaded(signed_in, invoice, name):
    answer = signed_in.get(f"/books/{name}", query_string=YEAR)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    if not name.startswith("payments"):
        assert invoice.number in answer.text


@pytest.mark.parametrize("asked", [{"first": ""}, {"first": "x", "last": "y"}])
def test_a_period_that_is_none_is_told(signed_in, asked):
    assert "Say from which day." in signed_in.get("/books/lines.csv", 422, query_string=asked).text


def test_without_a_period_it_is_the_year_so_far(signed_in, invoice):
    answer = signed_in.get("/books/documents.csv")
    assert "documents-2026-01-01-2026-11-22.csv" in answer.headers["Content-Disposition"]
    assert invoice.number in answer.text


def test_days_in_the_wrong_order_are_told(signed_in):
    wrong = {"first": "2026-02-01", "last": "2026-01-01"}
    answer = signed_in.get("/books/documents.csv", 422, query_string=wrong).text
    assert "The last day is before the first." in answer and 'value="2026-02-01"' in answer
    assert signed_in.get("/books/secrets.csv", 404)


def test_datev_asks_for_its_numbers(signed_in, invoice):
    assert "s number" in signed_in.get("/books/datev").text
    answer = signed_in.get("/books/datev", 422, query_string={**YEAR, "consultant": "x"}).text
    assert "number has up to 7 digits." in answer
    asked = {**YEAR, "consultant": "1001", "client": "7", "chart": "SKR04"}
    assert b"EXTF" in signed_in.get("/books/datev", query_string=asked).data


def test_an_archive_is_made_and_downloaded(signed_in, invoice, stranger):
    signed_in.get("/books")
    page = signed_in.follow(signed_in.post("/books/archive", YEAR)).text
    assert "Being put together" in page and "every 1s" in page
    here = f"/books/archive/{Job.get().id}"
    signed_in.get(f"{here}/documents.zip", 404)
    while worker.work_once(NOW):
        pass
    assert "Download the archive" in signed_in.get(here).text
    assert signed_in.get(f"{here}/documents.zip").data.startswith(b"PK")
    stranger.get(here, 404)
    stranger.get(f"{here}/documents.zip", 404)


def test_an_archive_can_be_cancelled(signed_in, invoice):
    signed_in.get("/books")
    signed_in.post("/books/archive", YEAR)
    here = f"/books/archive/{Job.get().id}"
    signed_in.post(f"{here}/cancellation")
    worker.work_once(NOW)
    assert "Nothing of it is kept." in signed_in.get(here).text


def test_a_calendar_subscribes_without_signing_in(signed_in, nobody, invoice):
    signed_in.get("/books")
    page = signed_in.follow(signed_in.post("/books/calendar")).text
    address = page.split("<code>")[1].split("</code>")[0]
    path = address.removeprefix("http://127.0.0.1:8000")
    answer = nobody.get(path)
    assert answer.mimetype == "text/calendar" and invoice.number in answer.text
    signed_in.post("/books/calendar")
    nobody.get(path, 404)
    signed_in.post("/books/calendar/deletion")
    assert CalendarFeed.select().count() == 0
