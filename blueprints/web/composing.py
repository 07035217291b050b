"""The form an agreement is composed in: clauses as they are stored, one blank one at the end."""

import secrets
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Regexp

from billing import clauses, composing, outbox
from blueprints.web.fields import DayField
from blueprints.web.forms import Form, at_most, optional
from models import Agreement, Contact

MOST_CLAUSES = 60


class ClauseForm(Form):
    """One clause. `remove` is for clauses of the owner's own."""

    class Meta:
        csrf = False

    key = HiddenField(validators=[Regexp(r"[a-z0-9-]{1,40}\Z")])
    heading = StringField(_l("Heading"), [at_most(200)])
    body = TextAreaField(_l("Text"), [at_most(10_000)])
    on = BooleanField(_l("Part of the agreement"))
    remove = BooleanField(_l("Remove this clause when I save"))

    @property
    def is_own(self) -> bool:
        return clauses.is_own(self.key.data or "")

    @property
    def note(self) -> str:
        return clauses.note(self.key.data or "")

    @property
    def is_blank(self) -> bool:
        return self.is_own and not (self.heading.data or self.body.data)

    @property
    def stored(self) -> dict[str, Any]:
        return {
            "key": self.key.data,
            "heading": self.heading.data or "",
            "body": (self.body.data or "").replace("\r\n", "\n"),
            "on": self.on.data,
        }


class AgreementForm(Form):
    """`basis` marks what the typing began with, so that a second window is noticed."""

    signer = SelectField(_l("Who signs for the client"))
    expires_on = DayField(_l("Last day of the offer"), [optional()])
    clauses = FieldList(FormField(ClauseForm), max_entries=MOST_CLAUSES)
    basis = HiddenField()

    @classmethod
    def of(cls, draft: Agreement, posted: bool = False) -> "AgreementForm":
        """The form of a draft, as posted or as it is kept, a blank clause at its end."""
        rows = [*draft.clauses, {"key": f"own-{secrets.token_hex(4)}", "on": True}]
        form = cls() if posted else cls(formdata=None, data={**_shown(draft), "clauses": rows})
        form.able = list(outbox.contacts(draft.project, "signer"))
        form.signer.choices = [SelectChoice("", _l("Choose who signs"))] + [
            SelectChoice(str(contact.id), f"{contact.name} <{contact.email}>")
            for contact in form.able
        ]
        return form

    able: list[Contact]

    @property
    def chosen(self) -> Contact | None:
        """The contact chosen to sign."""
        return next((one for one in self.able if str(one.id) == self.signer.data), None)

    @property
    def last_day(self) -> date | None:
        return self.expires_on.data  # type: ignore[no-any-return]

    @property
    def texts(self) -> list[dict[str, Any]]:
        """The clauses as they are to be stored."""
        kept = (
            entry.form
            for entry in self.clauses
            if not entry.form.is_blank and not (entry.form.is_own and entry.form.remove.data)
        )
        return [form.stored for form in kept]


def _shown(draft: Agreement) -> dict[str, Any]:
    return {
        "signer": str(draft.signer_id or ""),
        "expires_on": draft.expires_on,
        "basis": composing.basis(draft),
    }
