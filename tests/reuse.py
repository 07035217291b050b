"""A PostgreSQL database for one test after another, as making one takes longer than most tests.

Between tests its rows go and its sequences start again. Frozen rows go too, because
`session_replication_role = replica`, which only a superuser may set, leaves the guards
out. A database whose schema a test has altered is not used again.
"""

from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier

from tests.databases import create, drop

UPKEEP = """
CREATE SCHEMA upkeep;
CREATE TABLE upkeep.altered (how text);
CREATE TABLE upkeep.migrated AS SELECT name FROM public.schema_migration;

CREATE FUNCTION upkeep.emptied() RETURNS boolean LANGUAGE plpgsql
SET session_replication_role = replica AS $$
DECLARE
  named name;
  filled boolean;
BEGIN
  IF EXISTS (SELECT FROM upkeep.altered)
    OR EXISTS (SELECT name FROM public.schema_migration EXCEPT SELECT name FROM upkeep.migrated)
    OR EXISTS (SELECT name FROM upkeep.migrated EXCEPT SELECT name FROM public.schema_migration)
  THEN
    RETURN false;
  END IF;
  FOR named IN
    SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'schema_migration'
  LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', named) INTO filled;
    IF filled THEN EXECUTE format('DELETE FROM public.%I', named); END IF;
  END LOOP;
  FOR named IN
    SELECT sequencename FROM pg_sequences
    WHERE schemaname = 'public' AND last_value IS NOT NULL
      AND sequencename NOT LIKE 'schema_migration%'
  LOOP
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

LEFT_OVER = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


def prepare(url: str) -> None:
    """Make a migrated database, which others are copied from, one that can be emptied."""
    with psycopg.connect(url) as admin:
        admin.execute(UPKEEP)
        seeded = [name for name in _tables(admin) if _has_rows(admin, name)]
        assert seeded == ["schema_migration"], f"emptying would lose what stands in {seeded}"


class Reused:
    """At most one database at a time, a copy of the prepared one at `template`."""

    def __init__(self, template: str) -> None:
        self._server, _, self._template = template.rpartition("/")
        self._url = ""
        self._admin: psycopg.Connection[Any] | None = None

    def url(self) -> str:
        """An empty database, for one test."""
        if not self._url:
            self._url = create(f"{self._server}/postgres", self._template)
        return self._url

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
        # A thread that a test left behind may hold locks.
        self._admin.execute(LEFT_OVER)
        [is_as_new] = self._admin.execute("SELECT upkeep.emptied()").fetchone() or [False]
        return bool(is_as_new)

    def _hang_up(self) -> None:
        if self._admin is not None:
            self._admin.close()
        self._admin = None

    def drop(self) -> None:
        self._hang_up()
        if self._url:
            drop(self._url)
        self._url = ""


def _tables(admin: psycopg.Connection[Any]) -> list[str]:
    found = admin.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return [name for (name,) in found]


def _has_rows(admin: psycopg.Connection[Any], table: str) -> bool:
    found = admin.execute(SQL("SELECT EXISTS (SELECT FROM {})").format(Identifier(table)))
    return bool((found.fetchone() or [False])[0])
