"""The clause library: texts per kind of work and language, in versions that are kept for ever.

Texts are starting points that the owner edits; they are not legal advice. A new version is a
new folder: what an agreement was made from can always be read again.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from billing.agreeing.clauses import VARIABLE, VARIABLES, name_of
from billing.refusals import N_

SHELVES = Path(__file__).parent

LATEST = 3
"""The version that new agreements are composed from."""

GENERAL = "general"

KINDS: dict[str, str] = {
    "writing": N_("Writing and content"),
    "design": N_("Design"),
    "software": N_("Software"),
    "consulting": N_("Consulting"),
    GENERAL: N_("Other work"),
}
"""Kinds of work, in the order they are offered."""


@dataclass(frozen=True)
class Clause:
    """One text: `note` says in a sentence what it is for and is not part of the document.

    `kinds` holds the wording for kinds of work that need their own, `consumer` the one for a
    client who is a consumer. A `business_only` clause is left out for consumers.
    """

    key: str
    heading: str
    note: str
    body: str
    kinds: Mapping[str, str] = field(default_factory=dict)
    consumer: str = ""
    on: bool = True
    business_only: bool = False

    def words(self, kind: str, is_consumer: bool = False) -> str:
        """The body for one kind of work and client."""
        own = self.kinds.get(kind, self.body)
        return self.consumer or own if is_consumer else own

    def stored(self, kind: str, is_consumer: bool = False) -> dict[str, Any]:
        """The clause as an agreement stores it: {key, heading, body, on}."""
        return {
            "key": self.key,
            "heading": self.heading,
            "body": self.words(kind, is_consumer),
            "on": self.on and has_known_variables(self.body),
        }

    @property
    def bodies(self) -> set[str]:
        """Every wording there is of it."""
        return {self.body, *self.kinds.values()} | ({self.consumer} if self.consumer else set())


@lru_cache(maxsize=16)
def shelf(version: int, language: str) -> tuple[Clause, ...]:
    """The clauses of one version in one language, in order."""
    text = (SHELVES / str(version) / f"{language}.toml").read_text(encoding="utf-8")
    return tuple(Clause(**each) for each in tomllib.loads(text)["clause"])


@lru_cache(maxsize=8)
def languages(version: int = LATEST) -> tuple[str, ...]:
    """The languages a version has texts in, English first."""
    found = sorted(path.stem for path in (SHELVES / str(version)).glob("*.toml"))
    return tuple(sorted(found, key=lambda language: language != "en"))


def spoken(language: str) -> str:
    """The library's language for a client's: theirs where there are texts, else English."""
    known = languages()
    return next((each for each in (language, language[:2]) if each in known), "en")


def starting(kind: str, language: str, is_consumer: bool = False) -> list[dict[str, Any]]:
    """The clauses of the latest version as an agreement stores them: {key, heading, body, on}."""
    return [
        clause.stored(kind, is_consumer)
        for clause in shelf(LATEST, language)
        if not (is_consumer and clause.business_only)
    ]


def clause(key: str, language: str) -> Clause:
    """One clause of the latest version. Raises StopIteration for one that is not in it."""
    return next(each for each in shelf(LATEST, language) if each.key == key)


def has_known_variables(body: str) -> bool:
    """Whether a text names only variables that an agreement can fill."""
    return {name_of(found) for found in VARIABLE.findall(body)} <= set(VARIABLES)


def note(key: str, language: str = "en") -> str:
    """The plain note of a library's clause, "" for one the owner wrote."""
    return _notes(language).get(key, "")


def is_own(key: str) -> bool:
    """Whether the owner wrote the clause, so that it can be removed and not only left out."""
    return key not in _wordings()


def is_business_only(key: str) -> bool:
    """Whether a clause is left out for a client who is a consumer."""
    return key in _business_only()


def has(row: Mapping[str, Any]) -> bool:
    """Whether a stored clause says what some version of the library says, word for word."""
    return (row["heading"], row["body"]) in _wordings().get(row["key"], frozenset())


def _all() -> Iterator[Clause]:
    for version in range(1, LATEST + 1):
        for language in languages(version):
            yield from shelf(version, language)


@lru_cache(maxsize=1)
def _wordings() -> dict[str, frozenset[tuple[str, str]]]:
    """Heading and body of every text there ever was, by its clause's key."""
    found: dict[str, set[tuple[str, str]]] = {}
    for clause in _all():
        found.setdefault(clause.key, set()).update((clause.heading, b) for b in clause.bodies)
    return {key: frozenset(texts) for key, texts in found.items()}


@lru_cache(maxsize=1)
def _business_only() -> frozenset[str]:
    return frozenset(clause.key for clause in shelf(LATEST, "en") if clause.business_only)


@lru_cache(maxsize=8)
def _notes(language: str) -> dict[str, str]:
    latest = {clause.key: clause.note for clause in shelf(LATEST, language)}
    return {clause.key: clause.note for clause in shelf(1, "en")} | latest
