"""What the owner learns from their own figures: what an hour earns, where and since when."""

from flask import Blueprint, Response
from flask_login import current_user, login_required

from billing.outcomes import rates
from blueprints.web import plots
from blueprints.web.hypermedia import page

routes = Blueprint("insights", __name__, url_prefix="/insights")


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
