"""The audit as it is shown and edited: its findings, one kind of work, and past projects."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import ValidationError

from billing.outcomes import (
    audit_editing,
    audit_figures,
    audit_findings,
    audit_grouping,
    audit_jobs,
    importing,
)
from billing.outcomes.audit_figures import Sum
from billing.outcomes.audit_jobs import JobSum
from blueprints.web import plots
from blueprints.web.fields import choices
from blueprints.web.forms import Form, at_most, optional, required
from models import User, WorkKind
from models.folding import fold

AnySum = TypeVar("AnySum", JobSum, Sum)

SHOWN = 100
"""Jobs, descriptions or projects of one page."""


class NameForm(Form):
    name = StringField(
        _l("Name of this kind of work"),
        [required(_l("Give the kind of work a name.")), at_most(audit_editing.LONGEST_NAME)],
        id="kind_name",
    )


class MergeForm(Form):
    into = SelectField(_l("Merge into"), coerce=int)


class WordsForm(Form):
    words = TextAreaField(_l("Words that tell rework, one a line"), [optional(), at_most(5000)])


class ResultForm(Form):
    client = HiddenField(default="")
    project = HiddenField(default="")
    result = StringField(
        _l("What the client valued"), [optional(), at_most(audit_editing.LONGEST_RESULT)]
    )


class LabelsForm(Form):
    """Descriptions that are ticked or contain a text, and what is to be done with them."""

    labels = SelectMultipleField(_l("Descriptions"), coerce=int, validate_choice=False)
    text = StringField(_l("And all that contain"), [optional(), at_most(100)])
    to = SelectField(_l("Kind of work"), coerce=int, validate_choice=False)
    name = StringField(_l("Name"), [optional(), at_most(audit_editing.LONGEST_NAME)])
    deed = HiddenField()

    def validate_deed(self, field: Any) -> None:
        if field.data not in ("move", "split", "rework", "no_rework"):
            raise ValidationError(_("Choose what to do with the descriptions."))

    def chosen(self, kind: WorkKind) -> list[int]:
        """The labels (ids) that are meant."""
        contained = audit_editing.containing(kind, self.text.data or "")
        return [*{*(self.labels.data or ()), *contained}]


def done(kind: WorkKind, form: LabelsForm, to: WorkKind | None, now: datetime) -> str:
    """Do what the form says with labels of a kind, and say so. Refuses what the verbs refuse."""
    chosen = form.chosen(kind)
    if form.deed.data == "split":
        made = audit_editing.split(kind, chosen, form.name.data or "", now)
        return _("“%(name)s” is a kind of its own now.", name=made.name)
    if form.deed.data == "move":
        count = audit_editing.move(kind, chosen, to or kind, now)
        return ngettext("%(num)s description was moved.", "%(num)s descriptions were moved.", count)
    if form.deed.data == "rework":
        audit_editing.judge(kind, chosen, True, now)
        return _("These count as rework now.")
    audit_editing.judge(kind, chosen, False, now)
    return _("These do not count as rework any more.")


def told(owner: User, words: WordsForm | None = None) -> dict[str, Any]:
    """What the audit's page shows."""
    audit = audit_grouping.of(owner)
    job = audit.job if audit else None
    is_grouped = job is None or job.is_over
    figures = audit_figures.of(owner) if is_grouped else None
    typed = "\n".join(audit_grouping.rework_words(owner))
    return {
        "totals": importing.totals(owner),
        "job": job,
        "is_added_up": not is_grouped or figures is not None,
        "waiting": audit_grouping.waiting(owner),
        "uncompared": audit_grouping.uncompared(job),
        "compared": audit_grouping.COMPARED,
        "count": figures.count if figures else 0,
        "findings": figures.findings if figures else [],
        "kinds": by_currency(figures.kinds if figures else []),
        "clients": by_currency(figures.clients if figures else []),
        "boxes": plots.boxes,
        "fewest": audit_jobs.FEWEST,
        "words": words or WordsForm(formdata=None, data={"words": typed}),
    }


def kind_told(kind: WorkKind, text: str = "", **forms: Form) -> dict[str, Any]:
    """What the page of one kind of work shows; `forms` are those that were refused."""
    others = [row for row in WorkKind.of(kind.owner) if row.id != kind.id]
    jobs = audit_jobs.past_jobs(kind.owner, kind)
    labels, count = audit_editing.described(kind, text, SHOWN)
    shown: dict[str, Any] = {
        "rename": NameForm(formdata=None, data={"name": kind.name}),
        "merging": MergeForm(formdata=None),
        "editing": LabelsForm(formdata=None, data={"text": text}),
        **forms,
    }
    for field in (shown["merging"].into, shown["editing"].to):
        field.choices = offered(others)
    return {
        **shown,
        "kind": kind,
        "others": others,
        "sums": audit_jobs.by_kind(jobs),
        "findings": audit_findings.of_kind(jobs),
        "fixed": audit_findings.fixed_price,
        "jobs": sorted(jobs, key=lambda job: (-job.seconds, job.client, job.project))[:SHOWN],
        "count": len(jobs),
        "labels": labels,
        "label_count": count,
        "text": text,
        "fewest": audit_jobs.FEWEST,
    }


def offered(kinds: Iterable[WorkKind]) -> list[Any]:
    """Kinds of work to choose from, by name."""
    ordered = sorted(kinds, key=lambda row: (fold(row.name), row.id))
    return choices({row.id: row.name for row in ordered})


def projects_told(owner: User, client: str, refused: ResultForm | None = None) -> dict[str, Any]:
    """Past projects with the most hours, all or those of one client, and what was valued."""
    jobs = [job for job in audit_figures.jobs(owner) if not client or job.client == client]
    rows = sorted(audit_jobs.by_project(jobs), key=lambda row: (-row.seconds, row.name))
    return {
        "client": client,
        "rows": rows[:SHOWN],
        "count": len(rows),
        "valued": audit_editing.valued(owner),
        "refused": refused,
        "longest": audit_editing.LONGEST_RESULT,
    }


def by_currency(rows: Iterable[AnySum]) -> dict[str, list[AnySum]]:
    """Sums of each currency, those without any money last."""
    found: dict[str, list[AnySum]] = {}
    for row in rows:
        found.setdefault(row.currency, []).append(row)
    return {
        currency: found[currency] for currency in sorted(found, key=lambda each: (not each, each))
    }
