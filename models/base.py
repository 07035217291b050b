"""The database, the transaction every verb runs in, and what all tables share."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from peewee import OP, Check, Expression, Model, Node, TextField
from playhouse.pool import PooledPostgresqlDatabase, PooledSqliteDatabase

from models.columns import Inserted, Selected
from models.once import Once
from models.proxy import db

PATIENCE = 5000
"""Milliseconds that a writer waits for another, before it is told to come back later."""

SQLITE_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": "full",
    "foreign_keys": 1,
    "busy_timeout": PATIENCE,
    # Lets UPDATE and DELETE triggers see rows that INSERT OR REPLACE removes.
    "recursive_triggers": 1,
}


NO_KEY = "FOR NO KEY UPDATE"
"""The lock of PostgreSQL against writers that still lets foreign keys be checked."""

KEY_SHARE = "FOR KEY SHARE"
"""The lock against deleting alone, as many may hold it at a time."""

WAIT_FOR_CONNECTION = 30  # seconds until a thread gives up on the pool


def connect(url: str, max_connections: int = 160) -> Any:
    """Bind the models to ``sqlite:///path`` or ``postgresql://user:password@host/name``.

    `max_connections` must exceed the number of server threads in this process.
    """
    if url.startswith("sqlite:///"):
        database = PooledSqliteDatabase(
            url.removeprefix("sqlite:///"),
            pragmas=SQLITE_PRAGMAS,
            lock_type="IMMEDIATE",
            max_connections=max_connections,
            timeout=WAIT_FOR_CONNECTION,
            # A pooled connection is handed from one server thread to another.
            check_same_thread=False,
        )
    else:
        database = PooledPostgresqlDatabase(
            **_postgresql_arguments(url),
            prefer_psycopg3=True,
            max_connections=max_connections,
            timeout=WAIT_FOR_CONNECTION,
        )
    db.initialize(database)
    return database


def _postgresql_arguments(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    arguments: dict[str, Any] = {
        "database": parts.path.lstrip("/"),
        "options": f"-c lock_timeout={PATIENCE}",
    }
    if parts.username:
        arguments["user"] = unquote(parts.username)
    if parts.password:
        arguments["password"] = unquote(parts.password)
    if parts.hostname:
        arguments["host"] = unquote(parts.hostname)
    if parts.port:
        arguments["port"] = parts.port
    for pair in filter(None, parts.query.split("&")):
        key, _, value = pair.partition("=")
        arguments[key] = unquote(value)
    return arguments


def is_postgresql() -> bool:
    """Whether the bound database is PostgreSQL (else SQLite)."""
    return isinstance(db.obj, PooledPostgresqlDatabase)


@contextmanager
def connection() -> Iterator[None]:
    """Hold one pooled connection, for code outside a request."""
    with db.connection_context():
        yield


@contextmanager
def write(lock: "Row | None" = None) -> Iterator[None]:
    """One durable transaction; with `lock`, the only one writing to that row's affairs.

    SQLite takes the write lock at BEGIN IMMEDIATE. On PostgreSQL the row is locked, so that
    verbs on one project queue up; rows that only refer to it are written meanwhile.
    """
    with db.atomic():
        if lock is not None:
            hold(type(lock), type(lock).id == lock.id)
        yield


def hold(model: "type[Row]", *conditions: Any, how: str = NO_KEY) -> None:
    """Lock rows until commit, so that what is read of them after this stays so.

    In the order of their ids, so that no two who want several wait for each other. Runs in the
    caller's write(); SQLite lets one writer in as it is.
    """
    if is_postgresql():
        model.select(model.id).where(*conditions).order_by(model.id).for_update(how).execute()


def alone(purpose: int, of: int = 0) -> None:
    """Let nobody else at `purpose` (any number of 31 bits) of a row `of` until commit.

    For what has no row yet that write() could lock. Runs in the caller's write(); SQLite lets
    one writer in as it is.
    """
    if is_postgresql():
        db.execute_sql("SELECT pg_advisory_xact_lock(%s, %s)", (purpose, of))


@contextmanager
def snapshot() -> Iterator[None]:
    """One moment of the database, for reading much that must fit together; holds up no writer."""
    if db.in_transaction():
        yield
        return
    with db.atomic() if is_postgresql() else db.atomic("DEFERRED"):
        if is_postgresql():
            db.execute_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


class Row(Model):  # type: ignore[misc]
    """A table of Milepost. Times are naive UTC, money is integer minor units."""

    if TYPE_CHECKING:
        # peewee adds ids and back-references at run time.
        def __getattr__(self, name: str) -> Any: ...

    @classmethod
    def select(cls, *columns: Any) -> Any:
        return Selected(cls, columns or cls._meta.sorted_fields, is_default=not columns)

    @classmethod
    def get(cls, *conditions: Any, **columns: Any) -> Any:
        """One row or DoesNotExist; by its id alone, as references are followed, built once."""
        if columns or len(conditions) != 1 or not _is_id(cls, conditions[0]):
            return super().get(*conditions, **columns)
        if cls not in _by_id:
            _by_id[cls] = Once(lambda number: cls.select().where(cls._meta.primary_key == number))
        found = _by_id[cls].model(conditions[0].rhs)
        if found is None:
            raise cls.DoesNotExist(f"no {cls.__name__} {conditions[0].rhs}")
        return found

    @classmethod
    def insert(cls, row: Any = None, **columns: Any) -> Any:
        return Inserted(cls, cls._normalize_data(row, columns))

    class Meta:
        database = db
        legacy_table_names = False


_by_id: dict[type[Row], Once] = {}


def _is_id(model: type[Row], condition: Any) -> bool:
    """Whether a condition compares the model's id with a plain value."""
    return (
        isinstance(condition, Expression)
        and condition.op == OP.EQ
        and condition.lhs is model._meta.primary_key
        and not isinstance(condition.rhs, Node)
    )


class KindField(TextField):  # type: ignore[misc]
    """Text that is one of an enumeration's values, held to it by a CHECK."""

    def __init__(self, kinds: type[StrEnum], column: str, **options: Any) -> None:
        values = ", ".join(f"'{kind.value}'" for kind in kinds)
        super().__init__(constraints=[Check(f"{column} IN ({values})")], **options)
