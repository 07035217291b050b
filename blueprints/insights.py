"""What the owner learns from their own figures: what an hour earns, speed, and a year in review."""

from flask import Blueprint, Response, request
from flask_login import current_user, login_required

from billing.outcomes import rates
from billing.reading import insights, year_in_review
from blueprints.web import insights_page, plots
from blueprints.web.hypermedia import page

routes = Blueprint("insights", __name__, url_prefix="/insights")


@routes.get("")
@login_required
def index() -> Response:
    owner, year = current_user.user, insights_page.year(request.args.get("year", type=int))
    work, accepted = rates.finished(owner), insights_page.acceptances(owner)
    ranks = insights.ranking(work, accepted, insights.cash_days(owner))
    years = year_in_review.review(owner, year, work, accepted)
    return page(
        "insights/index.html",
        ranks=ranks,
        plots=plots.strips_by_currency((row.currency, row.client.name, row.worth) for row in ranks),
        packages=insights.packages(work, accepted, insights_page.zone_of(owner)),
        given_away=insights.given_away(owner),
        year=year,
        this_year=insights_page.year(None),
        years=years,
        bars=insights_page.bars(years),
    )


@routes.get("/month")
@login_required
def month() -> Response:
    owner, first = current_user.user, insights_page.month(request.args.get("of"))
    work, accepted = rates.finished(owner), insights_page.acceptances(owner)
    found = year_in_review.month_in_review(owner, first, work, accepted)
    finished = [(row.currency, each) for row in found for each in row.finished]
    return page(
        "insights/month.html",
        first=first,
        this_month=insights_page.month(None),
        beside=insights_page.beside(first),
        found=found,
        plots=plots.strips_by_currency(
            (code, each.milestone.title, each.worth) for code, each in finished
        ),
    )


@routes.get("/rates")
@login_required
def hourly() -> Response:
    work = rates.finished(current_user.user)
    clients = rates.by_client(work)
    return page(
        "insights/rates.html",
        finished=len(work),
        counted=sum(1 for each in work if each.seconds),
        switches=rates.switches(current_user.user, work),
        plots=plots.strips_by_currency((row.currency, row.name, row.rate or 0) for row in clients),
        clients=clients,
        packages=rates.by_package(work),
        projects=rates.by_project(work),
        milestones=rates.by_milestone(work),
        fewest=(rates.FEWEST, rates.FEWEST_HOURS),
    )
