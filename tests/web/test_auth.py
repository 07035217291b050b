"""Coming in and going out."""

import re

import pytest
from flask import Flask

from billing.installation import Installation
from billing.people import accounts
from blueprints.web import tries
from models import Attempt, Delivery, Session, User
from tests import cast as the
from tests.web.visitor import HTMX, Visitor

NEW = "another long password"


def enter(visitor: Visitor, email: str, password: str = the.PASSWORD, **options):
    visitor.get("/sign-in")
    return visitor.post("/sign-in", {"email": email, "password": password}, **options)


def test_signing_up_makes_an_owner_and_leads_to_the_first_run(nobody):
    nobody.get("/sign-up")
    answer = nobody.post("/sign-up", {"email": " New@Example.com", "password": the.PASSWORD})
    assert answer.headers["Location"] == "/start"
    owner = User.get()
    assert owner.email == "new@example.com"
    assert accounts.business(owner).email == "new@example.com"
    assert Session.get().user == owner


@pytest.mark.parametrize(
    ("email", "password", "words"),
    [
        ("nonsense", the.PASSWORD, "like name@example.com"),
        ("a@example.com", "", "Enter your password."),
        ("a@example.com", "too short", "at least 10 characters"),
        ("a@example.com", "x" * 60 + "yz" * 60, "at most 128 characters"),
        ("a@example.com", "QwertyUiop", "among the first"),
        ("somebody@example.com", "somebody2026", "among the first"),
        ("alice@example.com", the.PASSWORD, "already an account"),
    ],
)
def test_a_refused_sign_up_keeps_the_address_and_says_why(nobody, alice, email, password, words):
    nobody.get("/sign-up")
    answer = nobody.post("/sign-up", {"email": email, "password": password}, status=422)
    assert words in answer.text
    assert f'value="{email}"' in answer.text
    assert password not in answer.text or not password
    assert User.select().count() == 1


def test_a_password_may_begin_and_end_with_spaces(nobody, alice):
    accounts.set_password(alice, "  spaces matter  ")
    enter(nobody, alice.email, "spaces matter", status=422)
    enter(nobody, alice.email, "  spaces matter  ")


@pytest.mark.parametrize(
    ("email", "password"), [("alice@example.com", "wrong"), ("who@example.com", the.PASSWORD)]
)
def test_known_and_unknown_are_refused_in_the_same_words(nobody, alice, email, password):
    answer = enter(nobody, email, password, status=422)
    assert "do not belong together" in answer.text
    assert f'value="{email}"' in answer.text
    assert not Session.select().exists()


