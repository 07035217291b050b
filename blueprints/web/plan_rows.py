"""The rows of a plan as they are typed: their form, their texts, and what a refusal shows."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import NumberRange, Optional

from billing import format
from billing.invoicing.measures import Measure
from billing.planning import duties
from billing.planning.duties import Duty
from billing.planning.terms import Billing, Terms, terms_of
from billing.refusals import EditedElsewhere
from blueprints.web import measured
from blueprints.web.fields import CountField, DayField, PriceField, ShareField, ValueField, choices
from blueprints.web.forms import Form, MoneyField, at_most
from models import Milestone, Option, OptionKind, TriggerDelivery

DELIVERIES = {
    str(TriggerDelivery.SEND): _l("sent at once"),
    str(TriggerDelivery.DRAFT): _l("left as a draft"),
}

LABELS = {
    "title": _l("Outcome"),
    "deliverable": _l("Deliverable"),
    "criteria": _l("Done when"),
    "price": _l("Price"),
    "option": _l("Part of"),
    "due_on": _l("Due"),
    "signing_share": _l("On signing"),
    "signing_delivery": _l("Invoice on signing"),
    "start_share": _l("On start"),
    "start_delivery": _l("Invoice on start"),
    "date_share": _l("On a date"),
    "billed_on": _l("Invoice date"),
    "date_delivery": _l("Invoice on that date"),
    "metric_share": _l("By a measure"),
    "metric_delivery": _l("Invoice on the reading"),
    "metric_name": _l("Measure"),
    "metric_unit": _l("Unit"),
    "metric_baseline": _l("Baseline"),
    "metric_target": _l("Target"),
    "metric_source": _l("Where it is read"),
    "metric_from": _l("First day to read it"),
    "metric_to": _l("Last day to read it"),
    "metric_floor": _l("At least"),
    "metric_fallback": _l("Without a reading"),
    "acceptance_delivery": _l("Invoice on acceptance"),
    "duties": _l("Needed from the client"),
    "review_days": _l("Review days"),
    "rounds": _l("Rounds"),
}
"""What a person calls the fields of a row, in their order."""

MEASURED = tuple(
    name
    for name in LABELS
    if name.startswith("metric_") and name not in ("metric_share", "metric_delivery")
)
"""The fields that say how a measure decides."""


class MilestoneForm(Form):
    """One row. `revision` is the one the typing began from, `tab` and `turn` its page and save."""

    title = StringField(LABELS["title"], [at_most(300)])
    deliverable = TextAreaField(LABELS["deliverable"], [at_most(4000)])
    criteria = TextAreaField(LABELS["criteria"], [at_most(8000)])
    price = PriceField(LABELS["price"])
    # Whether there is such an option is for the verb to say, in words.
    option = SelectField(LABELS["option"], validate_choice=False)
    due_on = DayField(LABELS["due_on"], [Optional()])
    signing_share = ShareField(LABELS["signing_share"])
    signing_delivery = SelectField(choices=choices(DELIVERIES))
    start_share = ShareField(LABELS["start_share"])
    # A page from before there was such a share says nothing of it.
    start_delivery = SelectField(choices=choices(DELIVERIES), default=str(TriggerDelivery.SEND))
    date_share = ShareField(LABELS["date_share"])
    billed_on = DayField(LABELS["billed_on"], [Optional()])
    date_delivery = SelectField(choices=choices(DELIVERIES))
    metric_share = ShareField(LABELS["metric_share"])
    metric_delivery = SelectField(choices=choices(DELIVERIES), default=str(TriggerDelivery.SEND))
    metric_name = StringField(LABELS["metric_name"], [at_most(120)])
    metric_unit = StringField(LABELS["metric_unit"], [at_most(40)])
    metric_baseline = ValueField(LABELS["metric_baseline"])
    metric_target = ValueField(LABELS["metric_target"])
    metric_source = StringField(LABELS["metric_source"], [at_most(300)])
    metric_from = DayField(LABELS["metric_from"], [Optional()])
    metric_to = DayField(LABELS["metric_to"], [Optional()])
    metric_floor = MoneyField(LABELS["metric_floor"])
    metric_fallback = MoneyField(LABELS["metric_fallback"])
    acceptance_delivery = SelectField(choices=choices(DELIVERIES))
    duties = TextAreaField(LABELS["duties"], [at_most(4000)])
    review_days = CountField(
        LABELS["review_days"],
        [NumberRange(3, 14, _l("Give the client 3 to 14 working days to review."))],
    )
    rounds = CountField(
        LABELS["rounds"], [NumberRange(0, 99, _l("Write a number of rounds, like 2."))]
    )
    reading = HiddenField()
    revision = HiddenField(default="0")
    tab = HiddenField(default="")
    turn = HiddenField(default="0")

    def __init__(self, milestone: Milestone, country: str) -> None:
        super().__init__(formdata=_with_choices(milestone))
        self.milestone = milestone
        self.price.understand(milestone.project.currency, country)
        self.price.stored = milestone.price
        for amount in (self.metric_floor, self.metric_fallback):
            amount.understand(milestone.project.currency, country)
        for each in self:
            # A page holds many rows, so that ids carry their row's number.
            each.id = each.label.field_id = f"milestone_{milestone.id}-{each.name}"

    def terms(self) -> Terms:
        """What was typed, or what the other window saved where that was chosen."""
        return Terms(
            title=" ".join((self.title.data or "").split()),
            deliverable=_lines(self.deliverable.data),
            criteria=tuple(filter(None, map(str.strip, _lines(self.criteria.data).split("\n")))),
            price=self.price.minor,
            due_on=self.due_on.data,
            review_days=self.review_days.data,
            rounds=self.rounds.data,
            option=self._option(),
            duties=self._duties(),
            billing=Billing(
                signing_share=self.signing_share.points,
                signing_delivery=self.signing_delivery.data,
                start_share=self.start_share.points,
                start_delivery=self.start_delivery.data,
                date_share=self.date_share.points,
                billed_on=self.billed_on.data,
                date_delivery=self.date_delivery.data,
                acceptance_delivery=self.acceptance_delivery.data,
                metric_share=self.metric_share.points,
                metric_delivery=self.metric_delivery.data,
                measure=measured.typed(self),
            ),
        )

    def _duties(self) -> tuple[Duty, ...]:
        """What was typed; a page from before there were duties says nothing of them."""
        if "duties" not in request.form:
            return duties.read(self.milestone.duties)
        return duties.parse(self.duties.data or "")

    def _option(self) -> int | None:
        """What was chosen; a page from before there were options says nothing of it."""
        if "option" not in request.form:
            return self.milestone.option_id  # type: ignore[no-any-return]
        return _number(self.option.data) or None

    def began_from(self) -> tuple[int, str, int]:
        """Revision, page and turn, as revise() takes them."""
        return _number(self.revision.data), self.tab.data or "", _number(self.turn.data)

    def row(self) -> "Row":
        """The row as it was typed, with what is wrong."""
        return Row(
            self.milestone,
            {name: request.form.get(name, "") for name in LABELS},
            _number(self.revision.data),
            errors={name: errors for name, errors in self.errors.items() if name},
            form_errors=self.form_errors,
            readings=getattr(self.price, "readings", {}),
        )

    def row_beside(self, refusal: EditedElsewhere) -> "Row":
        """The row as it was typed, with what another window saved beside it."""
        currency = self.milestone.project.currency
        mine, theirs = texts_of(self.terms(), currency), texts_of(refusal.facts["theirs"], currency)
        row = self.row()
        row.revision = refusal.facts["revision"]
        row.differences = [
            Difference(name, str(label), mine[name], theirs[name])
            for name, label in LABELS.items()
            if mine[name] != theirs[name]
        ]
        return row


def _with_choices(milestone: Milestone) -> MultiDict[str, str]:
    """The posted row, with the stored text of each field for which *theirs* was chosen."""
    posted = MultiDict(request.form)
    chosen = [name for name in LABELS if posted.get(f"choice-{name}") == "theirs"]
    stored = row_of(milestone).texts if chosen else {}
    for name in chosen:
        posted[name] = stored[name]
    return posted


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0


def _lines(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").replace("\r", "\n")


@dataclass(frozen=True)
class Difference:
    """One field that two windows filled differently, as texts."""

    name: str
    label: str
    mine: str
    theirs: str


@dataclass
class Row:
    """A milestone's row as the page shows it; without a milestone, the one to be added."""

    milestone: Milestone | None
    texts: dict[str, str]
    revision: int = 0
    errors: dict[str, Any] = field(default_factory=dict)
    form_errors: list[str] = field(default_factory=list)
    readings: dict[str, int] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)

    @property
    def id(self) -> int | str:
        return self.milestone.id if self.milestone else "new"


