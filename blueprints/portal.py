"""The client's page: who it is from, the next step, progress, milestones, invoices, agreement."""

from typing import Any

from flask import Blueprint, Response, render_template

from billing import clock
from billing.accepting import consequences, moves, undoing
from billing.changes import course
from billing.reading import engagements, next_steps
from billing.reading.engagements import Engagement
from blueprints.web import kept, visiting
from blueprints.web.hypermedia import page

routes = Blueprint("portal", __name__)
visiting.keep_private(routes)


@routes.get("/p/<key>/")
def show(key: str) -> Response:
    door = visiting.glance(key)
    if door is None:
        return page("portal/show.html", **_told(key))
    today = clock.local_date(clock.now(), door.zone)
    there = door.day(clock.now())
    facts = (door.id, door.generation, door.version, door.language, today, there)
    return kept.page(facts, lambda: render_template("portal/show.html", **_told(key)))


def _told(key: str) -> dict[str, Any]:
    visit = visiting.enter(key)
    engagement = engagements.read(visit.project, clock.now())
    return {
        "engagement": engagement,
        "course": course.of(visit.project),
        "steps": next_steps.steps(engagement, visit.contact),
        "ahead": next_steps.ahead(engagement),
        "consequences": _consequences(engagement),
    }


def _consequences(engagement: Engagement) -> dict[int, consequences.Consequence]:
    """What accepting would do, by the id of each milestone that waits for it."""
    payers, day = engagement.who("payer"), undoing.billed_on(engagement.business, clock.now())
    return {
        row.id: consequences.on(row, day, payers, facts=engagement.gates.facts)
        for row in engagement.milestones
        if row.state in moves.IN_REVIEW
    }
