"""Clients brought along in a table: upload, columns and preview, and what came of it."""

from typing import Any

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required
from flask_wtf.file import FileField, FileRequired

from billing import clock
from billing.importing import tabular
from billing.people import accounts, address_book, importing
from billing.people.address_book import Fault
from billing.refusals import Refusal
from blueprints.web import posting
from blueprints.web.choices import country
from blueprints.web.columns_form import ColumnsForm
from blueprints.web.downloads import attachment
from blueprints.web.errors import words
from blueprints.web.forms import Form
from blueprints.web.hypermedia import go, page, refuse
from blueprints.web.scoping import find
from models import ClientsFile

routes = Blueprint("client_imports", __name__, url_prefix="/clients/import")

SHOWN = 8
"""Rows of a preview."""


class FileForm(Form):
    file = FileField(_l("File of clients"), [FileRequired(_l("Choose the file."))])


@routes.url_value_preprocessor
def _take_a_table(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    posting.take(tabular.LARGEST)


@routes.get("")
@login_required
def index() -> Response:
    return page("client_imports/index.html", form=FileForm(formdata=None), files=_files())


@routes.post("")
@login_required
def upload() -> Response:
    form, business = FileForm(), accounts.business(current_user.user)
    if not form.validate():
        return refuse("client_imports/index.html", form=form, files=_files())
    posted, own = form.file.data, (business.country, business.currency)
    try:
        content = posted.stream.read()
        file = importing.keep(content, posted.filename, current_user.user, *own, clock.now())
    except Refusal as refusal:
        form.refused(refusal)
        return refuse("client_imports/index.html", refusal.status, form=form, files=_files())
    return go(url_for(".show", file_id=file.id))


@routes.get("/<int:file_id>")
@login_required
def show(file_id: int) -> Response:
    file = _file(file_id)
    if file.imported_at is not None:
        return page("client_imports/imported.html", file=file)
    table = importing.table_of(file)
    return page("client_imports/columns.html", **_previewed(file, table, ColumnsForm(file, table)))


@routes.post("/<int:file_id>/import")
@login_required
def start(file_id: int) -> Response:
    file = _file(file_id)
    table = importing.table_of(file)
    form = ColumnsForm(file, table)
    if not form.validate():
        return refuse("client_imports/columns.html", **_previewed(file, table, form))
    try:
        importing.run(file, form.columns, current_user.user, clock.now())
    except importing.AlreadyImported:
        return go(url_for(".show", file_id=file.id))
    except Refusal as refusal:
        form.refused(refusal)
        context = _previewed(file, table, form)
        return refuse("client_imports/columns.html", refusal.status, **context)
    return go(url_for(".show", file_id=file.id))


@routes.post("/<int:file_id>/deletion")
@login_required
def forget(file_id: int) -> Response:
    file = _file(file_id)
    importing.forget(file)
    return go(url_for(".index"), _("“%(name)s” is deleted.", name=file.name))


@routes.get("/<int:file_id>/problems.csv")
@login_required
def problems(file_id: int) -> Response:
    file = _file(file_id)
    stem = file.name.rsplit(".", 1)[0]
    return attachment(importing.problems(file, words), f"{stem}-not-imported.csv", "text/csv")


def _file(file_id: int) -> ClientsFile:
    found: ClientsFile = find(ClientsFile.of(current_user.user), file_id)
    return found


def _files() -> list[ClientsFile]:
    return list(ClientsFile.of(current_user.user).order_by(ClientsFile.id.desc()))


def _previewed(file: ClientsFile, table: tabular.Table, form: ColumnsForm) -> dict[str, Any]:
    """How the first rows would be read, as the form says now."""
    return {
        "file": file,
        "form": form,
        "rows": importing.sample(table, form.columns, current_user.user, SHOWN),
        "is_problem": lambda row: isinstance(row, Fault),
        "words": words,
        "country": country,
        "fields": list(address_book.FIELDS),
        "count": sum(1 for _row in table.rows()),
    }
