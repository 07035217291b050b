"""Clause sets: clauses an owner has edited and uses again. Versions are added, never changed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from peewee import fn

from billing.agreeing import clauses as texts
from billing.agreeing.clause_choices import Choice
from billing.refusals import N_, Conflict, Refusal
from models import ClauseSet, ClauseSetVersion, User, write
from models.folding import fold


class SetNameTaken(Conflict):
    sentence = N_("You already have clauses called “%(name)s”. Choose another name.")
    field = "name"


class NothingToKeep(Refusal):
    sentence = N_("There is no clause with a text yet, so there is nothing to keep.")


def create(
    name: str, clauses: Sequence[dict[str, Any]], choice: Choice, by: User, now: datetime
) -> ClauseSet:
    """Keep clauses under a name; their first version. Refuses SetNameTaken, NothingToKeep."""
    with write(by):
        _refuse_taken(name, by)
        made: ClauseSet = ClauseSet.create(owner=by, name=name, created_at=now)
        _add(made, 1, clauses, choice, now)
    return made


def extend(
    clause_set: ClauseSet, clauses: Sequence[dict[str, Any]], choice: Choice, now: datetime
) -> ClauseSetVersion:
    """Add a version; the newest one where it says just that already. Refuses NothingToKeep."""
    with write(clause_set):
        newest = versions(clause_set)[0]
        if newest.clauses == _worth_keeping(clauses):
            return newest
        return _add(clause_set, newest.number + 1, clauses, choice, now)


def bring_back(version: ClauseSetVersion, now: datetime) -> ClauseSetVersion:
    """Make an older version the newest, as a version of its own."""
    choice = Choice(version.kind, version.language, version.library)
    return extend(version.clause_set, version.clauses, choice, now)


def rename(clause_set: ClauseSet, name: str) -> None:
    """Give a set another name. Refuses SetNameTaken."""
    with write(clause_set.owner):
        _refuse_taken(name, clause_set.owner, but=clause_set)
        ClauseSet.update(name=name).where(ClauseSet.id == clause_set.id).execute()
    clause_set.name = name


def archive(clause_set: ClauseSet, now: datetime) -> None:
    """Put a set away, so that it is not offered when composing."""
    _set_archived(clause_set, now)


def restore(clause_set: ClauseSet) -> None:
    """Bring an archived set back."""
    _set_archived(clause_set, None)


def listed(by: User, archived: bool = False) -> list[ClauseSetVersion]:
    """The newest version of each of an owner's sets, by name; one query."""
    newest = (
        ClauseSetVersion.select(fn.MAX(ClauseSetVersion.id))
        .join(ClauseSet)
        .where(ClauseSet.owner == by.id, ClauseSet.archived_at.is_null(not archived))
        .group_by(ClauseSetVersion.clause_set)
    )
    found = ClauseSetVersion.select(ClauseSetVersion, ClauseSet).join(ClauseSet)
    rows = found.where(ClauseSetVersion.id.in_(newest))
    return sorted(rows, key=lambda row: (fold(row.clause_set.name), row.id))


def versions(clause_set: ClauseSet) -> list[ClauseSetVersion]:
    """All versions of a set, the newest first."""
    ordered = ClauseSetVersion.number.desc()
    return list(clause_set.versions.order_by(ordered))


def version_of(by: User, version_id: int) -> ClauseSetVersion | None:
    """One version of one of the owner's sets."""
    found: ClauseSetVersion | None = (
        ClauseSetVersion.select(ClauseSetVersion, ClauseSet)
        .join(ClauseSet)
        .where(ClauseSetVersion.id == version_id, ClauseSet.owner == by.id)
        .first()
    )
    return found


def _refuse_taken(name: str, by: User, but: ClauseSet | None = None) -> None:
    same = [row for row in ClauseSet.of(by) if fold(row.name) == fold(name)]
    if [row for row in same if but is None or row.id != but.id]:
        raise SetNameTaken(name=name)


def _add(
    clause_set: ClauseSet,
    number: int,
    clauses: Sequence[dict[str, Any]],
    choice: Choice,
    now: datetime,
) -> ClauseSetVersion:
    made: ClauseSetVersion = ClauseSetVersion.create(
        clause_set=clause_set,
        number=number,
        kind=choice.kind,
        language=choice.language,
        library=choice.library,
        clauses=_worth_keeping(clauses),
        created_at=now,
    )
    return made


def _worth_keeping(clauses: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    written = [texts.stored(row) for row in clauses if row["heading"] or row["body"]]
    if not written:
        raise NothingToKeep
    return written


def _set_archived(clause_set: ClauseSet, at: datetime | None) -> None:
    with write(clause_set):
        ClauseSet.update(archived_at=at).where(ClauseSet.id == clause_set.id).execute()
    clause_set.archived_at = at
