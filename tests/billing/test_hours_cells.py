"""Days and times as people and programs write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.importing import cells
from billing.importing.cells import DAY_FIRST, MONTH_FIRST
from billing.outcomes import reading
from billing.refusals import Refusal


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1.5", 5400), ("1,5", 5400), (".25", 900), ("0.333", 1199), ("24", 86400),
        ("1:30", 5400), ("01:30:15", 5415), ("0:00:20.4", 20), ("1h 30m", 5400),
        ("1 h 30 min", 5400), ("1h30", 5400), ("1 h 05", 3900),
        ("90 min", 5400), ("1.5 hrs", 5400), ("2h", 7200), ("1 hour, 5 minutes", 3900), ("45s", 45),
    ],
)  # fmt: skip
def test_a_time_is_understood(text, seconds):
    assert reading.duration(text) == seconds


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", "NoTime"), ("0", "NoTime"), ("0:00", "NoTime"), ("0 h", "NoTime"),
        ("-1.5", "BelowZero"), ("\u22121:30", "BelowZero"), ("25", "LongerThanADay"),
        ("25:00:00", "LongerThanADay"), ("=A1*2", "NotADuration"), ("abc", "NotADuration"),
        ("9" * 40, "NotADuration"), ("9" * 4400 + "h", "NotADuration"),
        ("1:75", "NotADuration"), ("1.2.3", "NotADuration"), ("h", "NotADuration"),
    ],
)  # fmt: skip
def test_what_is_no_time_is_said_so(text, refusal):
    with pytest.raises(Refusal) as refused:
        reading.duration(text)
    assert refused.value.code == refusal
    assert str(refused.value)


def test_rows_may_be_totals_of_more_than_a_day():
    assert reading.duration("25", totals=True) == 25 * 3600
    with pytest.raises(reading.LongerThanADay):
        reading.duration("10001", totals=True)


@given(st.integers(1, 86_400))
def test_a_clock_and_decimals_of_it_agree(seconds):
    minutes, rest = divmod(seconds, 60)
    clock = f"{minutes // 60}:{minutes % 60:02}:{rest:02}"
    assert reading.duration(clock) == seconds
    assert abs(reading.duration(f"{seconds / 3600:.4f}") - seconds) <= 1


@pytest.mark.parametrize(
    ("began", "ended", "told"),
    [
        ("9:00", "10:30", 5400), ("09:00:30", "09:01:00", 30), ("12:15 AM", "12:15 PM", 43_200),
        ("11:30 p.m.", "1:00 a.m.", 5400), ("9h00", "24:00", 54_000),
        ("2026-03-01 23:00", "2026-03-02 01:00", 7200),
        ("9:00", "9:00", "NoTime"), ("9:00", "later", "NotATime"), ("9:00", "25:00", "NotATime"),
        ("9:00", "13:00 PM", "NotATime"), ("9:00", "13.05.26", "NotATime"),
        ("2026-03-01 09:00", "2026-03-03 10:00", "LongerThanADay"),
        ("2026-03-02 09:00", "2026-03-01 10:00", "BelowZero"),
    ],
)  # fmt: skip
def test_a_time_is_what_lies_between_two(began, ended, told):
    try:
        assert reading.between(began, ended, DAY_FIRST) == told
    except Refusal as refusal:
        assert refusal.code == told


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("2025-03-04", MONTH_FIRST, date(2025, 3, 4)),
        ("2025/3/4", DAY_FIRST, date(2025, 3, 4)),
        ("2025-03-04T10:00:00", DAY_FIRST, date(2025, 3, 4)),
        ("2025-03-04 10:00", DAY_FIRST, date(2025, 3, 4)),
        ("03/04/2025", DAY_FIRST, date(2025, 4, 3)),
        ("03/04/2025", MONTH_FIRST, date(2025, 3, 4)),
        ("03.04.25", MONTH_FIRST, date(2025, 4, 3)),
        ("4 Mar 2025", DAY_FIRST, date(2025, 3, 4)),
        ("Mar 4, 2025", DAY_FIRST, date(2025, 3, 4)),
        ("Tue, 4 March 2025", DAY_FIRST, date(2025, 3, 4)),
        ("4. März 2025", DAY_FIRST, date(2025, 3, 4)),
        ("4 août 2025", DAY_FIRST, date(2025, 8, 4)),
    ],
)
def test_a_day_is_understood(text, order, day):
    assert cells.day(text, order) == day


@pytest.mark.parametrize(
    "text", ["", "31.02.2025", "2025-13-01", "tomorrow", "=1+1", "1/2", "9999-12-31", "0001-01-01"]
)
def test_what_is_no_day_is_said_so(text):
    with pytest.raises(cells.NotADay):
        cells.day(text, DAY_FIRST)


def test_no_day_at_all_is_said_otherwise_than_one_that_cannot_be_read():
    with pytest.raises(cells.NoDay):
        cells.day(" ", DAY_FIRST)


def test_a_column_tells_which_comes_first():
    assert cells.order_of(["03/04/2025", "13/04/2025"]) == DAY_FIRST
    assert cells.order_of(["03/04/2025", "04/13/2025"]) == MONTH_FIRST
    assert cells.order_of(["03/04/2025", "04/03/2025"]) == ""
    assert cells.order_of(["13/04/2025", "04/13/2025"]) == "", "mixed"
    assert not cells.is_ambiguous(["2025-03-04", "03.04.2025"])
    assert cells.is_ambiguous(["2025-03-04", "03/04/2025"])
