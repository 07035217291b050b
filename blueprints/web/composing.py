"""The form an agreement is composed in: clauses as they are stored, one blank one at the end."""

import secrets
from datetime import date, datetime
from typing import Any

from flask import request
from flask_babel import get_locale
from flask_babel import gettext as _
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

from billing import library, outbox
from billing.agreeing import choosing, clause_choices, clause_sets, composing
from blueprints.web.choices import language as language_name
from blueprints.web.fields import DayField
from blueprints.web.forms import Form, at_most, optional
from models import Agreement, ClauseSetVersion, Contact, Project

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
        return library.is_own(self.key.data or "")

    @property
    def note(self) -> str:
        return library.note(self.key.data or "", str(get_locale() or "en")[:2])

    @property
    def is_switch(self) -> bool:
        """Whether turning it on has the program do something, so that its words are fixed."""
        return bool(self.key.data == clause_choices.SILENCE)

    @property
    def is_business_only(self) -> bool:
        return library.is_business_only(self.key.data or "")

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
    source = SelectField(_l("Kind of work"), validate_choice=False)
    language = SelectField(_l("Language of the clauses"), validate_choice=False)

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
        form.offer(draft.project)
        return form

    def offer(self, project: Project) -> None:
        """What the clauses can be made from: the library's kinds of work, and the owner's sets."""
        self.now = clause_choices.choice_of(project)
        self.sets = clause_sets.listed(project.owner)
        own = [row for row in self.sets if row.id != getattr(self.now.set_version, "id", None)]
        if self.now.set_version is not None:
            own.insert(0, self.now.set_version)
        self.source.choices = [
            *(
                SelectChoice(kind, _(name), optgroup=_("Milepost’s clauses"))
                for kind, name in library.KINDS.items()
            ),
            *(SelectChoice(f"set-{row.id}", _set_name(row), optgroup=_("Your own")) for row in own),
        ]
        self.language.choices = [
            SelectChoice(each, language_name(each)) for each in library.languages()
        ]
        if not self.source.raw_data:
            of_set = self.now.set_version
            self.source.data = f"set-{of_set.id}" if of_set is not None else self.now.kind
            self.language.data = self.now.language

    now: clause_choices.Choice
    sets: list[ClauseSetVersion]

    @property
    def choice(self) -> clause_choices.Choice:
        """What is chosen; what it was where nothing that is offered is."""
        offered = {choice.value for choice in self.source.choices}
        source = self.source.data if self.source.data in offered else self.now.kind
        spoken = self.language.data in library.languages()
        language = self.language.data if spoken else self.now.language
        if not source.startswith("set-"):
            return clause_choices.Choice(source, language)
        known = {f"set-{row.id}": row for row in (*self.sets, self.now.set_version) if row}
        row = known[source]
        return clause_choices.Choice(row.kind, row.language, row.library, row)

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


def pressed(project: Project, form: AgreementForm, now: datetime) -> str:
    """Do what else a button of the saved form asks for; answers what to say of it."""
    if "choose" in request.form:
        choosing.choose(project, form.choice, now)
        return _("The clauses were replaced. Those you had edited stay as they are.")
    if "restore" in request.form:
        choosing.restore(project, request.form["restore"], now)
        return _("The clause says again what it began with.")
    if "undo" in request.form:
        choosing.undo(project, now)
        return _("The clauses are back as they were.")
    return _("Saved.")


def _set_name(row: ClauseSetVersion) -> str:
    name = row.clause_set.name
    return str(_("%(name)s, version %(number)s", name=name, number=row.number))


def _shown(draft: Agreement) -> dict[str, Any]:
    return {
        "signer": str(draft.signer_id or ""),
        # Offered, and only kept once it is saved; who empties it keeps the offer open.
        "expires_on": draft.expires_on if draft.id else composing.usual_last_day(draft),
        "basis": composing.basis(draft),
    }