@pytest.mark.parametrize(
    ("target", "location"),
    [
        ("/projects?state=active", "/projects?state=active"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("/\t/evil.example/", "/"),
        ("projects", "/"),
        ("", "/"),
    ],
)
def test_next_leads_only_to_our_own_pages(nobody, alice, target, location):
    nobody.get("/sign-in")
    answer = nobody.post(
        "/sign-in",
        {"email": alice.email, "password": the.PASSWORD},
        query_string={"next": target},
    )
    assert answer.headers["Location"] == location


def test_who_is_not_signed_in_signs_in_first_and_comes_back(nobody, alice):
    answer = nobody.get("/settings/sessions", status=303)
    assert answer.headers["Location"] == "/sign-in?next=/settings/sessions"
    assert nobody.get("/", status=303).headers["Location"] == "/sign-in"


def test_the_first_visitor_of_an_empty_installation_signs_up(nobody):
    assert nobody.get("/", status=303).headers["Location"] == "/sign-up"


def test_htmx_is_told_that_the_session_is_over_and_swaps_nothing(nobody, alice):
    answer = nobody.get("/settings/sessions", status=401, headers=HTMX)
    assert answer.headers["HX-Reswap"] == "none"
    assert "signed out" in answer.headers["HX-Trigger"]


def test_a_session_that_was_signed_out_cannot_be_replayed(app, nobody, alice):
    enter(nobody, alice.email)
    kept = nobody.client.get_cookie("session", "127.0.0.1").value
    nobody.get("/start")
    nobody.post("/sign-out")
    assert not Session.select().exists()

    thief = Visitor(app)
    thief.client.set_cookie("session", kept, domain="127.0.0.1")
    thief.get("/start", status=303)


def test_signed_in_visitors_have_no_need_to_sign_in_or_up(nobody, alice):
    enter(nobody, alice.email)
    assert nobody.get("/sign-in", status=303).headers["Location"] == "/"
    assert nobody.get("/sign-up", status=303).headers["Location"] == "/"


@pytest.mark.parametrize("url", ["/sign-up", "/sign-in", "/sign-out", "/password/forgotten"])
def test_every_form_needs_its_token(nobody, url):
    credentials = {"email": "a@example.com", "password": the.PASSWORD, "csrf_token": ""}
    nobody.post(url, credentials, status=400)
    assert not User.select().exists()


def test_signing_out_is_not_done_by_looking(nobody):
    nobody.get("/sign-out", status=405)


def test_ten_tries_on_an_account_are_enough_for_one_address(app, nobody, alice):
    for _try in range(tries.PER_ACCOUNT):
        enter(nobody, alice.email, "wrong password", status=422)
    answer = enter(nobody, alice.email, status=429)
    assert 0 < int(answer.headers["Retry-After"]) <= 3600

    elsewhere = {"REMOTE_ADDR": "203.0.113.9"}
    enter(Visitor(app), alice.email, environ_overrides=elsewhere)


def test_a_browser_the_owner_used_is_not_kept_out_by_the_tries_of_others(app, nobody, alice):
    enter(nobody, alice.email)
    nobody.get("/start")
    nobody.post("/sign-out")
    others = Visitor(app)
    for _try in range(tries.PER_ACCOUNT):
        enter(others, alice.email, "wrong password", status=422)
    enter(others, alice.email, status=429)
    enter(nobody, alice.email)


def test_many_tries_from_one_address_are_stopped_whatever_the_account(nobody):
    nobody.get("/sign-in")
    Attempt.update(count=tries.PER_ADDRESS).execute()
    enter(nobody, "one@example.com", status=422)
    Attempt.update(count=tries.PER_ADDRESS).where(Attempt.key == "sign_in:127.0.0.1").execute()
    enter(nobody, "two@example.com", status=429)


def test_a_right_password_forgets_the_wrong_ones(nobody, alice):
    for _try in range(tries.PER_ACCOUNT - 1):
        enter(nobody, alice.email, "wrong password", status=422)
    enter(nobody, alice.email)
    assert not Attempt.select().where(Attempt.key.contains(alice.email)).exists()


@pytest.fixture
def installation(installation: Installation) -> Installation:
    return Installation(**{**installation.__dict__, "smtp_url": "smtp://127.0.0.1:1"})


def ask_for_letter(visitor: Visitor, email: str):
    visitor.get("/password/forgotten")
    return visitor.follow(visitor.post("/password/forgotten", {"email": email}))


def test_a_forgotten_password_is_answered_the_same_for_known_and_unknown(nobody, alice):
    def seen(answer):
        return re.sub(r'"csrf_token"[^>]+|X-CSRFToken[^}]+', "", answer.text)

    known, unknown = (
        seen(ask_for_letter(nobody, email)) for email in (alice.email, "who@example.com")
    )
    assert known == unknown
    [letter] = Delivery.select()
    assert (letter.kind, letter.recipient) == ("password_reset", alice.email)


def test_asking_for_letters_is_limited(nobody):
    for _try in range(tries.PER_ACCOUNT):
        ask_for_letter(nobody, "who@example.com")
    nobody.get("/password/forgotten")
    nobody.post("/password/forgotten", {"email": "who@example.com"}, status=429)


def reset_page(app: Flask, owner: User) -> str:
    token = accounts.reset_token(owner, app.config["INSTALLATION"].secret)
    return f"/password/reset/{token}"


def test_a_new_password_ends_all_sessions_and_the_letter_works_once(app, nobody, alice):
    elsewhere = Visitor(app)
    enter(elsewhere, alice.email)
    url = reset_page(app, alice)
    assert alice.email in nobody.get(url).text
    assert nobody.post(url, {"password": NEW}).headers["Location"] == "/sign-in"

    elsewhere.get("/start", status=303)
    nobody.get(url, status=410)
    enter(nobody, alice.email, status=422)
    enter(nobody, alice.email, NEW)


def test_a_weak_new_password_is_refused_on_the_page_of_the_letter(app, nobody, alice):
    url = reset_page(app, alice)
    nobody.get(url)
    assert "at least 10" in nobody.post(url, {"password": "short"}, status=422).text


def test_a_letter_that_is_too_old_or_made_up_opens_nothing(app, nobody, alice, monkeypatch):
    url = reset_page(app, alice)
    nobody.get(url)
    monkeypatch.setattr(accounts, "RESET_SECONDS", -1)
    nobody.get(url, status=410)
    nobody.post(url, {"password": NEW}, status=410)
    nobody.get("/password/reset/made-up", status=410)
