"""Packages from the audit, checked against the recomputation of a spreadsheet."""

import statistics
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.outcomes import audit_editing, audit_packages, audit_pricing
from billing.outcomes.audit_packages import Outcome
from billing.outcomes.audit_pricing import Assumptions
from billing.planning import options, packages, projects, tiers
from billing.planning.tiers import Tier
from models import HoursFile, Milestone, Package, PackageDraft, WorkKind
from tests import cast as the
from tests.cast import NOW
from tests.tracked import HOUR, Tracked, grouped, imported, newsletters, websites

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

HOURS = (8, 10, 10, 12, 30)
COST = 6_000


@pytest.fixture
def owner():
    user = the.owner()
    imported(user, [*websites(times=HOURS), *newsletters()])
    grouped(user)
    return user


def begun(owner, name="Website build"):
    kind = WorkKind.get(WorkKind.owner == owner.id, WorkKind.name == name)
    return audit_packages.begin(kind, "EUR", owner, NOW)


def priced(draft, cost=COST, quantile=80, margin=2500):
    audit_packages.reprice(draft, "Website", cost, Assumptions(0, quantile, margin))
    return PackageDraft.get_by_id(draft.id)


def euros(hours, cost=COST):
    """A cell of a spreadsheet: hours times the cost of one, to the cent."""
    return round(Fraction(hours) * cost)


def test_floor_buffer_and_target_are_the_spreadsheets(owner):
    found = audit_packages.offer(priced(begun(owner))).reckoned
    covered = statistics.quantiles(HOURS, n=100, method="inclusive")[79]
    assert (found.middle, found.covered) == (10 * HOUR, covered * HOUR)
    assert found.cost == euros(10)
    assert found.floor == euros(Fraction(covered))
    assert found.buffer == euros(Fraction(covered)) - euros(10)
    assert found.target == round(found.floor * Fraction(125, 100))
    assert found.is_enough and found.count == 5


@pytest.mark.parametrize("quantile", [50, 75, 90, 99])
def test_every_assumption_changes_what_follows(owner, quantile):
    draft = begun(owner)
    found = audit_packages.offer(priced(draft, quantile=quantile, margin=0)).reckoned
    covered = statistics.quantiles(HOURS, n=100, method="inclusive")[quantile - 1]
    assert found.floor == found.target == euros(Fraction(covered))
    dearer = audit_packages.offer(priced(draft, cost=2 * COST, quantile=quantile)).reckoned
    assert abs(dearer.floor - 2 * found.floor) <= 1


def test_too_few_pieces_are_said_and_the_longest_stands_for_the_spread():
    owner = the.owner()
    imported(owner, websites(times=(8, 12)))
    grouped(owner)
    found = audit_packages.offer(priced(begun(owner), quantile=50)).reckoned
    assert not found.is_enough
    assert (found.cost, found.floor) == (euros(10), euros(12))


def test_an_hour_costs_at_first_what_one_brought(owner):
    brought = 5 * 100_000 + 12 * 28_000
    took = sum(HOURS) + 12 * 4
    assert begun(owner).hourly_cost == round(Fraction(brought, took))


def test_milestones_take_their_shares_to_the_cent(owner):
    draft = priced(begun(owner), cost=6_001)
    rows = [Outcome("One", share=3333), Outcome("Two", share=3333), Outcome("Three", share=3334)]
    audit_packages.rewrite(draft, rows)
    offer = audit_packages.offer(draft)
    assert offer.choices[0].share == 10_000 and offer.gaps == []
    [whole] = offer.choices
    assert whole.floor == sum(each.floor for each in offer.milestones) == offer.reckoned.floor
    assert whole.target == offer.reckoned.target == whole.price
    audit_packages.rewrite(draft, [*rows[:2], Outcome("Three", share=3334, price=1)])
    offer = audit_packages.offer(draft)
    assert [each.is_below_floor for each in offer.milestones] == [False, False, True]


@given(st.integers(0, 10**9), st.lists(st.integers(0, 5000), min_size=1, max_size=5))
@settings(max_examples=80)
def test_parts_of_a_total_add_up(total, shares):
    found = audit_pricing.parts(total, shares)
    whole = Fraction(total * sum(shares), 10_000)
    assert abs(sum(found) - whole) <= Fraction(1, 2) and min(found) >= 0


def test_milestones_come_from_descriptions_in_their_order():
    owner = the.owner()
    days = (("Interviews", 3, 4), ("Wireframes", 4, 8), ("Final layout", 5, 6))
    imported(
        owner,
        [
            Tracked(
                f"2025-0{month}-0{day}", hours, text, 10_000, kind="Design", project=f"P{month}"
            )
            for month in (1, 2, 3)
            for text, day, hours in days
        ],
    )
    grouped(owner)
    rows = list(begun(owner, "Design").milestones)
    assert [row.title for row in rows] == ["Interviews", "Wireframes", "Final layout"]
    assert [row.share for row in rows] == [2222, 4445, 3333]
    assert sum(row.share for row in rows) == 10_000


