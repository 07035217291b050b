"""How a table of clients is read, as a form: a column for each field."""

from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l

from billing.importing.tabular import Table
from billing.people import address_book
from billing.people.address_book import Columns
from blueprints.web.choices import CountryField, CurrencyField, LanguageField
from blueprints.web.columns import NONE, ColumnField
from blueprints.web.forms import Form
from models import ClientsFile


class ColumnsForm(Form):
    """Filled with what was guessed, until somebody says otherwise: in the address while the
    preview is looked at, then in the post that imports."""

    name = ColumnField(_l("Client's name"))
    contact_name = ColumnField(_l("Contact's name, or first name"))
    last_name = ColumnField(_l("Contact's last name"))
    contact_email = ColumnField(_l("Contact's e-mail"))
    kind = ColumnField(_l("Business or consumer"))
    country = ColumnField(_l("Country"))
    language = ColumnField(_l("Language"))
    currency = ColumnField(_l("Currency"))
    street = ColumnField(_l("Street and number"))
    postcode = ColumnField(_l("Postcode"))
    city = ColumnField(_l("Town"))
    region = ColumnField(_l("State or region"))
    tax_id = ColumnField(_l("VAT or tax number"))
    legal_name = ColumnField(_l("Legal name"))
    tax_number = ColumnField(_l("Other tax number"))
    buyer_reference = ColumnField(_l("Buyer reference"))
    country_of_all = CountryField(_l("Country where none is said"))
    language_of_all = LanguageField(_l("Language where none is said"))
    currency_of_all = CurrencyField(_l("Currency where none is said"))

    def __init__(self, file: ClientsFile, table: Table) -> None:
        guessed = address_book.of(file.mapping)
        typed = request.form if request.method == "POST" else request.args
        super().__init__(typed if "name" in typed else None, data=_data(guessed))
        for name in address_book.FIELDS:
            self[name].offer(table.header, name == "name")

    @property
    def columns(self) -> Columns:
        """What the form says."""
        chosen = {name: self[name].place for name in address_book.FIELDS}
        return Columns(
            {name: place for name, place in chosen.items() if place is not None},
            country=self.country_of_all.data or "",
            language=self.language_of_all.data or "en",
            currency=self.currency_of_all.data or "USD",
        )


def _data(guessed: Columns) -> dict[str, Any]:
    chosen = {name: str(guessed.places.get(name, NONE)) for name in address_book.FIELDS}
    return {
        **chosen,
        "country_of_all": guessed.country,
        "language_of_all": guessed.language,
        "currency_of_all": guessed.currency,
    }
