"""Choosing what an agreement's clauses are made from. What somebody wrote is never replaced."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from billing import events, library
from billing.agreeing import composing
from billing.agreeing.clause_choices import (
    Choice,
    Clauses,
    choice_of,
    is_consumer,
    is_untouched,
    kept,
)
from models import Agreement, ClauseChoice, ClauseSetVersion, Project, write


def choose(project: Project, choice: Choice, now: datetime) -> Agreement:
    """Compose from another kind of work, language or set; edited clauses stay as they are.

    What was replaced is kept, for undo(). Refuses AlreadySent.
    """
    with write(project):
        draft = composing.compose(project, now)
        old = choice_of(project)
        fresh = choice.clauses(is_consumer(project.client))
        _keep(project, choice, {"clauses": draft.clauses, "choice": _plain(old)})
        return _put(draft, merged(draft.clauses, fresh, old))


def undo(project: Project, now: datetime) -> Agreement:
    """Bring back what the last choice replaced; a second undo() takes that back again.

    Does nothing where there is nothing to undo. Refuses AlreadySent.
    """
    with write(project):
        draft = composing.compose(project, now)
        row = kept(project)
        if row is None or not row.before:
            return draft
        old, clauses = choice_of(project), row.before["clauses"]
        back = row.before["choice"]
        number = back["set_version"]
        found = ClauseSetVersion.get_by_id(number) if number else None
        choice = Choice(back["kind"], back["language"], back["library"], found)
        _keep(project, choice, {"clauses": draft.clauses, "choice": _plain(old)})
        return _put(draft, clauses)


def can_undo(project: Project) -> bool:
    """Whether a choice has replaced something that can be brought back."""
    row = kept(project)
    return row is not None and bool(row.before)


def restore(project: Project, key: str, now: datetime) -> Agreement:
    """Give one clause the text it began with again; undo() brings the edited one back.

    Does nothing for a clause the chosen library or set does not have. Refuses AlreadySent.
    """
    with write(project):
        draft, choice = composing.compose(project, now), choice_of(project)
        text = next((row for row in beginnings(project, choice) if row["key"] == key), None)
        if text is None:
            return draft
        said = {"heading": text["heading"], "body": text["body"]}
        clauses = [{**row, **said} if row["key"] == key else row for row in draft.clauses]
        if clauses != draft.clauses:
            _keep(project, choice, {"clauses": draft.clauses, "choice": _plain(choice)})
        return _put(draft, clauses)


def beginnings(project: Project, choice: Choice) -> Clauses:
    """The texts that clauses can be given again: those of the choice, then of the library."""
    asks = is_consumer(project.client)
    own = choice.clauses(asks)
    known = {row["key"] for row in own}
    plain = library.starting(choice.kind, choice.language, asks)
    return own + [row for row in plain if row["key"] not in known]


def edited(project: Project, clauses: Sequence[dict[str, Any]]) -> set[str]:
    """Keys of clauses that say something else than the text they can be given again."""
    begun = {row["key"]: row for row in beginnings(project, choice_of(project))}
    said = ("heading", "body")
    return {
        row["key"]
        for row in clauses
        if row["key"] in begun and any(row[name] != begun[row["key"]][name] for name in said)
    }


def merged(present: Clauses, fresh: Clauses, old: Choice) -> Clauses:
    """The fresh clauses in their order, edited ones in place of theirs, one's own at the end.

    A clause that the owner switched on or off stays so.
    """
    begun = {row["key"]: row["on"] for row in (*old.clauses(False), *old.clauses(True))}
    written = {row["key"]: row for row in present}
    result = []
    for row in fresh:
        before = written.pop(row["key"], None)
        if before is None:
            result.append(row)
        elif not is_untouched(before, old):
            result.append(before)
        else:
            switched = before["on"] != begun.get(row["key"], before["on"])
            result.append({**row, "on": before["on"] if switched else row["on"]})
    return result + [row for row in written.values() if not is_untouched(row, old)]


def _put(draft: Agreement, clauses: Clauses) -> Agreement:
    if draft.clauses != clauses:
        draft.clauses = clauses
        draft.save()
        events.touch(draft.project)
    return draft


def _keep(project: Project, choice: Choice, before: dict[str, Any]) -> None:
    values = {
        "kind": choice.kind,
        "language": choice.language,
        "library": choice.library,
        "set_version": choice.set_version,
        "before": before,
    }
    if not ClauseChoice.update(**values).where(ClauseChoice.project == project.id).execute():
        ClauseChoice.create(project=project, **values)


def _plain(choice: Choice) -> dict[str, Any]:
    version = choice.set_version
    return {
        "kind": choice.kind,
        "language": choice.language,
        "library": choice.library,
        "set_version": version.id if version is not None else None,
    }
