"""Measures: an exact formula, readings both sides agree on, and what is billed of a share."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from billing import checking
from billing.accepting import readings, reviews, undoing
from billing.agreeing import agreements
from billing.invoicing import measures
from billing.invoicing.measures import Measure
from billing.paying import payments
from billing.planning import plan, terms
from billing.planning.plan import Billing
from billing.reading import engagements, ladder
from billing.refusals import NotYours
from models import Milestone, Project, Reading
from tests import cast as the
from tests.cast import NOW, later
from tests.properties import stateful, undone

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

TODAY = NOW.date()
SIGN_UPS = Measure(
    name="Sign-ups",
    unit="sign-ups",
    baseline=100_000,
    target=500_000,
    source="The shop's own statistics",
    window_from=TODAY,
    window_to=TODAY + timedelta(days=30),
    floor=50_000,
    fallback=200_000,
)
MEASURED = Billing(metric_share=8000, measure=SIGN_UPS)
"""Of 5,000.00 at most 4,000.00 hang on the sign-ups; 1,000.00 on acceptance."""


def accepted(billing: Billing = MEASURED, **options) -> the.Engagement:
    cast = the.submitted(the.terms(billing=billing), **options)
    reviews.accept(cast.milestone, cast.contact, NOW)
    return cast


def standing(cast: the.Engagement) -> readings.Standing:
    return readings.of(cast.project, cast.milestones)[cast.milestone.id]


def entered(cast: the.Engagement, value: int, by=None, key: str = "k", now=NOW) -> Reading:
    return readings.enter(cast.milestone, value, TODAY, by or cast.owner, now, key)


def test_nothing_is_read_while_the_acceptance_can_be_undone():
    owner = the.owner(undo_minutes=30)
    cast = accepted(of=owner)
    assert not standing(cast).is_open
    with pytest.raises(readings.NothingToRead):
        entered(cast, 412_000)
    undoing.pass_time(later(minutes=30))
    assert standing(cast).is_open
    entered(cast, 412_000, now=later(minutes=31))


def billed(cast: the.Engagement) -> list[tuple[str, int]]:
    return [(row.cause, row.total) for row in cast.invoices]


FORMULAS = some.builds(
    Measure,
    name=some.just("m"),
    unit=some.just(""),
    baseline=some.integers(-(10**9), 10**9),
    target=some.integers(-(10**9), 10**9),
    source=some.just(""),
    window_from=some.just(TODAY),
    window_to=some.just(TODAY),
    floor=some.integers(0, 10**7),
    fallback=some.none() | some.integers(0, 10**7),
).filter(lambda measure: measure.baseline != measure.target)


@given(
    measure=FORMULAS,
    share=some.integers(0, 10**9),
    values=some.lists(some.integers(-(10**10), 10**10), min_size=2, max_size=2),
)
def test_the_formula_is_monotone_exact_and_within_its_limits(measure, share, values):
    is_rising = measure.target > measure.baseline
    low, high = sorted(values, reverse=not is_rising)
    floor = min(measure.floor, share)
    assert floor <= measure.amount(share, low) <= measure.amount(share, high) <= share
    assert measure.amount(share, measure.baseline) == floor
    assert measure.amount(share, measure.target) == share
    assert 0 <= measure.withheld(share) <= share
    assert measures.read(measures.stored(measure)) == measure
    assert measures.read(measures.frozen(measures.stored(measure), share)) == measure


def test_a_half_counts_up_and_a_falling_measure_earns_by_falling():
    rising = Measure("m", "", 0, 2000, "", TODAY, TODAY)
    assert [rising.amount(3, value) for value in (0, 1000, 2000)] == [0, 2, 3]
    falling = Measure("m", "", 2000, 0, "", TODAY, TODAY)
    assert [falling.amount(100, value) for value in (3000, 2000, 500, 0)] == [0, 0, 75, 100]


@pytest.mark.parametrize(
    ("typed", "value"), [("412", 412_000), ("2,5", 2500), (" -0.125 ", -125), ("1e3", 1_000_000)]
)
def test_values_are_read_to_the_thousandth(typed, value):
    assert measures.parse(typed) == value
    assert measures.parse(measures.plain(value)) == value


@pytest.mark.parametrize("typed", ["", "many", "0.0001", "NaN", "Infinity", "1e40"])
def test_what_is_no_value_is_refused(typed):
    with pytest.raises(ValueError, match=r".*"):
        measures.parse(typed)


def test_a_measure_is_planned_saved_and_frozen_with_examples():
    owner = the.owner()
    project = the.project(owner, the.terms(billing=MEASURED))
    [row] = Milestone.live(project)
    assert terms.terms_of(row).billing == MEASURED
    plan.revise(row, the.terms(), 0)
    assert terms.terms_of(Milestone.get_by_id(row.id)).billing == Billing()
    cast = the.offered(the.terms(billing=MEASURED), of=owner)
    [said] = agreements.read(cast.agreement)["milestones"]
    [metric, _rest] = said["triggers"]
    assert metric["measure"]["examples"] == [
        [100_000, 50_000], [200_000, 137_500], [300_000, 225_000], [400_000, 312_500],
        [500_000, 400_000],
    ]  # fmt: skip
    assert metric["measure"]["withheld"] == 200_000
    assert checking.problems() == []


@pytest.mark.parametrize(
    ("billing", "refusal"),
    [
        (Billing(metric_share=5000), terms.MeasureMissing),
        (Billing(measure=SIGN_UPS), terms.MeasureMissing),
        (
            Billing(metric_share=1, measure=Measure("m", "", 1, 1, "", TODAY, TODAY)),
            terms.TargetMissing,
        ),
        (
            Billing(
                metric_share=1,
                measure=Measure("m", "", 1, 2, "", TODAY, TODAY - timedelta(days=1)),
            ),
            terms.WindowReversed,
        ),
    ],
)
def test_a_measure_that_cannot_be_read_is_refused(billing, refusal):
    with pytest.raises(refusal):
        billing.rows()


def test_a_confirmed_reading_bills_what_it_earned_and_the_rest_is_given_up():
    cast = accepted()
    rungs = ladder.of_project(cast.project, TODAY)
    assert (rungs.agreed, rungs.accepted, rungs.invoiced) == (500_000, 100_000, 100_000)
    reading = entered(cast, 412_000)
    assert readings.confirm(reading, cast.contact, NOW) == 323_000
    assert billed(cast) == [("acceptance", 100_000), ("metric", 323_000)]
    assert standing(cast).earned == 323_000 and not standing(cast).is_open
    rungs = ladder.of_project(cast.project, TODAY)
    assert (rungs.agreed, rungs.accepted, rungs.invoiced) == (423_000, 423_000, 423_000)
    assert engagements.read(cast.project, NOW).total == 423_000
    assert checking.problems() == []
    with pytest.raises(readings.NothingToRead):
        readings.confirm(reading, cast.contact, NOW)


def test_a_project_closes_once_its_measure_is_read_and_paid():
    cast = accepted()
    payments.record(cast.invoices[0], 100_000, TODAY, "a", cast.owner, NOW)
    assert Project.get_by_id(cast.project.id).state == "active"
    readings.confirm(entered(cast, 0), cast.contact, NOW)
    payments.record(cast.invoices[1], 50_000, TODAY, "b", cast.owner, NOW)
    assert Project.get_by_id(cast.project.id).state == "closed"
    assert checking.problems() == []


def test_the_clients_reading_counts_once_the_owner_agrees():
    cast = accepted()
    reading = entered(cast, 500_000, cast.contact)
    with pytest.raises(readings.NotYourAnswer):
        readings.confirm(reading, cast.contact, NOW)
    with pytest.raises(readings.AnswerFirst):
        entered(cast, 400_000, key="other")
    readings.confirm(reading, cast.owner, NOW)
    assert billed(cast)[-1] == ("metric", 400_000)


def test_a_reading_is_refused_with_a_reason_or_replaced_by_its_own_side():
    cast = accepted()
    first = entered(cast, 400_000)
    second = entered(cast, 410_000, key="better")
    with pytest.raises(readings.ReadingAnswered):
        readings.confirm(first, cast.contact, NOW)
    with pytest.raises(readings.WhyMissing):
        readings.refuse(second, " ", cast.contact, NOW)
    readings.refuse(second, "Ours says 380", cast.contact, NOW)
    assert standing(cast).waiting is None and billed(cast) == [("acceptance", 100_000)]
    readings.confirm(entered(cast, 380_000, key="third"), cast.contact, NOW)
    assert checking.problems() == []


def test_a_repeated_post_is_the_same_reading_and_a_day_outside_is_none():
    cast = accepted()
    assert entered(cast, 1).id == entered(cast, 1).id
    for day in (TODAY - timedelta(days=1), TODAY + timedelta(days=1)):
        with pytest.raises(readings.OutsideWindow):
            readings.enter(cast.milestone, 1, day, cast.owner, NOW, "other")


def test_only_who_accepts_answers_and_only_what_is_accepted_is_read():
    cast = the.submitted(the.terms(billing=MEASURED))
    with pytest.raises(readings.NothingToRead):
        entered(cast, 1)
    payer = the.contact(cast.project.client, is_approver=False)
    reviews.accept(cast.milestone, cast.contact, NOW)
    reading = entered(cast, 1)
    with pytest.raises(NotYours):
        readings.confirm(reading, payer, NOW)


def test_the_fallback_is_billed_when_the_client_gives_no_reading_and_only_then():
    cast = accepted()
    entered(cast, 500_000)
    last = NOW + timedelta(days=44)
    readings.pass_time(last)
    assert len(cast.invoices) == 1
    readings.pass_time(last + timedelta(days=2))
    readings.pass_time(last + timedelta(days=3))
    assert billed(cast)[1:] == [("metric", 200_000)]
    assert checking.problems() == []
    given = accepted()
    entered(given, 300_000, given.contact)
    readings.pass_time(last + timedelta(days=2))
    assert len(given.invoices) == 1


@stateful
@given(
    price=some.integers(0, 10**6),
    share=some.integers(1, 10_000),
    value=some.integers(-(10**6), 10**6),
    by_clock=some.booleans(),
)
@undone()
def test_never_more_is_billed_than_the_price(price, share, value, by_clock):
    cast = the.submitted(
        the.terms(price=price, billing=Billing(metric_share=share, measure=SIGN_UPS))
    )
    reviews.accept(cast.milestone, cast.contact, NOW)
    if by_clock:
        readings.pass_time(NOW + timedelta(days=60))
    else:
        readings.confirm(entered(cast, value), cast.contact, NOW)
    assert sum(int(row.total) for row in cast.invoices) == price - cast.milestone.given_up
    assert checking.problems() == []
