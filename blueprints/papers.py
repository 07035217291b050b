"""An agreement signed on paper: recorded by the owner with its scan."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, StringField

from billing import clock
from billing.agreeing import agreements, composing, paper, scans
from billing.refusals import Refusal
from blueprints.web import posting
from blueprints.web.downloads import download
from blueprints.web.forms import Form, at_most, obey, required
from blueprints.web.hypermedia import go, page
from blueprints.web.hypermedia import refuse as refused
from blueprints.web.scoping import find
from models import Agreement, Project, ProjectState

routes = Blueprint("papers", __name__, url_prefix="/projects/<int:project_id>/agreement")


class PaperForm(Form):
    """What stands on the paper. The scan is kept as it was read, made anew if a picture."""

    signed_on = DateField(
        _l("Day of the last signature"), [required(_l("Say on which day it was signed."))]
    )
    client_name = StringField(
        _l("Who signed for the client"), [required(_l("Say who signed.")), at_most(200)]
    )
    owner_name = StringField(
        _l("Who signed for you"), [required(_l("Say who signed.")), at_most(200)]
    )
    scan = FileField(_l("Scan of the signed paper"), [FileRequired(_l("Choose the scan."))])

    read: scans.Scan | None = None

    def validate_scan(self, field: FileField) -> None:
        with field.data.stream as posted:
            self.read = obey(scans.read, posted.read(scans.LARGEST + 1))

    def signed(self) -> paper.Signed:
        day: date = self.signed_on.data
        return paper.Signed(day, self.client_name.data, self.owner_name.data, self.read)


@routes.url_value_preprocessor
def _take_a_scan(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    posting.take(scans.LARGEST)


@routes.get("/paper")
@login_required
def new(project_id: int) -> Response:
    project, agreement = _recordable(project_id)
    form = PaperForm(formdata=None)
    form.client_name.data = agreement.signer.name if agreement.signer else ""
    return page("agreements/paper.html", **_shown(project, agreement, form))


@routes.post("/paper")
@login_required
def record(project_id: int) -> Response:
    project, agreement = _recordable(project_id)
    form = PaperForm()
    if not form.validate():
        return refused("agreements/paper.html", **_shown(project, agreement, form))
    try:
        if project.state == ProjectState.DRAFT:
            agreement = agreements.compose(project, clock.now())
        paper.record(agreement, form.signed(), current_user.user, clock.now())
    except Refusal as refusal:
        form.refused(refusal)
        shown = _shown(project, agreement, form)
        return refused("agreements/paper.html", refusal.status, **shown)
    here = url_for("agreements.show", project_id=project.id)
    return go(here, _("It is on record. %(name)s is told by mail.", name=agreement.signer.name))


@routes.get("/scan")
@login_required
def scan(project_id: int) -> Response:
    project = find(Project.of(current_user.user), project_id)
    number = request.args.get("version", type=int)
    agreement = agreements.version(project, number) if number else agreements.current(project)
    recorded = paper.of(agreement) if agreement else None
    return download(recorded.scan) if recorded else abort(404)


def _recordable(project_id: int) -> tuple[Project, Agreement]:
    """The project with what may be recorded: its draft, or the version that is out; else 404."""
    project: Project = find(Project.of(current_user.user), project_id)
    now, latest = clock.now(), agreements.current(project)
    if not paper.can_be_recorded(project, latest):
        abort(404)
    is_draft = project.state == ProjectState.DRAFT
    return project, composing.proposal(project, now) if is_draft or latest is None else latest


def _shown(project: Project, agreement: Agreement, form: PaperForm) -> dict[str, Any]:
    is_draft = project.state == ProjectState.DRAFT
    missing = agreements.missing(agreement, clock.now()) if is_draft else []
    return {"project": project, "agreement": agreement, "form": form, "missing": missing}
