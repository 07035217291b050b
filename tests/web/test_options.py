"""Options in the plan's editor: added, named, removed, and what a row is part of."""

import pytest

from billing.planning import options
from models import Milestone, Option, OptionKind, Project
from tests import cast as the
from tests.offers import Offer, named
from tests.web.test_milestones import TYPED


@pytest.fixture
def project(alice):
    return the.project(alice)


def _options(project):
    return [(row.kind, row.title, row.note, row.recommended) for row in options.of(project)]


def test_a_plan_without_options_offers_to_begin(signed_in, project):
    page = signed_in.get(f"/projects/{project.id}").text
    assert "Offer a choice…" in page
    assert 'id="options"' not in page
    assert 'name="option"' not in page


def test_tiers_and_add_ons_are_added_and_named(signed_in, project):
    home = f"/projects/{project.id}/options"
    signed_in.get(f"/projects/{project.id}")
    signed_in.post(home, {"kind": "tier"})
    signed_in.post(home, {"kind": "add_on"})
    tier, add_on = options.of(project)
    signed_in.post(f"{home}/{tier.id}", {"title": "Basic", "note": "To begin", "recommended": "y"})
    signed_in.post(f"{home}/{add_on.id}", {"title": "Photos", "note": ""})
    assert _options(project) == [
        ("tier", "Basic", "To begin", True),
        ("add_on", "Photos", "", False),
    ]
    page = signed_in.get(f"/projects/{project.id}").text
    assert "Tier: Basic" in page
    assert "Add-on: Photos" in page
    assert "Split a total…" not in page


def test_a_name_saves_itself(signed_in, project):
    made = options.add(project, OptionKind.TIER)
    signed_in.get(f"/projects/{project.id}")
    address = f"/projects/{project.id}/options/{made.id}"
    answer = signed_in.htmx(address, {"title": "Premium", "note": ""})
    assert f'id="option_state_{made.id}"' in answer.text
    assert "Saved" in answer.text
    assert Option.get_by_id(made.id).title == "Premium"


def test_a_name_that_is_too_long_is_said_and_kept(signed_in, project):
    made = options.add(project, OptionKind.TIER)
    signed_in.get(f"/projects/{project.id}")
    address, long = f"/projects/{project.id}/options/{made.id}", "x" * 200
    page = signed_in.post(address, {"title": long, "note": ""}, 422).text
    assert long in page
    assert "Use at most 120 characters." in page
    answer = signed_in.htmx(address, {"title": long, "note": ""}, 422)
    assert "Use at most 120 characters." in answer.text
    assert Option.get_by_id(made.id).title == ""


def test_a_row_says_what_it_is_part_of(signed_in, alice, project):
    tier = named(project, OptionKind.TIER, "Basic")
    row = next(iter(Milestone.live(project)))
    signed_in.get(f"/projects/{project.id}")
    address = f"/projects/{project.id}/milestones/{row.id}"
    signed_in.post(address, {**TYPED, "option": str(tier.id)})
    assert Milestone.get_by_id(row.id).option_id == tier.id
    page = signed_in.get(f"/projects/{project.id}").text
    assert "from " in page
    # A page from before there were options takes nothing back.
    older = {**TYPED, "revision": "1", "title": "Renamed"}
    signed_in.post(address, older)
    assert Milestone.get_by_id(row.id).option_id == tier.id


def test_an_option_that_is_gone_is_explained(signed_in, project):
    named(project, OptionKind.TIER, "Basic")
    row = next(iter(Milestone.live(project)))
    signed_in.get(f"/projects/{project.id}")
    address = f"/projects/{project.id}/milestones/{row.id}"
    page = signed_in.post(address, {**TYPED, "option": "99999"}, 409).text
    assert "This option was removed in another window." in page


def test_the_foot_says_from_and_to_and_never_a_false_sum(signed_in, alice):
    offer = Offer()
    Project.update(owner=alice).where(Project.id == offer.project.id).execute()
    page = signed_in.get(f"/projects/{offer.project.id}").text
    foot = page.split('id="plan_sum"')[1].split("</section>")[0]
    for amount in ("$3,000.01", "$7,000.00", "$2,000.01", "$5,000.00", "$300.00", "$700.00"):
        assert amount in foot, amount
    assert "$9,000.01" not in page
    assert 'data-sum="price"' not in page


def test_an_option_is_removed(signed_in, project):
    tier = named(project, OptionKind.TIER, "Basic")
    signed_in.get(f"/projects/{project.id}")
    signed_in.post(f"/projects/{project.id}/options/{tier.id}/removal")
    assert options.of(project) == []


def test_options_of_others_are_not_there(stranger, project):
    tier = named(project, OptionKind.TIER, "Basic")
    stranger.get("/")
    home = f"/projects/{project.id}/options"
    for address in (home, f"{home}/{tier.id}", f"{home}/{tier.id}/removal"):
        stranger.post(address, {"kind": "tier", "title": "Mine"}, 404)
    other = the.project(the.owner())
    assert _options(project) == [("tier", "Basic", "What Basic is for", False)]
    assert _options(other) == []


def test_an_unknown_kind_is_not_found(signed_in, project):
    signed_in.get(f"/projects/{project.id}")
    signed_in.post(f"/projects/{project.id}/options", {"kind": "gift"}, 404)


def test_without_a_token_nothing_is_changed(signed_in, project):
    signed_in.token = ""
    signed_in.post(f"/projects/{project.id}/options", {"kind": "tier"}, 400)
    assert options.of(project) == []


def test_a_locked_plan_refuses_more_options(signed_in, alice):
    cast = the.offered(of=alice)
    signed_in.get(f"/projects/{cast.project.id}")
    answer = signed_in.post(f"/projects/{cast.project.id}/options", {"kind": "tier"})
    assert "cannot be edited" in signed_in.follow(answer).text
