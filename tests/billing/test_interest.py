"""Interest for late payment: exact to the minor unit, whatever changes while it runs."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from billing.dunning import interest
from billing.dunning.interest import Stretch

FIRST = date(2025, 3, 1)
DAY = timedelta(days=1)

bases = some.integers(0, 10**9)
rates = some.integers(0, 30_000)
days = some.integers(1, 1500)


def of(base, rate, count, first=FIRST):
    owed, at = [(first, base)], [(first, rate)]
    return interest.amount(interest.stretches(owed, at, first, first + (count - 1) * DAY))


def test_a_year_at_a_rate_is_that_share():
    assert of(100_000, 11_150, 365) == 11_150


def test_a_half_is_rounded_up():
    # 36.50 at 5 % for one day is half a cent.
    assert of(3650, 5_000, 1) == 1
    assert of(3649, 5_000, 1) == 0


def test_what_is_paid_meanwhile_bears_no_interest():
    owed = [(FIRST, 100_000), (FIRST + 10 * DAY, 40_000), (FIRST + 20 * DAY, 0)]
    found = interest.stretches(owed, [(FIRST, 10_000)], FIRST, FIRST + 29 * DAY)
    assert found == [
        Stretch(FIRST, FIRST + 9 * DAY, 100_000, 10_000),
        Stretch(FIRST + 10 * DAY, FIRST + 19 * DAY, 40_000, 10_000),
    ]
    assert interest.amount(found) == 384


def test_of_a_day_without_a_rate_nothing_is_said():
    with pytest.raises(LookupError):
        interest.stretches([(FIRST, 1)], [(FIRST + DAY, 1)], FIRST, FIRST + DAY)


def test_before_the_first_day_there_is_none():
    assert interest.stretches([(FIRST, 1)], [(FIRST, 1)], FIRST, FIRST - DAY) == []


@given(bases, rates, days, some.integers(0, 400))
def test_it_never_falls_as_days_pass(base, rate, count, more):
    assert of(base, rate, count) <= of(base, rate, count + more)


@given(bases, rates, rates, days, days)
def test_over_a_change_of_rate_it_is_the_sum_but_for_rounding(base, first, then, before, after):
    change = FIRST + before * DAY
    last = change + (after - 1) * DAY
    whole = interest.stretches([(FIRST, base)], [(FIRST, first), (change, then)], FIRST, last)
    apart = of(base, first, before) + of(base, then, after, change)
    assert abs(interest.amount(whole) - apart) <= 1
    assert sum(each.days for each in whole) == (before + after if base else 0)
