"""Permission is a query: what is not in the visitor's scope does not exist (404)."""

from typing import Any

from flask import abort, request
from flask_login import current_user
from werkzeug.routing import IntegerConverter, Map

from billing import clock
from billing.people import doors, links
from blueprints.web.config import installation
from blueprints.web.errors import LinkClosed, OnlyPreviewing
from models import Link

BEYOND = 2**31
"""A database refuses numbers beyond its own, and no row has one."""


class RowNumber(IntegerConverter):
    """A number in an address; what no row can have is no address (404)."""

    def __init__(self, map: Map, **options: Any) -> None:
        super().__init__(map, **{"max": BEYOND - 1, **options})


def find(scope: Any, row_id: int | str | None) -> Any:
    """The row of a scope with this id (as posted or in the URL), or 404."""
    try:
        number = int(row_id) if row_id is not None else 0
    except ValueError:
        abort(404)
    row = scope.where(scope.model.id == number).first() if 0 < number < BEYOND else None
    return row if row is not None else abort(404)


def cookie_name(link: Link) -> str:
    """The cookie that holds one link's token; its path is the link's pages alone."""
    return f"link_{link.key}".replace("-", "_")


def link(key: str) -> Link:
    """The open link a client's page belongs to, proved by its cookie.

    404 for what is no link, has no cookie or one that is made up; LinkClosed for a link that
    was revoked, has expired or was reissued.
    An owner's browser may look at their own client's page but not act on it.
    """
    found = doors.link(key)
    given = request.cookies.get(cookie_name(found), "") if found else ""
    if found is None or not given:
        if found is not None and is_owner_of(found):
            return _previewed(found)
        abort(404)
    if not links.opens(found, given, installation().secret, clock.now()):
        if not links.was_good(found, given, installation().secret):
            abort(404)
        raise LinkClosed(found)
    return _previewed(found) if is_owner_of(found) else found


def is_owner_of(found: Link) -> bool:
    """Whether the signed-in owner is the one this link's project belongs to."""
    return bool(current_user.is_authenticated and found.project.owner_id == current_user.id)


def _previewed(found: Link) -> Link:
    if request.method not in {"GET", "HEAD"}:
        raise OnlyPreviewing
    return found
