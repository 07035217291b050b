"""Links: opened by a client, asked for again, and handled by the owner."""

from datetime import timedelta

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required

from billing import clock
from billing.people import links
from blueprints.web.config import installation
from blueprints.web.errors import LinkClosed
from blueprints.web.hypermedia import go, is_partial, page, swap
from blueprints.web.scoping import cookie_name, find
from blueprints.web.security import limit, visitor
from models import Link, Project

routes = Blueprint("links", __name__)

KEPT = timedelta(days=180)
"""How long a browser remembers a link before it has to be opened from the mail again."""

PANEL = "links/_link_panel.html"


@routes.app_template_global()
def holders_of(project: Project) -> list[links.Holder]:
    """Who has a link into a project, and who could get one."""
    return links.holders(project, clock.now())


@routes.get("/l/<token>")
def open(token: str) -> Response:
    link = links.known(token) or abort(404)
    if not links.was_good(link, token, installation().secret):
        abort(404)
    if not links.opens(link, token, installation().secret, clock.now()):
        raise LinkClosed(link)
    home = f"/p/{link.key}/"
    response = redirect(home, 303)
    response.set_cookie(
        cookie_name(link),
        token,
        max_age=KEPT,
        path=home,
        httponly=True,
        samesite="Lax",
        secure=installation().secure,
    )
    return response


@routes.post("/l/<key>/renewal")
def renew(key: str) -> Response:
    limit("renewal", visitor(), per_hour=20)
    limit("renewal", key, per_hour=3)
    link = links.known(key)
    if link is not None and link.key == key:
        links.renew(link, clock.now())
    # The same for every key, so that nobody learns which links there are.
    return go(url_for(".renewed"))


@routes.get("/link-requested")
def renewed() -> Response:
    return page("links/renewed.html")


@routes.post("/projects/<int:project_id>/links")
@login_required
def invite(project_id: int) -> Response:
    project = _project(project_id)
    contact = find(project.client.contacts, request.form.get("contact"))
    links.invite(project, contact, current_user.user, clock.now())
    return _panel(project, _("The link for %(name)s is made.", name=contact.name))


@routes.post("/projects/<int:project_id>/links/<int:link_id>/copy")
@login_required
def copy(project_id: int, link_id: int) -> Response:
    link = _link(project_id, link_id)
    links.copy(link, current_user.user, clock.now())
    address = f"{installation().base_url}/l/{links.token(link, installation().secret)}"
    shown = {"project": link.project, "shown": link, "address": address}
    if is_partial():
        return swap(PANEL, _home(link.project), **shown)
    return page("links/copy.html", **shown)


@routes.post("/projects/<int:project_id>/links/<int:link_id>/sending")
@login_required
def send(project_id: int, link_id: int) -> Response:
    link = _link(project_id, link_id)
    links.send_again(link, current_user.user, clock.now())
    return _panel(link.project, _("The link goes to %(email)s again.", email=link.contact.email))


@routes.post("/projects/<int:project_id>/links/<int:link_id>/reissue")
@login_required
def reissue(project_id: int, link_id: int) -> Response:
    link = _link(project_id, link_id)
    links.reissue(link, current_user.user, clock.now())
    told = _("%(name)s has a new link. The old one is dead.", name=link.contact.name)
    return _panel(link.project, told)


@routes.post("/projects/<int:project_id>/links/<int:link_id>/revocation")
@login_required
def revoke(project_id: int, link_id: int) -> Response:
    link = _link(project_id, link_id)
    links.revoke(link, current_user.user, clock.now())
    return _panel(link.project, _("The link of %(name)s is closed.", name=link.contact.name))


def _project(project_id: int) -> Project:
    found: Project = find(Project.of(current_user.user), project_id)
    return found


def _link(project_id: int, link_id: int) -> Link:
    found: Link = find(_project(project_id).links, link_id)
    return found


def _panel(project: Project, done: str) -> Response:
    return swap(PANEL, _home(project), toast=done, project=project, done=done)


def _home(project: Project) -> str:
    return url_for("projects.show", project_id=project.id, _anchor="link_panel")
