"""The page on which hourly work becomes a plan of outcomes."""

from models import Client, Invoice, Milestone, Project
from tests import cast as the
from tests.tracked import Tracked, imported

PAGE = "/outcomes/switch"


def typed(whose, **changes):
    said = {"client": whose.id, "title": "Website", "outcomes": "Site online\nShop open",
            "paid": "4,200.00", "until": "2026-11-20"}  # fmt: skip
    return {**said, **changes}


def test_running_work_becomes_a_draft_ready_to_price(signed_in, alice):
    client = the.client(alice)
    imported(alice, [Tracked("2026-11-03", 3, billed=30_000, currency="USD")])
    page = signed_in.get(PAGE).text
    filled = f"{PAGE}?client={client.id}&amp;title=Website&amp;until=2026-11-03&amp;paid=300.00"
    assert filled in page
    assert 'value="300.00"' in signed_in.get(filled.replace("&amp;", "&")).text
    answer = signed_in.post(PAGE, typed(client))
    project = Project.get()
    assert answer.location == f"/projects/{project.id}"
    assert Milestone.live(project).count() == 2 and Invoice.select().count() == 0
    page = signed_in.get(f"/projects/{project.id}/agreement").text
    assert "Work before this agreement" in page and "$4,200.00" in page


def test_what_was_typed_stays_when_something_is_wrong(signed_in, alice):
    client = the.client(alice)
    signed_in.get(PAGE)
    for changes, words in (
        ({"outcomes": " "}, "Write at least one outcome"),
        ({"client": ""}, "Choose the client."),
        ({"paid": "much"}, "is not an amount of money"),
        ({"until": "2027-01-01"}, "cannot lie in the future"),
    ):
        page = signed_in.post(PAGE, typed(client, **changes), 422).text
        assert words in page and 'value="Website"' in page
    assert Project.select().count() == 0


def test_another_owners_client_cannot_be_chosen(signed_in, stranger, alice):
    theirs = the.client(alice)
    stranger.get(PAGE)
    stranger.post(PAGE, typed(theirs), 422)
    assert Client.select().count() == 1 and Project.select().count() == 0


def test_a_hostile_address_fills_nothing(signed_in):
    signed_in.get(f"{PAGE}?client=9999999999999&until=never&paid=x&title=%3Cb%3E")
