"""The index that search reads: a row of words per thing that can be found, kept by triggers.

SQLite has it as an FTS5 table, PostgreSQL as a table of tsvectors. Both sides of a comparison go
through the same folding there: `unicode61` and the letters it leaves, or `search_words()`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from unicodedata import normalize

from models.base import is_postgresql
from models.folding import fold
from models.proxy import db

TABLE = "search_entry"
SPAN = 2**40
"""An entry's id is its kind's place times this, and its row's id: so each kind is a range."""

LONGEST, MOST_WORDS = 200, 10  # of what is typed: characters, and words that are looked for
READ = 40  # rows that are read at once


@dataclass(frozen=True)
class Source:
    """Rows of `table` (as `it`) that are found by `words` (SQL), while `when` holds.

    `columns` are those of the row itself that its entry depends on, `parents` the columns of
    other tables, with a condition (SQL over {row}) that finds what depends on one of their rows.
    """

    table: str
    words: tuple[str, ...]
    columns: tuple[str, ...]
    owner: str = "it.owner_id"
    joins: str = ""
    when: str = "1 = 1"
    parents: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @property
    def base(self) -> int:
        return (1 + list(SOURCES.values()).index(self)) * SPAN

    def text(self) -> str:
        # PostgreSQL's || wants text, and either gives nothing for a sum with nothing in it.
        return " || ' ' || ".join(f"COALESCE(CAST({word} AS TEXT), '')" for word in self.words)


CLIENT = "JOIN client AS c ON c.id = it.client_id"
PROJECT = "JOIN project AS p ON p.id = it.project_id JOIN client AS c ON c.id = p.client_id"
OF_CLIENT = {("client", "name"): "it.client_id = {row}.id"}
OF_PROJECT = {
    ("project", "title"): "it.project_id = {row}.id",
    ("client", "name"): "it.project_id IN (SELECT id FROM project WHERE client_id = {row}.id)",
}
SOURCES = {
    "client": Source(
        "client",
        ("it.name", "it.legal_name", "it.city", "it.tax_id"),
        ("name", "legal_name", "city", "tax_id"),
    ),
    "contact": Source(
        "contact",
        ("it.name", "it.email", "it.title", "c.name"),
        ("name", "email", "title", "removed_at"),
        owner="c.owner_id",
        joins=CLIENT,
        when="it.removed_at IS NULL",
        parents=OF_CLIENT,
    ),
    "project": Source(
        "project",
        ("it.title", "it.summary", "it.purchase_order", "c.name"),
        ("title", "summary", "purchase_order", "client_id"),
        joins=CLIENT,
        parents=OF_CLIENT,
    ),
    "milestone": Source(
        "milestone",
        ("it.title", "it.deliverable", "p.title", "c.name"),
        ("title", "deliverable", "deleted_at"),
        owner="p.owner_id",
        joins=PROJECT,
        when="it.deleted_at IS NULL",
        parents=OF_PROJECT,
    ),
    "invoice": Source(
        "invoice",
        (
            "CASE it.kind WHEN 'invoice' THEN 'invoice' ELSE 'credit note' END",
            "it.number", "it.sequence", "it.purchase_order", "p.title", "c.name",
        ),
        ("number", "purchase_order"),
        joins=f"{CLIENT} JOIN project AS p ON p.id = it.project_id",
        parents=OF_CLIENT | {("project", "title"): "it.project_id = {row}.id"},
    ),
    "agreement": Source(
        "agreement",
        (
            "CASE it.kind WHEN 'agreement' THEN 'agreement' ELSE 'change order' END",
            "it.version", "p.title", "c.name",
        ),
        ("state",),
        owner="p.owner_id",
        joins=PROJECT,
        when="it.state <> 'draft'",
        parents=OF_PROJECT,
    ),
    "account_document": Source(
        "account_document",
        (
            "CASE it.kind WHEN 'dunning' THEN 'dunning letter' ELSE it.kind END",
            "(SELECT number FROM invoice WHERE invoice.id = it.invoice_id)", "c.name",
        ),
        ("client_id",),
        joins=CLIENT,
        parents=OF_CLIENT,
    ),
    "attachment": Source(
        "attachment",
        ("it.name", "m.title", "p.title"),
        ("name", "kept_at"),
        owner="p.owner_id",
        joins="JOIN milestone AS m ON m.id = it.milestone_id"
        " JOIN project AS p ON p.id = m.project_id",
        when="it.kept_at IS NOT NULL",
        parents={
            ("milestone", "title"): "it.milestone_id = {row}.id",
            ("project", "title"): (
                "it.milestone_id IN (SELECT id FROM milestone WHERE project_id = {row}.id)"
            ),
        },
    ),
    "package": Source(
        "package",
        ("it.name", "it.summary"),
        ("name", "summary", "archived_at"),
        when="it.archived_at IS NULL",
    ),
}  # fmt: skip


