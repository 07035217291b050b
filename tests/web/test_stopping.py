"""Stopping on both sides: the price is shown before it is chosen, and again when it has changed."""

import pytest

from billing.accepting import submissions
from billing.changes import requests
from billing.ending import stopping
from models import Project
from tests import cast as the
from tests.cast import NOW


@pytest.fixture
def cast(alice):
    return the.active(the.terms(price=100_000), the.terms(title="Report", price=50_000), of=alice)


@pytest.fixture
def here(cast):
    return f"/projects/{cast.project.id}/stopping"


def mark(cast):
    return stopping.price(Project.get_by_id(cast.project.id), NOW).mark


def read(page):
    return page.text.replace("<bdi>", "").replace("</bdi>", "")


def state(cast):
    return Project.get_by_id(cast.project.id).state


def test_the_owner_sees_the_price_before_stopping(signed_in, cast, here):
    price = "Stopping today would cost $750.00."
    assert price in read(signed_in.get(f"/projects/{cast.project.id}"))
    shown = read(signed_in.get(here))
    assert price in shown
    assert "In progress · 50 %" in shown
    assert state(cast) == "active"
    signed_in.post(here, {"seen": mark(cast), "reason": "No budget left"})
    assert state(cast) == "cancelled"
    told = read(signed_in.get(f"/projects/{cast.project.id}"))
    assert "stopped the project. Stopping cost $750.00." in told
    assert "No budget left" in told
    assert "It has ended. It was in force from" in told
    assert "There is nothing to stop" in signed_in.get(here).text


def test_what_was_wished_for_is_no_step_once_it_is_stopped(signed_in, cast, here):
    requests.propose(cast.project, "A second logo", None, "k", cast.contact, NOW)
    assert "Answer the wish" in signed_in.get(f"/projects/{cast.project.id}").text
    signed_in.post(here, {"seen": mark(cast)})
    assert "Answer the wish" not in signed_in.get(f"/projects/{cast.project.id}").text


def test_a_price_that_changed_is_shown_and_what_was_typed_is_kept(signed_in, cast, here):
    seen = mark(cast)
    milestone = cast.milestone
    submissions.submit(milestone, "", [], the.shown(milestone), cast.owner, NOW)
    again = signed_in.post(here, {"seen": seen, "reason": "No budget left"}, status=409)
    assert "Stopping today would cost $1,250.00." in read(again)
    assert "No budget left" in again.text
    assert mark(cast) in again.text
    assert state(cast) == "active"
    signed_in.post(here, {"reason": "x" * 1001, "seen": mark(cast)}, status=422)
    assert state(cast) == "active"


def test_nobody_else_stops_it(stranger, signed_in, cast, here):
    stranger.get(here, status=404)
    stranger.post(here, {"seen": mark(cast)}, status=404)
    signed_in.post(here, {"seen": mark(cast), "csrf_token": ""}, status=400)
    assert state(cast) == "active"


def test_the_client_sees_the_same_price_and_may_stop(as_client, cast):
    visitor = as_client(cast.project, cast.contact)
    assert "Stopping today would cost $750.00." in read(visitor.get(visitor.home))
    there = f"{visitor.home}stopping"
    assert "An invoice for $750.00 goes to" in read(visitor.get(there))
    visitor.post(there, {"seen": "another"}, status=409)
    visitor.post(there, {"seen": mark(cast), "csrf_token": ""}, status=400)
    assert state(cast) == "active"
    visitor.post(there, {"seen": mark(cast), "reason": "We were bought"})
    assert state(cast) == "cancelled"
    home = read(visitor.get(visitor.home))
    assert "Pay $750.00" in home
    assert "Stopping today" not in home


def test_a_contact_who_does_not_sign_only_looks(as_client, cast):
    other = the.contact(cast.project.client, name="Paul", is_signer=False)
    visitor = as_client(cast.project, other)
    there = f"{visitor.home}stopping"
    assert "can stop the project" in visitor.get(there).text
    visitor.post(there, {"seen": mark(cast)}, status=403)
    assert state(cast) == "active"


def test_the_owner_sets_the_shares_while_it_is_a_draft(signed_in, alice):
    project = the.project(alice)
    settings = {"title": "T", "terms_days": "14", "tax_category": "O", "fee_in_progress": "33.5"}
    settings |= {"fee_not_begun": "10", "fee_submitted": "100"}
    signed_in.post(f"/projects/{project.id}", settings)
    stored = Project.get_by_id(project.id)
    assert (stored.fee_not_begun, stored.fee_in_progress, stored.fee_submitted) == (
        1000, 3350, 10_000,
    )  # fmt: skip
    assert 'value="33.5"' in signed_in.get(f"/projects/{project.id}").text
    refused = signed_in.post(
        f"/projects/{project.id}", {**settings, "fee_in_progress": "200"}, status=422
    )
    assert 'value="200"' in refused.text
    del settings["fee_in_progress"]
    signed_in.post(f"/projects/{project.id}", settings)
    assert Project.get_by_id(project.id).fee_in_progress == 3350
