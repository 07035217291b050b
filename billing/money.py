"""Money as integers of a currency's minor unit (ISO 4217), and its exact division."""

import re
from collections.abc import Sequence
from contextlib import suppress
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import lru_cache
from unicodedata import category

from babel.core import Locale, UnknownLocaleError, get_global
from babel.numbers import get_group_symbol

from billing.refusals import N_, AmbiguousAmount, NotAnAmount, Refusal


class OtherCurrency(Refusal):
    sentence = N_("“%(text)s” names another currency. This amount is in %(currency)s.")
    field = "price"


# Bulgaria pays in euro since 2026, which this release of CLDR does not know yet.
GONE = {"BGN"}

CURRENCIES: frozenset[str] = frozenset(
    name
    for entries in get_global("territory_currencies").values()
    for (name, _start, end, tender) in entries
    if end is None and tender and name not in GONE
)
"""Currencies that are legal tender somewhere today, by Unicode CLDR."""

LARGEST = 10**15
"""No single amount may exceed this many minor units, so that sums fit a 64-bit column."""


# ISO 4217 minor units; all others have two decimals. Unicode CLDR's digits are the customary
# ones, which drop the cents of some currencies whose banks still keep them.
DECIMALS = {
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0,
    "PYG": 0, "RWF": 0, "UGX": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
}  # fmt: skip


def exponent(currency: str) -> int:
    """Decimals of the currency's minor unit: USD 2, JPY 0, KWD 3 (ISO 4217)."""
    return DECIMALS.get(currency, 2)


def to_minor(amount: Decimal, currency: str) -> int:
    """Minor units of `amount`, halves away from zero."""
    return round_half_up(amount.scaleb(exponent(currency)))


def to_decimal(minor: int, currency: str) -> Decimal:
    """The amount in major units, exact."""
    return Decimal(minor).scaleb(-exponent(currency))


def round_half_up(value: Decimal) -> int:
    """Nearest integer, halves away from zero."""
    with localcontext() as context:
        context.prec = 60
        return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def share(minor: int, numerator: int, denominator: int) -> int:
    """round(minor × numerator / denominator), halves away from zero, in integers."""
    product = abs(minor) * numerator
    rounded = (2 * product + denominator) // (2 * denominator)
    return rounded if minor >= 0 else -rounded


def allocate(total: int, weights: Sequence[int]) -> list[int]:
    """Split `total` by `weights` so that the parts always add up to it.

    Cumulative rounding: part n is share(total, w1..wn) minus all before it, so the last
    part takes the remainder and any subset taken in order never drifts.
    """
    whole = sum(weights)
    if not weights or whole <= 0 or min(weights) < 0:
        raise ValueError("allocate needs weights of which at least one is above zero")
    parts: list[int] = []
    running = 0
    for weight in weights:
        running += weight
        parts.append(share(total, running, whole) - sum(parts))
    return parts


def split_evenly(total: int, count: int) -> list[int]:
    """Equal parts to the minor unit; the last takes the remainder (333.33, 333.33, 333.34)."""
    part = total // count
    return [part] * (count - 1) + [total - part * (count - 1)]


