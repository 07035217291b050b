"""What a machine may ask: does the process answer, and can the installation work."""

from datetime import timedelta

from billing import health
from tests import cast as the


def test_a_process_that_answers_is_well(nobody):
    assert nobody.get("/healthz").json == {"status": "ok"}


def test_an_installation_with_a_worker_is_ready(nobody):
    health.beat(the.NOW)
    answer = nobody.get("/readyz")
    assert (answer.status_code, answer.json) == (
        200,
        {"database": True, "disk": True, "worker": True},
    )


def test_without_a_worker_it_is_not_ready_and_says_so(nobody):
    answer = nobody.get("/readyz", status=503)
    assert answer.json["worker"] is False
    assert answer.json["database"] is True


def test_a_worker_that_fell_silent_is_taken_for_dead(nobody, frozen):
    health.beat(the.NOW)
    frozen(the.NOW + health.SILENCE - timedelta(seconds=1))
    nobody.get("/readyz")
    frozen(the.NOW + health.SILENCE)
    nobody.get("/readyz", status=503)