def row_of(milestone: Milestone) -> Row:
    """The row as it is stored. Reads criteria and triggers from its rows."""
    texts = texts_of(terms_of(milestone), milestone.project.currency)
    return Row(milestone, texts, int(milestone.revision))


@dataclass(frozen=True)
class Part:
    """What a row can be part of: in words, and the words `around` a name that is being typed."""

    words: str
    around: str = ""


def parts(options: Iterable[Option]) -> dict[str, Part]:
    """What a row can be part of, by the value of its input."""
    found = {"": Part(_("Always included"))}
    for row in options:
        around = _("Tier: %(title)s") if row.kind == OptionKind.TIER else _("Add-on: %(title)s")
        title = row.title or "–"
        found[str(row.id)] = Part(
            around.replace("%(title)s", title), around.replace("%(title)s", "#")
        )
    return found


def blank(currency: str) -> Row:
    """A row that is not in the plan yet."""
    return Row(None, texts_of(Terms(), currency))


def texts_of(terms: Terms, currency: str) -> dict[str, str]:
    """A row's terms as its inputs hold them."""
    billing = terms.billing
    return {
        "title": terms.title,
        "deliverable": terms.deliverable,
        "criteria": "\n".join(terms.criteria),
        "price": "" if terms.price is None else format.plain(terms.price, currency),
        "option": str(terms.option or ""),
        "due_on": _iso(terms.due_on),
        "signing_share": _percent(billing.signing_share),
        "signing_delivery": str(billing.signing_delivery),
        "start_share": _percent(billing.start_share),
        "start_delivery": str(billing.start_delivery),
        "date_share": _percent(billing.date_share),
        "billed_on": _iso(billing.billed_on),
        "date_delivery": str(billing.date_delivery),
        "metric_share": _percent(billing.metric_share),
        "metric_delivery": str(billing.metric_delivery),
        **_measured(billing.measure, currency),
        "acceptance_delivery": str(billing.acceptance_delivery),
        "duties": duties.plain(terms.duties),
        "review_days": str(terms.review_days),
        "rounds": str(terms.rounds),
    }


def _measured(measure: Measure | None, currency: str) -> dict[str, str]:
    """A measure as the row's inputs hold it."""
    if measure is None:
        return dict.fromkeys(MEASURED, "")
    return {
        **measured.texts(measure, currency),
        "metric_from": _iso(measure.window_from),
        "metric_to": _iso(measure.window_to),
    }


def _percent(points: int) -> str:
    """``33.33`` of 3333 basis points, nothing of none."""
    return f"{Decimal(points) / 100:f}" if points else ""


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
