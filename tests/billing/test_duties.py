"""Client duties: planned, signed, met, not complete; what being late does to days and clocks."""

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing import dates
from billing.accepting import owed, submissions, supplies, uploads, windows
from billing.accepting.owed import Place
from billing.accepting.supplies import (
    NotNeeded,
    ReopenedAlready,
    SuppliedAlready,
    WhyMissing,
)
from billing.agreeing import versions
from billing.planning import duties
from billing.planning.duties import Duty, DutyTwice, DutyUndated
from billing.planning.terms import terms_of
from billing.refusals import NotALink
from billing.workdays import calendar
from models import Delivery, Event, Milestone, Supply, SupplyFile
from tests import cast as the
from tests import changes
from tests.cast import NOW, later
from tests.properties import examples

LOGO, ACCESS = Duty("Logo files", date(2026, 11, 25)), Duty("Access", date(2026, 12, 1))
"""A Wednesday, after which comes Thanksgiving, and a Tuesday."""


@pytest.fixture
def cast(database):
    return the.active(the.terms(duties=(LOGO, ACCESS)))


def standing(cast, now=NOW):
    return owed.of_project(cast.project, cast.milestones, now)[cast.milestone.id]


@pytest.mark.parametrize(
    "line", ["2026-11-25 Logo files", "2026-11-25: Logo files", "Logo  files – 2026-11-25"]
)
def test_a_duty_is_typed_with_its_day_before_or_after(line):
    assert duties.parse(line) == (LOGO,)
    assert duties.parse(duties.plain((LOGO,))) == (LOGO,)


@pytest.mark.parametrize(
    "line",
    [
        "Logo files",
        "2026-13-40 Logo files",
        "2026-11-25",
        "25.11. x",
        "9999-12-31 x",
        "0001-01-01 x",
    ],
)
def test_a_duty_needs_words_and_a_day(line):
    with pytest.raises(DutyUndated):
        duties.parse(f"2026-12-01 Access\n{line}")


def test_the_same_words_twice_are_refused():
    with pytest.raises(DutyTwice):
        duties.parse("2026-12-01 Access\n2026-12-02 Access")


@pytest.mark.storage
def test_both_sign_what_is_needed(cast):
    [milestone] = versions.read(cast.agreement)["milestones"]
    assert milestone["duties"] == duties.stored(terms_of(cast.milestone).duties)
    assert milestone["duties"][0] == {"text": "Logo files", "due_on": "2026-11-25"}


@pytest.mark.storage
def test_what_is_supplied_stands_once_with_its_files(cast):
    file = uploads.looked_at("logo.txt", b"a logo")
    more = ("k", "Here", "https://files.example/", [file])
    for _ in range(2):
        made = supplies.supply(cast.milestone, "Logo files", cast.contact, NOW, *more)
    assert Supply.select().count() == SupplyFile.select().count() == 1
    assert not standing(cast).duties[0].is_overdue and standing(cast).duties[0].supply == made
    assert [row.name for row in standing(cast).duties[0].supply.attachments] == ["logo.txt"]
    with pytest.raises(SuppliedAlready):
        supplies.supply(cast.milestone, "Logo files", cast.contact, NOW, "other")
    assert Event.select().where(Event.body.contains("duty.supplied")).count() == 1
    assert Delivery.select().where(Delivery.kind == "duty_supplied").count() == 1


def test_a_link_leads_where_it_seems_to(cast):
    link = " https://x.example/\u202egpj.exe\u200b "
    made = supplies.supply(cast.milestone, "Logo files", cast.contact, NOW, "k", link=link)
    assert made.link == "https://x.example/gpj.exe"


def test_what_cannot_be_supplied_is_refused(cast):
    with pytest.raises(NotNeeded):
        supplies.supply(cast.milestone, "A castle", cast.contact, NOW, "k")
    for link in ("javascript:x", "http://[", "http://a]b/"):
        with pytest.raises(NotALink):
            supplies.supply(cast.milestone, "Logo files", cast.contact, NOW, "k", link=link)
    offered = the.offered(the.terms(duties=(LOGO,)))
    with pytest.raises(NotNeeded):
        supplies.supply(offered.milestone, "Logo files", offered.contact, NOW, "k")


