"""Fields that say how a table is read: which column holds what, and how days are written."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from billing.importing import cells

NONE = "-"


class ColumnField(SelectField):
    """One of the file's columns, or none."""

    def offer(self, header: Sequence[str], needed: bool) -> None:
        named = [
            SelectChoice(str(place), name or _("Column %(number)s", number=place + 1))
            for place, name in enumerate(header)
        ]
        nothing = _("Choose a column") if needed else _("Not in this file")
        self.choices = [SelectChoice(NONE, nothing), *named]


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
