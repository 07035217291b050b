"""Language, zone and formats of a page: filters money, date, moment, rate and others; asset()."""

import datetime as dt
from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_babel import Babel, get_locale, get_translations, refresh
from flask_login import current_user
from markupsafe import Markup, escape

from billing import format, languages
from billing.accepting import bookkeeping
from billing.invoicing import units
from billing.people import accounts

babel = Babel()


def init_app(app: Flask) -> None:
    babel.init_app(app, locale_selector=_locale)
    app.jinja_env.filters.update(
        money=_money,
        date=day,
        long_date=_long_day,
        month=_month,
        moment=_moment,
        rate=_rate,
        share=_share,
        bytes=_bytes,
        plain=format.plain,
        hours=format.hours,
        said=_said,
        quantity=_quantity,
        value=_value,
    )
    app.jinja_env.globals.update(
        payable=bookkeeping.payable, asset=_asset, in_language=in_language, per_unit=units.per
    )
    # A page has hundreds of sentences; asking for the request's catalogue once is enough.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: _catalogue().ugettext(text),
        lambda one, many, number: _catalogue().ungettext(one, many, number),
        newstyle=True,
        pgettext=lambda context, text: _catalogue().upgettext(context, text),
    )
    app.context_processor(lambda: {"locale": str(get_locale() or "en")})
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


AT_CLIENTS = ("/p/", "/l/", "/links/", "/mails/", "/verify")
"""Where somebody reads who is no owner, and whom we may not know yet."""


def _locale() -> str:
    """The client's language on a client's page, the browser's before we know the client.

    An owner's pages are in English.
    """
    if "language" in g:
        return str(g.language)
    if not (request and request.path.startswith(AT_CLIENTS)):
        return "en"
    return request.accept_languages.best_match(sorted(languages.known())) or "en"


def speak(language: str) -> None:
    """Answer this request in a client's language, or in English where our words lack it."""
    g.language = languages.spoken(language)
    # What was asked for before in this request must not decide what is said now.
    refresh()


def in_language(language: str, caller: Callable[[], Markup]) -> Markup:
    """What the caller says, in another language than the page: a document keeps its own."""
    around = _language()
    speak(language)
    try:
        return Markup('<div lang="{}">{}</div>').format(_language(), caller())
    finally:
        speak(around)


def _catalogue() -> Any:
    """The translations of this request's language."""
    language, catalogue = g.get("catalogue", ("", None))
    if language != _language():
        refresh()
        catalogue = get_translations()
        g.catalogue = (_language(), catalogue)
    return catalogue


def _language() -> str:
    return _locale()


def zone() -> str:
    """The time zone of the page: the seller's, on both sides."""
    if "zone" not in g:
        signed_in = current_user and current_user.is_authenticated
        g.zone = accounts.business(current_user.user).timezone if signed_in else "UTC"
    return str(g.zone)


def _money(minor: int, currency: str) -> Markup:
    return Markup("<bdi>{}</bdi>").format(format.money(minor, currency, _language()))


def day(value: dt.date | str | None) -> str:
    """A date as the reader writes it."""
    return format.date(value, _language())


def _long_day(value: dt.date | str | None) -> str:
    return format.long_date(value, _language())


def _month(first: dt.date, year: str = "") -> str:
    return format.month(first, _language(), bool(year))


def _moment(instant: dt.datetime) -> Markup:
    words = format.moment(instant, zone(), _language())
    return Markup('<time datetime="{}Z">{}</time>').format(
        instant.isoformat(timespec="seconds"), escape(words)
    )


def _rate(thousandths: int) -> str:
    return format.rate(thousandths, _language())


def _said(words: str) -> str:
    """Words that may be one of ours, such as the usual name of a tax, in the reader's language."""
    return languages.say(words, _language())


def _quantity(number: str) -> str:
    return format.quantity(number, _language())


def _value(thousandths: int) -> str:
    return format.value(thousandths, _language())


def _share(points: int, whole: bool = False) -> str:
    """`whole` is for what was measured or guessed, which nobody knows to the hundredth."""
    return format.share((points + 50) // 100 * 100 if whole else points, _language())


def _bytes(count: int) -> str:
    return format.size(count, _language())


@lru_cache(maxsize=256)
def _asset(name: str) -> str:
    """The URL of a static file, with its content's hash so that it can be cached for good."""
    content = Path(str(current_app.static_folder), name).read_bytes()
    return url_for("static", filename=name, v=sha256(content).hexdigest()[:12])