def split_by_shares(total: int, shares: Sequence[int]) -> list[int]:
    """Parts by basis points (sum 10000), each rounded down but the last, which takes the rest."""
    parts = [total * points // 10000 for points in shares[:-1]]
    return [*parts, total - sum(parts)]


@lru_cache(maxsize=512)
def grouping_sign(country: str) -> str:
    """The thousands sign usual in a country (ISO 3166), "" where unknown."""
    try:
        return str(get_group_symbol(Locale.parse(f"und_{country}")))
    except (UnknownLocaleError, ValueError):
        return ""


def parse(text: str, currency: str, grouping: str = "") -> int:
    """Minor units of an amount as a person types it, either decimal sign understood.

    `grouping` is the writer's thousands sign if known (see grouping_sign). Refuses
    NotAnAmount, OtherCurrency, and AmbiguousAmount where one sign could be either:
    ``1.200`` is 1200 in Germany and 1.20 in America.
    """
    is_negative, digits = _bare(text, currency)
    if not NUMBER.fullmatch(digits) or len(digits) > LONGEST:
        raise NotAnAmount(text=text[:LONGEST])
    decimals = exponent(currency)
    whole, fraction = _whole_and_fraction(digits, decimals, grouping, text)
    if len(fraction) > decimals or not (fraction or "0").isdecimal():
        raise NotAnAmount(text=text)
    minor = int((whole or "0") + fraction.ljust(decimals, "0"))
    if minor > LARGEST:
        raise NotAnAmount(text=text)
    return -minor if is_negative else minor


LONGEST = 40
"""More characters than any amount has."""

NUMBER = re.compile(r"[0-9.,']*[0-9][0-9.,']*")

# An apostrophe stands for all signs that can only group: spaces, and Arabic and Swiss ones.
SIGNS = str.maketrans(
    {"\u2019": "'", "\u066c": "'", "\u066b": ".", "\uff0c": ",", "\uff0e": ".", "\u2212": "-"}
)


def _bare(text: str, currency: str) -> tuple[bool, str]:
    """Whether it is negative, and its digits in ASCII with ``.`` ``,`` and ``'`` between them."""
    typed = "".join(map(_ascii, text)).translate(SIGNS).strip("'")
    bare = typed.removeprefix("-").strip("'")
    if not set(bare) <= set("0123456789.,'"):
        bare = _unnamed(bare, currency, text)
    is_negative = "-" in (typed[:1], bare[:1])
    return is_negative, bare if typed.startswith("-") else bare.removeprefix("-").strip("'")


def _ascii(character: str) -> str:
    if character.isspace():
        return "'"
    # Marks of direction come along when an amount is copied.
    return str(int(character)) if character.isdecimal() else character.strip("\u200e\u200f\u061c")


def _unnamed(bare: str, currency: str, text: str) -> str:
    """Without the currency's own code or sign, before or behind."""
    for name in _names(currency):
        if bare.casefold().startswith(name.casefold()):
            bare = bare[len(name) :].strip("'")
        if bare.casefold().endswith(name.casefold()):
            bare = bare[: -len(name)].strip("'")
    if any(category(sign) == "Sc" for sign in bare) or {bare[:3].upper(), bare[-3:].upper()} & (
        CURRENCIES - {currency}
    ):
        raise OtherCurrency(text=text, currency=currency)
    return bare


@lru_cache(maxsize=256)
def _names(currency: str) -> list[str]:
    """How a currency is written: its code and its signs where it is tender, the longest first."""
    locales = [Locale("en")]
    for territory, entries in get_global("territory_currencies").items():
        if any(name == currency and end is None for (name, _start, end, _tender) in entries):
            with suppress(UnknownLocaleError, ValueError):
                locales.append(Locale.parse(f"und_{territory}"))
    signs = {str(locale.currency_symbols.get(currency, currency)) for locale in locales}
    signs |= {sign for name in signs for sign in name if category(sign) == "Sc"}
    typed = {"".join(map(_ascii, name)).translate(SIGNS) for name in {currency, *signs}}
    return sorted(typed, key=len, reverse=True)


def _whole_and_fraction(digits: str, decimals: int, grouping: str, text: str) -> tuple[str, str]:
    signs = [character for character in digits if character in ".,"]
    if not signs:
        return _ungrouped(digits, text), ""
    last = digits.rindex(signs[-1])
    head, tail = digits[:last], digits[last + 1 :]
    if signs.count(signs[-1]) > 1:
        return _ungrouped(digits, text), ""
    if len(signs) > 1 or "'" in head:
        return _ungrouped(head, text), tail
    if len(tail) != 3 or not head.strip("0"):
        return head, tail
    as_decimals = tail[:decimals] if not tail[decimals:].strip("0") and decimals else ""
    if decimals == 3 and (signs[-1] == "." or grouping not in ("", ",")):
        # Fields show such an amount as 1.200, so it must be read back as it was.
        return head, tail
    if signs[-1] == grouping or not as_decimals:
        return _ungrouped(digits, text), ""
    raise AmbiguousAmount(text=text, first=head + tail, second=f"{head}.{as_decimals}")


def _ungrouped(digits: str, text: str) -> str:
    """Digits without their thousands sign; groups are of three, or as India writes 1,20,000."""
    groups = re.split(r"[.,']", digits)
    lengths = [len(group) for group in groups]
    is_western = lengths[0] <= 3 and set(lengths[1:]) == {3}
    is_indian = lengths[0] <= 2 and lengths[-1] == 3 and set(lengths[1:-1]) == {2}
    one_sign = len({character for character in digits if not character.isdecimal()}) <= 1
    if len(groups) > 1 and not (one_sign and lengths[0] and (is_western or is_indian)):
        raise NotAnAmount(text=text)
    return "".join(groups)
