"""What is signed, sent, issued and done cannot be changed, whoever opens the database and how.

Every attempt comes from a plain connection, without the pragmas that our own sets.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from typing import Any

import psycopg
import pytest
from pysqlite3 import dbapi2 as pysqlite3

from models import db, is_postgresql
from tests import retelling
from tests.contents import contents
from tests.story import Story

pytestmark = pytest.mark.storage

# Table: the rows that are frozen, and the columns of theirs that may still change.
FROZEN = {
    "attachment": ("kept_at IS NOT NULL", set()),
    "account_document": ("document_id IS NOT NULL", {"sent_at"}),
    "agreement": ("active_at IS NOT NULL", {"state"}),
    "charge": ("1 = 1", {"line_id", "freed_at"}),
    "claim": ("1 = 1", {"answered_at", "payment_id"}),
    "clause_set_version": ("1 = 1", set()),
    "client_letter": ("1 = 1", set()),
    "code": ("1 = 1", {"tries", "used_at", "ended_at"}),
    "comment": ("1 = 1", set()),
    "comment_file": ("1 = 1", set()),
    "credit_entry": ("1 = 1", set()),
    "decision": ("1 = 1", {"withdrawn_at", "final_at"}),
    "dispute": ("1 = 1", {"ended", "ended_at"}),
    "dispute_summary": ("1 = 1", set()),
    "disputed_criterion": ("1 = 1", set()),
    "document": ("1 = 1", set()),
    "einvoice": ("1 = 1", set()),
    "event": ("1 = 1", set()),
    "evidence": ("1 = 1", set()),
    "extension": ("1 = 1", {"answered_at", "agreed", "answer"}),
    "file": ("kept", set()),
    "invoice": ("state = 'issued'", set()),
    "invoice_line": ("invoice_id IN (SELECT id FROM invoice WHERE state = 'issued')", set()),
    "paper": ("1 = 1", set()),
    "review_reminder": ("1 = 1", set()),
    "seal": ("1 = 1", set()),
    "series_gap": ("1 = 1", set()),
    "certificate": ("1 = 1", {"retired_at"}),
    "payment": ("1 = 1", set()),
    "payment_reminder": ("1 = 1", set()),
    "rendition": ("1 = 1", set()),
    "signature": ("1 = 1", set()),
    "split_offer": ("1 = 1", {"answer", "answerer_id", "why", "answered_at"}),
    "split_share": ("1 = 1", set()),
    "submission": ("1 = 1", set()),
    "submission_file": ("1 = 1", set()),
    "supply": ("1 = 1", {"reopened_at", "reopened_why"}),
    "supply_file": ("1 = 1", set()),
    "verdict": ("1 = 1", {"standing"}),
    "wish": ("1 = 1", {"answered_at", "answer", "next_id"}),
    "write_off": ("1 = 1", set()),
}
# May be erased, but never changed.
ERASABLE = {"event_text": ("1 = 1", set())}

# Unique keys that hold for some rows only, by their index: their columns, and those rows.
PARTIAL = {
    "supply_standing": (["milestone_id", "duty"], "reopened_at IS NULL"),
    "charge_once": (["trigger_id", "criterion_id"], "freed_at IS NULL AND criterion_id > 0"),
    "code_open": (["agreement_id", "contact_id"], "used_at IS NULL AND ended_at IS NULL"),
    "extension_open": (["milestone_id"], "answered_at IS NULL"),
    "extension_agreed": (["milestone_id"], "agreed"),
    "dispute_open": (["milestone_id"], "ended_at IS NULL"),
    "split_offer_open": (["dispute_id"], "answered_at IS NULL"),
    "split_offer_taken": (["dispute_id"], "answer = 'taken'"),
    "wish_open": (["agreement_id", "kind"], "answered_at IS NULL"),
    # A key of drafts, which no frozen row has.
    "attachment_draft": (["milestone_id", "file_id"], "1 = 0"),
    "claim_open": (["invoice_id"], "answered_at IS NULL"),
    "verdict_standing": (["submission_id", "criterion_id"], "standing"),
}

MESSAGE = "rows are frozen"
Statement = Callable[[str], object]


@pytest.fixture
def whole(database: object) -> Story:
    return retelling.told()


@pytest.fixture
def plainly(whole: Story, database_url: str) -> Iterator[Statement]:
    """Runs a statement on a plain connection of the database's own driver."""
    with closing(_plain(database_url, sqlite3)) as connection:
        yield connection.execute


@pytest.fixture
def refused(whole: Story, database_url: str) -> Iterator[Statement]:
    """Runs a statement on plain connections, which a guard must refuse; nothing has changed."""
    before = contents()
    drivers = [sqlite3] if is_postgresql() else [sqlite3, pysqlite3]
    plain = [_plain(database_url, driver) for driver in drivers]

    def run(statement: str) -> None:
        for connection in plain:
            try:
                connection.execute(statement)
            except (sqlite3.Error, pysqlite3.Error, psycopg.Error) as error:
                assert MESSAGE in str(error), statement
            else:
                pytest.fail(f"not refused: {statement}")

    yield run
    for connection in plain:
        connection.close()
    assert contents() == before


