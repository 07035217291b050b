"""Accepting a milestone as a whole: what will happen is shown, and happens once."""

import re

import pytest

from billing.accepting import reviews, submissions
from models import Business, Decision, Invoice, Project
from tests import cast as the
from tests.web.test_portal_reviews import marked


@pytest.fixture
def cast(app):
    return the.submitted(the.terms(), the.terms(title="Campaign launched"))


@pytest.fixture
def client(cast, as_client):
    return as_client(cast.project, cast.contact)


def url(cast, client, deed, milestone=None):
    return f"{client.home}milestones/{(milestone or cast.milestone).id}/{deed}"


def test_the_consequence_is_shown_before_and_the_invoice_after(cast, client):
    page = client.get(url(cast, client, "acceptance")).text
    assert f"goes to <bdi>{cast.contact.email}</bdi>" in page
    assert "due on Dec 6, 2026." in page
    assert "See page 1" in page
    assert Invoice.select().count() == 0

    done = client.post(url(cast, client, "acceptance"), {"seen": "1"})
    home = client.follow(done).text
    assert "“Strategy document approved” is accepted." in home
    assert "Pay invoice INV-0001" in home
    assert cast.milestone.state == "accepted"


def test_a_double_click_is_harmless(cast, client):
    for _ in range(2):
        done = client.post(url(cast, client, "acceptance"), {"seen": "1"})
    assert "is already accepted" in client.follow(done).text
    assert Invoice.select().count() == 1
    page = client.get(url(cast, client, "acceptance")).text
    assert "This is accepted." in page
    assert "<form" not in page


def test_a_newer_round_is_looked_at_first(cast, client):
    client.get(url(cast, client, "acceptance"))
    unmet = [cast.milestone.criteria[0].id]
    reviews.ask_for_changes(cast.milestone, "Not yet", unmet, cast.contact, the.NOW)
    shown = the.shown(cast.milestone)
    submissions.submit(cast.milestone, "Second try", [], shown, cast.owner, the.NOW)

    page = client.post(url(cast, client, "acceptance"), {"seen": "1"}, status=409).text
    assert "Look at round 2 before you decide" in page
    assert "Second try" in page
    assert 'name="seen" type="hidden" value="2"' in page
    client.post(url(cast, client, "acceptance"), {"seen": "2"})
    assert cast.milestone.state == "accepted"


def test_only_approvers_decide(cast, as_client):
    payer = the.contact(cast.project.client, name="Paul", is_approver=False)
    client = as_client(cast.project, payer)
    page = client.get(url(cast, client, "acceptance")).text
    assert "<bdi>Cleo Zając</bdi> can accept it" in page
    assert "<form" not in page
    client.post(url(cast, client, "acceptance"), {"seen": "1"}, status=403)
    given = marked(cast.milestone, unmet="x")
    client.post(url(cast, client, "review"), given, status=403)
    assert cast.milestone.state == "submitted"


def test_what_was_not_handed_over_cannot_be_accepted(cast, client):
    second = cast.milestones[1]
    page = client.get(url(cast, client, "acceptance", second)).text
    assert "has not handed this over yet" in page
    client.post(url(cast, client, "acceptance", second), status=409)


def test_another_projects_milestone_does_not_exist(cast, client, as_client):
    other = the.submitted()
    for deed in ("acceptance", "review"):
        client.get(url(cast, client, deed, other.milestone), status=404)
        client.post(url(cast, client, deed, other.milestone), {"note": "x"}, status=404)
    assert other.milestone.state == "submitted"


@pytest.mark.parametrize("deed", ["acceptance", "review"])
def test_without_a_token_nothing_happens(cast, client, deed):
    client.post(url(cast, client, deed), {"csrf_token": "", "seen": "1"}, status=400)
    assert cast.milestone.state == "submitted"


def test_nobody_gets_in_without_the_link(cast, client, nobody):
    for deed in ("acceptance", "review"):
        nobody.get(url(cast, client, deed), status=404)


def test_looking_changes_nothing(cast, client):
    version = Project.get_by_id(cast.project.id).version
    client.get(url(cast, client, "acceptance"))
    client.get(url(cast, client, "review"))
    assert Project.get_by_id(cast.project.id).version == version


def test_an_acceptance_can_be_undone_while_its_time_runs(cast, client, frozen):
    Business.update(undo_minutes=30).where(Business.owner == cast.owner.id).execute()
    page = client.get(url(cast, client, "acceptance")).text
    assert "You can undo it for 30 minutes. Then the invoice is issued." in page
    home = client.follow(client.post(url(cast, client, "acceptance"), {"seen": "1"})).text
    told = re.sub("<[^>]+>", "", home)
    assert "You can undo this until Nov 22, 2026, 05:30 EST. Then the invoice for $5,000.00" in told
    assert "Pay invoice" not in home
    seen = {"seen": str(Decision.get().id)}
    client.post(url(cast, client, "acceptance/undoing"), {"seen": "0"}, status=409)
    done = client.post(url(cast, client, "acceptance/undoing"), seen)
    page = client.follow(done).text
    assert "The acceptance is taken back." in page and "took back the acceptance" in page
    assert Invoice.select().count() == 0
    page = client.follow(client.post(url(cast, client, "acceptance/undoing"), seen)).text
    assert "That acceptance of “Strategy document approved” is already taken back." in page
    client.get(url(cast, client, "acceptance"))
    client.post(url(cast, client, "acceptance"), {"seen": "1"})
    frozen(the.later(hours=1))
    newest = {"seen": str(Decision.select().order_by(Decision.id.desc()).get().id)}
    page = client.post(url(cast, client, "acceptance/undoing"), newest, status=409).text
    assert "is over." in page
