"""What each program loads: memory is spent on what it does, and on nothing else."""

import os
import subprocess
import sys

import pytest

WEB = "import billing.drivers, app, blueprints; app.create_app()"
HEAVY = ("xhtml2pdf", "reportlab", "pyhanko", "fontTools", "lxml", "granian")


def loaded(program, tmp_path, **environment):
    """The names of the modules that a program has loaded when it is done."""
    done = subprocess.run(
        [sys.executable, "-c", f"{program}; import sys; print(*sys.modules)"],
        env={"PATH": os.defpath, "DATA_DIR": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_a_web_process_loads_nothing_of_documents(tmp_path):
    found = loaded(WEB, tmp_path)
    assert "flask" in found
    assert not found & set(HEAVY)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, False),
        ({"DATABASE_URL": "sqlite:///x.db"}, False),
        ({"DATABASE_URL": "postgresql://someone@localhost/x"}, True),
    ],
    ids=["nothing said", "SQLite", "PostgreSQL"],
)
def test_the_driver_of_postgresql_is_loaded_where_it_is_used(environment, expected, tmp_path):
    found = loaded("import billing.drivers, models", tmp_path, **environment)
    assert ("psycopg.pq" in found) is expected


def test_a_file_can_name_the_database(tmp_path):
    url = tmp_path / "url"
    url.write_text("postgresql://someone@localhost/x\n")
    found = loaded("import billing.drivers, models", tmp_path, DATABASE_URL_FILE=str(url))
    assert "psycopg.pq" in found


def test_a_program_starts_without_the_driver_it_does_not_need(tmp_path):
    started = "import sys; sys.argv = ['billing', '--help']; from contextlib import suppress\n"
    program = (
        f"{started}with suppress(SystemExit):\n    from billing.__main__ import main; main()\n"
    )
    found = loaded(f"exec({program!r})", tmp_path)
    assert "psycopg.pq" not in found and "peewee" in found and "flask" not in found
