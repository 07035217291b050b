"""Importing past hours: a file is kept, read as its owner says, and taken over chunk by chunk."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import islice

from peewee import EXCLUDED, fn

from billing import files, jobs
from billing.importing import tabular
from billing.importing.tabular import Table
from billing.outcomes import audit_figures, entries, mapping
from billing.outcomes.entries import Entry, Problem
from billing.outcomes.mapping import Reading
from billing.refusals import N_, Conflict, Refusal, again
from models import HoursEntry, HoursFile, HoursProblem, Job, User, write
from models.once import Once

CHUNK = 1000
"""Rows of one transaction: some 50 ms of the only write lock there is on SQLite."""


class ImportBegun(Conflict):
    sentence = N_("This file is being imported, or was.")


class ImportRunning(Conflict):
    sentence = N_("This file is being imported. Cancel that first.")


def keep(content: bytes, name: str, by: User, currency: str, now: datetime) -> HoursFile:
    """Keep a file with our best guess of how it is read; nothing is imported yet.

    `currency` is the owner's own. Refuses TableTooLarge, NotATable, FileEmpty.
    """
    table = tabular.read(content)
    format = mapping.recognise(table)
    how = mapping.guess(table, format, currency)
    with write():
        made: HoursFile = HoursFile.create(
            owner=by,
            file=files.put(content, "text/csv", kept=False),
            name=name[:200] or "hours.csv",
            format=format,
            mapping=how.stored(),
            uploaded_at=now,
        )
    return made


def table_of(file: HoursFile) -> Table:
    """What the file holds."""
    return tabular.read(files.bytes_of(file.file))


def sample(table: Table, how: Reading, count: int) -> list[Entry | Problem]:
    """The first rows as they would be imported."""
    return list(islice(entries.entries(table, how), count))


def start(file: HoursFile, how: Reading, now: datetime) -> Job:
    """Import a file in the background. Refuses ImportBegun, and what cannot be read so."""
    table = table_of(file)
    how.refuse_unfit(table)
    total = sum(1 for _row in table.rows())
    with write():
        job = jobs.begin("hours", file.owner, now, {"hours_file": file.id}, total)
        begun = (
            HoursFile.update(job=job, mapping=how.stored())
            .where(HoursFile.id == file.id, HoursFile.job.is_null())
            .execute()
        )
        if not begun:
            raise ImportBegun
    return job


def advance(job: Job, _now: datetime) -> bool:
    """Take over the next rows of a file; whether there are more."""
    file: HoursFile = HoursFile.get_by_id(job.facts["hours_file"])
    rest = _rest(job, file)
    rows = list(islice(rest, CHUNK))
    taken = [row for row in rows if isinstance(row, Entry)]
    refused = [row for row in rows if isinstance(row, Problem)]
    # Two files that tell of the same hours would wait for each other.
    with write(file.owner):
        added, corrected = _add(file, taken)
        _note(file, refused)
        HoursFile.update(
            added=HoursFile.added + added,
            repeated=HoursFile.repeated + len(taken) - added - corrected,
            corrected=HoursFile.corrected + corrected,
            refused=HoursFile.refused + len(refused),
        ).where(HoursFile.id == file.id).execute()
        jobs.advance(job, len(rows))
        audit_figures.changed(file.owner)
    if len(rows) == CHUNK:
        _under_way[_place(job, file)] = rest
        return True
    audit_figures.keep(file.owner)
    return False


_under_way: dict[tuple[int, str, int], Iterator[Entry | Problem]] = {}
"""The rows to come of the file that this process imports, by its place when it was left last."""


def _place(job: Job, file: HoursFile) -> tuple[int, str, int]:
    return int(job.id), str(file.file.sha256), int(job.done)


def _rest(job: Job, file: HoursFile) -> Iterator[Entry | Problem]:
    """The rows that are not done yet; after a restart those before are read again, not kept."""
    rows = _under_way.get(_place(job, file))
    # One job at a time: what another left behind, or this one if it fails now, is let go.
    _under_way.clear()
    if rows is None:
        rows = entries.entries(table_of(file), mapping.of(file.mapping))
        for _row in islice(rows, int(job.done)):
            pass
    return rows


COLUMNS = ("owner", "source", *Entry.__dataclass_fields__)


@lru_cache(maxsize=8)
def _insert(count: int) -> Once:
    """The insert of so many entries, built once; one that is there already stays as it is, but
    for an amount that its tracker knows otherwise now."""

    def build(*values: object) -> object:
        width = len(COLUMNS)
        rows = [values[at : at + width] for at in range(0, len(values), width)]
        fields = [getattr(HoursEntry, name) for name in COLUMNS]
        known_otherwise = EXCLUDED.amount.is_null(False) & (
            HoursEntry.amount.is_null()
            | (HoursEntry.amount != EXCLUDED.amount)
            | (HoursEntry.currency != EXCLUDED.currency)
        )
        return HoursEntry.insert_many(rows, fields=fields).on_conflict(
            conflict_target=[HoursEntry.owner, HoursEntry.key],
            update={
                HoursEntry.amount: EXCLUDED.amount,
                HoursEntry.currency: EXCLUDED.currency,
                HoursEntry.billable: EXCLUDED.billable,
            },
            where=known_otherwise,
        )

    return Once(build, count * len(COLUMNS))


@lru_cache(maxsize=8)
def _there(count: int) -> Once:
    """How many of so many keys an owner has entries under, built once."""

    def build(owner: object, *keys: object) -> object:
        return HoursEntry.select(fn.COUNT(HoursEntry.id)).where(
            HoursEntry.owner == owner, HoursEntry.key.in_(keys)
        )

    return Once(build, count + 1)


def _add(file: HoursFile, taken: list[Entry]) -> tuple[int, int]:
    """How many entries are new, and how many got another amount."""
    if not taken:
        return 0, 0
    found = _there(len(taken)).first(file.owner_id, *(entry.key for entry in taken))
    added = len(taken) - (int(found[0]) if found else 0)
    values = [
        value for entry in taken for value in (file.owner_id, file.id, *entry.__dict__.values())
    ]
    return added, _insert(len(taken)).run(*values) - added


def _note(file: HoursFile, refused: list[Problem]) -> None:
    for each in refused:
        HoursProblem.create(
            source=file,
            line=each.line,
            column=each.column,
            text=each.text,
            code=each.refusal.code,
            facts=each.refusal.facts,
        )


def forget(file: HoursFile, now: datetime) -> None:
    """Take a file back with all that was imported from it. Refuses ImportRunning."""
    with audit_figures.changing(file.owner, now):
        stored: HoursFile = HoursFile.get_by_id(file.id)
        if stored.job is not None and not stored.job.is_over:
            raise ImportRunning
        stored.delete_instance()
        files.let_go(stored.file)


def problems(file: HoursFile, say: Callable[[Refusal], str]) -> bytes:
    """The rows that were not taken as a CSV file, see tabular.returned()."""
    told = {
        int(row.line): (str(row.column), again(str(row.code), row.facts)) for row in file.problems
    }
    return tabular.returned(table_of(file), told, mapping.of(file.mapping).columns, say)


@dataclass(frozen=True)
class Totals:
    """All that one owner imported: entries, seconds, and from which day to which."""

    entries: int
    seconds: int
    first: date | None
    last: date | None


def totals(owner: User) -> Totals:
    """What there is to look at."""
    found = (
        HoursEntry.of(owner)
        .select(
            fn.COUNT(HoursEntry.id),
            fn.COALESCE(fn.SUM(HoursEntry.seconds), 0),
            fn.MIN(HoursEntry.worked_on),
            fn.MAX(HoursEntry.worked_on),
        )
        .tuples()
        .get()
    )
    return Totals(int(found[0]), int(found[1]), *found[2:])
