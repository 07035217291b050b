"""How a file of tracked time is read, as a form: a column for each field, and how it is written."""

from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from billing.importing import cells
from billing.importing.tabular import Table
from billing.outcomes import mapping
from billing.outcomes.mapping import Reading
from blueprints.web.choices import CurrencyField
from blueprints.web.columns import NONE, ColumnField, order_field
from blueprints.web.forms import Form
from models import HoursFile


class ReadingForm(Form):
    """Filled with what was guessed, until somebody says otherwise: in the address while the
    preview is looked at, then in the post that imports."""

    worked_on = ColumnField(_l("Date"))
    hours = ColumnField(_l("Hours"))
    client = ColumnField(_l("Client"))
    project = ColumnField(_l("Project"))
    kind = ColumnField(_l("Kind of work"))
    description = ColumnField(_l("Description"))
    person = ColumnField(_l("Person"))
    billable = ColumnField(_l("Billable, yes or no"))
    amount = ColumnField(_l("Amount billed"))
    rate = ColumnField(_l("Hourly rate"))
    currency = ColumnField(_l("Currency"))
    started_at = ColumnField(_l("Time of day it began"))
    ended_at = ColumnField(_l("Time of day it ended"))
    order = order_field()
    currency_of_all = CurrencyField(_l("Amounts are in"))
    totals = BooleanField(_l("A row may stand for more than a day, such as a week or a month"))

    def __init__(self, file: HoursFile, table: Table) -> None:
        self.guessed = mapping.of(file.mapping)
        self.table = table
        typed = request.form if request.method == "POST" else request.args
        super().__init__(typed if "worked_on" in typed else None, data=self._data())
        for name in mapping.FIELDS:
            self[name].offer(table.header, name == "worked_on")

    def _data(self) -> dict[str, Any]:
        places = {name: self.guessed.columns.get(name, ()) for name in mapping.FIELDS}
        chosen = {name: str(found[0]) if found else NONE for name, found in places.items()}
        return {
            **chosen,
            "order": self.guessed.order,
            "currency_of_all": self.guessed.currency,
            "totals": self.guessed.totals,
        }

    @property
    def reading(self) -> Reading:
        """What the form says, with what the file itself tells."""
        columns = {name: self._places(name) for name in mapping.FIELDS if self[name].data != NONE}
        order = self.order.data if self.order.data in (cells.DAY_FIRST, cells.MONTH_FIRST) else ""
        given = Reading(
            columns,
            order=order,
            currency=self.currency_of_all.data or "",
            totals=bool(self.totals.data),
        )
        return mapping.completed(given, self.table)

    def _places(self, name: str) -> list[int]:
        """The column chosen, and behind a guess that was left the others that may say it too."""
        place = self[name].place
        chosen = len(self.table.header) if place is None else place
        guessed = list(self.guessed.columns.get(name, ()))
        return guessed if guessed[:1] == [chosen] else [chosen]

    @property
    def unclear(self) -> bool:
        """Whether a person has to say what comes first in the dates."""
        column = self.reading.columns.get("worked_on", ())
        return cells.is_ambiguous(
            row[place] for _line, row in self.table.rows() for place in column if place < len(row)
        )
