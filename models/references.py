"""References between tables, and the rows behind one in an order that both databases keep."""

from typing import Any

import peewee


class InOrder(peewee.BackrefAccessor):  # type: ignore[misc]
    """The rows that refer to one, by their position where they have one, else as they were written.

    Without an order SQLite happens to answer in the order of writing, PostgreSQL with the rows
    changed last at the end: what is right in one would be wrong in the other.
    """

    def __get__(self, instance: Any, instance_type: Any = None) -> Any:
        found = super().__get__(instance, instance_type)
        return found if instance is None else found.order_by(*_order(self.rel_model))


def _order(model: type[peewee.Model]) -> list[Any]:
    key = model._meta.primary_key
    keys = key.field_names if isinstance(key, peewee.CompositeKey) else (key.name,)
    names = ("position", *keys) if "position" in model._meta.fields else keys
    return [getattr(model, name) for name in names]


class _ForeignKeyField(peewee.ForeignKeyField):  # type: ignore[misc]
    backref_accessor_class = InOrder


# Of any type, as peewee's own: on a row it stands for the row referred to.
ForeignKeyField: Any = _ForeignKeyField
"""peewee's, with back-references in order."""
