"""Rows of a table made into clients and their contacts, or into the reason why not."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

from babel import Locale
from email_validator import EmailNotValidError, validate_email

from billing.countries import NO_COUNTRIES
from billing.importing import tabular
from billing.importing.tabular import Table
from billing.money import CURRENCIES
from billing.people.clients import LANGUAGES, Profile
from billing.people.contacts import Person
from billing.refusals import N_, Refusal
from models import ClientKind
from models.folding import fold

FIELDS: dict[str, tuple[str, ...]] = {
    "name": (
        "client", "company", "company name", "organization", "organisation", "customer", "kunde",
        "firma", "unternehmen", "client name", "entreprise", "societe", "cliente", "empresa",
        "organization name", "organization 1 - name", "client company", "company/organization",
        "display name", "*contactname", "name", "nom", "nombre",
    ),
    "contact_name": (
        "contact", "contact name", "contact person", "ansprechpartner", "first name", "vorname",
        "given name", "firstname", "prenom", "nombre de contacto", "full name", "name", "person",
    ),
    "last_name": ("last name", "lastname", "surname", "family name", "nachname", "apellidos"),
    "contact_email": (
        "email", "e-mail", "email address", "e-mail address", "mail", "contact email",
        "e-mail-adresse", "correo", "courriel", "adresse e-mail", "primary email", "emailaddress",
        "e-mail 1 - value", "e-mail 1", "email 1",
    ),
    "kind": ("kind", "type", "art", "client type", "customer type"),
    "country": (
        "country", "land", "pays", "pais", "country code", "billing country", "country/region",
        "business country/region", "address 1 - country", "pocountry",
    ),
    "language": ("language", "sprache", "langue", "idioma"),
    "currency": ("currency", "wahrung", "devise", "moneda", "currency code"),
    "street": (
        "street", "address", "strasse", "adresse", "direccion", "address 1", "rue",
        "business street", "address 1 - street", "poaddressline1",
    ),
    "postcode": (
        "postcode", "zip", "postal code", "plz", "zip code", "code postal", "codigo postal",
        "postleitzahl", "business postal code", "address 1 - postal code", "popostalcode",
    ),
    "city": (
        "city", "town", "ort", "stadt", "ville", "ciudad", "business city", "address 1 - city",
        "pocity",
    ),
    "region": (
        "state", "region", "province", "bundesland", "county", "business state",
        "address 1 - region", "poregion",
    ),
    "tax_id": (
        "vat id", "vat number", "vat", "tax id", "ust-idnr.", "ust-id", "ust-idnr", "tva", "nif",
        "vat no", "tax number",
    ),
    "legal_name": ("legal name", "registered name"),
    "tax_number": ("steuernummer", "other tax number", "siret"),
    "buyer_reference": ("buyer reference", "leitweg-id", "customer number", "kundennummer"),
}  # fmt: skip
"""What a client is read from, each with names that columns usually have, folded."""

LONGEST = {
    "name": 200, "contact_name": 200, "street": 300, "postcode": 20, "city": 100, "region": 100,
    "tax_id": 40, "legal_name": 200, "tax_number": 40, "buyer_reference": 100,
}  # fmt: skip
"""Characters, as in the form of a client."""

CONSUMERS = frozenset(
    {"consumer", "private", "private person", "person", "individual", "b2c", "privat",
     "privatperson", "verbraucher", "particulier", "particular", "consumidor"}
)  # fmt: skip
BUSINESSES = frozenset(
    {"", "business", "company", "organization", "organisation", "b2b", "firma", "unternehmen",
     "gewerblich", "entreprise", "empresa"}
)  # fmt: skip


class NoNameColumn(Refusal):
    sentence = N_("Choose the column that holds the client's name.")
    field = "name"


class NoClientsName(Refusal):
    sentence = N_("There is no name of a client in this row.")


class NoPersonsName(Refusal):
    sentence = N_("Say whose e-mail address this is.")


class NoAddress(Refusal):
    sentence = N_("Enter the contact's e-mail address too.")


class NotAnAddress(Refusal):
    sentence = N_("“%(text)s” is not an e-mail address.")


class TextTooLong(Refusal):
    sentence = N_("Use at most %(most)s characters.")


class UnknownCountry(Refusal):
    sentence = N_("“%(text)s” is not a country we know. Write its name or two-letter code.")


class NoCountry(Refusal):
    sentence = N_("There is no country in this row.")


class UnknownLanguage(Refusal):
    sentence = N_("“%(text)s” is not one of the languages clients can be written to in.")


class CurrencyUnknown(Refusal):
    sentence = N_("“%(text)s” is not a currency code, like EUR.")


class NeitherKind(Refusal):
    sentence = N_("“%(text)s” is neither a business nor a consumer.")


@dataclass(frozen=True)
class Columns:
    """The place of each field's column, and what holds where no cell says it."""

    places: Mapping[str, int]
    country: str = ""
    language: str = "en"
    currency: str = "USD"

    def stored(self) -> dict[str, Any]:
        """Plain data, as `of` reads it again."""
        return {**self.__dict__, "places": dict(self.places)}

    def text(self, cells: Sequence[str], field: str) -> str:
        """What a row says of a field. Nothing that a cell holds is more than text."""
        place = self.places.get(field, len(cells))
        return tabular.harmless(cells[place]) if 0 <= place < len(cells) else ""

    def refuse_unfit(self) -> None:
        """Refuse NoNameColumn."""
        if "name" not in self.places:
            raise NoNameColumn


