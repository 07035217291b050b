"""Numbers that carry their own check digits: IBAN, BIC, routing number, VAT number.

Each rule answers the number as it is to be kept ("" for none) or refuses it.
"""

from stdnum import bic as bics
from stdnum import get_cc_module
from stdnum import iban as ibans
from stdnum.exceptions import ValidationError
from stdnum.us import rtn

from billing.countries import EUROPEAN_UNION
from billing.refusals import MistypedIban, MistypedNumber, NotABic, NotAnIban

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


def vat(text: str, country: str) -> str:
    """A VAT number with its prefix in the European Union, as typed where no rule is known.

    Refuses MistypedNumber.
    """
    number = "".join(text.split()).upper()
    rule = get_cc_module(country.lower(), "vat") if country else None
    if not number or rule is None:
        return text.strip()
    try:
        bare = rule.validate(number)
    except ValidationError as error:
        raise MistypedNumber(field="tax_id", text=text) from error
    if country not in EUROPEAN_UNION:
        return text.strip()
    prefix = PREFIX_OF.get(country, country)
    return str(bare) if bare.startswith(prefix) else f"{prefix}{bare}"