def install(database: Any) -> None:
    """Create the index with its triggers, and enter all that is there already."""
    for statement in _postgresql() if is_postgresql() else SQLITE:
        database.execute_sql(statement)
    enter_all(database)
    for kind, source in SOURCES.items():
        for occasion in _occasions(kind, source):
            for statement in occasion.statements(source):
                database.execute_sql(statement)


def enter_all(database: Any) -> None:
    """Fill an empty index."""
    for source in SOURCES.values():
        database.execute_sql(_enter(source, "1 = 1"))


def triggers() -> set[str]:
    """The names of all that keep the index."""
    return {each.name for kind, source in SOURCES.items() for each in _occasions(kind, source)}


@dataclass(frozen=True)
class _Occasion:
    """What changes entries: an event on a table, and which rows it enters anew (SQL over {row})."""

    name: str
    event: str
    table: str
    when: str
    rows: str

    def statements(self, source: Source) -> Iterator[str]:
        """The trigger, on PostgreSQL with its function before it."""
        head = f"CREATE TRIGGER {self.name} AFTER {self.event} ON {self.table}"
        if not is_postgresql():
            yield f"{head} WHEN {self.when} BEGIN {self._deed(source)} END"
            return
        yield (
            f"CREATE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN {self._deed(source)} RETURN NULL; END $$"
        )
        yield f"{head} FOR EACH ROW WHEN ({self.when}) EXECUTE FUNCTION {self.name}()"

    def _deed(self, source: Source) -> str:
        if self.event == "DELETE":
            return f"DELETE FROM {TABLE} WHERE rowid = {source.base} + OLD.id;"
        rows = self.rows.format(row="NEW")
        enter = f"{_enter(source, rows)};"
        return enter if self.event == "INSERT" else f"{_leave(source, rows)}; {enter}"


def _occasions(kind: str, source: Source) -> Iterator[_Occasion]:
    own, changed = "it.id = {row}.id", " OR ".join(map(_differs, source.columns))
    for event, when in (("INSERT", "1 = 1"), ("UPDATE", changed), ("DELETE", "1 = 1")):
        yield _Occasion(f"search_{kind}_{event.lower()}", event, source.table, when, own)
    for (table, column), rows in source.parents.items():
        name = f"search_{kind}_after_{table}"
        yield _Occasion(name, "UPDATE", table, _differs(column), rows)


def _differs(column: str) -> str:
    return f"OLD.{column} {'IS DISTINCT FROM' if is_postgresql() else 'IS NOT'} NEW.{column}"


def _leave(source: Source, rows: str) -> str:
    """The statement that takes the entries of some rows out."""
    theirs = f"SELECT {source.base} + it.id FROM {source.table} AS it WHERE {rows}"
    return f"DELETE FROM {TABLE} WHERE rowid IN ({theirs})"


def _enter(source: Source, rows: str) -> str:
    """The statement that enters some rows."""
    found = f"FROM {source.table} AS it {source.joins} WHERE ({source.when}) AND {rows}"
    if is_postgresql():
        vector = f"search_vector({source.owner}, {source.text()})"
        return f"INSERT INTO {TABLE} (rowid, vector) SELECT {source.base} + it.id, {vector} {found}"
    columns = f"{source.base} + it.id AS id, 'o' || {source.owner} AS owner"
    plain = _plain(f"SELECT {columns}, {source.text()} AS words {found}")
    return f"INSERT INTO {TABLE} (rowid, owner, words) {plain}"


LETTERS = {
    letter: fold(letter)
    for letter in map(chr, range(0x80, 0x600))
    if normalize("NFKD", letter) == letter and fold(letter) not in ("", letter)
} | {"ẞ": "ss"}
"""Letters beyond ASCII that have a case, or that people leave something off."""


BY_HAND = "ÆæØøŁłŒœĐđÞþÐðßẞıάέήίόύώΆΈΉΊΌΎΏϊϋΐΰΪΫйёїЙЁЇ"
"""What the tokenizer of SQLite does not fold as we do."""

AT_ONCE = 9
"""Letters replaced in one expression: older SQLites cannot parse many within each other."""