def of(stored: Mapping[str, Any]) -> Columns:
    """Columns as they were kept."""
    return Columns(**stored)


def guess(table: Table, country: str, currency: str) -> Columns:
    """Which column most likely holds what, each used once; `country`, `currency`: the owner's."""
    names = [fold(name.replace("\ufeff", "").rstrip(":*")) for name in table.header]
    places: dict[str, int] = {}
    for field, known in FIELDS.items():
        there = [names.index(name) for name in known if name in names]
        free = [place for place in there if place not in places.values()]
        if free:
            places[field] = free[0]
    return Columns(places, country=country, currency=currency)


@dataclass(frozen=True)
class Found:
    """A row that can be taken: a client, and a contact where the row has one."""

    line: int
    profile: Profile
    contact: Person | None


@dataclass(frozen=True)
class Fault:
    """A row that is not taken: the field at fault, and why."""

    line: int
    field: str
    refusal: Refusal


def rows(table: Table, how: Columns) -> Iterator[Found | Fault]:
    """One of them for each row, in the file's order."""
    for line, cells in table.rows():
        try:
            yield Found(line, _profile(cells, how), _contact(cells, how))
        except Refusal as refusal:
            yield Fault(line, refusal.field or "name", refusal)


def _profile(cells: Sequence[str], how: Columns) -> Profile:
    said = {name: _short(name, how.text(cells, name)) for name in PLAIN}
    if not said["name"]:
        raise NoClientsName(field="name")
    profile = Profile(
        **said,
        kind=_kind(how.text(cells, "kind")),
        country=_country(how.text(cells, "country")) or how.country,
        language=_language(how.text(cells, "language")) or how.language,
        currency=_currency(how.text(cells, "currency")) or how.currency,
    )
    if not profile.country:
        raise NoCountry(field="country")
    columns = profile.checked()
    return Profile(**{each.name: columns[each.name] for each in fields(Profile)})  # type: ignore[arg-type]


PLAIN = tuple(name for name in LONGEST if name != "contact_name")


def _short(field: str, text: str) -> str:
    if len(text) > LONGEST[field]:
        raise TextTooLong(field=field, most=LONGEST[field])
    return text


def _contact(cells: Sequence[str], how: Columns) -> Person | None:
    parts = (how.text(cells, "contact_name"), how.text(cells, "last_name"))
    name = _short("contact_name", " ".join(filter(None, parts)))
    email = how.text(cells, "contact_email")
    if not email and name and "contact_email" in how.places:
        raise NoAddress(field="contact_email")
    if not email:
        return None
    try:
        validate_email(email, check_deliverability=False)
    except EmailNotValidError as wrong:
        raise NotAnAddress(field="contact_email", text=email[:60]) from wrong
    if not name:
        raise NoPersonsName(field="contact_name")
    return Person(name, email)


def _kind(text: str) -> ClientKind:
    said = fold(text)
    if said not in CONSUMERS | BUSINESSES:
        raise NeitherKind(field="kind", text=text[:60])
    return ClientKind.CONSUMER if said in CONSUMERS else ClientKind.BUSINESS


def _country(text: str) -> str:
    code = _countries().get(fold(text), "") if text else ""
    if text and not code:
        raise UnknownCountry(field="country", text=text[:60])
    return code


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    """Codes by themselves and by the names of countries in our languages, folded."""
    found: dict[str, str] = {}
    for language in reversed(LANGUAGES):
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES:
                found |= {fold(name): code, fold(code): code}
    return found | {"uk": "GB", "usa": "US", "united states of america": "US", "holland": "NL"}


def _language(text: str) -> str:
    said = fold(text).replace("_", "-")
    if not said:
        return ""
    for code in LANGUAGES:
        names = {fold(Locale.parse(code).get_display_name(each) or "") for each in LANGUAGES}
        if said.split("-")[0] == code or said in names:
            return code
    raise UnknownLanguage(field="language", text=text[:60])


def _currency(text: str) -> str:
    code = text.upper()
    if text and code not in CURRENCIES:
        raise CurrencyUnknown(field="currency", text=text[:60])
    return code
