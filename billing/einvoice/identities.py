"""Seller and buyer of an e-invoice: address, tax numbers, and the address it is sent to."""

import re
from typing import Any

from stdnum.eu import vat

from billing.countries import EUROPEAN_UNION

Content = dict[str, Any]
Party = dict[str, Any]

SCHEMES = {
    "AT": "9914", "BE": "0208", "BG": "9926", "CH": "9927", "CY": "9928", "CZ": "9929",
    "DE": "9930", "EE": "9931", "ES": "9920", "FR": "9957", "GB": "9932", "GR": "9933",
    "HR": "9934", "HU": "9910", "IE": "9935", "IT": "0211", "LI": "9936", "LT": "9937",
    "LU": "9938", "LV": "9939", "MT": "9943", "NL": "9944", "PL": "9945", "PT": "9946",
    "RO": "9947", "SI": "9949", "SK": "9950",
}  # fmt: skip
"""Electronic address schemes that hold a VAT number (CEF EAS list); Belgium's has its digits."""

PREFIX = {"GR": "EL"}
"""Where a VAT number does not begin with the country's ISO 3166 code."""

MAIL = "EM"


def seller(content: Content) -> Party:
    """BG-4 with its contact (BG-6). Outside the scope of VAT no VAT number may stand in it."""
    who = content["seller"]
    number, others = vat_number(who), _other_numbers(who)
    said = {**_named(who), "contacts": _contact(who)}
    if others:
        said["tax_identifier"] = others[0]
    if number and not _outside_scope(content):
        return {**said, "vat_identifier": number}
    # Who has no VAT number is known by another (BR-CO-26), in BT-29 as no register is named.
    known = [*others, *filter(None, [number])]
    return {**said, "identifiers": {"": known[0]}} if known else said


def buyer(content: Content) -> Party:
    """BG-7."""
    who = content["buyer"]
    number = vat_number(who)
    reach = mailbox(who)
    said = {**_named(who), "contacts": [{"email": reach}] if reach else []}
    return {**said, "vat_identifier": number} if number and not _outside_scope(content) else said


def delivered_to(content: Content) -> Party:
    """BG-13: the buyer, at their place."""
    named = _named(content["buyer"])
    return {key: value for key, value in named.items() if key != "biz_name"}


def vat_number(who: Party) -> str:
    """The VAT number with its country's prefix, "" if the party has none."""
    prefix = PREFIX.get(who["country"], who["country"])
    for number in _all(who):
        if re.fullmatch(f"{prefix}[0-9A-Z+*]{{2,13}}", number):
            return number
    # A Spanish NIF is a VAT number but for its prefix; a German tax number is not.
    plain = _bare(who.get("vat_id", ""))
    return f"{prefix}{plain}" if plain and vat.is_valid(f"{prefix}{plain}") else ""


def _other_numbers(who: Party) -> list[str]:
    """Numbers by which the party is known but for its VAT number."""
    known = vat_number(who)
    return [number for number in _all(who) if number not in (known, known[2:])]


def _all(who: Party) -> list[str]:
    """Every number of the party once; invoices of earlier releases name only those printed."""
    named = [_bare(who.get(key, "")) for key in ("tax_number", "vat_id", "tax_id")]
    printed = [_bare(each["value"]) for each in who["tax_ids"]]
    return [number for number in dict.fromkeys([*named, *printed]) if number]


def _bare(number: str) -> str:
    """A number without the blanks and points that people write into it."""
    return re.sub(r"[\s./\-]", "", number).upper()


def mailbox(who: Party) -> str:
    """The e-mail address that invoices come from or go to, "" if none is known."""
    return str(who.get("billing_email") or who["email"])


def address(who: Party) -> tuple[str, str]:
    """Where a network finds the party: scheme and number, by its VAT number."""
    number, scheme = vat_number(who), SCHEMES.get(who["country"], "")
    if not number or not scheme:
        return "", ""
    return scheme, number[2:] if who["country"] in ("BE", "IT") else number


def is_in_union(who: Party) -> bool:
    return who["country"] in EUROPEAN_UNION


def _outside_scope(content: Content) -> bool:
    return any(row["category"] == "O" for row in content["taxes"])


def _named(who: Party) -> Party:
    said = {
        "name": who["name"],
        "biz_name": who.get("trading_name"),
        **_street(who),
        "postcode": who.get("postcode"),
        "city": who.get("city"),
        "country_subdivision": who.get("region"),
        "country_code": who["country"],
    }
    return {key: value for key, value in said.items() if value}


def _street(who: Party) -> Party:
    """Up to three lines; invoices frozen without a street by itself have only whole lines."""
    lines = [line.strip() for line in who.get("street", "").splitlines() if line.strip()]
    if not lines and not who.get("city"):
        lines = who["address"][:-1]
    lines = [*lines[:2], ", ".join(lines[2:])]
    return {f"addr_l{place}": line for place, line in enumerate(lines, 1) if line}


def _contact(who: Party) -> list[Party]:
    said = {"name": who["name"], "phone": who["phone"], "email": who["email"]}
    return [{key: value for key, value in said.items() if value}]
