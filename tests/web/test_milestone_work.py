"""The owner's work on agreed milestones: begun, submitted, changed and submitted again."""

import re

from billing.accepting import reviews, submissions
from billing.planning.plan import Billing
from models import Milestone, MilestoneState, Project, Submission
from tests import cast as the
from tests.cast import NOW


def url(project: Project, row: Milestone, rest: str) -> str:
    return f"/projects/{project.id}/milestones/{row.id}{rest}"


def opened(visitor, project: Project) -> str:
    return visitor.get(f"/projects/{project.id}").text


def hand_over(visitor, cast, status: int = 303, **typed: str):
    opened(visitor, cast.project)
    shown = {f"shown_{row.id}": f"See page {row.id}" for row in cast.milestone.criteria}
    data = {"note": "Here it is", "links": "https://example.com/a\r\n", **shown, **typed}
    return visitor.post(url(cast.project, cast.milestone, "/submission"), data, status=status)


def test_a_milestone_is_submitted_with_what_shows_each_criterion(signed_in, alice):
    cast = the.active(of=alice)
    page = opened(signed_in, cast.project)
    assert "In progress" in page and "2 revision rounds left" in page
    page = signed_in.follow(hand_over(signed_in, cast)).text
    assert "“Strategy document approved” is submitted." in page
    assert "Round 1" in page and "https://example.com/a" in page
    assert cast.milestone.state == MilestoneState.SUBMITTED
    assert Submission.get().links == ["https://example.com/a"]


def test_what_was_typed_stays_when_something_is_missing(signed_in, alice):
    cast = the.active(the.terms(), the.terms(title="Second"), of=alice)
    first = cast.milestone.criteria[0].id
    typed = {f"shown_{first}": " ", "links": "example.com", "note": "Łódź"}
    page = hand_over(signed_in, cast, 422, **typed).text
    assert "Say what shows that this is met." in page
    assert f'href="#submission_{cast.milestone.id}-shown_{first}"' in page
    assert re.search(rf'id="submission_{cast.milestone.id}" open>', page)
    assert "Łódź</textarea>" in page
    page = hand_over(signed_in, cast, 422, links="example.com", note="Łódź").text
    assert "“example.com” is not a web address." in page and "Łódź</textarea>" in page
    assert not Submission.select().count()


def test_what_the_client_asked_for_is_shown_with_the_rounds_that_are_left(signed_in, alice):
    cast = the.submitted(of=alice)
    unmet = cast.milestone.criteria[1]
    reviews.ask_for_changes(cast.milestone, "One channel is missing", [unmet.id], cast.contact, NOW)
    page = opened(signed_in, cast.project)
    request = re.search(r'class="work__request".*?</ul>', page, re.S)[0]
    assert "Cleo GmbH asks for changes" in request and "One channel is missing" in request
    assert unmet.text in request and cast.milestone.criteria[0].text not in request
    assert "1 revision round left" in page
    assert "Submit again" in page and "See page 1" in page
    hand_over(signed_in, cast)
    assert submissions.latest(cast.milestone).round == 2


def test_a_milestone_waits_for_the_deposit_or_is_started_anyway(signed_in, alice):
    cast = the.active(the.terms(billing=Billing(signing_share=3000)), of=alice)
    page = opened(signed_in, cast.project)
    assert "Waits for invoice INV-0001, " in page and "Start anyway" in page
    said = {"reason": "The money is on its way"}
    page = signed_in.follow(signed_in.post(url(cast.project, cast.milestone, "/start"), said)).text
    assert "has begun." in page and "The money is on its way" in page
    assert cast.milestone.state == MilestoneState.ACTIVE
    page = signed_in.post(url(cast.project, cast.milestone, "/start"), status=409).text
    assert "Work on “Strategy document approved” has already begun." in page


def test_late_work_says_so(signed_in, alice, frozen):
    cast = the.active(of=alice)
    frozen(the.later(days=60))
    signed_in.sign_in(alice.email, the.PASSWORD)
    assert "was due on Dec 15, 2026" in opened(signed_in, cast.project)
