"""What a person reads when something cannot be done: with and without a session, and when the
database itself is away."""

from io import BytesIO

import pytest
from peewee import IntegrityError, OperationalError

from billing.people import accounts, checklist, links
from billing.refusals import TooMuch
from models import Session, db, write
from tests import cast as the
from tests.web.visitor import BASE_URL


def broken(error: Exception):
    def raises(*_arguments, **_options):
        raise error

    return raises


def test_what_is_not_there_is_said_in_the_layout_of_who_asks(nobody, signed_in):
    anonymous = nobody.get("/nowhere", status=404).text
    assert "There is nothing here" in anonymous and "Sign out" not in anonymous
    owners = signed_in.get("/nowhere", status=404).text
    assert "There is nothing here" in owners and "Sign out" in owners
    assert 'href="/"' in anonymous and 'href="/"' in owners


def test_a_clients_page_that_is_not_there_leads_nowhere_else(nobody, signed_in):
    for visitor in (nobody, signed_in):
        shown = visitor.get("/p/nowhere/", status=404).text
        assert "There is nothing here" in shown
        assert "Sign out" not in shown and 'href="/"' not in shown
        assert "Open the link in the newest mail you have of it" in shown


def test_a_link_that_lost_a_part_says_what_to_do(nobody):
    shown = nobody.get("/l/half-of-a-link", status=404).text
    assert "Open the link in the newest mail you have of it" in shown


def test_who_looks_on_is_led_back(as_client, signed_in, alice):
    cast = the.submitted(of=alice)
    home = as_client(cast.project, cast.contact).home
    signed_in.get(home)
    shown = signed_in.post(f"{home}milestones/{cast.milestone.id}/acceptance", status=403).text
    assert f'href="{home}"' in shown


@pytest.mark.parametrize(
    ("url", "names"),
    [
        ("/clients/new", ("name", "terms_days", "language", "contact_name", "email")),
        ("/packages/new", ("name", "milestones-0-title", "milestones-0-price")),
        ("/settings/account", ("present", "password", "email")),
        ("/projects/new", ("title", "client")),
    ],
)
def test_a_file_where_a_text_is_asked_for_is_no_text(signed_in, url, names):
    signed_in.get(url)
    files = {name: (BytesIO(b"\x89PNG"), "a.png") for name in names}
    signed_in.post(url, files, 422, content_type="multipart/form-data")


def test_numbers_and_lists_are_no_form(signed_in):
    signed_in.get("/clients/new")
    for sent in ({"name": ["a", {"b": 1}], "terms_days": {}}, ["name"], 7):
        headers = {"X-CSRFToken": signed_in.token}
        answer = signed_in.client.post(
            "/clients/new", json=sent, headers=headers, base_url=BASE_URL
        )
        assert answer.status_code == 422


def test_a_lost_token_says_that_nothing_was_changed(signed_in):
    shown = signed_in.post("/settings/account", {"csrf_token": "lost"}, 400).text
    assert "Nothing was changed" in shown


def test_a_refusal_nobody_caught_is_a_page_in_words(signed_in, monkeypatch):
    signed_in.get("/settings/business")
    monkeypatch.setattr(checklist, "dismiss", broken(TooMuch(due="$5.00")))
    shown = signed_in.post("/settings/checklist/bank/dismissal", status=422).text
    assert "Only $5.00 is still owed." in shown


def test_what_went_wrong_on_our_side_has_a_reference_and_no_details(signed_in, monkeypatch, caplog):
    monkeypatch.setattr(accounts, "sessions", broken(RuntimeError("a secret detail")))
    shown = signed_in.get("/settings/sessions", status=500).text
    reference = caplog.records[0].args[0]
    assert reference in shown and "a secret detail" not in shown


def test_a_database_that_is_locked_asks_to_try_again(signed_in, monkeypatch):
    signed_in.get("/settings/business")
    monkeypatch.setattr(checklist, "dismiss", broken(OperationalError("database is locked")))
    answer = signed_in.post("/settings/checklist/bank/dismissal", status=503)
    assert answer.headers["Retry-After"] == "5"
    assert "Nothing was changed" in answer.text


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (Session.DoesNotExist("no Session 7"), 404, "There is nothing here"),
        (IntegrityError("duplicate key"), 409, "Nothing was changed."),
    ],
)
def test_what_another_did_at_the_same_moment_is_no_failure(
    signed_in, monkeypatch, error, status, said
):
    signed_in.get("/settings/business")
    monkeypatch.setattr(checklist, "dismiss", broken(error))
    assert said in signed_in.post("/settings/checklist/bank/dismissal", status=status).text


@pytest.mark.parametrize("url", ["/settings/business", "/sign-in", "/p/some-link/"])
def test_a_database_that_is_away_is_said_too(signed_in, monkeypatch, url):
    monkeypatch.setattr(db.obj, "connect", broken(OperationalError("connection refused")))
    monkeypatch.setattr(accounts, "session_of", broken(OperationalError("connection refused")))
    answer = signed_in.get(url, status=503)
    assert "Too busy for a moment" in answer.text


def test_a_page_opens_although_nothing_can_be_written(signed_in, monkeypatch, frozen):
    frozen(the.later(minutes=10))
    monkeypatch.setattr(Session, "update", broken(OperationalError("database is locked")))
    signed_in.get("/settings/account")


def test_a_form_that_is_too_large_is_refused(signed_in):
    signed_in.get("/settings/account")
    signed_in.post("/settings/account", {"current": "x" * 3_000_000}, 413)


def test_a_closed_link_offers_a_new_one_to_the_known_address(as_client):
    cast = the.offered()
    client = as_client(cast.project, cast.contact)
    with write(cast.project):
        link = links.for_contact(cast.project, cast.contact, the.NOW)
    links.revoke(link, cast.owner, the.NOW)
    shown = client.get(client.home, status=410).text
    assert "This link is closed" in shown
    assert cast.contact.email not in shown
