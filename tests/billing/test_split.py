"""A total split over a plan, and prices over their triggers: always exact to the cent."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from billing.invoicing.charges import trigger_amounts
from billing.planning import plan
from billing.planning.terms import WHOLE, Billing, Terms
from billing.refusals import NotPositive, SharesDoNotAddUp
from models import Milestone, Project, Trigger
from tests import cast as the
from tests.cast import NOW


def a_project(*planned: Terms) -> Project:
    return the.project(the.owner(), *planned)


def rows(project: Project) -> list[Milestone]:
    return list(Milestone.live(project))


def named(*names: str) -> list[Terms]:
    return [the.terms(title=name) for name in names]


@pytest.mark.storage
@pytest.mark.usefixtures("database")
def test_a_thousand_over_three():
    project = a_project(*named("A", "B", "C"))
    assert plan.split(project, 100_000) == [33_333, 33_333, 33_334]
    assert [row.price for row in rows(project)] == [33_333, 33_333, 33_334]
    assert [row.revision for row in rows(project)] == [1, 1, 1]


@pytest.mark.storage
@pytest.mark.usefixtures("database")
def test_thirty_forty_thirty():
    project = a_project(*named("A", "B", "C"))
    assert plan.split(project, 99_999, [3000, 4000, 3000]) == [29_999, 39_999, 30_001]


@pytest.mark.storage
@pytest.mark.usefixtures("database")
def test_shares_are_as_many_as_milestones_and_sum_to_a_hundred():
    project = a_project(*named("A", "B", "C"))
    with pytest.raises(plan.SharesMissing) as refused:
        plan.split(project, 100, [5000, 5000])
    assert refused.value.facts == {"milestones": 3}
    with pytest.raises(SharesDoNotAddUp):
        plan.split(project, 100, [5000, 5000, 1])
    with pytest.raises(SharesDoNotAddUp):
        plan.split(project, 100, [-1000, 5000, 6000])
    with pytest.raises(NotPositive):
        plan.split(project, 0)


@pytest.mark.storage
@pytest.mark.usefixtures("database")
def test_an_empty_plan_has_nothing_to_split():
    project = a_project()
    plan.delete(rows(project)[0], NOW)
    assert plan.split(project, 100) == []


AMOUNTS = some.integers(min_value=1, max_value=10**15)
SHARES = some.lists(some.integers(0, WHOLE), min_size=1, max_size=12).map(
    lambda cuts: [
        after - before
        for before, after in zip([0, *sorted(cuts)], [*sorted(cuts), WHOLE], strict=True)
    ]
)


@given(total=AMOUNTS, count=some.integers(1, 12))
def test_equal_parts_always_add_up_and_differ_by_less_than_their_number(total: int, count: int):
    parts = plan._divided(total, count, None)
    assert sum(parts) == total
    assert max(parts) - min(parts) < count


@given(total=AMOUNTS, shares=SHARES)
def test_custom_shares_always_add_up(total: int, shares: list[int]):
    parts = plan._divided(total, len(shares), shares)
    assert sum(parts) == total
    assert all(
        abs(part - total * share / WHOLE) <= max(len(shares), total * 1e-12)
        for part, share in zip(parts, shares, strict=True)
    )


@given(
    price=some.integers(0, 10**15),
    signing=some.integers(0, WHOLE),
    dated=some.integers(0, WHOLE),
)
def test_what_the_triggers_bill_is_the_price_exactly(price: int, signing: int, dated: int):
    dated = min(dated, WHOLE - signing)
    billing = Billing(signing, dated, date(2027, 1, 1) if dated else None)
    triggers = [
        Trigger(id=number, kind=kind, share=share, position=number)
        for number, (kind, share, *_rest) in enumerate(billing.rows())
    ]
    milestone = Milestone(price=price)
    milestone.triggers = triggers
    amounts = trigger_amounts(milestone)
    assert sum(amounts.values()) == price
    assert min(amounts.values()) >= 0
