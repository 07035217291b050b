"""Lists of columns that are written once: letter for letter what peewee writes."""

import pytest
from peewee import JOIN, ModelSelect, fn

from models import TABLES, Client, Invoice, Milestone, Payment, Project
from models.columns import Selected

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]


def both(build, monkeypatch):
    """The SQL of a query as we write it, twice, and as peewee does."""
    ours = [build().sql(), build().sql()]
    monkeypatch.setattr(Selected, "__sql_selection__", ModelSelect.__sql_selection__)
    return *ours, build().sql()


def with_paid():
    paid = Payment.select(fn.SUM(Payment.amount)).where(Payment.invoice == Invoice.id)
    return Invoice.select(Invoice, Client, paid.alias("paid"), Project.title).join(Client)


def twice_the_same_table():
    other = Client.alias()
    return (
        Project.select(Project, Client, other, other.name.alias("theirs"))
        .join(Client)
        .join_from(Project, other, JOIN.LEFT_OUTER, on=(Project.client == other.id), attr="twin")
    )


def as_a_source():
    found = Project.select(Project.id, Project.title).alias("found")
    return Milestone.select(Milestone.id, found.c.title).join(
        found, on=(found.c.id == Milestone.project)
    )


QUERIES = {
    "one column": lambda: Milestone.select(Milestone.title).where(Milestone.id == 7),
    "a sum between columns": lambda: Milestone.select(
        Milestone.state, fn.COUNT(Milestone.id), Milestone.project
    ),
    "another name": lambda: Milestone.select(Milestone.title.alias("name"), Milestone.id),
    "a subquery as a column": with_paid,
    "one table under two names": twice_the_same_table,
    "within a condition": lambda: Milestone.select().where(
        Milestone.project.in_(Project.select().where(Project.owner == 3))
    ),
    "as a source": as_a_source,
    "two in one": lambda: Client.select(Client.id) | Client.select(Client.id),
    "distinct": lambda: Project.select(Project.owner, Project.currency).distinct(),
}


@pytest.mark.parametrize("query", QUERIES)
def test_the_text_is_peewees_own(query, monkeypatch):
    ours, again, theirs = both(QUERIES[query], monkeypatch)
    assert ours == again == theirs


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_every_table_is_read_in_full(table, monkeypatch):
    ours, again, theirs = both(lambda: table.select().where(table.id == 7), monkeypatch)
    assert ours == again == theirs
    assert list(table.select().limit(1)) == []
