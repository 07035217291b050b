"""The words of a letter: written once, read as text and as HTML, in the reader's language."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from jinja2 import Environment

from billing.delivery.templating import (
    direction_of,
    environment,
    isolate,
    locale_of,
    paragraphs,
)

BLOCKS = ("subject", "figure", "note", "greeting", "action", "closing", "foot")

RULE = "-- "
"""What a signature follows: mail programs leave it out of an answer."""


class Wording:
    """templates/mail/<letter>.txt filled in. Its blocks: subject, figure, note, body, action."""

    def __init__(self, letter: str, language: str, told: Mapping[str, Any]) -> None:
        locale = locale_of(language)
        self._environment = _environment(language)
        self._template = self._environment.get_template(f"mail/{letter}.txt")
        told = {"unsubscribe": "", "news": (), **told}
        self._told = {name: _fitted(value, locale.text_direction) for name, value in told.items()}
        self.language = str(locale).replace("_", "-")

    def block(self, name: str) -> str:
        """One block on one line; "" where the letter has none of that name."""
        return " ".join(self._raw(name).split())

    @property
    def body(self) -> list[str]:
        """The paragraphs between greeting and action."""
        return [" ".join(lines) for lines in paragraphs(self._raw("body")) if lines]

    def text(self) -> str:
        """The letter as plain text. One that asks for nothing has no action."""
        closing, foot = self.block("closing"), self.block("foot")
        if foot:
            closing = f"{closing}\n{RULE}\n{foot}:\n{self._told['unsubscribe']}"
        return "\n\n".join([self.block("greeting"), *self.body, *self._ends(), closing]) + "\n"

    def _ends(self) -> list[str]:
        """Where the letter leads: its one action, or what a mail of the day holds."""
        asked = self.block("action")
        action = [f"{asked}:\n{self._told['url']}"] if asked else []
        news = [
            "\n".join([*(f"- {line}" for line in lines), url]) for url, lines in self._told["news"]
        ]
        return news or action

    def html(self) -> str:
        """The letter as HTML, the same words in the same order."""
        blocks = {name: self.block(name) for name in BLOCKS}
        shell = self._environment.get_template("mail/_letter.html")
        return shell.render(self._told, **blocks, body=self.body, language=self.language)

    def _raw(self, name: str) -> str:
        shared = self._environment.get_template("mail/_letter.txt")
        block = self._template.blocks.get(name) or shared.blocks.get(name)
        if block is None:
            return ""
        return "".join(block(self._template.new_context(self._told)))


@lru_cache(maxsize=32)
def _environment(language: str) -> Environment:
    """As documents have it, but a blank line in a letter's template is one in the letter."""
    return environment(language).overlay(trim_blocks=False, lstrip_blocks=False)


def _fitted(value: Any, direction: str) -> Any:
    """A name or title for use within a sentence: on one line, and whole beside a script that
    runs the other way."""
    if not isinstance(value, str):
        return value
    text = " ".join(value.split())
    return text if direction_of(text) in {"", direction} else isolate(text)
