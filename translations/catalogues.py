"""Catalogues: what is to be said, what is said in a language, and the form that is read fast."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.core import Locale
from babel.messages import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from translations.reading import ROOT, files

HOME = Path(__file__).parent

KEYWORDS = {
    "_": None, "_l": None, "N_": None, "gettext": None, "lazy_gettext": None,
    "ngettext": (1, 2), "pgettext": ((1, "c"), 2),
}  # fmt: skip

# Dates in a catalogue would change it whenever it is looked at.
TIMELESS = datetime(2026, 1, 1, tzinfo=UTC)


def languages() -> list[str]:
    """Those that have a catalogue."""
    return sorted(path.parents[1].name for path in HOME.glob("*/LC_MESSAGES/messages.po"))


def source(language: str) -> Path:
    """The catalogue people edit."""
    return HOME / language / "LC_MESSAGES" / "messages.po"


def extracted() -> Catalog:
    """Every sentence a client can read, and the files it stands in."""
    found = Catalog(project="Milepost", creation_date=TIMELESS)
    for path in files():
        method = "python" if path.suffix == ".py" else "jinja2"
        place = path.relative_to(ROOT).as_posix()
        for _line, message, _notes, context in extract_from_file(method, path, KEYWORDS):
            found.add(message, locations=[(place, 1)], context=context)
    return found


def read(language: str) -> Catalog:
    """What is said in a language."""
    with source(language).open("rb") as file:
        return read_po(file, locale=language)


def updated(language: str) -> Catalog:
    """The same with what is to be said now: new sentences empty, those gone left out."""
    present = read(language) if source(language).exists() else Catalog(locale=language)
    name = Locale.parse(language).english_name
    fresh = Catalog(
        locale=language,
        header_comment=f"# What Milepost says to clients in {name}.",
        project="Milepost",
        version="1",
        msgid_bugs_address="Milepost",
        last_translator="Milepost",
        language_team="Milepost",
        creation_date=TIMELESS,
        revision_date=TIMELESS,
        fuzzy=False,
    )
    for each in extracted():
        if each.id:
            known = present.get(each.id, each.context)
            said = known.string if known is not None else None
            fresh.add(each.id, said, each.locations, each.flags, context=each.context)
    return fresh


def as_text(catalogue: Catalog) -> bytes:
    """A catalogue as people edit it: sorted, with files but without lines."""
    out = BytesIO()
    write_po(out, catalogue, width=100, sort_output=True, include_lineno=False)
    return out.getvalue()


def as_compiled(catalogue: Catalog) -> bytes:
    """A catalogue as the program reads it."""
    out = BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()
