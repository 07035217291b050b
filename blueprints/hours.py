"""Past hours: files of tracked time, how they are read, and what was imported."""

from typing import Any

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required
from flask_wtf.file import FileField, FileRequired

from billing import clock, jobs
from billing.importing import tabular
from billing.outcomes import importing, mapping
from billing.outcomes.entries import Problem
from billing.people import accounts
from billing.refusals import Refusal
from blueprints.web import posting
from blueprints.web.downloads import attachment
from blueprints.web.errors import words
from blueprints.web.forms import Form
from blueprints.web.hours_form import ReadingForm
from blueprints.web.hypermedia import go, page, refuse
from blueprints.web.scoping import find
from models import HoursFile

routes = Blueprint("hours", __name__, url_prefix="/outcomes/hours")

SHOWN = 8
"""Rows of a preview."""


class FileForm(Form):
    file = FileField(_l("File of tracked time"), [FileRequired(_l("Choose the file."))])


@routes.url_value_preprocessor
def _take_a_table(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    posting.take(tabular.LARGEST)


@routes.get("")
@login_required
def index() -> Response:
    return page("hours/index.html", **_listed(FileForm(formdata=None)))


@routes.post("")
@login_required
def upload() -> Response:
    form = FileForm()
    if not form.validate():
        return refuse("hours/index.html", **_listed(form))
    posted, currency = form.file.data, accounts.business(current_user.user).currency
    try:
        file = importing.keep(
            posted.stream.read(), posted.filename, current_user.user, currency, clock.now()
        )
    except Refusal as refusal:
        form.refused(refusal)
        return refuse("hours/index.html", refusal.status, **_listed(form))
    return go(url_for(".show", file_id=file.id))


@routes.get("/<int:file_id>")
@login_required
def show(file_id: int) -> Response:
    file = _file(file_id)
    if file.job is not None:
        return page("hours/imported.html", file=file, job=file.job)
    table = importing.table_of(file)
    return page("hours/reading.html", **_previewed(file, table, ReadingForm(file, table)))


@routes.post("/<int:file_id>/import")
@login_required
def start(file_id: int) -> Response:
    file = _file(file_id)
    table = importing.table_of(file)
    form = ReadingForm(file, table)
    if not form.validate():
        return refuse("hours/reading.html", **_previewed(file, table, form))
    try:
        importing.start(file, form.reading, clock.now())
    except importing.ImportBegun:
        return go(url_for(".show", file_id=file.id))
    except Refusal as refusal:
        form.refused(refusal)
        return refuse("hours/reading.html", refusal.status, **_previewed(file, table, form))
    return go(url_for(".show", file_id=file.id))


@routes.post("/<int:file_id>/cancellation")
@login_required
def cancel(file_id: int) -> Response:
    file = _file(file_id)
    if file.job is not None:
        jobs.cancel(file.job, clock.now())
    return go(url_for(".show", file_id=file.id))


@routes.post("/<int:file_id>/deletion")
@login_required
def forget(file_id: int) -> Response:
    file = _file(file_id)
    importing.forget(file, clock.now())
    told = _("“%(name)s” and what was imported from it are deleted.", name=file.name)
    return go(url_for(".index"), told)


@routes.get("/<int:file_id>/problems.csv")
@login_required
def problems(file_id: int) -> Response:
    file = _file(file_id)
    stem = file.name.rsplit(".", 1)[0]
    return attachment(importing.problems(file, words), f"{stem}-not-imported.csv", "text/csv")


def _file(file_id: int) -> HoursFile:
    found: HoursFile = find(HoursFile.of(current_user.user), file_id)
    return found


def _listed(form: FileForm) -> dict[str, Any]:
    files = HoursFile.of(current_user.user).order_by(HoursFile.id.desc())
    return {"form": form, "files": list(files), "totals": importing.totals(current_user.user)}


def _previewed(file: HoursFile, table: tabular.Table, form: ReadingForm) -> dict[str, Any]:
    """How the first rows would be read, as the form says now."""
    rows = importing.sample(table, form.reading, SHOWN)
    return {
        "file": file,
        "table": table,
        "form": form,
        "rows": rows,
        "is_problem": lambda row: isinstance(row, Problem),
        "words": words,
        "unclear": form.unclear,
        "fields": mapping.FIELDS,
        "count": sum(1 for _row in table.rows()),
    }
