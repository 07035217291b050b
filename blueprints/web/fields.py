"""Fields of a plan and rows of them: prices that ask what was meant, shares, days, numbers."""

import re
from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, FieldList, IntegerField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.utils import unset_value
from wtforms.validators import StopValidation

from billing import format, money
from billing.invoicing import measures
from billing.planning.terms import WHOLE
from billing.refusals import AmbiguousAmount, Refusal
from blueprints.web.errors import words
from blueprints.web.forms import MoneyField


def choices(labels: Mapping[str, Any]) -> list[SelectChoice]:
    """What a select offers: labels by value."""
    return [SelectChoice(value, label) for value, label in labels.items()]


class PriceField(MoneyField):
    """A price; `readings` are the two amounts (minor units) a typed text could mean."""

    readings: dict[str, int]
    stored: int | None = None

    def pre_validate(self, form: Any) -> None:
        self.minor, self.readings = None, {}
        if not self.data:
            return
        if self.stored is not None and self.data == format.plain(self.stored, self.currency):
            # What the page itself showed means what it showed.
            self.minor = self.stored
            return
        try:
            self.minor = money.parse(self.data, self.currency, self.grouping)
        except AmbiguousAmount as refusal:
            self._ask(refusal, form.reading.data)
        except Refusal as refusal:
            raise StopValidation(words(refusal)) from refusal

    def _ask(self, refusal: AmbiguousAmount, reading: str) -> None:
        self.readings = {
            name: money.to_minor(Decimal(refusal.facts[name]), self.currency)
            for name in ("first", "second")
        }
        self.minor = self.readings.get(reading)
        if self.minor is None:
            raise StopValidation(
                _("“%(text)s” can be read in two ways. Which do you mean?", text=self.data)
            )


class ShareField(StringField):
    """A percentage as typed; `points` holds it in basis points once validated."""

    points = 0

    def pre_validate(self, form: Any) -> None:
        self.points = 0
        if not self.data:
            return
        try:
            points = Decimal(self.data.rstrip("% \u00a0").replace(",", ".")) * 100
            if points != int(points) or not 0 <= points <= WHOLE:
                raise InvalidOperation
        except (InvalidOperation, OverflowError, ValueError) as error:
            sentence = _l("Write a share between 0 and 100, like 30 or 33.33.")
            raise StopValidation(sentence) from error
        self.points = int(points)


class ValueField(StringField):
    """A value of a measure as typed; `thousandths` holds it once validated, None if open."""

    thousandths: int | None = None

    def pre_validate(self, form: Any) -> None:
        self.thousandths = None
        if not self.data:
            return
        try:
            self.thousandths = measures.parse(self.data)
        except ValueError as error:
            sentence = _l("Write a number with at most three decimals, like 412 or 2.5.")
            raise StopValidation(sentence) from error


class DayField(DateField):
    """A day; what is none says how to write one."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Write the date like 2026-12-31.")) from error


class CountField(IntegerField):
    """A whole number; what is none is left to the validators to put into words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        with suppress(ValueError):
            super().process_formdata(valuelist)


MOST_ROWS = 30
"""Rows that one form holds, where it says nothing else."""
READ_ROWS = 1000
"""Rows that are read of what was posted, so that too many can be refused with all of them kept."""


class Rows(FieldList):
    """At most `most` rows in the order they stand on the page, each with the number it came by."""

    def __init__(self, field: Any, most: int = MOST_ROWS, **options: Any) -> None:
        super().__init__(field, **options)
        self.most = most

    @property
    def is_full(self) -> bool:
        return len(self.entries) >= self.most

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        valid = bool(super().validate(form, extra_validators))
        if len(self.entries) <= self.most:
            return valid
        form.form_errors.append(
            _("There is room for %(most)s rows here. Take out some of them.", most=self.most)
        )
        return False

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        super().process(None, () if formdata else data, extra_filters)
        for number in self._numbers(formdata or ()):
            self._add_entry(formdata, index=number)
        self.last_index = max((row.index for row in self.entries), default=-1)

    def _numbers(self, formdata: Any) -> list[int]:
        names = (re.match(rf"{self.name}-([0-9]{{1,6}})-", name) for name in formdata)
        return list(dict.fromkeys(int(name[1]) for name in names if name))[:READ_ROWS]


def alter(rows: Rows, command: str) -> None:
    """Do what a button beside rows says: ``add``, or ``remove-3``."""
    verb, _sign, number = command.partition("-")
    if verb == "add" and not rows.is_full:
        rows.append_entry()
    if verb == "remove":
        rows.entries[:] = [entry for entry in rows.entries if str(entry.index) != number]
