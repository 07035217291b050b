"""Hourly work becomes a plan of what is left; what was paid is said, and never billed again."""

from datetime import date, timedelta

import pytest

from billing.agreeing import agreements, freezing
from billing.planning import switching
from billing.planning.switching import Hourly
from billing.reading import transition
from models import Agreement, Invoice, Milestone, Payment, Project
from tests import cast as the
from tests.cast import NOW
from tests.tracked import Tracked, imported

pytestmark = pytest.mark.usefixtures("database")

DAY = date(2026, 11, 20)


@pytest.fixture
def owner():
    return the.owner()


@pytest.fixture
def cleo(owner):
    return the.client(owner)


@pytest.mark.storage
def test_what_is_left_becomes_milestones_and_what_was_paid_is_said(owner, cleo):
    left = [" Site online ", "", "Shop open"]
    project = switching.switch(cleo, "Website", left, Hourly(420_000, DAY), owner, NOW)
    assert [(row.title, row.price) for row in Milestone.live(project)] == [
        ("Site online", None), ("Shop open", None),
    ]  # fmt: skip
    said = freezing.payload(Agreement.get(), NOW)["clauses"][0]
    assert said["heading"] == "Work before this agreement"
    assert "$4,200.00" in said["body"] and "Cleo GmbH has paid" in said["body"]
    assert "Nov 20, 2026" in said["body"] or "20 Nov 2026" in said["body"]
    assert Invoice.select().count() == Payment.select().count() == 0


@pytest.mark.parametrize("language", ["de", "fr", "es", "pl"])
def test_it_is_said_in_the_clients_language(owner, language):
    client = the.client(owner, language=language, currency="EUR")
    said = switching.said(client, Hourly(123_456, DAY))
    assert said["heading"] == switching.CLAUSES.get(language, switching.CLAUSES["en"])[0]
    assert "{client}" in said["body"] and "{day}" not in said["body"]


def test_nothing_paid_says_nothing(owner, cleo):
    project = switching.switch(cleo, "Website", ["Online"], Hourly(0, DAY), owner, NOW)
    assert agreements.base(project) is None


@pytest.mark.parametrize(
    ("left", "hourly", "refusal"),
    [
        ([" "], Hourly(1, DAY), switching.NothingLeft),
        (["x"], Hourly(-1, DAY), switching.PaidBelowZero),
        (["x"], Hourly(1, DAY + timedelta(days=30)), switching.UntilLater),
    ],
)
def test_what_cannot_be_is_refused(owner, cleo, left, hourly, refusal):
    with pytest.raises(refusal):
        switching.switch(cleo, "Website", left, hourly, owner, NOW)
    assert Project.select().count() == 0


@pytest.mark.storage
def test_running_work_is_offered_from_imported_hours(owner, cleo):
    imported(
        owner,
        [
            Tracked("2026-11-03", 3, billed=30_000, currency="USD"),
            Tracked("2026-11-05", 1, billable=False),
            Tracked("2026-10-05", 2, billed=9_000, client="Nobody here", project="Blog"),
            Tracked("2026-01-05", 2, billed=9_000, project="Long ago"),
            Tracked("2026-11-06", 2, billed=1, project="Mixed", currency="USD"),
            Tracked("2026-11-07", 2, billed=1, project="Mixed", currency="EUR"),
        ],
    )
    first, second = switching.running(owner, DAY)
    assert (first.client_id, first.project, first.billed) == (cleo.id, "Website", 30_000)
    assert (first.is_payable, first.last) == (True, date(2026, 11, 5))
    assert (second.client_id, second.is_payable) == (None, False)
    assert switching.running(the.owner(), DAY) == []


def test_work_that_is_a_project_here_is_not_switched_again(owner, cleo):
    imported(owner, [Tracked("2026-11-03", 3, billed=30_000, currency="USD")])
    assert transition.of(owner, DAY).running == 1
    made = switching.switch(cleo, " website", ["Online"], Hourly(30_000, DAY), owner, NOW)
    assert switching.running(owner, DAY)[0].project_id == made.id
    assert transition.of(owner, DAY).done["switch"]


@pytest.mark.storage
def test_names_written_in_two_ways_are_one_piece_of_work(owner, cleo):
    imported(
        owner,
        [
            Tracked("2026-11-03", 3, billed=30_000, currency="USD"),
            Tracked("2026-11-05", 1, billed=9_000, client="CLEO GMBH", currency="USD"),
            Tracked("2026-11-04", 1, billable=False, client="Cleo GmbH"),
        ],
    )
    only = switching.running(owner, DAY)
    assert [(each.client_id, each.billed, each.last.day) for each in only] == [(cleo.id, 39_000, 5)]
