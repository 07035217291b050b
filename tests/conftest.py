"""Every test gets an empty, migrated database: SQLite, PostgreSQL, or one after the other."""

import gc
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import settings
from jinja2 import FileSystemBytecodeCache

import models
from app import create_app
from billing.installation import Installation
from models.schema import migrate
from tests import databases, press, properties, shortcuts
from tests.application import Pooled
from tests.reuse import Reused, prepare

settings.load_profile(properties.PROFILE)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=("sqlite", "postgresql", "both"),
        default="sqlite",
        help="where tests run; both: on SQLite, and those about storage on PostgreSQL too",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run tests about storage on each database, if both are asked for."""
    if metafunc.config.getoption("--database") != "both" or "where" not in metafunc.fixturenames:
        return
    if metafunc.definition.get_closest_marker("storage"):
        metafunc.parametrize("where", ("sqlite", "postgresql"), indirect=True)


def pytest_collection_finish() -> None:
    """Let the collector pass over what stays until the end: modules, templates, the tests."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def where(request: pytest.FixtureRequest) -> str:
    """The kind of database that the test runs on: sqlite or postgresql."""
    asked = request.config.getoption("--database")
    return str(getattr(request, "param", "sqlite" if asked == "both" else asked))


@pytest.fixture(scope="session", autouse=True)
def quick() -> Iterator[None]:
    """Every test takes shortcuts but those that ask for `as_shipped`."""
    shortcuts.be_patient()
    with shortcuts.using(shortcuts.QUICK):
        yield


@pytest.fixture
def as_shipped() -> Iterator[None]:
    """Durable to the disk, and passwords as costly as they are. Comes before `database`."""
    with shortcuts.using(shortcuts.AS_SHIPPED):
        yield


@pytest.fixture
def idle_press(monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents without the engine, which has tests of its own."""
    press.idle(monkeypatch)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, templates: str) -> Flask:
    """The app; `tests.application.pointed_at` gives it a database."""
    directory = tmp_path_factory.mktemp("built")
    made = create_app(
        Installation(
            data_dir=directory,
            database_url=f"sqlite:///{directory / 'none.db'}",
            base_url="http://127.0.0.1:8000",
            secret=b"a secret for tests",
        )
    )
    made.jinja_env.bytecode_cache = FileSystemBytecodeCache(templates)
    return made


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where all processes of this run find a template that one of them has compiled."""
    base = tmp_path_factory.getbasetemp()
    place = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "compiled"
    place.mkdir(exist_ok=True)
    return str(place)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a PostgreSQL server: TEST_POSTGRESQL_URL, or one started for this run."""
    given = os.environ.get("TEST_POSTGRESQL_URL")
    if given:
        yield given
        return
    if databases.binaries() is None:
        # A CI that quietly tests less is worse than one that fails.
        missed = pytest.fail if os.environ.get("CI") else pytest.skip
        missed("PostgreSQL is not installed here, so nothing was tested on it")
    with databases.postgresql_server() as url:
        yield url


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A migrated, empty SQLite file that each test's own is a copy of."""
    path = tmp_path_factory.mktemp("template") / "milepost.db"
    _migrated(f"sqlite:///{path}")
    return str(path)


@pytest.fixture(scope="session")
def reused(postgresql: str) -> Iterator[Reused]:
    """The same on PostgreSQL: a database that each test finds as if it were new."""
    with databases.postgresql_database(postgresql) as url:
        _migrated(url)
        prepare(url)
        database = Reused(url)
        yield database
        database.drop()


def _migrated(url: str) -> None:
    bound = models.connect(url, 4)
    migrate()
    if url.startswith("sqlite"):
        with models.connection():
            bound.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    bound.close_all()


@pytest.fixture
def database_url(where: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of this test's own empty database."""
    if where == "sqlite":
        shutil.copy(request.getfixturevalue("template"), tmp_path / "milepost.db")
        yield f"sqlite:///{tmp_path / 'milepost.db'}"
        return
    reused = request.getfixturevalue("reused")
    reused.empty()
    yield reused.url()


@pytest.fixture
def pooled(where: str, request: pytest.FixtureRequest) -> Pooled:
    """How this test uses its pool of connections."""
    return _closed if where == "sqlite" else request.getfixturevalue("reused").kept


@contextmanager
def _closed(pool: Any) -> Iterator[None]:
    yield
    pool.close_all()


@pytest.fixture
def database(database_url: str, pooled: Pooled) -> Iterator[object]:
    """The models bound to this test's database, one connection open."""
    bound = models.connect(database_url, 64)
    with pooled(bound):
        bound.connect(reuse_if_open=True)
        yield bound


@pytest.fixture
def impatient(
    database: object, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> Iterator[None]:
    """Connections that wait a fifth of a second for another writer."""
    monkeypatch.setattr(models.base, "PATIENCE", 200)
    monkeypatch.setitem(models.base.SQLITE_PRAGMAS, "busy_timeout", 200)
    models.db.close_all()
    bound = models.connect(database_url, 8)
    with models.connection():
        yield
    bound.close_all()


@pytest.fixture
def installation(database_url: str, tmp_path: Path) -> Installation:
    return Installation(
        data_dir=tmp_path,
        database_url=database_url,
        base_url="http://127.0.0.1:8000",
        secret=b"a secret for tests",
    )
