"""What a project's agreement is composed from: a kind of work in a language, or a set."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from billing import library
from models import Agreement, ClauseChoice, ClauseSetVersion, Client, ClientKind, Project

Clauses = list[dict[str, Any]]

SILENCE = "silence"
"""The key of the clause by which silence counts as acceptance: off unless the owner turns it on."""


@dataclass(frozen=True)
class Choice:
    """A kind of work and a language of the library, or the version of a set made from them."""

    kind: str
    language: str
    library: int = library.LATEST
    set_version: ClauseSetVersion | None = None

    def clauses(self, is_consumer: bool) -> Clauses:
        """What an agreement begins with."""
        if self.set_version is None:
            return library.starting(self.kind, self.language, is_consumer)
        return fitting(self.set_version.clauses, is_consumer)

    def origin(self) -> dict[str, Any]:
        """What the frozen agreement says of where its clauses come from."""
        said: dict[str, Any] = {
            "kind": self.kind,
            "language": self.language,
            "version": self.library,
        }
        if self.set_version is not None:
            of = {"name": self.set_version.clause_set.name, "version": self.set_version.number}
            said["set"] = of
        return said


def choice_of(project: Project) -> Choice:
    """What was chosen; else the kind of work this owner chose last, in the client's language."""
    found = kept(project)
    if found is not None:
        return Choice(found.kind, found.language, found.library, found.set_version)
    mine = Project.select(Project.id).where(Project.owner == project.owner_id)
    last = (
        ClauseChoice.select(ClauseChoice.kind)
        .where(ClauseChoice.project.in_(mine))
        .order_by(ClauseChoice.id.desc())
        .first()
    )
    language = library.spoken(str(project.client.language))
    return Choice(last.kind if last else library.GENERAL, language)


def kept(project: Project) -> ClauseChoice | None:
    """The project's own row, with what a switch replaced."""
    found: ClauseChoice | None = ClauseChoice.get_or_none(ClauseChoice.project == project.id)
    return found


def starting(project: Project) -> Clauses:
    """The clauses of a project's first agreement."""
    return choice_of(project).clauses(is_consumer(project.client))


def is_consumer(client: Client) -> bool:
    return bool(client.kind == ClientKind.CONSUMER)


def fitting(clauses: Clauses, is_consumer: bool) -> Clauses:
    """The clauses that may be part of an agreement with such a client."""
    return [row for row in clauses if not (is_consumer and library.is_business_only(row["key"]))]


def standing(agreement: Agreement) -> Clauses:
    """The clauses that become part of the agreement: those that are on and suit the client."""
    on = [row for row in agreement.clauses if row["on"]]
    return fixed(agreement.project, fitting(on, is_consumer(agreement.project.client)))


def fixed(project: Project, clauses: Clauses) -> Clauses:
    """The same, with the library's words in the one clause that is a switch.

    What it says is done by the worker, so that it says just that, whatever was typed or kept.
    """
    if not any(row["key"] == SILENCE for row in clauses):
        return clauses
    choice = choice_of(project)
    words = library.clause(SILENCE, library.spoken(choice.language)).stored(choice.kind)
    return [{**row, **words, "on": row["on"]} if row["key"] == SILENCE else row for row in clauses]


def deems(agreement: Agreement) -> bool:
    """Whether silence counts as acceptance once this draft is signed. Never for a consumer."""
    return any(row["key"] == SILENCE for row in standing(agreement))


def is_untouched(row: Mapping[str, Any], choice: Choice) -> bool:
    """Whether a clause says what the library or the chosen set says, so that none of it is lost."""
    if library.has(row):
        return True
    known = choice.set_version.clauses if choice.set_version is not None else []
    said = ("key", "heading", "body")
    return any(all(row[name] == each[name] for name in said) for each in known)
