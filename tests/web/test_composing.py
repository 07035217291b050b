"""The editor of an agreement: clauses, signer and last day, saved without losing a word."""

import re

import pytest

from billing.agreeing import composing
from billing.planning import plan
from models import (
    Agreement,
    Business,
    Event,
    Milestone,
    Project,
    ProjectState,
)
from tests import cast as the
from tests.cast import NOW


@pytest.fixture
def project(alice):
    return the.project(alice)


def url(project: Project, rest: str = "") -> str:
    return f"/projects/{project.id}/agreement{rest}"


def typed(page: str) -> dict[str, str]:
    """The form of the editor as a browser would send it back."""
    fields = {}
    for name, value in re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page):
        box = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)[0]
        if 'type="checkbox"' not in box or " checked" in box:
            fields[name] = value
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\s*([^<]*)</textarea>', page):
        fields[name] = text.replace("&#39;", "'")
    chosen = re.search(r'<option selected value="(\d+)"', page)
    return {**fields, "signer": chosen[1] if chosen else ""}


def bodies(project: Project) -> dict[str, str]:
    return {row["key"]: row["body"] for row in composing.proposal(project, NOW).clauses}


def test_looking_changes_nothing(signed_in, project):
    before = Event.select().count()
    for page in ("", "/preview", "/sending"):
        signed_in.get(url(project, page))
    assert (Agreement.select().count(), Event.select().count()) == (0, before)


def test_clauses_are_shown_with_their_variables_filled(signed_in, project):
    page = signed_in.get(url(project)).text
    assert 'title="{client}"><bdi>Cleo GmbH</bdi>' in page
    assert "Nothing is missing" in page


def test_a_draft_is_saved_and_a_clause_added(signed_in, project):
    form = typed(signed_in.get(url(project)).text)
    blank = max(int(n) for n in re.findall(r"clauses-(\d+)-key", " ".join(form)))
    form[f"clauses-{blank}-heading"] = "Travel"
    form[f"clauses-{blank}-body"] = "By train.\r\nAt cost."
    form["clauses-0-body"] = "Only what is written here."
    form["expires_on"] = "2026-12-24"
    saved = signed_in.post(url(project), form)
    page = signed_in.follow(saved).text
    assert "Saved." in page and "Travel" in page
    draft = composing.proposal(project, NOW)
    assert draft.clauses[0]["body"] == "Only what is written here."
    assert (draft.clauses[-1]["heading"], draft.clauses[-1]["body"]) == (
        "Travel",
        "By train.\nAt cost.",
    )
    assert draft.expires_on.isoformat() == "2026-12-24"
    assert len(draft.clauses) == blank + 1


def test_a_clause_of_ones_own_is_removed_and_a_starting_one_only_left_out(signed_in, project):
    rows = [{"key": "own-1", "heading": "Mine", "body": "x", "on": True}]
    draft = composing.proposal(project, NOW)
    composing.revise(project, draft.clauses[:1] + rows, draft.signer, None, NOW)
    form = typed(signed_in.get(url(project)).text)
    del form["clauses-0-on"]
    form |= {"clauses-0-remove": "y", "clauses-1-remove": "y"}
    signed_in.post(url(project), form)
    [kept] = composing.proposal(project, NOW).clauses
    assert (kept["key"], kept["on"]) == ("scope", False)


def test_a_clause_moves_and_takes_what_was_typed_along(signed_in, project):
    form = typed(signed_in.get(url(project)).text)
    form |= {"clauses-1-body": "typed", "move": "exclusions:up"}
    signed_in.post(url(project), form)
    first = composing.proposal(project, NOW).clauses[0]
    assert (first["key"], first["body"]) == ("exclusions", "typed")


def test_htmx_gets_the_editor_alone_with_the_preview_renewed(signed_in, project):
    page = signed_in.get(url(project)).text
    form = typed(page) | {"clauses-0-body": "Changed"}
    part = signed_in.htmx(url(project), form, target="div#compose").text
    assert part.lstrip().startswith('<div class="compose" id="compose">')
    [before], [after] = (re.findall(r'src="([^"]*/preview[^"]*)"', each) for each in (page, part))
    assert before != after


def test_what_cannot_be_saved_stays_typed(signed_in, project):
    form = typed(signed_in.get(url(project)).text)
    form |= {"clauses-0-body": "still here", "expires_on": "2026-11-01"}
    page = signed_in.post(url(project), form, status=422).text
    assert "The last day must be today or later." in page and "still here" in page
    page = signed_in.post(url(project), form | {"expires_on": "soon"}, status=422).text
    assert "Write the date like 2026-12-31." in page and "still here" in page
    assert Agreement.select().count() == 0


def test_a_second_window_is_told_and_keeps_its_text(signed_in, project):
    form = typed(signed_in.get(url(project)).text)
    signed_in.post(url(project), form | {"clauses-0-body": "first"})
    page = signed_in.post(url(project), form | {"clauses-0-body": "second"}, status=409).text
    assert "changed in another window" in page and "second" in page
    assert bodies(project)["scope"] == "first"
    signed_in.post(url(project), typed(page))
    assert bodies(project)["scope"] == "second"


def test_nobody_but_a_signer_of_the_client_can_be_chosen(signed_in, project, alice):
    foreign = the.contact(the.client(alice), name="Elsewhere")
    form = typed(signed_in.get(url(project)).text)
    signed_in.post(url(project), form | {"signer": str(foreign.id)}, status=422)


def test_what_is_missing_is_listed_with_links_and_sends_nothing(signed_in, alice):
    project = the.project(alice, plan.Terms())
    row = Milestone.live(project).first()
    page = signed_in.get(url(project)).text
    assert f'href="/projects/{project.id}#milestone_{row.id}">Milestone 1 has no price yet.' in page
    assert signed_in.get(url(project, "/sending"), status=303).location == url(project)
    signed_in.post(url(project, "/sending"))
    assert Project.get_by_id(project.id).state == ProjectState.DRAFT


def test_a_business_without_a_name_is_sent_to_where_it_gets_one(signed_in, project):
    Business.update(name="").execute()
    page = signed_in.get(url(project)).text
    assert 'href="/settings/business">Your business has no name yet.' in page


def test_the_preview_alone_may_be_framed(signed_in, project):
    framed = signed_in.get(url(project, "/preview"))
    assert "frame-ancestors 'self'" in framed.headers["Content-Security-Policy"]
    assert "Strategy document approved" in framed.text and "$5,000.00" in framed.text
    page = signed_in.get(url(project))
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]


def test_a_new_offer_is_open_for_thirty_days_unless_told_otherwise(signed_in, alice):
    project = the.project(alice)
    page = signed_in.get(url(project)).text
    assert 'value="2026-12-22"' in page
    assert Agreement.select().count() == 0, "looking keeps nothing"
