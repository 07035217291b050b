"""Countries, currencies and languages to choose from, named in the reader's language by CLDR."""

from functools import lru_cache
from typing import Any

from babel import Locale
from babel.numbers import get_currency_name
from flask_babel import get_locale
from flask_babel import gettext as _
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from billing import clock
from billing.countries import NO_COUNTRIES
from billing.money import CURRENCIES
from billing.people.clients import LANGUAGES
from billing.people.parties import country_name
from billing.workdays import Calendar
from models.folding import fold

Choices = list[SelectChoice]


@lru_cache(maxsize=32)
def _countries(reader: str) -> Choices:
    names = Locale.parse(reader).territories.items()
    found = [
        SelectChoice(code, name)
        for code, name in names
        if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES
    ]
    return sorted(found, key=lambda choice: fold(choice.label))


@lru_cache(maxsize=32)
def _currencies(reader: str) -> Choices:
    return [
        SelectChoice(code, f"{code} – {get_currency_name(code, locale=reader)}")
        for code in sorted(CURRENCIES)
    ]


@lru_cache(maxsize=32)
def _languages(reader: str) -> Choices:
    found = []
    for code in LANGUAGES:
        own = Locale.parse(code).get_display_name(code) or code
        told = Locale.parse(code).get_display_name(reader) or code
        label = own.capitalize() if own == told else f"{own.capitalize()} ({told})"
        found.append(SelectChoice(code, label))
    return found


def zones_or_usual() -> Choices:
    """Every time zone, "" for the one of the country."""
    return [SelectChoice("", _("That of the country")), *_zones()]


@lru_cache(maxsize=1)
def _zones() -> Choices:
    return [SelectChoice(zone, zone.replace("_", " ")) for zone in clock.ZONES]


def country(code: str) -> str:
    """A country's name in the reader's language, "" for none."""
    return country_name(code, _reader())


def place(calendar: Calendar) -> str:
    """``Germany (BY)``: whose public holidays count, in the reader's language."""
    name = country(calendar.country)
    return f"{name} ({calendar.subdivision})" if calendar.subdivision else name


def language(code: str) -> str:
    """A language's name in the reader's language."""
    return str(Locale.parse(code).get_display_name(_reader()) or code)


def _reader() -> str:
    return str(get_locale() or "en")


class _CodeField(SelectField):
    """A code chosen by its name. One that is stored already stays a choice."""

    def process_data(self, value: Any) -> None:
        super().process_data(value)
        if self.data and self.data not in {choice.value for choice in self.choices}:
            self.choices = [*self.choices, SelectChoice(self.data)]


class CountryField(_CodeField):
    """An ISO 3166 country, "" until one is chosen."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, choices=self._offered, **options)

    @staticmethod
    def _offered() -> Choices:
        return [SelectChoice("", _("Choose a country")), *_countries(_reader())]


class CurrencyField(_CodeField):
    """An ISO 4217 currency."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, choices=lambda: _currencies(_reader()), **options)


class LanguageField(_CodeField):
    """A language that clients can be written to in."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, choices=lambda: _languages(_reader()), **options)
