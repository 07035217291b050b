"""The audit's pages: grouped by the worker, read, edited, all without JavaScript."""

import pytest

from billing.delivery import jobs as worker
from billing.outcomes import audit_figures
from models import User, ValuedResult, WorkKind, WorkLabel
from tests.cast import NOW
from tests.tracked import Tracked, grouped, imported, newsletters, websites


@pytest.fixture
def owner(signed_in):
    return User.select().order_by(User.id).first()


@pytest.fixture
def audited(owner):
    imported(owner, [*websites(), *newsletters()])
    grouped(owner)
    return owner


def here(kind, rest=""):
    return f"/outcomes/audit/kinds/{kind.id}{rest}"


def named(name):
    return WorkKind.get(WorkKind.name == name)


def test_without_hours_the_page_says_where_to_begin(signed_in):
    page = signed_in.get("/outcomes/audit").text
    assert "No past hours were imported yet" in page and "What stands out" not in page
    page = signed_in.follow(signed_in.post("/outcomes/audit")).text
    assert "Import a file of them first." in page
    assert "There are no past hours here." in signed_in.get("/outcomes/audit/projects").text


def test_an_edit_of_very_many_hours_does_not_wait_for_the_sums(signed_in, audited, monkeypatch):
    monkeypatch.setattr(audit_figures, "FEW", 0)
    signed_in.post(here(named("Newsletter"), "/name"), {"name": "Mailings"})
    page = signed_in.get("/outcomes/audit").text
    assert "Adding up what you changed" in page and "every 1s" in page
    assert "What stands out" not in page, "nothing old is told meanwhile"
    while worker.work_once(NOW):
        pass
    page = signed_in.get("/outcomes/audit").text
    assert "Mailings" in page and "every 1s" not in page


def test_hours_are_grouped_in_the_background(signed_in, owner):
    imported(owner, websites())
    page = signed_in.get("/outcomes/audit").text
    assert "5 entries are in no kind of work yet." in page and "Not grouped yet" in page
    signed_in.post("/outcomes/audit")
    page = signed_in.get("/outcomes/audit").text
    assert "Waiting for its turn" in page and "every 1s" in page
    again = signed_in.follow(signed_in.post("/outcomes/audit")).text
    assert "being grouped already" in again
    while worker.work_once(NOW):
        pass
    page = signed_in.get("/outcomes/audit").text
    assert "Website build" in page and "every 1s" not in page
    assert "one fixed price for all would have been dangerous" in page


def test_findings_are_sentences_with_figures(signed_in, audited):
    page = signed_in.get("/outcomes/audit").text
    assert "12:00 of 48:00 hours of “Newsletter” (25 %) read like rework." in page
    assert "“Newsletter” for Cleo GmbH comes back every month: 12 times" in page
    assert "Half of 5 pieces of “Website build” took 10:00 hours or less" in page
    assert "it takes 5 pieces" not in page
    kind = signed_in.get(here(named("Website build"))).text
    assert "for each, the middle of what you billed" in kind
    assert "4 of 5 pieces" not in kind and "1 of 5 pieces would have brought less" in kind


def test_too_little_is_said_plainly(signed_in, owner):
    imported(owner, websites(times=(8, 10)))
    grouped(owner)
    page = signed_in.get("/outcomes/audit").text
    assert "it takes 5 pieces of a kind of work to say how they spread" in page
    assert "It takes 5 pieces with known amounts" in signed_in.get(here(WorkKind.get())).text


def test_a_kind_is_renamed_and_keeps_its_name(signed_in, audited):
    kind = named("Website build")
    signed_in.post(here(kind, "/name"), {"name": "Websites"})
    assert named("Websites").kept
    refused = signed_in.post(here(kind, "/name"), {"name": "newsletter"}, 422).text
    assert "“newsletter” is there already. Merge the two instead." in refused
    assert "Give the kind of work a name." in signed_in.post(here(kind, "/name"), {}, 422).text


def test_descriptions_are_split_off_and_moved_back(signed_in, audited):
    kind = named("Newsletter")
    split = {"text": "second pass", "name": "Corrections", "deed": "split"}
    page = signed_in.follow(signed_in.post(here(kind, "/descriptions"), split)).text
    assert "“Corrections” is a kind of its own now." in page
    apart = named("Corrections")
    [label] = list(apart.labels)
    move = {"labels": label.id, "to": kind.id, "deed": "move"}
    page = signed_in.follow(signed_in.post(here(apart, "/descriptions"), move)).text
    assert "1 description was moved." in page
    assert WorkKind.get_or_none(WorkKind.name == "Corrections") is None, "nothing is left in it"


def test_whether_it_is_rework_is_said_by_hand_and_by_words(signed_in, audited):
    kind = named("Newsletter")
    label = WorkLabel.get(WorkLabel.rework)
    signed_in.post(here(kind, "/descriptions"), {"labels": label.id, "deed": "no_rework"})
    assert "no, you said so" in signed_in.get(here(kind)).text
    signed_in.post("/outcomes/audit/words", {"words": "Second Pass\nbuild"})
    reworked = [row.sample for row in WorkLabel.select().where(WorkLabel.rework)]
    assert reworked == ["Website build"], "what was said by hand stays"


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"deed": "move", "text": "website"}, "Choose another kind of work."),
        ({"deed": "split", "name": "New"}, "Tick the descriptions that are meant"),
        ({"deed": "split", "text": "website"}, "Give the kind of work a name."),
        ({"deed": "sell"}, "Choose what to do with the descriptions."),
        ({}, "Choose what to do with the descriptions."),
    ],
)
def test_what_cannot_be_done_is_told(signed_in, audited, form, told):
    answer = signed_in.post(here(named("Website build"), "/descriptions"), form, 422)
    assert told in answer.text


def test_kinds_are_merged(signed_in, audited):
    kind, into = named("Newsletter"), named("Website build")
    page = signed_in.follow(signed_in.post(here(kind, "/merger"), {"into": into.id})).text
    assert "“Newsletter” is part of “Website build” now." in page
    itself = signed_in.post(here(into, "/merger"), {"into": into.id}, 422).text
    assert "Choose another kind of work." in itself


def test_what_a_client_valued_is_named(signed_in, audited):
    page = signed_in.get("/outcomes/audit/projects", query_string={"client": "Client 1"}).text
    assert "Client 1" in page and "Client 2" not in page
    form = {"client": "Client 1", "project": "Website", "result": "Orders at night"}
    signed_in.post("/outcomes/audit/projects?client=Client+1", form)
    assert 'value="Orders at night"' in signed_in.get("/outcomes/audit/projects").text
    signed_in.post("/outcomes/audit/projects", {**form, "result": ""})
    signed_in.post("/outcomes/audit/projects", {**form, "client": "Nobody"}, 422)
    assert not ValuedResult.select().exists()
    signed_in.post("/outcomes/audit/projects", {**form, "result": "x" * 301}, 422)


def test_currencies_stand_apart(signed_in, owner):
    imported(owner, [*websites(), Tracked("2025-01-01", 2, "Logo", 30_000, currency="JPY")])
    grouped(owner)
    page = signed_in.get("/outcomes/audit").text
    assert "Kinds of work, in EUR" in page and "Kinds of work, in JPY" in page


def test_a_strangers_kind_is_not_there(signed_in, stranger, audited):
    kind = named("Newsletter")
    stranger.get(here(kind), 404)
    for rest in ("/name", "/merger", "/descriptions"):
        stranger.post(here(kind, rest), {"name": "Mine"}, 404)
    assert "Newsletter" not in stranger.get("/outcomes/audit").text
