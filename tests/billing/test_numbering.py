"""Numbers: by pattern and by the seller's year, without gaps, and only ever upward."""

from datetime import date, datetime

import pytest

from billing import checking, clock
from billing.accepting import reviews
from billing.invoicing import invoices, numbering
from billing.invoicing.numbering import Wanted
from models import Invoice, InvoiceKind, Series, SeriesGap
from tests import cast as the
from tests.cast import NOW
from tests.crowd import at_once

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

TODAY = NOW.date()
NEXT_YEAR = datetime(2027, 3, 1)
LINE = invoices.Line("Landing page copy", 90_000)
YEARLY = "{year}-{n:04}"


def bill(owner, project, now=NOW):
    return invoices.bill(project, [LINE], owner, now).number


def revise(owner, pattern, yearly=False, number=1, reason="", kind=InvoiceKind.INVOICE, day=TODAY):
    numbering.revise(owner, kind, Wanted(pattern, yearly, number, reason), day, NOW)


@pytest.mark.parametrize("yearly", [False, True])
def test_a_series_begun_while_it_is_looked_for_is_the_only_one(monkeypatch, yearly):
    owner = the.owner()
    project = the.project(owner)
    revise(owner, YEARLY, yearly=yearly)
    if not yearly:
        Series.delete().execute()
    begin = numbering._begin

    def late(*which):
        monkeypatch.undo()
        bill(owner, project, NEXT_YEAR)
        return begin(*which)

    monkeypatch.setattr(numbering, "_begin", late)
    later = bill(owner, project, NEXT_YEAR)
    assert later == ("2027-0002" if yearly else "INV-0002")
    assert bill(owner, project, NEXT_YEAR) == ("2027-0003" if yearly else "INV-0003")


def test_the_year_is_the_sellers():
    """Accepted on New Year's Day by UTC, which in New York is still the old year."""
    owner = the.owner(timezone="America/New_York")
    revise(owner, YEARLY, yearly=True)
    cast = the.submitted(of=owner)
    reviews.accept(cast.milestone, cast.contact, datetime(2027, 1, 1, 4, 30))
    [invoice] = cast.invoices
    assert (invoice.issued_on, invoice.number) == (date(2026, 12, 31), "2026-0001")
    assert bill(owner, cast.project, datetime(2027, 1, 1, 5, 0)) == "2027-0001"
    assert checking.problems() == []


def test_thirty_days_from_the_last_of_january():
    assert clock.due_date(date(2027, 1, 31), 30) == date(2027, 3, 2)


def test_a_series_begins_anew_each_year_or_runs_on():
    owner = the.owner()
    project = the.project(owner)
    revise(owner, "R{yy}-{n}", yearly=True, number=7)
    assert [bill(owner, project), bill(owner, project)] == ["R26-7", "R26-8"]
    next_year = datetime(2027, 3, 1)
    assert numbering.following(owner, next_year.date()) == "R27-1"
    assert bill(owner, project, next_year) == "R27-1"
    revise(owner, "R{yy}-{n}", yearly=False, number=2, day=next_year.date())
    assert bill(owner, project, datetime(2028, 3, 1)) == "R28-2"
    assert checking.problems() == []


def test_a_running_series_can_begin_to_restart():
    owner = the.owner()
    project = the.project(owner)
    assert bill(owner, project) == "INV-0001"
    revise(owner, YEARLY, yearly=True, number=2)
    assert bill(owner, project) == "2026-0002"
    assert bill(owner, project, datetime(2027, 3, 1)) == "2027-0001"
    # A day before the newest series goes on in it.
    assert bill(owner, project, NOW) == "2026-0003"
    assert checking.problems() == []


def test_moving_in_starts_higher_and_later_gaps_are_explained():
    owner = the.owner()
    project = the.project(owner)
    revise(owner, "INV-{n:04}", number=120)
    assert bill(owner, project) == "INV-0120"
    with pytest.raises(numbering.NumberGone):
        revise(owner, "INV-{n:04}", number=120)
    with pytest.raises(numbering.GapUnexplained, match="INV-0121 to INV-0199"):
        revise(owner, "INV-{n:04}", number=200)
    revise(owner, "INV-{n:04}", number=200, reason="Written in the old program")
    revise(owner, "INV-{n:04}", number=210, reason="Once more")
    assert bill(owner, project) == "INV-0210"
    assert [(row.first, row.last) for row in numbering.gaps(owner)] == [(200, 209), (121, 199)]
    assert checking.problems() == []
    SeriesGap.create(series=Series.get(), first=900, last=901, reason="x", made_at=NOW)
    Series.update(next_number=900).execute()
    assert any("gaps" in each for each in checking.problems())


@pytest.mark.parametrize(
    ("pattern", "yearly", "refusal"),
    [
        ("INV", False, numbering.PatternWithoutNumber),
        ("{n}-{n}", False, numbering.PatternWithoutNumber),
        ("INV-{n}", True, numbering.PatternWithoutYear),
        ("{month}-{n}", False, numbering.PatternUnreadable),
        ("{year}{year}-{n}", True, numbering.PatternUnreadable),
        ("A\n{n}", False, numbering.PatternUnreadable),
        ("x" * 41 + "{n}", False, numbering.PatternUnreadable),
        ("CN-{n}", False, numbering.PatternsAlike),
        ("CN-2{n:06}", False, numbering.PatternsAlike),
    ],
)
def test_patterns_that_could_give_a_number_twice_are_refused(pattern, yearly, refusal):
    owner = the.owner()
    with pytest.raises(refusal):
        revise(owner, pattern, yearly)
    assert numbering.following(owner, TODAY) == "INV-0001"


def test_a_number_that_was_given_out_is_not_given_again():
    owner = the.owner()
    project = the.project(owner)
    revise(owner, "X-1{n}")
    assert bill(owner, project) == "X-11"
    with pytest.raises(numbering.NumberTaken, match="X-11"):
        revise(owner, "X-{n}", number=2)
    revise(owner, "X-{n}", number=12, reason="They used to begin with 1")


def test_twenty_at_once_begin_a_new_year_without_a_gap():
    owner = the.owner()
    revise(owner, YEARLY, yearly=True)
    projects = [the.project(owner) for _ in range(20)]
    bill(owner, projects[0])
    drafts = [invoices.bill(each, [LINE], owner, NOW, send=False) for each in projects]
    at_once(20, lambda number: invoices.issue(drafts[number], owner, datetime(2027, 1, 5)))
    of_2027 = Invoice.select().where(Invoice.number.startswith("2027-"))
    assert sorted(row.sequence for row in of_2027) == list(range(1, 21))
    assert checking.problems() == []
