"""The forms of a project's page beside its rows: start, settings, split, submission."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    MultipleFileField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import NumberRange, StopValidation

from billing import format
from billing.accepting import verdicts
from billing.planning import project_settings
from blueprints.web.business_form import RateField
from blueprints.web.fields import CountField, ShareField, choices
from blueprints.web.forms import Form, MoneyField, at_most, email, optional, required
from models import Client, Milestone, Package, Project

TAXES = {
    "S": _l("Taxed at a rate"),
    "O": _l("No tax: not registered, or outside its scope"),
    "AE": _l("Reverse charge: the client owes the tax"),
    "E": _l("Exempt"),
    "Z": _l("Zero rate"),
    "G": _l("Export outside the European Union"),
}


class OnlyForNew:
    """A field that is asked only while no present client is chosen."""

    def __init__(self, message: Any) -> None:
        self.message = message

    def __call__(self, form: Form, field: Any) -> None:
        if form["client"].data:
            field.errors[:] = []
            raise StopValidation
        if not field.data:
            raise StopValidation(self.message)


class StartForm(Form):
    """Whom the project is for, what it is called, and what it starts from."""

    client = SelectField(_l("Client"), default="")
    name = StringField(
        _l("Client's name"),
        [OnlyForNew(_l("Enter the client's name, or choose one above.")), at_most(200)],
    )
    email = StringField(
        _l("Client's e-mail"),
        [OnlyForNew(_l("Enter an e-mail address, like name@example.com.")), *email()],
    )
    title = StringField(_l("Project"), [required(_l("Enter a title.")), at_most(200)])
    package = SelectField(_l("Start from"), default="")

    def offer(self, clients: Sequence[Client], packages: Sequence[Package]) -> None:
        """Set what can be chosen; choices of others are refused as unknown."""
        present = {str(row.id): row.name for row in clients}
        self.client.choices = choices({"": _("A new client"), **present})
        # A project takes the package's currency, so it is said where the package is chosen.
        saved = {str(row.id): f"{row.name} ({row.currency})" for row in packages}
        self.package.choices = choices({"": _("A blank plan"), **saved})


class FeeField(ShareField):
    """A share of the project, shown in percent; `chosen` is None where it was not asked for."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{(self.data or 0) / 100:g}"

    @property
    def chosen(self) -> int | None:
        return self.points if self.raw_data else None


class SettingsForm(Form):
    """What a project says beside its plan."""

    title = StringField(_l("Title"), [required(_l("Enter a title.")), at_most(200)])
    terms_days = CountField(
        _l("Days to pay"), [NumberRange(0, 365, _l("Enter a number of days from 0 to 365."))]
    )
    tax_category = SelectField(_l("Tax"), choices=choices(TAXES))
    tax_rate = RateField(_l("Rate"), [optional()])
    tax_note = StringField(_l("Note on the invoice"), [optional(), at_most(300)])
    withholding_rate = RateField(_l("Tax the client keeps back"), [optional()])
    purchase_order = StringField(_l("Purchase order"), [optional(), at_most(100)])
    fee_not_begun = FeeField(_l("Stopped before work began"), [optional()])
    fee_in_progress = FeeField(_l("Stopped in progress"), [optional()])
    fee_submitted = FeeField(_l("Stopped after submission"), [optional()])
    exposure_cap = MoneyField(_l("Most that may be open at a time"), [optional()])

    @property
    def settings(self) -> project_settings.Settings:
        """What was typed, in the verb's units."""
        return project_settings.Settings(
            self.title.data,
            self.terms_days.data,
            self.tax_category.data,
            self.tax_rate.data or 0,
            self.tax_note.data or "",
            self.fee_not_begun.chosen,
            self.fee_in_progress.chosen,
            self.fee_submitted.chosen,
            self.exposure_cap.minor,
            self.withholding_rate.chosen,
            self.purchase_order.data if self.purchase_order.raw_data else None,
        )


