"""The page of one project, in every state, with whatever form on it was refused."""

from collections.abc import Mapping
from typing import Any

from flask import Response, g, render_template

from billing import clock, format, money
from billing.reading import freshness, overview, owner_steps
from billing.reading.overview import Overview
from blueprints.web import effort_page, kept
from blueprints.web.config import installation
from blueprints.web.hypermedia import page
from blueprints.web.plan_rows import DELIVERIES, Row, blank, parts, row_of
from blueprints.web.project_forms import (
    TAXES,
    SettingsForm,
    SplitForm,
    SubmissionForm,
    TaxForm,
    settings_form,
    submission_form,
)
from blueprints.web.scoping import find
from models import Milestone, MilestoneState, Option, Project, ProjectState, User

TEMPLATE = "projects/show.html"

SUBMITTABLE = (MilestoneState.ACTIVE, MilestoneState.CHANGES_REQUESTED)


def glance(owner: User, project_id: int) -> Response:
    """The page as it was rendered for this state of the project; a plan that is edited is not
    kept.
    """
    now = clock.now()
    seen = freshness.of_project(owner, project_id, now)
    if seen is None or seen.state == ProjectState.DRAFT:
        return show(find(Project.of(owner), project_id))
    key = (seen, clock.local_date(now, seen.zone), installation().sends_mail)
    return kept.unstored(
        key, lambda: render_template(TEMPLATE, **_told(find(Project.of(owner), project_id)))
    )


def show(project: Project, status: int = 200, **refused: Any) -> Response:
    """The page as it is now; what was refused comes along as it was typed, see _told()."""
    return page(TEMPLATE, status, **_told(project, **refused))


def _told(
    project: Project,
    row: Row | None = None,
    settings: SettingsForm | None = None,
    split: SplitForm | None = None,
    submission: tuple[Milestone, SubmissionForm] | None = None,
    option: tuple[Option, Any] | None = None,
    tax: TaxForm | None = None,
    form: Any = None,
) -> dict[str, Any]:
    """What the page tells. A refused form comes along as it was typed, and as `form` for its
    summary.
    """
    seen = overview.read(project, clock.now())
    g.zone = str(seen.business.timezone)
    return {
        **answer(seen),
        "client": seen.client,
        "business": seen.business,
        "agreement": seen.agreement,
        "today": seen.today,
        "rows": _rows(seen, row),
        "blank": blank(project.currency),
        "settings_form": settings or settings_form(project),
        "tax_form": tax or TaxForm(obj=project, formdata=None),
        "split_form": split or SplitForm(formdata=None),
        "submissions": _submission_forms(seen, submission),
        "refused_row": row,
        "refused_option": option,
        "form": form,
        "sample": format.money(123456789, project.currency),
        "grouping": money.grouping_sign(seen.business.country),
        "exponent": money.exponent(project.currency),
        "taxes": TAXES,
        **({} if seen.is_draft else effort_page.on_project(project, seen.milestones)),
    }


def answer(seen: Overview) -> dict[str, Any]:
    """What the parts of the page that follow every save need."""
    return {
        "seen": seen,
        "project": seen.project,
        "step": owner_steps.step(seen),
        "deliveries": DELIVERIES,
        "parts": parts(seen.options) if seen.is_draft else {},
        "rounds_left": overview.rounds_left,
    }


def _rows(seen: Overview, typed: Row | None) -> list[Row]:
    if not seen.is_draft:
        return []
    return [
        typed if typed is not None and typed.milestone.id == milestone.id else row_of(milestone)
        for milestone in seen.milestones
    ]


def _submission_forms(
    seen: Overview, typed: tuple[Milestone, SubmissionForm] | None
) -> Mapping[int, SubmissionForm]:
    forms = {
        row.id: submission_form(row, formdata=None)
        for row in seen.milestones
        if row.state in SUBMITTABLE
    }
    if typed is not None:
        forms[typed[0].id] = typed[1]
    return forms
