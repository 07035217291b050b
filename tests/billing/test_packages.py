"""Packages: what is saved is what a project starts with, and a plan can be saved as one."""

from datetime import date

import pytest

from billing.invoicing.measures import Measure
from billing.planning import packages, plan, projects, terms
from billing.planning.duties import Duty
from billing.planning.packages import Contents, Outcome
from billing.refusals import NothingToPack
from models import Milestone, Package, TriggerDelivery
from tests import cast as the
from tests.cast import NOW
from tests.queries import counted

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

FIRST = Outcome(
    "Strategy approved",
    "Some twenty pages",
    ("Covers three audiences", "Names a channel plan"),
    price=500_000,
    days_to_due=23,
    deposit_share=3000,
    review_days=7,
    rounds=1,
)
SECOND = Outcome("Campaign launched")


def contents(*outcomes, **changes):
    return Contents(**{"name": "Launch", "currency": "EUR", "outcomes": outcomes, **changes})


def as_terms(project):
    return [terms.terms_of(row) for row in Milestone.live(project)]


def test_a_project_starts_with_what_the_package_says():
    alice = the.owner()
    package = packages.create(contents(FIRST, SECOND), alice, NOW)
    assert packages.worth(package) == 500_000
    project = projects.start(the.client(alice), "Autumn", alice, NOW, package)
    first, second = as_terms(project)
    assert project.currency == "EUR"
    assert first == terms.Terms(
        title=FIRST.title,
        deliverable=FIRST.deliverable,
        criteria=FIRST.criteria,
        price=500_000,
        due_on=date(2026, 12, 15),
        review_days=7,
        rounds=1,
        billing=terms.Billing(signing_share=3000),
    )
    assert second == terms.Terms(title="Campaign launched")


def test_changing_a_package_leaves_its_projects_alone():
    alice = the.owner()
    package = packages.create(contents(FIRST), alice, NOW)
    project = projects.start(the.client(alice), "Autumn", alice, NOW, package)
    packages.revise(package, contents(SECOND, FIRST, name="Relaunch", currency="JPY"))
    saved = Package.get_by_id(package.id)
    assert (saved.name, saved.currency) == ("Relaunch", "JPY")
    assert [row.title for row in packages.outcomes(saved)] == [SECOND.title, FIRST.title]
    assert [each.title for each in as_terms(project)] == [FIRST.title]


def _left_as_drafts() -> terms.Billing:
    """A deposit and what is left at the end are looked at before they go out."""
    draft = TriggerDelivery.DRAFT
    return terms.Billing(signing_share=3000, signing_delivery=draft, acceptance_delivery=draft)


def test_a_plan_saved_as_a_package_starts_the_same_plan():
    alice = the.owner()
    project = the.project(
        alice,
        the.terms(billing=_left_as_drafts(), rounds=0, review_days=3),
        the.terms(title="Campaign launched", price=None, due_on=None, criteria=()),
    )
    package = packages.from_project(project, "Launch", alice, NOW)
    again = projects.start(project.client, "Again", alice, NOW, package)
    assert (package.name, package.currency) == ("Launch", "USD")
    assert as_terms(again) == as_terms(project)


def test_a_share_billed_on_a_date_and_a_past_due_date_are_left_out():
    alice = the.owner()
    dated = terms.Billing(signing_share=2000, date_share=3000, billed_on=date(2026, 12, 1))
    project = the.project(alice, the.terms(billing=dated, due_on=date(2026, 11, 1)))
    [row] = packages.outcomes(packages.from_project(project, "Launch", alice, NOW))
    assert (row.deposit_share, row.days_to_due) == (2000, None)


def test_what_the_client_supplies_and_a_measure_are_kept_with_days_from_the_start():
    alice = the.owner()
    measure = Measure(
        "Sign-ups", "a week", 100_000, 500_000, "Analytics",
        date(2026, 12, 10), date(2027, 1, 9), floor=5_000, fallback=70_000,
    )  # fmt: skip
    project = the.project(
        alice,
        the.terms(
            billing=terms.Billing(metric_share=4000, measure=measure),
            duties=(Duty("Logo files", date(2026, 12, 5)),),
        ),
    )
    package = packages.from_project(project, "Launch", alice, NOW)
    again = projects.start(project.client, "Again", alice, NOW, package)
    assert as_terms(again) == as_terms(project)
    later = projects.start(project.client, "Later", alice, NOW, package, date(2027, 5, 1))
    [moved] = as_terms(later)
    begun = date(2026, 11, 22)
    ahead = date(2027, 5, 1) - begun
    assert moved.duties == (Duty("Logo files", date(2026, 12, 5) + ahead),)
    assert moved.billing.measure.window_to == measure.window_to + ahead


def test_deleted_milestones_are_not_packed_and_nothing_makes_no_package():
    alice = the.owner()
    project = the.project(alice)
    plan.delete(Milestone.live(project).first(), NOW)
    with pytest.raises(NothingToPack):
        packages.from_project(project, "Launch", alice, NOW)
    assert Package.select().count() == 0


def test_archived_packages_are_only_where_they_are_asked_for():
    alice = the.owner()
    package = packages.create(contents(FIRST), alice, NOW)
    packages.archive(package, NOW)
    assert packages.listed(alice) == []
    assert packages.listed(alice, archived=True) == [package]
    packages.restore(package)
    assert packages.listed(alice) == [package]
    assert packages.listed(the.owner()) == []


def test_a_list_takes_two_queries_whatever_its_length():
    alice = the.owner()
    for name in ("b", "Ä", "c"):
        packages.create(contents(FIRST, SECOND, name=name), alice, NOW)
    with counted() as seen:
        found = packages.listed(alice)
        assert [packages.worth(row) for row in found] == [500_000] * 3
    assert len(seen) == 2
    assert [row.name for row in found] == ["Ä", "b", "c"]
