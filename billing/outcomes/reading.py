"""Cells of tracked time as people and programs write them: days, durations, currencies."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache

from babel.dates import get_month_names

from billing.money import round_half_up
from billing.refusals import N_, Refusal

DAY_FIRST, MONTH_FIRST = "dmy", "mdy"
LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pl", "pt")
HOUR = 3600
DAY = 24 * HOUR
LONGEST = 10_000 * HOUR
"""No total of one row is longer: more than a year of days and nights."""


class NotADay(Refusal):
    sentence = N_("“%(text)s” is not a date.")


class NotADuration(Refusal):
    sentence = N_("“%(text)s” is not a time. Write hours like 1.5, 1,5 or 1:30.")


class NoTime(Refusal):
    sentence = N_("There is no time in this row.")


class BelowZero(Refusal):
    sentence = N_("A time cannot be below zero.")


class LongerThanADay(Refusal):
    sentence = N_("A day has 24 hours. Split this row, or correct it.")


NUMBERS = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(?:[T ,].*)?")
WORDS = re.compile(r"(?:\w+\.?,? )?(\d{1,2})\.? ([^\W\d_]+)\.?,? (\d{4})(?: .*)?")
WORDS_FIRST = re.compile(r"(?:\w+\.?,? )?([^\W\d_]+)\.? (\d{1,2}),? (\d{4})(?: .*)?")


@lru_cache(maxsize=4096)
def day(text: str, order: str) -> date:
    """A day. `order` is DAY_FIRST or MONTH_FIRST, for what could be either. Refuses NotADay."""
    text = text.strip()
    found = NUMBERS.fullmatch(text)
    try:
        if found:
            return _numbered(found, order)
        return _named(text)
    except (ValueError, KeyError) as wrong:
        raise NotADay(text=text[:40]) from wrong


def _numbered(found: re.Match[str], order: str) -> date:
    first, sign, second, third = found[1], found[2], int(found[3]), found[4]
    if len(first) == 4:
        return date(int(first), second, int(third))
    if len(first) > 2 or len(third) not in (2, 4):
        raise ValueError
    year = int(third) + (2000 if len(third) == 2 else 0)
    if order == MONTH_FIRST and sign != ".":
        return date(year, int(first), second)
    return date(year, second, int(first))


def _named(text: str) -> date:
    if found := WORDS.fullmatch(text):
        return date(int(found[3]), _months()[found[2].casefold()], int(found[1]))
    if found := WORDS_FIRST.fullmatch(text):
        return date(int(found[3]), _months()[found[1].casefold()], int(found[2]))
    raise ValueError


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    """Months by their names and short names in the languages files come in."""
    return {
        name.casefold().rstrip("."): number
        for language in reversed(LANGUAGES)
        for width in ("wide", "abbreviated")
        for number, name in get_month_names(width, locale=language).items()
    }


def order_of(texts: Iterable[str]) -> str:
    """Which of day and month comes first in a column; "" where it could be either, or is mixed."""
    day_first = month_first = False
    for text in texts:
        found = NUMBERS.fullmatch(text.strip())
        if found is None or len(found[1]) == 4 or found[2] == ".":
            continue
        day_first |= int(found[1]) > 12
        month_first |= int(found[3]) > 12
    if day_first == month_first:
        return ""
    return DAY_FIRST if day_first else MONTH_FIRST


def is_ambiguous(texts: Iterable[str]) -> bool:
    """Whether a column has days that could be read in both ways."""
    return any(
        found is not None and len(found[1]) < 4 and found[2] != "."
        for found in (NUMBERS.fullmatch(text.strip()) for text in texts)
    )


CLOCK = re.compile(r"(-?)(\d{1,5}):([0-5]\d)(?::([0-5]\d)(?:[.,]\d+)?)?")
UNITS = re.compile(
    r"(-?)(?:(\d+(?:[.,]\d+)?) ?h(?:ours?|rs?)?)?,? ?(?:(\d+(?:[.,]\d+)?) ?m(?:in(?:ute)?s?)?)?"
    r",? ?(?:(\d+) ?s(?:ec(?:ond)?s?)?)?",
    re.I,
)
DECIMAL = re.compile(r"(-?)(\d*)(?:[.,](\d+))?")


@lru_cache(maxsize=4096)
def duration(text: str, totals: bool = False) -> int:
    """Whole seconds of hours written as decimals, h:mm, h:mm:ss or with units.

    Refuses NotADuration, BelowZero, NoTime, and LongerThanADay unless rows may be `totals` over
    a longer time.
    """
    bare = text.strip().replace("\u2212", "-").replace("\u00a0", " ")
    seconds = _clocked(bare)
    if seconds is None:
        seconds = _with_units(bare)
    if seconds is None:
        seconds = _in_decimals(bare)
    if seconds is None:
        raise NotADuration(text=bare[:40]) if bare else NoTime
    if seconds < 0:
        raise BelowZero
    if seconds == 0:
        raise NoTime
    if seconds > (LONGEST if totals else DAY):
        raise LongerThanADay
    return seconds


def _clocked(text: str) -> int | None:
    found = CLOCK.fullmatch(text)
    if found is None:
        return None
    seconds = int(found[2]) * HOUR + int(found[3]) * 60 + int(found[4] or 0)
    return -seconds if found[1] else seconds


def _with_units(text: str) -> int | None:
    found = UNITS.fullmatch(text)
    if found is None or not any(found.groups()[1:]):
        return None
    hours, minutes, rest = (Decimal((each or "0").replace(",", ".")) for each in found.groups()[1:])
    seconds = round_half_up(hours * HOUR + minutes * 60 + rest)
    return -seconds if found[1] else seconds


def _in_decimals(text: str) -> int | None:
    found = DECIMAL.fullmatch(text)
    if found is None or not (found[2] or found[3]):
        return None
    seconds = round_half_up(Decimal(f"{found[2] or 0}.{found[3] or 0}") * HOUR)
    return -seconds if found[1] else seconds


CODE = re.compile(r"\b([A-Z]{3})\b\)?\s*$")


@lru_cache(maxsize=512)
def currency_in(text: str) -> str:
    """The ISO 4217 code at the end of a text such as “Amount (USD)” or “Euro - EUR”, or ""."""
    found = CODE.search(text.strip())
    return found[1] if found else ""
