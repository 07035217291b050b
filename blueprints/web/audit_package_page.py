"""A package from the audit as it is typed: a form for each step, and what follows from them."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FormField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, ValidationError

from billing import format
from billing.outcomes import audit_choices, audit_labels, audit_packages, audit_proposals
from billing.outcomes.audit_packages import Outcome
from billing.outcomes.audit_pricing import Assumptions
from billing.planning.tiers import Tier
from blueprints.web.fields import CountField, Rows, ShareField, alter
from blueprints.web.forms import Form, MoneyField, at_most, optional, required
from models import PackageDraft, PackageDraftMilestone

STEPS = ("price", "milestones", "scope", "review")


class PriceForm(Form):
    name = StringField(
        _l("Name of the package"), [required(_l("Give the package a name.")), at_most(200)]
    )
    hourly_cost = MoneyField(_l("An hour costs you"), [optional()])
    quantile = CountField(
        _l("Pieces in a hundred that the floor covers"),
        [
            InputRequired(_l("Write a number from 50 to 99.")),
            NumberRange(50, 99, _l("Write a number from 50 to 99.")),
        ],
    )
    margin = ShareField(_l("The target is above the floor by"), [optional()])

    def save(self, draft: PackageDraft) -> None:
        by = Assumptions(0, self.quantile.data, self.margin.points)
        audit_packages.reprice(draft, self.name.data, self.hourly_cost.minor, by)


class MilestoneForm(Form):
    class Meta:
        csrf = False

    title = StringField(_l("Outcome"), [optional(), at_most(300)])
    deliverable = TextAreaField(_l("Deliverable"), [optional(), at_most(2000)])
    criteria = TextAreaField(_l("Done when"), [optional(), at_most(4000)])
    value = TextAreaField(_l("What it is worth to the client"), [optional(), at_most(1000)])
    share = ShareField(_l("Share of the hours"), [optional()])
    price = MoneyField(_l("Your price"), [optional()])
    tier = SelectField(_l("Part of"), coerce=int, default=0, validate_choice=False)

    def outcome(self) -> Outcome:
        return Outcome(
            title=self.title.data or "",
            deliverable=self.deliverable.data or "",
            criteria=self.criteria.data or "",
            value=self.value.data or "",
            share=self.share.points,
            price=self.price.minor,
            tier=self.tier.data or 0,
        )


class MilestonesForm(Form):
    """`tiers` are names of choices, one a line; of those a client takes one."""

    rows = Rows(FormField(MilestoneForm))
    tiers = TextAreaField(_l("Choices for the client"), [optional(), at_most(400)])
    recommended = SelectField(_l("Recommended"), coerce=int, default=0, validate_choice=False)

    def offer(self, names: Sequence[str]) -> "MilestonesForm":
        """The tiers that milestones can be part of."""
        named = [SelectChoice(at, name) for at, name in enumerate(names, start=1)]
        self.recommended.choices = [SelectChoice(0, _("No recommendation")), *named]
        for entry in self.rows:
            entry.form.tier.choices = [SelectChoice(0, _("Every choice")), *named]
        return self

    @property
    def names(self) -> tuple[str, ...]:
        return audit_labels.lines(self.tiers.data or "")

    def validate_tiers(self, _field: Any) -> None:
        if len(self.names) > audit_packages.MOST_TIERS:
            raise ValidationError(
                _("Offer at most %(most)s choices.", most=audit_packages.MOST_TIERS)
            )

    @property
    def is_full(self) -> bool:
        return len(self.rows) >= (audit_packages.MOST_ROWS if self.names else audit_proposals.MOST)

    @property
    def is_short(self) -> bool:
        return len(self.rows) <= audit_proposals.FEWEST

    def save(self, draft: PackageDraft) -> None:
        """Keep the rows, and do what a row's button says."""
        change = request.form.get("change", "")
        if not (self.is_full and change == "add"):
            alter(self.rows, change)
        kept = [entry.form.outcome() for entry in self.rows]
        best = self.recommended.data
        tiers = [Tier(name[:120], at == best) for at, name in enumerate(self.names, start=1)]
        audit_packages.rewrite(draft, kept, tiers)
        if change == "propose":
            audit_choices.take(draft)
        if change == "single":
            audit_choices.drop(draft)


