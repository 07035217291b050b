"""The first schema: tables as SQL per database, and the guards over what must never change."""

from pathlib import Path

from models.base import is_postgresql
from models.guards import Guard, install, install_on_lines

DIRECTORY = Path(__file__).with_suffix("")

GUARDS = (
    Guard("event", unique=[["project_id", "seq"]]),
    Guard("signature", unique=[["agreement_id", "party"], ["key"]]),
    Guard("submission", unique=[["milestone_id", "round"]]),
    Guard("evidence", unique=[["submission_id", "criterion_id"]]),
    Guard("decision", columns=["withdrawn_at"]),
    Guard("verdict", columns=["standing"]),
    Guard("file", unique=[["sha256"]]),
    Guard("document"),
    Guard("rendition", unique=[["invoice_id"]]),
    Guard("charge", columns=["line_id", "freed_at"]),
    Guard("payment", unique=[["key"], ["reverses_id"]]),
    Guard(
        "invoice",
        when="{row}.state = 'issued'",
        unique=[["series_id", "sequence"], ["owner_id", "number"], ["key"]],
    ),
    Guard(
        "agreement",
        when="{row}.payload IS NOT NULL",
        columns=["state", "document_id", "sent_at", "active_at"],
        unique=[["project_id", "version"]],
    ),
)

# Once there, these stay as they are too.
KEPT = ("document_id", "sent_at", "active_at")


def up(_migrator, db):
    script = DIRECTORY / ("postgresql.sql" if is_postgresql() else "sqlite.sql")
    for statement in script.read_text().split(";\n"):
        if statement.strip():
            db.execute_sql(statement)
    for guard in GUARDS:
        install(db, guard)
    install_on_lines(db)
    for column in KEPT:
        _keep(db, "agreement", column)


def _keep(db, table, column):
    name, changed = f"{table}_{column}_kept", f"OLD.{column} IS NOT NULL AND"
    if is_postgresql():
        db.execute_sql(
            f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW"
            f" WHEN ({changed} OLD.{column} IS DISTINCT FROM NEW.{column})"
            f" EXECUTE FUNCTION {table}_frozen()"
        )
    else:
        db.execute_sql(
            f"CREATE TRIGGER {name} BEFORE UPDATE ON {table}"
            f" WHEN {changed} OLD.{column} IS NOT NEW.{column}"
            f" BEGIN SELECT RAISE(ABORT, '{table} rows are frozen'); END"
        )