SQLITE = (
    f"CREATE VIRTUAL TABLE {TABLE} USING fts5(owner, words, detail = column, prefix = '1 2 3',"
    " tokenize = 'unicode61 remove_diacritics 2')",
)


def _plain(select: str) -> str:
    """The same select with letters replaced in its words."""
    for first in range(0, len(BY_HAND), AT_ONCE):
        words = "words"
        for letter in BY_HAND[first : first + AT_ONCE]:
            words = f"REPLACE({words}, '{letter}', '{fold(letter)}')"
        select = f"SELECT id, owner, {words} AS words FROM ({select})"
    return select


def _postgresql() -> Iterator[str]:
    one = {letter: plain for letter, plain in LETTERS.items() if len(plain) == 1}
    text = r"regexp_replace(normalize(left(given, 20000), NFKD), '[\u0300-\u036f]+', '', 'g')"
    text = f"translate(lower({text}), '{''.join(one)}', '{''.join(one.values())}')"
    for letter in sorted(set(LETTERS) - set(one)):
        text = f"replace({text}, '{letter}', '{fold(letter)}')"
    # Neither what is a letter nor where a word ends may depend on the locale.
    between = r"[\u0001-/:-@\[-`\{-\u00bf\u2000-\u206f\u3000-\u3003]+"
    text = f"regexp_replace({text}, '{between}', ' ', 'g')"
    yield (
        "CREATE FUNCTION search_words(given text) RETURNS text[]"
        " LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT ARRAY(SELECT DISTINCT left(word, 60)"
        f" FROM unnest(string_to_array({text}, ' ')) AS word WHERE word <> '') $$"
    )
    yield (
        "CREATE FUNCTION search_vector(owner integer, given text) RETURNS tsvector"
        " LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$"
        " SELECT array_to_tsvector(ARRAY['owner ' || owner] || search_words(given)) $$"
    )
    yield f"CREATE TABLE {TABLE} (rowid bigint PRIMARY KEY, vector tsvector NOT NULL)"
    yield f"CREATE INDEX {TABLE}_vector ON {TABLE} USING gin (vector)"


def words(typed: str) -> list[str]:
    """The words of what was typed: whatever else it holds, quotes and operators, is no word."""
    return re.findall(r"[^\W_]+", normalize("NFC", typed[:LONGEST]))[:MOST_WORDS]


def ids(owner_id: int, typed: str, at_most: int, kind: str = "") -> dict[str, list[int]]:
    """The newest rows of one owner in which each word typed begins a word, by kind; or one's."""
    wanted, kinds = words(typed), list(SOURCES)
    low, high = (SOURCES[kind].base, SOURCES[kind].base + SPAN) if kind else (0, 2**63 - 1)
    found: dict[str, list[int]] = {}
    # Looking words up costs more than reading rows, so what is next is asked for only where
    # one kind alone has filled an answer.
    while wanted and high > low:
        rows = _below(owner_id, wanted, low, high, READ + at_most)
        for rowid in rows:
            of_kind = found.setdefault(kinds[rowid // SPAN - 1], [])
            if len(of_kind) < at_most:
                of_kind.append(rowid % SPAN)
        high = rows[-1] // SPAN * SPAN if len(rows) == READ + at_most else low
    return found


def _below(owner_id: int, wanted: list[str], low: int, high: int, at_most: int) -> list[int]:
    if is_postgresql():
        query, given = FIND_POSTGRESQL, (str(owner_id), " ".join(wanted))
    else:
        terms = " AND ".join(f'"{_as_entered(word)}" *' for word in wanted)
        query, given = FIND_SQLITE, (f'owner : "o{owner_id}" AND words : ({terms})',)
    rows = db.execute_sql(query, (*given, low, high, at_most)).fetchall()
    return [rowid for (rowid,) in rows]


def _as_entered(word: str) -> str:
    return "".join(fold(letter) if letter in BY_HAND else letter for letter in word)


FIND_SQLITE = (
    f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH ? AND rowid > ? AND rowid < ?"
    " ORDER BY rowid DESC LIMIT ?"
)
FIND_POSTGRESQL = (
    f"SELECT rowid FROM {TABLE} WHERE vector @@ ("
    "SELECT ('''owner ' || %s || ''' & ' || string_agg('''' || word || ''':*', ' & '))::tsquery"
    " FROM unnest(search_words(%s)) AS word)"
    " AND rowid > %s AND rowid < %s ORDER BY rowid DESC LIMIT %s"
)
