"""Search over all that an owner has, as a page and as the menu that Ctrl+K opens."""

from flask import Blueprint, Response, request, url_for
from flask_login import current_user, login_required

from billing.reading import search
from blueprints.web import search_page
from blueprints.web.hypermedia import go, is_partial, page

routes = Blueprint("search", __name__, url_prefix="/search")


@routes.get("")
@login_required
def index() -> Response:
    words, asked = _words(), request.args.get("kind", "")
    kind = asked if asked in search.SCOPES else ""
    at_most = search.MANY if kind else search.A_FEW
    groups = search.groups(current_user.user, words, kind, at_most)
    places = [] if kind or not words else search_page.places(words)
    return page(
        "search/index.html",
        words=words,
        kind=kind,
        groups=groups,
        places=places,
        shown=search_page.shown,
        marked=search.marked,
    )


@routes.get("/menu")
@login_required
def menu() -> Response:
    """What the menu offers while somebody types; without anything typed, the pages."""
    words = _words()
    if not is_partial():
        return go(url_for("search.index", q=words or None))
    return page(
        "search/_search_menu.html",
        words=words,
        groups=search.groups(current_user.user, words),
        places=search_page.places(words),
        shown=search_page.shown,
        marked=search.marked,
    )


def _words() -> str:
    return request.args.get("q", "")[: search.LONGEST].strip()
