"""The review clock from facts alone: it never runs backwards, whatever clocks and calendars do."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from billing.accepting.review_clock import (
    Extension,
    Facts,
    Pause,
    fair_end,
    is_open,
    moments,
    read,
)
from billing.workdays import calendar
from tests.properties import examples

BERLIN = calendar("DE", "Bayern")

PLACES = [
    ("DE", "Bayern", "Europe/Berlin"),
    ("US", "NY", "America/New_York"),
    ("GB", "Scotland", "Europe/London"),
    ("AU", "", "Australia/Lord_Howe"),  # half an hour of daylight saving
    ("KI", "", "Pacific/Kiritimati"),  # 14 hours ahead of UTC
    ("UM", "", "Pacific/Pago_Pago"),  # 11 hours behind it
    ("WS", "", "Pacific/Apia"),
    ("CL", "", "America/Santiago"),  # its midnight is missing when clocks go forward
    ("CU", "", "America/Havana"),
    ("AE", "", "Asia/Dubai"),
    ("ZZ", "", "Etc/GMT-14"),
    ("ZZ", "", "Etc/GMT+12"),
]

few = settings(max_examples=examples(30))
instants = st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31))
hours = st.integers(0, 24 * 40).map(lambda number: timedelta(hours=number))


@st.composite
def pauses(draw, submitted):
    since = submitted + draw(hours)
    until = draw(st.none() | hours.map(lambda length: since + length))
    return Pause(since, until, "Logo files")


@st.composite
def facts(draw):
    country, region, zone = draw(st.sampled_from(PLACES))
    submitted = draw(instants)
    more = draw(st.none() | st.builds(Extension, hours.map(submitted.__add__), st.integers(1, 10)))
    return Facts(
        submitted,
        draw(st.integers(3, 14)),
        calendar(country, region),
        zone,
        tuple(draw(st.lists(pauses(submitted), max_size=3))),
        more,
    )


@few
@given(facts(), st.lists(hours, min_size=2, max_size=6))
def test_it_never_runs_backwards_and_never_beyond_its_ends(known, steps):
    before = None
    for now in sorted(known.submitted_at + step - timedelta(days=2) for step in steps):
        reading = read(known, now)
        assert 0 <= reading.used <= reading.days
        assert 0 <= reading.left <= reading.days
        assert reading.is_over == (reading.ends_at is not None and reading.ends_at <= now)
        if before is not None:
            assert before.used <= reading.used
            assert (before.last_day, before.ends_at) == (reading.last_day, reading.ends_at)
        before = reading


@few
@given(facts(), st.data())
def test_a_pause_never_shortens_a_review(known, data):
    longer = replace(known, pauses=(*known.pauses, data.draw(pauses(known.submitted_at))))
    now = known.submitted_at + data.draw(hours)
    assert read(longer, now).used <= read(known, now).used
    ends, later = read(known, now).ends_at, read(longer, now).ends_at
    assert later is None or (ends is not None and later >= ends)


@few
@given(facts(), st.integers(1, 30), st.data())
def test_an_extension_never_shortens_a_review(known, days, data):
    plain = replace(known, extension=None)
    agreed = known.submitted_at + data.draw(hours)
    longer = replace(plain, extension=Extension(agreed, days))
    ends, later = read(plain, agreed).ends_at, read(longer, agreed).ends_at
    if read(plain, agreed).is_over:
        assert later == ends
    else:
        assert later is None or (ends is not None and later > ends)


@few
@given(facts())
def test_reminders_come_in_order_within_business_hours_before_the_end(known):
    due = moments(known)
    assert [at for _kind, at in due] == sorted(at for _kind, at in due)
    for _kind, at in due:
        assert is_open(known, at)
        assert at > known.submitted_at
    ends = read(known, known.submitted_at).ends_at
    if ends is not None:
        assert due[-1][0] == "last" and timedelta(0) < ends - due[-1][1] < timedelta(hours=16)


@few
@given(facts(), hours)
def test_who_is_reminded_late_has_at_least_half_a_working_day(known, after):
    at = known.submitted_at + after
    ends, fair = read(known, at).ends_at, fair_end(known, at)
    assert fair is None or (fair >= ends and fair - at >= timedelta(hours=11))


@few
@example(date(2026, 3, 27), "Europe/Berlin")
@example(date(2026, 10, 23), "Europe/Berlin")
@given(st.dates(date(2024, 1, 1), date(2027, 12, 1)), st.sampled_from([p[2] for p in PLACES]))
def test_days_end_at_midnight_there_over_daylight_saving(day, zone):
    known = Facts(datetime(day.year, day.month, day.day, 12), 3, calendar(""), zone)
    ends = [read(replace(known, days=days), known.submitted_at).ends_at for days in (3, 4, 5)]
    assert ends == sorted(set(ends))
    assert all(timedelta(hours=22) < b - a < timedelta(hours=76) for a, b in pairwise(ends))


@pytest.mark.parametrize(
    ("submitted", "days", "where", "last"),
    [
        (datetime(2026, 6, 1, 10), 5, BERLIN, date(2026, 6, 9)),  # Corpus Christi, in Bavaria
        (datetime(2026, 6, 1, 10), 5, calendar("DE", "Berlin"), date(2026, 6, 8)),
        (datetime(2026, 12, 23, 10), 3, calendar("DE"), date(2026, 12, 29)),
        (datetime(2026, 12, 23, 10), 3, calendar(""), date(2026, 12, 28)),  # weekends only
        (datetime(2026, 5, 31, 22, 30), 3, calendar("DE"), date(2026, 6, 4)),  # the 1st by then
    ],
)
def test_working_days_are_those_of_the_place(submitted, days, where, last):
    known = Facts(submitted, days, where, "Europe/Berlin")
    assert read(known, submitted).last_day == last


def test_it_stands_while_a_duty_is_overdue_and_while_an_extension_runs():
    known = Facts(datetime(2026, 6, 1, 10), 5, calendar(""), "UTC")
    assert read(known, datetime(2026, 6, 4)).used == 2
    late = replace(known, pauses=(Pause(datetime(2026, 6, 4), None, "Logo files"),))
    standing = read(late, datetime(2026, 6, 20))
    assert (standing.used, standing.last_day, standing.stands) == (2, None, True)
    done = replace(known, pauses=(Pause(datetime(2026, 6, 4), datetime(2026, 6, 9, 15)),))
    assert read(done, datetime(2026, 6, 20)).last_day == date(2026, 6, 12)
    more = replace(known, extension=Extension(datetime(2026, 6, 8, 11), 2))
    extended = read(more, datetime(2026, 6, 8, 12))
    assert (extended.last_day, extended.extended_until) == (date(2026, 6, 10), date(2026, 6, 9))
    assert extended.stands and not read(more, datetime(2026, 6, 8, 10)).stands
    assert not read(more, datetime(2026, 6, 10, 10)).stands


def test_a_reminder_that_was_late_gives_another_day():
    known = Facts(datetime(2026, 6, 1, 10), 5, calendar(""), "UTC")
    assert fair_end(known, datetime(2026, 6, 8, 9)) == datetime(2026, 6, 9)
    assert fair_end(known, datetime(2026, 6, 8, 16)) == datetime(2026, 6, 10)
    assert fair_end(known, datetime(2026, 6, 19, 16)) == datetime(2026, 6, 23)  # past a weekend


def test_places_are_known_by_code_or_name():
    assert calendar("US", "new york") == calendar("US", "NY")
    assert calendar("DE", "Nowhere").subdivision == ""
    assert not calendar("ZZ").knows_holidays
