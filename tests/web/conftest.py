"""The app over a test's own database, and visitors: nobody, Alice, a stranger, a client."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from flask import Flask

import models
from billing import clock
from billing.installation import Installation
from billing.people import links
from blueprints.web import kept
from models import Contact, Project, User
from tests import cast as the
from tests.application import Pooled, pointed_at
from tests.web.visitor import Visitor


@pytest.fixture
def nothing_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every page that any test gets from the shelf must be what would be rendered now.

    Where queries are counted it is not rendered again.
    """
    kept_or_made = kept._kept

    def compared(key: kept.Key, render: Callable[[], str]) -> kept.Kept:
        made = []
        page = kept_or_made(key, lambda: made.append(render()) or made[0])
        if not (made or models.db.query_hooks):
            assert page.plain("") == kept.Kept(kept._rendered(render)).plain(""), key
        return page

    monkeypatch.setattr(kept, "_kept", compared)


@pytest.fixture
def app(
    built: Flask, installation: Installation, nothing_stale: None, pooled: Pooled
) -> Iterator[Flask]:
    with pointed_at(installation, built), pooled(models.db.obj):
        # A request gives its connection back, so the test's own cannot be a context around it.
        models.db.connect(reuse_if_open=True)
        yield built


@pytest.fixture(autouse=True)
def frozen(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """It is the.NOW, until a test says `frozen(later)`."""

    def at(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    at(the.NOW)
    return at


@pytest.fixture
def nobody(app: Flask) -> Visitor:
    return Visitor(app)


@pytest.fixture
def alice(app: Flask) -> User:
    return the.owner("alice@example.com")


@pytest.fixture
def signed_in(app: Flask, alice: User) -> Visitor:
    """Alice, signed in."""
    visitor = Visitor(app)
    visitor.enter(alice)
    return visitor


@pytest.fixture
def stranger(app: Flask) -> Visitor:
    """Another owner, signed in, who must see nothing of Alice's."""
    bob = the.owner("bob@example.com", name="Bob Builds", country="GB", currency="GBP")
    visitor = Visitor(app)
    visitor.enter(bob)
    return visitor


@pytest.fixture
def as_client(app: Flask) -> Callable[[Project, Contact], Visitor]:
    """A contact who opened their link: as_client(project, contact)."""

    def open_link(project: Project, contact: Contact) -> Visitor:
        visitor = Visitor(app)
        with models.write(project):
            link = links.for_contact(project, contact, the.NOW)
        secret = app.config["INSTALLATION"].secret
        visitor.get(f"/l/{links.token(link, secret)}", status=303)
        visitor.home = f"/p/{link.key}/"
        visitor.get(visitor.home)
        return visitor

    return open_link
