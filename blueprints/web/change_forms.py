"""The forms a change order is composed in: terms of a milestone, a favour, who signs and why."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange

from billing import format, outbox
from billing.changes import drafts, typed
from billing.changes.redline import Outcome
from billing.planning import duties
from billing.planning.terms import Billing, Terms
from blueprints.web import measured
from blueprints.web.fields import CountField, DayField, ShareField, ValueField
from blueprints.web.forms import Form, MoneyField, at_most, optional, required
from models import Agreement, Change, ChangeRequest, Contact, Project

MEASURED = ("name", "unit", "source", "baseline", "target", "from", "to", "floor", "fallback")
"""How a measure decides."""

SHARES = (
    *("signing_share", "start_share", "date_share", "billed_on", "metric_share"),
    *(f"metric_{name}" for name in MEASURED),
)
"""When a milestone is billed: only asked of one that is new."""


class TermsForm(Form):
    """What a milestone says. Its billing is asked only while nothing of it is signed."""

    title = StringField(_l("Outcome"), [required(_l("Enter an outcome.")), at_most(300)])
    deliverable = TextAreaField(_l("Deliverable"), [optional(), at_most(4000)])
    criteria = TextAreaField(
        _l("Done when, one criterion per line"),
        [required(_l("Write at least one criterion.")), at_most(8000)],
    )
    duties = TextAreaField(_l("Supplied by the client"), [optional(), at_most(4000)])
    price = MoneyField(_l("Price"), [required(_l("Enter a price; 0 is one too."))])
    due_on = DayField(_l("Due"), [optional()])
    review_days = CountField(
        _l("Days to review"),
        [NumberRange(3, 14, _l("Give the client 3 to 14 working days to review."))],
        default=5,
    )
    rounds = CountField(
        _l("Revision rounds"),
        [NumberRange(0, 99, _l("Write a number of rounds, like 2."))],
        default=2,
    )
    place = SelectField(_l("Place in the plan"), default="")
    signing_share = ShareField(_l("Billed on signing"), [optional()])
    start_share = ShareField(_l("Billed when work starts"), [optional()])
    date_share = ShareField(_l("Billed on a date"), [optional()])
    billed_on = DayField(_l("That date"), [optional()])
    metric_share = ShareField(_l("Billed by a measure"), [optional()])
    metric_name = StringField(_l("Measure, like sign-ups"), [optional(), at_most(120)])
    metric_unit = StringField(_l("Unit"), [optional(), at_most(40)])
    metric_source = StringField(_l("Where it is read"), [optional(), at_most(300)])
    metric_baseline = ValueField(_l("Baseline"), [optional()])
    metric_target = ValueField(_l("Target"), [optional()])
    metric_from = DayField(_l("First day to read it"), [optional()])
    metric_to = DayField(_l("Last day to read it"), [optional()])
    metric_floor = MoneyField(_l("At least"), [optional()])
    metric_fallback = MoneyField(_l("Without a reading"), [optional()])
    change = HiddenField()

    @classmethod
    def of(
        cls, project: Project, country: str, plan: Sequence[Outcome], **kept: Any
    ) -> "TermsForm":
        """The form as posted, else with what is `kept`; `plan` is what it has its place in."""
        form = cls(**kept)
        for amount in (form.price, form.metric_floor, form.metric_fallback):
            amount.understand(str(project.currency), country)
        form.place.choices = [SelectChoice("", _("Where it is"))] + [
            SelectChoice(
                str(number), _("%(number)s, before “%(title)s”", number=number, title=each["title"])
            )
            for number, each in enumerate(plan, 1)
        ]
        if plan:
            form.place.choices.append(SelectChoice(str(len(plan) + 1), _("At the end")))
        return form

    def for_swap(self) -> None:
        """The price is that of what it replaces, and so is the place."""
        del self.price
        del self.place

    def for_alteration(self) -> None:
        """When it is billed stays as signed."""
        for name in SHARES:
            del self[name]

    def terms(self, price: int | None = None) -> Terms:
        """What was typed."""
        given = self._fields.get("price")
        return Terms(
            title=" ".join((self.title.data or "").split()),
            deliverable=_lines(self.deliverable.data),
            criteria=tuple(filter(None, map(str.strip, _lines(self.criteria.data).split("\n")))),
            price=given.minor if given is not None else price,
            due_on=self.due_on.data,
            review_days=self.review_days.data,
            rounds=self.rounds.data,
            billing=self._billing(),
            duties=duties.parse(self.duties.data or ""),
        )

    def _billing(self) -> Billing:
        if "signing_share" not in self._fields:
            return Billing()
        return Billing(
            signing_share=self.signing_share.points,
            start_share=self.start_share.points,
            date_share=self.date_share.points,
            billed_on=self.billed_on.data,
            metric_share=self.metric_share.points,
            measure=measured.typed(self),
        )

    @property
    def is_measured(self) -> bool:
        """Whether anything was typed of a measure."""
        return any(each.data for each in self if each.short_name.startswith("metric_"))

    @property
    def to_place(self) -> int | None:
        """The place chosen, counted from 1."""
        text = self.place.data or ""
        return int(text) if text.isdecimal() and len(text) < 10 else None


def kept(terms: Terms, currency: str, place: int | None = None) -> dict[str, Any]:
    """Terms as the form's fields hold them."""
    billing = terms.billing
    return {
        "title": terms.title,
        "deliverable": terms.deliverable,
        "criteria": "\n".join(terms.criteria),
        "duties": duties.plain(terms.duties),
        "price": "" if terms.price is None else format.plain(terms.price, currency),
        "due_on": terms.due_on,
        "review_days": terms.review_days,
        "rounds": terms.rounds,
        "place": str(place or ""),
        "signing_share": f"{billing.signing_share / 100:g}" if billing.signing_share else "",
        "start_share": f"{billing.start_share / 100:g}" if billing.start_share else "",
        "date_share": f"{billing.date_share / 100:g}" if billing.date_share else "",
        "billed_on": billing.billed_on,
        **_measured(billing, currency),
    }


