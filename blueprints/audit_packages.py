"""Packages from the audit: begun from a kind of work, step by step, and left at any of them."""

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required

from billing import clock
from billing.outcomes import audit_figures, audit_jobs, audit_packages
from billing.people import accounts
from billing.refusals import Refusal
from blueprints.web import audit_package_page as steps
from blueprints.web import audit_page
from blueprints.web.errors import words
from blueprints.web.hypermedia import go, is_partial, page, refuse, swap
from blueprints.web.scoping import find
from models import PackageDraft, WorkKind

routes = Blueprint("audit_packages", __name__, url_prefix="/outcomes/packages")


@routes.get("")
@login_required
def index() -> Response:
    kinds = audit_jobs.by_kind(audit_figures.jobs(current_user.user))
    grouped = audit_page.by_currency([row for row in kinds if row.key])
    drafts = audit_packages.listed(current_user.user)
    return page("audit_packages/index.html", kinds=grouped, drafts=drafts)


@routes.post("/kinds/<int:kind_id>")
@login_required
def begin(kind_id: int) -> Response:
    owner = current_user.user
    kind, currency = find(WorkKind.of(owner), kind_id), request.form.get("currency", "")
    try:
        draft = audit_packages.begin(
            kind, currency or accounts.business(owner).currency, owner, clock.now()
        )
    except Refusal as refusal:
        return go(url_for(".index"), words(refusal), "error")
    return go(_at(draft.id, "price"))


@routes.get("/<int:draft_id>/<step>")
@login_required
def show(draft_id: int, step: str) -> Response:
    draft = _draft(draft_id, step)
    form = steps.form_of(draft, step, _country())
    return page("audit_packages/step.html", **steps.told(draft, step, form))


@routes.post("/<int:draft_id>/<step>")
@login_required
def keep(draft_id: int, step: str) -> Response:
    draft = _draft(draft_id, step)
    form = steps.form_of(draft, step, _country(), typed=True)
    if form is None:
        abort(404)
    partial = f"audit_packages/_{step}.html"
    if not form.validate():
        return refuse("audit_packages/step.html", 422, partial, **steps.told(draft, step, form))
    form.save(draft)
    if not is_partial():
        return go(_at(draft_id, steps.after(step) if "next" in request.form else step))
    draft = _draft(draft_id, step)
    shown = steps.told(draft, step, steps.form_of(draft, step, _country()))
    return swap(partial, _at(draft_id, step), **shown)


@routes.post("/<int:draft_id>/package")
@login_required
def save(draft_id: int) -> Response:
    draft = _draft(draft_id)
    try:
        package = audit_packages.save(draft, current_user.user, clock.now())
    except Refusal as refusal:
        return go(_at(draft_id, "review"), words(refusal), "error")
    told = _("%(name)s was saved as a package.", name=package.name)
    return go(url_for("packages.show", package_id=package.id), told)


@routes.post("/<int:draft_id>/deletion")
@login_required
def discard(draft_id: int) -> Response:
    draft = _draft(draft_id)
    audit_packages.discard(draft)
    return go(url_for(".index"), _("“%(name)s” was given up.", name=draft.name))


def _draft(draft_id: int, step: str = "price") -> PackageDraft:
    found: PackageDraft = find(PackageDraft.of(current_user.user), draft_id)
    return found if step in steps.STEPS else abort(404)


def _country() -> str:
    return str(accounts.business(current_user.user).country)


def _at(draft_id: int, step: str) -> str:
    return url_for(".show", draft_id=draft_id, step=step)
