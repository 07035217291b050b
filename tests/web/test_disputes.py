"""Disputes on both sides' pages: raised, offered, answered, and read by a mediator."""

import re
from html import unescape

import pytest

from billing.accepting import reviews
from billing.disputing import offers, settling, summaries
from models import Dispute, MilestoneState, SplitOffer
from tests import cast as the
from tests.cast import NOW, later
from tests.disputes import ALL, NOTHING, handed_over, offered, opened, part
from tests.web.visitor import Visitor


@pytest.fixture
def cast(app):
    return handed_over()


@pytest.fixture
def client(cast, as_client):
    return as_client(cast.project, cast.contact)


@pytest.fixture
def owner(app, cast):
    visitor = Visitor(app)
    visitor.enter(cast.owner)
    visitor.home = f"/projects/{cast.project.id}/"
    return visitor


def url(cast, visitor, deed=""):
    return f"{visitor.home}milestones/{cast.milestone.id}/dispute{deed}"


def words(page: str) -> str:
    """What is read on it."""
    return " ".join(unescape(re.sub(r"<[^>]+>", "", page)).split())


def mark(page: str) -> str:
    return re.search(r'name="seen" value="(\w+)"', page)[1]


def test_the_client_sees_what_disputing_does_and_does_it(cast, client):
    second = cast.milestone.criteria[1].id
    assert "Dispute" in client.get(client.home).text
    client.get(url(cast, client))
    page = client.get(f"{url(cast, client)}?criteria={second}").text
    assert "$500.00 of the price is in dispute" in words(page)
    assert f"An invoice for $500.00 goes to {cast.contact.email}, due on" in words(page)
    assert Dispute.select().count() == 0

    said = {"criteria": second, "reason": "No channel plan", "seen": "1"}
    page = client.follow(client.post(url(cast, client), said)).text
    assert "Alice Writes LLC is told" in page
    assert "No channel plan" in page
    assert cast.milestone.state == MilestoneState.DISPUTED
    assert cast.invoices[0].total == 50_000
    assert "Disputed" in client.get(client.home).text


def test_without_a_reason_it_is_asked_for_and_the_choice_is_kept(cast, client):
    second = cast.milestone.criteria[1].id
    page = client.post(url(cast, client), {"criteria": second, "seen": "1"}, status=422).text
    assert "Say what you disagree about." in page
    assert f'<input type="hidden" name="criteria" value="{second}">' in page


def test_what_was_typed_about_what_is_accepted_meanwhile_can_be_copied(cast, client):
    said = {"criteria": cast.milestone.criteria[1].id, "reason": "No plan", "seen": "1"}
    reviews.accept(cast.milestone, cast.contact, later(hours=1))
    page = client.post(url(cast, client), said, status=409).text
    assert "is already accepted." in page and "No plan" in page
    assert not Dispute.select().exists()


def test_a_second_dispute_shows_the_first(cast, client):
    said = {"criteria": cast.milestone.criteria[1].id, "reason": "No plan", "seen": "1"}
    client.post(url(cast, client), said)
    client.post(url(cast, client), said)
    page = client.post(url(cast, client), {**said, "reason": "More"}, status=409).text
    assert "It goes on once both sides have settled that." in page and "More</p>" in page
    assert Dispute.select().count() == 1


def test_the_owner_is_told_what_to_do_and_offers_a_split(cast, owner):
    opened(cast, 1)
    assert "is disputed, and no offer waits" in owner.get("/").text
    assert "Open the dispute" in owner.get(f"/projects/{cast.project.id}").text
    owner.get(url(cast, owner))
    second = cast.milestone.criteria[1].id
    choice = {f"outcome_{second}": "part", f"amount_{second}": "200"}
    owner.get(url(cast, owner, "/offer"))
    query = "&".join(f"{name}={value}" for name, value in choice.items())
    page = owner.get(f"{url(cast, owner, '/offer')}?look=1&{query}").text
    assert "$200.00 of the $500.00 in dispute is accepted." in words(page)
    assert "$300.00 of the price is given up for good." in words(page)
    assert "An invoice for $200.00 goes to" in words(page)
    assert SplitOffer.select().count() == 0

    made = {**choice, "note": "Half of half", "seen": "0", "look": "1", "whole": ""}
    page = owner.follow(owner.post(url(cast, owner, "/offer"), made)).text
    assert "Your offer waits for Cleo GmbH" in page
    [offer] = SplitOffer.select()
    assert [row.amount for row in offer.shares] == [20_000]


