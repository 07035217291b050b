"""Choices proposed from the audit: a smaller scope, the whole, the whole with a look back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.outcomes import audit_choices, audit_packages
from billing.outcomes.audit_packages import Outcome
from billing.outcomes.audit_pricing import WHOLE
from billing.planning.tiers import Tier
from models import PackageDraft, WorkKind
from tests.cast import NOW
from tests.tracked import seasoned

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]


@pytest.fixture
def owner():
    return seasoned()


def begun(owner, *outcomes, name="Website build"):
    kind = WorkKind.get(WorkKind.owner == owner.id, WorkKind.name == name)
    draft = audit_packages.begin(kind, "EUR", owner, NOW)
    if outcomes:
        audit_packages.rewrite(draft, outcomes)
    return draft


def shares(*points):
    return [Outcome(f"Outcome {at}", share=each) for at, each in enumerate(points, start=1)]


def told(draft):
    return audit_packages.offer(PackageDraft.get_by_id(draft.id))


def test_of_three_outcomes_the_smallest_choice_has_half_of_the_last(owner):
    found = audit_choices.proposed(told(begun(owner)))
    assert [(each.title, each.count, each.share) for each in found.choices] == [
        ("Essential", 3, 8500),
        ("Complete", 3, 10_000),
        ("With follow-up", 4, 11_000),
    ]
    assert found.left_out == ""


def test_of_four_outcomes_it_goes_without_the_one_of_the_fewest_hours(owner):
    draft = begun(owner, *shares(3000, 1500, 4500, 1000))
    found = audit_choices.proposed(told(draft))
    assert found.left_out == "Outcome 2", "the last is what was valued, and stays"
    assert [(each.count, each.share) for each in found.choices] == [
        (3, 8500),
        (4, 10_000),
        (5, 11_000),
    ]


def test_five_outcomes_leave_no_room_for_a_look_back(owner):
    found = audit_choices.proposed(told(begun(owner, *shares(*[2000] * 5))))
    assert [each.count for each in found.choices] == [4, 5] and found.again == 0


def test_the_look_back_is_as_long_as_what_came_back(owner):
    found = audit_choices.proposed(told(begun(owner, name="Newsletter")))
    assert found.again == 2500, "one hour of four was a second pass"


def test_what_is_taken_is_what_was_proposed_and_can_be_saved(owner):
    draft = begun(owner, *shares(3000, 1500, 4500, 1000))
    found = audit_choices.proposed(told(draft))
    audit_choices.take(draft)
    offer = told(draft)
    assert tuple(offer.choices) == found.choices and offer.gaps == []
    assert offer.choices[1].target == offer.reckoned.target
    assert audit_choices.proposed(offer) is None
    package = audit_packages.save(draft, owner, NOW)
    assert [each["recommended"] for each in package.tiers] == [False, True, False]


def test_one_scope_instead_brings_the_whole_back(owner):
    rows = shares(3000, 1500, 4500, 1000)
    draft = begun(owner, *rows)
    audit_choices.take(draft)
    audit_choices.drop(PackageDraft.get_by_id(draft.id))
    offer = told(draft)
    assert offer.draft.tiers == []
    assert [(each.row.title, each.row.share) for each in offer.milestones] == [
        (each.title, each.share) for each in rows
    ]


def test_a_price_of_ones_own_is_halved_with_its_hours(owner):
    draft = begun(owner, *shares(3000, 3000), Outcome("Last", share=4000, price=90_000))
    found = audit_choices.proposed(told(draft))
    assert [row.price for row in found.outcomes if row.title.startswith("Last")] == [
        45_000,
        90_000,
        90_000,
    ]


def test_nothing_is_proposed_where_the_whole_is_not_known_or_there_are_choices(owner):
    draft = begun(owner, *shares(3000, 3000, 3000))
    assert audit_choices.proposed(told(draft)) is None
    audit_choices.take(draft)
    assert told(draft).draft.tiers == []
    audit_packages.rewrite(draft, shares(3000, 3000, 4000), [Tier("One"), Tier("Two")])
    assert audit_choices.proposed(told(draft)) is None


@given(st.lists(st.integers(1, 5000), min_size=2, max_size=4))
@settings(max_examples=30, deadline=None)
def test_each_choice_can_be_saved_and_the_second_is_the_whole(points):
    rows = shares(*points, WHOLE - sum(points))
    if rows[-1].share < 2:
        return
    small, least = audit_choices._smallest(rows)
    found = audit_choices._rows(rows, small, least, 1000 if len(rows) < 5 else 0)
    for tier in {row.tier for row in found} - {0}:
        of_choice = [row for row in found if row.tier in (0, tier)]
        assert 3 <= len(of_choice) <= 5
        assert (sum(row.share for row in of_choice) == WHOLE) == (tier == 2)
    assert len(found) <= audit_packages.MOST_ROWS
