"""kill -9 while it seals: sealed once and in force, or waiting as before; nothing between."""

import multiprocessing
import os
import signal
from pathlib import Path
from typing import Any

import pytest

import models
from billing import checking
from billing.agreeing import activation
from billing.delivery import sealing as making
from billing.installation import Installation
from billing.sealing import keys, verifying
from models import Agreement, AgreementState, Certificate, Invoice, Seal
from tests import cast as the
from tests import seals

pytestmark = pytest.mark.faults

MOMENTS: dict[str, tuple[Any, str]] = {
    "before its keys are made": (keys, "_store"),
    "with everything sealed and nothing stored": (making.sealing, "keep"),
    "with the seal stored and nothing in force": (activation, "activate"),
    "just before the commit": (activation.gates, "open_next"),
}


def seal(url: str, data_dir: str, agreement: int, moment: str | None) -> None:
    """Seal one agreement, in a process that dies at a moment."""
    models.connect(url, 4)
    installation = Installation(Path(data_dir), url, "http://127.0.0.1:8000", b"secret")
    if moment is not None:
        setattr(*MOMENTS[moment], lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))
    with models.connection():
        making.seal(agreement, installation, the.later(hours=3))


def test_killed_while_sealing_it_is_sealed_once_or_waits(database, database_url, tmp_path):
    cast = seals.signed()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.faults.test_sealing"])
    for moment in (*MOMENTS, None):
        assert Agreement.get().state == AgreementState.COUNTERSIGNED
        assert Seal.select().count() == Invoice.select().count() == 0
        arguments = (database_url, str(tmp_path), cast.agreement.id, moment)
        process = context.Process(target=seal, args=arguments, daemon=True)
        process.start()
        process.join(60)
        assert process.exitcode == (0 if moment is None else -signal.SIGKILL), moment
    # The mark on the delivery may be missing: then it is done again.
    seal_again = seals.content(cast)
    making.seal(cast.agreement.id, None, the.later(hours=4))
    assert seals.content(cast) == seal_again
    assert Agreement.get().state == AgreementState.ACTIVE and Seal.select().count() == 1
    assert Certificate.select().where(Certificate.role == "leaf").count() == 1
    assert checking.problems(verifying.faults) == []
