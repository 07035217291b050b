"""How a file of tracked time is read, as a form: a column for each field, and how it is written."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from billing.importing.tabular import Table
from billing.outcomes import mapping
from blueprints.web.columns import ColumnField, TableForm
from models import HoursFile


class ReadingForm(TableForm):
    """How a file of tracked time is read; `totals` where its rows may be sums."""

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
    totals = BooleanField(_l("A row may stand for more than a day, such as a week or a month"))

    FIELDS = mapping.FIELDS
    DAY = "worked_on"

    def __init__(self, file: HoursFile, table: Table) -> None:
        self.sums_up = mapping.of(file.mapping).totals
        super().__init__(mapping.of(file.mapping), table)

    def _data(self) -> dict[str, Any]:
        return {**super()._data(), "totals": self.sums_up}

    @property
    def reading(self) -> mapping.Reading:
        given = mapping.Reading(**self.given, totals=bool(self.totals.data))
        return mapping.completed(given, self.table)
