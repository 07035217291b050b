"""Add many projects to the demo's data, rows alone: what the tables weigh, not what happened."""

import sys

import models
from billing.installation import from_environment
from models import db

COPIES = (
    "WITH RECURSIVE copy(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copy WHERE n < {count})"
    " INSERT INTO {table} ({columns}) SELECT {values} FROM copy, {table} AS it WHERE {which}"
)


def main(count: int) -> None:
    models.connect(from_environment().database_url, 4)
    with models.connection(), models.write():
        first = 1 + db.execute_sql("SELECT MAX(id) FROM project").fetchone()[0]
        _copy("project", count, "it.id = (SELECT MIN(id) FROM project)", id=f"{first} + copy.n")
        _copy(
            "milestone",
            count,
            "it.project_id = (SELECT MIN(id) FROM project)",
            id="NULL",
            key="NULL",
            project_id=f"{first} + copy.n",
        )
        _copy(
            "event",
            count,
            "it.project_id = (SELECT MIN(id) FROM project)",
            id="NULL",
            project_id=f"{first} + copy.n",
        )


def _copy(table: str, count: int, which: str, **changed: str) -> None:
    names = [row[1] for row in db.execute_sql(f"PRAGMA table_info({table})").fetchall()]
    columns = ", ".join(f'"{name}"' for name in names)
    values = ", ".join(changed.get(name, f'it."{name}"') for name in names)
    db.execute_sql(
        COPIES.format(count=count, table=table, columns=columns, values=values, which=which)
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
