"""The languages a client is spoken to in: those our own words exist in."""

from functools import lru_cache
from pathlib import Path

from babel.core import Locale, UnknownLocaleError
from babel.support import NullTranslations, Translations

CATALOGUES = Path(__file__).resolve().parents[1] / "translations"


@lru_cache(maxsize=1)
def known() -> frozenset[str]:
    """English, which the sentences are written in, and every language with a catalogue."""
    found = CATALOGUES.glob("*/LC_MESSAGES/messages.mo")
    return frozenset({"en", *(path.parents[1].name for path in found)})


@lru_cache(maxsize=64)
def spoken(language: str) -> str:
    """A client's language where our words exist in it, else English.

    A page or a document speaks one language only: its dates and sums as its sentences.
    """
    try:
        locale = Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return "en"
    named = (str(locale), locale.language)
    return next((each for each in named if each in known()), "en")


@lru_cache(maxsize=32)
def catalogue(language: str) -> NullTranslations:
    """What is said in a language; the English sentences where nothing is."""
    locale = Locale.parse(language)
    return Translations.load(CATALOGUES, [str(locale), locale.language])


def say(sentence: str, language: str) -> str:
    """A marked sentence in a language, for what is written into documents; "" stays so."""
    return str(catalogue(spoken(language)).ugettext(sentence)) if sentence else ""
