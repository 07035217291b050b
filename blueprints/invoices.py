"""Invoices: the list, one's page, issued or discarded while a draft, and new ones by hand."""

from typing import Any

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange

from billing import clock
from billing.invoicing import finished, invoices
from billing.paying import money_days, settlement
from billing.people import accounts
from billing.reading import ledger
from billing.refusals import Refusal
from blueprints.web import invoice_page
from blueprints.web.downloads import download
from blueprints.web.fields import CountField, DayField, choices
from blueprints.web.forms import Form, KeyField, MoneyField, at_most, optional, required
from blueprints.web.hypermedia import go, page, refuse
from blueprints.web.scoping import find
from models import Client, Invoice, Project

routes = Blueprint("invoices", __name__, url_prefix="/invoices")

LONGEST_SEARCH = 100


class WorkForm(Form):
    """Finished work. Its price is in the currency of the client or the project."""

    outcome = StringField(_l("Outcome"), [required(_l("Say what you delivered.")), at_most(200)])
    detail = TextAreaField(_l("Details on the invoice"), [optional(), at_most(1000)])
    price = MoneyField(_l("Price"), [required(_l("Enter the price."))])
    delivered_on = DayField(_l("Delivered on"), [InputRequired(_l("Say when it was delivered."))])
    terms_days = CountField(
        _l("Days to pay"), [NumberRange(0, 365, _l("Enter a number of days from 0 to 365."))]
    )
    basis = SelectField(
        _l("The price is"),
        choices=choices(
            {"": _l("as usual"), "net": _l("before tax"), "gross": _l("with tax in it")}
        ),
        default="",
    )
    key = KeyField()

    def validate_delivered_on(self, field: DayField) -> None:
        invoice_page.refuse_other_days(field, money_days.check_supply)

    @property
    def work(self) -> finished.Work:
        return finished.Work(
            self.outcome.data,
            self.price.minor or 0,
            self.terms_days.data,
            self.delivered_on.data,
            self.detail.data or "",
            {"net": False, "gross": True}.get(self.basis.data),
        )


@routes.app_template_global()
def invoices_of(project: Project) -> list[settlement.Settlement]:
    """What the project's page says of its invoices."""
    return settlement.of_project(project, clock.now())


@routes.get("")
@login_required
def index() -> Response:
    state, words = request.args.get("state", ""), request.args.get("q", "")[:LONGEST_SEARCH]
    state = state if state in settlement.FILTERS else ""
    number = request.args.get("page", 1, type=int)
    listed = ledger.listed(current_user.user, invoice_page.today(), state, words, number)
    return page("invoices/index.html", listed=listed, state=state, words=words)


@routes.get("/<int:invoice_id>")
@login_required
def show(invoice_id: int) -> Response:
    return invoice_page.show(_invoice(invoice_id))


@routes.post("/<int:invoice_id>/issue")
@login_required
def issue(invoice_id: int) -> Response:
    issued = invoices.issue(_invoice(invoice_id), current_user.user, clock.now())
    return go(_here(issued), _("%(number)s is issued.", number=issued.number))


@routes.post("/<int:invoice_id>/discarding")
@login_required
def discard(invoice_id: int) -> Response:
    invoices.discard(_invoice(invoice_id), current_user.user, clock.now())
    return go(url_for(".index"), _("The draft is deleted."))


@routes.get("/<int:invoice_id>/invoice.pdf")
@login_required
def pdf(invoice_id: int) -> Response:
    invoice = _invoice(invoice_id)
    if invoice.number is None:
        abort(404)
    document = invoices.document(invoice)
    return download(document) if document else page("invoices/making.html", 202, invoice=invoice)


@routes.get("/new")
@login_required
def new() -> Response:
    owner = current_user.user
    if not request.args.get("client") and not request.args.get("project"):
        clients, projects = finished.billable(owner)
        return page("invoices/whose.html", clients=clients, projects=projects)
    client, project = _whose()
    terms = project.terms_days if project else accounts.business(owner).terms_days
    form = WorkForm(formdata=None, delivered_on=invoice_page.today(), terms_days=terms)
    return page("invoices/new.html", form=form, **_outlook(form, client, project))


@routes.post("/new")
@login_required
def bill() -> Response:
    (client, project), form = _whose(), WorkForm()
    form.price.understand(
        project.currency if project else client.currency,
        accounts.business(current_user.user).country,
    )
    if not form.validate():
        return refuse("invoices/new.html", form=form, **_outlook(form, client, project))
    send = "draft" not in request.form
    try:
        invoice = finished.bill(
            client, form.work, form.key.data, current_user.user, clock.now(), project, send
        )
    except Refusal as refusal:
        form.refused(refusal)
        outlook = _outlook(form, client, project)
        return refuse("invoices/new.html", refusal.status, form=form, **outlook)
    if request.form.get("draft") == "edit":
        return go(url_for("invoice_drafts.edit", invoice_id=invoice.id))
    told = _("%(number)s is issued.", number=invoice.number) if send else _("The draft is saved.")
    return go(_here(invoice), told)


def _whose() -> tuple[Client, Project | None]:
    """Who pays, and the project it belongs to, if it belongs to one."""
    owner = current_user.user
    if request.args.get("project"):
        project = find(Project.of(owner), request.args["project"])
        return project.client, project
    return find(Client.of(owner), request.args.get("client")), None


def _outlook(form: WorkForm, client: Client, project: Project | None) -> dict[str, Any]:
    terms = form.terms_days.data or 0
    return {
        "client": client,
        "project": project,
        "currency": project.currency if project else client.currency,
        "outlook": finished.outlook(client, terms, current_user.user, clock.now(), project),
    }


def _invoice(invoice_id: int) -> Invoice:
    found: Invoice = find(Invoice.of(current_user.user), invoice_id)
    return found


def _here(invoice: Invoice) -> str:
    return url_for(".show", invoice_id=invoice.id)
