"""One Jinja environment for mail and documents, in the reader's language and without Flask."""

import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from unicodedata import bidirectional

from babel.core import Locale, UnknownLocaleError
from babel.support import NullTranslations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from billing import format as words
from billing import languages
from billing.changes import redline
from billing.invoicing import units

ROOT = Path(__file__).resolve().parents[2]


@lru_cache(maxsize=32)
def environment(language: str) -> Environment:
    """Templates with gettext and the filters money, date, moment, rate, share, paragraphs.

    HTML is escaped, plain text (.txt) is not. A name the template does not get is an error,
    because a letter or a contract with a hole in it must not go out.
    """
    locale = locale_of(language)
    built = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=select_autoescape(["html"], default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    catalogue = translations(locale)
    built.install_gettext_callables(  # type: ignore[attr-defined]
        catalogue.ugettext, catalogue.ungettext, newstyle=True, pgettext=catalogue.upgettext
    )
    built.globals["direction"] = locale.text_direction
    built.globals["per_unit"] = units.per
    built.globals["redline"] = redline.words
    built.globals["redline_criteria"] = redline.criteria
    built.globals["redline_duties"] = redline.duties
    built.globals["redline_shares"] = redline.billed_otherwise
    for name, filter_ in _filters(str(locale)).items():
        built.filters[name] = filter_
    return built


def locale_of(language: str) -> Locale:
    """The locale of a tag such as ``de`` or ``pt-BR``; English where it is unknown."""
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def translations(locale: Locale) -> NullTranslations:
    """The catalogue of a locale, or of its language; the original sentences where there is none."""
    return languages.catalogue(str(locale))


def paragraphs(text: str) -> list[list[str]]:
    """A typed text as paragraphs of lines: a blank line parts two paragraphs."""
    if not text.strip():
        return []
    blocks = re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").strip())
    return [[line.strip() for line in block.split("\n") if line.strip()] for block in blocks]


def direction_of(text: str) -> str:
    """``ltr`` or ``rtl`` by the first strong character (UAX 9, P2), "" where there is none."""
    strong = (bidirectional(character) for character in text)
    first = next((kind for kind in strong if kind in ("L", "R", "AL")), "")
    return {"L": "ltr", "R": "rtl", "AL": "rtl"}.get(first, "")


def isolate(text: str) -> str:
    """Text in an isolate of its own direction (UAX 9), so that a Hebrew name keeps its brackets.

    For words people typed, wherever the sentence around them may run the other way.
    """
    return f"\u2068{text}\u2069" if text else ""


def _filters(locale: str) -> dict[str, Callable[..., Any]]:
    own = Locale.parse(locale).text_direction

    def direction(text: str) -> str:
        return direction_of(text) or own

    def money(minor: int | tuple[int, int], currency: str) -> str:
        if isinstance(minor, tuple):
            return " – ".join(money(each, currency) for each in minor)
        return words.money(minor, currency, locale)

    def date(day: str | None) -> str:
        return words.date(day, locale)

    def moment(at: datetime, zone: str) -> str:
        return words.moment(at, zone, locale)

    def rate(thousandths: int) -> str:
        return words.rate(thousandths, locale)

    def share(points: int) -> str:
        return words.share(points, locale)

    def quantity(number: str | int) -> str:
        return words.quantity(str(number), locale)

    def value(thousandths: int) -> str:
        return words.value(thousandths, locale)

    return {
        "value": value,
        "money": money,
        "date": date,
        "moment": moment,
        "rate": rate,
        "share": share,
        "quantity": quantity,
        "paragraphs": paragraphs,
        "isolate": isolate,
        "iban": words.iban,
        "dir": direction,
    }
