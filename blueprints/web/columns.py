"""How a table is read, as a form: which column holds what, and how days are written."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Protocol

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from billing.importing import cells
from billing.importing.tabular import Table
from blueprints.web.choices import CurrencyField
from blueprints.web.forms import Form

NONE = "-"

LONGEST = 10
"""More digits number no column; Python refuses to read thousands of them."""


class ColumnField(SelectField):
    """One of the file's columns, or none."""

    def offer(self, header: Sequence[str], needed: bool) -> None:
        named = [
            SelectChoice(str(place), name or _("Column %(number)s", number=place + 1))
            for place, name in enumerate(header)
        ]
        nothing = _("Choose a column") if needed else _("Not in this file")
        self.choices = [SelectChoice(NONE, nothing), *named]

    @property
    def place(self) -> int | None:
        """The number that was typed, from 0: a preview shows it before it is checked. None if it
        is no number, or none that a column has."""
        text = self.data or ""
        return int(text) if text.isdecimal() and len(text) < LONGEST else None


def order_field() -> RadioField:
    """Which of day and month comes first; only asked where the file itself leaves it open."""
    return RadioField(
        _l("A date like 03/04/2026 is"),
        choices=[
            SelectChoice(cells.DAY_FIRST, _l("3 April: the day comes first")),
            SelectChoice(cells.MONTH_FIRST, _l("March 4: the month comes first")),
        ],
        validate_choice=False,
    )


class Reading(Protocol):
    """What is known of a table: the columns of each field, the first of them chosen."""

    @property
    def columns(self) -> Mapping[str, Sequence[int]]: ...

    @property
    def order(self) -> str: ...

    @property
    def currency(self) -> str: ...


class TableForm(Form):
    """Filled with what was guessed, until somebody says otherwise: in the address while the
    preview is looked at, then in the post that takes the rows over.

    `FIELDS` are its columns, `DAY` the one that no table can do without.
    """

    FIELDS: ClassVar[Sequence[str]] = ()
    DAY: ClassVar[str] = ""

    order = order_field()
    currency_of_all = CurrencyField(_l("Amounts are in"))

    def __init__(self, guessed: Reading, table: Table) -> None:
        self.guessed, self.table = guessed, table
        typed = request.form if request.method == "POST" else request.args
        super().__init__(typed if self.DAY in typed else None, data=self._data())
        for name in self.FIELDS:
            self[name].offer(table.header, name == self.DAY)

    def _data(self) -> dict[str, Any]:
        places = {name: self.guessed.columns.get(name, ()) for name in self.FIELDS}
        chosen = {name: str(found[0]) if found else NONE for name, found in places.items()}
        return {**chosen, "order": self.guessed.order, "currency_of_all": self.guessed.currency}

    @property
    def reading(self) -> Reading:
        """What the form says, with what the file itself tells."""
        raise NotImplementedError

    @property
    def given(self) -> dict[str, Any]:
        """What is chosen, as a reading takes it."""
        order = self.order.data
        return {
            "columns": {
                name: self._places(name) for name in self.FIELDS if self[name].data != NONE
            },
            "order": order if order in (cells.DAY_FIRST, cells.MONTH_FIRST) else "",
            "currency": self.currency_of_all.data or "",
        }

    def _places(self, name: str) -> list[int]:
        """The column chosen, and behind a guess that was left the others that may say it too."""
        place = self[name].place
        chosen = len(self.table.header) if place is None else place
        guessed = list(self.guessed.columns.get(name, ()))
        return guessed if guessed[:1] == [chosen] else [chosen]

    @property
    def unclear(self) -> bool:
        """Whether a person has to say what comes first in the dates."""
        days = self.reading.columns.get(self.DAY, ())
        return cells.is_ambiguous(cells.column(self.table, days))