class ScopeForm(Form):
    exclusions = TextAreaField(_l("What is not included"), [optional(), at_most(2000)])
    rounds = CountField(
        _l("Rounds of corrections"),
        [NumberRange(0, 99, _l("Write a number of rounds, like 2."))],
    )
    review_days = CountField(
        _l("Working days to review"),
        [NumberRange(3, 14, _l("Give the client 3 to 14 working days to review."))],
    )

    def save(self, draft: PackageDraft) -> None:
        audit_packages.rescope(
            draft, self.exclusions.data or "", self.rounds.data, self.review_days.data
        )


StepForm = PriceForm | MilestonesForm | ScopeForm


def form_of(draft: PackageDraft, step: str, country: str, typed: bool = False) -> StepForm | None:
    """The form of a step, as it is kept or, where it was `typed`, as it came in."""
    given: dict[str, Any] = {} if typed else {"formdata": None}
    if step == "price":
        price = PriceForm(data=_price(draft), **given)
        price.hourly_cost.understand(str(draft.currency), country)
        return price
    if step == "milestones":
        rows = draft.milestones.order_by(PackageDraftMilestone.position)
        form = MilestonesForm(data=_milestones(draft, rows), **given)
        form.offer(form.names)
        for entry in form.rows:
            entry.form.price.understand(str(draft.currency), country)
        return form
    if step == "scope":
        names = ("exclusions", "rounds", "review_days")
        return ScopeForm(data={name: getattr(draft, name) for name in names}, **given)
    return None


def _price(draft: PackageDraft) -> dict[str, Any]:
    return {
        "name": draft.name,
        "hourly_cost": _amount(draft.hourly_cost, draft),
        "quantile": draft.quantile,
        "margin": f"{draft.margin / 100:g}",
    }


def _milestones(draft: PackageDraft, rows: Iterable[PackageDraftMilestone]) -> dict[str, Any]:
    best = [at for at, tier in enumerate(draft.tiers, start=1) if tier["recommended"]]
    return {
        "rows": [_row(draft, row) for row in rows],
        "tiers": "\n".join(tier["title"] for tier in draft.tiers),
        "recommended": best[0] if best else 0,
    }


def _row(draft: PackageDraft, row: PackageDraftMilestone) -> dict[str, Any]:
    return {
        "title": row.title,
        "deliverable": row.deliverable,
        "criteria": row.criteria,
        "value": row.value,
        "share": f"{row.share / 100:g}",
        "price": _amount(row.price, draft),
        "tier": row.tier,
    }


def _amount(minor: int | None, draft: PackageDraft) -> str:
    return "" if minor is None else format.plain(int(minor), str(draft.currency))


def told(draft: PackageDraft, step: str, form: StepForm | None) -> dict[str, Any]:
    """What a step's page shows."""
    offer = audit_packages.offer(draft)
    return {
        "draft": draft,
        "step": step,
        "labels": labels(),
        "form": form,
        "offer": offer,
        "proposal": audit_choices.proposed(offer) if step == "milestones" else None,
        "again": sum(1 for job in offer.jobs if job.rework_seconds),
        "fewest": audit_proposals.FEWEST,
        "most": audit_proposals.MOST,
    }


def labels() -> dict[str, str]:
    """The steps by name, in order."""
    return {
        "price": _("What it costs"),
        "milestones": _("Milestones"),
        "scope": _("What is not in it"),
        "review": _("Look it over"),
    }


def after(step: str) -> str:
    """The step that comes next."""
    return STEPS[min(STEPS.index(step) + 1, len(STEPS) - 1)]
