"""Criteria judged in one decision: accepted at once, sent back, kept in review, or wished for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing import checking, events
from billing.accepting import judging, reviews, submissions, windows
from billing.accepting.judging import Judgement, Rest
from billing.changes import requests
from billing.invoicing import charges
from billing.planning.plan import Billing
from billing.refusals import CriteriaMissing, NotYours, ReasonMissing, RoundsUsed
from models import ChangeRequest, Decision, Delivery, Milestone, Verdict
from tests import cast as the
from tests.billing import test_deeming
from tests.cast import NOW
from tests.properties import stateful

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

THREE = ("One", "Two", "Three")


def submitted(**terms):
    return the.submitted(the.terms(price=100_000, criteria=THREE, **terms))


def judge(cast, met=(), unmet=(), rest=Rest.GOES_BACK, note="", by=None, seen=None):
    """By the places of the criteria."""
    milestone = Milestone.get_by_id(cast.milestone.id)
    ids = [row.id for row in milestone.criteria]
    judgement = Judgement(
        {ids[place]: "" for place in met}, {ids[place]: f"No {place}" for place in unmet}, note
    )
    judging.judge(milestone, judgement, rest, by or cast.contact, NOW, seen)
    return judgement


def standing():
    rows = Verdict.select().where(Verdict.standing == True).order_by(Verdict.id)  # noqa: E712
    return [(row.criterion.text, bool(row.accepted), row.remark) for row in rows]


def test_what_is_met_is_billed_and_the_rest_goes_back_with_the_remarks():
    cast = submitted()
    judgement = judge(cast, met=[0], unmet=[2], note="Nearly there")
    assert cast.milestone.state == "changes_requested"
    assert [row.net for row in cast.invoices] == [33_333]
    assert standing() == [("One", True, ""), ("Three", False, "No 2")]
    accepted, asked = Decision.select().order_by(Decision.id)
    assert (accepted.kind, accepted.note, asked.kind) == ("accepted", "", "changes_requested")
    told = next(row for row in events.history(cast.project) if row.kind.endswith("requested"))
    assert told.facts["note"] == "Nearly there\nThree: No 2"
    assert submissions.rounds_left(cast.milestone) == 1
    assert judging.was_said(cast.milestone, judgement, cast.contact)
    assert not judging.was_said(cast.milestone, judgement, the.contact(cast.project.client))
    assert checking.problems() == []


def test_what_stays_in_review_can_be_judged_anew():
    cast = submitted()
    judge(cast, met=[0], unmet=[1, 2], rest=Rest.STAYS)
    assert cast.milestone.state == "partly_accepted"
    assert standing() == [("One", True, ""), ("Two", False, "No 1"), ("Three", False, "No 2")]
    assert "milestone.remarked" in [row.kind for row in events.history(cast.project)]
    judge(cast, met=[1], unmet=[2])
    assert standing() == [("One", True, ""), ("Two", True, ""), ("Three", False, "No 2")]
    assert Verdict.select().count() == 5, "what was said before is kept"
    assert cast.milestone.state == "changes_requested"
    assert checking.problems() == []


def test_beyond_the_rounds_the_owner_is_asked_for_a_change():
    cast = submitted(rounds=0)
    with pytest.raises(RoundsUsed):
        judge(cast, met=[0], unmet=[1])
    assert cast.milestone.state == "submitted" and cast.invoices == []
    for _ in range(2):
        judge(cast, unmet=[1], rest=Rest.IS_ASKED)
    assert cast.milestone.state == "submitted"
    [wish] = ChangeRequest.select()
    assert (wish.milestone, wish.wish) == (cast.milestone, "Two: No 1")
    assert requests.beyond(cast.milestone) == wish
    assert [row.criterion.text for row in wish.points] == ["Two"]
    assert Delivery.select().where(Delivery.kind == "wish_asked").count() == 1
    requests.decline(wish, "It is agreed like this", cast.owner, NOW)
    assert requests.beyond(cast.milestone) is None
    assert checking.problems() == []


def test_what_says_nothing_is_refused():
    cast = submitted()
    with pytest.raises(reviews.NothingChosen):
        judge(cast, unmet=[0], rest=Rest.STAYS)
    with pytest.raises(CriteriaMissing):
        judge(cast, met=[0])
    with pytest.raises(ReasonMissing):
        judging.judge(
            cast.milestone,
            Judgement(unmet={cast.milestone.criteria[0].id: " "}),
            Rest.GOES_BACK,
            cast.contact,
            NOW,
        )
    with pytest.raises(reviews.OtherRound):
        judge(cast, met=[0], unmet=[1], seen=7)
    with pytest.raises(NotYours):
        judge(cast, met=[0], by=the.contact(cast.project.client, is_approver=False))
    assert Decision.select().count() == 0 and cast.invoices == []
    assert cast.milestone.state == "submitted"


@pytest.mark.parametrize("rest", ["stays", "is_asked"])
def test_whoever_says_what_is_missing_is_not_silent(rest):
    cast = test_deeming.in_review(the.terms(rounds=0))
    met, unmet = (row.id for row in cast.milestone.criteria)
    judgement = Judgement({met: ""} if rest == "stays" else {}, {unmet: "Not yet"})
    judging.judge(cast.milestone, judgement, Rest(rest), cast.contact, NOW)
    state = cast.milestone.state
    test_deeming.pass_time(test_deeming.MORNING)
    assert not windows.of(cast.milestone, test_deeming.MORNING).deems
    test_deeming.pass_time(test_deeming.OVER)
    assert cast.milestone.state == state
    reviews.accept(cast.milestone, cast.contact, test_deeming.OVER)
    assert sum(row.total for row in cast.invoices) == 500_000
    assert checking.problems() == []


@stateful
@given(data=st.data())
def test_no_order_of_judgements_and_rounds_drifts_by_a_cent(data):
    price = data.draw(st.one_of(st.integers(0, 99), st.integers(100, 10**9)))
    texts = tuple(f"Criterion {number}" for number in range(data.draw(st.integers(2, 5))))
    billing = Billing(signing_share=0)
    cast = the.submitted(the.terms(price=price, criteria=texts, billing=billing, rounds=99))
    places = list(range(len(texts)))
    while places:
        verdicts = {place: data.draw(st.sampled_from(["met", "unmet", ""])) for place in places}
        met = [place for place, verdict in verdicts.items() if verdict == "met"]
        unmet = [place for place, verdict in verdicts.items() if verdict == "unmet"]
        ways = judging.ways(Judgement(dict.fromkeys(met, ""), dict.fromkeys(unmet, "")), 99)
        if not ways:
            met, ways = places, [Rest.STAYS]
        rest = data.draw(st.sampled_from(ways))
        judge(cast, met, unmet, rest)
        places = [place for place in places if place not in met]
        worth = sum(
            amount
            for place, amount in enumerate(
                charges.criterion_amounts(cast.milestone, price).values()
            )
            if place not in places
        )
        assert charges.billed(cast.milestone) == worth
        if cast.milestone.state == "changes_requested":
            milestone = cast.milestone
            shown = the.shown(milestone)
            submissions.submit(milestone, "", [], shown, cast.owner, NOW)
    assert cast.milestone.state == "accepted"
    assert charges.billed(cast.milestone) == price
