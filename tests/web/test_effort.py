"""The owner's own time: timed and typed, on its own page and folded on a project's."""

import pytest

from billing.outcomes import effort
from models import Effort
from tests import cast as the
from tests.cast import NOW


@pytest.fixture
def cast(alice):
    return the.active(the.terms(), the.terms(title="Campaign launched"), of=alice)


def typed(cast, **changes):
    fields = {"milestone": cast.milestone.id, "time": "1:30", "worked_on": NOW.date().isoformat()}
    return {**fields, "note": "at night", "key": "k1", **changes}


def test_time_is_written_down_corrected_and_deleted(signed_in, cast):
    assert "Write down time" in signed_in.get("/effort").text
    signed_in.post("/effort", typed(cast))
    signed_in.post("/effort", typed(cast))
    page = signed_in.get("/effort").text
    assert page.count("at night") == 1 and "1:30" in page
    piece = Effort.get()
    assert 'value="1:30"' in signed_in.get(f"/effort/{piece.id}").text
    signed_in.post(f"/effort/{piece.id}", typed(cast, time="2,25", note="by day"))
    assert Effort.get().seconds == 8100
    signed_in.post(f"/effort/{piece.id}/deletion")
    assert Effort.select().count() == 0


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"time": "soon"}, "“soon” is not a time."),
        ({"time": "25"}, "A day has 24 hours."),
        ({"time": ""}, "Write how long you worked."),
        ({"worked_on": "2999-01-01"}, "This day has not come yet."),
        ({"worked_on": "0026-11-28"}, "more than 10 years ago"),
        ({"worked_on": "x"}, "Write the date like"),
        ({"milestone": "0"}, "Not a valid choice"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_it(signed_in, cast, changes, told):
    page = signed_in.post("/effort", typed(cast, **changes), 422).text
    assert told in page and "at night" in page
    assert Effort.select().count() == 0


def test_a_timer_runs_while_the_page_is_closed(signed_in, cast, frozen):
    project = f"/projects/{cast.project.id}"
    assert "a timer is running" not in signed_in.get(project).text
    signed_in.post(f"/effort/timer/{cast.milestone.id}?to=project")
    assert "a timer is running" in signed_in.get(project).text
    frozen(the.later(minutes=50))
    assert "0:50 hours" in signed_in.get("/effort").text
    answer = signed_in.post("/effort/stop?to=project")
    assert answer.location.endswith(f"{project}#effort")
    page = signed_in.get(project).text
    assert "a timer is running" not in page and "0:50 hours" in page


def test_a_kept_page_of_a_project_shows_each_change_of_effort(signed_in, cast, alice):
    project = f"/projects/{cast.project.id}"
    signed_in.get(project)
    piece = effort.add(cast.milestone, effort.Work(NOW.date(), 7260), alice, NOW, "k")
    assert "2:01 hours" in signed_in.get(project).text
    work = effort.Work(NOW.date(), 7320)
    effort.revise(piece, cast.milestone, work, alice, the.later(seconds=1))
    assert "2:02 hours" in signed_in.get(project).text
    effort.remove(piece)
    assert "2:02 hours" not in signed_in.get(project).text


def test_a_timer_left_running_asks_how_much_was_work(signed_in, cast, frozen):
    signed_in.post(f"/effort/timer/{cast.milestone.id}")
    frozen(the.later(hours=14))
    assert "How much of it was work" in signed_in.get("/effort").text
    page = signed_in.post("/effort/stop", status=422).text
    assert "The timer ran for 14:00 hours. Say how much of it was work." in page
    signed_in.post("/effort/stop", {"worked": "2h", "remark": ""})
    assert Effort.get().seconds == 7200
    signed_in.post("/effort/stop")


def test_a_second_timer_is_refused_in_words(signed_in, cast, frozen):
    signed_in.post(f"/effort/timer/{cast.milestone.id}")
    page = signed_in.follow(signed_in.post(f"/effort/timer/{cast.milestones[1].id}")).text
    assert "Stop that one first." in page and "Stop the timer" in page
    assert signed_in.get(f"/effort/{Effort.get().id}", 404)
    page = signed_in.follow(signed_in.post("/effort/stop")).text
    assert "Less than a minute was written down." in page
