"""Money as integers of a currency's minor unit (ISO 4217), and its exact division."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext
from unicodedata import category

from babel.core import Locale, UnknownLocaleError, get_global
from babel.numbers import get_currency_precision, get_group_symbol, list_currencies

from billing.refusals import AmbiguousAmount, NotAnAmount

CURRENCIES: frozenset[str] = frozenset(
    code
    for code in list_currencies()
    if any(
        end is None and tender
        for entries in get_global("territory_currencies").values()
        for (name, _start, end, tender) in entries
        if name == code
    )
)
"""Currencies that are legal tender somewhere today, by Unicode CLDR."""

LARGEST = 10**15
"""No single amount may exceed this many minor units, so that sums fit a 64-bit column."""


# Where Unicode CLDR's customary digits differ from ISO 4217's minor unit.
ISO_EXPONENTS = {
    "AFN": 2, "ALL": 2, "COP": 2, "CRC": 2, "HUF": 2, "IDR": 2, "IQD": 3, "IRR": 2, "KPW": 2,
    "LAK": 2, "LBP": 2, "MGA": 2, "MMK": 2, "MRU": 2, "PKR": 2, "RSD": 2, "SLE": 2, "SOS": 2,
    "STN": 2, "SYP": 2, "TZS": 2, "TWD": 2, "UZS": 2, "YER": 2, "CZK": 2, "NOK": 2, "SEK": 2,
    "AMD": 2, "CHF": 2, "DKK": 2, "GYD": 2, "MUR": 2, "MNT": 2, "CUP": 2, "ZWL": 2,
}  # fmt: skip


def exponent(currency: str) -> int:
    """Decimals of the currency's minor unit: USD 2, JPY 0, KWD 3 (ISO 4217)."""
    known = ISO_EXPONENTS.get(currency)
    return known if known is not None else int(get_currency_precision(currency))


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


def grouping_sign(country: str) -> str:
    """The thousands sign usual in a country (ISO 3166), "" where unknown."""
    try:
        return str(get_group_symbol(Locale.parse(f"und_{country}")))
    except (UnknownLocaleError, ValueError):
        return ""


def parse(text: str, currency: str, grouping: str = "") -> int:
    """Minor units of an amount as a person types it, either decimal sign understood.

    `grouping` is the writer's thousands sign if known (see grouping_sign). Refuses
    NotAnAmount, and AmbiguousAmount where one sign could be either: ``1.200`` is 1200
    in Germany and 1.20 in America.
    """
    typed = _bare(text)
    negative = typed.startswith("-")
    digits = typed.removeprefix("-")
    if not digits or not set(digits) <= set("0123456789.,") or not any(map(str.isdigit, digits)):
        raise NotAnAmount(text=text)
    whole, fraction = _whole_and_fraction(digits, exponent(currency), grouping, text)
    if len(fraction) > exponent(currency):
        raise NotAnAmount(text=text)
    minor = int(whole or "0") * 10 ** exponent(currency)
    minor += int(fraction.ljust(exponent(currency), "0") or "0")
    if minor > LARGEST:
        raise NotAnAmount(text=text)
    return -minor if negative else minor


def _bare(text: str) -> str:
    """The typed text in ASCII digits without spaces, apostrophes and currency signs."""
    kept = []
    for character in text.strip().replace("\u2212", "-"):
        if character.isdecimal():
            kept.append(str(int(character)))
        elif (
            character.isspace() or character in "'\u2019\u00a0\u202f" or category(character) == "Sc"
        ):
            continue
        else:
            kept.append(character)
    bare = "".join(kept)
    for code in (bare[:3], bare[-3:]):
        if code.upper() in CURRENCIES:
            bare = bare.replace(code, "", 1)
    return bare


def _whole_and_fraction(digits: str, decimals: int, grouping: str, text: str) -> tuple[str, str]:
    signs = [character for character in digits if character in ".,"]
    if not signs:
        return digits, ""
    last = digits.rindex(signs[-1])
    head, tail = digits[:last], digits[last + 1 :]
    if len(set(signs)) == 2:
        if signs.count(signs[-1]) > 1:
            raise NotAnAmount(text=text)
        return _grouped(head, text), tail
    if len(signs) > 1:
        return _grouped(digits, text), ""
    if len(tail) != 3 or not head.strip("0"):
        return head, tail
    as_decimals = tail[:decimals] if not tail[decimals:].strip("0") and decimals else ""
    if signs[-1] == grouping or not as_decimals:
        return head + tail, ""
    raise AmbiguousAmount(text=text, first=head + tail, second=f"{head}.{as_decimals}")


def _grouped(digits: str, text: str) -> str:
    """Digits without their thousands separators; groups must be of three."""
    groups = digits.replace(",", ".").split(".")
    if any(len(group) != 3 for group in groups[1:]) or not 1 <= len(groups[0]) <= 3:
        raise NotAnAmount(text=text)
    return "".join(groups)
