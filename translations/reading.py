"""What a client reads: the files whose sentences reach one, found from where clients come in.

Templates by what they extend, include and import; Python by what the client's routes import.
An owner's pages are in English, so their sentences are in no catalogue.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, meta

from billing.delivery.occasion import TO_OWNER

ROOT = Path(__file__).resolve().parents[1]
TEMPLATES = ROOT / "templates"

PAGES = (
    "portal/*",
    "verify/*",
    "pdf/*",
    "errors/*",
    "links/renewed.html",
    "mails/unsubscribe.html",
)
"""Templates that a client's visit, document or failure begins with; letters are told apart."""

ROUTES = (
    "blueprints/portal*.py",
    "blueprints/links.py",
    "blueprints/unsubscribing.py",
    "blueprints/verify*.py",
)
"""Routes that a client uses."""

SPOKEN = (
    "billing/countries.py", "billing/people/parties.py", "billing/refusals.py", "billing/states.py",
    "billing/invoicing/invoice_content.py", "billing/invoicing/units.py",
    "billing/disputing/disputes.py",
    "billing/disputing/offers.py", "billing/disputing/settling.py",
    "billing/disputing/standpoint.py", "billing/disputing/withdrawing.py",
    "billing/outcomes/letter_words.py", "billing/accepting/uploads.py",
    "billing/accepting/filetypes.py", "billing/agreeing/drawings.py", "billing/pictures.py",
    "billing/money.py", "billing/planning/options.py", "billing/changes/touching.py",
)  # fmt: skip
"""What reaches a client from further away: refusals, states, names and words of invoices."""


def files() -> list[Path]:
    """All of them, in a steady order."""
    return sorted({*_templates(), *_modules()})


def _templates() -> set[Path]:
    starts = [path for pattern in PAGES for path in TEMPLATES.glob(pattern) if path.is_file()]
    starts += [path for path in TEMPLATES.glob("mail/*") if path.stem not in TO_OWNER]
    found: set[Path] = set()
    while starts:
        path = starts.pop()
        if path not in found:
            found.add(path)
            starts += [TEMPLATES / name for name in _referenced(path)]
    return found


def _referenced(path: Path) -> Iterator[str]:
    parsed = Environment(extensions=["jinja2.ext.i18n"]).parse(path.read_text())  # noqa: S701
    yield from filter(None, meta.find_referenced_templates(parsed))


def _modules() -> set[Path]:
    routes = {path for pattern in ROUTES for path in ROOT.glob(pattern)}
    edge = set(routes)
    while True:
        further = {each for path in edge for each in _imports(path, "blueprints.web")}
        if further <= edge:
            break
        edge |= further
    verbs = {each for path in routes for each in _imports(path, "billing")}
    return edge | verbs | {ROOT / name for name in SPOKEN}


def _imports(path: Path, room: str) -> Iterator[Path]:
    """The files of a room that one file names: a module is one, a package that is used whole
    is all of its own."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(room):
            parts = [place for each in node.names if (place := _place(node.module, each.name))]
            places = parts or [ROOT.joinpath(*node.module.split("."))]
            for place in places:
                if place.with_suffix(".py").is_file():
                    yield place.with_suffix(".py")
                elif place != ROOT / room:
                    yield from place.glob("*.py")


def _place(module: str, name: str) -> Path | None:
    """Where an imported name is a module or package of ours."""
    place = ROOT.joinpath(*module.split("."), name)
    return place if place.with_suffix(".py").is_file() or place.is_dir() else None
