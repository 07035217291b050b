"""The hub: whoever listens is told of every change, and nobody is left waiting."""

import time
from threading import Thread, current_thread

import pytest

from billing import events
from billing.reading import live
from billing.reading.live import Full, Hub
from models import Project, write
from tests import cast as the

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]


@pytest.fixture
def project():
    return the.project(the.owner())


@pytest.fixture
def hub():
    made = Hub(most=2, beat=30)
    yield made
    made.close()


def always() -> bool:
    return True


def touched(project: Project) -> int:
    with write(project):
        events.touch(project)
    return live.version(live.project(project.id))


def heard(listener, version):
    """Wait until a listener is told this version."""
    found = []

    def listen() -> None:
        while found[-1:] not in ([version], [None]):
            found.append(listener.wait())

    thread = Thread(target=listen, daemon=True)
    thread.start()
    thread.join(30)
    assert found[-1:] == [version], found


def test_the_present_version_is_told_first_and_then_every_other(hub, project):
    listener = hub.join(live.project(project.id), always)
    heard(listener, live.version(live.project(project.id)))
    for _ in range(3):
        heard(listener, touched(project))


def test_a_change_that_is_told_while_one_joins_is_not_taken_back(hub, project, monkeypatch):
    version = live.version

    def late(topic):
        monkeypatch.setattr(live, "version", version)
        seen = version(topic)
        touched(project)
        hub.turn(True, time.monotonic())
        return seen

    before = version(live.project(project.id))
    monkeypatch.setattr(live, "version", late)
    # Nobody watches beside this test.
    hub._thread = current_thread()
    listener = hub.join(live.project(project.id), always)
    hub._thread = None
    assert listener.wait() == before + 1


def test_an_owner_hears_of_all_their_projects(hub, project):
    listener = hub.join(live.owner(project.owner_id), always)
    before = live.version(live.owner(project.owner_id))
    heard(listener, before)
    touched(project)
    heard(listener, before + 1)


def test_beyond_the_most_nobody_is_let_in(hub, project):
    first = hub.join(live.project(project.id), always)
    hub.join(live.project(project.id), always)
    with pytest.raises(Full):
        hub.join(live.project(project.id), always)
    hub.leave(first)
    hub.leave(first)
    hub.join(live.project(project.id), always)
    assert len(hub) == 2


def test_who_may_no_longer_listen_hears_the_end_and_not_the_change(hub, project):
    may = [True]
    listener = hub.join(live.project(project.id), lambda: may[0])
    heard(listener, live.version(live.project(project.id)))
    may[0] = False
    touched(project)
    heard(listener, None)
    assert len(hub) == 0


def test_a_beat_tells_the_version_again_and_asks_whether_one_may_listen(project):
    hub, may = Hub(beat=0.3), [True]
    listener = hub.join(live.project(project.id), lambda: may[0])
    version = live.version(live.project(project.id))
    for _ in range(3):
        heard(listener, version)
    may[0] = False
    heard(listener, None)
    hub.close()


def test_closing_ends_everybody_and_lets_nobody_in(hub, project):
    listener = hub.join(live.project(project.id), always)
    hub.close()
    assert listener.wait() is None
    with pytest.raises(Full):
        hub.join(live.project(project.id), always)


def test_the_thread_ends_with_the_last_listener_and_starts_with_the_next(hub, project):
    hub.leave(hub.join(live.project(project.id), always))
    until = time.monotonic() + 30
    while hub._thread is not None and time.monotonic() < until:
        time.sleep(0.02)
    assert hub._thread is None
    heard(hub.join(live.project(project.id), always), touched(project))


def test_a_slow_reader_hears_the_newest_alone():
    listener = live.Listener(live.project(1), always, 0)
    for version in (1, 2, 3):
        listener.tell(version)
    assert listener.wait() == 3
    listener.end()
    assert listener.wait() is None
