"""A database and a real server of their own for the tests of one file."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

import models
from models.schema import migrate
from tests import databases
from tests.faults.server import Server, running


@pytest.fixture(autouse=True)
def durable(as_shipped: None) -> None:
    """What must outlive a fault is written as it is in earnest."""


@pytest.fixture(scope="module")
def shared_url(
    where: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A migrated database that all tests of the file share."""
    with ExitStack() as stack:
        if where == "sqlite":
            url = f"sqlite:///{tmp_path_factory.mktemp('shared') / 'milepost.db'}"
        else:
            server = request.getfixturevalue("postgresql")
            url = stack.enter_context(databases.postgresql_database(server))
        models.connect(url, 4)
        migrate()
        models.db.close_all()
        yield url


@pytest.fixture(scope="module")
def server(shared_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Two processes that serve the shared database, and the worker beside them."""
    with running(shared_url, tmp_path_factory.mktemp("data")) as served:
        yield served


@pytest.fixture
def shared(shared_url: str) -> Iterator[None]:
    """The models bound to the shared database in this process too."""
    bound = models.connect(shared_url, 64)
    bound.connect(reuse_if_open=True)
    yield
    bound.close_all()
