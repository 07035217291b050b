"""Editing the audit: kinds of work renamed, merged, split; labels moved, called rework or not.

What an owner does here stays when more hours are grouped, or all are grouped anew.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from peewee import fn

from billing.outcomes import audit_figures, audit_grouping, audit_labels
from billing.outcomes.audit_labels import ReworkWords
from billing.refusals import N_, Conflict, Refusal
from models import Audit, HoursEntry, PackageDraft, User, ValuedResult, WorkKind, WorkLabel, write
from models.folding import fold

LONGEST_NAME = 100
LONGEST_RESULT = 300


class KindNameTaken(Conflict):
    sentence = N_("“%(name)s” is there already. Merge the two instead.")
    field = "name"


class KindUnnamed(Refusal):
    sentence = N_("Give the kind of work a name.")
    field = "name"


class NothingChosen(Refusal):
    sentence = N_("Tick the descriptions that are meant, or type words that they contain.")
    field = "text"


class NoPastProject(Refusal):
    sentence = N_("There are no hours of this project any more.")
    field = "result"


class KindIsItself(Refusal):
    sentence = N_("Choose another kind of work.")
    field = "to"


def rename(kind: WorkKind, name: str, now: datetime) -> None:
    """Refuses KindUnnamed, KindNameTaken."""
    with audit_figures.changing(kind.owner, now):
        _refuse_taken(kind.owner, name, kind)
        WorkKind.update(name=name, kept=True).where(WorkKind.id == kind.id).execute()


def merge(kind: WorkKind, into: WorkKind, now: datetime) -> None:
    """Put all of a kind into another; what is like it goes there from now on.

    Refuses KindIsItself.
    """
    if kind.id == into.id:
        raise KindIsItself
    with audit_figures.changing(kind.owner, now):
        WorkLabel.update(kind=into).where(WorkLabel.kind == kind.id).execute()
        PackageDraft.update(kind=into).where(PackageDraft.kind == kind.id).execute()
        WorkKind.update(kept=True).where(WorkKind.id == into.id).execute()
        WorkKind.delete().where(WorkKind.id == kind.id).execute()


def move(kind: WorkKind, chosen: Collection[int], to: WorkKind, now: datetime) -> int:
    """Move labels (ids) of a kind to another; how many. Refuses NothingChosen, KindIsItself."""
    if kind.id == to.id:
        raise KindIsItself
    with audit_figures.changing(kind.owner, now):
        return _move(kind, chosen, to)


def split(kind: WorkKind, chosen: Collection[int], name: str, now: datetime) -> WorkKind:
    """Make labels (ids) of a kind one of their own.

    Refuses NothingChosen, KindUnnamed, KindNameTaken.
    """
    with audit_figures.changing(kind.owner, now):
        _refuse_taken(kind.owner, name, None)
        made: WorkKind = WorkKind.create(owner=kind.owner, name=name, kept=True, created_at=now)
        _move(kind, chosen, made)
    return made


def _move(kind: WorkKind, chosen: Collection[int], to: WorkKind) -> int:
    labels = list(kind.labels.where(WorkLabel.id.in_(list(chosen))))
    if not labels:
        raise NothingChosen
    # Each draws what is like it, so that the next import follows the owner's order.
    WorkLabel.update(kind=to, placed=True, leads=WorkLabel.core != "").where(
        WorkLabel.id.in_([label.id for label in labels])
    ).execute()
    WorkKind.update(kept=True).where(WorkKind.id.in_([kind.id, to.id])).execute()
    if not kind.labels.exists():
        WorkKind.delete().where(WorkKind.id == kind.id).execute()
    return len(labels)


def containing(kind: WorkKind, text: str) -> list[int]:
    """The labels (ids) of a kind whose description contains a text, whatever its case."""
    looked_for = fold(text)
    if not looked_for:
        return []
    labels = kind.labels.select(WorkLabel.id, WorkLabel.text).tuples()
    return [number for number, said in labels if looked_for in said]


@dataclass(frozen=True)
class Described:
    """A label with the hours (seconds) and the number of entries behind it."""

    id: int
    sample: str
    is_rework: bool
    is_judged: bool
    seconds: int
    entries: int


def described(kind: WorkKind, text: str, most: int) -> tuple[list[Described], int]:
    """The labels of a kind that contain a text, by their hours, and how many there are."""
    seconds = fn.SUM(HoursEntry.seconds)
    chosen = WorkLabel.kind == kind.id
    if fold(text):
        chosen &= WorkLabel.text.contains(fold(text))
    found = (
        WorkLabel.select(
            WorkLabel.id,
            WorkLabel.sample,
            WorkLabel.rework,
            WorkLabel.judged,
            seconds,
            fn.COUNT(HoursEntry.id),
        )
        .join(HoursEntry)
        .where(chosen)
        .group_by(WorkLabel.id)
        .order_by(seconds.desc(), WorkLabel.id)
        .limit(most)
        .tuples()
    )
    return [Described(*row) for row in found], int(WorkLabel.select().where(chosen).count())


def judge(kind: WorkKind, chosen: Collection[int], is_rework: bool, now: datetime) -> int:
    """Say that labels (ids) are rework or are not, whatever their words; how many.

    Refuses NothingChosen.
    """
    with audit_figures.changing(kind.owner, now):
        done = (
            WorkLabel.update(rework=is_rework, judged=True)
            .where(WorkLabel.kind == kind.id, WorkLabel.id.in_(list(chosen)))
            .execute()
        )
        if not done:
            raise NothingChosen
    return int(done)


def reword(owner: User, typed: str, now: datetime) -> None:
    """Set the words that tell rework, one a line; what was judged by hand stays so."""
    words = audit_labels.lines(typed)
    told = ReworkWords(words)
    with audit_figures.changing(owner, now):
        audit = audit_grouping.of(owner) or Audit.create(owner=owner)
        Audit.update(rework_words="\n".join(words)).where(Audit.id == audit.id).execute()
        labels = WorkLabel.of(owner).where(~WorkLabel.judged)
        rows = labels.select(WorkLabel.id, WorkLabel.text, WorkLabel.rework).tuples()
        wrong = [number for number, text, rework in list(rows) if told.tell(text) != bool(rework)]
        for at in range(0, len(wrong), 1000):
            WorkLabel.update(rework=~WorkLabel.rework).where(
                WorkLabel.id.in_(wrong[at : at + 1000])
            ).execute()


def value(owner: User, client: str, project: str, result: str) -> None:
    """Name the result that a client valued in a past project; an empty one is taken back.

    Refuses NoPastProject.
    """
    named = (HoursEntry.client == client) & (HoursEntry.project == project)
    if not HoursEntry.of(owner).where(named).exists():
        raise NoPastProject
    key = sha256(f"{client}\0{project}".encode("utf-8", "replace")).hexdigest()[:40]
    with write(owner):
        ValuedResult.delete().where(
            ValuedResult.owner == owner.id, ValuedResult.key == key
        ).execute()
        if result:
            ValuedResult.create(owner=owner, key=key, client=client, project=project, result=result)


def valued(owner: User) -> dict[tuple[str, str], str]:
    """The results that clients valued, by client and project."""
    return {(row.client, row.project): row.result for row in ValuedResult.of(owner)}


def _refuse_taken(owner: User, name: str, but: WorkKind | None) -> None:
    if not name:
        raise KindUnnamed
    others = (row for row in WorkKind.of(owner) if but is None or row.id != but.id)
    if any(fold(row.name) == fold(name) for row in others):
        raise KindNameTaken(name=name)
