"""Timestamps from outside: asked for where an authority is configured, never made up."""

from dataclasses import replace
from datetime import timedelta

import pytest

from billing import events, sealing
from billing.delivery import sealing as making
from billing.delivery import worker
from billing.sealing import verifying
from models import Agreement, AgreementState, Certificate, Seal
from tests import seals
from tests.cast import later
from tests.timestamps import authority

pytestmark = pytest.mark.usefixtures("database")

AFTER = later(hours=3)


def finish(installation, now=AFTER):
    while worker.work_once(installation, now):
        pass


def state(cast):
    return Agreement.get_by_id(cast.agreement.id).state


def test_an_authority_that_answers_is_in_the_seal(installation):
    with authority() as stamps:
        cast = seals.signed()
        content = seals.seal(cast, replace(installation, tsa_url=stamps.url))
        assert stamps.asked
    seal = Seal.get()
    assert seal.stamped_at is not None and seal.untimed == ""
    assert Certificate.select().where(Certificate.role == "authority").count() == 1
    assert verifying.verify(content).kind == "authentic"


@pytest.mark.parametrize("mood", ["down", "garbage", "lying", "refusing", "slow"])
def test_without_its_answer_it_waits_and_says_so(installation, mood, monkeypatch):
    monkeypatch.setattr(making, "AUTHORITY_SECONDS", 0.5)
    with authority(mood) as stamps:
        url = "http://127.0.0.1:9/" if mood == "down" else stamps.url
        timed = replace(installation, tsa_url=url)
        cast = seals.signed()
        finish(timed)
        assert state(cast) == AgreementState.COUNTERSIGNED and Seal.select().count() == 0
        waiting = sealing.making(cast.agreement)
        assert waiting.last_error.startswith("timestamp: ")
        if mood == "down":
            return
        stamps.mood = "up"
        monkeypatch.setattr(making, "AUTHORITY_SECONDS", 10)
        finish(timed, waiting.due_at)
    assert state(cast) == AgreementState.ACTIVE and Seal.get().stamped_at is not None


def test_after_an_hour_the_owner_may_do_without(installation):
    timed = replace(installation, tsa_url="http://127.0.0.1:9/")
    cast = seals.signed()
    finish(timed)
    signed_at = sealing.making(cast.agreement).created_at
    with pytest.raises(sealing.TooEarly):
        sealing.do_without(cast.agreement, cast.owner, signed_at + timedelta(minutes=59))
    late = signed_at + sealing.PATIENCE
    sealing.do_without(cast.agreement, cast.owner, late)
    with pytest.raises(sealing.TooEarly):
        sealing.do_without(cast.agreement, cast.owner, late)
    finish(timed, late)
    assert state(cast) == AgreementState.ACTIVE
    seal = Seal.get()
    assert seal.stamped_at is None and seal.untimed == "waived"
    told = [each.kind for each in events.history(cast.project)]
    assert told.count("agreement.untimed") == 1


def test_nobody_does_without_while_none_is_asked(installation):
    cast = seals.signed()
    with pytest.raises(sealing.TooEarly):
        sealing.do_without(cast.agreement, cast.owner, AFTER + timedelta(days=1))
