"""Fresh databases for tests: SQLite files, and a PostgreSQL of our own where none is given."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg

from tests.ports import free_port

# initdb refuses to run as root.
ACCOUNT = "postgres"

# No test pulls the plug of the machine, so nothing has to wait for its disk.
SETTINGS = (
    "-c listen_addresses=127.0.0.1 -c max_connections=300"
    " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
)


def binaries() -> Path | None:
    """Where initdb and pg_ctl are, or None where this machine has no PostgreSQL."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return candidates[-1].parent if candidates else None


def _as_account() -> dict[str, object]:
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam(ACCOUNT)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


@contextmanager
def postgresql_server() -> Iterator[str]:
    """A throw-away server on loopback; yields the URL of its maintenance database."""
    tools = binaries()
    if tools is None:
        raise RuntimeError("PostgreSQL is not installed")
    directory = Path(tempfile.mkdtemp(prefix="milepost-pg-"))
    options = _as_account()
    if options:
        shutil.chown(directory, ACCOUNT, ACCOUNT)
    data, port = directory / "data", free_port()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": directory}
    subprocess.run(
        [
            tools / "initdb",
            "-D",
            data,
            "-U",
            "milepost",
            "--auth=trust",
            "-E",
            "UTF8",
            "--no-locale",
            "--no-sync",
        ],
        check=True,
        **quiet,
        **options,
    )
    settings = f"-p {port} -k {directory} {SETTINGS}"
    # The server's log must not hold our output pipe open, hence -l.
    subprocess.run(
        [tools / "pg_ctl", "-D", data, "-o", settings, "-l", directory / "log", "-w", "start"],
        check=True,
        **quiet,
        **options,
    )
    try:
        yield f"postgresql://milepost@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run(
            [tools / "pg_ctl", "-D", data, "-m", "immediate", "stop"], **quiet, **options
        )
        shutil.rmtree(directory, ignore_errors=True)


def create(server: str, template: str = "template1") -> str:
    """The URL of a new database on `server`, a copy of `template`."""
    name = f"milepost_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return server.rsplit("/", 1)[0] + f"/{name}"


def drop(url: str) -> None:
    """Drop a database, whoever is still connected to it."""
    server, _, name = url.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def postgresql_database(server: str) -> Iterator[str]:
    """A database of one's own on `server`, dropped afterwards."""
    url = create(server)
    try:
        yield url
    finally:
        drop(url)
