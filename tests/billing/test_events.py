"""The chain of events: each holds the hash of the one before, and nothing slips in or out."""

import json
from hashlib import sha256

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from billing import events
from billing.actors import CLOCK
from models import Event, EventText, Project, User, write
from tests import cast as the
from tests.cast import NOW, later
from tests.properties import stateful
from tests.tampering import lift_guards, put, take_away

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]


def _told(project: Project, titles: list[str]) -> list[Event]:
    with write(project):
        for title in titles:
            events.record("milestone.started", project, CLOCK, NOW, **_facts(title))
    return _chain(project)


def _facts(title: str) -> dict[str, object]:
    return {"milestone": 1, "title": title, "overridden": False}


def _chain(project: Project) -> list[Event]:
    return list(Event.select().where(Event.project == project.id).order_by(Event.seq))


def test_each_event_holds_the_hash_of_the_one_before():
    chain = _chain(the.submitted().project)
    previous = ""
    for seq, event in enumerate(chain, 1):
        body = json.loads(event.body)
        assert (event.seq, body["seq"], body["prev"]) == (seq, seq, previous)
        assert event.body == rfc8785.dumps(body).decode()
        # Spelled out, so that anybody can recompute the chain without this program.
        assert event.hash == sha256(b"milepost-event-v1\0" + event.body.encode()).hexdigest()
        previous = event.hash


def test_two_projects_have_chains_of_their_own():
    owner = the.owner()
    first, second = the.project(owner), the.project(owner)
    _told(first, ["a", "b"])
    assert [event.seq for event in _chain(second)] == [1]
    assert events.broken_link(first) is None and events.broken_link(second) is None


@pytest.fixture
def unguarded(database: object) -> User:
    """An owner in a database without guards."""
    lift_guards()
    return the.owner()


@stateful
@given(st.lists(st.text(max_size=20).filter(str.isprintable), min_size=2, max_size=6), st.data())
def test_whatever_is_changed_the_first_event_that_does_not_fit_is_named(unguarded, titles, data):
    project = the.project(unguarded)
    chain = _told(project, titles)
    assert events.broken_link(project) is None
    event = data.draw(st.sampled_from(chain), "event")
    last = event.seq == len(chain)
    way = data.draw(st.sampled_from(["body", "hash", "rewrite", "renumber", "remove"]), "way")
    broken_at = event.seq
    if way == "body":
        put(event, body=event.body.replace("false", "true").replace("project", "protect"))
    elif way == "hash":
        put(event, hash="0" * 64)
    elif way == "renumber":
        put(event, seq=event.seq + 1000)
    elif way == "remove":
        take_away(event)
    else:
        body = {**json.loads(event.body), "at": "2020-01-01T00:00:00.000000Z"}
        canonical = rfc8785.dumps(body)
        put(event, body=canonical.decode(), hash=events.chained(canonical))
        broken_at += 1
    if last and way in ("remove", "rewrite"):
        # Only what stands beside the chain can tell: see the check.
        assert events.broken_link(project) is None
    else:
        assert events.broken_link(project) == broken_at


def test_two_events_that_change_places_are_noticed():
    lift_guards()
    project = the.project(the.owner())
    _created, second, third = _told(project, ["b", "c"])
    put(second, seq=99)
    put(third, seq=2)
    put(second, seq=3)
    assert events.broken_link(project) == 2


def test_an_event_carries_what_its_kind_declares():
    project = the.project(the.owner())
    with pytest.raises(TypeError, match="carries"), write(project):
        events.record("milestone.started", project, CLOCK, NOW, milestone=1)
    with pytest.raises(KeyError), write(project):
        events.record("milestone.invented", project, CLOCK, NOW)
    assert len(_chain(project)) == 1


def test_what_is_rolled_back_was_never_told():
    project = the.project(the.owner())
    version = Project.get_by_id(project.id).version
    with pytest.raises(RuntimeError), write(project):
        events.record("milestone.started", project, CLOCK, NOW, **_facts("b"))
        raise RuntimeError
    assert len(_chain(project)) == 1
    assert Project.get_by_id(project.id).version == version


def test_every_event_raises_the_projects_version():
    project = the.project(the.owner())
    before = Project.get_by_id(project.id).version
    _told(project, ["b", "c"])
    assert Project.get_by_id(project.id).version == before + 2


def test_personal_text_is_only_hashed_and_can_be_erased():
    cast = the.active()
    [signed] = [e for e in _chain(cast.project) if '"agreement.client_signed"' in e.body]
    text = EventText.get(EventText.event == signed.id)
    assert text.text == "Cleo Zając" and "Cleo" not in signed.body
    assert json.loads(signed.body)["facts"]["name"] == {
        "sha256": sha256((text.salt + text.text).encode()).hexdigest()
    }
    EventText.delete().where(EventText.event == signed.id).execute()
    assert events.broken_link(cast.project) is None
    shown = next(each for each in events.history(cast.project) if each.seq == signed.seq)
    assert shown.facts["name"] == ""


def test_the_same_text_is_hashed_differently_each_time():
    first, second = the.active(), the.active()
    hashes = {
        json.loads(event.body)["facts"]["name"]["sha256"]
        for cast in (first, second)
        for event in _chain(cast.project)
        if '"agreement.client_signed"' in event.body
    }
    assert len(hashes) == 2


def test_history_is_the_newest_first_and_says_who():
    cast = the.submitted()
    told = events.history(cast.project)
    assert [each.seq for each in told] == sorted((each.seq for each in told), reverse=True)
    assert told[0].kind == "milestone.submitted" and told[0].party == "owner"
    # The clock's: the seal, and what it puts in force.
    assert {each.party for each in told} == {"owner", "client", "clock"}
    assert told[0].at == NOW


def test_the_chain_keeps_its_order_when_the_clock_is_set_back():
    project = the.project(the.owner())
    with write(project):
        events.record("milestone.started", project, CLOCK, later(days=-2), **_facts("b"))
    assert events.broken_link(project) is None
    assert events.history(project)[0].at == later(days=-2)


def test_the_head_of_the_chain_is_found_by_its_facts():
    cast = the.submitted()
    chain = _chain(cast.project)
    assert events.hash_of(cast.project, "milestone.submitted", round=1) == chain[-1].hash
    with pytest.raises(LookupError):
        events.hash_of(cast.project, "milestone.submitted", round=2)
