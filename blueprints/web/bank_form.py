"""How a table of movements is read, as a form: a column for each field, and how it is written."""

from flask_babel import lazy_gettext as _l

from billing.banking import tables
from billing.importing.tabular import Table
from blueprints.web.choices import CurrencyField
from blueprints.web.columns import ColumnField, TableForm
from models import BankFile


class BankReadingForm(TableForm):
    """How a table of movements is read."""

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
    currency_of_all = CurrencyField(_l("The account is in"))

    FIELDS = tables.FIELDS
    DAY = "booked_on"

    def __init__(self, file: BankFile, table: Table) -> None:
        super().__init__(tables.of(file.mapping), table)

    @property
    def reading(self) -> tables.Reading:
        return tables.completed(tables.Reading(**self.given), self.table)
