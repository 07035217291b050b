"""Fields that say how a table is read: which column holds what, and how days are written."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from billing.importing import cells

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
