"""What is billed when: the schedule of a plan agrees with the charges and with its foot."""

from datetime import date

import pytest

from billing.planning import schedule
from billing.planning.plan import Billing
from billing.planning.terms import Terms
from billing.reading import overview
from models import Milestone, Project
from tests import cast as the
from tests.cast import NOW

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]


def planned(*terms: Terms, **columns: object) -> tuple[Project, list[Milestone]]:
    project = the.project(the.owner(), *terms)
    Project.update(**{"tax_category": "O", **columns}).where(Project.id == project.id).execute()
    project = Project.get_by_id(project.id)
    return project, overview.planned(project)


def test_what_fires_together_is_one_instalment():
    day = date(2027, 1, 4)
    deposit = the.terms(price=1001, billing=Billing(3000, 2000, day))
    later = the.terms(price=999, billing=Billing(date_share=5000, billed_on=date(2026, 12, 1)))
    made = schedule.instalments(*planned(deposit, deposit, later))
    assert [(each.kind, each.on, each.amount, len(each.parts)) for each in made] == [
        ("on_signing", None, 600, 2),
        ("on_date", date(2026, 12, 1), 500, 1),
        ("on_date", day, 402, 2),
        ("on_acceptance", None, 500, 1),
        ("on_acceptance", None, 500, 1),
        ("on_acceptance", None, 499, 1),
    ]


def test_drafts_and_sent_invoices_are_not_one():
    sent = the.terms(billing=Billing(3000))
    kept = the.terms(billing=Billing(3000, signing_delivery="draft"))
    made = schedule.instalments(*planned(sent, kept))
    assert [(each.kind, each.delivery) for each in made][:2] == [
        ("on_signing", "send"),
        ("on_signing", "draft"),
    ]


def test_the_foot_adds_up_in_both_ways():
    billing = Billing(3333, 1111, date(2027, 1, 4))
    project, rows = planned(
        the.terms(price=100_001, billing=billing), the.terms(price=7, billing=billing), Terms()
    )
    foot = schedule.foot(project, rows)
    assert foot.price == 100_008 == sum(foot.by_kind.values())
    assert foot.unpriced == 1
    made = schedule.instalments(project, rows)
    assert sum(each.amount for each in made) == foot.price


def test_tax_is_added_to_net_prices_and_within_gross_ones():
    net = planned(the.terms(price=10_000), tax_category="S", tax_rate=19_000)
    assert schedule.instalments(*net)[0].payable == 11_900
    assert schedule.foot(*net).totals.total == 11_900
    gross = planned(the.terms(price=11_900), tax_category="S", tax_rate=19_000, prices_gross=True)
    assert schedule.instalments(*gross)[0].payable == 11_900
    assert schedule.foot(*gross).totals.net == 10_000


def test_the_schedule_of_what_was_signed_is_what_is_invoiced():
    cast = the.active(the.terms(price=100_001, billing=Billing(3333)), the.terms(price=5000))
    made = schedule.instalments(cast.project, overview.planned(cast.project))
    [deposit] = cast.invoices
    assert made[0].payable == deposit.total
    assert overview.read(cast.project, NOW).instalments == made
