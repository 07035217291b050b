"""A package as it is typed: its rows keep their numbers, so that a row can go, move and return."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    FormField,
    HiddenField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import NumberRange, ValidationError
from wtforms.widgets import CheckboxInput

from billing import format
from billing.planning import package_terms, packages
from billing.planning.package_terms import Measured
from billing.planning.terms import WHOLE, Terms
from billing.refusals import Refusal
from blueprints.web import measured
from blueprints.web.choices import CurrencyField
from blueprints.web.fields import CountField, PriceField, Rows, ShareField, ValueField, choices
from blueprints.web.forms import Form, MoneyField, at_most, obey, optional, required
from models import Package, PackageMilestone, TriggerKind

DAYS = NumberRange(0, package_terms.LATEST, _l("Write a number of days, like 30."))

LEFT = {
    str(TriggerKind.ON_SIGNING): _l("On signing"),
    str(TriggerKind.ON_START): _l("On start"),
    str(TriggerKind.ON_METRIC): _l("By a measure"),
    str(TriggerKind.ON_ACCEPTANCE): _l("On acceptance"),
}
"""The shares whose invoice may wait for its owner to send it."""


class OutcomeForm(Form):
    """One row. `stored` is the price the page was filled with, `removed` says that it is out.

    `tier` is the number of the tier it belongs to, which is not changed here.
    """

    class Meta:
        csrf = False

    title = StringField(_l("Outcome"), [required(_l("Name the outcome.")), at_most(300)])
    deliverable = TextAreaField(_l("Deliverable"), [optional(), at_most(4000)])
    criteria = TextAreaField(_l("Done when"), [optional(), at_most(8000)])
    price = PriceField(_l("Price"), [optional()])
    days_to_due = CountField(
        _l("Due after"),
        [optional(), NumberRange(1, 3650, _l("Write a number of days, like 30."))],
    )
    deposit = ShareField(_l("On signing"), [optional()])
    start = ShareField(_l("On start"), [optional()])
    review_days = CountField(
        _l("Review"),
        [NumberRange(3, 14, _l("Give the client 3 to 14 working days to review."))],
        default=5,
    )
    rounds = CountField(
        _l("Rounds"),
        [NumberRange(0, 99, _l("Write a number of rounds, like 2."))],
        default=2,
    )
    duties = TextAreaField(_l("Needed from the client"), [optional(), at_most(4000)])
    metric_share = ShareField(_l("Share by a measure"), [optional()])
    metric_name = StringField(_l("Measure, like sign-ups"), [optional(), at_most(120)])
    metric_unit = StringField(_l("Unit"), [optional(), at_most(40)])
    metric_source = StringField(_l("Where it is read"), [optional(), at_most(300)])
    metric_baseline = ValueField(_l("Baseline"), [optional()])
    metric_target = ValueField(_l("Target"), [optional()])
    metric_from = CountField(_l("Read from"), [optional(), DAYS])
    metric_to = CountField(_l("Read until"), [optional(), DAYS])
    metric_floor = MoneyField(_l("At least"), [optional()])
    metric_fallback = MoneyField(_l("Without a reading"), [optional()])
    drafts = SelectMultipleField(
        _l("Which wait for you to send them"),
        [optional()],
        choices=choices(LEFT),
        option_widget=CheckboxInput(),
    )
    reading = HiddenField()
    stored = HiddenField()
    tier = HiddenField(default="0")
    removed = HiddenField()

    @property
    def is_blank(self) -> bool:
        return not (
            self.title.data or self.deliverable.data or self.criteria.data or self.price.data
        )

    @property
    def counts(self) -> bool:
        """Whether the row is part of the package once it is saved."""
        return not self.removed.data and not self.is_blank

    def validate(self, extra_validators: Any = None) -> bool:
        return not self.counts or (bool(super().validate(extra_validators)) and self._adds_up())

    def _adds_up(self) -> bool:
        """Whether a project can begin with it; what speaks against that stands beside a field."""
        try:
            self.outcome().terms(date.min).billing.rows()
        except Refusal as refusal:
            self.refused(refusal)
            return False
        return True

    def validate_start(self, field: Any) -> None:
        if self.deposit.points + field.points > WHOLE:
            raise ValidationError(_("On signing and on start together: at most 100 %%."))

    def validate_duties(self, field: Any) -> None:
        obey(package_terms.parse, field.data or "")

    def validate_metric_share(self, field: Any) -> None:
        if self.deposit.points + self.start.points + field.points > WHOLE:
            raise ValidationError(_("On signing, on start and by a measure: at most 100 %%."))

    def understand(self, currency: str, country: str) -> None:
        """Set what amounts are read as, before validate()."""
        for amount in (self.price, self.metric_floor, self.metric_fallback):
            amount.understand(currency, country)
        stored = self.stored.data or ""
        self.price.stored = int(stored) if re.fullmatch(r"[0-9]{1,15}", stored) else None

    def outcome(self) -> packages.Outcome:
        lines = (self.criteria.data or "").splitlines()
        return packages.Outcome(
            title=self.title.data,
            deliverable=self.deliverable.data or "",
            criteria=tuple(line.strip() for line in lines if line.strip()),
            price=self.price.minor,
            days_to_due=self.days_to_due.data,
            deposit_share=self.deposit.points,
            review_days=self.review_days.data,
            rounds=self.rounds.data,
            start_share=self.start.points,
            tier=int(self.tier.data) if re.fullmatch(r"[0-9]", self.tier.data or "") else 0,
            duties=package_terms.parse(self.duties.data or ""),
            metric_share=self.metric_share.points,
            measure=self._measure(),
            drafts=tuple(self.drafts.data or ()),
        )

    @property
    def is_measured(self) -> bool:
        """Whether anything was typed of a measure."""
        return any(each.data for each in self if each.short_name.startswith("metric_"))

    def _measure(self) -> Measured | None:
        """What was typed of a measure; None where it is not enough for one."""
        baseline, target = self.metric_baseline.thousandths, self.metric_target.thousandths
        first, last = self.metric_from.data, self.metric_to.data
        if baseline is None or target is None or first is None or last is None:
            return None
        return Measured(
            name=self.metric_name.data or "",
            unit=self.metric_unit.data or "",
            baseline=baseline,
            target=target,
            source=self.metric_source.data or "",
            from_days=first,
            to_days=last,
            floor=self.metric_floor.minor or 0,
            fallback=self.metric_fallback.minor,
        )


class PackageForm(Form):
    name = StringField(_l("Name"), [required(_l("Give the package a name.")), at_most(200)])
    summary = TextAreaField(_l("What it is for"), [optional(), at_most(1000)])
    currency = CurrencyField(_l("Currency"))
    monthly = BooleanField(_l("Repeats monthly: the next month's draft is prepared by itself"))
    milestones = Rows(FormField(OutcomeForm))

    focus: tuple[str, int] | None = None

    @property
    def rows(self) -> Iterator[OutcomeForm]:
        return (entry.form for entry in self.milestones)

    @property
    def is_full(self) -> bool:
        return self.milestones.is_full

    def understand(self, country: str) -> None:
        """Set the country whose way of writing amounts is meant, before validate()."""
        for row in self.rows:
            row.understand(self.currency.data, country)

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        if any(row.counts for row in self.rows):
            return valid
        self.form_errors.append(_("Add at least one milestone: the outcome is enough."))
        return False

    def contents(self) -> packages.Contents:
        return packages.Contents(
            name=self.name.data,
            currency=self.currency.data,
            outcomes=tuple(row.outcome() for row in self.rows if row.counts),
            summary=self.summary.data or "",
            monthly=bool(self.monthly.data),
        )

    def focused(self, verb: str, number: int) -> dict[str, str]:
        """The attribute that takes focus to what was just changed, where this is it."""
        return {"autofocus": ""} if self.focus == (verb, number) else {}

    def change(self, command: str) -> None:
        """Do what a row's button says, such as ``add``, ``remove-3`` or ``up-3``."""
        verb, _sign, number = command.partition("-")
        if verb == "add" and not self.is_full:
            self.focus = ("title", self.milestones.append_entry().index)
            return
        entries = self.milestones.entries
        places = [place for place, entry in enumerate(entries) if str(entry.index) == number]
        if places:
            self._change_row(verb, places[0])

    def _change_row(self, verb: str, place: int) -> None:
        entries = self.milestones.entries
        entry = entries[place]
        if verb in {"up", "down"}:
            goal = min(max(0, place + (1 if verb == "down" else -1)), len(entries) - 1)
            entries.insert(goal, entries.pop(place))
            # At an end of the list the button that was pressed is gone.
            self.focus = ({0: "down", len(entries) - 1: "up"}.get(goal, verb), entry.index)
        elif verb in {"remove", "restore"}:
            entry.form.removed.data = "1" if verb == "remove" else ""
            self.focus = ("restore" if verb == "remove" else "title", entry.index)


