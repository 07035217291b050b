"""What the pages of a change order show: the plan as it is and as it would be, and the sums."""

from collections.abc import Mapping
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from billing import clock, format, languages, money
from billing.agreeing import freezing, versions
from billing.changes import drafts, offers, outlook, requests, waterfall
from billing.changes import payload as payloads
from billing.changes.redline import Outcome
from billing.refusals import Refusal
from blueprints.web import plots
from blueprints.web.change_forms import AnswerForm, OrderForm, RemovalForm, SendForm
from models import Change, ChangeKind, ChangeRequest, Milestone, Project


def composed(project: Project, form: OrderForm | None = None) -> dict[str, Any]:
    """The page of the draft, with a form of it that was refused."""
    now = clock.now()
    draft = drafts.proposal(project, now)
    seen = outlook.of(draft)
    taken = {step.change.milestone_id for step in seen.steps}
    return {
        **around(project),
        "draft": draft,
        "form": None,
        "order_form": form or OrderForm.of(draft),
        "removal_form": RemovalForm(formdata=None),
        "missing": offers.missing(draft, now),
        "payload": payloads.payload(draft, now),
        "rows": [row for row in outlook.in_force(project) if row.id not in taken],
        "may_touch": outlook.may_touch,
        "wishes": waiting(project),
    }


def waiting(project: Project) -> list[tuple[Any, AnswerForm]]:
    """The client's wishes that wait for an answer, each with the form to decline it."""
    return [(row, AnswerForm.of(row, formdata=None)) for row in requests.waiting(project)]


def around(project: Project) -> dict[str, Any]:
    """What all pages of a draft say: how many changes, and the sums they come to."""
    seen = outlook.of(drafts.proposal(project, clock.now()))
    before, after = seen.worth
    return {
        "project": project,
        "number": versions.number_of(drafts.proposal(project, clock.now())),
        "steps": seen.steps,
        "before": before,
        "after": after,
    }


def offered(project: Project) -> dict[str, Any]:
    """The page to read it through and send it."""
    draft = drafts.proposal(project, clock.now())
    said = payloads.payload(draft, clock.now())
    return {
        "project": project,
        "draft": draft,
        "payload": said,
        "send_form": SendForm(formdata=None, seen=freezing.digest(said)),
    }


def of(milestone: Milestone, kind: str = ChangeKind.ALTER) -> Change | None:
    """What the draft does with a milestone already, if it is of this kind."""
    draft = drafts.draft_of(milestone.project)
    rows = outlook.changes_of(draft) if draft is not None else []
    found = (row for row in rows if row.milestone_id == milestone.id and row.kind == kind)
    return next(found, None)


def wished(wish: ChangeRequest | None) -> dict[str, Any]:
    """What a wish beyond the agreed rounds asks for, as a further milestone that has no price.

    Its name is for the client to sign, so it is in their language.
    """
    if wish is None or not wish.points:
        return {}
    points = [str(row.remark or row.criterion.text).replace("\n", " ") for row in wish.points]
    with force_locale(languages.spoken(wish.project.client.language)):
        title = _("Further changes to “%(title)s”", title=wish.milestone.title)
    return {
        "title": title,
        "deliverable": wish.wish,
        "criteria": "\n".join(points),
    }


def favour_of(change: Change | None) -> dict[str, Any]:
    """A favour as its form holds it."""
    if change is None:
        return {}
    worth, currency = change.terms.get("worth"), str(change.agreement.project.currency)
    shown = "" if worth is None else format.plain(worth, currency)
    return {"title": change.terms.get("title", ""), "note": change.note, "worth": shown}


def others(project: Project, named: Mapping[str, Any]) -> list[Outcome]:
    """The plan without the milestone that is given a place in it."""
    seen = outlook.of(drafts.proposal(project, clock.now()))
    return [each for each in seen.after if each["id"] != named.get("milestone_id")]


def summed(project: Project, typed: Mapping[str, str], country: str) -> dict[str, Any]:
    """The sums as they would be with a price that is being typed."""
    told = around(project)
    try:
        grouping = money.grouping_sign(country)
        price = money.parse(typed.get("price", ""), str(project.currency), grouping)
    except Refusal:
        return {**told, "unread": bool(typed.get("price"))}
    seen = outlook.of(drafts.proposal(project, clock.now()))
    number = typed.get("replaced", "")
    replaced = next((each for each in seen.after if str(each["id"]) == number), None)
    told["after"] += price - (int(replaced["price"]) if replaced else 0)
    return told


def value(project: Project) -> dict[str, Any]:
    """The waterfall of the contract's value; empty while nothing was ever changed."""
    levels = waterfall.levels(project)
    return {"levels": plots.waterfall(levels)} if len(levels) > 2 else {"levels": []}
