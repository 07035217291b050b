"""Home: what needs the owner now, the ladder, money by month, projects by state."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, g, render_template, url_for
from flask_login import current_user, login_required

from billing import clock
from billing.people import accounts, checklist
from billing.reading import attention, cashflow, freshness, ladder
from billing.reading.needing import Need
from blueprints.web import formatting, kept
from blueprints.web.config import installation
from blueprints.web.plots import bars
from models import Project, ProjectState, User

routes = Blueprint("home", __name__)

BOARD = (ProjectState.DRAFT, ProjectState.OFFERED, ProjectState.ACTIVE, ProjectState.CLOSED)
CARDS = 6


@routes.get("/")
@login_required
def index() -> Response:
    owner, sends_mail = current_user.user, installation().sends_mail
    home = freshness.of_home(owner)
    g.zone, today = home.zone, clock.local_date(clock.now(), home.zone)
    key = (home, today, sends_mail)
    return kept.unstored(
        key,
        lambda: render_template("home/index.html", home=home, **_told(owner, today, sends_mail)),
    )


def _told(owner: User, today: date, sends_mail: bool) -> dict[str, Any]:
    business = accounts.business(owner)
    ladders = ladder.of_owner(owner, today, business.currency)
    flows = {currency: cashflow.months(owner, currency, today) for currency in ladders}
    return {
        "steps": checklist.left(business, sends_mail),
        "needs": attention.needs(owner, today),
        "address_of": _address,
        "in_words": _in_words,
        "ladders": ladders,
        "flows": flows,
        "plots": {currency: bars(months) for currency, months in flows.items()},
        "board": _board(owner),
        "counts": dict(Project.counts(owner)),
    }


def _board(owner: User) -> dict[str, list[Project]]:
    """The newest projects of each state, with their milestones; two queries."""
    newest = Project.newest_by_state(owner, CARDS)
    return {state: [row for row in newest if row.state == state] for state in BOARD}


def _in_words(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts for a sentence: dates in the reader's way."""
    return {
        name: formatting.day(value) if isinstance(value, date) else value
        for name, value in facts.items()
    }


def _address(need: Need) -> str:
    """Where a need is answered."""
    row = need.row
    if need.about == "invoice":
        return url_for("invoices.show", invoice_id=row.id)
    if need.about == "agreement":
        return url_for("agreements.show", project_id=row.project_id)
    if need.about == "milestone":
        return url_for("projects.show", project_id=row.project_id, _anchor=f"milestone_{row.id}")
    if need.about == "comments":
        return url_for("comments.show", project_id=row.project_id, milestone_id=row.id)
    if need.about == "dispute":
        return url_for("disputes.show", project_id=row.project_id, milestone_id=row.id)
    if need.about == "reading":
        return url_for("measures.show", project_id=row.project_id, milestone_id=row.id)
    if need.about == "message":
        return url_for("outbox.show", delivery_id=row.id)
    if need.about == "wish":
        return url_for("changes.show", project_id=row.id)
    return url_for("projects.show", project_id=row.id)
