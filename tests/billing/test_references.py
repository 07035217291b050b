"""Rows behind a reference come in one order, on either database and after any change."""

import pytest

from models import TABLES, Criterion
from models.references import InOrder
from tests import cast as the

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]


def test_a_row_that_was_changed_keeps_its_place():
    cast = the.submitted(the.terms(criteria=("One", "Two", "Three")))
    first = min(cast.milestone.criteria, key=lambda row: row.position)
    # PostgreSQL writes a changed row anew, behind the others.
    Criterion.update(text=first.text).where(Criterion.id == first.id).execute()
    assert [row.text for row in cast.milestone.criteria] == ["One", "Two", "Three"]


def test_a_position_goes_before_the_order_of_writing():
    cast = the.submitted(the.terms(criteria=("One", "Two")))
    asked, _parameters = cast.milestone.criteria.sql()
    assert asked.endswith('ORDER BY "t1"."position", "t1"."id"')


def test_every_table_refers_in_order():
    backwards = [
        (table.__name__, name)
        for table in TABLES
        for field in table._meta.refs
        if (name := field.backref)
        and name != "+"
        and not isinstance(field.rel_model.__dict__.get(name), InOrder)
    ]
    assert backwards == []
