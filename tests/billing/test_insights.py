"""Insights: each figure against a plain recomputation."""

import statistics
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.accepting import reviews, submissions
from billing.changes import drafts
from billing.invoicing import credit_notes
from billing.outcomes import effort, rates
from billing.paying import payments
from billing.planning import packages
from billing.reading import insights, year_in_review
from models import Invoice, Project
from tests import cast as the
from tests import changes
from tests.cast import NOW

usual = [pytest.mark.storage, pytest.mark.usefixtures("database")]


def accepted(owner, client, after, price=500_000):
    cast = the.submitted(the.terms(price=price), of=owner, for_client=client)
    reviews.accept(cast.milestone, cast.contact, NOW + timedelta(days=after))
    return cast


@given(st.lists(st.integers(0, 400), max_size=30))
def test_the_middle_and_the_middle_half_are_those_of_the_statistics(days):
    found = insights.spread(days)
    if not days:
        assert found is None
        return
    assert found.median == statistics.median(days) and found.count == len(days)
    if len(days) < 4:
        assert found.quartiles is None
    else:
        lower, upper = found.quartiles
        assert min(days) <= lower <= found.median <= upper <= max(days)


@pytest.mark.parametrize(
    ("paid", "due", "day"),
    [
        ([], 100, None),
        ([(1, 60), (5, 40)], 100, 5),
        ([(1, 100), (2, -100), (9, 100)], 100, 9),
        ([(1, 100), (2, -1)], 100, None),
        ([(3, 70), (8, 50)], 70, 3),
    ],
)
def test_an_invoice_is_cash_from_the_day_that_settled_it(paid, due, day):
    received = [(date(2026, 1, number), amount) for number, amount in paid]
    found = insights.settled_on(received, due)
    assert found == (date(2026, 1, day) if day else None)


class TestOfAStory:
    pytestmark = usual

    def test_clients_are_ranked_with_how_fast_they_accept_and_pay(self):
        alice = the.owner()
        slow, quick = the.client(alice, name="Slow Ltd"), the.client(alice, name="Quick Ltd")
        for days in (1, 3, 5, 9):
            accepted(alice, slow, days)
        cast = accepted(alice, quick, 0, price=100_000)
        [invoice] = cast.invoices
        day = invoice.issued_on + timedelta(days=6)
        payments.record(invoice, invoice.total, day, "k", alice, NOW + timedelta(days=9))
        effort.add(cast.milestone, effort.Work(NOW.date(), 7200), alice, NOW, "e")
        work = rates.finished(alice)
        told = insights.acceptances(alice, "UTC")
        first, second = insights.ranking(work, told, insights.cash_days(alice))
        assert (first.client.name, first.worth, first.rate) == ("Slow Ltd", 2_000_000, None)
        assert first.accepting.median == statistics.median([1, 3, 5, 9])
        assert first.accepting.quartiles == (2.5, 6.0) and first.paying is None
        assert (second.worth, second.rate, second.paying.median) == (100_000, 50_000, 6.0)

    def test_a_second_round_is_one_correction_used(self):
        alice = the.owner()
        cast = the.submitted(of=alice)
        milestone = cast.milestone
        unmet = [milestone.criteria[0].id]
        reviews.ask_for_changes(milestone, "Not yet", unmet, cast.contact, NOW)
        submissions.submit(milestone, "", [], the.shown(milestone), alice, NOW)
        reviews.accept(cast.milestone, cast.contact, NOW)
        work, told = rates.finished(alice), insights.acceptances(alice, "UTC")
        [row] = insights.ranking(work, told, {})
        assert (row.used, row.agreed) == (1, milestone.rounds)

    def test_favours_count_at_their_worth_and_credits_by_hand_once(self):
        alice = the.owner()
        cast = accepted(alice, the.client(alice), 0)
        another = the.active(of=alice)
        drafts.favour(another.project, "A second logo", "For the start", 40_000, NOW)
        assert insights.given_away(alice) == [], "nothing of it is signed yet"
        drafts.favour(another.project, "A third logo", "For the start", None, NOW)
        changes.in_force(another)
        [invoice] = cast.invoices
        note = credit_notes.issue(
            invoice, {invoice.lines[0].id: 5000}, "Good will", "c", alice, NOW
        )
        [row] = insights.given_away(alice)
        assert (row.favours, row.worth, row.unpriced) == (2, 40_000, 1)
        assert row.credited == note.net

    def test_a_package_is_as_fast_as_its_closed_projects(self):
        alice = the.owner()
        cast = the.submitted(the.terms(price=100_000), of=alice)
        package = packages.from_project(cast.project, "Strategy", alice, NOW)
        Project.update(package=package.id).execute()
        reviews.accept(cast.milestone, cast.contact, NOW + timedelta(days=8))
        effort.add(cast.milestone, effort.Work(NOW.date(), 14_400), alice, NOW, "e")
        told = insights.acceptances(alice, "UTC")
        [row] = insights.packages(rates.finished(alice), told, "UTC")
        assert (row.name, row.projects, row.rate) == ("Strategy", 1, 25_000)
        assert row.speed is None, "it is not closed yet"
        Project.update(state="closed").execute()
        [row] = insights.packages(rates.finished(alice), told, "UTC")
        assert row.speed.median == 8

    def test_a_year_is_the_sum_of_its_months(self):
        alice = the.owner()
        cast = accepted(alice, the.client(alice), 0)
        [invoice] = cast.invoices
        payments.record(invoice, 1000, NOW.date(), "k", alice, NOW)
        effort.add(cast.milestone, effort.Work(NOW.date(), 3600), alice, NOW, "e")
        told = insights.acceptances(alice, "UTC")
        [year] = year_in_review.review(alice, NOW.year, rates.finished(alice), told)
        month, total = year.months[NOW.month - 1], year.total
        net = sum(row.net for row in Invoice.select())
        assert (month.accepted, month.worth, month.invoiced) == (1, 500_000, net)
        assert (month.received, month.seconds) == (1000, 3600)
        assert (total.worth, total.invoiced, total.received) == (500_000, net, 1000)
        assert year_in_review.review(alice, 1999, rates.finished(alice), told) == []