def test_one_share_of_all_is_a_split_of_every_criterion(cast, owner):
    opened(cast, 0, 1)
    page = owner.get(f"{url(cast, owner, '/offer')}?look=1&whole=60").text
    assert "$600.00 of the $1,000.00 in dispute is accepted." in words(page)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("look=1", "Say of every criterion in dispute what becomes of it."),
        ("look=1&outcome_{id}=part", "Say how much of it is accepted."),
        ("look=1&outcome_{id}=part&amount_{id}=700", "at most $500.00 can be accepted"),
        ("look=1&outcome_{id}=accepted&amount_{id}=70", "for this amount, or clear it."),
        ("look=1&outcome_{id}=rubbish", "Say of every criterion in dispute what becomes of it."),
        ("look=1&whole=120", "Write a share between 0 and 100"),
    ],
)
def test_what_is_no_split_is_explained(cast, owner, query, said):
    opened(cast, 1)
    asked = query.format(id=cast.milestone.criteria[1].id)
    page = owner.get(f"{url(cast, owner, '/offer')}?{asked}").text
    assert said in page
    assert "Make this offer" not in page


def test_the_client_takes_what_is_offered(cast, client, owner):
    offer = offered(opened(cast, 1), cast.owner, part(20_000))
    home = client.get(client.home).text
    assert "An offer waits for you: “Strategy document approved”" in home
    assert "Answer by Nov 30, 2026." in home
    page = client.get(url(cast, client)).text
    assert "An invoice for $200.00 goes to" in words(page)
    assert "Earlier offers" not in page
    take = url(cast, client, f"/offers/{offer.id}/taking")
    home = client.follow(client.post(take, {"seen": mark(page)})).text
    assert "The dispute about “Strategy document approved” is settled." in home
    assert cast.milestone.state == MilestoneState.ACCEPTED
    assert cast.milestone.waived == 30_000
    assert "This was settled on" in client.get(url(cast, client)).text
    plan = words(owner.get(f"/projects/{cast.project.id}").text)
    assert "In settling what was disputed" in plan and "-$300.00" in plan

    page = client.follow(client.post(take, {"seen": mark(page)})).text
    assert "This offer is already taken." in page
    assert len(cast.invoices) == 2


def test_an_offer_that_was_replaced_shows_the_new_one(cast, client):
    dispute = opened(cast, 1)
    first = offered(dispute, cast.owner, part(20_000))
    page = client.get(url(cast, client)).text
    offered(dispute, cast.owner, part(30_000))
    take = url(cast, client, f"/offers/{first.id}/taking")
    page = client.post(take, {"seen": mark(page)}, status=409).text
    assert "This offer was replaced by another one, which you see here." in page
    assert "Accepted for $300.00 of $500.00" in words(page)
    assert cast.milestone.state == MilestoneState.DISPUTED


def test_an_offer_is_declined_with_a_reason(cast, owner):
    offer = offered(opened(cast, 1), cast.contact, NOTHING)
    assert "offers to settle" in owner.get("/").text
    decline = url(cast, owner, f"/offers/{offer.id}/refusal")
    assert "Say why you decline." in owner.post(decline, {}, status=422).text
    page = owner.follow(owner.post(decline, {"why": "It was done"})).text
    assert "No offer waits" in page
    assert "It was done" in page
    owner.post(decline, {"why": "It was done"})
    owner.post(decline, {"why": "Never"}, status=409)


