"""Accepting and asking for changes: what will happen is shown, and happens once."""

import pytest

from billing.accepting import reviews, submissions
from models import Decision, Invoice, Project
from tests import cast as the


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
    assert "It is due on Dec 6, 2026." in page
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


def test_changes_name_criteria_and_say_why(cast, client):
    page = client.get(url(cast, client, "changes")).text
    assert "2 more rounds of changes" in page
    unmet = cast.milestone.criteria[1].id
    given = {"seen": "1", "criteria": str(unmet), "note": "The plan lacks dates"}
    home = client.follow(client.post(url(cast, client, "changes"), given)).text
    assert "Alice Writes LLC is told what to change." in home
    assert "The plan lacks dates" in home
    assert 'aria-label="Not met yet"' in home
    [decision] = Decision.select()
    assert [verdict.criterion_id for verdict in decision.verdicts] == [unmet]

    again = client.post(url(cast, client, "changes"), given)
    assert "were already asked for" in client.follow(again).text
    assert Decision.select().count() == 1


def test_what_was_typed_stays(cast, client):
    page = client.post(url(cast, client, "changes"), {"note": "Dates <are> missing"}, 422).text
    assert "Choose at least one criterion that is not met yet." in page
    assert "Dates &lt;are&gt; missing" in page
    assert "<title>Error: " in page
    unmet = cast.milestone.criteria[0].id
    page = client.post(url(cast, client, "changes"), {"criteria": str(unmet)}, 422).text
    assert "Say what must change." in page
    assert f'type="checkbox" value="{unmet}"' in page.replace("checked ", "")
    assert page.count(" checked") == 2, "the criterion, and the system's colours"


def test_a_criterion_of_another_milestone_is_no_choice(cast, client):
    foreign = cast.milestones[1].criteria[0].id
    given = {"criteria": str(foreign), "note": "x", "seen": "1"}
    client.post(url(cast, client, "changes"), given, 422)
    assert Decision.select().count() == 0


def test_rounds_that_are_used_up(app, as_client):
    cast = the.submitted(the.terms(rounds=0))
    client = as_client(cast.project, cast.contact)
    page = client.get(url(cast, client, "changes")).text
    assert "The agreement includes no rounds of changes" in page
    assert "<textarea" not in page
    given = {"criteria": str(cast.milestone.criteria[0].id), "note": "x", "seen": "1"}
    page = client.post(url(cast, client, "changes"), given, 422).text
    assert cast.milestone.state == "submitted"


def test_only_approvers_decide(cast, as_client):
    payer = the.contact(cast.project.client, name="Paul", is_approver=False)
    client = as_client(cast.project, payer)
    page = client.get(url(cast, client, "acceptance")).text
    assert "<bdi>Cleo Zając</bdi> can accept it" in page
    assert "<form" not in page
    client.post(url(cast, client, "acceptance"), {"seen": "1"}, status=403)
    given = {"criteria": str(cast.milestone.criteria[0].id), "note": "x"}
    client.post(url(cast, client, "changes"), given, status=403)
    assert cast.milestone.state == "submitted"


def test_what_was_not_handed_over_cannot_be_accepted(cast, client):
    second = cast.milestones[1]
    page = client.get(url(cast, client, "acceptance", second)).text
    assert "has not handed this over yet" in page
    client.post(url(cast, client, "acceptance", second), status=409)


def test_another_projects_milestone_does_not_exist(cast, client, as_client):
    other = the.submitted()
    for deed in ("acceptance", "changes"):
        client.get(url(cast, client, deed, other.milestone), status=404)
        client.post(url(cast, client, deed, other.milestone), {"note": "x"}, status=404)
    assert other.milestone.state == "submitted"


@pytest.mark.parametrize("deed", ["acceptance", "changes"])
def test_without_a_token_nothing_happens(cast, client, deed):
    client.post(url(cast, client, deed), {"csrf_token": "", "seen": "1"}, status=400)
    assert cast.milestone.state == "submitted"


def test_nobody_gets_in_without_the_link(cast, client, nobody):
    for deed in ("acceptance", "changes"):
        nobody.get(url(cast, client, deed), status=404)


def test_looking_changes_nothing(cast, client):
    version = Project.get_by_id(cast.project.id).version
    client.get(url(cast, client, "acceptance"))
    client.get(url(cast, client, "changes"))
    assert Project.get_by_id(cast.project.id).version == version


def test_a_part_is_shown_before_and_billed_after(cast, client):
    first, second = (row.id for row in cast.milestone.criteria)
    plain = client.get(url(cast, client, "acceptance")).text
    assert "Is only a part of it met?" in plain
    assert 'name="met"' in plain and " checked>" not in plain.split("part_title")[1]
    page = client.get(url(cast, client, f"acceptance?part=1&met={first}")).text
    assert "If you accept these" in page
    assert "1 criterion stays in review." in page
    assert "Accept these and get invoice for" in page
    assert Decision.select().count() == 0

    given = {"seen": "1", "part": "1", "met": str(first)}
    home = client.follow(client.post(url(cast, client, "acceptance"), given)).text
    assert "That part of “Strategy document approved” is accepted." in home
    assert "Partly accepted" in home
    assert "accepted a part of" in home
    assert Invoice.select().count() == 1

    again = client.post(url(cast, client, "acceptance"), given)
    assert "is already accepted" in client.follow(again).text
    both = {**given, "met": [str(first), str(second)]}
    page = client.post(url(cast, client, "acceptance"), both, status=409).text
    assert "was accepted since you opened this page" in page
    asked = {"seen": "1", "criteria": str(first), "note": "No"}
    client.post(url(cast, client, "changes"), asked, status=409)
    assert f'type="checkbox" value="{first}"' not in client.get(url(cast, client, "changes")).text
    client.post(url(cast, client, "acceptance"), {"seen": "1"})
    assert cast.milestone.state == "accepted"
    assert Invoice.select().count() == 2


def test_a_part_without_a_criterion_is_asked_for_one(cast, client):
    page = client.get(url(cast, client, "acceptance?part=1")).text
    assert "Choose at least one criterion that is met." in page
    client.post(url(cast, client, "acceptance"), {"seen": "1", "part": "1"}, status=422)
    assert cast.milestone.state == "submitted"
