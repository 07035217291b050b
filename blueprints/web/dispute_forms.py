"""Forms of a dispute: what is disputed, what becomes of each criterion, and why not."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, RadioField, TextAreaField
from wtforms.widgets import HiddenInput

from billing import money
from billing.disputing.disputes import DisputeReasonMissing
from billing.disputing.offers import ShareMissing, Wanted, WhyMissing
from billing.planning.terms import WHOLE
from billing.refusals import N_
from blueprints.web.fields import ShareField, choices
from blueprints.web.forms import Form, MoneyField, at_most, optional, required
from models import Criterion, Outcome

PART = "part"
"""Accepted in part: for so much of what it is worth."""

PARTLY = N_("Accepted for a part of its price")


class DisputeForm(Form):
    """`seen` is the round that was shown; the criteria are beside it."""

    reason = TextAreaField(
        _l("What do you disagree about?"),
        [required(_l(DisputeReasonMissing.sentence)), at_most(5000)],
    )
    seen = IntegerField(widget=HiddenInput())


class AnswerForm(Form):
    """`seen` is the mark of what taking the offer does, as it was shown."""

    why = TextAreaField(_l("Why not?"), [required(_l(WhyMissing.sentence)), at_most(2000)])
    seen = HiddenField()


class OfferForm(Form):
    """What becomes of each criterion, or of all of them alike; `seen` is the newest offer's number.

    It is filled in twice: looked at first, as a GET, then made.
    """

    whole = ShareField(_l("Or one share of all of it"), [optional(), at_most(20)])
    note = TextAreaField(_l("A word to the other side"), [optional(), at_most(2000)])
    seen = IntegerField(widget=HiddenInput())
    criteria: Iterable[Criterion] = ()
    worths: Mapping[int, int]

    @property
    def rows(self) -> list[tuple[Criterion, Any, Any]]:
        """Each criterion with its choice and its amount."""
        return [(row, self[f"outcome_{row.id}"], self[f"amount_{row.id}"]) for row in self.criteria]

    def validate(self, extra_validators: Any = None) -> bool:
        if not super().validate(extra_validators):
            return False
        if self.whole.data:
            return True
        for _row, outcome, amount in self.rows:
            if outcome.data not in {PART, *Outcome}:
                outcome.errors = [_(ShareMissing.sentence)]
            elif outcome.data == PART and amount.minor is None:
                amount.errors = [_("Say how much of it is accepted.")]
            elif outcome.data != PART and amount.data:
                told = _("Choose “%(part)s” for this amount, or clear it.", part=_(PARTLY))
                amount.errors = [told]
        return not self.errors

    @property
    def wanted(self) -> dict[int, Wanted]:
        """What becomes of each criterion, by its id."""
        return {row.id: self._wanted(row, *fields) for row, *fields in self.rows}

    def _wanted(self, row: Criterion, outcome: Any, amount: Any) -> Wanted:
        if self.whole.data:
            part = money.share(self.worths[row.id], self.whole.points, WHOLE)
            is_nothing = not self.whole.points or (self.worths[row.id] and not part)
            return Wanted(Outcome.GIVEN_UP) if is_nothing else Wanted(Outcome.ACCEPTED, part)
        if outcome.data == PART:
            return Wanted(Outcome.ACCEPTED, amount.minor)
        return Wanted(Outcome(outcome.data))


def offer_form(
    criteria: Iterable[Criterion],
    worths: Mapping[int, int],
    currency: str,
    country: str,
    only_looks: bool = False,
) -> OfferForm:
    """The form with a choice for each disputed criterion; one that only looks has no token."""

    class Composed(OfferForm):
        pass

    for row in criteria:
        labels = {
            Outcome.ACCEPTED: _l("Accepted in full"),
            PART: _l(PARTLY),
            Outcome.GIVEN_UP: _l("Given up: nothing is paid for it"),
            Outcome.REDONE: _l("Done again, in another round"),
        }
        choice = RadioField(row.text, choices=choices(labels), validate_choice=False)
        setattr(Composed, f"outcome_{row.id}", choice)
        setattr(Composed, f"amount_{row.id}", MoneyField(_l("How much of it is accepted")))
    looking: dict[str, Any] = {"formdata": request.args or None, "meta": {"csrf": False}}
    form = Composed(**looking) if only_looks else Composed()
    form.criteria, form.worths = criteria, worths
    for row in criteria:
        form[f"amount_{row.id}"].understand(currency, country)
    return form
