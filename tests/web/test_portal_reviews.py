"""Going through the criteria: each met or not with a remark, what follows is shown, then done."""

import pytest

from billing.accepting import reviews, submissions
from models import ChangeRequest, Decision, Invoice, Milestone, Verdict
from tests import cast as the


@pytest.fixture
def cast(app):
    return the.submitted(the.terms(), the.terms(title="Campaign launched"))


@pytest.fixture
def client(cast, as_client):
    return as_client(cast.project, cast.contact)


def url(cast, client):
    return f"{client.home}milestones/{cast.milestone.id}/review"


def marked(milestone: Milestone, met=None, unmet=None, rest="goes_back", **more):
    """The first criterion `met`, the last `unmet`, each with its remark."""
    first, last = milestone.criteria[0].id, milestone.criteria[-1].id
    given = {"seen": "1", "rest": rest}
    if met is not None:
        given |= {f"verdict_{first}": "met", f"remark_{first}": met}
    if unmet is not None:
        given |= {f"verdict_{last}": "unmet", f"remark_{last}": unmet}
    given["mark"] = f"{first if met is not None else ''};{last if unmet is not None else ''}"
    return {**given, **more}


def look(given):
    return {name: value for name, value in given.items() if name not in ("rest", "mark")}


def test_what_follows_is_shown_before_anything_is_done(cast, client):
    page = client.get(url(cast, client)).text
    assert "Nothing is marked yet." in page
    assert "See page 1" in page and page.count('class="verdict"') == 2
    given = marked(cast.milestone, met="", unmet="No channels yet")
    page = client.post(url(cast, client), look(given), status=200).text
    assert f'name="mark" value="{given["mark"]}"' in page
    assert "An invoice for <bdi>$2,500.00</bdi> goes to" in page
    assert "1 criterion goes back to Alice Writes LLC" in page
    assert "1 of the 2 rounds of changes that are left" in page
    assert "Accept what is met and ask for changes to the rest" in page
    assert "No channels yet" in page
    part = client.htmx(url(cast, client), look(given), target="section#review_outcome").text
    assert part.lstrip().startswith("<section") and "An invoice for <bdi>$2,500.00</bdi>" in part
    assert Decision.select().count() == Invoice.select().count() == 0


def test_a_part_is_accepted_and_the_rest_goes_back_in_one_go(cast, client):
    given = marked(cast.milestone, met="Well done", unmet="No channels yet", note="Nearly there")
    home = client.follow(client.post(url(cast, client), given)).text
    assert "Alice Writes LLC is told what to change." in home
    assert "Pay invoice INV-0001" in home
    assert "No channels yet" in home and "Nearly there" in home and "Well done" in home
    assert cast.milestone.state == "changes_requested"
    assert [(row.accepted, row.remark) for row in Verdict.select().order_by(Verdict.id)] == [
        (True, "Well done"),
        (False, "No channels yet"),
    ]
    assert [row.total for row in cast.invoices] == [250_000]

    again = client.post(url(cast, client), given)
    assert "already" in client.follow(again).text
    assert Decision.select().count() == 2


def test_the_rest_may_stay_in_review_with_what_is_missing_on_record(cast, client):
    given = marked(cast.milestone, met="", unmet="No channels yet", rest="stays")
    home = client.follow(client.post(url(cast, client), given)).text
    assert "That part of “Strategy document approved” is accepted." in home
    assert "Partly accepted" in home and "No channels yet" in home
    again = client.post(url(cast, client), given)
    assert "is already accepted" in client.follow(again).text

    page = client.get(url(cast, client)).text
    assert page.count('class="verdict"') == 1, "only what is open is asked"
    assert "checked" in page and "No channels yet" in page
    last = cast.milestone.criteria[-1].id
    rest = {"seen": "1", "rest": "stays", f"verdict_{last}": "met", "mark": f"{last};"}
    client.post(url(cast, client), rest)
    assert cast.milestone.state == "accepted"
    assert [row.total for row in cast.invoices] == [250_000, 250_000]


def test_everything_is_met(cast, client):
    first, last = (row.id for row in cast.milestone.criteria)
    given = marked(cast.milestone, met="", rest="stays") | {f"verdict_{last}": "met"}
    given["mark"] = f"{first},{last};"
    home = client.follow(client.post(url(cast, client), given)).text
    assert "“Strategy document approved” is accepted." in home
    assert cast.milestone.state == "accepted"


def test_what_was_typed_stays_until_it_counts(cast, client):
    given = marked(cast.milestone, unmet="")
    page = client.post(url(cast, client), {**given, "note": ""}, status=422).text
    assert "Say what must change." in page and "<title>Error: " in page
    other = marked(cast.milestone, unmet="Dates <are> missing", mark=";")
    page = client.post(url(cast, client), other, status=422).text
    assert "You have marked something else since." in page
    assert "Dates &lt;are&gt; missing" in page
    loose = marked(cast.milestone, met="") | {f"remark_{cast.milestone.criteria[-1].id}": "Hm"}
    page = client.post(url(cast, client), loose, status=422).text
    assert "Say whether this is met, so that your remark counts." in page
    nothing = {"seen": "1", "rest": "stays", "mark": ";"}
    page = client.post(url(cast, client), nothing, status=422).text
    assert "Choose at least one criterion that is met." in page
    client.post(url(cast, client), {**given, "rest": "elsewhere"}, status=400)
    assert Decision.select().count() == 0


def test_a_newer_round_is_looked_at_first(cast, client):
    unmet = [cast.milestone.criteria[0].id]
    reviews.ask_for_changes(cast.milestone, "Not yet", unmet, cast.contact, the.NOW)
    assert "What you wrote was not sent." not in client.get(url(cast, client)).text
    typed = marked(cast.milestone, unmet="My long remark")
    page = client.post(url(cast, client), typed, status=409).text
    assert "were already asked for" in page
    assert "What you wrote was not sent." in page and "My long remark" in page
    shown = the.shown(cast.milestone)
    submissions.submit(cast.milestone, "Second try", [], shown, cast.owner, the.NOW)
    page = client.post(url(cast, client), typed, status=409).text
    assert "Look at round 2 before you decide" in page
    assert "My long remark" in page


def test_beyond_the_rounds_it_is_a_wish_for_a_change(app, as_client):
    cast = the.submitted(the.terms(rounds=0))
    client = as_client(cast.project, cast.contact)
    given = marked(cast.milestone, met="", unmet="Also in French", rest="is_asked")
    page = client.post(url(cast, client), look(given), status=200).text
    assert "The agreement includes no rounds of changes." in page
    assert "Accept what is met and ask for a change of the agreement" in page
    client.post(url(cast, client), {**given, "rest": "goes_back"}, status=422)
    assert cast.milestone.state == "submitted"

    for _ in range(2):
        home = client.follow(client.post(url(cast, client), given)).text
    assert "Partly accepted" in home
    [wish] = ChangeRequest.select()
    assert wish.wish == "Names a channel plan: Also in French"
    assert [(row.criterion_id, row.remark) for row in wish.points] == [
        (cast.milestone.criteria[-1].id, "Also in French")
    ]
    page = client.get(url(cast, client)).text
    assert "You have asked for changes beyond the agreed rounds" in page


def test_somebody_elses_criterion_is_no_choice(cast, client):
    foreign = cast.milestones[1].criteria[0].id
    given = {"seen": "1", "rest": "goes_back", f"verdict_{foreign}": "unmet", "mark": f";{foreign}"}
    client.post(url(cast, client), given, status=422)
    assert Decision.select().count() == 0
