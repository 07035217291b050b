"""The replay, against figures worked out by hand and by a plain spreadsheet of fractions."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.outcomes import audit_packages, replay, replay_assumptions, replay_reading
from billing.outcomes.audit_pricing import Assumptions as Pricing
from billing.outcomes.replay import CASES, Case, Job, KindTerms, Model, Terms
from billing.outcomes.replay_assumptions import Assumptions, General, InCurrency, OfKind
from models import PackageDraft, Replay, ReplayKind, WorkKind
from tests import cast as the
from tests.cast import NOW
from tests.tracked import HOUR, Tracked, grouped, imported, newsletters, websites

TODAY, AI, WORSE, AI_WORSE = CASES
SITE, TEXT = 1, 2

JOBS = [Job(SITE, 10 * HOUR, 100_000), Job(SITE, 30 * HOUR, 180_000), Job(TEXT, 4 * HOUR, 40_000)]

TERMS = Terms(
    {
        SITE: KindTerms(rate=7_000, price=140_000, saved=50, worth=1_000_000),
        TEXT: KindTerms(rate=10_000, price=40_000, saved=75, seats=3),
    },
    floor=5_000,
    seat_price=9_900,
)

# What a spreadsheet says of the three jobs above: hours, revenue, jobs below 50.00 an hour.
BY_HAND = {
    (Model.HOURLY, TODAY): (44, 70_000 + 210_000 + 40_000, 0),
    (Model.HOURLY, AI): (21, 35_000 + 105_000 + 10_000, 0),
    (Model.HOURLY, WORSE): (66, 105_000 + 315_000 + 60_000, 0),
    (Model.HOURLY, AI_WORSE): (Fraction("31.5"), 52_500 + 157_500 + 15_000, 0),
    (Model.PROJECT, TODAY): (44, 2 * 140_000 + 40_000, 1),
    (Model.PROJECT, AI): (21, 2 * 140_000 + 40_000, 0),
    (Model.PROJECT, WORSE): (66, 2 * 140_000 + 40_000, 1),
    (Model.PROJECT, AI_WORSE): (Fraction("31.5"), 2 * 140_000 + 40_000, 0),
    (Model.OUTCOME, TODAY): (44, 2 * 140_000 + 40_000, 1),
    # 90 % of each price, and half of 5, 15 and 2 further hours at their rates.
    (Model.OUTCOME, WORSE): (66, 2 * 126_000 + 36_000 + 17_500 + 52_500 + 10_000, 1),
    (Model.OUTCOME, AI_WORSE): (
        Fraction("31.5"),
        2 * 126_000 + 36_000 + 8_750 + 26_250 + 2_500,
        0,
    ),
    # Half of the price and a tenth of the worth; text has no worth and keeps its price.
    (Model.VALUE, TODAY): (44, 2 * (70_000 + 100_000) + 40_000, 0),
    (Model.VALUE, WORSE): (66, 2 * (70_000 + 50_000) + 40_000, 1),
    (Model.SEAT, TODAY): (44, 2 * 140_000 + 3 * 9_900, 1),
}


@pytest.mark.parametrize(("place", "expected"), BY_HAND.items(), ids=str)
def test_figures_are_those_of_a_spreadsheet(place, expected):
    model, case = place
    hours, revenue, below = expected
    found = next(
        each for each in replay.replay(JOBS, TERMS) if (each.model, each.case) == (model, case)
    )
    assert found.seconds == hours * HOUR
    assert found.revenue == revenue
    assert found.below == below
    assert found.rate == round(Fraction(revenue) / hours)
    assert found.risk == round(Fraction(below, 3) * 10_000)
    assert found.range is None


def test_what_nobody_said_the_worth_of_is_not_sold_by_value():
    plain = Terms({SITE: KindTerms(7_000, 140_000, 50), TEXT: KindTerms(1, 1, 0)}, floor=0)
    assert replay.models([SITE, TEXT], plain) == [Model.HOURLY, Model.PROJECT, Model.OUTCOME]
    assert replay.models([SITE, TEXT], TERMS) == list(Model)


def test_a_kind_begins_with_what_its_past_says():
    found = replay.started([Job(SITE, 3 * HOUR, 100), Job(SITE, HOUR, 301)], saved=50)
    assert (found.rate, found.price) == (100, 201), "half of 401 goes away from zero"


def drawn_jobs(count, kind=SITE):
    return [Job(kind, hours * HOUR, 100_000) for hours in range(1, count + 1)]


def test_the_same_seed_gives_the_same_draws():
    jobs = drawn_jobs(replay.ENOUGH)
    terms = Terms({SITE: KindTerms(10_000, 45_000, 50)}, floor=5_000)
    first = replay.replay(jobs, terms, replay.draw(jobs, 7))
    replay._drawn.cache_clear()
    assert replay.replay(jobs, terms, replay.draw(jobs[::-1], 7)) == first
    assert replay.replay(jobs, terms, replay.draw(jobs, 8)) != first
    by_project = next(each for each in first if each.model == Model.PROJECT)
    assert by_project.range.low < by_project.range.middle < by_project.range.high
    assert by_project.range.low < by_project.rate < by_project.range.high
    hourly = next(each for each in first if each.model == Model.HOURLY)
    assert {hourly.range.low, hourly.range.high} == {10_000}, "by the hour an hour is an hour"


def test_of_too_little_nothing_is_drawn():
    assert not replay.draw(drawn_jobs(replay.ENOUGH - 1), 1).is_enough
    large = [Job(TEXT, 1_000 * HOUR, 1)]
    assert not replay.draw(drawn_jobs(replay.ENOUGH) + large, 1).is_enough
    small = [Job(TEXT, HOUR, 1)]
    assert replay.draw(drawn_jobs(replay.ENOUGH) + small, 1).is_enough


amounts, percents = st.integers(0, 10**7), st.integers(0, 100)
some_jobs = st.lists(
    st.builds(Job, st.sampled_from([SITE, TEXT]), st.integers(1, 10**6), amounts), max_size=6
)
some_kinds = st.builds(
    KindTerms, amounts, amounts, st.integers(0, 95), st.none() | amounts, st.none() | percents
)
some_terms = st.builds(
    Terms,
    st.fixed_dictionaries({SITE: some_kinds, TEXT: some_kinds}),
    amounts,
    st.none() | amounts,
    st.integers(0, 900),
    percents,
    percents,
    percents,
    percents,
    percents,
)


@given(some_jobs, some_terms)
@settings(max_examples=60)
def test_shares_are_shares_and_a_fixed_price_gains_nothing_by_longer_hours(jobs, terms):
    found = {(each.model, each.case): each for each in replay.replay(jobs, terms)}
    for each in found.values():
        assert 0 <= each.risk <= 10_000 and 0 <= each.below <= len(jobs)
        assert each.revenue >= 0
    for shortened in (False, True):
        usual, worse = Case(shortened, False), Case(shortened, True)
        for model in (Model.PROJECT, Model.VALUE, Model.SEAT):
            if (model, usual) in found:
                assert found[model, worse].rate <= found[model, usual].rate
                assert found[model, worse].below >= found[model, usual].below
    for model, case in found:
        if case == AI and model != Model.HOURLY:
            assert found[model, AI].rate >= found[model, TODAY].rate
            assert found[model, AI].revenue == found[model, TODAY].revenue


@given(some_jobs, some_terms, st.integers(2, 9))
@settings(max_examples=40)
def test_by_the_hour_revenue_grows_with_the_hours(jobs, terms, times):
    longer = [Job(job.kind, job.seconds * times, job.billed) for job in jobs]
    one, many = (replay.replay(each, terms)[0].revenue if each else 0 for each in (jobs, longer))
    # Each job is rounded once on either side.
    assert abs(many - one * times) <= len(jobs) * (times + 1) / 2


@pytest.fixture
def owner(database):
    return the.owner()


@pytest.mark.storage
def test_the_own_past_is_replayed_and_nothing_of_it_is_added_across_currencies(owner):
    imported(
        owner,
        [
            *websites(),
            *newsletters(),
            Tracked("2025-01-01", 3, "Logo", 30_000, currency="JPY", project="Logo"),
            Tracked("2025-01-02", 2, "Poster", None, project="Poster"),
        ],
    )
    found, left_out = replay_reading.pasts(owner)
    assert not found and left_out.ungrouped, "what is in no kind of work cannot be replayed"
    grouped(owner)
    found, left_out = replay_reading.pasts(owner)
    assert [past.currency for past in found] == ["EUR", "JPY"]
    assert (left_out.ungrouped, left_out.unpriced) == (0, 1)
    euro, yen = replay_reading.replayed(found, replay_assumptions.of(owner))
    assert len(euro.past.jobs) == 17 and len(yen.past.jobs) == 1
    assert not euro.is_drawn, "five websites hold more than a quarter of the hours"
    today = {each.model: each for each in euro.of(TODAY)}
    assert today[Model.HOURLY].seconds == (70 + 12 * 4) * HOUR
    assert today[Model.HOURLY].revenue == pytest.approx(500_000 + 12 * 28_000, abs=17)
    assert today[Model.PROJECT].revenue == 500_000 + 12 * 28_000
    assert euro.terms.floor == euro.floor == round(Fraction(836_000, 118)), "as a package begins"
    assert today[Model.PROJECT].below == 1 + 12, "a website out of hand, and all newsletters"
    assert yen.terms.floor == 10_000 and {each.below for each in yen.of(TODAY)} == {0}


@pytest.mark.storage
def test_the_floor_of_a_package_is_that_of_its_kind_of_work(owner):
    imported(owner, [*websites(), *newsletters()])
    grouped(owner)
    site = WorkKind.of(owner).where(WorkKind.name == "Website build").get()
    draft = audit_packages.begin(site, "EUR", owner, NOW)
    audit_packages.reprice(draft, "Website", 9_000, Pricing(0, 80, 2000))

    def replayed(assumed):
        [found] = replay_reading.replayed(replay_reading.pasts(owner)[0], assumed)
        return found

    kept = replay_assumptions.of(owner)
    euro = replayed(kept)
    assert euro.terms.floor_of(site.id) == 9_000 and euro.has_floors
    assert euro.floor == round(Fraction(9_000 * 70 + euro.terms.floor * 48, 118))
    priced = audit_packages.offer(PackageDraft.get_by_id(draft.id)).reckoned
    assert priced.floor == round(9_000 * priced.covered / HOUR)
    sold = replace(kept, kinds={(site.id, "EUR"): OfKind(price=priced.floor)})
    below = {each.model: each for each in replayed(sold).of(TODAY)}[Model.PROJECT].below - 12
    assert below == sum(hours * HOUR > priced.covered for hours in (8, 10, 10, 12, 30))
    own = replayed(replace(kept, kinds={(site.id, "EUR"): OfKind(floor=1)}))
    assert own.terms.floor_of(site.id) == 1
    replay_assumptions.keep(owner, Assumptions(money={"EUR": InCurrency(floor=4_000)}))
    text = WorkKind.of(owner).where(WorkKind.name == "Newsletter").get()
    assert audit_packages.begin(text, "EUR", owner, NOW).hourly_cost == 4_000


@pytest.mark.storage
def test_assumptions_are_kept_and_gone_on_with(owner):
    imported(owner, websites())
    grouped(owner)
    kind = WorkKind.of(owner).get().id
    wanted = Assumptions(
        General(seed=5, longer=80),
        {"EUR": InCurrency(floor=4_000, seat_price=900)},
        {(kind, "EUR"): OfKind(price=120_000, saved=20, worth=7, seats=2, floor=3_000)},
    )
    replay_assumptions.keep(owner, wanted)
    replay_assumptions.keep(owner, wanted)
    assert replay_assumptions.of(owner) == wanted
    found, _left_out = replay_reading.pasts(owner)
    [terms] = [each.terms for each in replay_reading.replayed(found, wanted)]
    assert (terms.floor, terms.longer, terms.seat_price) == (4_000, 80, 900)
    assert terms.kinds[kind] == KindTerms(7_143, 120_000, 20, 7, 2, 3_000), "the rate is the past's"
    stranger = the.owner()
    replay_assumptions.keep(stranger, wanted)
    assert replay_assumptions.of(stranger).kinds == {}, "nobody assumes of another's work"
    replay_assumptions.start_over(owner)
    assert replay_assumptions.of(owner) == Assumptions()
    assert not Replay.of(owner).exists() and not ReplayKind.of(owner).exists()
    assert Replay.of(stranger).exists()
