"""Templates as markup: what stands in them literally, every expression a mark."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, nodes

from tests.house.source import ROOT, named

MARK = "\ue000"
"""Stands for whatever an expression gives."""

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}

environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)


def templates(*, pages: bool = True, documents: bool = True) -> list[Path]:
    """Our HTML templates: those a browser gets, and those that become PDF or mail."""
    made = ("templates/pdf/", "templates/mail/")
    return [
        path
        for path in named(".html", under="templates/")
        if (documents if path.relative_to(ROOT).as_posix().startswith(made) else pages)
    ]


@lru_cache(maxsize=256)
def parsed(path: Path) -> nodes.Template:
    return environment.parse(path.read_text())


def literal(path: Path) -> str:
    """The template's own markup in order, expressions as MARK, all branches one after another."""
    text = "".join(_pieces(parsed(path)))
    # A tag whose name is an expression is a tag all the same.
    return re.sub(f"(</?){MARK}", r"\1b", text)


def _pieces(node: nodes.Node) -> Iterator[str]:
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.TemplateData):
            yield child.data
        elif isinstance(child, nodes.Expr):
            yield MARK
        else:
            inside = "".join(_pieces(child))
            yield MARK if isinstance(child, NAMED) and _is_value(inside) else inside


NAMED = (nodes.Macro, nodes.AssignBlock, nodes.Block)
"""What a template calls by a name: it can hold a value for an attribute as well as markup."""


def _is_value(text: str) -> bool:
    """Whether it gives attributes, a style sheet or words of the machine, and nothing to read."""
    words = text.replace(MARK, " ").split()
    attributes = '="' in text and "<" not in text
    style = "{" in text and "<" not in text
    return attributes or style or all(re.fullmatch(r"[a-z_#>.-]+", word) for word in words)


@dataclass
class Tag:
    name: str
    attributes: dict[str, str]
    line: int
    depth: int


@dataclass
class Markup(HTMLParser):
    """Tags and texts of one template."""

    tags: list[Tag] = field(default_factory=list)
    texts: list[tuple[int, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.tags.append(Tag(tag, attributes, self.getpos()[0], len(self._open)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self._open[-1:] not in (["style"], ["script"]):
            self.texts.append((self.getpos()[0], data))


@lru_cache(maxsize=256)
def markup(path: Path) -> Markup:
    found = Markup()
    found.feed(literal(path))
    found.close()
    return found


def constants(path: Path) -> Iterator[tuple[int, str]]:
    """Texts written inside expressions, those handed to gettext left out."""
    yield from _constants(parsed(path))


GETTEXT = {"_", "gettext", "ngettext", "pgettext", "npgettext"}


def _constants(node: nodes.Node) -> Iterator[tuple[int, str]]:
    if isinstance(node, nodes.Call) and getattr(node.node, "name", "") in GETTEXT:
        return
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node.lineno, node.value
    for child in node.iter_child_nodes():
        yield from _constants(child)
