"""Options in the plan: named, summed apart, frozen with the offer."""

import pytest

from billing.agreeing import agreements
from billing.planning import options, plan
from models import Milestone, Option
from tests import cast as the
from tests.offers import ADD_ON, TIER, Offer, named

pytestmark = pytest.mark.storage


def test_a_plan_without_options_has_one_sum(database):
    project = the.project(the.owner())
    assert options.sums(project, Milestone.live(project)) is None
    assert not options.are_in(project)


def test_sums_are_per_alternative_and_never_over_them(database):
    offer = Offer()
    found = options.sums(offer.project, Milestone.live(offer.project))
    assert found.base == 100_000
    assert [found.prices[row.id] for row in found.tiers] == [200_001, 500_000]
    assert [found.prices[row.id] for row in found.add_ons] == [30_000, 70_000]
    assert (found.low_price, found.high_price) == (300_001, 700_000)


def test_at_most_one_tier_is_recommended_and_no_add_on(database):
    offer = Offer()
    options.revise(offer.basic, "Basic", "", recommended=True)
    options.revise(offer.photos, "Photos", "", recommended=True)
    assert [row.title for row in options.of(offer.project) if row.recommended] == ["Basic"]


def test_what_was_part_of_a_removed_option_is_always_included(database):
    offer = Offer()
    options.remove(offer.premium)
    found = options.sums(offer.project, Milestone.live(offer.project))
    assert found.base == 600_000
    assert [row.title for row in options.of(offer.project)] == ["Basic", "Photos", "Video"]


def test_a_removed_or_foreign_option_cannot_be_part_of_a_row(database):
    offer, other = Offer(), Offer()
    row = next(iter(Milestone.live(offer.project)))
    for option_id in (other.basic.id, 999_999):
        with pytest.raises(options.OptionGone):
            plan.revise(row, the.terms(option=option_id), row.revision)
    assert Milestone.get_by_id(row.id).option_id is None


def test_a_total_is_not_divided_over_alternatives(database):
    offer = Offer()
    with pytest.raises(options.NotToSplit):
        plan.split(offer.project, 1_000_000)


def test_a_plan_holds_only_so_many_options(database):
    project = the.project(the.owner())
    for _ in range(options.MOST):
        options.add(project, ADD_ON)
    with pytest.raises(options.TooMany):
        options.add(project, ADD_ON)


def test_options_of_an_offer_are_locked(database):
    offer = Offer()
    offer.send()
    for deed in (
        lambda: options.add(offer.project, TIER),
        lambda: options.revise(offer.basic, "Cheap", "", recommended=False),
        lambda: options.remove(offer.basic),
    ):
        with pytest.raises(plan.PlanLocked):
            deed()
    assert Option.get_by_id(offer.basic.id).title == "Basic"


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda offer: options.revise(offer.basic, "", "", False), "An option has no name yet."),
        (lambda offer: options.add(offer.project, ADD_ON), "An option has no name yet."),
        (lambda offer: named(offer.project, ADD_ON, "Nothing"), "No milestone is part"),
        (lambda offer: options.remove(offer.basic), "A single tier is no choice"),
    ],
)
def test_what_an_option_lacks_blocks_sending_by_name(database, spoil, sentence):
    offer = Offer()
    spoil(offer)
    draft = agreements.compose(offer.project, the.NOW)
    assert any(each.sentence.startswith(sentence) for each in agreements.missing(draft, the.NOW))
    with pytest.raises(agreements.Incomplete):
        agreements.send(draft, offer.owner, the.NOW)
