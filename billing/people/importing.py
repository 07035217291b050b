"""Bringing clients along: a table is kept, read as its owner says, and taken over once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from peewee import chunked

from billing import files
from billing.importing import tabular
from billing.importing.tabular import Table
from billing.people import address_book, clients, contacts
from billing.people.accounts import normal
from billing.people.address_book import Columns, Fault, Found
from billing.refusals import N_, Conflict, Refusal, again
from models import Client, ClientsFile, Contact, User, write
from models.folding import fold

MOST_ROWS = 2000

CHUNK = 200
"""Rows of one transaction: on SQLite nobody else writes meanwhile."""


class TooManyRows(Refusal):
    sentence = N_("Bring at most %(most)s clients in one file. Split this one.")
    field = "file"


class AlreadyImported(Conflict):
    sentence = N_("This file was imported already.")


def keep(
    content: bytes, name: str, by: User, country: str, currency: str, now: datetime
) -> ClientsFile:
    """Keep a table with our best guess of how it is read; nothing is imported yet.

    `country` and `currency` are the owner's own. Refuses TableTooLarge, NotATable, FileEmpty,
    TooManyRows.
    """
    table = tabular.read(content)
    if sum(1 for _row in table.rows()) > MOST_ROWS:
        raise TooManyRows(most=MOST_ROWS)
    how = address_book.guess(table, country, currency)
    with write():
        made: ClientsFile = ClientsFile.create(
            owner=by,
            file=files.put(content, "text/csv", kept=False),
            name=tabular.harmless(name)[:200] or "clients.csv",
            mapping=how.stored(),
            uploaded_at=now,
        )
    return made


def table_of(file: ClientsFile) -> Table:
    """What the file holds."""
    return tabular.read(files.bytes_of(file.file))


@dataclass
class Known:
    """Whom an owner has: clients by folded name, and addresses with where they are."""

    by_name: dict[str, int] = field(default_factory=dict)
    by_email: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, owner: User) -> "Known":
        names = Client.of(owner).select(Client.folded, Client.id).order_by(Client.id.desc())
        emails = Contact.of(owner).select(Contact.email, Contact.client)
        return cls(dict(names.tuples()), dict(emails.tuples()))

    def client(self, row: Found) -> int | None:
        """The client that a row speaks of: whose contact has its address, else by name."""
        return self.by_email.get(_email(row)) or self.by_name.get(fold(row.profile.name))

    def has(self, row: Found) -> bool:
        """Whether the row adds nothing."""
        email = _email(row)
        return email in self.by_email if email else self.client(row) is not None

    def note(self, row: Found, client_id: int) -> None:
        self.by_name.setdefault(fold(row.profile.name), client_id)
        if row.contact is not None:
            self.by_email[_email(row)] = client_id


def _email(row: Found) -> str:
    return normal(row.contact.email) if row.contact is not None else ""


def sample(table: Table, how: Columns, by: User, count: int) -> list[tuple[Found | Fault, bool]]:
    """The first rows as they would be read, each with whether it is there already."""
    known, found = Known.of(by), []
    for row in islice(address_book.rows(table, how), count):
        is_there = isinstance(row, Found) and known.has(row)
        found.append((row, is_there))
        if isinstance(row, Found) and not is_there:
            known.note(row, 0)
    return found


def run(file: ClientsFile, how: Columns, by: User, now: datetime) -> ClientsFile:
    """Take a file over. What is there already, by e-mail address or else by name, stays as it is.

    Refuses NoNameColumn, AlreadyImported. If it is cut short, the same file can be brought
    again: nothing is added twice.
    """
    how.refuse_unfit()
    _begin(file, how, now)
    told = Told()
    for rows in chunked(address_book.rows(table_of(file), how), CHUNK):
        with write(by):
            known = Known.of(by)
            for row in rows:
                _take(row, known, told, by, now)
            ClientsFile.update(**told.__dict__).where(ClientsFile.id == file.id).execute()
    done: ClientsFile = ClientsFile.get_by_id(file.id)
    return done


def _begin(file: ClientsFile, how: Columns, now: datetime) -> None:
    with write():
        begun = ClientsFile.update(mapping=how.stored(), imported_at=now).where(
            ClientsFile.id == file.id, ClientsFile.imported_at.is_null()
        )
        if not begun.execute():
            raise AlreadyImported


@dataclass
class Told:
    """What came of the rows, as it is kept."""

    clients: int = 0
    contacts: int = 0
    repeated: int = 0
    problems: list[list[Any]] = field(default_factory=list)


def _take(row: Found | Fault, known: Known, told: Told, by: User, now: datetime) -> None:
    if isinstance(row, Fault):
        told.problems.append([row.line, row.field, row.refusal.code, row.refusal.facts])
        return
    if known.has(row):
        told.repeated += 1
        return
    client_id = known.client(row)
    if client_id is None:
        client_id = int(clients.add(row.profile, by, now, row.contact).id)
        told.clients += 1
    elif row.contact is not None:
        contacts.add(Client.get_by_id(client_id), row.contact, by, now)
    told.contacts += row.contact is not None
    known.note(row, client_id)


def forget(file: ClientsFile) -> None:
    """Delete a file; whom it brought along stays."""
    with write():
        file.delete_instance()
        files.let_go(file.file)


def problems(file: ClientsFile, say: Callable[[Refusal], str]) -> bytes:
    """The rows that were not taken as a CSV file, see tabular.returned()."""
    told = {
        int(line): (str(field), again(code, facts)) for line, field, code, facts in file.problems
    }
    places = address_book.of(file.mapping).places
    return tabular.returned(table_of(file), told, {key: [at] for key, at in places.items()}, say)
