"""Tax: per rate and category, never per line; from net prices or from gross ones."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.invoicing.tax import Taxable, TaxRow, net_of, totals

amounts = st.integers(-(10**12), 10**12)
rates = st.sampled_from([0, 2600, 5000, 5500, 7000, 8100, 8875, 19000, 20000, 21000, 25500])
lines = st.lists(st.builds(Taxable, amounts, st.sampled_from(["S", "Z", "AE"]), rates), max_size=20)


def standard(*prices: int, rate: int) -> list[Taxable]:
    return [Taxable(price, "S", rate) for price in prices]


def sums(found) -> tuple[int, int, int]:
    return found.net, found.tax, found.total


@pytest.mark.parametrize(
    ("prices", "rate", "expected"),
    [
        ([3333] * 3, 19_000, (9999, 1900, 11899)),
        ([1] * 100, 19_000, (100, 19, 119)),
        ([5050], 5_000, (5050, 253, 5303)),
        ([500_000], 0, (500_000, 0, 500_000)),
        ([10_000], 8_875, (10_000, 888, 10_888)),
        ([1_000], 10_000, (1_000, 100, 1_100)),
        ([], 19_000, (0, 0, 0)),
    ],
)
def test_net_prices(prices, rate, expected):
    assert sums(totals(standard(*prices, rate=rate), gross=False)) == expected


def test_a_gross_price_is_taken_apart():
    found = totals(standard(999, rate=19_000), gross=True)
    assert sums(found) == (839, 160, 999)
    assert net_of(999, 19_000) == 839


def test_three_rates_are_three_rows():
    found = totals(
        [Taxable(10_000, "S", 19_000), Taxable(5_000, "S", 7_000), Taxable(2_500, "Z", 0)],
        gross=False,
    )
    assert found.total == 19_750
    assert found.rows == [
        TaxRow("S", 19_000, 10_000, 1_900),
        TaxRow("S", 7_000, 5_000, 350),
        TaxRow("Z", 0, 2_500, 0),
    ]


def test_one_rate_in_two_categories_is_two_rows():
    found = totals([Taxable(100, "E", 0), Taxable(100, "O", 0), Taxable(100, "E", 0)], gross=False)
    assert [(row.category, row.net) for row in found.rows] == [("E", 200), ("O", 100)]


@given(lines=lines)
def test_net_prices_stay_as_they_are(lines):
    found = totals(lines, gross=False)
    assert found.nets == [line.amount for line in lines]
    assert found.net == sum(found.nets)
    for row in found.rows:
        exact = Decimal(row.net) * row.rate / 100_000
        assert row.tax == int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


@given(lines=lines)
def test_gross_prices_are_what_is_paid(lines):
    found = totals(lines, gross=True)
    assert found.total == sum(line.amount for line in lines)
    for line, net in zip(lines, found.nets, strict=True):
        assert abs(net - Decimal(line.amount) * 100_000 / (100_000 + line.rate)) <= 1


@given(lines=lines, gross=st.booleans())
def test_everything_adds_up(lines, gross):
    found = totals(lines, gross)
    assert found.net + found.tax == found.total
    assert found.net == sum(found.nets) == sum(row.net for row in found.rows)
    assert found.tax == sum(row.tax for row in found.rows)
    keys = [(row.category, row.rate) for row in found.rows]
    assert len(keys) == len(set(keys))
    assert set(keys) == {(line.category, line.rate) for line in lines}
    for row in found.rows:
        members = [
            net
            for line, net in zip(lines, found.nets, strict=True)
            if (line.category, line.rate) == (row.category, row.rate)
        ]
        assert sum(members) == row.net


@given(lines=lines, gross=st.booleans())
def test_a_credit_is_the_invoice_with_the_other_sign(lines, gross):
    credited = totals([Taxable(-line.amount, line.category, line.rate) for line in lines], gross)
    assert sums(credited) == tuple(-amount for amount in sums(totals(lines, gross)))


@given(prices=st.lists(st.integers(0, 10**9), min_size=1, max_size=10), rate=rates)
def test_taking_a_gross_price_apart_is_what_en_16931_would_compute(prices, rate):
    """BR-S-09 lets tax differ from net × rate by less than a unit of the minor currency."""
    found = totals(standard(*prices, rate=rate), gross=True)
    assert abs(found.tax - Decimal(found.net) * rate / 100_000) < 1