def test_an_offer_nobody_saw_is_looked_at_before_another_is_made(cast, owner):
    dispute = opened(cast, 1)
    owner.get(url(cast, owner, "/offer"))
    offered(dispute, cast.contact, ALL)
    second = cast.milestone.criteria[1].id
    made = {f"outcome_{second}": "given_up", "seen": "0", "look": "1", "note": "For peace"}
    page = owner.post(url(cast, owner, "/offer"), made, status=409).text
    assert "Cleo GmbH has made an offer since you opened this page." in page
    assert "Accepted: " in page and "For peace</textarea>" in page
    assert SplitOffer.select().count() == 1
    made["seen"] = page.split('name="seen" type="hidden" value="')[1].split('"')[0]
    owner.post(url(cast, owner, "/offer"), made)
    owner.post(url(cast, owner, "/offer"), made)
    assert SplitOffer.select().count() == 2, "sent twice is made once"


def test_who_does_not_approve_only_looks(cast, as_client):
    payer = the.contact(cast.project.client, name="Paul", is_approver=False)
    visitor = as_client(cast.project, payer)
    second = cast.milestone.criteria[1].id
    assert "Only who accepts the work can dispute it." in visitor.get(url(cast, visitor)).text
    said = {"criteria": second, "reason": "No", "seen": "1"}
    assert "Cleo Zając may do this." in visitor.post(url(cast, visitor), said, status=403).text
    offer = offered(opened(cast, 1), cast.owner, ALL)
    assert "Take this offer" not in visitor.get(url(cast, visitor)).text
    visitor.post(url(cast, visitor, f"/offers/{offer.id}/taking"), status=403)


def test_an_offer_of_another_dispute_is_not_there(cast, client):
    opened(cast, 1)
    elsewhere = handed_over()
    offer = offered(opened(elsewhere, 1), elsewhere.owner, ALL)
    client.post(url(cast, client, f"/offers/{offer.id}/taking"), status=404)


def test_what_is_done_again_is_said_where_it_is_handed_over(cast, owner, client):
    offer = offered(opened(cast, 0, 1), cast.owner, part(20_000), offers.Wanted("redone"))
    settling.take(offer, cast.contact, NOW)
    page = owner.get(f"/projects/{cast.project.id}").text
    assert "Both sides agreed that a part is done again." in page
    client.get(client.home)


def test_the_summary_is_there_for_both_sides_and_can_be_renewed(cast, client, owner):
    dispute = opened(cast, 1)
    client.get(url(cast, client, "/summary.pdf"), status=404)
    summaries.keep(dispute, the.PDF, 5, NOW)
    for visitor in (client, owner):
        assert "Download the summary" in visitor.get(url(cast, visitor)).text
        answer = visitor.get(url(cast, visitor, "/summary.pdf"))
        assert answer.data == the.PDF
        assert answer.mimetype == "application/pdf"
    assert "is being made" in client.follow(client.post(url(cast, client, "/summary"))).text


def test_a_dunning_letter_waits_for_the_end_of_a_dispute(cast, owner, frozen):
    opened(cast, 1)
    [billed] = cast.invoices
    frozen(later(days=40))
    owner.enter(cast.owner)
    page = owner.get(f"/invoices/{billed.id}").text
    assert "nobody is dunned for it" in page and "Draw up a dunning letter" not in page
    stale = owner.post(f"/invoices/{billed.id}/dunning", status=409)
    assert "once both sides have settled that" in words(stale.text)


def test_who_raised_a_dispute_withdraws_it_and_both_pages_say_so(cast, client, owner):
    opened(cast, 1)
    assert "Withdraw the dispute" not in owner.get(url(cast, owner)).text
    page = client.get(url(cast, client)).text
    assert "is in review again, and the time to review runs on." in words(page)
    home = client.follow(client.post(url(cast, client, "/withdrawal"))).text
    assert "The dispute about “Strategy document approved” is withdrawn." in home
    assert cast.milestone.state == MilestoneState.PARTLY_ACCEPTED
    again = client.follow(client.post(url(cast, client, "/withdrawal"))).text
    assert "is over." in again
    page = owner.get(f"/projects/{cast.project.id}").text
    assert "withdrew the dispute about" in words(page)


def test_the_other_side_cannot_withdraw_it(cast, owner):
    opened(cast, 1)
    owner.post(url(cast, owner, "/withdrawal"), status=403)
    assert cast.milestone.state == MilestoneState.DISPUTED
