"""The form that both sides stop a project with."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, TextAreaField

from billing.ending import stopping
from blueprints.web.forms import Form, at_most, optional


class StopForm(Form):
    """`seen` is the mark of the price that was shown."""

    reason = TextAreaField(_l("Why"), [optional(), at_most(1000)])
    seen = HiddenField()

    def showing(self, price: stopping.Price | None) -> "StopForm":
        """The form beside a price, to be sent with its mark."""
        self.seen.data = price.mark if price else ""
        self.seen.raw_data = None
        return self
