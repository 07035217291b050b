"""What happened, in sentences: one for every kind of event, shared by owner and client."""

import re

import pytest

from billing import events
from billing.accepting import gates, reviews
from billing.events import Told
from billing.planning.plan import Billing
from tests import cast as the
from tests.cast import NOW

FACTS = {
    "tier": "Premium",
    "add_ons": ["Photos", "Video"],
    "title": "Launch",
    "reason": "No need",
    "agreement": 1,
    "version": 2,
    "recipient": "ana@press.example",
    "name": "Ana",
    "milestone": 1,
    "overridden": True,
    "round": 2,
    "measure": "Sign-ups",
    "value": 1_234_500,
    "note": "Once more",
    "trigger": "on_signing",
    "amount": 1200,
    "accepted": 1200,
    "waived": 300,
    "charged": 1200,
    "criteria": 2,
    "total": 1200,
    "currency": "USD",
    "due": 100,
    "cause": "signing",
    "invoice": 1,
    "number": "INV-0001",
    "due_on": "2026-12-01",
    "reference": "R 5",
    "contact": "Ana",
}


def sentence(app, kind: str, facts: dict, reader: str = "owner") -> str:
    told = Told(1, kind, NOW, "owner", {name: FACTS.get(name, "") for name in facts} | facts)
    words = app.jinja_env.get_template("components/history.html").module.history
    with app.test_request_context():
        return re.sub(r"<[^>]+>", "", str(words([told], "Alice LLC", "Cleo GmbH", reader)))


@pytest.mark.parametrize("kind", sorted(events.KINDS))
def test_every_kind_of_event_has_its_sentence(app, kind):
    declared = events.KINDS[kind]
    facts = {name: FACTS.get(name, "") for name in declared.facts | declared.personal}
    words = sentence(app, kind, facts)
    assert re.search(r"\w.*\.", words.replace("22 Nov 2026", "")), words
    assert "None" not in words and "{" not in words


def test_erased_facts_leave_a_sentence(app):
    words = sentence(app, "agreement.client_signed", {"name": "", "version": 1})
    assert "Somebody signed version 1 for Cleo GmbH." in words


def test_the_client_is_not_told_of_the_owners_affairs(app):
    assert "draft" in sentence(app, "invoice.drafted", {"total": 5, "currency": "USD"})
    assert sentence(app, "invoice.drafted", {"total": 5, "currency": "USD"}, "client").strip() == ""


def test_the_history_is_on_the_page_older_events_in_a_disclosure(signed_in, alice):
    cast = the.submitted(of=alice)
    page = signed_in.get(f"/projects/{cast.project.id}").text
    assert "Alice Writes LLC</bdi> submitted “<bdi>Strategy document approved</bdi>”." in page
    assert re.search(r"<summary>\d+ earlier events</summary>", page)
    assert "started the project." in page
    reviews.accept(cast.milestone, cast.contact, NOW)
    page = signed_in.get(f"/projects/{cast.project.id}").text
    assert "Cleo GmbH</bdi> accepted “<bdi>Strategy document approved</bdi>”." in page


def test_an_overridden_gate_is_on_record(signed_in, alice):
    cast = the.active(the.terms(billing=Billing(signing_share=3000)), of=alice)
    gates.override(cast.milestone, alice, NOW)
    assert "without waiting." in signed_in.get(f"/projects/{cast.project.id}").text
