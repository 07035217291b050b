"""The form of a business's profile: what is asked follows from the country."""

from datetime import datetime
from typing import Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange

from billing import clock, countries, format, identifiers
from billing.invoicing import tax_countries
from billing.people import businesses
from blueprints.web.choices import CountryField, CurrencyField
from blueprints.web.forms import Form, at_most, email, obey, optional, required
from models import Business

WITH_REGIONS = frozenset(["AU", "BR", "CA", "IN", "MX", "MY", "US"])
"""Where an address needs the state or province."""

ABROAD = {
    True: ("bank_name", "account_number", "routing_number"),
    False: ("iban", "bic"),
}
"""The bank's fields that a country without (with) IBAN transfers seldom needs."""


class RateField(StringField):
    """A percentage as typed; its data are thousandths of a percent once validated."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return format.rate(self.data or 0).removesuffix(" %") if self.data else ""

    @property
    def chosen(self) -> int | None:
        """Thousandths of a percent; None where it was not asked for."""
        return int(self.data or 0) if self.raw_data else None

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = 0

    def pre_validate(self, form: Form) -> None:
        self.data = obey(businesses.rate, self.raw_data[0] if self.raw_data else "")


class BusinessForm(Form):
    name = StringField(_l("Business name"), [required(_l("Enter a name.")), at_most(200)])
    country = CountryField(_l("Country"), [required(_l("Choose a country."))])
    asked = HiddenField()
    street = TextAreaField(_l("Street and number"), [optional(), at_most(300)])
    postcode = StringField(_l("Postcode"), [optional(), at_most(20)])
    city = StringField(_l("Town"), [optional(), at_most(100)])
    region = StringField(_l("State or region"), [optional(), at_most(100)])
    email = StringField(_l("E-mail on documents"), [optional(), *email()])
    phone = StringField(_l("Phone"), [optional(), at_most(40)])
    currency = CurrencyField(_l("Currency"))
    timezone = SelectField(_l("Time zone"))
    terms_days = IntegerField(
        _l("Time to pay"), [NumberRange(0, 365, _l("Enter a number of days from 0 to 365."))]
    )
    undo_minutes = IntegerField(
        _l("Clients may undo an acceptance for"),
        [NumberRange(0, 1440, _l("Enter a number of minutes from 0 to 1440, a day."))],
    )
    tax_registered = BooleanField(_l("I charge tax on my invoices"))
    tax_label = StringField(_l("Name of the tax"), [optional(), at_most(40)])
    tax_id = StringField(_l("Tax number"), [optional(), at_most(40)])
    tax_rate = RateField(_l("Usual rate"), [optional()])
    small_business = BooleanField(_l("I am a small business that charges no VAT"))
    tax_number = StringField(_l("Other tax number"), [optional(), at_most(40)])
    withholding_rate = RateField(_l("Tax that business clients keep back"), [optional()])
    bank_holder = StringField(_l("Account holder"), [optional(), at_most(200)])
    bank_name = StringField(_l("Bank"), [optional(), at_most(200)])
    iban = StringField(_l("IBAN"), [optional(), at_most(60)])
    bic = StringField(_l("BIC (SWIFT)"), [optional(), at_most(20)])
    account_number = StringField(_l("Account number"), [optional(), at_most(60)])
    routing_number = StringField(_l("Bank code"), [optional(), at_most(40)])

    def validate_iban(self, field: StringField) -> None:
        field.data = obey(identifiers.iban, field.data)

    def validate_bic(self, field: StringField) -> None:
        field.data = obey(identifiers.bic, field.data)

    def validate_routing_number(self, field: StringField) -> None:
        field.data = obey(identifiers.bank_code, field.data, self.country.data)

    def validate_tax_id(self, field: StringField) -> None:
        field.data = obey(identifiers.tax_id, field.data, self.country.data)

    def validate_tax_number(self, field: StringField) -> None:
        field.data = obey(identifiers.tax_number, field.data, self.country.data)

    @classmethod
    def of(cls, business: Business) -> Self:
        """The form of a stored business, or as it was posted."""
        form = cls(obj=business)
        form.timezone.choices = form._zones()
        form.routing_number.label.text = _(countries.bank_code_of(form.country.data or ""))
        return form

    def suit_country(self, now: datetime) -> None:
        """Follow a change of country (`asked` is the one before) where nothing else was chosen."""
        old, new = self.asked.data or "", self.country.data or ""
        if self.currency.data == countries.currency_of(old):
            self.currency.data = countries.currency_of(new)
        if self.timezone.data in {"UTC", countries.zone_of(old, now)}:
            self.timezone.data = countries.zone_of(new, now)
        if self.tax_label.data in {"", countries.tax_label_of(old)}:
            self.tax_label.data = countries.tax_label_of(new)

    @property
    def asks_region(self) -> bool:
        return self.country.data in WITH_REGIONS or bool(self.region.data or self.region.errors)

    @property
    def known(self) -> tax_countries.Country:
        """What tax is usual in the country chosen."""
        return tax_countries.of(self.country.data or "")

    @property
    def abroad(self) -> list[str]:
        """The fields for transfers from elsewhere, folded away."""
        return list(ABROAD[countries.pays_by_iban(self.country.data or "DE")])

    @property
    def has_abroad(self) -> bool:
        return any(self[name].data or self[name].errors for name in self.abroad)

    @property
    def profile(self) -> businesses.Profile:
        typed = {name: self[name].data for name in businesses.Profile.__dataclass_fields__}
        return businesses.Profile(**{k: "" if v is None else v for k, v in typed.items()})

    def _zones(self) -> list[SelectChoice]:
        near = countries.zones_of(self.country.data or "")
        rest = [zone for zone in clock.ZONES if zone not in near]
        return [
            SelectChoice(zone, zone.replace("_", " "), optgroup=group)
            for group, zones in ((_("In your country"), near), (_("Elsewhere"), rest))
            for zone in zones
        ]
