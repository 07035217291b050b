"""The migrations make the schema that the models speak of, and no other is touched."""

import re
from collections.abc import Iterator

import pytest

import models
from models import TABLES, is_postgresql
from models.schema import NewerSchema, migrate, pending
from tests import databases
from tests.contents import contents

pytestmark = pytest.mark.storage


def _described() -> set[tuple[str, ...]]:
    """Tables, columns, constraints and indexes, as the bound database tells them."""
    queries = POSTGRESQL if is_postgresql() else SQLITE
    return {
        tuple(re.sub(r"\s+", " ", str(part)).replace("( ", "(") for part in row)
        for query in queries
        for row in models.db.execute_sql(query).fetchall()
    }


SQLITE = (
    "SELECT type, name, sql FROM sqlite_master"
    " WHERE type IN ('table', 'index') AND sql IS NOT NULL AND tbl_name <> 'schema_migration'",
)
POSTGRESQL = (
    "SELECT table_name, column_name, data_type, is_nullable, column_default"
    " FROM information_schema.columns"
    " WHERE table_schema = 'public' AND table_name <> 'schema_migration'",
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace AND conrelid <> 0"
    " AND conrelid::regclass::text <> 'schema_migration'",
    "SELECT tablename, indexname, indexdef FROM pg_indexes"
    " WHERE schemaname = 'public' AND tablename <> 'schema_migration'",
)


@pytest.fixture
def migrated(database: object) -> set[tuple[str, ...]]:
    return _described()


@pytest.fixture
def modelled(migrated: object, request: pytest.FixtureRequest) -> Iterator[set[tuple[str, ...]]]:
    """What the models alone would create."""
    models.db.close_all()
    if request.config.getoption("--database") == "sqlite":
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
    text = " ".join(" ".join(row) for row in migrated)
    assert text.count("CHECK") >= 30


def test_a_second_run_changes_nothing(database):
    before = _described()
    assert pending() == []
    assert migrate() == []
    assert _described() == before


def test_a_newer_schema_is_refused(database):
    models.db.execute_sql(
        "INSERT INTO schema_migration (name, applied)"
        " SELECT '9999_from_a_later_release', applied FROM schema_migration"
    )
    before = contents()
    for touch in (pending, migrate):
        with pytest.raises(NewerSchema, match="9999_from_a_later_release"):
            touch()
    assert contents() == before
