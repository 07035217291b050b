"""A PostgreSQL database for one test after another, as making one takes longer than most tests.

Between tests its rows go and its sequences start again. Frozen rows go too, because
`session_replication_role = replica`, which only a superuser may set, leaves the guards
out. A database whose schema a test has altered is not used again.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from heapq import heappop
from time import time
from typing import Any, LiteralString

import psycopg
from psycopg.abc import Query
from psycopg.pq import TransactionStatus
from psycopg.sql import SQL, Composed, Identifier, Literal

from models import base
from tests.databases import create, drop

UPKEEP = """
CREATE SCHEMA upkeep;
CREATE TABLE upkeep.altered (how text);
CREATE TABLE upkeep.migrated AS SELECT name FROM public.schema_migration;

CREATE FUNCTION upkeep.emptied() RETURNS boolean LANGUAGE plpgsql
SET session_replication_role = replica AS $$
DECLARE
  named name;
BEGIN
  IF EXISTS (SELECT FROM upkeep.altered)
    OR EXISTS (SELECT name FROM public.schema_migration EXCEPT SELECT name FROM upkeep.migrated)
    OR EXISTS (SELECT name FROM upkeep.migrated EXCEPT SELECT name FROM public.schema_migration)
  THEN
    RETURN false;
  END IF;
  FOR named IN {filled} LOOP
    EXECUTE format('DELETE FROM public.%I', named);
  END LOOP;
  FOR named IN {counted} LOOP
    PERFORM setval(format('public.%I', named), 1, false);
  END LOOP;
  RETURN true;
END $$;

CREATE FUNCTION upkeep.note() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO upkeep.altered VALUES (tg_tag);
END $$;
CREATE EVENT TRIGGER noted ON ddl_command_end EXECUTE FUNCTION upkeep.note();
ALTER EVENT TRIGGER noted ENABLE ALWAYS;
"""
# Asked of all tables at once: a query for each takes longer than most tests.
FILLED = "SELECT {name} WHERE EXISTS (SELECT FROM public.{table})"
COUNTED = "SELECT {name} FROM public.{table} WHERE is_called"

AS_NEW = (
    "RESET ALL",
    "CLOSE ALL",
    "UNLISTEN *",
    "SELECT pg_advisory_unlock_all()",
    "DISCARD TEMP",
    "DISCARD SEQUENCES",
)
"""What makes a connection one that nobody has used, but for what it knows of the tables."""

LEFT_OVER = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend'
  AND pid NOT IN (pg_backend_pid(), %s)
"""


def prepare(url: str) -> None:
    """Make a migrated database, which others are copied from, one that can be emptied."""
    with psycopg.connect(url) as admin:
        tables = _named(admin, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables.remove("schema_migration")
        sequences = _named(admin, "SELECT sequencename FROM pg_sequences")
        filled = _each(FILLED, tables)
        seeded = _named(admin, filled)
        assert not seeded, f"emptying would lose what stands in {seeded}"
        theirs = [name for name in sequences if not name.startswith("schema_migration")]
        admin.execute(SQL(UPKEEP).format(filled=filled, counted=_each(COUNTED, theirs)))


class Reused:
    """At most one database at a time, a copy of the prepared one at `template`."""

    def __init__(self, template: str) -> None:
        self._server, _, self._template = template.rpartition("/")
        self._url = ""
        self._admin: psycopg.Connection[Any] | None = None
        self._kept: psycopg.Connection[Any] | None = None

    def url(self) -> str:
        """An empty database, for one test."""
        if not self._url:
            self._url = create(f"{self._server}/postgres", self._template)
        return self._url

    @contextmanager
    def kept(self, pool: Any) -> Iterator[None]:
        """Let a test's pool begin with a connection of the test before, and close it.

        A new one reads the catalogue again, table by table, as it comes to them.
        """
        if self._kept is not None:
            # As long as one that is opened now, see `impatient`.
            patience = str(base.PATIENCE)
            self._kept.execute("SELECT set_config('lock_timeout', %s, false)", [patience])
            pool._connections.append((time(), 0, self._kept))
            self._kept = None
        yield
        # What this thread has not given back would be in the middle of something.
        if not pool.is_closed() and not pool.in_transaction():
            pool.close()
        if pool._connections:
            self._kept = heappop(pool._connections)[-1]
        pool.close_all()

    def empty(self) -> None:
        """Make it ready for the next test, or drop it if its schema is no longer the same."""
        if not self._url:
            return
        try:
            is_as_new = self._emptied()
        except psycopg.OperationalError:
            # A test has cut all connections, this one too.
            self._hang_up()
            is_as_new = self._emptied()
        if not is_as_new:
            self.drop()

    def _emptied(self) -> bool:
        """On a connection that stays, as a new one has to read the whole catalogue first."""
        if self._admin is None:
            self._admin = psycopg.connect(self._url, autocommit=True)
            self._admin.execute("SET lock_timeout = '10s'")
        self._tidy()
        # A thread that a test left behind may hold locks.
        kept = self._kept.info.backend_pid if self._kept else 0
        self._admin.execute(LEFT_OVER, [kept])
        [is_as_new] = self._admin.execute("SELECT upkeep.emptied()").fetchone() or [False]
        return bool(is_as_new)

    def _tidy(self) -> None:
        """Let what a test set on its connection end with it, or the connection itself."""
        kept, self._kept = self._kept, None
        if kept is None:
            return
        try:
            assert kept.autocommit and kept.info.transaction_status == TransactionStatus.IDLE
            for each in AS_NEW:
                kept.execute(each)
            self._kept = kept
        except (AssertionError, psycopg.Error):
            kept.close()

    def _hang_up(self) -> None:
        for each in (self._admin, self._kept):
            if each is not None:
                each.close()
        self._admin = self._kept = None

    def drop(self) -> None:
        self._hang_up()
        if self._url:
            drop(self._url)
        self._url = ""


def _named(admin: psycopg.Connection[Any], query: Query) -> list[str]:
    return [name for (name,) in admin.execute(query)]


def _each(query: LiteralString, names: Iterable[str]) -> Composed:
    """The answers to a query of each table (or sequence) together."""
    asked = [SQL(query).format(name=Literal(name), table=Identifier(name)) for name in names]
    return SQL(" UNION ALL ").join(asked)
