"""An owner's own clauses in the browser: kept from an agreement, versions seen, chosen again."""

import pytest

from billing import library
from billing.agreeing import choosing, clause_sets, composing
from billing.agreeing.clause_choices import Choice
from models import ClauseSet, ClauseSetVersion
from tests import cast as the
from tests.cast import NOW
from tests.contents import contents
from tests.web.test_composing import bodies, typed, url


@pytest.fixture
def project(alice):
    return the.project(alice)


@pytest.fixture
def kept(alice):
    mine = [{**row, "body": f"{row['body']} Mine."} for row in library.starting("design", "en")]
    return clause_sets.create("House rules", mine, Choice("design", "en"), alice, NOW)


def test_clauses_are_kept_from_an_agreement(signed_in, project):
    form = typed(signed_in.get(url(project)).text)
    answer = signed_in.post(url(project), form | {"clauses-0-body": "Ours.", "keep": "1"})
    page = signed_in.follow(answer).text
    assert "What we agree on" in page
    signed_in.post(f"/projects/{project.id}/clauses", {"name": "House rules"})
    [version] = ClauseSetVersion.select()
    assert (version.clause_set.name, version.clauses[0]["body"]) == ("House rules", "Ours.")
    assert "House rules" in signed_in.get("/clauses").text


def test_a_name_is_needed_and_what_was_typed_stays(signed_in, project, kept):
    there = f"/projects/{project.id}/clauses"
    page = signed_in.post(there, {"name": ""}, status=422).text
    assert "Give your clauses a name." in page
    page = signed_in.post(there, {"name": "house rules"}, status=422).text
    assert "already have clauses" in page and 'value="house rules"' in page
    assert ClauseSetVersion.select().count() == 1


def test_another_version_is_added(signed_in, project, kept):
    there = f"/projects/{project.id}/clauses"
    assert "A new version of “House rules”" in signed_in.get(there).text
    signed_in.post(there, {"clause_set": str(kept.id)})
    assert [row.number for row in clause_sets.versions(kept)] == [2, 1]
    first = signed_in.get(f"/clauses/{kept.id}?version=1").text
    assert "Mine." in first and "Make this version the newest" in first
    signed_in.post(f"/clauses/{kept.id}/versions", {"version": "1"})
    assert "Mine." in signed_in.get(f"/clauses/{kept.id}").text
    signed_in.get(f"/clauses/{kept.id}?version=9", status=404)
    signed_in.post(f"/clauses/{kept.id}/versions", {"version": "9"}, status=404)


def test_a_set_is_chosen_when_composing(signed_in, project, kept):
    page = signed_in.get(url(project)).text
    version = kept.versions[0]
    assert f'<option value="set-{version.id}">House rules, version 1' in page
    form = typed(page) | {"source": f"set-{version.id}", "language": "en", "choose": "1"}
    page = signed_in.follow(signed_in.post(url(project), form)).text
    assert bodies(project)["scope"].endswith("Mine.")
    assert f'<option selected value="set-{version.id}">' in page


def test_a_foreign_set_is_not_chosen(signed_in, project, stranger):
    bob = the.owner("carol@example.com")
    foreign = clause_sets.create(
        "Hers", library.starting("design", "de"), Choice("design", "de"), bob, NOW
    )
    before = bodies(project)
    form = typed(signed_in.get(url(project)).text)
    form |= {"source": f"set-{foreign.versions[0].id}", "choose": "1"}
    signed_in.post(url(project), form)
    assert bodies(project) == before


def test_a_kind_of_work_and_a_language_are_chosen_and_typing_survives(signed_in, project):
    form = typed(signed_in.get(url(project)).text)
    form |= {"clauses-0-body": "Ours.", "source": "software", "language": "de", "choose": "1"}
    page = signed_in.htmx(url(project), form, target="div#compose").text
    assert "Ours." in page and "Vertraulichkeit" in page
    form = typed(page) | {"clauses-1-body": "Typed since.", "undo": "1"}
    page = signed_in.htmx(url(project), form, target="div#compose").text
    assert "Vertraulichkeit" not in page and "Ours." in page
    page = signed_in.htmx(url(project), typed(page) | {"undo": "1"}, target="div#compose").text
    assert "Typed since." in page


