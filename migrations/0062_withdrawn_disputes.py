"""A dispute can end because whoever raised it took it back."""

from models import is_postgresql
from models.schema import run_script

BEFORE, NOW = "('settled', 'stopped')", "('settled', 'stopped', 'withdrawn')"


def up(_migrator, db):
    if is_postgresql():
        run_script(__file__, db)
        return
    # A wider CHECK alters no row, and no other table need be rebuilt for it:
    # https://www.sqlite.org/lang_altertable.html#otheralter
    [version] = db.execute_sql("PRAGMA schema_version").fetchone()
    db.execute_sql("PRAGMA writable_schema = ON")
    db.execute_sql(
        "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = ?",
        (f"ended IN {BEFORE}", f"ended IN {NOW}", "dispute"),
    )
    db.execute_sql(f"PRAGMA schema_version = {version + 1}")
    db.execute_sql("PRAGMA writable_schema = OFF")
