"""A client's visit: who reads, whose project it is, and the language and zone of its pages."""

from dataclasses import dataclass

from flask import Blueprint, Response, g, request, session

from billing import clock
from billing.outbox import business_of
from billing.people import doors, links
from billing.people.doors import Door
from blueprints.web import scoping
from blueprints.web.config import installation
from blueprints.web.formatting import speak
from models import Business, Contact, Link, Project


@dataclass(frozen=True)
class Visit:
    """Somebody at a client's page; `is_preview` where it is the owner, who only looks."""

    link: Link
    project: Project
    contact: Contact
    business: Business
    is_preview: bool

    @property
    def key(self) -> str:
        return str(self.link.key)


def enter(key: str) -> Visit:
    """Let the holder of a link in, or refuse as scoping.link() does."""
    link = scoping.link(key)
    project = link.project
    business = business_of(project)
    speak(str(project.client.language))
    g.zone = str(business.timezone)
    g.visit = Visit(link, project, link.contact, business, scoping.is_owner_of(link))
    return g.visit  # type: ignore[no-any-return]


def glance(key: str) -> Door | None:
    """The open door of a client in one query, for a page that may be kept.

    None where enter() has to look closer: no cookie, a closed link, an owner's browser.
    """
    door = doors.at(key)
    if door is None or "_user_id" in session:
        return None
    given = request.cookies.get(scoping.cookie_name(door), "")
    return door if links.opens(door, given, installation().secret, clock.now()) else None


def keep_private(routes: Blueprint) -> None:
    """Pages of a client may be kept by their browser, which asks every time if they are fresh."""

    @routes.after_request
    def private(response: Response) -> Response:
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response
