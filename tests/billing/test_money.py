"""Money: divided without losing a cent, read as people write it, shown with its own decimals."""

from decimal import Decimal
from itertools import pairwise

import pytest
from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.numbers import get_group_symbol
from hypothesis import example, given
from hypothesis import strategies as st

from billing import format, money
from billing.refusals import AmbiguousAmount, NotAnAmount, Refusal

totals = st.integers(0, money.LARGEST)
weights = st.lists(st.integers(0, 10_000), min_size=1, max_size=60).filter(any)
currencies = st.sampled_from(sorted(money.CURRENCIES))
groupings = st.sampled_from(["", ".", ",", "'", "\u202f"])


@given(total=totals, weights=weights)
def test_parts_by_weight_add_up_and_never_drift(total, weights):
    parts = money.allocate(total, weights)
    assert sum(parts) == total
    assert all(part >= 0 for part in parts)
    whole = sum(weights)
    for count in range(len(weights) + 1):
        billed, exact = sum(parts[:count]), Decimal(total) * sum(weights[:count]) / whole
        assert abs(billed - exact) <= Decimal("0.5")


@given(total=totals, weights=weights)
def test_a_part_is_never_more_than_one_unit_off_its_share(total, weights):
    for part, weight in zip(money.allocate(total, weights), weights, strict=True):
        assert abs(part - Decimal(total) * weight / sum(weights)) <= 1


@pytest.mark.parametrize("weights", [[], [0], [0, 0], [1, -1], [2, -1]])
def test_weights_that_divide_nothing_are_a_mistake_of_ours(weights):
    with pytest.raises(ValueError, match="above zero"):
        money.allocate(100, weights)


@given(total=totals, count=st.integers(1, 200))
def test_equal_parts_add_up_and_differ_only_in_the_last(total, count):
    parts = money.split_evenly(total, count)
    assert sum(parts) == total and len(parts) == count
    assert len(set(parts[:-1])) <= 1
    assert 0 <= parts[-1] - total // count < count


@given(total=totals, cuts=st.lists(st.integers(0, 10_000), max_size=12))
def test_parts_by_share_add_up(total, cuts):
    edges = [0, *sorted(cuts), 10_000]
    shares = [after - before for before, after in pairwise(edges)]
    parts = money.split_by_shares(total, shares)
    assert sum(parts) == total and all(part >= 0 for part in parts)
    for part, points in zip(parts[:-1], shares, strict=False):
        assert 0 <= Decimal(total) * points / 10_000 - part < 1


def test_a_thousand_over_three():
    assert money.split_evenly(1000_00, 3) == [333_33, 333_33, 333_34]
    assert money.allocate(1000_00, [1, 1, 1]) == [333_33, 333_34, 333_33]


def test_thirty_forty_thirty():
    assert money.split_by_shares(1000_01, [3000, 4000, 3000]) == [300_00, 400_00, 300_01]
    assert money.split_by_shares(8000_00, [3000, 4000, 3000]) == [2400_00, 3200_00, 2400_00]


@given(st.decimals(-(10**12), 10**12, places=4))
def test_halves_round_away_from_zero(value):
    rounded = money.round_half_up(value)
    assert abs(rounded - value) <= Decimal("0.5")
    assert money.round_half_up(-value) == -rounded
    if abs(value) % 1 == Decimal("0.5"):
        assert abs(rounded) > abs(value)


@given(
    minor=st.integers(-(10**15), 10**15), part=st.integers(0, 10**5), whole=st.integers(1, 10**5)
)
def test_a_share_is_rounded_like_any_amount(minor, part, whole):
    exact = Decimal(minor) * part / whole
    assert abs(money.share(minor, part, whole) - exact) <= Decimal("0.5")
    assert money.share(-minor, part, whole) == -money.share(minor, part, whole)


# ISO 4217, list one of 2026-01-01: every minor unit in use that is not two.
NOT_TWO = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
}


def test_decimals_are_those_of_iso_4217():
    named = {name: digits for digits, names in NOT_TWO.items() for name in names.split()}
    assert set(named) <= money.CURRENCIES
    for currency in money.CURRENCIES:
        assert money.exponent(currency) == named.get(currency, 2), currency


def test_currencies_that_are_gone_are_not_offered():
    assert not {"DEM", "FRF", "HRK", "BGN", "XAU", "XXX"} & money.CURRENCIES
    assert {"USD", "EUR", "GBP", "JPY", "KWD", "CHF", "PLN", "VND"} <= money.CURRENCIES


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("1200", "USD", 120_000),
        ("1,200.50", "USD", 120_050),
        ("1.200,50", "EUR", 120_050),
        ("1 200,50", "PLN", 120_050),
        ("1\u202f200,50 €", "EUR", 120_050),
        ("1'200.50", "CHF", 120_050),
        ("1’200.50", "CHF", 120_050),
        ("1,20,000.00", "INR", 12_000_000),
        ("1,200,300", "USD", 120_030_000),
        ("1.200.300", "EUR", 120_030_000),
        (".5", "USD", 50),
        ("5.", "USD", 500),
        ("0,5", "EUR", 50),
        ("1,234", "USD", 123_400),
        ("$1,200.50", "USD", 120_050),
        ("CA$1,200.50", "CAD", 120_050),
        ("1 200,50 zł", "PLN", 120_050),
        ("usd 5", "USD", 500),
        ("5 USD", "USD", 500),
        ("-$5.00", "USD", -500),
        ("$-5", "USD", -500),
        ("− 5", "USD", -500),
        ("¥1,200", "JPY", 1200),
        ("￥１２００", "JPY", 1200),
        ("1.200", "JPY", 1200),
        ("1.250", "KWD", 1250),
        ("0.5", "KWD", 500),
        ("1,200.250", "KWD", 1_200_250),
        ("١٬٢٠٠٫٥٠", "USD", 120_050),
        ("١٢٠٠", "KWD", 1_200_000),
        ("\u200e1,200.50\u200f", "USD", 120_050),
    ],
)
def test_amounts_are_read_as_people_write_them(typed, currency, minor):
    assert money.parse(typed, currency) == minor


