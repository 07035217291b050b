"""What a project's events tell, in a form the check can ask."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from models import Event, Project


@dataclass(frozen=True)
class Deed:
    """Rows that each have one event, whose facts must say what the row says."""

    kind: str
    subject: str
    rows: Callable[[Project], Any]
    says: Callable[[Any], dict[str, Any]] = lambda _row: {}
    name: Callable[[Any], int] = lambda row: int(row.id)


class History:
    """A project's events, whether or not their chain holds; `all` in their order."""

    def __init__(self, project: Project) -> None:
        self._facts: dict[str, list[dict[str, Any]]] = {}
        self.all: list[tuple[str, dict[str, Any]]] = []
        for (body,) in (
            Event.select(Event.body).where(Event.project == project.id).order_by(Event.seq).tuples()
        ):
            try:
                read = json.loads(body)
                kind, facts = read["kind"], read["facts"]
                self._facts.setdefault(kind, []).append(facts)
                self.all.append((kind, facts))
            except (ValueError, KeyError, TypeError):
                # The chain's own check names an event that cannot be read.
                continue

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The facts of all events of a kind, the oldest first."""
        return self._facts.get(kind, [])

    def tells(self, kind: str, **facts: Any) -> bool:
        """Whether there is an event of a kind with these facts."""
        return any(facts.items() <= each.items() for each in map(_hashable, self.of(kind)))


def _hashable(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if not isinstance(value, (dict, list))}
