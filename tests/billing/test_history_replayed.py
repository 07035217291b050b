"""The history replayed: what its events lead to is what is stored, and what differs is named."""

import pytest

from billing import checking
from billing.accepting import reviews, undoing
from billing.checking import replay
from billing.checking.history import History
from billing.checking.replay import Replayed
from billing.disputing import withdrawing
from models import Business, Milestone, Project
from tests import cast as the
from tests.cast import NOW, later
from tests.disputes import NOTHING, handed_over, offered, opened, take

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]


def replayed(cast):
    return replay.replay(History(Project.get_by_id(cast.project.id)))


def agrees(cast):
    found = replayed(cast)
    assert found.project[0] == Project.get_by_id(cast.project.id).state
    assert found.milestones == {row.id: row.state for row in cast.milestones}
    assert found.invoices == {row.id: row.state for row in cast.invoices}


def test_every_step_of_a_review_and_a_dispute_is_told():
    cast = handed_over("One", "Two", "Three")
    Business.update(undo_minutes=30).where(Business.owner == cast.owner.id).execute()
    agrees(cast)
    first = cast.milestone.criteria[0].id
    reviews.accept(cast.milestone, cast.contact, NOW, met=[first])
    agrees(cast)
    undoing.undo(cast.milestone, cast.contact, later(minutes=1))
    assert replayed(cast).milestones[cast.milestone.id] == "submitted"
    assert "gone" in replayed(cast).invoices.values(), "of what was drafted nothing is left"
    withdrawing.withdraw(opened(cast, 1, by=cast.owner), cast.owner, later(minutes=2))
    assert replayed(cast).milestones[cast.milestone.id] == "submitted"
    take(offered(opened(cast, 0, 1, 2), cast.owner, NOTHING, NOTHING, NOTHING), cast.contact)
    assert replayed(cast).milestones[cast.milestone.id] == "cancelled"
    assert checking.problems() == []


def test_a_state_that_no_event_led_to_is_named():
    cast = the.submitted()
    Milestone.update(state="cancelled").where(Milestone.id == cast.milestone.id).execute()
    named = f"milestone {cast.milestone.id}: it is cancelled, but its events lead to submitted"
    assert named in checking.problems()
    Project.update(state="closed").where(Project.id == cast.project.id).execute()
    named = f"project {cast.project.id}: it is closed, but its events lead to active"
    assert named in checking.problems()


def test_of_what_an_earlier_release_did_not_say_nothing_is_concluded():
    found = Replayed()
    found.add("milestone.submitted", {"milestone": 1})
    found.add("milestone.acceptance_undone", {"milestone": 1})
    assert found.milestones == {1: None}
