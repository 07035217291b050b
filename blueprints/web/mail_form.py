"""A form that says how soon its reader gets the mails of each topic."""

from datetime import datetime
from typing import Self

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from billing.mailing import paces
from billing.mailing.paces import Reader
from blueprints.web.fields import choices
from blueprints.web.forms import Form
from models import Pace, Topic

PACES = {
    Pace.AT_ONCE: _l("At once"),
    Pace.DAILY: _l("Once a day, in one mail"),
    Pace.OFF: _l("Not at all"),
}


def _pace(label: str) -> SelectField:
    return SelectField(label, choices=choices(PACES))


def _settings(reader: Reader) -> dict[str, Pace]:
    return {str(topic): pace for topic, pace in paces.of(reader).items()}


class MailForm(Form):
    """A pace for each topic, named like it."""

    progress = _pace(_l("Work and changes"))
    comments = _pace(_l("Comments"))
    reminders = _pace(_l("Reminders"))
    payments = _pace(_l("Payments"))

    @classmethod
    def of(cls, reader: Reader) -> Self:
        """As it was posted, else as the reader's settings are."""
        return cls(data=_settings(reader))

    @classmethod
    def afresh(cls, reader: Reader) -> Self:
        """As the reader's settings are, whatever was posted."""
        return cls(formdata=None, data=_settings(reader))

    def choose(self, reader: Reader, by: Reader, now: datetime) -> None:
        """Set what was chosen. Refuses as paces.choose() does."""
        paces.choose(reader, {topic: Pace(self[topic].data) for topic in Topic}, by, now)
