"""The books: quarters, tax by rate, what is late, and the files that accountants read."""

import csv
import json
import re
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from billing.books import archive, beancount, calendar, datev, quarters, records, tables
from billing.books.records import Issued, Period, TaxPart
from billing.delivery import jobs as worker
from billing.invoicing import credit_notes, invoices, numbering, revising
from billing.invoicing.invoices import Line
from billing.invoicing.lines import Taxed
from billing.invoicing.numbering import Wanted
from billing.invoicing.revising import Draft, Entry
from billing.paying import payments
from models import CalendarFeed, InvoiceKind, Job, JobState, Project
from tests import cast as the
from tests.cast import NOW
from tests.properties import examples

pytestmark = pytest.mark.usefixtures("database")

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def owner():
    return the.owner(country="DE", currency="EUR", timezone="Europe/Berlin")


def project(owner, rate=19_000, **client):
    made = the.project(owner, for_client=the.client(owner, country="DE", currency="EUR", **client))
    category = "S" if rate else "O"
    Project.update(tax_rate=rate, tax_category=category, currency="EUR").where(
        Project.id == made.id
    ).execute()
    return Project.get_by_id(made.id)


def billed(project, amount, now=NOW, **options):
    return invoices.bill(project, [Line("Workshop", amount)], project.owner, now, **options)


def paid(invoice, amount, on=None):
    key = f"{invoice.id}:{amount}"
    payments.record(invoice, amount, on or NOW.date(), key, invoice.owner, NOW)


def rows(content):
    return list(csv.DictReader(StringIO(content.decode("utf-8-sig"))))


@pytest.mark.storage
def test_quarters_tell_what_was_billed_and_what_was_paid(owner):
    invoice = billed(project(owner), 100_000)
    paid(invoice, 59_500, date(2026, 9, 30))
    credit_notes.issue(invoice, {invoice.lines[0].id: 10_000}, "Shorter", "k", owner, NOW)
    third, fourth = quarters.of_year(owner, 2026)
    assert (third.number, third.billed.net, third.paid.net, third.paid.tax) == (3, 0, 50_000, 9500)
    assert (fourth.number, fourth.billed.net, fourth.billed.tax) == (4, 90_000, 17_100)
    assert fourth.billed.rates == [("S", 19_000, 90_000, 17_100)]
    assert quarters.of_year(owner, 2025) == []
    assert quarters.of_year(the.owner(), 2026) == []


@given(
    st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 10**6)), min_size=1, max_size=3),
    st.lists(st.integers(1, 10**7), min_size=1, max_size=6),
)
@settings(max_examples=examples(50))
def test_part_payments_add_up_to_the_invoice(parts, payments):
    class Of:
        total = sum(net + tax for net, tax in parts)
        kind, content = (
            "invoice",
            json.dumps(
                {
                    "taxes": [
                        {"category": "S", "rate": rate, "net": net, "tax": tax}
                        for rate, (net, tax) in enumerate(parts)
                    ]
                }
            ),
        )

    if not Of.total:
        return
    paid, cuts = 0, []
    for each in payments:
        cuts.append((paid, min(Of.total, paid + each)))
        paid = cuts[-1][1]
    cuts.append((paid, Of.total))
    found: list[TaxPart] = [
        part for before, after in cuts for part in records._parts(Issued(Of), before, after)
    ]
    for rate, (net, tax) in enumerate(parts):
        assert sum(part.net for part in found if part.rate == rate) == net
        assert sum(part.tax for part in found if part.rate == rate) == tax


@pytest.mark.parametrize(
    ("late", "bucket"),
    [(-5, "current"), (0, "current"), (1, "1-30"), (30, "1-30"), (31, "31-60"), (90, "61-90"),
     (91, "90+")],
)  # fmt: skip
def test_what_is_owed_is_told_by_how_late_it_is(owner, late, bucket):
    invoice = billed(project(owner), 10_000)
    paid(invoice, 1900)
    [row] = quarters.aging(owner, invoice.due_on + timedelta(days=late))
    assert row.total == row.buckets[bucket] == 10_000
    assert (row.client, row.currency) == ("Cleo GmbH", "EUR")


