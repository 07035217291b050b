"""kill -9 at any moment: each deed is there whole or not at all, and none that was acknowledged
is missing."""

import multiprocessing
import time
from pathlib import Path
from random import Random

import pytest

import models
from billing import checking
from models import (
    Agreement,
    Contact,
    Decision,
    DecisionKind,
    Delivery,
    Invoice,
    InvoiceState,
    Payment,
    Seal,
    Series,
    Signature,
    User,
)
from tests import cast as the
from tests.faults import deeds

pytestmark = pytest.mark.faults

KILLS = 30
MOST = 14
"""Deeds that a process may do before it is killed: more than an engagement has."""
LONGEST = 0.05
"""Seconds that it may have for the next one."""


@pytest.fixture
def owner(database: object) -> User:
    made = the.owner()
    the.client(made)
    the.certificate()
    return made


def test_nothing_is_half_done_and_nothing_is_lost(owner, database_url, tmp_path):
    acknowledged = _kill_again_and_again(database_url, tmp_path, owner)
    assert {deed for deed, _row in acknowledged} == {
        "offered", "signed", "sealed", "paid", "accepted", "billed",
    }  # fmt: skip

    assert checking.problems() == []
    for deed, row in acknowledged:
        assert ROWS[deed].get_or_none(ROWS[deed].id == row) is not None, f"{deed} {row} is lost"
    sequences = sorted(row.sequence for row in _issued())
    assert sequences == list(range(1, len(sequences) + 1))
    assert Series.get().next_number == len(sequences) + 1
    _every_deed_is_announced()


ROWS = {
    "offered": Agreement,
    "signed": Signature,
    "sealed": Seal,
    "accepted": Decision,
    "billed": Invoice,
    "paid": Payment,
}


def _kill_again_and_again(url: str, directory: Path, owner: User) -> list[tuple[str, int]]:
    """What all processes had acknowledged when they were killed."""
    # Forked from a process that has imported everything and holds no connection.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.faults.deeds"])
    chance = Random(20261122)  # noqa: S311
    notes = [directory / f"process{number}" for number in range(KILLS)]
    running: list[tuple[multiprocessing.Process, Path]] = []
    for number, path in enumerate(notes):
        started = context.Process(
            target=deeds.perform, args=(url, str(path), owner.id, number), daemon=True
        )
        started.start()
        running.append((started, path))
        if len(running) > 1:
            _kill(*running.pop(0), chance)
    _kill(*running.pop(), chance)
    return [each for path in notes for each in deeds.read(path)]


def _kill(process: multiprocessing.Process, notes: Path, chance: Random) -> None:
    enough = chance.randint(0, MOST)
    while not notes.exists() or len(deeds.read(notes)) < enough:
        assert process.is_alive(), "it fell before it was killed"
        time.sleep(0.01)
    time.sleep(chance.uniform(0, LONGEST))
    assert process.is_alive(), "it fell before it was killed"
    process.kill()
    process.join()


def _issued():
    return Invoice.select().where(Invoice.state == InvoiceState.ISSUED)


def _every_deed_is_announced() -> None:
    """What must go out was committed with the deed it tells of."""
    keys = {row.key for row in Delivery.select(Delivery.key)}
    payers = [row.id for row in Contact.select().where(Contact.is_payer == True)]  # noqa: E712
    for invoice in _issued():
        assert f"document:invoice:{invoice.id}" in keys
        assert all(f"invoice_issued:{invoice.id}:{payer}" in keys for payer in payers)
    for decision in Decision.select().where(Decision.kind == DecisionKind.ACCEPTED):
        assert f"milestone_accepted:{decision.id}" in keys
    for signature in Signature.select().where(Signature.party == "client"):
        assert f"agreement_signed_receipt:{signature.agreement_id}" in keys
    for payment in Payment.select():
        assert any(key.startswith(f"payment_recorded:{payment.id}:") for key in keys)
    if not models.is_postgresql():
        assert models.db.execute_sql("PRAGMA integrity_check").fetchone() == ("ok",)
