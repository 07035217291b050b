"""Triggers that keep rows from being changed, not even by raw SQL, on SQLite and PostgreSQL.

SQLite's ``INSERT OR REPLACE`` (and ``UPDATE OR REPLACE``) removes the row in its way
without firing UPDATE or DELETE triggers unless recursive_triggers is on, and that is up
to whoever opens the file. So every guard also refuses the write that would collide.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from models.base import is_postgresql


@dataclass(frozen=True)
class Guard:
    """Rows of `table` for which `when` holds (SQL over {row}) stay as they are.

    `free` columns may change all the same, `once` columns from NULL to what they then stay.
    `never` are further changes to refuse (SQL over OLD and NEW). A replacing write is refused
    where it hits the id or a unique key; `clashes` says so for partial keys (SQL over there
    and NEW). `erasable` rows may be deleted, not changed.
    """

    table: str
    when: str = ""
    free: Sequence[str] = ()
    once: Sequence[str] = ()
    never: Sequence[str] = ()
    clashes: Sequence[str] = ()
    erasable: bool = False

    @property
    def message(self) -> str:
        return f"{self.table} rows are frozen"

    def holds(self, row: str) -> str:
        return self.when.format(row=row) if self.when else "1 = 1"


def install(database: Any, guard: Guard) -> None:
    """Create the triggers of one guard."""
    for statement in _postgresql(guard) if is_postgresql() else _sqlite(guard, database):
        database.execute_sql(statement)


def renew(database: Any, guard: Guard) -> None:
    """Put a guard over a table again, after its columns or the guard's rules have changed."""
    lift(database, guard.table)
    install(database, guard)


def lift(database: Any, table: str) -> None:
    """Take a guard away, for the rest of a migration that puts it back."""
    if is_postgresql():
        database.execute_sql(f'DROP FUNCTION IF EXISTS "{table}_frozen"() CASCADE')
        return
    for deed in ("update", "delete", "replacing_insert", "replacing_update"):
        database.execute_sql(f'DROP TRIGGER IF EXISTS "{table}_no_{deed}"')


def lift_from_lines(database: Any) -> None:
    """The same for the lines of invoices."""
    lift(database, "invoice_line")
    if not is_postgresql():
        database.execute_sql("DROP TRIGGER IF EXISTS invoice_line_no_insert")


FROZEN = (
    "account_document", "agreement", "attachment", "certificate", "change_request", "charge",
    "claim", "clause_set_version", "client_letter", "code", "comment", "comment_file",
    "credit_entry", "decision", "dispute", "dispute_summary", "disputed_criterion", "document",
    "early_start", "einvoice", "event", "evidence", "extension", "file", "invoice", "invoice_line",
    "paper", "payment", "payment_reminder", "reading", "reading_answer", "rendition",
    "review_reminder", "seal", "series_gap", "signature", "split_offer", "split_share",
    "submission", "submission_file", "supply", "supply_file", "unmet_point", "verdict", "wish",
    "withdrawal", "write_off",
)  # fmt: skip


def lifted(database: Any) -> list[str]:
    """The guards that should be there and are not, or are switched off."""
    there = {name for (name,) in database.execute_sql(THERE[is_postgresql()]).fetchall()}
    rows = [f"{table}_no_{deed}" for table in FROZEN for deed in ("update", "delete")]
    rows.append("event_text_no_update")
    if is_postgresql():
        # One trigger of the lines refuses every kind of writing.
        rows = [name for name in rows if not name.startswith("invoice_line")]
        rows += ["invoice_line_no_write", *(f"{table}_no_truncate" for table in FROZEN)]
    else:
        tables = [table for table in FROZEN if table != "invoice_line"]
        rows += [f"{t}_no_replacing_{way}" for t in tables for way in ("insert", "update")]
        rows.append("invoice_line_no_insert")
    return sorted(set(rows) - there)


THERE = {
    False: "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    True: "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'",
}


def _fixed(database: Any, guard: Guard) -> list[str]:
    """The columns that may not change at all."""
    names = [column.name for column in database.get_columns(guard.table)]
    return [name for name in names if name not in (*guard.free, *guard.once)]


def _unique(database: Any, guard: Guard) -> list[Sequence[str]]:
    """The keys that hold for every row; partial ones are named by the guard's clashes."""
    return [
        index.columns
        for index in database.get_indexes(guard.table)
        if index.unique and " WHERE " not in (index.sql or "")
    ]


