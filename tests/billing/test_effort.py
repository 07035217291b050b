"""Private effort: one timer at a time, a long gap asked about, time typed once."""

from datetime import timedelta

import pytest

from billing.outcomes import effort
from billing.outcomes.effort import Work
from billing.paying import money_days
from models import Effort, Event, Project
from tests import cast as the
from tests.cast import NOW

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

HOUR = 3600


@pytest.fixture
def cast():
    return the.active(the.terms(), the.terms(title="Campaign launched"))


def at(**delta):
    return NOW + timedelta(**delta)


def test_a_timer_counts_the_time_between(cast):
    effort.start(cast.milestone, cast.owner, NOW)
    assert effort.running(cast.owner).milestone == cast.milestone
    stopped = effort.stop(cast.owner, at(hours=1, seconds=5), note="first draft")
    assert (stopped.seconds, stopped.note, stopped.worked_on) == (
        HOUR + 5,
        "first draft",
        NOW.date(),
    )
    with pytest.raises(effort.NoTimerRuns):
        effort.stop(cast.owner, at(hours=2))


def test_one_timer_runs_at_a_time(cast):
    first = effort.start(cast.milestone, cast.owner, NOW)
    assert effort.start(cast.milestone, cast.owner, at(minutes=1)) == first, "a second click"
    with pytest.raises(effort.AnotherTimerRuns):
        effort.start(cast.milestones[1], cast.owner, at(minutes=2))
    another = the.active()
    effort.start(another.milestone, another.owner, NOW)
    assert Effort.select().count() == 2


def test_after_a_long_gap_it_is_asked_how_much_was_work(cast):
    effort.start(cast.milestone, cast.owner, NOW)
    with pytest.raises(effort.HowMuchWasWork) as refused:
        effort.stop(cast.owner, at(hours=30, minutes=5))
    assert refused.value.facts == {"hours": "30:05"}
    with pytest.raises(effort.MoreThanRan):
        effort.stop(cast.owner, at(hours=5), worked=6 * HOUR)
    assert effort.stop(cast.owner, at(hours=30), worked=2 * HOUR).seconds == 2 * HOUR


def test_a_timer_may_be_thrown_away(cast):
    piece = effort.start(cast.milestone, cast.owner, NOW)
    effort.remove(piece)
    effort.remove(piece)
    assert effort.running(cast.owner) is None


def test_typed_time_is_kept_once_corrected_and_forgotten(cast):
    work = Work(NOW.date(), 90 * 60, "notes")
    piece = effort.add(cast.milestone, work, cast.owner, NOW, "a")
    assert effort.add(cast.milestone, work, cast.owner, NOW, "a") == piece
    later = Work(NOW.date() - timedelta(days=1), 2 * HOUR)
    effort.revise(piece, cast.milestones[1], later, cast.owner, at(minutes=1))
    [kept] = effort.latest(cast.owner, 10)
    assert (kept.milestone, kept.seconds, kept.note) == (cast.milestones[1], 2 * HOUR, "")
    assert effort.seconds_by_milestone(effort.of_project(cast.project)) == {
        cast.milestones[1].id: 2 * HOUR
    }
    effort.remove(piece)
    assert effort.latest(cast.owner, 10) == []


def test_a_day_to_come_and_a_running_timer_are_not_corrected(cast):
    tomorrow = Work(NOW.date() + timedelta(days=2), HOUR)
    with pytest.raises(money_days.DayToCome):
        effort.add(cast.milestone, tomorrow, cast.owner, NOW, "b")
    piece = effort.start(cast.milestone, cast.owner, NOW)
    with pytest.raises(effort.TimerStillRuns):
        effort.revise(piece, cast.milestone, Work(NOW.date(), HOUR), cast.owner, NOW)


def test_it_is_no_part_of_what_happened_in_the_project(cast):
    before = Event.select().count(), Project.get_by_id(cast.project.id).version
    effort.start(cast.milestone, cast.owner, NOW)
    effort.stop(cast.owner, at(hours=1))
    effort.add(cast.milestone, Work(NOW.date(), HOUR), cast.owner, NOW, "c")
    assert (Event.select().count(), Project.get_by_id(cast.project.id).version) == before
