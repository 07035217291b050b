"""Leases: a delivery is taken by one worker, put off and given up in time, never stranded."""

from dataclasses import replace
from datetime import timedelta

import pytest

import models
from billing.delivery import lease, worker
from billing.people import accounts
from models import Delivery, DeliveryState
from tests import cast as the
from tests.cast import NOW, later
from tests.crowd import at_once
from tests.postbox import postbox

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

QUEUED, DONE = DeliveryState.QUEUED, DeliveryState.DONE


@pytest.fixture
def box():
    with postbox() as made:
        yield made


@pytest.fixture
def posting(installation, box):
    """The installation with a mail server that answers."""
    return replace(installation, smtp_url=f"{box.url}?from=post@milepost.example")


def forgotten(email="alice@example.com"):
    """An owner who asked for a new password: one delivery, nothing else."""
    accounts.sign_up(email, the.PASSWORD, NOW)
    accounts.ask_for_reset(email, NOW)
    return Delivery.get()


def stored(delivery):
    return Delivery.get_by_id(delivery.id)


def test_twenty_workers_take_each_delivery_once(database):
    for number in range(30):
        accounts.sign_up(f"owner{number}@example.org", the.PASSWORD, NOW)
        accounts.ask_for_reset(f"owner{number}@example.org", NOW)

    def take_all(_):
        taken = []
        while (delivery := lease.take(NOW)) or Delivery.get_or_none(Delivery.state == QUEUED):
            taken += [delivery.id] if delivery else []
        return taken

    taken = [number for each in at_once(20, take_all) for number in each]
    assert sorted(taken) == sorted({delivery.id for delivery in Delivery.select()})


def test_a_worker_that_comes_back_too_late_changes_nothing(installation):
    forgotten()
    slow = lease.take(NOW)
    after = lease.take(NOW + lease.LEASE)
    assert after.id == slow.id
    lease.finish(slow, NOW)
    assert stored(slow).state == DeliveryState.CLAIMED
    lease.finish(after, NOW)
    assert stored(slow).state == DONE


def test_back_off_doubles_up_to_hours_and_differs():
    assert timedelta(seconds=12) <= lease.pause(1) <= timedelta(seconds=18)
    assert timedelta(seconds=96) <= lease.pause(4) <= timedelta(seconds=144)
    assert lease.pause(10**6) <= lease.LONGEST_PAUSE * 1.2
    assert len({lease.pause(9) for _ in range(9)}) > 1


def test_a_mail_server_that_is_down_for_a_day_is_waited_for(installation):
    delivery = forgotten()
    nobody_there = replace(installation, smtp_url="smtp://127.0.0.1:9")
    now, attempts = NOW, 0
    while now < later(days=1):
        attempts += worker.work_once(nobody_there, now)
        row = stored(delivery)
        assert row.state == QUEUED
        assert row.last_error.startswith("unreachable: ")
        assert timedelta(0) < row.due_at - now <= lease.LONGEST_PAUSE * 1.2
        now = row.due_at
    assert 10 < attempts < lease.MOST_ATTEMPTS


def test_it_gives_up_in_the_end(installation):
    delivery = forgotten()
    nobody_there = replace(installation, smtp_url="smtp://127.0.0.1:9")
    Delivery.update(attempts=lease.MOST_ATTEMPTS - 1).execute()
    worker.work_once(nobody_there, NOW)
    assert stored(delivery).state == DeliveryState.FAILED


def test_what_kills_every_worker_is_given_up(posting, box):
    delivery = forgotten()
    Delivery.update(attempts=lease.MOST_ATTEMPTS).execute()
    worker.work_once(posting, NOW)
    assert (stored(delivery).state, stored(delivery).last_error) == ("failed", "gave_up")
    assert box.received == []


def test_a_clock_set_back_two_days_strands_nothing(posting, box):
    delivery = forgotten()
    Delivery.update(created_at=later(days=2), due_at=later(days=2)).execute()
    assert worker.work_once(posting, NOW)
    assert stored(delivery).state == DONE

    forgotten("bob@example.com")
    abandoned = lease.take(later(days=2))
    assert abandoned is not None
    assert worker.work_once(posting, NOW)
    assert stored(abandoned).state == DONE


def test_an_idle_worker_on_sqlite_only_asks_whether_anything_was_written(database):
    if models.is_postgresql():
        pytest.skip("PostgreSQL has no PRAGMA; one small query is made instead")
    watch = worker.Watch()
    assert watch.stirs(NOW)
    watch.rest(lease.next_due(NOW))
    assert not watch.stirs(NOW)
    at_once(1, lambda _: accounts.sign_up("alice@example.com", the.PASSWORD, NOW))
    assert watch.stirs(NOW)
    watch.rest(later(minutes=5))
    assert not watch.stirs(later(minutes=4))
    assert watch.stirs(later(minutes=5))
