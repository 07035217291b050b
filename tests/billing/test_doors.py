"""The door of a link: one query whose text is built once, right on both databases."""

from datetime import timedelta

import pytest

from billing.people import doors, links
from models import Link, Project, db, write
from models.once import Once
from tests import cast as the
from tests.queries import counted

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]


def linked(cast):
    with write(cast.project):
        return links.for_contact(cast.project, cast.contact, the.NOW)


def test_a_door_says_what_the_rows_say():
    cast = the.active()
    link = linked(cast)
    with counted() as queries:
        door = doors.at(link.key)
    assert len(queries) == 1
    assert (door.id, door.key, door.generation) == (link.id, link.key, 1)
    assert (door.expires_at, door.revoked_at) == (None, None)
    assert door.version == Project.get_by_id(cast.project.id).version
    assert (door.language, door.zone) == ("en", "America/New_York")


def test_a_link_brings_whose_it_is():
    cast = the.active()
    key = linked(cast).key
    with counted() as queries:
        link = doors.link(key)
        assert link.project.client.id == cast.project.client_id
        assert link.contact == cast.contact
    assert len(queries) == 1
    assert link == Link.get(Link.key == key)
    assert doors.link("nothing") is None


def test_times_come_as_times_and_decide():
    cast = the.active()
    link = linked(cast)
    later = the.NOW + timedelta(days=1, microseconds=5)
    Link.update(expires_at=later).where(Link.id == link.id).execute()
    door = doors.at(link.key)
    assert door.expires_at == later
    token = links.token(link, b"secret")
    assert links.opens(door, token, b"secret", the.NOW)
    assert not links.opens(door, token, b"secret", later)
    links.revoke(link, cast.owner, the.NOW)
    assert not links.opens(doors.at(link.key), token, b"secret", the.NOW)


def test_no_link_no_door():
    assert doors.at("nothing") is None
    assert doors.at("' OR 1=1 --") is None


def test_each_value_is_bound_anew_and_beside_constants():
    one, two = the.owner(), the.owner()
    first, second = the.project(one), the.project(two)
    query = Once(
        lambda owner, state: Project.select(Project.id, Project.prices_gross).where(
            Project.owner == owner, Project.title == "Content strategy", Project.state == state
        ),
    )
    assert query.first(one.id, "draft") == (first.id, False)
    assert query.first(two.id, "draft") == (second.id, False)
    assert query.first(two.id, "active") is None
    assert db.execute_sql("SELECT 1").fetchone()[0] == 1
