"""Past jobs and their sums, checked against a plain recomputation as a spreadsheet would do it."""

import statistics
from collections import defaultdict
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.outcomes import audit_grouping, audit_jobs, audit_labels
from billing.outcomes.audit_labels import REWORK_WORDS, ReworkWords
from models import WorkKind, WorkLabel
from tests import cast as the
from tests.tracked import HOUR, Tracked, grouped, imported, newsletters, websites

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]


@pytest.fixture
def owner():
    return the.owner()


def kinds(owner):
    return sorted(row.name for row in WorkKind.of(owner))


def kind_of(owner, text):
    return next(row.kind.name for row in WorkLabel.of(owner) if text in row.sample)


def test_a_job_is_one_kind_of_work_in_one_project(owner):
    rows = [*websites(), *newsletters()]
    imported(owner, rows)
    grouped(owner)
    assert kinds(owner) == ["Newsletter", "Website build"]
    jobs = audit_jobs.past_jobs(owner)
    assert sum(job.seconds for job in jobs) == sum(each.hours * HOUR for each in rows)
    assert sum(job.billed for job in jobs) == sum(each.billed for each in rows)
    built = [job for job in jobs if job.kind == "Website build"]
    assert sorted(job.seconds / HOUR for job in built) == [8, 10, 10, 12, 30]
    assert sorted(job.rate for job in built) == sorted(
        round(Fraction(100_000, hours)) for hours in (8, 10, 10, 12, 30)
    )
    monthly = [job for job in jobs if job.kind == "Newsletter"]
    assert len(monthly) == 12, "work that comes back every month is a job each month"
    assert {job.seconds for job in monthly} == {4 * HOUR}
    assert {job.rework_seconds for job in monthly} == {HOUR}


def test_sums_are_those_of_a_spreadsheet(owner):
    rows = [*websites(), *newsletters(), Tracked("2025-01-01", 2, "Workshop", 30_000)]
    imported(owner, rows)
    grouped(owner)
    jobs = audit_jobs.past_jobs(owner)
    hours, billed = defaultdict(float), defaultdict(int)
    for each in rows:
        hours[each.client] += each.hours
        billed[each.client] += each.billed
    found = audit_jobs.by_client(jobs)
    assert {row.name: row.seconds for row in found} == {
        name: total * HOUR for name, total in hours.items()
    }
    assert {row.name: row.rate for row in found} == {
        name: round(Fraction(billed[name]) / Fraction(hours[name])) for name in hours
    }
    built = next(row for row in audit_jobs.by_kind(jobs) if row.name == "Website build")
    took = [8 * HOUR, 10 * HOUR, 10 * HOUR, 12 * HOUR, 30 * HOUR]
    lower, middle, upper = statistics.quantiles(took, n=4, method="inclusive")
    assert built.spread.median == middle == statistics.median(took)
    assert built.spread.quartiles == (lower, upper)
    assert built.spread.p90 == statistics.quantiles(took, n=10, method="inclusive")[8]
    newsletter = next(row for row in audit_jobs.by_kind(jobs) if row.name == "Newsletter")
    assert newsletter.rework_share == 2500


def test_currencies_are_never_added(owner):
    imported(
        owner,
        [
            Tracked("2025-01-01", 2, "Logo", 20_000),
            Tracked("2025-01-02", 3, "Logo", 30_000, currency="JPY"),
            Tracked("2025-01-03", 1, "Logo", None, billable=False),
        ],
    )
    grouped(owner)
    found = {row.currency: row for row in audit_jobs.by_kind(audit_jobs.past_jobs(owner))}
    assert set(found) == {"EUR", "JPY"}
    assert (found["EUR"].billed, found["EUR"].seconds) == (20_000, 2 * HOUR)
    yen = found["JPY"]
    assert yen.seconds == 4 * HOUR, "unbilled time counts where most of the work is billed"
    assert (yen.known_seconds, yen.unbilled_seconds, yen.rate) == (4 * HOUR, HOUR, 7500)


def test_hours_of_which_nobody_knows_what_they_brought_make_no_rate(owner):
    imported(
        owner,
        [Tracked("2025-01-01", 2, "Logo", 20_000), Tracked("2025-01-02", 6, "Logo", None)],
    )
    grouped(owner)
    [job] = audit_jobs.past_jobs(owner)
    assert (job.seconds, job.known_seconds, job.rate) == (8 * HOUR, 2 * HOUR, 10_000)
    assert not job.is_priced


def test_before_grouping_a_job_has_no_kind(owner):
    imported(owner, websites())
    assert {job.kind_id for job in audit_jobs.past_jobs(owner)} == {None}
    assert audit_grouping.waiting(owner) == 5


def test_another_owner_has_none_of_it(owner):
    imported(owner, websites())
    grouped(owner)
    assert audit_jobs.past_jobs(the.owner()) == []


@pytest.mark.parametrize(
    ("months", "gap"),
    [
        (range(12), 1),
        (range(5), None),
        (range(0, 24, 3), 3),
        ([0, 1, 2, 3, 5, 6, 7, 8], 1),
        ([0, 12, 24], 12),
        ([0, 7, 9, 30], None),
        ([4], None),
    ],
)
def test_what_comes_back_regularly(months, gap):
    assert audit_jobs.regular_gap(list(months)) == gap


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=30))
@settings(max_examples=60)
def test_a_spread_lies_in_order(values):
    found = audit_jobs.spread(values)
    assert found.shortest <= found.median <= found.longest
    if found.quartiles:
        lower, upper = found.quartiles
        assert found.shortest <= lower <= found.median <= upper <= found.longest
        assert found.median <= found.p90 <= found.longest
    else:
        assert len(values) < audit_jobs.FEWEST and found.p90 is None


@pytest.mark.parametrize(
    ("text", "is_rework"),
    [
        ("homepage, second pass", True),
        ("fix #123", True),
        ("prefix table", False),
        ("uberarbeitung der startseite", True),
        ("first draft", False),
    ],
)
def test_words_tell_rework(text, is_rework):
    assert ReworkWords(REWORK_WORDS).tell(text) is is_rework
    assert not ReworkWords(()).tell(text)


def test_what_is_particular_makes_no_label_of_its_own():
    one = audit_labels.said("", "Ticket #4711: login page, 2025-03-04", "")
    other = audit_labels.said("", "ticket #12: Login page, 2025-04-05", "")
    assert one.key == other.key
    assert audit_labels.said("", "Newsletter March, revision", "").core == "newsletter"


@pytest.mark.parametrize(
    ("description", "core"),
    [
        ("Homepage copy, final version", "homepage copy"),
        ("Zweite Fassung der Startseite", "startseite"),
        ("Bug fixing", "bug fixing"),
        ("Bug fixing, first draft", "bug fixing"),
        ("First draft", "first draft"),
        ("Revision", "revision"),
    ],
)
def test_how_far_work_was_does_not_tell_its_kind(description, core):
    assert audit_labels.said("", description, "").core == core


def test_kinds_are_what_was_made_and_not_the_phase_it_was_in(owner):
    made = ("Homepage copy", "Newsletter", "Brand guide")
    phases = ("draft", "final", "revision after call", "")
    imported(
        owner,
        [
            Tracked("2025-01-10", 9 - at, f"{each} {phase}", 10_000)
            for at, phase in enumerate(phases)
            for each in made
        ],
    )
    grouped(owner)
    kinds = {row.name: row.labels.count() for row in WorkKind.of(owner)}
    assert kinds == dict.fromkeys(made, len(phases))