def _plain(url: str, driver: Any) -> Any:
    """A connection on which every statement is a transaction of its own."""
    if url.startswith("postgresql"):
        return psycopg.connect(url, autocommit=True)
    return driver.connect(url.removeprefix("sqlite:///"), isolation_level=None)


def _rows(table: str, frozen: str) -> list[int]:
    return [id for (id,) in db.execute_sql(f'SELECT id FROM "{table}" WHERE {frozen} ORDER BY id')]


def _columns(table: str) -> dict[str, str]:
    return {each.name: each.data_type.upper() for each in db.get_columns(table)}


def _other(name: str, kind: str) -> str:
    """SQL for a value that the column does not hold now."""
    if not is_postgresql():
        return f"COALESCE(\"{name}\", '') || '1'"
    for start, other in {
        "BIGINT": '"{0}" + 1000',
        "INTEGER": 'COALESCE("{0}", 0) + 1000',
        "BYTEA": "'\\x00'::bytea",
        "BOOLEAN": 'NOT "{0}"',
        "DATE": "COALESCE(\"{0}\", DATE '2020-01-01') + 1",
        "TIMESTAMP": "COALESCE(\"{0}\", TIMESTAMP '2020-01-01') + INTERVAL '1 day'",
        "JSONB": "'[1]'::jsonb",
    }.items():
        if kind.startswith(start):
            return other.format(name)
    return f"COALESCE(\"{name}\", '') || 'x'"


def _only_on_sqlite() -> None:
    if is_postgresql():
        pytest.skip("PostgreSQL knows no OR REPLACE")


def test_no_column_can_be_updated(refused):
    for table, (frozen, free) in {**FROZEN, **ERASABLE}.items():
        rows = _rows(table, frozen)
        assert rows, f"the story has no {table}"
        for name, kind in _columns(table).items():
            if name not in free:
                value = _other(name, kind)
                refused(f'UPDATE "{table}" SET "{name}" = {value} WHERE id = {rows[0]}')


def test_no_row_can_be_deleted(refused):
    for table, (frozen, _free) in FROZEN.items():
        for row in _rows(table, frozen):
            refused(f'DELETE FROM "{table}" WHERE id = {row}')
        refused(f'DELETE FROM "{table}"')


def test_no_row_can_be_replaced(refused):
    _only_on_sqlite()
    for table, (frozen, _free) in {**FROZEN, **ERASABLE}.items():
        columns, keys = _columns(table), _unique_keys(table)
        named = {name for key, _covered in keys for name in key}
        # Under its id alone, and under each of its keys alone.
        for key, covered in [(["id"], "1 = 1"), *keys]:
            if covered == "1 = 0":
                continue
            [row, *_] = _rows(table, f"({frozen}) AND {covered}")
            moved = {name: _other(name, columns[name]) for name in named - set(key)}
            copied = [name for name in columns if name != "id" or key == ["id"]]
            refused(f"INSERT OR REPLACE {_copy(table, row, copied, moved)}")
            refused(f"REPLACE {_copy(table, row, copied, moved)}")


def _unique_keys(table: str) -> list[tuple[list[str], str]]:
    """The columns of each unique key, and which rows it holds for."""
    return [
        PARTIAL.get(
            index.name,
            (list(index.columns), " AND ".join(f'"{name}" IS NOT NULL' for name in index.columns)),
        )
        for index in db.get_indexes(table)
        if index.unique
    ]


def _copy(table: str, row: int, columns: Iterable[str], replaced: dict[str, str]) -> str:
    names = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(replaced.get(name, f'"{name}"') for name in columns)
    return f'INTO "{table}" ({names}) SELECT {values} FROM "{table}" WHERE id = {row}'


def test_an_upsert_changes_nothing(refused, plainly):
    for table, (frozen, free) in FROZEN.items():
        row, columns = _rows(table, frozen)[0], _columns(table)
        name = next(name for name in columns if name not in {"id", *free})
        copy = _copy(table, row, columns, {})
        taken = f'"{name}" = EXCLUDED."{name}"'
        with suppress(sqlite3.Error, psycopg.Error):
            plainly(f"INSERT {copy} ON CONFLICT DO NOTHING")
        with suppress(sqlite3.Error, psycopg.Error):
            plainly(f"INSERT {copy} AND 1 = 1 ON CONFLICT (id) DO UPDATE SET {taken}")
        if not is_postgresql():
            refused(f"INSERT {copy} AND 1 = 1 ON CONFLICT (id) DO UPDATE SET {taken}")


