"""The same app and visitors as the tests of the web have, and a walk over all routes."""

import pytest
from flask import Flask

from tests import retelling
from tests.house.walk import Walk
from tests.web.conftest import app, frozen, nobody, nothing_stale

__all__ = ["app", "frozen", "nobody", "nothing_stale"]


@pytest.fixture
def walk(app: Flask) -> Walk:
    """Alice's whole story, and everybody who may come to her pages."""
    return Walk(app, retelling.told("alice@example.com"))
