"""Projects: the list by state, a new one, one project's page and its settings."""

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required

from billing import clock
from billing.people import accounts, clients, contacts
from billing.planning import project_settings, projects, retainers
from billing.reading import project_list
from billing.refusals import Refusal
from blueprints.web import project_page
from blueprints.web.forms import Form
from blueprints.web.hypermedia import go, page, refuse
from blueprints.web.project_forms import SettingsForm, StartForm, TaxForm
from blueprints.web.scoping import find
from models import Client, Package, Project, ProjectState, User

routes = Blueprint("projects", __name__, url_prefix="/projects")


@routes.get("")
@login_required
def index() -> Response:
    state = request.args.get("state", "")
    state = state if state in set(ProjectState) else ""
    number = request.args.get("page", 1, type=int)
    listed = project_list.listed(current_user.user, state, number)
    return page("projects/index.html", listed=listed, state=state, states=list(ProjectState))


@routes.route("/new", methods=["GET", "POST"])
@login_required
def new() -> Response:
    owner = current_user.user
    form = StartForm(data=request.args.to_dict())
    form.offer(project_list.clients(owner), project_list.packages(owner))
    if not form.validate_on_submit():
        answer = refuse if form.errors else page
        return answer("projects/new.html", form=form)
    package = find(Package.of(owner), form.package.data) if form.package.data else None
    client, title = _client(form, owner), form.title.data
    if package is not None and package.monthly:
        project = retainers.begin(client, title, package, owner, clock.now())
        return go(url_for(".show", project_id=project.id), _("It repeats: see Repeating work."))
    project = projects.start(client, title, owner, clock.now(), package)
    return go(url_for(".show", project_id=project.id))


def _client(form: StartForm, owner: User) -> Client:
    """The client chosen, or a new one of the owner's own country and currency."""
    if form.client.data:
        found: Client = find(Client.of(owner), form.client.data)
        return found
    business = accounts.business(owner)
    profile = clients.Profile(
        name=form.name.data, country=business.country, currency=business.currency
    )
    person = contacts.Person(form.name.data, form.email.data)
    return clients.add(profile, owner, clock.now(), person)


@routes.get("/<int:project_id>")
@login_required
def show(project_id: int) -> Response:
    return project_page.glance(current_user.user, project_id)


@routes.post("/<int:project_id>")
@login_required
def save(project_id: int) -> Response:
    project = find(Project.of(current_user.user), project_id)
    form = SettingsForm()
    form.exposure_cap.understand(project.currency, accounts.business(current_user.user).country)
    if not form.validate():
        return _refused(project, form)
    try:
        project_settings.revise(project, form.settings)
    except Refusal as refusal:
        form.refused(refusal)
        return _refused(project, form, refusal.status)
    return go(url_for(".show", project_id=project.id), _("The settings are saved."))


@routes.post("/<int:project_id>/tax")
@login_required
def tax(project_id: int) -> Response:
    project = find(Project.of(current_user.user), project_id)
    form = TaxForm()
    if not form.validate():
        return project_page.show(project, 422, tax=form, form=form)
    try:
        project_settings.retax(project, form.tax, current_user.user, clock.now())
    except Refusal as refusal:
        form.refused(refusal)
        return project_page.show(project, refusal.status, tax=form, form=form)
    return go(url_for(".show", project_id=project.id), _("Invoices to come are taxed like this."))


def _refused(project: Project, form: Form, status: int = 422) -> Response:
    return project_page.show(project, status, settings=form, form=form)


@routes.post("/<int:project_id>/cancellation")
@login_required
def cancel(project_id: int) -> Response:
    project = find(Project.of(current_user.user), project_id)
    projects.cancel(project, request.form.get("reason", ""), current_user.user, clock.now())
    return go(url_for(".index"), _("“%(title)s” was given up.", title=project.title))
