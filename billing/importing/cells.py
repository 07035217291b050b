"""Cells of files as people and programs write them: days, currencies, decimal signs."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache

from babel import Locale
from babel.dates import get_month_names

from billing.importing.tabular import Table
from billing.money import CURRENCIES
from billing.refusals import N_, Refusal
from models.folding import fold

DAY_FIRST, MONTH_FIRST = "dmy", "mdy"
LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pl", "pt")


class UnknownCurrency(Refusal):
    sentence = N_("“%(text)s” is not a currency we know.")


class NotADay(Refusal):
    sentence = N_("“%(text)s” is not a date.")


class NoDay(NotADay):
    sentence = N_("There is no date in this row.")


YEARS = range(1970, 2100)
"""Others are what programs write for no day at all, like 0001 and 9999."""

NUMBERS = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(?:[T ,].*)?")
WORDS = re.compile(r"(?:\w+\.?,? )?(\d{1,2})\.? ([^\W\d_]+)\.?,? (\d{4})(?: .*)?")
WORDS_FIRST = re.compile(r"(?:\w+\.?,? )?([^\W\d_]+)\.? (\d{1,2}),? (\d{4})(?: .*)?")


@lru_cache(maxsize=4096)
def day(text: str, order: str) -> date:
    """A day. `order` is DAY_FIRST or MONTH_FIRST, for what could be either. Refuses NotADay, and
    NoDay where nothing is said.
    """
    text = text.strip()
    if not text:
        raise NoDay
    found = NUMBERS.fullmatch(text)
    try:
        read = _numbered(found, order) if found else _named(text)
        if read.year not in YEARS:
            raise ValueError
        return read
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


def has_days(texts: Sequence[str]) -> bool:
    """Whether the first cells of a column begin with a day, as those of a time of day do not."""
    return any(NUMBERS.fullmatch(text.strip()) for text in texts[:5])


def is_ambiguous(texts: Iterable[str]) -> bool:
    """Whether a column has days that could be read in both ways."""
    return any(
        found is not None and len(found[1]) < 4 and found[2] != "."
        for found in (NUMBERS.fullmatch(text.strip()) for text in texts)
    )


CODE = re.compile(r"\b([A-Z]{3})\b\)?\s*$")


@lru_cache(maxsize=512)
def currency_in(text: str) -> str:
    """The ISO 4217 code at the end of a text such as “Amount (USD)” or “Euro - EUR”, or ""."""
    found = CODE.search(text.strip())
    return found[1] if found else ""


def currencies_of(header: Sequence[str]) -> dict[int, str]:
    """The currencies that heads like “Amount (USD)” name, by the columns' places."""
    named = {place: currency_in(name) for place, name in enumerate(header)}
    return {place: code for place, code in named.items() if code in CURRENCIES}


BARE = re.compile(r"[\d.,'’\s\u2212+-]+")


@lru_cache(maxsize=512)
def currency_named(text: str) -> str:
    """The currency that an amount such as “80 €” or “CHF 80” names itself, or ""."""
    name = BARE.sub("", text)
    return name.upper() if name.upper() in CURRENCIES else _signs().get(name, "")


@lru_cache(maxsize=1)
def _signs() -> dict[str, str]:
    """Currencies by their signs in the languages files come in; English says whose the $ is."""
    return {
        sign: code
        for language in reversed(LANGUAGES)
        for code, sign in Locale(language).currency_symbols.items()
        if code in CURRENCIES
    }


def has_commas(texts: list[str]) -> bool:
    """Whether more of the numbers end in a comma and digits than in a point and digits."""
    commas = sum("," in text and text.rfind(",") > text.rfind(".") for text in texts)
    points = sum("." in text and text.rfind(".") > text.rfind(",") for text in texts)
    return commas > points


def bare(name: str) -> str:
    code = currency_in(name)
    bare = name.removesuffix(f"({code})") if code in CURRENCIES else name
    return fold(bare.replace("\ufeff", "")).strip()


def column(table: Table, places: Sequence[int]) -> list[str]:
    """The cells of a field, all rows long."""
    return [
        cells[place]
        for _line, cells in table.rows()
        for place in places[:1]
        if place < len(cells) and cells[place].strip()
    ]