def texts_of(package: Package) -> dict[str, Any]:
    """A package as the form's fields hold it."""
    return {
        "name": package.name,
        "summary": package.summary,
        "currency": package.currency,
        "monthly": package.monthly,
        "milestones": [_row(row, package.currency) for row in packages.outcomes(package)],
    }


def _row(row: PackageMilestone, currency: str) -> dict[str, Any]:
    said = package_terms.outcome(row)
    return {
        "title": row.title,
        "deliverable": row.deliverable,
        "criteria": "\n".join(row.criteria),
        "price": "" if row.price is None else format.plain(row.price, currency),
        "stored": "" if row.price is None else row.price,
        "days_to_due": row.days_to_due,
        "deposit": f"{row.deposit_share / 100:g}" if row.deposit_share else "",
        "start": f"{row.start_share / 100:g}" if row.start_share else "",
        "review_days": row.review_days,
        "rounds": row.rounds,
        "tier": row.tier,
        "drafts": list(said.drafts),
        "duties": package_terms.plain(said.duties),
        **_measured(said, currency),
    }


def _measured(said: packages.Outcome, currency: str) -> dict[str, Any]:
    """A measure as the row's inputs hold it."""
    measure = said.measure
    if measure is None:
        return {}
    window = (measure.from_days, measure.to_days)
    return measured.held(measure, said.metric_share, window, currency)


def blank(currency: str) -> dict[str, Any]:
    """The form of a package that is not there yet."""
    first = Terms()
    row = {"review_days": first.review_days, "rounds": first.rounds}
    return {"currency": currency, "milestones": [row]}
