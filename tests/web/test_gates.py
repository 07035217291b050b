"""Gates on both sides' pages: what is waited for, how much is open, and where the limit is set."""

import re

import pytest

from billing.agreeing import signing
from billing.planning import plan
from billing.planning.plan import Billing
from models import Milestone, Project
from tests import cast as the

SETTINGS = {"title": "Renamed", "terms_days": "14", "tax_category": "O"}


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", html))


def test_both_sides_read_what_is_waited_for_and_how_much_is_open(signed_in, alice, as_client):
    titles = ("One", "Two", "Three")
    cast = the.active(
        *(the.terms(title=title) for title in titles), of=alice, clauses={"exposure"}, cap=1_100_000
    )
    client = as_client(cast.project, cast.contact)
    mine = plain(signed_in.get(f"/projects/{cast.project.id}").text)
    theirs = plain(client.get(client.home).text)
    for page in (mine, theirs):
        assert "Waits: $10,000.00 of $11,000.00 that may be open are open." in page
        assert "$10,000.00 of $11,000.00 agreed, tax included" in page
    assert "Why “Three” does not wait" in mine and "Why “Three”" not in theirs


def test_a_client_reads_which_milestone_comes_first(signed_in, alice, as_client):
    cast = the.active(
        the.terms(title="One"), the.terms(title="Two"), of=alice, clauses={"previous"}
    )
    client = as_client(cast.project, cast.contact)
    assert "Waits for “One” to be accepted and paid." in plain(client.get(client.home).text)


def test_counter_signing_says_which_milestones_start_and_what_they_bill(signed_in, alice):
    one = the.terms(title="One", billing=Billing(start_share=2000))
    cast = the.offered(one, the.terms(title="Two"), of=alice, clauses={"previous"})
    signing.sign(cast.agreement, the.intent(cast.agreement), cast.contact, the.NOW)
    page = plain(signed_in.get(f"/projects/{cast.project.id}/agreement").text)
    assert "“One” starts, the others when their turn comes." in page
    assert "An invoice for $1,000.00 goes to" in page


def test_the_limit_is_a_setting_with_its_own_clause(signed_in, alice):
    project = the.project(alice)
    signed_in.get(f"/projects/{project.id}")
    signed_in.post(f"/projects/{project.id}", {**SETTINGS, "exposure_cap": "8,000"})
    assert Project.get_by_id(project.id).exposure_cap == 800_000
    page = signed_in.get(f"/projects/{project.id}").text
    assert 'name="exposure_cap" type="text" value="8000.00"' in page
    signed_in.post(f"/projects/{project.id}", {**SETTINGS, "exposure_cap": ""})
    assert Project.get_by_id(project.id).exposure_cap is None


@pytest.mark.parametrize("typed", ["0", "-5", "much"])
def test_a_limit_of_nothing_is_none(signed_in, alice, typed):
    project = the.project(alice)
    signed_in.get(f"/projects/{project.id}")
    signed_in.post(f"/projects/{project.id}", {**SETTINGS, "exposure_cap": typed}, status=422)
    assert Project.get_by_id(project.id).exposure_cap is None


def test_a_share_on_start_is_planned_in_its_row_and_shown_where_it_is_billed(signed_in, alice):
    project = the.project(alice)
    [row] = Milestone.live(project)
    signed_in.get(f"/projects/{project.id}")
    typed = {
        "title": "One", "criteria": "Done", "price": "5000", "signing_share": "10",
        "signing_delivery": "send", "start_share": "20", "start_delivery": "draft",
        "date_delivery": "send", "acceptance_delivery": "send", "review_days": "5", "rounds": "2",
        "revision": "0",
    }  # fmt: skip
    signed_in.post(f"/projects/{project.id}/milestones/{row.id}", typed)
    kinds = {each.kind for each in plan.row(alice, project.id, row.id).triggers}
    assert kinds == {"on_signing", "on_start", "on_acceptance"}
    page = signed_in.get(f"/projects/{project.id}").text
    assert 'data-sum="on_start"><bdi>$1,000.00</bdi>' in page
