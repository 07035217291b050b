"""Selects and inserts that write their list of columns once.

Two thirds of what a query costs in Python is writing out ``"t1"."id", "t1"."title", …``, one
column after another through peewee. The list is the same every time, so its text is kept; all
else of a select is peewee's own, and an insert is peewee's of the first time with other values.
"""

from itertools import groupby
from typing import Any

from peewee import Context, Field, FieldAlias, Model, ModelInsert, ModelSelect, Node

_texts: dict[tuple[str, ...], str] = {}
_inserts: dict[tuple[Any, ...], str] = {}


class Selected(ModelSelect):  # type: ignore[misc]
    """A model's select, the same text as peewee's."""

    def __sql_selection__(self, ctx: Context, is_subquery: bool = False) -> Context:
        if is_subquery:
            return super().__sql_selection__(ctx, is_subquery)
        between = ""
        for name, nodes in groupby(self._returning, _table_name):
            if name:
                ctx.literal(between + _text(ctx, list(nodes)))
                between = ", "
                continue
            for node in nodes:
                ctx.literal(between).sql(node)
                between = ", "
        return ctx


def _table_name(node: Node) -> str:
    """The table a plain column stands in; nothing of what is no plain column."""
    is_plain = isinstance(node, Field) and not isinstance(node, FieldAlias)
    return node.model._meta.table_name if is_plain else ""


def _text(ctx: Context, fields: list[Field]) -> str:
    alias = ctx.alias_manager[fields[0].model._meta.table]
    key = (ctx.state.quote, alias, *(field.column_name for field in fields))
    if key not in _texts:
        opening, closing = ctx.state.quote or '""'
        _texts[key] = ", ".join(
            f"{opening}{alias}{closing}.{opening}{field.column_name}{closing}" for field in fields
        )
    return _texts[key]


class Inserted(ModelInsert):  # type: ignore[misc]
    """A model's insert, the same text and values as peewee's."""

    def __sql__(self, ctx: Context) -> Context:
        if not self._is_plain or ctx._sql:
            return super().__sql__(ctx)
        row = {**self._defaults(), **self._insert}
        fields = sorted(row, key=lambda field: field._sort_key)
        values = [field.db_value(row[field]) for field in fields]
        # JSON is more than a placeholder, unless it is missing.
        wrapped = tuple(isinstance(value, Node) for value in values)
        conflict = self._on_conflict is not None
        returning = tuple(field.name for field in self._returning or ())
        # Names, because fields answer == with an expression.
        names = (field.name for field in fields)
        database = type(self.model._meta.database.obj)
        key = (database, self.model, conflict, returning, wrapped, *names)
        text = _inserts.get(key)
        if text is None:
            super().__sql__(ctx)
            _inserts[key] = "".join(ctx._sql)
            return ctx
        for value, is_wrapped in zip(values, wrapped, strict=True):
            ctx._values.extend(_parameters(self, value) if is_wrapped else (value,))
        return ctx.literal(text)

    @property
    def _is_plain(self) -> bool:
        """Whether one row of plain values is inserted, and a conflict fails or does nothing."""
        return (
            isinstance(self._insert, dict)
            and not (self._columns or self._cte_list)
            and all(_table_name(field) for field in self._returning or ())
            and (self._on_conflict is None or self._on_conflict._action == "IGNORE")
            and not any(
                isinstance(value, Node) and not isinstance(value, Model)
                for value in self._insert.values()
            )
        )

    def _defaults(self) -> dict[Field, Any]:
        return {
            field: value() if callable(value) else value
            for field, value in self.model._meta.defaults.items()
            if field not in self._insert
        }


def _parameters(query: ModelInsert, value: Node) -> list[Any]:
    """The parameters of a value that is written as an expression."""
    parameters: list[Any] = query.model._meta.database.get_sql_context().sql(value).query()[1]
    return parameters
