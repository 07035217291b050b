"""Queries built once: the same rows, models and changes as peewee's, with values bound anew."""

from datetime import date, timedelta

import pytest
from peewee import JOIN

from models import Client, Delivery, Invoice, Milestone, Project, db
from models.once import Once
from tests import cast as the
from tests.queries import counted

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

DUE = Once(
    lambda project, day: (
        Milestone.select(Milestone, Project, Client)
        .join(Project)
        .join(Client)
        .where(Milestone.project == project, Milestone.due_on <= day, Milestone.price > 0)
        .order_by(Milestone.id)
    )
)


def plain(row):
    return {**row.__data__, "_dirty": row.dirty_fields}


def test_models_are_those_that_peewee_makes():
    project = the.project(the.owner(), the.terms(), the.terms(title="Second"))
    for _ in range(2):
        with counted() as queries:
            rows = DUE.models(project.id, date(2027, 1, 1))
            assert rows[0].project.client.name == "Cleo GmbH"
        assert len(queries) == 1
        assert [plain(row) for row in rows] == [
            plain(row) for row in Milestone.live(project).order_by(Milestone.id)
        ]
        assert plain(rows[0].project) == plain(Project.get_by_id(project.id))
    assert DUE.models(project.id, date(2020, 1, 1)) == []


def test_one_model_or_none():
    project = the.project(the.owner())
    assert DUE.model(project.id, date(2027, 1, 1)).id == Milestone.get().id
    assert DUE.model(0, date(2027, 1, 1)) is None


def test_what_is_joined_but_not_there_stays_away():
    owner = the.owner()
    cast = the.offered(of=owner)
    first = Once(
        lambda key: (
            Delivery.select(Delivery, Project)
            .join(Project, JOIN.LEFT_OUTER)
            .where(Delivery.kind == key)
        )
    )
    Delivery.insert(
        owner=owner, channel="mail", kind="lone", key="k", created_at=the.NOW, due_at=the.NOW
    ).execute()
    with counted() as queries:
        assert first.model("lone").project is None
        assert first.model("agreement_sent").project.title == cast.project.title
    assert len(queries) == 2


def test_rows_come_in_the_columns_own_types():
    project = the.project(the.owner())
    query = Once(
        lambda project: Milestone.select(Milestone.due_on, Milestone.deleted_at).where(
            Milestone.project == project
        )
    )
    assert query.rows(project.id) == [(date(2026, 12, 15), None)]
    assert query.first(project.id) == (date(2026, 12, 15), None)
    assert query.rows(0) == []


def test_a_change_says_how_many_rows_it_met_and_stores_as_the_column_does():
    project = the.project(the.owner(), the.terms(), the.terms())
    move = Once(
        lambda project, deleted_at, due_on: Milestone.update(
            deleted_at=deleted_at, due_on=due_on, turn=Milestone.turn + 1
        ).where(Milestone.project == project)
    )
    later = the.NOW + timedelta(microseconds=5)
    assert move.run(project.id, later, date(2027, 2, 3)) == 2
    row = Milestone.get(Milestone.project == project.id)
    assert (row.deleted_at, row.due_on, row.turn) == (later, date(2027, 2, 3), 1)
    assert move.run(project.id, None, None) == 2
    assert Milestone.get(Milestone.project == project.id).deleted_at is None
    assert move.run(0, None, None) == 0


def test_a_row_by_its_id_is_the_row():
    project = the.project(the.owner())
    one, other = Project.get_by_id(project.id), Project.get(Project.id == project.id)
    assert one == other and one is not other
    assert plain(one) == plain(other) == plain(Project.select().get())
    assert Milestone.get(Milestone.project == project.id).project.title == project.title
    with counted() as queries:
        assert Client.get_or_none(Client.id == 0) is None
        with pytest.raises(Client.DoesNotExist):
            Client.get_by_id(0)
    assert len(queries) == 2
    assert Client.get(Client.id == Client.select(Client.id)).id == project.client_id
    assert Client.get(id=project.client_id).id == project.client_id


def test_nothing_bound_becomes_sql():
    query = Once(lambda number: Invoice.select(Invoice.id).where(Invoice.number == number))
    assert query.first("' OR 1=1 --") is None
    assert db.execute_sql("SELECT 1").fetchone()[0] == 1


def test_what_a_write_gives_back_is_in_the_types_of_its_columns():
    project = the.project(the.owner(), the.terms(), the.terms(title="Second"))
    later = Once(
        lambda of, day: (
            Milestone.update(due_on=day)
            .where(Milestone.project == of)
            .returning(Milestone.title, Milestone.due_on)
        )
    )
    day = date(2027, 3, 1)
    assert sorted(later.rows(project.id, day)) == [
        ("Second", day),
        ("Strategy document approved", day),
    ]
    assert later.rows(0, day) == []


def test_any_number_of_values_where_it_is_said_how_many():
    first, second, third = Milestone.live(
        the.project(the.owner(), the.terms(), the.terms(), the.terms())
    )
    named = Once(
        lambda title, *rows: Milestone.update(title=title).where(Milestone.id.in_(rows)), slots=3
    )
    assert named.run("Named", first.id, third.id) == 2
    assert [row.title for row in Milestone.live(first.project)] == ["Named", second.title, "Named"]
