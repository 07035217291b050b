"""kill -9 amid credits and stops: each is whole or not there, and numbers have no gaps."""

import multiprocessing
import time
from random import Random

import pytest

from billing import checking
from models import Invoice, Project, Series
from tests import cast as the
from tests.faults import deeds, endings

pytestmark = pytest.mark.faults

KILLS = 8


@pytest.fixture
def owner(database):
    made = the.owner()
    the.client(made)
    the.certificate()
    return made


def test_no_credit_and_no_stop_is_half_done(owner, database_url, tmp_path):
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.faults.endings"])
    chance = Random(20261122)  # noqa: S311
    for number in range(KILLS):
        notes = tmp_path / f"process{number}"
        process = context.Process(
            target=endings.perform, args=(database_url, str(notes), owner.id, number), daemon=True
        )
        process.start()
        enough, patience = chance.randint(1, 3), time.monotonic() + 60
        while time.monotonic() < patience and not (
            notes.exists() and len(deeds.read(notes)) >= enough
        ):
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 0.4))
        assert process.is_alive(), "it fell before it was killed"
        process.kill()
        process.join()
    acknowledged = [each for path in tmp_path.glob("process*") for each in deeds.read(path)]
    assert {deed for deed, _row in acknowledged} == {"credited", "stopped"}
    assert checking.problems() == []
    for deed, row in acknowledged:
        if deed == "stopped":
            assert Project.get_by_id(row).state == "cancelled"
        else:
            assert Invoice.get_by_id(row).kind == "credit_note"
    for series in Series.select():
        used = sorted(row.sequence for row in Invoice.select().where(Invoice.series == series.id))
        assert used == list(range(1, len(used) + 1))
        assert series.next_number == len(used) + 1
