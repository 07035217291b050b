"""The replay's page: assumptions beside what comes of them, shown by GET and kept by POST."""

import pytest

from billing.outcomes import audit_packages
from billing.outcomes.audit_pricing import Assumptions
from models import Replay, ReplayKind, ReplayMoney, WorkKind
from tests.cast import NOW
from tests.tracked import Tracked, grouped, imported, newsletters, websites

HERE = "/outcomes/replay"


@pytest.fixture
def past(signed_in, alice):
    owner = alice
    imported(owner, [*websites(), *newsletters()])
    grouped(owner)
    return {row.name: row.id for row in WorkKind.of(owner)}


def typed(**changes):
    general = {
        "longer": "50", "accepted": "90", "changes": "50", "base": "50", "value_share": "10",
        "reached": "50", "seed": "1",
    }  # fmt: skip
    return {**general, **changes}


def saved(past, percent="50"):
    return {f"EUR-{number}-saved": percent for number in past.values()}


def test_before_any_hours_it_says_where_to_begin(signed_in):
    page = signed_in.get(HERE).text
    assert "There are no past hours yet" in page and "/outcomes/hours" in page


def test_the_past_stands_under_each_model(signed_in, past):
    page = signed_in.get(HERE).text
    assert "17 pieces of work, in EUR" in page
    assert "By the hour" in page and "By outcomes" in page
    assert "€8,360.00" in page, "what was billed"
    assert "not a forecast" in page
    assert "There is not enough to say how much chance is in it" in page
    assert "By value is left out until you say" in page


def test_a_floor_that_nobody_set_is_told_to_be_the_average(signed_in, past):
    told = "It is the average of this past until you say what you need"
    assert told in signed_in.get(HERE).text
    signed_in.post(HERE, {**typed(), **saved(past), "EUR-floor": "20"})
    assert told not in signed_in.get(HERE).text


def test_looking_keeps_nothing_and_keeping_is_one_press_more(signed_in, past):
    site = past["Website build"]
    wanted = typed(**saved(past), **{f"EUR-{site}-worth": "20000", "EUR-floor": "50"})
    page = signed_in.get(HERE, query_string=wanted).text
    assert "data-stays open" in page, "what is folded and filled is seen"
    assert "By value" in page and "This is only shown, not kept yet." in page
    assert Replay.select().count() == ReplayKind.select().count() == 0
    page = signed_in.follow(signed_in.post(HERE, wanted)).text
    assert "Your assumptions are kept." in page and "not kept yet" not in page
    assert ReplayMoney.get().floor == 5000
    row = ReplayKind.get(ReplayKind.kind == site)
    assert (row.worth, row.rate, row.price) == (2_000_000, None, None), "the rest is the past's"
    page = signed_in.follow(signed_in.post(f"{HERE}/restart")).text
    assert "as at first again" in page and Replay.select().count() == 0


def test_a_change_is_kept_and_shown_at_once(signed_in, past):
    answer = signed_in.htmx(HERE, typed(**saved(past, "90")), target="div#replay")
    assert answer.text.lstrip().startswith('<div class="section" id="replay"')
    assert {row.saved for row in ReplayKind.select()} == {90}
    assert "€836.01" in answer.text, "a tenth of the hours brings a tenth by the hour"


@pytest.mark.parametrize(
    ("field", "text", "told"),
    [
        ("longer", "1000", "Write whole percent from 0 to 900."),
        ("accepted", "", "Write whole percent from 0 to 100."),
        ("seed", "x", "Write a whole number from 0 to 999999."),
        ("EUR-floor", "-3", "An amount cannot be below zero."),
        ("EUR-floor", "much", "much"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(signed_in, past, field, text, told):
    wanted = typed(**saved(past), **{field: text})
    for page in (signed_in.get(HERE, 422, query_string=wanted), signed_in.post(HERE, wanted, 422)):
        assert told in page.text
    assert Replay.select().count() == 0


def test_draws_are_told_with_their_seed(signed_in, alice, past):
    imported(
        alice,
        [
            Tracked("2025-05-05", 3 + at, "Annual report", 90_000, client=f"Reader {at}")
            for at in range(30)
        ],
    )
    grouped(alice)
    page = signed_in.get(HERE).text
    assert "seed 1: the same seed gives the same draws" in page
    assert "Four in five draws" in page


def test_the_floor_of_a_package_is_shown_and_can_be_chosen_anew(signed_in, alice, past):
    site = WorkKind.get_by_id(past["Website build"])
    audit_packages.reprice(
        audit_packages.begin(site, "EUR", alice, NOW), "Site", 9_000, Assumptions(0, 80, 0)
    )
    page = signed_in.get(HERE).text
    assert "What an hour costs you in your package “Site”." in page
    assert "your floors over all kinds of work" in page and 'value="90.00"' in page
    signed_in.post(HERE, typed(**saved(past), **{f"EUR-{site.id}-floor": "50"}))
    assert ReplayKind.get(ReplayKind.kind == site).floor == 5_000
    signed_in.post(HERE, typed(**saved(past), **{f"EUR-{site.id}-floor": "90"}))
    assert ReplayKind.get(ReplayKind.kind == site).floor is None, "what the package says"


def test_a_stranger_sees_their_own_past_only(signed_in, stranger, past):
    assert "There are no past hours yet" in stranger.get(HERE).text
    stranger.post(HERE, typed(**saved(past)))
    assert ReplayKind.select().count() == 0
