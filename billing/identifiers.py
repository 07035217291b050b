"""Numbers that carry their own check digits: IBAN, BIC, routing number, tax numbers.

Each rule answers the number as it is to be kept ("" for none) or refuses it.
"""

from collections.abc import Callable
from functools import partial
from importlib import import_module

from stdnum import bic as bics
from stdnum import get_cc_module
from stdnum import iban as ibans
from stdnum.ch import uid as ch_uid
from stdnum.ch import vat as ch_vat
from stdnum.de import stnr as de_stnr
from stdnum.exceptions import InvalidChecksum, InvalidFormat, ValidationError
from stdnum.no import orgnr as no_orgnr
from stdnum.us import rtn

from billing.invoicing import tax_countries
from billing.invoicing.tax_countries import Number
from billing.refusals import MistypedIban, MistypedNumber, NotABic, NotAnIban, NotATaxNumber

PREFIX_OF = {"GR": "EL"}
"""Where a VAT number begins otherwise than with the country's code."""


def iban(text: str) -> str:
    """An account by ISO 13616, without spaces. Refuses NotAnIban, MistypedIban."""
    number = "".join(text.split()).upper()
    if not number:
        return ""
    if not (number[:2].isalpha() and number[2:4].isdigit() and number.isalnum()):
        raise NotAnIban
    try:
        return str(ibans.validate(number))
    except ValidationError as error:
        raise MistypedIban from error


def bic(text: str) -> str:
    """A bank by ISO 9362, 8 or 11 characters. Refuses NotABic."""
    number = "".join(text.split()).upper()
    if not number:
        return ""
    try:
        return str(bics.validate(number))
    except ValidationError as error:
        raise NotABic from error


def bank_code(text: str, country: str) -> str:
    """The number of a bank as it is written there; checked in the US. Refuses MistypedNumber."""
    number = text.strip()
    if country != "US" or not number:
        return number
    try:
        return str(rtn.validate(number))
    except ValidationError as error:
        raise MistypedNumber(field="routing_number", text=text) from error


def tax_id(text: str, country: str, of_client: bool = False) -> str:
    """The number of who is registered for tax there, as it is written: a VAT ID with its prefix.

    What has no rule here stays as typed. Refuses NotATaxNumber, MistypedNumber.
    """
    known = tax_countries.of(country)
    return _checked(text, country, known.client_id if of_client else known.id, "tax_id")


def tax_number(text: str, country: str) -> str:
    """The number that every business has there (Steuernummer, SIRET, EIN). Refuses the same."""
    return _checked(text, country, tax_countries.of(country).number, "tax_number")


def _checked(text: str, country: str, number: Number, field: str) -> str:
    typed = " ".join(text.split())
    if not typed or not number.rule:
        return typed
    try:
        return RULES.get(number.rule, partial(_plain, number.rule))(typed.upper(), country)
    except InvalidChecksum as error:
        raise MistypedNumber(field=field, text=text) from error
    except ValidationError as error:
        # The sentence ends behind it: "USt-IdNr." has its point already.
        facts = {"name": number.name.removesuffix("."), "example": number.example}
        raise NotATaxNumber(field=field, text=text, **facts) from error


def _vat_id(text: str, country: str) -> str:
    """With the prefix of the Union's member; also where it was typed without."""
    prefix = PREFIX_OF.get(country, country)
    rule = get_cc_module(country.lower(), "vat")
    if rule is None:
        return text
    bare = str(rule.validate(text))
    return bare if bare.startswith(prefix) else f"{prefix}{bare}"


def _swiss(text: str, _country: str) -> str:
    """A UID, behind which MWST, TVA or IVA says that it is registered."""
    is_registered = text.endswith(("MWST", "TVA", "IVA", "TPV"))
    rule = ch_vat if is_registered else ch_uid
    return str(rule.format(rule.validate(text)))


def _japanese(text: str, _country: str) -> str:
    """T and thirteen digits; those of persons follow no published rule for the first digit."""
    digits = "".join(each for each in text.removeprefix("T") if each not in " -")
    if not (digits.isdecimal() and len(digits) == 13):
        raise InvalidFormat
    return f"T{digits}"


def _norwegian(text: str, _country: str) -> str:
    """The number of the organisation; MVA says that it is registered."""
    return f"NO{no_orgnr.validate(text.removeprefix('NO').removesuffix('MVA').strip())}MVA"


def _german(text: str, _country: str) -> str:
    """A Steuernummer in the groups it was typed in: each state has its own, and none is printed
    without them."""
    de_stnr.validate(text)
    return text


def _plain(rule: str, text: str, country: str) -> str:
    module = import_module(f"stdnum.{rule}")
    bare = str(module.validate(text))
    if rule == "gb.vat":
        return f"GB{bare}"
    return str(module.format(bare)) if rule in WRITTEN_IN_GROUPS else bare


WRITTEN_IN_GROUPS = {"us.ein", "au.abn"}

RULES: dict[str, Callable[[str, str], str]] = {
    "eu": _vat_id,
    "de.stnr": _german,
    "ch": _swiss,
    "jp": _japanese,
    "no": _norwegian,
}