def test_where_descriptions_tell_no_steps_the_usual_ones_are_proposed(owner):
    assert [row.share for row in begun(owner).milestones] == [3000, 4000, 3000]


def test_exclusions_and_rounds_come_from_what_went_wrong(owner):
    draft = begun(owner, "Newsletter")
    assert draft.exclusions == "Not included beyond the agreed rounds: Newsletter, second pass"
    assert draft.rounds == 1, "one day of rework a month"
    assert begun(owner).exclusions == ""


def test_what_clients_valued_is_the_value_note(owner):
    audit_editing.value(owner, "Client 1", "Website", "Orders at night")
    assert [row.value for row in begun(owner).milestones] == ["", "", "Orders at night"]


def test_it_is_saved_as_a_package_once_and_revised_after(owner):
    draft = priced(begun(owner))
    audit_packages.rescope(draft, "Not included: texts", 3, 7)
    first = audit_packages.save(draft, owner, NOW)
    offer = audit_packages.offer(PackageDraft.get_by_id(draft.id))
    assert packages.worth(first) == offer.reckoned.target
    again = audit_packages.save(draft, owner, NOW)
    assert again.id == first.id and Package.select().count() == 1
    last = packages.outcomes(again)[-1]
    assert last.deliverable.endswith("Not included: texts")
    assert (last.rounds, last.review_days) == (3, 7)
    made = projects.start(the.client(owner, currency="EUR"), "New site", owner, NOW, again)
    assert sum(row.price for row in Milestone.live(made)) == offer.choices[0].price


def test_what_is_missing_is_named(owner):
    draft = priced(begun(owner), cost=None)
    audit_packages.rewrite(draft, [Outcome("One", share=5000), Outcome("", share=4000)])
    assert len(audit_packages.offer(draft).gaps) == 4
    with pytest.raises(audit_packages.NotReady):
        audit_packages.save(draft, owner, NOW)
    assert not Package.select().exists()


def test_a_price_of_ones_own_needs_no_cost(owner):
    draft = priced(begun(owner), cost=None)
    audit_packages.rewrite(
        draft, [Outcome(f"{n}", share=s, price=100) for n, s in enumerate((3000, 3000, 4000))]
    )
    assert packages.worth(audit_packages.save(draft, owner, NOW)) == 300


def test_tiers_become_options_of_a_project(owner):
    draft = priced(begun(owner))
    rows = [
        Outcome("Concept", share=3000),
        Outcome("Site", share=4000),
        Outcome("Hand-over", share=1000, tier=1),
        Outcome("Training", share=5000, tier=2),
    ]
    audit_packages.rewrite(draft, rows, [Tier("Essential")])
    assert "two tiers" in audit_packages.offer(draft).gaps[0]
    audit_packages.rewrite(draft, rows, [Tier("Essential"), Tier("Complete", True)])
    draft = PackageDraft.get_by_id(draft.id)
    audit_packages.rescope(draft, "Not included: photos", 2, 5)
    offer = audit_packages.offer(draft)
    assert [(each.title, each.share, each.count) for each in offer.choices] == [
        ("Essential", 8000, 3),
        ("Complete", 12_000, 3),
    ]
    for choice, part in zip(offer.choices, (Fraction(8, 10), Fraction(12, 10)), strict=True):
        assert abs(choice.target - part * offer.reckoned.target) <= 1
    package = audit_packages.save(draft, owner, NOW)
    assert packages.worth(package) == offer.choices[0].price, "alternatives are never added"
    excluding = [row.title for row in packages.outcomes(package) if "photos" in row.deliverable]
    assert excluding == ["Site"], "where every choice has it"
    made = projects.start(the.client(owner, currency="EUR"), "New site", owner, NOW, package)
    sums = options.sums(made, Milestone.live(made))
    assert [row.title for row in sums.tiers] == ["Essential", "Complete"]
    assert [bool(row.recommended) for row in sums.tiers] == [False, True]
    assert (sums.low_price, sums.high_price) == tuple(each.price for each in offer.choices)
    package.milestones.model.delete().where(package.milestones.model.tier == 2).execute()
    assert list(tiers.filled(Package.get_by_id(package.id))) == [1]


def test_it_outlives_its_kind_of_work_and_its_hours(owner):
    draft = priced(begun(owner))
    into = WorkKind.get(WorkKind.name == "Newsletter")
    audit_editing.merge(draft.kind, into, NOW)
    draft = PackageDraft.get_by_id(draft.id)
    assert draft.kind == into and len(audit_packages.offer(draft).jobs) == 5 + 12
    HoursFile.delete().execute()
    offer = audit_packages.offer(draft)
    assert offer.jobs == [] and offer.reckoned is None and "price" in offer.gaps[0]


def test_there_must_be_pieces_in_that_currency(owner):
    with pytest.raises(audit_packages.NothingToSell):
        audit_packages.begin(WorkKind.of(owner).first(), "JPY", owner, NOW)
