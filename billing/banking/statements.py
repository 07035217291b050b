"""Statements: a file is kept, looked at, and its movements are taken over, each of them once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from peewee import fn

from billing import clock, files
from billing.banking import booking, camt, movements, tables
from billing.banking.movements import (
    LARGEST,
    MOST,
    Movement,
    Problem,
    Row,
    StatementEmpty,
    StatementTooLarge,
    StatementUnreadable,
)
from billing.banking.tables import Reading
from billing.importing import tabular
from billing.importing.tabular import FileEmpty, NotATable, Table, TableTooLarge
from billing.people import accounts
from billing.refusals import N_, Conflict
from models import BankFile, BankFormat, BankLine, User, alone, write

CHUNK = 500
"""Rows of one insert; all of a statement's are one transaction."""

KEPT_PROBLEMS = 500
"""Rows that are not taken are told of up to this number; of more, their number alone."""


class TakenAlready(Conflict):
    sentence = N_("This statement is taken over already.")


@dataclass(frozen=True)
class Seen:
    """A statement as it would be taken over. `new` are movements that no file has told of yet."""

    rows: list[Row]
    new: int

    @property
    def found(self) -> list[Movement]:
        return [row for row in self.rows if isinstance(row, Movement)]

    @property
    def problems(self) -> list[Problem]:
        return [row for row in self.rows if isinstance(row, Problem)]

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and the last day it tells of."""
        days = [row.booked_on for row in self.found]
        return (min(days), max(days)) if days else None

    @property
    def accounts(self) -> list[str]:
        """The owner's accounts it is about, as far as it says."""
        return sorted({row.account for row in self.found if row.account})


def keep(content: bytes, name: str, by: User, now: datetime) -> BankFile:
    """Keep a statement, with our best guess of how a table is read; nothing is taken over yet.

    Refuses StatementTooLarge, StatementUnreadable, StatementEmpty, OtherMessage.
    """
    if len(content) > LARGEST:
        raise StatementTooLarge
    if not content.strip():
        raise StatementEmpty
    mapping: dict[str, Any] = {}
    if camt.looks_like(content):
        kind = BankFormat.CAMT
        _held(camt.rows(content, _today(by, now)))
    else:
        kind, table = BankFormat.CSV, _table(content)
        mapping = tables.guess(table, str(accounts.business(by).currency)).stored()
    with write():
        made: BankFile = BankFile.create(
            owner=by,
            file=files.put(content, "application/octet-stream", kept=False),
            name=name[:200] or "statement",
            format=kind,
            mapping=mapping,
            uploaded_at=now,
        )
    return made


def _table(content: bytes) -> Table:
    try:
        table = tabular.read(content)
    except NotATable as broken:
        raise StatementUnreadable from broken
    except FileEmpty as empty:
        raise StatementEmpty from empty
    except TableTooLarge as large:
        raise StatementTooLarge from large
    if sum(1 for _row in table.rows()) > MOST:
        raise StatementTooLarge
    return table


def _held(rows: Iterator[Row]) -> list[Row]:
    found = []
    for row in rows:
        found.append(row)
        if len(found) > MOST:
            raise StatementTooLarge
    if not found:
        raise StatementEmpty
    return found


def table_of(file: BankFile) -> Table | None:
    """What a table holds; None of a CAMT file. Refuses TakenAlready."""
    return _table(_content(file)) if file.format == BankFormat.CSV else None


def _content(file: BankFile) -> bytes:
    if file.file_id is None:
        raise TakenAlready
    return files.bytes_of(file.file)


def look(file: BankFile, how: Reading, now: datetime) -> Seen:
    """The statement read as `how` says (which a CAMT file does by itself). Writes nothing."""
    rows = _rows(file, how, now)
    keys = [row.key for row in rows if isinstance(row, Movement)]
    return Seen(rows, len(keys) - len(_known(file.owner, keys)))


def _rows(file: BankFile, how: Reading, now: datetime) -> list[Row]:
    today, content = _today(file.owner, now), _content(file)
    if file.format == BankFormat.CAMT:
        found = camt.rows(content, today)
    else:
        found = tables.rows(_table(content), how, today)
    return list(movements.keyed(found))


def _known(owner: User, keys: list[str]) -> set[str]:
    known: set[str] = set()
    for at in range(0, len(keys), CHUNK):
        rows = BankLine.select(BankLine.key).where(
            BankLine.owner == owner.id, BankLine.key.in_(keys[at : at + CHUNK])
        )
        known.update(key for (key,) in rows.tuples())
    return known


def take(file: BankFile, how: Reading, now: datetime) -> BankFile:
    """Take over all movements that no file has told of yet; all of them or none.

    Refuses TakenAlready, and what cannot be read so (see Reading.refuse_unfit).
    """
    table = table_of(file)
    if table is not None:
        how.refuse_unfit(table)
    rows = _rows(file, how, now)
    found = [row for row in rows if isinstance(row, Movement)]
    problems = [row for row in rows if isinstance(row, Problem)]
    with write(file):
        # Two files that tell of the same movements would wait for each other.
        alone(booking.LOCK, file.owner_id)
        stored: BankFile = BankFile.get_by_id(file.id)
        if stored.taken_at is not None:
            raise TakenAlready
        for at in range(0, len(found), CHUNK):
            some = [_columns(file, each) for each in found[at : at + CHUNK]]
            BankLine.insert_many(some).on_conflict_ignore().execute()
        stored.added = BankLine.select().where(BankLine.source == file.id).count()
        stored.repeated = len(found) - int(stored.added)
        stored.problems = [_told(each) for each in problems[:KEPT_PROBLEMS]]
        stored.mapping = how.stored()
        stored.taken_at = now
        bytes_of, stored.file = stored.file, None
        stored.save()
        # An account's movements are kept once, not a second time as a file.
        files.let_go(bytes_of)
    return stored


def _columns(file: BankFile, row: Movement) -> dict[str, Any]:
    columns = {name: value for name, value in row.__dict__.items() if name != "ours"}
    return {"owner": file.owner_id, "source": file.id, **columns}


def _told(problem: Problem) -> dict[str, Any]:
    refusal = problem.refusal
    return {
        "line": problem.line,
        "column": problem.column,
        "text": problem.text,
        "code": type(refusal).__name__,
        "facts": refusal.facts,
    }


def drop(file: BankFile) -> None:
    """Delete a statement that was not taken over. Refuses TakenAlready."""
    with write(file):
        stored: BankFile = BankFile.get_by_id(file.id)
        if stored.taken_at is not None:
            raise TakenAlready
        kept = stored.file
        stored.delete_instance()
        files.let_go(kept)


def count(owner: User) -> int:
    """How many movements were taken over in all."""
    return int(BankLine.of(owner).select(fn.COUNT(BankLine.id)).scalar() or 0)


def _today(owner: User, now: datetime) -> date:
    return clock.local_date(now, str(accounts.business(owner).timezone))