def test_one_sign_is_read_by_the_writers_habit():
    assert money.parse("1.200", "EUR", money.grouping_sign("DE")) == 120_000
    assert money.parse("1,200", "USD", money.grouping_sign("US")) == 120_000
    assert money.grouping_sign("XX") == ""


@pytest.mark.parametrize(("typed", "country"), [("1.200", "US"), ("1,200", "DE"), ("1.200", "")])
def test_one_sign_that_could_be_either_is_asked_about(typed, country):
    with pytest.raises(AmbiguousAmount) as refused:
        money.parse(typed, "USD", money.grouping_sign(country))
    assert refused.value.facts == {"text": typed, "first": "1200", "second": "1.20"}


@given(typed=st.from_regex(r"[1-9][0-9]{0,2}[.,][0-9]{2}0", fullmatch=True), currency=currencies)
def test_what_the_question_offers_is_understood(typed, currency):
    try:
        money.parse(typed, currency)
    except AmbiguousAmount as refused:
        for offered in (refused.facts["first"], refused.facts["second"]):
            money.parse(offered, currency)


NO_AMOUNTS = """abc 1e5 nan infinity ² ½ . - -- --5 5- (5) +5 $ 1.2.3 1,,2 1,2345 1,20,00
1.5.000,00 1,200.50.30 1'200.300.400 0x10 5% =1+1 <b>5</b> 12三"""
LONG = ["9" * 17, "9" * 5000, "1" + ",000" * 2000]


@pytest.mark.parametrize(
    "typed", [*NO_AMOUNTS.split(), *LONG, "", " ", "5 - 3", "12 5", "5\x00", "5\n\n6"]
)
def test_what_is_no_amount_is_refused(typed):
    with pytest.raises(NotAnAmount):
        money.parse(typed, "USD")


@pytest.mark.parametrize("typed", ["€5", "5 EUR", "£1,200.50", "eur 5", "5 USD EUR"])
def test_another_currency_is_never_taken_for_ours(typed):
    with pytest.raises(money.OtherCurrency):
        money.parse(typed, "USD")


def test_more_decimals_than_the_currency_has_are_refused():
    for typed, currency in [("1.5", "JPY"), ("1.2345", "KWD"), ("1.255", "USD"), ("0.001", "EUR")]:
        if currency == "USD":
            assert money.parse(typed, currency) == 125_500, "one sign before three digits groups"
        else:
            with pytest.raises(NotAnAmount):
                money.parse(typed, currency)


def test_the_largest_amount():
    assert money.parse("10,000,000,000,000.00", "USD") == money.LARGEST
    with pytest.raises(NotAnAmount):
        money.parse("10,000,000,000,000.01", "USD")


@given(st.text(max_size=60), currencies, groupings)
@example("1.200,50", "KWD", ".")
def test_whatever_is_typed_is_an_amount_or_refused(typed, currency, grouping):
    try:
        minor = money.parse(typed, currency, grouping)
    except Refusal as refusal:
        assert str(refusal)
    else:
        assert abs(minor) <= money.LARGEST


@given(minor=st.integers(-money.LARGEST, money.LARGEST), currency=currencies, grouping=groupings)
@example(minor=120_050, currency="KWD", grouping=".")
def test_an_input_reads_back_what_it_shows(minor, currency, grouping):
    assert money.parse(format.plain(minor, currency), currency, grouping) == minor


def _homes() -> list[tuple[str, str]]:
    """(currency, locale) of every country for the money it uses, and English for all."""
    pairs = [(currency, "en") for currency in money.CURRENCIES]
    for territory, entries in get_global("territory_currencies").items():
        try:
            locale = str(Locale.parse(f"und_{territory}"))
        except (UnknownLocaleError, ValueError):
            continue
        pairs += [
            (name, locale)
            for name, _start, end, _tender in entries
            if end is None and name in money.CURRENCIES
        ]
    return sorted(pairs)


HOMES = _homes()


@given(minor=st.integers(-money.LARGEST, money.LARGEST), home=st.sampled_from(HOMES))
def test_an_amount_copied_from_a_page_is_read_back(minor, home):
    currency, locale = home
    shown = format.money(minor, currency, locale)
    assert money.parse(shown, currency, get_group_symbol(locale)) == minor


def test_amounts_are_shown_with_all_their_decimals():
    assert format.money(120_050, "USD") == "$1,200.50"
    assert format.money(120_000, "USD") == "$1,200.00"
    assert format.money(1_200, "JPY") == "¥1,200"
    assert format.money(1_200_500, "KWD") == "KWD\xa01,200.500"
    assert format.money(120_050, "EUR", "de") == "1.200,50\xa0€"
    assert format.money(-5, "USD") == "-$0.05"
    assert format.plain(5, "KWD") == "0.005"


@given(minor=st.integers(-money.LARGEST, money.LARGEST), currency=currencies)
def test_major_and_minor_units_agree(minor, currency):
    assert money.to_minor(money.to_decimal(minor, currency), currency) == minor
