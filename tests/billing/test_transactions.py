"""What every verb stands on: one transaction, one moment, and keys that are an owner's own."""

import threading

import pytest
from peewee import OperationalError

import models
from billing.invoicing import invoices
from models import Client, Invoice, is_postgresql, snapshot, write
from tests import cast as the
from tests.cast import NOW
from tests.crowd import elsewhere

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]


def test_a_deed_that_fails_leaves_nothing_behind():
    owner = the.owner()
    with pytest.raises(RuntimeError), write():
        the.client(owner)
        with write():
            the.client(owner)
        raise RuntimeError
    assert Client.select().count() == 0


def test_a_snapshot_is_one_moment_and_holds_up_nobody():
    owner = the.owner()
    with snapshot():
        assert Client.select().count() == 0
        assert isinstance(elsewhere(lambda: the.client(owner)), Client)
        assert Client.select().count() == 0, "what was written meanwhile is not seen"
    assert Client.select().count() == 1


def test_a_snapshot_within_a_deed_sees_what_the_deed_has_done():
    owner = the.owner()
    with write():
        the.client(owner)
        with snapshot():
            assert Client.select().count() == 1


def test_two_deeds_on_one_project_queue_up():
    owner = the.owner()
    project = the.project(owner)
    order: list[str] = []

    def second() -> None:
        with write(project):
            order.append("second")

    with write(project):
        waiting = threading.Thread(target=lambda: elsewhere(second))
        waiting.start()
        waiting.join(0.2)
        order.append("first")
    waiting.join()
    assert order == ["first", "second"]


def test_nobody_waits_for_ever(impatient):
    project = the.project(the.owner())

    def too_late() -> None:
        with write(project):
            pytest.fail("it got in")

    with write(project):
        assert isinstance(elsewhere(too_late), OperationalError)


def test_two_owners_may_bill_under_the_same_key():
    line = invoices.Line("A workshop", 100)
    for owner in (the.owner(), the.owner()):
        invoices.bill(the.project(owner), [line], owner, NOW, key="from the same page")
    assert Invoice.select().count() == 2


@pytest.mark.usefixtures("as_shipped")
def test_sqlite_is_durable_and_keeps_its_foreign_keys():
    if is_postgresql():
        pytest.skip("these are SQLite's to set")
    found = {
        name: models.db.execute_sql(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")
    }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "recursive_triggers": 1,
    }
