"""Forms: typed text kept, errors in words, refusals put beside the field they are about."""

import secrets
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from babel.support import NullTranslations, Translations
from flask import request
from flask_babel import get_locale, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import FileField, HiddenField, PasswordField, StringField, TextAreaField
from wtforms.i18n import messages_path
from wtforms.validators import DataRequired, Email, Length, Optional, StopValidation

from billing import money
from billing.refusals import Refusal
from blueprints.web.errors import words


class Sentences:
    """WTForms' own sentences in the page's language, each catalogue read once in a process."""

    def gettext(self, text: str) -> str:
        return str(_sentences(str(get_locale())).ugettext(text))

    def ngettext(self, one: str, many: str, number: int) -> str:
        return str(_sentences(str(get_locale())).ungettext(one, many, number))


@lru_cache(maxsize=32)
def _sentences(language: str) -> NullTranslations:
    return Translations.load(messages_path(), [language], domain="wtforms")


class Form(FlaskForm):
    """A form with its CSRF token. Fields are trimmed as they come in, passwords excepted."""

    class Meta:
        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            filters = list(unbound_field.kwargs.get("filters", ()))
            kind = unbound_field.field_class
            if issubclass(kind, (StringField, TextAreaField)) and not issubclass(
                kind, PasswordField
            ):
                filters.append(_trimmed)
            return unbound_field.bind(form=form, filters=filters, **options)

        def get_translations(self, form: Any) -> Sentences:
            return Sentences()

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What was typed, and files where a file is asked for: a text is never a file."""
            if formdata is None or isinstance(formdata, MultiDict):
                return formdata
            if not form.is_submitted():
                return None
            asked = {name for name, field in form._fields.items() if isinstance(field, FileField)}
            files = [each for each in request.files.items(multi=True) if each[0] in asked]
            return MultiDict([*request.form.items(multi=True), *files])

    def refused(self, refusal: Refusal) -> None:
        """Show a verb's refusal: beside the field it names, else above the form."""
        field = self._fields.get(refusal.field or "")
        if field is not None:
            field.errors = [*field.errors, words(refusal)]
        else:
            self.form_errors.append(words(refusal))


UNSEEN = {**dict.fromkeys([*range(32), 127]), **dict.fromkeys((0x0B, 0x0C), " ")}
"""Signs that nobody types and no document prints, which come along when text is copied. PostgreSQL
holds no NUL, XML none of them; Word's line breaks become blanks."""
for _kept in "\t\n\r":
    del UNSEEN[ord(_kept)]


def _trimmed(value: str | None) -> str | None:
    return value.translate(UNSEEN).strip() if isinstance(value, str) else value


class MoneyField(StringField):
    """An amount as typed; `minor` holds it in minor units of `currency` once validated."""

    minor: int | None = None
    currency = "USD"
    grouping = ""

    def understand(self, currency: str, country: str = "") -> None:
        """Set the currency and the writer's country before validate()."""
        self.currency = currency
        self.grouping = money.grouping_sign(country)

    def pre_validate(self, form: Any) -> None:
        self.minor = None
        if not self.data:
            return
        self.minor = obey(money.parse, self.data, self.currency, self.grouping)


class KeyField(HiddenField):
    """A random key that makes a repeated post the same deed."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, default=lambda: secrets.token_hex(16), **options)


def obey(rule: Callable[..., Any], *values: Any) -> Any:
    """What a rule of billing makes of `values`; its refusal becomes the field's error."""
    try:
        return rule(*values)
    except Refusal as refusal:
        raise StopValidation(words(refusal)) from refusal


def required(what: Any) -> DataRequired:
    """The field must be filled in; `what` says so in words."""
    return DataRequired(message=what)


def email(what: Any = None) -> list[Any]:
    """A required e-mail address."""
    message = what or lazy_gettext("Enter an e-mail address, like name@example.com.")
    return [DataRequired(message=message), Email(message=message), Length(max=254)]


def optional() -> Optional:
    """The field may stay empty."""
    return Optional()


def at_most(length: int) -> Length:
    """A limit on typed text."""
    return Length(
        max=length, message=lazy_gettext("Use at most %(length)s characters.", length=length)
    )
