"""What is assumed in the replay, as a form: of everything, in each currency, of each kind of work.

Typed into the address it only shows, posted it is kept. A field left empty is what the past says.
"""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Field
from wtforms.validators import NumberRange, StopValidation

from billing import format
from billing.outcomes.replay_assumptions import Assumptions, General, InCurrency, OfKind
from billing.outcomes.replay_reading import KindOfPast, Past
from blueprints.web.fields import CountField
from blueprints.web.forms import Form, MoneyField, optional

# Flask-WTF would ask for the token in the address too; every post is checked for all forms.
PLAIN = {"csrf": False}

LARGEST_SEED = 999_999


class Percent(CountField):
    """A whole number of percent."""

    def __init__(self, label: Any, most: int = 100, **options: Any) -> None:
        told = _l("Write whole percent from 0 to %(most)s.", most=most)
        super().__init__(label, [NumberRange(0, most, told)], **options)


class AmountField(MoneyField):
    """An amount of at least nothing; empty is what `suggested` says (minor units), if anything."""

    suggested: int | None = None

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.minor is not None and self.minor < 0:
            raise StopValidation(_l("An amount cannot be below zero."))

    def about(self, currency: str, country: str, suggested: int | None, given: int | None) -> None:
        """Show what is assumed, or else what the past says."""
        self.understand(currency, country)
        self.suggested = suggested
        shown = suggested if given is None else given
        if self.raw_data is None:
            self.data = "" if shown is None else format.plain(shown, currency)

    @property
    def own(self) -> int | None:
        """What its owner assumes, None where that is what the past says."""
        return None if self.minor == self.suggested else self.minor


class GeneralForm(Form):
    longer = Percent(_l("Everything takes longer by"), 900)
    accepted = Percent(_l("Accepted of a price, by outcomes"))
    changes = Percent(_l("Extra hours agreed as a change, by outcomes"))
    base = Percent(_l("Paid in any case, by value"))
    value_share = Percent(_l("Share of the worth, by value"))
    reached = Percent(_l("Worth that is reached, by value"))
    seed = CountField(
        _l("Seed of the draws"),
        [NumberRange(0, LARGEST_SEED, _l("Write a whole number from 0 to 999999."))],
    )


class CurrencyForm(Form):
    floor = AmountField(_l("Floor: an hour must bring"))
    seat_price = AmountField(_l("Price of a seat and month"), [optional()])


class KindForm(Form):
    rate = AmountField(_l("By the hour"))
    price = AmountField(_l("Price of a piece"))
    saved = Percent(_l("Hours that AI saves"), 95)
    worth = AmountField(_l("Worth to the client"), [optional()])
    floor = AmountField(_l("Floor of this kind of work: an hour must bring"), [optional()])
    seats = CountField(
        _l("Seats"),
        [optional(), NumberRange(0, 100_000, _l("Write a whole number of seats."))],
    )


class AssumptionsForm:
    """All of them as one: `errors` and fields, as a summary of errors reads them."""

    def __init__(
        self,
        found: Sequence[Past],
        assumed: Assumptions,
        country: str,
        typed: MultiDict[str, str] | None,
    ) -> None:
        self.form_errors: list[str] = []
        self.typed = typed
        self.general = GeneralForm(typed, obj=assumed.general, meta=PLAIN)
        self.money = {each.currency: self._money(each, assumed, country) for each in found}
        self.kinds = {
            (kind.id, each.currency): self._kind(kind, each.currency, assumed, country)
            for each in found
            for kind in each.kinds
        }

    def _money(self, past: Past, assumed: Assumptions, country: str) -> CurrencyForm:
        given = assumed.money.get(past.currency, InCurrency())
        form = CurrencyForm(self.typed, prefix=past.currency, meta=PLAIN)
        form.floor.about(past.currency, country, past.floor, given.floor)
        form.seat_price.about(past.currency, country, None, given.seat_price)
        return form

    def _kind(self, kind: KindOfPast, currency: str, assumed: Assumptions, country: str) -> Any:
        given = assumed.kinds.get((kind.id, currency), OfKind())
        told = {"saved": given.saved, "seats": given.seats}
        form = KindForm(self.typed, prefix=f"{currency}-{kind.id}", data=told, meta=PLAIN)
        form.rate.about(currency, country, kind.suggested.rate, given.rate)
        form.price.about(currency, country, kind.suggested.price, given.price)
        own = int(kind.package.hourly_cost) if kind.package else None
        form.floor.about(currency, country, own, given.floor)
        form.worth.about(currency, country, None, given.worth)
        return form

    def __iter__(self) -> Iterator[Field]:
        return chain.from_iterable(self._forms)

    @property
    def _forms(self) -> list[Form]:
        return [self.general, *self.money.values(), *self.kinds.values()]

    @property
    def errors(self) -> dict[str, Any]:
        return {name: told for form in self._forms for name, told in form.errors.items()}

    def validate(self) -> bool:
        """Every form is looked at, so that all that is wrong is told at once."""
        return all([form.validate() for form in self._forms])

    @property
    def assumptions(self) -> Assumptions:
        """What the form says, once it is validated."""
        return Assumptions(
            General(**{name: field.data for name, field in self.general._fields.items()}),
            {
                currency: InCurrency(form.floor.own, form.seat_price.own)
                for currency, form in self.money.items()
            },
            {place: _said(form) for place, form in self.kinds.items()},
        )


def _said(form: KindForm) -> OfKind:
    return OfKind(
        form.rate.own,
        form.price.own,
        form.saved.data,
        form.worth.own,
        form.seats.data,
        form.floor.own,
    )
