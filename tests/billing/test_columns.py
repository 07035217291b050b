"""Lists of columns that are written once: letter for letter what peewee writes."""

from datetime import date, datetime

import pytest
from peewee import (
    JOIN,
    SQL,
    BooleanField,
    DateField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    JSONField,
    ModelInsert,
    ModelSelect,
    fn,
)

from models import (
    TABLES,
    Attempt,
    Client,
    Delivery,
    Invoice,
    Milestone,
    Payment,
    Project,
    Session,
    User,
)
from models.columns import Inserted, Selected

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


VALUES = {
    BooleanField: [True, False],
    DateField: [date(2026, 11, 22), date(2027, 1, 2)],
    DateTimeField: [datetime(2026, 11, 22, 10), datetime(2026, 11, 22, 10, 0, 0, 5)],
    ForeignKeyField: [7, 8],
    IntegerField: [1, 2],
    JSONField: [{"a": ["b", None]}, []],
}


def row_of(table, number):
    """Some value for each column; each number gives others."""
    return {
        field.name: next(
            (values[number] for kind, values in VALUES.items() if isinstance(field, kind)),
            f"text {number}",
        )
        for field in table._meta.sorted_fields
        if not field.primary_key
    }


INSERTS = {
    "with defaults": lambda number: Delivery.insert(
        owner=number, channel="mail", kind="x", key=str(number), created_at=None, due_at=None
    ),
    "a row for a key": lambda number: Session.insert(user=User(id=number), token_hash="x"),
    "ignored where it is there": lambda number: Delivery.insert(
        owner=number, facts={"n": number}
    ).on_conflict_ignore(),
    "changed where it is there": lambda number: Attempt.insert(
        key="x", window=number, count=1
    ).on_conflict(
        conflict_target=[Attempt.key, Attempt.window], update={Attempt.count: Attempt.count + 1}
    ),
    "missing JSON": lambda number: Delivery.insert(facts=None if number else {}),
    "an expression": lambda number: Attempt.insert(key="x", window=SQL("1"), count=number),
    "several rows": lambda number: Attempt.insert_many([{"key": "x", "window": number}] * 2),
    "what comes back": lambda number: Attempt.insert(key=str(number), window=1).returning(
        Attempt.count
    ),
}


def shown(value):
    """A value that can be compared: drivers wrap JSON and bytes in what equals only itself."""
    return value.tobytes() if isinstance(value, memoryview) else repr(value)


def inserted(build, monkeypatch):
    """The SQL of two inserts as we write them, and as peewee does."""

    def written():
        return [(sql, list(map(shown, values))) for sql, values in map(plain, (0, 1))]

    def plain(number):
        return build(number).sql()

    ours = written()
    monkeypatch.setattr(Inserted, "__sql__", ModelInsert.__sql__)
    return ours, written()


@pytest.mark.parametrize("insert", INSERTS)
def test_the_text_of_an_insert_is_peewees_own(insert, monkeypatch):
    ours, theirs = inserted(INSERTS[insert], monkeypatch)
    assert ours == theirs


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_every_table_is_filled_in_full(table, monkeypatch):
    ours, theirs = inserted(lambda number: table.insert(**row_of(table, number)), monkeypatch)
    assert ours == theirs


def test_what_comes_back_is_part_of_the_text():
    one = Attempt.insert(key="a", window=1).returning(Attempt.count)
    both = Attempt.insert(key="a", window=1).returning(Attempt.count, Attempt.key)
    whole = Attempt.insert(key="a", window=1).returning(Attempt)
    plain = Attempt.insert(key="a", window=1).returning()
    texts = [query.sql()[0] for query in (one, both, whole, plain) for _ in range(2)]
    assert len(set(texts)) == 4
