"""The words of a letter: written once, read as text and as HTML, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from billing.delivery.templating import (
    direction_of,
    environment,
    isolate,
    locale_of,
    paragraphs,
)


class Wording:
    """templates/mail/<letter>.txt filled in. Its blocks: subject, figure, note, body, action."""

    def __init__(self, letter: str, language: str, told: Mapping[str, Any]) -> None:
        self._environment = environment(language)
        self._template = self._environment.get_template(f"mail/{letter}.txt")
        locale = locale_of(language)
        self._told = {name: _fitted(value, locale.text_direction) for name, value in told.items()}
        self.language = str(locale).replace("_", "-")

    def block(self, name: str) -> str:
        """One block on one line; "" where the letter has none of that name."""
        return " ".join(self._raw(name).split())

    def text(self) -> str:
        """The letter as plain text."""
        written = "\n\n".join(
            "\n".join(" ".join(line.split()) for line in lines)
            for lines in paragraphs(self._template.render(self._told))
        )
        return written + "\n"

    def html(self) -> str:
        """The letter as HTML, the same words in the same order."""
        shell = self._environment.get_template("mail/_letter.html")
        return shell.render(
            self._told,
            language=self.language,
            subject=self.block("subject"),
            figure=self.block("figure"),
            note=self.block("note"),
            greeting=self.block("greeting"),
            body=paragraphs(self._raw("body")),
            action=self.block("action"),
            closing=self.block("closing"),
        )

    def _raw(self, name: str) -> str:
        block = self._template.blocks.get(name) or self._parent_block(name)
        if block is None:
            return ""
        return "".join(block(self._template.new_context(self._told)))

    def _parent_block(self, name: str) -> Any:
        return self._environment.get_template("mail/_letter.txt").blocks.get(name)


def _fitted(value: Any, direction: str) -> Any:
    """A name or title for use within a sentence: on one line, and whole beside a script that
    runs the other way."""
    if not isinstance(value, str):
        return value
    text = " ".join(value.split())
    return text if direction_of(text) in {"", direction} else isolate(text)