def test_tables_say_what_the_documents_say(owner):
    invoice = billed(project(owner, name="=1+1", tax_id="DE136695976"), 12_345)
    paid(invoice, invoice.total)
    credit_notes.issue(invoice, {invoice.lines[0].id: 345}, "Less", "k", owner, NOW)
    first, credit = rows(tables.documents(owner, YEAR))
    assert first["Client's tax number"] == credit["Client's tax number"] == "DE136695976"
    assert first["Client"] == "'=1+1", "inert in every spreadsheet"
    assert [first[name] for name in ("Net", "Tax", "Total")] == ["123.45", "23.46", "146.91"]
    assert Decimal(credit["Net"]) == Decimal("-3.45") and credit["Credits"] == invoice.number
    [line, _credited] = rows(tables.lines(owner, YEAR))
    assert (line["Amount"], line["Tax rate %"], line["Quantity"]) == ("123.45", "19", "1")
    [payment] = rows(tables.payments(owner, YEAR))
    assert (payment["Amount"], payment["Net"], payment["Tax"]) == ("146.91", "123.45", "23.46")


def test_every_transaction_of_the_ledger_balances(owner):
    invoice = billed(project(owner, name='Cleo "the" \\ GmbH'), 12_345)
    paid(invoice, 5000)
    text = beancount.written(owner, YEAR)
    blocks = [block for block in text.split("\n\n") if " * " in block]
    assert len(blocks) == 2
    for block in blocks:
        amounts = re.findall(r"^  \S+  (-?[\d.]+) EUR$", block, re.M)
        assert len(amounts) >= 2 and sum(map(Decimal, amounts)) == 0
    assert '"Cleo \\"the\\" \\\\ GmbH"' in text
    for account in set(re.findall(r"^  (\S+)", text, re.M)):
        assert f"{YEAR.first} open {account}" in text


def test_a_batch_for_datev(owner):
    invoice = billed(project(owner), 100_000)
    paid(invoice, 119_000)
    billed(the.project(owner), 500)  # In dollars, so not in it.
    office = datev.Office(1234567, 12345)
    head, columns, *lines = (
        datev.written(owner, YEAR, office, NOW).decode("cp1252").rstrip().split("\r\n")
    )
    assert head.startswith('"EXTF";700;21;"Buchungsstapel";13;2026')
    assert ";1234567;12345;20260101;4;20260101;20261231;" in head
    assert columns.count(";") == lines[0].count(";") == 13
    debtor = 10_000 + invoice.client_id
    assert lines == [
        f'1190,00;"S";"EUR";;;"";{debtor};8400;"";2211;"{invoice.number}";"";;"Rechnung Cleo GmbH"',
        f'1190,00;"H";"EUR";;;"";{debtor};1200;"";2211;"{invoice.number}";"";;"Zahlung Cleo GmbH"',
    ]
    assert head.count(";") == 30 and head.endswith(';"EUR";;"";;;"03";;;"";""')
    with pytest.raises(datev.NotANumberAtDatev):
        datev.written(owner, YEAR, datev.Office(0, 1), NOW)


def test_nothing_in_a_batch_for_datev_is_a_formula_or_a_sign_it_does_not_take(owner):
    pattern = Wanted("RE {year}/Ä.{n:03}", True, 1)
    numbering.revise(owner, InvoiceKind.INVOICE, pattern, NOW.date(), NOW)
    invoice = billed(project(owner, name="=1+1"), 100_000)
    credit_notes.issue(invoice, {invoice.lines[0].id: 345}, "Less", "k", owner, NOW)
    text = datev.written(owner, YEAR, datev.Office(1, 1), NOW).decode("cp1252")
    cells = [cell for row in csv.reader(StringIO(text), delimiter=";") for cell in row]
    assert "Rechnung =1+1" in cells and "Gutschrift =1+1" in cells
    assert not [cell for cell in cells if cell.startswith(tuple("=+-@"))]
    assert "RE-2026/--001" in cells, invoice.number