class TaxForm(Form):
    """How invoices to come are taxed, once the plan is signed."""

    tax_category = SelectField(_l("Tax"), choices=choices(TAXES))
    tax_rate = RateField(_l("Rate"), [optional()])
    tax_note = StringField(_l("Note on the invoice"), [optional(), at_most(300)])
    withholding_rate = RateField(_l("Tax the client keeps back"), [optional()])

    @property
    def tax(self) -> project_settings.Tax:
        return project_settings.Tax(
            self.tax_category.data,
            self.tax_rate.data or 0,
            self.tax_note.data or "",
            self.withholding_rate.data or 0,
        )


def settings_form(project: Project) -> SettingsForm:
    """The settings as they are stored."""
    form = SettingsForm(obj=project, formdata=None)
    cap = project.exposure_cap
    form.exposure_cap.data = "" if cap is None else format.plain(cap, str(project.currency))
    return form


EQUALLY, THIRTY_FORTY_THIRTY, CUSTOM = "equally", "thirty_forty_thirty", "custom"


class SplitForm(Form):
    """A fixed total and how it is divided over the milestones."""

    total = MoneyField(_l("Total"), [required(_l("Enter the total to split."))])
    way = SelectField(
        _l("How"),
        choices=choices(
            {
                EQUALLY: _l("In equal parts"),
                THIRTY_FORTY_THIRTY: _l("30 / 40 / 30"),
                CUSTOM: _l("In shares of my own"),
            }
        ),
    )
    shares = StringField(_l("Shares in percent"), [optional(), at_most(300)])

    @property
    def points(self) -> list[int] | None:
        """Basis points for each milestone, None for equal parts."""
        if self.way.data == EQUALLY:
            return None
        if self.way.data == THIRTY_FORTY_THIRTY:
            return [3000, 4000, 3000]
        return list(self._points)

    _points: Sequence[int] = ()

    def validate_shares(self, field: Any) -> None:
        if self.way.data != CUSTOM:
            return
        typed = (field.data or "").replace("/", " ").replace(";", " ").replace("%", " ").split()
        try:
            self._points = [round(Decimal(each.replace(",", ".")) * 100) for each in typed]
        except (ArithmeticError, ValueError) as error:
            raise StopValidation(
                _("Write one share for each milestone, like 30 / 40 / 30.")
            ) from error


class SubmissionForm(Form):
    """What is handed over: a note, links one per line, files, and per criterion what shows it.

    `leave_out` are files that do not come along, though they are listed.
    """

    note = TextAreaField(_l("Note to the client"), [optional(), at_most(8000)])
    links = TextAreaField(_l("Links, one per line"), [optional(), at_most(8000)])
    files = MultipleFileField(_l("Files"), [optional()])
    leave_out = SelectMultipleField(_l("Leave out"), coerce=int, validate_choice=False)

    def handed(self) -> tuple[str, list[str], dict[int, str]]:
        """Note, links and what shows each criterion, as they are handed over."""
        return self.note.data or "", (self.links.data or "").splitlines(), self.shown

    @property
    def left_out(self) -> list[int]:
        """The listed files that do not come along, by their attachment's id."""
        return list(self.leave_out.data or ())

    @property
    def shown(self) -> dict[int, str]:
        """What shows that a criterion is met, by the criterion's id."""
        return {
            int(field.name.removeprefix("shown_")): field.data or ""
            for field in self
            if field.name.startswith("shown_")
        }


def submission_form(milestone: Milestone, **options: Any) -> SubmissionForm:
    """The form of one milestone, with a field for each of its criteria."""

    class Composed(SubmissionForm):
        pass

    missing = required(_l("Say what shows that this is met."))
    for criterion in verdicts.still_open(milestone, verdicts.told(milestone)):
        field = TextAreaField(criterion.text, [missing, at_most(4000)])
        setattr(Composed, f"shown_{criterion.id}", field)
    form = Composed(**options)
    for each in form:
        # A page holds a form for every milestone, so that ids carry its number.
        each.id = each.label.field_id = f"submission_{milestone.id}-{each.name}"
    return form
