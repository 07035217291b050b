"""What a milestone needs from its client, on both sides' pages."""

from io import BytesIO

import pytest

from billing.planning.duties import Duty
from models import Supply
from tests import cast as the
from tests.cast import later

TEXT = "Logo <files>"


@pytest.fixture
def cast(alice):
    return the.active(the.terms(duties=(Duty(TEXT, later(days=9).date()),)), of=alice)


def test_a_client_supplies_it_and_the_owner_says_what_is_missing(signed_in, cast, as_client):
    client = as_client(cast.project, cast.contact)
    there = f"{client.home}milestones/{cast.milestone.id}/duties"
    home = client.get(client.home).text
    assert "Supply “Logo &lt;files&gt;”" in home and there in home
    assert "Logo &lt;files&gt;" in client.get(there).text
    typed = {"duty": TEXT, "key": "1", "note": "Łódź", "link": "ftp:x"}
    page = client.post(there, typed, 422).text
    assert "Łódź" in page and Supply.select().count() == 0
    typed["files"] = [(BytesIO(b"a"), "a.txt"), (BytesIO(b"a" * 25_000_001), "b.txt")]
    assert "“b.txt” is too large." in client.post(there, typed, 413).text
    typed["files"] = [(BytesIO(b"a" * 15_000_000), f"{name}.txt") for name in "ab"]
    page = client.post(there, typed, 413).text
    assert "Together with the other files “b.txt” is too large" in page and "Łódź" in page
    typed |= {"link": "https://x.example/a", "files": [(BytesIO(b"one"), "a.txt")]}
    page = client.follow(client.post(there, typed)).text
    assert "has it." in page and "Supply “Logo" not in page
    owners = signed_in.get(f"/projects/{cast.project.id}").text
    assert "a.txt</bdi>" in owners and "https://x.example/a" in owners and "Łódź" in owners
    back = f"/projects/{cast.project.id}/supplies/{Supply.get().id}/reopening"
    signed_in.follow(signed_in.post(back, {"reason": "No white one"}))
    page = client.get(there).text
    assert "No white one" in page and "This is it" in page


def test_what_somebody_supplied_meanwhile_is_said_though_its_form_is_gone(cast, as_client):
    client = as_client(cast.project, cast.contact)
    there = f"{client.home}milestones/{cast.milestone.id}/duties"
    client.get(there)
    client.follow(client.post(there, {"duty": TEXT, "key": "1"}))
    late = {"duty": TEXT, "key": "2", "note": "The blue one"}
    page = client.post(there, late, 409).text
    assert "is there already." in page and "The blue one" in page
    assert "is not needed any more" in client.post(there, {"duty": "x", "key": "3"}, 409).text


def test_the_owner_notes_what_arrived_another_way(signed_in, cast):
    home = f"/projects/{cast.project.id}"
    assert "It has arrived" in signed_in.get(home).text
    there = f"{home}/milestones/{cast.milestone.id}/duties"
    for _ in range(2):
        page = signed_in.follow(signed_in.post(there, {"duty": TEXT, "after": "0"})).text
    assert "as arrived" in page and Supply.select().count() == 1


def test_an_overdue_duty_shows_where_the_day_has_moved(signed_in, cast, as_client, frozen):
    client = as_client(cast.project, cast.contact)
    frozen(later(days=10, hours=6))
    for page in (client.get(client.home), signed_in.get(f"/projects/{cast.project.id}")):
        assert "instead of" in page.text and "1 working day late" in page.text


def test_a_row_of_the_plan_takes_duties_with_their_days(signed_in, alice):
    project = the.project(alice)
    here = f"/projects/{project.id}"
    row = f"{here}/milestones/{project.milestones[0].id}"
    typed = {
        "title": "A", "criteria": "B", "price": "1", "review_days": "5", "rounds": "2",
        "signing_delivery": "send", "date_delivery": "send", "acceptance_delivery": "send",
        "revision": "0", "duties": "Logo files",
    }  # fmt: skip
    signed_in.get(here)
    page = signed_in.post(row, typed, 422).text
    assert "Begin each line of what you need with its last day" in page
    assert ">Logo files</textarea>" in page
    typed["duties"] = "2026-12-05 Logo files"
    signed_in.follow(signed_in.post(row, typed))
    assert "2026-12-05 Logo files" in signed_in.get(here).text
    assert "Supplied by the client" in signed_in.get(f"{here}/agreement/preview").text
