"""Money, dates and rates in words of a locale. Everything is exact before it is formatted."""

import datetime as dt
from decimal import Decimal
from functools import lru_cache

from babel.core import Locale
from babel.dates import format_date, get_timezone_name
from babel.numbers import format_currency, format_decimal, get_currency_symbol
from babel.units import format_unit

from billing.clock import local
from billing.money import exponent, to_decimal


def money(minor: int, currency: str, locale: str = "en") -> str:
    """``$1,200.50``: minor units with all decimals of the currency."""
    text: str = format_currency(
        to_decimal(minor, currency),
        currency,
        _pattern(currency, locale),
        locale=_known(locale),
        currency_digits=False,
    )
    return text


@lru_cache(maxsize=256)
def _pattern(currency: str, locale: str) -> str:
    """How an amount is written (Unicode CLDR, number patterns)."""
    digits = "." + "0" * exponent(currency) if exponent(currency) else ""
    # CLDR: a code or a sign that ends in a letter keeps its distance from the digits.
    gap = "\xa0" if get_currency_symbol(currency, locale)[-1:].isalpha() else ""
    first = f"¤{gap}#,##0{digits}"
    return first if locale.startswith(("en", "ja")) else f"#,##0{digits}\xa0¤"


@lru_cache(maxsize=64)
def _known(locale: str) -> Locale:
    """A locale by its name. Reading its name anew for every amount costs more than the amount."""
    return Locale.parse(locale)


def plain(minor: int, currency: str) -> str:
    """``1200.50``, as an input's value."""
    return f"{to_decimal(minor, currency):.{exponent(currency)}f}"


def typed(minor: int, currency: str, locale: str = "en") -> str:
    """``1200,50``: all digits without groups, as readers of the locale type an amount."""
    digits = "." + "0" * exponent(currency) if exponent(currency) else ""
    text: str = format_decimal(to_decimal(minor, currency), f"0{digits}", locale=_known(locale))
    return text


def iban(number: str) -> str:
    """``DE89 3704 0044 0532 0130 00``: in groups of four, as ISO 13616 prints it."""
    bare = number.replace(" ", "")
    return " ".join(bare[at : at + 4] for at in range(0, len(bare), 4))


def rate(thousandths: int, locale: str = "en") -> str:
    """``19 %`` of 19000, ``8.875 %`` of 8875."""
    number: str = format_decimal(Decimal(thousandths) / 1000, "#,##0.###", locale=_known(locale))
    return f"{number} %"


def quantity(number: str, locale: str = "en") -> str:
    """``2.75`` of a plain decimal, as it is written in the reader's language."""
    text: str = format_decimal(Decimal(number), "#,##0.######", locale=_known(locale))
    return text


def share(points: int, locale: str = "en") -> str:
    """``30 %`` of 3000 basis points."""
    number: str = format_decimal(Decimal(points) / 100, "#,##0.##", locale=_known(locale))
    return f"{number} %"


def value(thousandths: int, locale: str = "en") -> str:
    """``1,234.5`` of 1234500 thousandths, as a measure is written."""
    return str(format_decimal(Decimal(thousandths) / 1000, "#,##0.###", locale=_known(locale)))


def size(count: int, locale: str = "en") -> str:
    """``1.2 MB`` of so many bytes, as a file manager tells it."""
    power = min(3, max(0, (len(str(count)) - 1) // 3))
    amount = Decimal(count) / 1000**power
    unit = ("byte", "kilobyte", "megabyte", "gigabyte")[power]
    pattern = "#,##0" if power < 2 else "#,##0.#"
    told = format_unit(
        amount, f"digital-{unit}", "short" if power else "long", pattern, locale=_known(locale)
    )
    return str(told)


def date(day: dt.date | str | None, locale: str = "en") -> str:
    """``22 Nov 2026``; an ISO string is understood, nothing gives nothing."""
    if not day:
        return ""
    value = dt.date.fromisoformat(day) if isinstance(day, str) else day
    return str(format_date(value, "medium", locale=_known(locale)))


def long_date(day: dt.date | str | None, locale: str = "en") -> str:
    """``Sunday, 22 November 2026``: a day to be met, with the day of the week."""
    if not day:
        return ""
    value = dt.date.fromisoformat(day) if isinstance(day, str) else day
    return str(format_date(value, "full", locale=_known(locale)))


def month(first: dt.date, locale: str = "en", with_year: bool = True) -> str:
    """``November 2026``, or ``Nov`` without the year."""
    return str(format_date(first, "MMMM y" if with_year else "MMM", locale=_known(locale)))


def moment(instant: dt.datetime, zone: str, locale: str = "en") -> str:
    """A naive UTC instant on the clock of `zone`: ``Nov 22, 2026, 13:10 EST``."""
    there = local(instant, zone)
    return f"{date(there.date(), locale)}, {there:%H:%M} {_zone_name(there, locale)}"


def _zone_name(there: dt.datetime, locale: str) -> str:
    """``MEZ`` in German; the zone's own short name where CLDR has none for the language."""
    told = "" if locale.startswith("en") else str(get_timezone_name(there, "short", locale=locale))
    return told if told[:1].isalpha() else str(there.tzname())


def hours(seconds: int) -> str:
    """Time as h:mm, to the nearest minute."""
    minutes = (seconds + 30) // 60
    return f"{minutes // 60}:{minutes % 60:02}"
