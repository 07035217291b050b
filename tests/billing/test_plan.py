"""The plan: rows saved as typed, moved, deleted and brought back, and totals split to the cent."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from billing.planning import plan
from billing.planning.terms import WHOLE, Billing, PriceBelowZero, ShareMissing, Terms, terms_of
from billing.refusals import (
    DateMissing,
    EditedElsewhere,
    PlanLocked,
    SharesDoNotAddUp,
)
from models import Criterion, Milestone, Project, Trigger, TriggerDelivery
from tests import cast as the
from tests.cast import NOW
from tests.properties import stateful

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]


def a_project(*planned: Terms) -> Project:
    return the.project(the.owner(), *planned)


def rows(project: Project) -> list[Milestone]:
    return list(Milestone.live(project))


def titles(project: Project) -> list[str]:
    return [row.title for row in rows(project)]


def named(*names: str) -> list[Terms]:
    return [the.terms(title=name) for name in names]


# Saving a row


def test_what_is_typed_is_what_is_stored():
    [row] = rows(a_project())
    typed = Terms(
        title="Łódź launched",
        deliverable="A site\nin two languages",
        criteria=("Loads in a second", "Đường is spelled right"),
        price=120_050,
        due_on=date(2027, 1, 31),
        review_days=3,
        rounds=0,
        billing=Billing(3000, 2000, date(2027, 1, 1), TriggerDelivery.DRAFT),
    )
    assert plan.revise(row, typed, 0) == 1
    assert terms_of(Milestone.get_by_id(row.id)) == typed


def test_a_blank_row_is_a_draft_and_no_mistake():
    project = a_project()
    row = plan.add(project, Terms())
    assert terms_of(row) == Terms()
    assert row.price is None


def test_an_add_repeated_with_its_key_is_the_same_row():
    project = a_project()
    first = plan.add(project, Terms(), key="page-1")
    assert plan.add(project, Terms(), key="page-1").id == first.id
    assert plan.add(project, Terms(), key="page-2").id != first.id
    assert len(rows(project)) == 3


def test_two_projects_may_use_the_same_key():
    one, other = a_project(), a_project()
    assert plan.add(one, key="k").id != plan.add(other, key="k").id


def test_criteria_whose_words_did_not_change_keep_their_rows():
    [row] = rows(a_project(the.terms(criteria=("A", "B", "C"))))
    before = {each.text: each.id for each in row.criteria}
    plan.revise(row, the.terms(criteria=("C", "A", "New")), 0)
    after = Criterion.select().where(Criterion.milestone == row.id).order_by(Criterion.position)
    assert [each.text for each in after] == ["C", "A", "New"]
    assert {each.text: each.id for each in after if each.text != "New"} == {
        "A": before["A"],
        "C": before["C"],
    }


def test_the_same_words_twice_are_two_criteria():
    [row] = rows(a_project(the.terms(criteria=("A", "A"))))
    plan.revise(row, the.terms(criteria=("A", "A", "A")), 0)
    assert terms_of(row).criteria == ("A", "A", "A")


def test_triggers_keep_their_rows_while_their_shares_change():
    [row] = rows(a_project(the.terms(billing=Billing(signing_share=3000))))
    before = {each.kind: each.id for each in row.triggers}
    plan.revise(row, the.terms(billing=Billing(signing_share=5000)), 0)
    after = {each.kind: (each.id, each.share) for each in Trigger.select()}
    assert after == {kind: (identity, 5000) for kind, identity in before.items()}


def test_acceptance_takes_what_is_left_and_nothing_when_nothing_is():
    assert [row[:2] for row in Billing(3000).rows()] == [
        ("on_signing", 3000),
        ("on_acceptance", 7000),
    ]
    assert [row[0] for row in Billing(WHOLE).rows()] == ["on_signing"]


@pytest.mark.parametrize(
    ("billing", "refusal"),
    [
        (Billing(signing_share=10001), SharesDoNotAddUp),
        (Billing(signing_share=-1), SharesDoNotAddUp),
        (Billing(6000, 5000, date(2027, 1, 1)), SharesDoNotAddUp),
        (Billing(date_share=1000), DateMissing),
        (Billing(billed_on=date(2027, 1, 1)), ShareMissing),
    ],
)
def test_shares_that_cannot_be_are_refused(billing: Billing, refusal: type[Exception]):
    [row] = rows(a_project())
    with pytest.raises(refusal):
        plan.revise(row, the.terms(billing=billing), 0)


def test_a_price_below_zero_is_refused():
    [row] = rows(a_project())
    with pytest.raises(PriceBelowZero):
        plan.revise(row, the.terms(price=-1), 0)


def test_saving_what_is_stored_is_no_change():
    [row] = rows(a_project())
    version = Project.get().version
    assert plan.revise(row, the.terms(), 0) == 0
    assert Project.get().version == version


def test_how_a_share_of_nothing_is_delivered_changes_nothing():
    [row] = rows(a_project())
    quiet = Billing(signing_delivery=TriggerDelivery.DRAFT)
    assert plan.revise(row, the.terms(billing=quiet), 0) == 0


# Two pages on one row


def test_another_page_that_saved_something_else_is_not_overwritten():
    [row] = rows(a_project())
    plan.revise(row, the.terms(title="Theirs"), 0, tab="theirs", turn=1)
    with pytest.raises(EditedElsewhere) as refused:
        plan.revise(row, the.terms(title="Mine"), 0, tab="mine", turn=1)
    assert refused.value.facts["theirs"].title == "Theirs"
    assert plan.revise(row, the.terms(title="Mine"), refused.value.facts["revision"]) == 2


def test_two_pages_that_typed_the_same_agree():
    [row] = rows(a_project())
    plan.revise(row, the.terms(title="Same"), 0, tab="theirs", turn=1)
    assert plan.revise(row, the.terms(title="Same"), 0, tab="mine", turn=1) == 1


def test_a_save_repeated_after_its_answer_was_lost_is_no_conflict():
    [row] = rows(a_project())
    plan.revise(row, the.terms(title="Typed"), 0, tab="mine", turn=1)
    assert plan.revise(row, the.terms(title="Typed"), 0, tab="mine", turn=2) == 1


def test_typing_that_went_on_after_a_lost_answer_follows_itself():
    [row] = rows(a_project())
    plan.revise(row, the.terms(title="Typ"), 0, tab="mine", turn=1)
    assert plan.revise(row, the.terms(title="Typed"), 0, tab="mine", turn=2) == 2
    assert terms_of(row).title == "Strategy document approved"
    assert Milestone.get_by_id(row.id).title == "Typed"


def test_a_page_follows_itself_only_while_nobody_else_saved():
    [row] = rows(a_project())
    plan.revise(row, the.terms(title="Typ"), 0, tab="mine", turn=1)
    plan.revise(row, the.terms(title="Theirs"), 1, tab="theirs", turn=1)
    with pytest.raises(EditedElsewhere):
        plan.revise(row, the.terms(title="Typed"), 0, tab="mine", turn=2)


def test_a_save_that_arrives_after_a_later_one_changes_nothing():
    [row] = rows(a_project())
    plan.revise(row, the.terms(title="Typed"), 0, tab="mine", turn=2)
    assert plan.revise(row, the.terms(title="Typ"), 0, tab="mine", turn=1) == 1
    assert Milestone.get_by_id(row.id).title == "Typed"


def test_nor_when_the_later_one_changed_nothing_either():
    [row] = rows(a_project())
    plan.revise(row, the.terms(), 0, tab="mine", turn=2)
    plan.revise(row, the.terms(title="Late"), 0, tab="mine", turn=1)
    assert Milestone.get_by_id(row.id).title == the.terms().title


def test_a_split_counts_as_another_hand():
    [row] = rows(project := a_project())
    plan.revise(row, the.terms(title="Typ"), 0, tab="mine", turn=1)
    plan.split(project, 100)
    with pytest.raises(EditedElsewhere):
        plan.revise(row, the.terms(title="Typed"), 1, tab="mine", turn=2)


# Order, deletion, locking


def test_rows_are_placed_and_stepped():
    project = a_project(*named("A", "B", "C"))
    _, _, c = rows(project)
    plan.place(c, 0)
    assert titles(project) == ["C", "A", "B"]
    plan.step(c, 1)
    assert titles(project) == ["A", "C", "B"]
    plan.step(c, -1)
    plan.step(c, -1)
    assert titles(project) == ["C", "A", "B"]
    plan.place(c, 99)
    assert titles(project) == ["A", "B", "C"]


def test_a_deleted_row_comes_back_where_it_was():
    project = a_project(*named("A", "B", "C"))
    b = rows(project)[1]
    plan.delete(b, NOW)
    assert titles(project) == ["A", "C"]
    assert [row.title for row in Milestone.deleted(project)] == ["B"]
    plan.restore(b)
    assert titles(project) == ["A", "B", "C"]
    assert not list(Milestone.deleted(project))


def test_a_plan_that_was_sent_is_locked():
    cast = the.offered()
    milestone = cast.milestone
    for deed in (
        lambda: plan.add(cast.project),
        lambda: plan.revise(milestone, the.terms(title="Other"), 0),
        lambda: plan.place(milestone, 0),
        lambda: plan.step(milestone, 1),
        lambda: plan.delete(milestone, NOW),
        lambda: plan.restore(milestone),
        lambda: plan.split(cast.project, 100),
    ):
        with pytest.raises(PlanLocked):
            deed()


@given(
    text=some.lists(some.text(min_size=1, max_size=8).map(str.strip).filter(bool), max_size=5),
    again=some.lists(some.text(min_size=1, max_size=8).map(str.strip).filter(bool), max_size=5),
)
@stateful
def test_any_list_of_criteria_replaces_any_other(text: list[str], again: list[str]):
    text, again = ([each.replace("\x00", "?") for each in each_list] for each_list in (text, again))
    row = plan.add(a_project(), the.terms(criteria=tuple(text)))
    typed = replace(the.terms(), criteria=tuple(again))
    plan.revise(row, typed, 0)
    assert terms_of(Milestone.get_by_id(row.id)) == typed