def test_a_clause_is_given_its_first_text_again(signed_in, project):
    form = typed(signed_in.get(url(project)).text) | {"clauses-0-body": "Ours."}
    page = signed_in.follow(signed_in.post(url(project), form)).text
    assert 'name="restore" value="scope"' in page
    page = signed_in.follow(signed_in.post(url(project), typed(page) | {"restore": "scope"})).text
    assert "Ours." not in page and 'name="restore"' not in page


def test_it_is_renamed_archived_and_brought_back(signed_in, kept):
    here = f"/clauses/{kept.id}"
    signed_in.post(f"{here}/name", {"name": "Rules of the house"})
    assert "Rules of the house" in signed_in.get(here).text
    assert (
        "Give your clauses a name." in signed_in.post(f"{here}/name", {"name": ""}, status=422).text
    )
    signed_in.post(f"{here}/archive")
    assert "archived" in signed_in.get(here).text
    assert "Rules of the house" not in signed_in.get("/clauses").text
    assert "Rules of the house" in signed_in.get("/clauses?archived").text
    signed_in.post(f"{here}/restoration")
    assert "Rules of the house" in signed_in.get("/clauses").text


def test_a_name_that_is_taken_is_refused(signed_in, alice, kept):
    other = clause_sets.create(
        "Other", kept.versions[0].clauses, Choice("design", "en"), alice, NOW
    )
    page = signed_in.post(f"/clauses/{other.id}/name", {"name": "House rules"}, status=422).text
    assert "already have clauses" in page
    assert ClauseSet.get_by_id(other.id).name == "Other"


def test_a_stranger_sees_nothing_of_it(stranger, kept, project):
    before = contents()
    stranger.get(f"/clauses/{kept.id}", status=404)
    stranger.get(f"/projects/{project.id}/clauses", status=404)
    for deed in ("name", "archive", "restoration", "versions"):
        stranger.post(f"/clauses/{kept.id}/{deed}", {"name": "x", "version": "1"}, status=404)
    assert "House rules" not in stranger.get("/clauses").text
    assert contents() == before


def test_looking_changes_nothing_and_a_post_needs_its_token(signed_in, kept, project):
    before = contents()
    for page in ("/clauses", f"/clauses/{kept.id}", f"/projects/{project.id}/clauses"):
        signed_in.get(page)
    signed_in.token = ""
    signed_in.post(f"/clauses/{kept.id}/archive", status=400)
    assert contents() == before


def test_a_consumers_agreement_says_what_is_left_out(signed_in, alice):
    client = the.client(alice, kind="consumer")
    project = the.project(alice, for_client=client)
    draft = composing.proposal(project, NOW)
    late = {"key": "late", "heading": "Late payment", "body": "Interest.", "on": True}
    composing.revise(project, [*draft.clauses, late], draft.signer, None, NOW)
    page = signed_in.get(url(project)).text
    assert "Left out: this client is a consumer." in page
    assert "Interest." not in signed_in.get(url(project, "/preview")).text


def test_new_yorks_addresses_are_advised_not_asked_for(signed_in, project, alice):
    page = signed_in.get(url(project)).text
    assert "The postal address of Cleo GmbH is missing" in page and "Nothing is missing" in page
    german = the.owner("dora@example.com", country="DE")
    elsewhere = the.project(german, for_client=the.client(german, country="DE"))
    choosing.choose(elsewhere, Choice("design", "de"), NOW)
    project.client.street, project.client.city = "2 Side Street", "Albany"
    project.client.save()
    assert "postal address of" not in signed_in.get(url(project)).text
