"""Queries whose SQL text is built once and whose values are bound later.

Writing the text of a query costs peewee several times what the database does with it, so the
few pages that are asked for most keep theirs. Answers are tuples, in the columns' own types.
"""

from collections.abc import Callable
from typing import Any

from peewee import Value

from models.base import db


class _Slot:
    """Stands in the parameters where a value goes."""

    def __init__(self, number: int) -> None:
        self.number = number


class Once:
    """`build` gets one placeholder for each of `slots` values and answers a select."""

    def __init__(self, build: Callable[..., Any], slots: int = 1) -> None:
        self._build, self._slots = build, slots
        self._built: dict[type, tuple[str, list[Any], list[Any]]] = {}

    def first(self, *values: Any) -> tuple[Any, ...] | None:
        """The first row for these values, or None."""
        sql, parameters, converters = self._text()
        bound = [values[each.number] if type(each) is _Slot else each for each in parameters]
        row = db.execute_sql(sql, bound).fetchone()
        if row is None:
            return None
        return tuple(
            value if convert is None or value is None else convert(value)
            for value, convert in zip(row, converters, strict=True)
        )

    def _text(self) -> tuple[str, list[Any], list[Any]]:
        """The text differs between databases, so it is kept for each."""
        kind = type(db.obj)
        if kind not in self._built:
            # converter=False: the field must not turn the placeholder into text.
            query = self._build(*(Value(_Slot(n), converter=False) for n in range(self._slots)))
            sql, parameters = db.get_sql_context().sql(query).query()
            converters = [getattr(each, "python_value", None) for each in query.selected_columns]
            self._built[kind] = (sql, parameters, converters)
        return self._built[kind]
