"""Bank statements: files, how they are read, and their movements confirmed as payments."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user, login_required
from flask_wtf.file import FileField, FileRequired

from billing import clock
from billing.banking import booking, matching, movements, splitting, statements, tables
from billing.banking.booking import Order
from billing.banking.splitting import Parts
from billing.refusals import Refusal, again
from blueprints.web import posting
from blueprints.web.bank_form import BankReadingForm
from blueprints.web.errors import words
from blueprints.web.forms import Form
from blueprints.web.hypermedia import go, page, refuse
from blueprints.web.scoping import find
from models import BankFile, BankLine, Invoice

routes = Blueprint("bank", __name__, url_prefix="/bank")

SHOWN = 12
"""Rows of a preview."""


class StatementForm(Form):
    file = FileField(_l("Bank statement"), [FileRequired(_l("Choose the file."))])


@routes.url_value_preprocessor
def _take_a_statement(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    posting.take(movements.LARGEST)


@routes.get("")
@login_required
def index() -> Response:
    return page("bank/index.html", **_listed(StatementForm(formdata=None)))


@routes.post("")
@login_required
def upload() -> Response:
    form = StatementForm()
    if not form.validate():
        return refuse("bank/index.html", **_listed(form))
    posted = form.file.data
    try:
        file = statements.keep(
            posted.stream.read(), posted.filename, current_user.user, clock.now()
        )
    except Refusal as refusal:
        form.refused(refusal)
        return refuse("bank/index.html", refusal.status, **_listed(form))
    return go(url_for(".show", bank_file_id=file.id))


@routes.get("/files/<int:bank_file_id>")
@login_required
def show(bank_file_id: int) -> Response:
    file = _file(bank_file_id)
    if file.taken_at is not None:
        return page("bank/taken.html", file=file, words=words, again=again)
    return page("bank/reading.html", **_previewed(file, _form(file)))


@routes.post("/files/<int:bank_file_id>/taking")
@login_required
def take(bank_file_id: int) -> Response:
    file = _file(bank_file_id)
    if file.taken_at is not None:
        return go(url_for(".show", bank_file_id=file.id))
    form = _form(file)
    try:
        taken = statements.take(file, _reading(file, form), clock.now())
    except Refusal as refusal:
        if form is None:
            raise
        form.refused(refusal)
        return refuse("bank/reading.html", refusal.status, **_previewed(file, form))
    told = ngettext("%(num)s movement is new.", "%(num)s movements are new.", taken.added)
    if taken.problems:
        return go(url_for(".show", bank_file_id=file.id), told)
    return go(url_for(".index"), told)


@routes.post("/files/<int:bank_file_id>/deletion")
@login_required
def drop(bank_file_id: int) -> Response:
    file = _file(bank_file_id)
    statements.drop(file)
    return go(url_for(".index"), _("“%(name)s” is deleted.", name=file.name))


@routes.post("/booking")
@login_required
def book() -> Response:
    orders = _orders()
    booked, refused = booking.book_all(orders, current_user.user, clock.now())
    told = ngettext("%(num)s payment is recorded.", "%(num)s payments are recorded.", len(booked))
    if not orders:
        told = _("Tick the movements that are right first.")
    if not refused:
        return go(url_for(".index"), told, "ok" if booked else "info")
    chosen = {
        each.line.id: each.invoice for each in orders if each.line.id in refused and each.invoice
    }
    listed = _listed(StatementForm(formdata=None), chosen)
    return refuse("bank/index.html", 422, refused=refused, told=told if booked else "", **listed)


@routes.post("/lines/<int:line_id>/aside")
@login_required
def put_aside(line_id: int) -> Response:
    booking.put_aside(_line(line_id), clock.now())
    return go(url_for(".index"), _("You are not asked about it any more."))


@routes.post("/lines/<int:line_id>/return")
@login_required
def bring_back(line_id: int) -> Response:
    booking.bring_back(_line(line_id))
    return go(url_for(".index"))


@routes.post("/lines/<int:line_id>/reversal")
@login_required
def take_back(line_id: int) -> Response:
    booking.take_back(_line(line_id), current_user.user, clock.now())
    return go(url_for(".index"), _("The payment is taken back; the movement is open again."))


def _file(bank_file_id: int) -> BankFile:
    found: BankFile = find(BankFile.of(current_user.user), bank_file_id)
    return found


def _line(line_id: int) -> BankLine:
    found: BankLine = find(BankLine.of(current_user.user), line_id)
    return found


def _form(file: BankFile) -> BankReadingForm | None:
    """How a table is read; a CAMT file says so itself."""
    table = statements.table_of(file)
    return BankReadingForm(file, table) if table is not None else None


def _reading(file: BankFile, form: BankReadingForm | None) -> tables.Reading:
    return form.reading if form is not None else tables.Reading({})


def _previewed(file: BankFile, form: BankReadingForm | None) -> dict[str, Any]:
    """How it would be taken over, as the form says now."""
    seen = statements.look(file, _reading(file, form), clock.now())
    return {
        "file": file,
        "form": form,
        "seen": seen,
        "rows": seen.found[:SHOWN],
        "problems": seen.problems[:SHOWN],
        "words": words,
        "fields": tables.FIELDS,
    }


def _orders() -> list[Order]:
    """What is ticked, each with the invoice chosen for it and the surplus that was shown."""
    found = []
    for typed in request.form.getlist("line")[: booking.PER_PAGE]:
        line = find(BankLine.of(current_user.user), typed)
        chosen = request.form.get(f"invoice-{line.id}", "")
        is_another = f"another-{line.id}" in request.form
        if chosen == "parts":
            found.append(Order(line, None, 0, _parts(line), is_another))
            continue
        if not chosen:
            continue
        invoice = find(Invoice.of(current_user.user), chosen)
        shown, _sep, surplus = request.form.get(f"agreed-{line.id}", "").partition(":")
        agreed = shown == chosen and surplus.isdecimal() and len(surplus) < 16
        found.append(Order(line, invoice, int(surplus) if agreed else 0, (), is_another))
    return found


def _parts(line: BankLine) -> Parts:
    """The invoices that were shown for a movement, each with its part; what is none is left out,
    so that the rest is not the whole any more."""
    shown = request.form.get(f"parts-{line.id}", "").split(",")[: splitting.MOST]
    typed = [each.partition(":") for each in shown]
    return tuple(
        (find(Invoice.of(current_user.user), number), int(amount))
        for number, _sep, amount in typed
        if amount.isdecimal() and len(amount) < 16
    )


def _listed(form: StatementForm, chosen: dict[int, Invoice] | None = None) -> dict[str, Any]:
    owner = current_user.user
    show = request.args.get("show", "open")
    show = show if show in booking.SHOWS else "open"
    listed = booking.listed(owner, show, request.args.get("page", 1, type=int))
    books = matching.Books(owner) if show == "open" and listed.lines else None
    return {
        "form": form,
        "show": show,
        "counts": booking.counts(owner),
        "listed": listed,
        "suggestions": books.suggestions(listed.lines, chosen) if books else [],
        "reasons": matching.REASONS,
        "owed": books.open if books else [],
        "files": list(BankFile.of(owner).order_by(BankFile.id.desc()).limit(10)),
        "latest": booking.latest(owner),
        "words": words,
    }
