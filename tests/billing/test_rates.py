"""The effective hourly rate: checked against a plain recomputation from what was done."""

from datetime import timedelta
from fractions import Fraction

import pytest

from billing import files
from billing.accepting import reviews
from billing.outcomes import effort, rates
from billing.outcomes.effort import Work
from models import HoursEntry, HoursFile, Project
from tests import cast as the
from tests.cast import NOW
from tests.tracked import Tracked, imported

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

HOUR = 3600


def worked(cast, milestone, hours, key):
    effort.add(milestone, Work(NOW.date(), int(hours * HOUR)), cast.owner, NOW, key)


def accepted(owner, price, hours, **options):
    cast = the.submitted(the.terms(price=price), of=owner, **options)
    reviews.accept(cast.milestone, cast.contact, NOW)
    if hours:
        worked(cast, cast.milestone, hours, f"{cast.milestone.id}")
    return cast


def past(owner, amount, hours, times=1, currency="USD"):
    file = files.put(f"{owner.id}{currency}".encode(), "text/csv", kept=False)
    source = HoursFile.create(owner=owner, file=file, name="past.csv", uploaded_at=NOW)
    for number in range(times):
        HoursEntry.create(
            owner=owner,
            source=source,
            key=f"{source.id}:{number}",
            worked_on=NOW.date() - timedelta(days=400),
            seconds=int(hours * HOUR),
            amount=amount,
            currency=currency,
        )


def test_a_rate_is_what_was_accepted_over_the_time_it_took():
    alice = the.owner()
    accepted(alice, 500_000, 3)
    accepted(alice, 100_001, 7)
    accepted(alice, 900_000, 0)
    accepted(alice, 900_000, Fraction(59, HOUR))
    running = the.active(the.terms(price=700_000), of=alice)
    worked(running, running.milestone, 5, "running")
    work = rates.finished(alice)
    [total] = rates.earned(work, lambda _each: 0, lambda _each: "all")
    assert (total.worth, total.seconds, total.count) == (600_001, 10 * HOUR, 2)
    assert total.rate == round(Fraction(600_001, 10))
    assert [row.rate for row in rates.by_milestone(work)] == [166_667, 14_286]
    assert len(work) == 4, "what has no time written down is told, and not counted"
    assert [each.seconds for each in work if each.worth == 900_000] == [0, 0], "0:00 is no time"


def test_gross_prices_are_taken_net_and_currencies_apart():
    alice = the.owner()
    cast = accepted(alice, 119_000, 2)
    Project.update(prices_gross=True, tax_rate=19_000).where(
        Project.id == cast.project.id
    ).execute()
    yen = the.client(alice, name="株式会社", country="JP", currency="JPY")
    accepted(alice, 120_000, 4, for_client=yen)
    found = {row.currency: row for row in rates.by_client(rates.finished(alice))}
    assert set(found) == {"USD", "JPY"} and found["JPY"].rate == 30_000
    assert found["USD"].name == cast.project.client.name


def test_before_and_after_are_compared_where_there_is_enough():
    alice = the.owner()
    for _ in range(3):
        accepted(alice, 500_000, 4)
    past(alice, 30_000, 3, times=3)
    [switch] = rates.switches(alice, rates.finished(alice))
    assert switch.multiplier is None, "nine hours are not enough"
    past(alice, 0, 6)
    [switch] = rates.switches(alice, rates.finished(alice))
    assert switch.before.rate == 90_000 // 15
    ratio = Fraction(1_500_000, 12) / Fraction(90_000, 15)
    assert switch.multiplier == round(ratio * 1000)


def test_hours_given_away_count_before_the_switch_even_where_no_amount_says_so():
    alice = the.owner()
    imported(
        alice,
        [
            Tracked("2025-03-03", 3, billed=30_000),
            Tracked("2025-03-04", 2, billable=False),
            Tracked("2025-03-05", 5),
        ],
    )
    [switch] = rates.switches(alice, [])
    assert (switch.before.worth, switch.before.seconds) == (30_000, 5 * 3600)
    assert switch.before.rate == 6_000, "as the audit says it"


def test_another_owners_hours_are_not_counted():
    alice, bob = the.owner(), the.owner()
    accepted(alice, 500_000, 4)
    past(alice, 10_000, 1)
    assert rates.finished(bob) == [] and rates.switches(bob, []) == []