def _sqlite(guard: Guard, database: Any) -> list[str]:
    table, abort = guard.table, f"BEGIN SELECT RAISE(ABORT, '{guard.message}'); END"
    changed = [f'OLD."{name}" IS NOT NEW."{name}"' for name in _fixed(database, guard)]
    changed += [f'OLD."{n}" IS NOT NULL AND OLD."{n}" IS NOT NEW."{n}"' for n in guard.once]
    refused = " OR ".join(f"({each})" for each in (*changed, *guard.never))
    statements = [
        f'CREATE TRIGGER "{table}_no_update" BEFORE UPDATE ON "{table}"'
        f" WHEN {guard.holds('OLD')} AND ({refused}) {abort}"
    ]
    if not guard.erasable:
        statements.append(
            f'CREATE TRIGGER "{table}_no_delete" BEFORE DELETE ON "{table}"'
            f" WHEN {guard.holds('OLD')} {abort}"
        )
    same = [_same(key) for key in (["id"], *_unique(database, guard))]
    hit = " OR ".join(f"({each})" for each in (*same, *guard.clashes))
    for event, other in (("INSERT", "1 = 1"), ("UPDATE", 'there."id" <> OLD."id"')):
        statements.append(
            f'CREATE TRIGGER "{table}_no_replacing_{event.lower()}" BEFORE {event} ON "{table}"'
            f' WHEN EXISTS (SELECT 1 FROM "{table}" AS there'
            f" WHERE ({hit}) AND {guard.holds('there')} AND {other}) {abort}"
        )
    return statements


def _same(key: Sequence[str]) -> str:
    return " AND ".join(f'there."{name}" = NEW."{name}"' for name in key)


def _postgresql(guard: Guard) -> list[str]:
    table, frozen = guard.table, f'EXECUTE FUNCTION "{guard.table}_frozen"()'
    left_out = "".join(f" - '{name}'" for name in (*guard.free, *guard.once))
    changed = [f"(to_jsonb(OLD){left_out}) IS DISTINCT FROM (to_jsonb(NEW){left_out})"]
    changed += [
        f'OLD."{name}" IS NOT NULL AND OLD."{name}" IS DISTINCT FROM NEW."{name}"'
        for name in guard.once
    ]
    refused = " OR ".join(f"({each})" for each in (*changed, *guard.never))
    statements = [
        f'CREATE FUNCTION "{table}_frozen"() RETURNS trigger LANGUAGE plpgsql AS'
        f" $$ BEGIN RAISE EXCEPTION '{guard.message}'; END $$",
        f'CREATE TRIGGER "{table}_no_update" BEFORE UPDATE ON "{table}" FOR EACH ROW'
        f" WHEN ({guard.holds('OLD')} AND ({refused})) {frozen}",
    ]
    if not guard.erasable:
        statements += [
            f'CREATE TRIGGER "{table}_no_delete" BEFORE DELETE ON "{table}" FOR EACH ROW'
            f" WHEN ({guard.holds('OLD')}) {frozen}",
            f'CREATE TRIGGER "{table}_no_truncate" BEFORE TRUNCATE ON "{table}"'
            f" FOR EACH STATEMENT {frozen}",
        ]
    return statements


def install_on_lines(database: Any) -> None:
    """Lines of an issued invoice can be neither added nor changed nor removed."""
    for statement in _postgresql_lines() if is_postgresql() else _sqlite_lines():
        database.execute_sql(statement)


def _sqlite_lines() -> list[str]:
    issued = "EXISTS (SELECT 1 FROM invoice WHERE id = {row}.invoice_id AND state <> 'draft')"
    abort = "BEGIN SELECT RAISE(ABORT, 'invoice_line rows are frozen'); END"
    there = (
        "EXISTS (SELECT 1 FROM invoice_line AS there JOIN invoice ON invoice.id = there.invoice_id"
        " WHERE there.id = NEW.id AND invoice.state <> 'draft' {other})"
    )
    old, new = issued.format(row="OLD"), issued.format(row="NEW")
    return [
        f"CREATE TRIGGER invoice_line_no_insert BEFORE INSERT ON invoice_line"
        f" WHEN {new} OR {there.format(other='')} {abort}",
        f"CREATE TRIGGER invoice_line_no_update BEFORE UPDATE ON invoice_line"
        f" WHEN {old} OR {new} OR {there.format(other='AND there.id <> OLD.id')} {abort}",
        f"CREATE TRIGGER invoice_line_no_delete BEFORE DELETE ON invoice_line WHEN {old} {abort}",
    ]


def _postgresql_lines() -> list[str]:
    return [
        """CREATE FUNCTION invoice_line_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF TG_OP = 'TRUNCATE' THEN RAISE EXCEPTION 'invoice_line rows are frozen'; END IF;
          IF TG_OP <> 'INSERT' AND EXISTS (
            SELECT 1 FROM invoice WHERE id = OLD.invoice_id AND state <> 'draft'
          ) THEN RAISE EXCEPTION 'invoice_line rows are frozen'; END IF;
          IF TG_OP <> 'DELETE' AND EXISTS (
            SELECT 1 FROM invoice WHERE id = NEW.invoice_id AND state <> 'draft'
          ) THEN RAISE EXCEPTION 'invoice_line rows are frozen'; END IF;
          IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
          RETURN NEW;
        END $$""",
        "CREATE TRIGGER invoice_line_no_write BEFORE INSERT OR UPDATE OR DELETE ON invoice_line"
        " FOR EACH ROW EXECUTE FUNCTION invoice_line_frozen()",
        "CREATE TRIGGER invoice_line_no_truncate BEFORE TRUNCATE ON invoice_line"
        " FOR EACH STATEMENT EXECUTE FUNCTION invoice_line_frozen()",
    ]
