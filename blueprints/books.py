"""The books: income and tax by quarter, what is owed, and files for whoever keeps accounts."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required
from werkzeug.datastructures import MultiDict
from wtforms import DateField, IntegerField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, ValidationError

from billing import clock, jobs
from billing.books import archive, beancount, calendar, datev, quarters, records, tables
from billing.books.records import Period
from billing.people import accounts
from billing.refusals import Refusal
from blueprints.web.config import installation
from blueprints.web.downloads import attachment
from blueprints.web.forms import Form, required
from blueprints.web.hypermedia import go, page, refuse
from blueprints.web.scoping import find
from models import Job

routes = Blueprint("books", __name__, url_prefix="/books")

TABLES = {
    "documents": tables.documents,
    "lines": tables.lines,
    "payments": tables.payments,
    "write_offs": tables.write_offs,
}


class PeriodForm(Form):
    """The days a file is about, both included."""

    first = DateField(_l("From"), [required(_l("Say from which day."))])
    last = DateField(_l("To"), [required(_l("Say to which day."))])

    def validate_last(self, field: DateField) -> None:
        if self.first.data and field.data and field.data < self.first.data:
            raise ValidationError(_("The last day is before the first."))

    @property
    def period(self) -> Period:
        return Period(self.first.data, self.last.data)


class DatevForm(PeriodForm):
    consultant = IntegerField(
        _l("Consultant's number"),
        [NumberRange(1, 9_999_999, _l("The consultant's number has up to 7 digits."))],
    )
    client = IntegerField(
        _l("Client's number"),
        [NumberRange(1, 99_999, _l("The client's number has up to 5 digits."))],
    )
    chart = RadioField(
        _l("Chart of accounts"),
        choices=[SelectChoice(name, name) for name in datev.CHARTS],
        default="SKR03",
    )


@routes.get("")
@login_required
def index() -> Response:
    return page("books/index.html", **_shown())


@routes.get("/<name>.csv")
@login_required
def table(name: str) -> Response:
    written = TABLES.get(name) or abort(404)
    form = _asked(PeriodForm)
    if not form.validate():
        return refuse("books/index.html", **_shown(form))
    content = written(current_user.user, form.period)
    return attachment(content, _named(name, form.period, "csv"), "text/csv")


@routes.get("/ledger.beancount")
@login_required
def ledger() -> Response:
    form = _asked(PeriodForm)
    if not form.validate():
        return refuse("books/index.html", **_shown(form))
    text = beancount.written(current_user.user, form.period)
    return attachment(text.encode(), _named("ledger", form.period, "beancount"), "text/plain")


@routes.get("/datev")
@login_required
def batch() -> Response:
    form = _asked(DatevForm)
    if "consultant" not in request.args:
        return page("books/datev.html", form=_fresh(DatevForm))
    if not form.validate():
        return refuse("books/datev.html", form=form)
    office = datev.Office(form.consultant.data, form.client.data, form.chart.data)
    try:
        content = datev.written(current_user.user, form.period, office, clock.now())
    except Refusal as refusal:
        form.refused(refusal)
        return refuse("books/datev.html", form=form)
    return attachment(content, f"EXTF_Buchungsstapel_{form.period.first}.csv", "text/csv")


@routes.post("/archive")
@login_required
def begin_archive() -> Response:
    form = PeriodForm()
    if not form.validate():
        return refuse("books/index.html", **_shown(form))
    job = archive.start(current_user.user, form.period, clock.now())
    return go(url_for(".show_archive", job_id=job.id))


@routes.get("/archive/<int:job_id>")
@login_required
def show_archive(job_id: int) -> Response:
    job = _archive(job_id)
    return page("books/archive.html", job=job, period=archive.period_of(job))


@routes.post("/archive/<int:job_id>/cancellation")
@login_required
def cancel_archive(job_id: int) -> Response:
    jobs.cancel(_archive(job_id), clock.now())
    return go(url_for(".show_archive", job_id=job_id))


@routes.get("/archive/<int:job_id>/documents.zip")
@login_required
def download_archive(job_id: int) -> Response:
    job = _archive(job_id)
    content = archive.content(job) or abort(404)
    name = _named("documents", archive.period_of(job), "zip")
    return attachment(content.getvalue(), name, "application/zip")


@routes.post("/calendar")
@login_required
def renew_calendar() -> Response:
    calendar.renew(current_user.user, clock.now())
    return go(url_for(".index", _anchor="calendar"))


@routes.post("/calendar/deletion")
@login_required
def end_calendar() -> Response:
    calendar.end(current_user.user)
    return go(url_for(".index", _anchor="calendar"), _("The feed is closed."))


def _archive(job_id: int) -> Job:
    found: Job = find(Job.of(current_user.user).where(Job.kind == "archive"), job_id)
    return found


def _today() -> date:
    return clock.local_date(clock.now(), accounts.business(current_user.user).timezone)


def _asked(kind: type[PeriodForm]) -> Any:
    """A form filled from the address, which asks about the year so far unless it says otherwise:
    it changes nothing, so it needs no token."""
    first, last = _year_so_far()
    typed = request.args or MultiDict({"first": first.isoformat(), "last": last.isoformat()})
    return kind(typed, meta={"csrf": False})


def _fresh(kind: type[PeriodForm]) -> Any:
    first, last = _year_so_far()
    return kind(formdata=None, data={"first": first, "last": last})


def _year_so_far() -> tuple[date, date]:
    today = _today()
    return today.replace(month=1, day=1), today


def _named(stem: str, period: Period, ending: str) -> str:
    return f"{stem}-{period.first}-{period.last}.{ending}"


def _shown(form: PeriodForm | None = None) -> dict[str, Any]:
    owner, today = current_user.user, _today()
    years = records.years(owner, today)
    year = request.args.get("year", today.year, type=int)
    year = year if year in years else today.year
    feed = calendar.of(owner)
    secret = installation().secret
    return {
        "form": form or _fresh(PeriodForm),
        "years": years,
        "year": year,
        "quarters": quarters.of_year(owner, year),
        "aged": quarters.aging(owner, today),
        "buckets": quarters.BUCKETS,
        "archives": list(
            Job.of(owner).where(Job.kind == "archive").order_by(Job.id.desc()).limit(5)
        ),
        "period_of": archive.period_of,
        "feed": feed,
        "address": installation().base_url
        + url_for("calendar.feed", token=calendar.token(feed, secret))
        if feed
        else "",
    }