@pytest.mark.storage
def test_what_is_not_complete_is_open_again(cast):
    made = supplies.supply(cast.milestone, "Logo files", cast.contact, NOW, "k")
    with pytest.raises(WhyMissing):
        supplies.reopen(made, " ", cast.owner, NOW)
    supplies.reopen(made, "No white one", cast.owner, NOW)
    with pytest.raises(ReopenedAlready):
        supplies.reopen(made, "No white one", cast.owner, NOW)
    assert standing(cast).duties[0].returned == made
    assert Delivery.select().where(Delivery.kind == "duty_reopened").count() == 1
    supplies.supply(cast.milestone, "Logo files", cast.contact, later(hours=1), "again")
    assert standing(cast, later(hours=2)).duties[0].is_met


def test_an_overdue_duty_moves_the_day_by_the_working_days_it_is_late(cast):
    assert standing(cast, datetime(2026, 11, 25, 20)).due_on == date(2026, 12, 15)
    late = standing(cast, datetime(2026, 12, 1, 20))
    # Late on the 27th, the 30th and the 1st: the 26th is a holiday, then comes a weekend.
    assert (late.late, late.moved_to) == (3, date(2026, 12, 18))
    for duty in ("Logo files", "Access"):
        supplies.supply(cast.milestone, duty, cast.contact, datetime(2026, 12, 1, 21), duty)
    assert standing(cast, later(days=90)).moved_to == date(2026, 12, 18)


def test_the_clock_of_a_review_stands_while_a_duty_is_overdue(cast):
    milestone, sent = cast.milestone, datetime(2026, 11, 24, 15)
    submissions.submit(milestone, "Here", [], the.shown(milestone), cast.owner, sent)
    milestone = Milestone.get_by_id(milestone.id)
    assert windows.of(milestone, sent).reading.last_day == date(2026, 12, 2)
    stands = windows.of(milestone, datetime(2026, 11, 30, 15)).reading
    assert stands.stands_for.about == "Logo files" and stands.last_day is None
    at = datetime(2026, 12, 1, 15)
    for duty in ("Logo files", "Access"):
        supplies.supply(cast.milestone, duty, cast.contact, at, duty)
    # One day was counted before it was overdue, and four come after the first of December.
    assert windows.of(milestone, at).reading.last_day == date(2026, 12, 7)


@pytest.mark.storage
def test_the_client_is_reminded_ahead_and_once_late(cast):
    def passed(*now):
        dates.pass_time(datetime(*now))
        return Delivery.select().where(Delivery.kind == "duty_due").count()

    assert passed(2026, 11, 22, 16) == 0  # a Sunday
    assert passed(2026, 11, 24, 3) == 0  # at night there
    assert passed(2026, 11, 24, 16) == passed(2026, 11, 24, 17) == 1
    assert passed(2026, 11, 27, 16) == passed(2026, 11, 27, 17) == 3  # ahead for the access too
    supplies.supply(cast.milestone, "Access", cast.contact, datetime(2026, 11, 28), "l")
    assert passed(2026, 12, 8, 16) == 3


@pytest.mark.storage
def test_a_change_order_changes_what_is_needed(cast):
    more = (LOGO, Duty("Photos", date(2026, 12, 3)))
    changes.altered(cast.milestone, duties=more)
    changes.in_force(cast)
    assert cast.milestone.duties == duties.stored(more)
    changes.held(cast)


PLACE = Place(calendar("DE"), "Europe/Berlin")
MOMENTS = st.datetimes(datetime(2026, 3, 20), datetime(2026, 4, 20))


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(MOMENTS, max_size=5, unique=True), st.lists(MOMENTS, min_size=2, max_size=6))
def test_days_never_move_back_while_time_passes(turns, looked):
    """Over daylight saving and Easter, while it is supplied and returned by turns."""
    duty = Duty("Logo files", date(2026, 3, 25))
    milestone = Milestone(due_on=date(2026, 4, 1), duties=duties.stored([duty]), state="active")
    turns = sorted(turns)
    seen = [owed.owed(milestone, _happened(turns, now), PLACE, now) for now in sorted(looked)]
    days = [each.due_on for each in seen]
    assert days == sorted(days) and days[0] >= milestone.due_on


def _happened(turns, now):
    """What is known by `now`: at every first of two moments it is supplied, then returned."""
    past = [moment for moment in turns if moment <= now]
    return [
        Supply(duty="Logo files", supplied_at=given, reopened_at=back)
        for given, back in zip(past[::2], [*past[1::2], None], strict=False)
    ]
