"""The migrations make the schema that the models speak of, and no other is touched."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

import models
from models import TABLES, is_postgresql
from models.schema import NewerSchema, migrate, pending
from tests import databases
from tests.contents import contents

pytestmark = pytest.mark.storage


def _described() -> set[tuple[str, ...]]:
    """Columns, keys, constraints and indexes, as the bound database tells them.

    The order of columns and the defaults that a column added later needs are left out.
    """
    if not is_postgresql():
        return set(_sqlite())
    return {
        tuple(re.sub(r"\s+", " ", str(part)).replace("( ", "(") for part in row)
        for query in POSTGRESQL
        for row in models.db.execute_sql(query).fetchall()
    }


def _sqlite() -> Iterator[tuple[str, ...]]:
    for name, kind, sql in models.db.execute_sql(
        "SELECT name, type, sql FROM sqlite_master WHERE type IN ('table', 'index')"
        " AND sql IS NOT NULL AND tbl_name <> 'schema_migration' AND name NOT LIKE 'sqlite_%'"
        " AND tbl_name NOT LIKE 'search_entry%'"
    ).fetchall():
        text = re.sub(r"\s+", " ", sql).replace("( ", "(")
        if kind == "index":
            yield "index", name, text
            continue
        for check in _checks(text):
            yield "check", name, check
        for pragma in ("table_info", "foreign_key_list", "index_list"):
            for row in models.db.execute_sql(f"PRAGMA {pragma}({name})").fetchall():
                yield pragma, name, *map(str, ABOUT[pragma](row))


# The rest are positions, defaults, and names that SQLite gives by itself.
ABOUT: dict[str, Callable[[Sequence[Any]], Sequence[Any]]] = {
    "table_info": lambda row: (row[1], row[2], row[3], row[5]),
    "foreign_key_list": lambda row: row[2:8],
    "index_list": lambda row: (row[2], row[3], row[4]),
}


def _checks(text: str) -> Iterator[str]:
    """Each CHECK with all between its parentheses."""
    for found in re.finditer(r"CHECK \(", text):
        depth, end = 1, found.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        yield text[found.start() : end]


POSTGRESQL = (
    "SELECT table_name, column_name, data_type, is_nullable,"
    " CASE WHEN column_default LIKE 'nextval%%' THEN 'numbered' END"
    " FROM information_schema.columns"
    " WHERE table_schema = 'public' AND table_name NOT IN ('schema_migration', 'search_entry')",
    "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace AND conrelid <> 0"
    " AND conrelid::regclass::text NOT IN ('schema_migration', 'search_entry')",
    "SELECT tablename, indexname, indexdef FROM pg_indexes"
    " WHERE schemaname = 'public' AND tablename NOT IN ('schema_migration', 'search_entry')",
)


@pytest.fixture
def migrated(database: object) -> set[tuple[str, ...]]:
    return _described()


@pytest.fixture
def modelled(
    migrated: object, where: str, request: pytest.FixtureRequest
) -> Iterator[set[tuple[str, ...]]]:
    """What the models alone would create."""
    models.db.close_all()
    if where == "sqlite":
        models.connect("sqlite:///:memory:")
        models.db.create_tables(TABLES, safe=False)
        yield _described()
        return
    with databases.postgresql_database(request.getfixturevalue("postgresql")) as url:
        models.connect(url, 4)
        models.db.create_tables(TABLES, safe=False)
        yield _described()
        models.db.close_all()


def test_migrations_and_models_agree(migrated, modelled):
    assert migrated - modelled == set(), "only the migrations know this"
    assert modelled - migrated == set(), "the migrations lack this"


def test_every_check_of_the_models_is_in_the_schema(migrated):
    assert sum("CHECK" in part for row in migrated for part in row) >= 30


def test_a_second_run_changes_nothing(database):
    before = _described()
    assert pending() == []
    assert migrate() == []
    assert _described() == before


def test_a_newer_schema_is_refused(database):
    models.db.execute_sql(
        "INSERT INTO schema_migration (name, applied)"
        " SELECT '9999_from_a_later_release', applied FROM schema_migration LIMIT 1"
    )
    before = contents()
    for touch in (pending, migrate):
        with pytest.raises(NewerSchema, match="9999_from_a_later_release"):
            touch()
    assert contents() == before
