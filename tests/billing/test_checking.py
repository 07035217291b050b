"""The check names what somebody changed who could lift the guards, and nothing else."""

import pytest

from billing import checking, scenarios
from billing.accepting import reviews
from billing.paying import payments
from models import (
    Agreement,
    InvoiceLine,
    Project,
    ProjectState,
    db,
    guards,
    is_postgresql,
)
from tests import cast as the
from tests import retelling
from tests.billing.tamperings import ALL
from tests.cast import NOW
from tests.properties import DEPTH
from tests.story import Story
from tests.tampering import lift_guards, take_away

pytestmark = pytest.mark.storage


@pytest.fixture
def whole(database: object) -> Story:
    return retelling.told()


@pytest.fixture
def unguarded(whole: Story) -> Story:
    lift_guards()
    return whole


def _found() -> list[str]:
    """What is wrong but for the guards, which these tests lifted."""
    return [problem for problem in checking.problems() if not problem.startswith("the guard ")]


def test_a_healthy_story_has_no_problems(whole):
    assert checking.problems() == []


def test_every_guard_is_there_and_its_absence_is_named(whole):
    assert guards.lifted(db) == []
    lift_guards()
    missing = guards.lifted(db)
    assert "invoice_no_update" in missing and "event_no_delete" in missing
    assert f"the guard {missing[0]} is missing" in checking.problems()


def test_tampering_is_found_and_named(unguarded):
    assert _found() == []
    missed = {}
    # The check reads both databases with the same queries: on the second a part is enough.
    every = 6 if is_postgresql() and DEPTH == 1 else 1
    for what, (deed, named) in list(ALL.items())[::every]:
        with db.atomic() as attempt:
            deed(unguarded)
            found = _found()
            attempt.rollback()
        if not any(named in problem for problem in found):
            missed[what] = found
    assert missed == {}


def test_rows_whose_parent_was_removed_are_named(unguarded):
    if is_postgresql():
        pytest.skip("PostgreSQL's foreign keys hold for everybody")
    take_away(unguarded.running.contact)
    assert any("its contact is not there" in problem for problem in _found())


def test_two_agreements_in_force_are_named(unguarded):
    twin = Agreement.get_by_id(unguarded.running.agreement.id)
    columns = {**twin.__data__, "id": None, "version": 99}
    Agreement.create(**columns)
    project = unguarded.running.project.id
    assert f"project {project}: two agreements are in force" in _found()


def test_the_check_can_be_asked_while_work_goes_on(whole):
    cast = the.submitted(of=whole.owner)
    reviews.accept(cast.milestone, cast.contact, NOW)
    assert checking.problems() == []
    [invoice] = cast.invoices
    payment = payments.record(invoice, invoice.total, NOW.date(), "all", cast.owner, NOW)
    assert checking.problems() == []
    payments.reverse(payment, cast.owner, NOW)
    assert checking.problems() == []
    assert Project.get_by_id(cast.project.id).state == ProjectState.ACTIVE
    assert InvoiceLine.select().where(InvoiceLine.invoice == invoice.id).count() == 1


def test_the_demo_has_no_problems(database, installation):
    scenarios.fill(installation)
    assert Project.select().count() >= 6
    assert checking.problems() == []
