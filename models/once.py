"""Queries whose SQL text is built once and whose values are bound later.

Writing the text of a query costs peewee several times what the database does with it, so what
is asked most often keeps its own. Rows come as tuples in the columns' own types, or as models.
"""

from collections.abc import Callable
from inspect import signature
from typing import Any, NamedTuple

from peewee import ColumnBase, Context, Field

from models.proxy import db


class _Bound(NamedTuple):
    """Stands in the parameters where a value goes, with how its column stores values."""

    number: int
    stored: Callable[[Any], Any] | None

    def value(self, values: tuple[Any, ...]) -> Any:
        value = values[self.number]
        return value if self.stored is None or value is None else self.stored(value)


class _Slot(ColumnBase):  # type: ignore[misc]
    """What a query is built with in the place of a value."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __sql__(self, ctx: Context) -> Context:
        # converter=False: the field must not turn the placeholder into text.
        return ctx.value(_Bound(self.number, ctx.state.converter), converter=False)


class _Text(NamedTuple):
    """A query as it is sent, and how its rows are read: by column, and as models."""

    sql: str
    parameters: list[Any]
    converters: list[Callable[[Any], Any] | None]
    query: Any

    def bound(self, values: tuple[Any, ...]) -> list[Any]:
        return [each.value(values) if type(each) is _Bound else each for each in self.parameters]

    def tuple_of(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(
            value if convert is None or value is None else convert(value)
            for value, convert in zip(row, self.converters, strict=True)
        )


class Once:
    """`build` gets a placeholder for each of its parameters and answers a query.

    Of one that takes any number of values, `slots` says how many.
    """

    def __init__(self, build: Callable[..., Any], slots: int | None = None) -> None:
        self._build = build
        self._slots = len(signature(build).parameters) if slots is None else slots
        self._texts: dict[type, _Text] = {}
        self._readers: dict[type, Callable[[tuple[Any, ...]], Any]] = {}

    def first(self, *values: Any) -> tuple[Any, ...] | None:
        """The first row for these values, or None."""
        text = self._text()
        row = db.execute_sql(text.sql, text.bound(values)).fetchone()
        return None if row is None else text.tuple_of(row)

    def rows(self, *values: Any) -> list[tuple[Any, ...]]:
        """All rows for these values."""
        text = self._text()
        found = db.execute_sql(text.sql, text.bound(values)).fetchall()
        return [text.tuple_of(row) for row in found]

    def model(self, *values: Any) -> Any:
        """The first row as a model with what is joined to it, or None."""
        return next(iter(self.models(*values)), None)

    def models(self, *values: Any) -> list[Any]:
        """The rows as models, each with what the query selects of joined tables."""
        text = self._text()
        cursor = db.execute_sql(text.sql, text.bound(values))
        kind = type(db.obj)
        if kind not in self._readers:
            # peewee's own way from row to model, worked out from the columns of the first answer.
            reader = text.query._get_model_cursor_wrapper(cursor)
            reader.initialize()
            self._readers[kind] = reader.process_row
        return list(map(self._readers[kind], cursor.fetchall()))

    def run(self, *values: Any) -> int:
        """Write; how many rows were changed."""
        text = self._text()
        return int(db.execute_sql(text.sql, text.bound(values)).rowcount)

    def _text(self) -> _Text:
        """The text differs between databases, so it is kept for each."""
        kind = type(db.obj)
        if kind not in self._texts:
            query = self._build(*map(_Slot, range(self._slots)))
            sql, parameters = db.get_sql_context().sql(query).query()
            # What a select asks for, or what a write gives back.
            columns = query._returning or ()
            converters = [
                each.python_value if isinstance(each, Field) else None for each in columns
            ]
            self._texts[kind] = _Text(sql, parameters, converters, query)
        return self._texts[kind]
