"""The review clock on both sides' pages, and more time asked for, given and refused."""

import pytest

from billing import checking
from billing.accepting import judging
from billing.accepting.judging import Judgement, Rest
from models import Extension
from tests import cast as the
from tests.billing.test_deeming import MORNING, OVER, in_review, pass_time
from tests.cast import NOW


@pytest.fixture
def cast(alice):
    return the.submitted(of=alice, for_client=the.client(alice, country="DE", region="Bayern"))


@pytest.fixture
def client(cast, as_client):
    return as_client(cast.project, cast.contact)


def page_of(cast):
    return f"/projects/{cast.project.id}"


def test_both_sides_see_the_same_countdown(signed_in, cast, client):
    for page in (signed_in.get(page_of(cast)).text, client.get(client.home).text):
        assert "To be decided by the end of Friday, November 27, 2026." in page
        assert "5 of 5 working days are left." in page
        assert "Nothing happens by itself after that day" in page
    assert "Working days are those of Germany (BY)" in signed_in.get(page_of(cast)).text


def test_a_client_asks_and_the_owner_agrees(signed_in, cast, client):
    url = f"{client.home}milestones/{cast.milestone.id}/extension"
    assert "Ask for more time" in client.get(url).text
    assert "Say why" in client.post(url, {"days": "3", "reason": ""}, status=422).text
    assert "1 to 30" in client.post(url, {"days": "99", "reason": "Away"}, status=422).text
    home = client.follow(client.post(url, {"days": "3", "reason": "Our lawyer is away"})).text
    assert "is asked for more time" in home
    assert "An answer is on its way." in home
    late = client.post(url, {"days": "3", "reason": "Our lawyer is away"}, status=409).text
    assert "An answer is on its way." in late and "Our lawyer is away</p>" in late
    for path in ("/", page_of(cast)):
        assert "more" in signed_in.get(path).text
    more = f"{page_of(cast)}/milestones/{cast.milestone.id}/extension"
    assert "Our lawyer is away" in signed_in.get(more).text
    [asked] = Extension.select()
    answered = signed_in.post(f"{page_of(cast)}/extensions/{asked.id}/agreement")
    page = signed_in.follow(answered).text
    assert "The client is told of your answer." in page
    late = signed_in.post(f"{page_of(cast)}/extensions/{asked.id}/refusal", {"answer": ""}, 409)
    assert "This request was answered already" in late.text
    assert "as more time was agreed. The last day is Wednesday, December 2, 2026." in page
    assert "as more time was agreed" in client.get(client.home).text
    assert checking.problems() == []


def test_a_refusal_says_why(signed_in, cast, client):
    url = f"{client.home}milestones/{cast.milestone.id}/extension"
    client.get(url)
    client.post(url, {"days": "3", "reason": "Away"})
    [asked] = Extension.select()
    signed_in.get(page_of(cast))
    refusal = f"{page_of(cast)}/extensions/{asked.id}/refusal"
    assert "Say why" in signed_in.post(refusal, {"answer": ""}, status=422).text
    signed_in.follow(signed_in.post(refusal, {"answer": "It is urgent"}))
    assert "did not agree to more time" in client.get(client.home).text
    assert "Ask for more time" in client.get(client.home).text


def test_the_owner_gives_more_time_once(signed_in, cast):
    more = f"{page_of(cast)}/milestones/{cast.milestone.id}/extension"
    signed_in.get(more)
    assert "1 to 30" in signed_in.post(more, {"days": "0"}, status=422).text
    assert "new last day" in signed_in.follow(signed_in.post(more, {"days": "2"})).text
    assert "possible once" in signed_in.post(more, {"days": "2"}, status=409).text


def test_nobody_else_may(cast, client, as_client, signed_in):
    stranger = the.submitted()
    other = as_client(stranger.project, stranger.contact)
    other.get(f"{other.home}milestones/{cast.milestone.id}/extension", status=404)
    signed_in.get(
        f"/projects/{stranger.project.id}/milestones/{stranger.milestone.id}/extension", status=404
    )
    approverless = the.contact(cast.project.client, is_approver=False)
    reader = as_client(cast.project, approverless)
    url = f"{reader.home}milestones/{cast.milestone.id}/extension"
    assert "cannot be asked for here now" in reader.get(url).text
    reader.post(url, {"days": "1", "reason": "Away"}, status=403)


def test_who_says_what_is_missing_reads_that_silence_no_longer_counts(as_client):
    cast = in_review()
    client = as_client(cast.project, cast.contact)
    met, unmet = (row.id for row in cast.milestone.criteria)
    judgement = Judgement({met: ""}, {unmet: "Not yet"})
    judging.judge(cast.milestone, judgement, Rest.STAYS, cast.contact, NOW)
    page = client.get(client.home).text
    assert "Silence no longer counts as acceptance, as it was said what is missing." in page
    assert "Nothing happens by itself" not in page


def test_what_was_deemed_is_shown_as_deemed_and_as_nobodys_acceptance(as_client, frozen):
    cast = in_review()
    client = as_client(cast.project, cast.contact)
    page = client.get(client.home).text
    assert "it counts as accepted, as both sides agreed" in page
    pass_time(MORNING)
    pass_time(OVER)
    frozen(OVER)
    page = client.get(client.home).text
    assert "Deemed accepted" in page
    assert "the agreed time to review had passed without an answer" in page
    assert "accepted “" not in page
    url = f"{client.home}milestones/{cast.milestone.id}/acceptance"
    assert "passed without an answer, so this counts as accepted" in client.get(url).text
    assert NOW < OVER