def test_a_batch_for_datev_is_of_one_year(owner):
    """Its days have no year: one of January 2027 would be booked in January 2026."""
    longer = Period(date(2026, 12, 1), date(2027, 1, 31))
    with pytest.raises(datev.NotOneYear):
        datev.written(owner, longer, datev.Office(1, 1), NOW)


def test_lines_add_up_to_the_documents(owner):
    """A discount on the whole is a row of its own, and what is credited counts against."""
    engaged = project(owner)
    invoice = billed(engaged, 10_000, send=False)
    taxes = (19_000, 10_000), (7_000, 5_000)
    entries = [Entry(f"At {rate}", Taxed("S", rate), unit_price=price) for rate, price in taxes]
    revised = Draft(entries, 14, discount_rate=10_000)
    revising.revise(invoice, revised, revising.basis(invoice), owner, NOW)
    invoice = invoices.issue(invoice, owner, NOW)
    credit_notes.issue(invoice, {invoice.lines[0].id: 4_000}, "Less", "k", owner, NOW)
    documents, lines = rows(tables.documents(owner, YEAR)), rows(tables.lines(owner, YEAR))
    for document in documents:
        mine = [row for row in lines if row["Number"] == document["Number"]]
        assert sum(Decimal(row["Net"]) for row in mine) == Decimal(document["Net"])
    off = [row for row in lines if not row["Line"]]
    assert [(row["Tax rate %"], row["Net"]) for row in off] == [
        ("19", "-10.00"), ("7", "-5.00"), ("19", "4.00")
    ]  # fmt: skip
    assert [row["Quantity"] for row in lines if row["Line"]] == ["1", "1", "-1"]


@pytest.mark.storage
def test_an_archive_is_put_together_in_steps(owner, monkeypatch):
    monkeypatch.setattr(archive, "CHUNK", 2)
    engaged = project(owner)
    numbers = [billed(engaged, 100 + each).number for each in range(5)]
    job = archive.start(owner, YEAR, NOW)
    assert archive.content(job) is None
    worker.work_once(NOW)
    assert (Job.get_by_id(job.id).done, Job.get_by_id(job.id).total) == (2, 5)
    # Another process takes over: what the first one had begun is gone.
    archive._let_go()
    while worker.work_once(NOW):
        pass
    job = Job.get_by_id(job.id)
    assert (job.state, job.done) == (JobState.DONE, 5)
    packed = ZipFile(BytesIO(archive.content(job).getvalue()))
    assert packed.testzip() is None
    said = json.loads(packed.read("documents.json"))
    assert [each["number"] for each in said] == numbers
    assert len(rows(packed.read("lines.csv"))) == 5
    assert len(packed.namelist()) == len(set(packed.namelist()))


def test_an_archive_of_nothing_is_one(owner):
    job = archive.start(owner, YEAR, NOW)
    worker.work_once(NOW)
    assert Job.get_by_id(job.id).state == JobState.DONE


def test_a_feed_has_a_secret_address_that_can_be_changed(owner):
    secret = b"a secret"
    feed = calendar.renew(owner, NOW)
    first = calendar.token(feed, secret)
    assert calendar.of_token(first, secret) == feed
    for wrong in (first[:-1] + "x", "", "é", first.swapcase()):
        assert calendar.of_token(wrong, secret) is None
    renewed = calendar.renew(owner, NOW)
    assert calendar.of_token(first, secret) is None
    assert calendar.of_token(calendar.token(renewed, secret), secret) == feed
    calendar.end(owner)
    assert CalendarFeed.select().count() == 0


def test_a_feed_tells_what_is_due(owner):
    cast = the.active(of=owner)
    invoice = billed(cast.project, 10_000)
    read = Calendar.from_ical(calendar.written(calendar.renew(owner, NOW), NOW))
    told = {str(event["uid"]): event for event in read.walk("VEVENT")}
    assert told[f"invoice-{invoice.id}@milepost"]["dtstart"].dt == invoice.due_on
    milestone = told[f"milestone-{cast.milestone.id}@milepost"]
    assert milestone["dtstart"].dt == cast.milestone.due_on
    assert str(milestone["summary"]) == "Content strategy: Strategy document approved"