def test_a_draft_cannot_take_the_place_of_what_is_frozen(refused, whole):
    _only_on_sqlite()
    for table, draft, frozen in (
        ("invoice", whole.left_as_draft, whole.issued),
        ("agreement", whole.unsent, whole.offered.agreement),
    ):
        for key in [["id"], *(key for key, _covered in _unique_keys(table))]:
            if any(getattr(frozen, name) is None for name in key):
                continue
            taken = (f'(SELECT "{name}" FROM "{table}" WHERE id = {frozen.id})' for name in key)
            places = ", ".join(f'"{n}" = {value}' for n, value in zip(key, taken, strict=True))
            refused(f'UPDATE OR REPLACE "{table}" SET {places} WHERE id = {draft.id}')


def test_lines_cannot_be_slipped_under_an_issued_invoice(refused, whole):
    issued, draft = whole.issued, whole.left_as_draft
    [line, *_], [loose, *_] = issued.lines, draft.lines
    columns = _columns("invoice_line")
    without_id = [name for name in columns if name != "id"]
    refused(f"INSERT {_copy('invoice_line', line.id, without_id, {'position': '99'})}")
    for of, to in ((loose, issued), (line, draft)):
        refused(f"UPDATE invoice_line SET invoice_id = {to.id}, position = 99 WHERE id = {of.id}")
    if not is_postgresql():
        refused(f"UPDATE OR REPLACE invoice_line SET id = {line.id} WHERE id = {loose.id}")
        refused(f"REPLACE {_copy('invoice_line', loose.id, columns, {'id': str(line.id)})}")


def test_no_table_can_be_truncated(refused):
    if not is_postgresql():
        pytest.skip("SQLite knows no TRUNCATE")
    for table in [*FROZEN, "account", "project", "client", "series"]:
        refused(f'TRUNCATE "{table}" CASCADE')


def test_what_may_be_filled_once_stays(refused, whole):
    [freed, *_] = _rows("charge", "freed_at IS NOT NULL")
    [charged, *_] = _rows("charge", "line_id IS NOT NULL")
    for statement in (
        f"UPDATE charge SET freed_at = NULL WHERE id = {freed}",
        f"UPDATE charge SET freed_at = fired_at WHERE id = {freed}",
        f"UPDATE charge SET line_id = NULL WHERE id = {charged}",
        f"UPDATE charge SET line_id = line_id + 1 WHERE id = {charged}",
        f"UPDATE agreement SET active_at = NULL WHERE id = {whole.running.agreement.id}",
        f"UPDATE agreement SET sent_at = NULL WHERE id = {whole.offered.agreement.id}",
        f"UPDATE agreement SET document_id = NULL WHERE id = {whole.offered.agreement.id}",
    ):
        refused(statement)


@pytest.fixture
def withdrawn(plainly: Statement) -> None:
    plainly("UPDATE decision SET withdrawn_at = decided_at")
    plainly("UPDATE claim SET answered_at = claimed_at WHERE answered_at IS NULL")
    plainly(f"UPDATE verdict SET standing = {'FALSE' if is_postgresql() else '0'}")


def test_what_was_withdrawn_does_not_come_back(withdrawn, refused):
    refused("UPDATE decision SET withdrawn_at = NULL")
    refused("UPDATE claim SET answered_at = NULL")
    refused(f"UPDATE verdict SET standing = {'TRUE' if is_postgresql() else '1'}")


def test_drafts_stay_editable(plainly, whole):
    draft, unsent = whole.left_as_draft, whole.unsent
    plainly(f"UPDATE invoice SET note = 'with thanks' WHERE id = {draft.id}")
    plainly(f"UPDATE invoice_line SET description = 'Launch' WHERE invoice_id = {draft.id}")
    plainly(f"UPDATE agreement SET expires_on = '2026-12-31' WHERE id = {unsent.id}")
    standing = f"milestone_id = {_milestone(draft)} AND freed_at IS NULL"
    plainly(f"UPDATE charge SET freed_at = fired_at WHERE {standing}")
    plainly(f"UPDATE charge SET line_id = NULL WHERE milestone_id = {_milestone(draft)}")
    plainly(f"DELETE FROM invoice_line WHERE invoice_id = {draft.id}")
    plainly(f"DELETE FROM invoice WHERE id = {draft.id}")
    plainly(f"DELETE FROM agreement WHERE id = {unsent.id}")
    held = contents()
    assert draft.id not in [row[0] for row in held["invoice"]]
    assert unsent.id not in [row[0] for row in held["agreement"]]


def _milestone(invoice) -> int:
    return invoice.lines[0].milestone_id


def test_personal_text_can_be_erased(plainly):
    plainly("DELETE FROM event_text")
    assert contents()["event_text"] == []
    assert contents()["event"]
