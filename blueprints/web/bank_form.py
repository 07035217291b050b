"""How a table of movements is read, as a form: a column for each field, and how it is written."""

from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l

from billing.banking import tables
from billing.banking.tables import Reading
from billing.importing import cells
from billing.importing.tabular import Table
from blueprints.web.choices import CurrencyField
from blueprints.web.columns import NONE, ColumnField, order_field
from blueprints.web.forms import Form
from models import BankFile


class BankReadingForm(Form):
    """Filled with what was guessed, until somebody says otherwise: in the address while the
    preview is looked at, then in the post that takes the movements over."""

    booked_on = ColumnField(_l("Day"))
    amount = ColumnField(_l("Amount, with its sign"))
    money_in = ColumnField(_l("Money in"))
    money_out = ColumnField(_l("Money out"))
    side = ColumnField(_l("Credit or debit"))
    currency = ColumnField(_l("Currency"))
    name = ColumnField(_l("Name of the other side"))
    iban = ColumnField(_l("Account of the other side"))
    text = ColumnField(_l("Text"))
    reference = ColumnField(_l("Structured reference"))
    order = order_field()
    currency_of_all = CurrencyField(_l("The account is in"))

    def __init__(self, file: BankFile, table: Table) -> None:
        self.guessed, self.table = tables.of(file.mapping), table
        typed = request.form if request.method == "POST" else request.args
        super().__init__(typed if "booked_on" in typed else None, data=self._data())
        for name in tables.FIELDS:
            self[name].offer(table.header, name == "booked_on")

    def _data(self) -> dict[str, Any]:
        places = {name: self.guessed.columns.get(name, ()) for name in tables.FIELDS}
        chosen = {name: str(found[0]) if found else NONE for name, found in places.items()}
        return {
            **chosen,
            "order": self.guessed.order,
            "currency_of_all": self.guessed.currency,
        }

    @property
    def reading(self) -> Reading:
        """What the form says, with what the file itself tells."""
        columns = {name: self._places(name) for name in tables.FIELDS if self[name].data != NONE}
        order = self.order.data if self.order.data in (cells.DAY_FIRST, cells.MONTH_FIRST) else ""
        given = Reading(columns, order=order, currency=self.currency_of_all.data or "")
        return tables.completed(given, self.table)

    def _places(self, name: str) -> list[int]:
        """The column chosen, and behind a guess that was left the others that may say it too."""
        place = self[name].place
        chosen = len(self.table.header) if place is None else place
        guessed = list(self.guessed.columns.get(name, ()))
        return guessed if guessed[:1] == [chosen] else [chosen]

    @property
    def unclear(self) -> bool:
        """Whether a person has to say what comes first in the dates."""
        return cells.is_ambiguous(
            cells.column(self.table, self.reading.columns.get("booked_on", ()))
        )
