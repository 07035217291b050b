"""Seller and buyer as documents name them: plain dictionaries, frozen with the document."""

import re
from types import SimpleNamespace
from typing import Any

from babel import Locale

from billing import languages
from billing.countries import EUROPEAN_UNION
from billing.invoicing import tax_countries
from billing.refusals import N_
from models import Business, Client

VAT = N_("VAT")

VAT_ID_COUNTRIES = EUROPEAN_UNION | {"CH", "GB", "LI", "NO"}
"""Where the number of who is registered is one that EN 16931 calls a VAT identifier."""

CITY_BEFORE_POSTCODE = {"US", "CA", "AU", "GB", "IE", "IN", "NZ", "ZA"}


def address(party: Business | Client | SimpleNamespace, language: str = "en") -> list[str]:
    """Address lines in the usual order of the party's country; the country's name last."""
    if party.country in CITY_BEFORE_POSTCODE:
        place = ", ".join(filter(None, [party.city, f"{party.region} {party.postcode}".strip()]))
    else:
        place = f"{party.postcode} {party.city}".strip()
    region = "" if party.country in CITY_BEFORE_POSTCODE else party.region
    lines = [*party.street.splitlines(), place, region, country_name(party.country, language)]
    return [line.strip() for line in lines if line.strip()]


def country_name(code: str, language: str = "en") -> str:
    """The name of an ISO 3166 country in a language, "" for none."""
    return str(Locale.parse(language).territories.get(code, code)) if code else ""


OWN_LAW = {"AU", "CA", "US"}
"""Countries whose states have a law of contracts of their own."""


def jurisdiction(party: Business | Client, language: str = "en") -> str:
    """Whose law a party lives under: its country, with the state where that matters."""
    country = country_name(party.country, language)
    own = party.region if party.country in OWN_LAW else ""
    return ", ".join(filter(None, [own, country]))


def seller(business: Business, language: str = "en") -> dict[str, Any]:
    """The owner's side: name, address, ways to reach, tax ids."""
    return {
        "name": business.name,
        "address": address(business, language),
        "country": business.country,
        "email": business.email,
        "phone": business.phone,
        "tax_ids": _tax_ids(business.tax_id, business.tax_label, language),
    }


def buyer(client: Client, language: str = "en") -> dict[str, Any]:
    """The client's side."""
    return {
        "name": client.name,
        "kind": client.kind,
        "address": address(client, language),
        "country": client.country,
        "email": "",
        "phone": "",
        "tax_ids": _client_ids(client, language),
    }


UNSAID = {
    **dict.fromkeys(("street", "postcode", "city", "region"), ""),
    **dict.fromkeys(("vat_id", "tax_id", "tax_number", "legal_name"), ""),
}
"""What invoices of earlier releases did not say of a party."""


def billing_seller(business: Business, language: str = "en") -> dict[str, Any]:
    """The owner's side of an invoice, each part of the address and each number by its name too."""
    said = seller(business, language)
    numbers = said["tax_ids"] + _other_number(business, language)
    return {**said, **_parts(business), "tax_ids": numbers, "legal_name": business.name}


def billing_buyer(client: Client, language: str = "en") -> dict[str, Any]:
    """The client's side, under the name that its invoices are made out to."""
    legal, at = client.legal_name or client.name, _billed_at(client)
    said = buyer(client, language)
    return {
        **said,
        **_parts(client),
        "tax_ids": said["tax_ids"] + _other_number(client, language),
        **at,
        "address": address(SimpleNamespace(**at), language),
        "name": legal,
        "legal_name": legal,
        "trading_name": client.name if legal != client.name else "",
    }


PLACE = ("street", "postcode", "city", "region", "country")


def _billed_at(client: Client) -> dict[str, str]:
    """The billing address where there is one, else the client's own."""
    if not client.billing_street:
        return {name: getattr(client, name) for name in PLACE}
    own = {name: getattr(client, f"billing_{name}") for name in PLACE}
    return {**own, "country": own["country"] or client.country}


def _parts(party: Business | Client) -> dict[str, str]:
    is_vat = party.country in VAT_ID_COUNTRIES
    return {
        **{name: getattr(party, name) for name in ("street", "postcode", "city", "region")},
        "vat_id": party.tax_id if is_vat else "",
        "tax_id": "" if is_vat else party.tax_id,
        "tax_number": party.tax_number,
    }


def bank(business: Business) -> dict[str, str]:
    """Where to pay; any part may be empty."""
    return {
        "holder": business.bank_holder or business.name,
        "bank": business.bank_name,
        "iban": business.iban,
        "bic": business.bic,
        "account": business.account_number,
        "routing": business.routing_number,
    }


def tax_label(business: Business, language: str = "en") -> str:
    """What the tax is called: as the owner wrote it, the usual names in the reader's language."""
    return languages.say(str(business.tax_label), language)


def _tax_ids(value: str, label: str, language: str) -> list[dict[str, str]]:
    if not value:
        return []
    if label == VAT:
        return [{"label": languages.say(N_("VAT ID"), language), "value": value}]
    named = languages.say(N_("%(label)s ID"), language) % {"label": label}
    return [{"label": named, "value": value}]


def _client_ids(client: Client, language: str) -> list[dict[str, str]]:
    """A client's number by its name in their country, such as an EIN; most are VAT IDs."""
    named = tax_countries.of(str(client.country)).client_id.name
    if client.country in VAT_ID_COUNTRIES or not (client.tax_id and named):
        return _tax_ids(client.tax_id, VAT, language)
    return [{"label": named, "value": client.tax_id}]


def _other_number(party: Business | Client, language: str) -> list[dict[str, str]]:
    """The number that every business of a country has, where it is not a part of the first."""
    number, registered = (
        re.sub(r"[\W_]", "", str(text or "")).upper() for text in (party.tax_number, party.tax_id)
    )
    if not number or number in registered:
        return []
    named = tax_countries.of(str(party.country)).number.name
    label = named or languages.say(N_("Tax number"), language)
    return [{"label": label, "value": str(party.tax_number)}]