def _measured(billing: Billing, currency: str) -> dict[str, Any]:
    measure = billing.measure
    if measure is None:
        return {}
    window = (measure.window_from, measure.window_to)
    return measured.held(measure, billing.metric_share, window, currency)


def typed_before(change: Change | None, currency: str) -> dict[str, Any]:
    """What a change holds already, for the form to go on from."""
    if change is None or not change.terms:
        return {}
    return kept(typed.read(change.terms), currency, change.terms.get("place"))


def _lines(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").replace("\r", "\n")


class FavourForm(Form):
    """Something given on top."""

    title = StringField(
        _l("What you give on top"), [required(_l(drafts.FavourMissing.sentence)), at_most(300)]
    )
    note = TextAreaField(_l("A note to the client"), [optional(), at_most(2000)])
    worth = MoneyField(_l("What it would have cost"), [optional()])
    change = HiddenField()


class RemovalForm(Form):
    note = StringField(_l("Why it falls away"), [optional(), at_most(500)])


class OrderForm(Form):
    """Why the change is proposed, who signs it and until when."""

    reason = TextAreaField(_l("Why you propose it"), [optional(), at_most(4000)])
    signer = SelectField(_l("Who signs for the client"))
    expires_on = DayField(_l("Last day to sign"), [optional()])

    able: list[Contact]

    @classmethod
    def of(cls, draft: Agreement, posted: bool = False) -> "OrderForm":
        """The form of a draft, as posted or as it is kept."""
        data = {
            "reason": drafts.reason_of(draft),
            "signer": str(draft.signer_id or ""),
            "expires_on": draft.expires_on,
        }
        form = cls() if posted else cls(formdata=None, data=data)
        form.able = list(outbox.contacts(draft.project, "signer"))
        form.signer.choices = [SelectChoice("", _("Choose who signs"))] + [
            SelectChoice(str(contact.id), f"{contact.name} <{contact.email}>")
            for contact in form.able
        ]
        return form

    @property
    def chosen(self) -> Contact | None:
        """The contact chosen to sign."""
        return next((one for one in self.able if str(one.id) == self.signer.data), None)


class AnswerForm(Form):
    """Why a wish is not taken up. `request` tells several of them on a page apart."""

    answer = TextAreaField(
        _l("Why not"), [required(_l("Say why not. Your client reads it.")), at_most(2000)]
    )

    @classmethod
    def of(cls, request: ChangeRequest, **options: Any) -> "AnswerForm":
        """The form of one wish; its field's id carries the wish's number."""
        form = cls(**options)
        form.answer.id = form.answer.label.field_id = f"answer-{request.id}"
        return form


class SendForm(Form):
    """`seen` is the digest of the document as the owner was shown it."""

    seen = HiddenField()
