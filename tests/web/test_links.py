"""Links over HTTP: opened by whoever holds them, asked for again, handled by the owner."""

import logging
from dataclasses import replace
from datetime import timedelta

import pytest

import models
from billing import events
from billing.people import links
from blueprints.web.scoping import cookie_name
from models import Contact, Delivery, Event, Link
from tests import cast as the
from tests.cast import NOW
from tests.web.visitor import Visitor


@pytest.fixture
def cast(alice):
    return the.offered(of=alice)


@pytest.fixture
def link(cast):
    return Link.get(Link.contact == cast.contact.id)


@pytest.fixture
def token(app, link):
    return links.token(link, app.config["INSTALLATION"].secret)


@pytest.fixture
def mailing(app):
    """The installation has a mail server."""
    app.config["INSTALLATION"] = replace(app.config["INSTALLATION"], smtp_url="smtp://localhost")


def rows() -> dict[str, list[tuple]]:
    """All that the database holds but sessions and counters."""
    kept = [table for table in models.TABLES if table not in (models.Session, models.Attempt)]
    return {table.__name__: list(table.select().order_by(table.id).tuples()) for table in kept}


def letters(kind: str) -> int:
    return Delivery.select().where(Delivery.kind == kind).count()


# Opening


def test_a_link_leads_to_its_page_and_nowhere_else(app, nobody, link, token):
    answer = nobody.get(f"/l/{token}", status=303)
    assert answer.location == f"/p/{link.key}/"
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"{cookie_name(link)}={token};")
    for part in (f"Path=/p/{link.key}/", "HttpOnly", "SameSite=Lax", "Max-Age=15552000"):
        assert part in cookie
    assert "Secure" not in cookie
    assert "Strategy document approved" in nobody.follow(answer).text


def test_opening_a_hundred_times_changes_nothing(app, token):
    before = rows()
    for number in range(100):
        scanner = Visitor(app)
        (scanner.client.head if number % 2 else scanner.client.get)(
            f"/l/{token}", base_url="http://127.0.0.1:8000"
        )
        if number % 10 == 0:
            scanner.get(f"/l/{token}", status=303)
    assert rows() == before


@pytest.mark.parametrize("given", ["x", "x" * 59, "ł" * 20])
def test_what_is_no_token_leads_nowhere(nobody, given):
    nobody.get(f"/l/{given}", status=404)


def test_a_made_up_token_for_a_real_link_leads_nowhere(nobody, link, token):
    nobody.get(f"/l/{link.key}{'A' * 43}", status=404)
    nobody.get(f"/l/{token}x", status=404)
    nobody.get(f"/p/{link.key}/", status=404)


def test_one_link_does_not_open_another_project(nobody, alice, token):
    other = Link.get(Link.project == the.offered(of=alice).project.id)
    nobody.get(f"/l/{token}", status=303)
    nobody.get(f"/p/{other.key}/", status=404)


def test_the_log_names_the_route_and_not_the_token(nobody, token, caplog):
    with caplog.at_level(logging.INFO):
        nobody.get(f"/l/{token}", status=303)
    assert "/l/<token>" in caplog.text
    assert token not in caplog.text and token[20:] not in caplog.text


def test_under_https_the_cookie_is_secure(app, nobody, token):
    app.config["INSTALLATION"] = replace(
        app.config["INSTALLATION"], base_url="https://milepost.example"
    )
    assert "; Secure" in nobody.get(f"/l/{token}", status=303).headers["Set-Cookie"]


# Closed


def test_reissuing_closes_the_old_link_and_every_browser_that_has_it(
    nobody, cast, link, token, mailing
):
    nobody.get(f"/l/{token}", status=303)
    links.reissue(link, cast.owner, NOW)
    for page in (f"/l/{token}", f"/p/{link.key}/"):
        assert "Send a new link" in nobody.get(page, status=410).text


def test_an_expired_link_offers_a_new_one_to_the_known_address_only(
    nobody, cast, link, token, mailing, frozen
):
    Link.update(expires_at=NOW).execute()
    page = nobody.get(f"/l/{token}", status=410).text
    assert cast.contact.email not in page
    done = nobody.post(f"/l/{link.key}/renewal", {"email": "mallory@example.com"})
    assert "Look into your mail" in nobody.follow(done).text
    assert [row.recipient for row in Delivery.select().where(Delivery.kind == "link_reissued")] == [
        cast.contact.email
    ]
    assert Link.get_by_id(link.id).generation == 2


def test_a_link_the_owner_closed_is_not_renewed(nobody, cast, link, token, mailing):
    nobody.get("/sign-in")
    links.revoke(link, cast.owner, NOW)
    page = nobody.get(f"/l/{token}", status=410).text
    assert "Ask Alice Writes LLC for a new one" in page and "Send a new link" not in page
    done = nobody.post(f"/l/{link.key}/renewal")
    assert "Look into your mail" in nobody.follow(done).text
    assert not links.is_open(Link.get_by_id(link.id), NOW)
    assert letters("link_reissued") + letters("link_sent") == 0


def test_without_mail_the_owner_is_the_one_to_ask(nobody, token):
    Link.update(expires_at=NOW).execute()
    page = nobody.get(f"/l/{token}", status=410).text
    assert "Ask Alice Writes LLC" in page and "Send a new link" not in page


def test_asking_says_the_same_for_every_key_and_only_so_often(nobody, link, frozen):
    nobody.get("/sign-in")
    for key in (link.key, "nosuchkey", "x" * 300):
        assert nobody.post(f"/l/{key}/renewal").location == "/link-requested"
    nobody.post(f"/l/{link.key}/renewal")
    nobody.post(f"/l/{link.key}/renewal")
    assert nobody.post(f"/l/{link.key}/renewal", status=429).headers["Retry-After"]
    frozen(NOW + timedelta(hours=1, seconds=1))
    nobody.post(f"/l/{link.key}/renewal")


def test_asking_needs_the_forms_token(nobody, link):
    nobody.post(f"/l/{link.key}/renewal", status=400)
    assert letters("link_sent") == 0


# The owner's panel


def deeds(cast, link):
    base = f"/projects/{cast.project.id}/links/{link.id}"
    return {name: f"{base}/{name}" for name in ("copy", "sending", "reissue", "revocation")}


def test_the_owner_sees_a_link_only_when_that_is_recorded(signed_in, cast, link, token):
    page = signed_in.get(f"/projects/{cast.project.id}/agreement").text
    assert token not in page and "Show the link" in page
    shown = signed_in.post(deeds(cast, link)["copy"], status=200)
    assert f"http://127.0.0.1:8000/l/{token}" in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    [told] = [each for each in events.history(cast.project) if each.kind == "link.copied"]
    assert (told.party, told.facts["contact"]) == ("owner", cast.contact.name)
    assert "Shown to you on" in signed_in.get(f"/projects/{cast.project.id}/agreement").text


def test_htmx_shows_it_within_the_panel(signed_in, cast, link, token):
    signed_in.get(f"/projects/{cast.project.id}/agreement")
    part = signed_in.htmx(deeds(cast, link)["copy"], target="section#link_panel").text
    assert part.lstrip().startswith('<section class="card" id="link_panel"')
    assert token in part


def test_a_link_is_mailed_again_replaced_and_closed(signed_in, cast, link, mailing):
    signed_in.get(f"/projects/{cast.project.id}/agreement")
    home = f"/projects/{cast.project.id}#link_panel"
    done = deeds(cast, link)
    assert signed_in.post(done["sending"]).location == home
    assert letters("link_sent") == 1
    assert signed_in.post(done["reissue"]).location == home
    assert letters("link_reissued") == 1
    assert signed_in.post(done["revocation"]).location == home
    assert "Closed on" in signed_in.get(f"/projects/{cast.project.id}/agreement").text
    signed_in.post(done["copy"], status=409)
    signed_in.post(done["sending"], status=409)
    signed_in.post(done["reissue"])
    assert links.is_open(Link.get_by_id(link.id), NOW)


def test_a_further_contact_gets_a_link(signed_in, cast):
    dora = the.contact(cast.project.client, name="Dora")
    page = signed_in.get(f"/projects/{cast.project.id}/agreement").text
    assert "Make a link" in page
    signed_in.post(f"/projects/{cast.project.id}/links", {"contact": dora.id})
    assert Link.get(Link.contact == dora.id).project == cast.project
    Contact.update(removed_at=NOW).where(Contact.id == dora.id).execute()
    url = f"/projects/{cast.project.id}/links"
    signed_in.post(url, {"contact": dora.id}, status=422)


def test_contacts_and_links_of_others_do_not_exist(signed_in, stranger, cast, link):
    foreign = the.offered()
    url = f"/projects/{cast.project.id}/links"
    signed_in.get(f"/projects/{cast.project.id}/agreement")
    signed_in.post(url, {"contact": foreign.contact.id}, status=404)
    signed_in.post(url, {"contact": "x"}, status=404)
    theirs = Link.get(Link.project == foreign.project.id)
    for address in deeds(cast, theirs).values():
        signed_in.post(address, status=404)
    stranger.post(url, {"contact": cast.contact.id}, status=404)
    for address in deeds(cast, link).values():
        stranger.post(address, status=404)
    assert Link.get_by_id(link.id).generation == 1


def test_nothing_is_done_without_the_forms_token(signed_in, nobody, cast, link):
    for address in (f"/projects/{cast.project.id}/links", *deeds(cast, link).values()):
        signed_in.token = ""
        signed_in.post(address, status=400)
    nobody.get("/sign-in")
    assert nobody.post(deeds(cast, link)["copy"]).location.startswith("/sign-in")
    assert Event.select().where(Event.body.contains("link.copied")).count() == 0


def test_the_owner_who_opens_the_link_only_looks(signed_in, cast, link, token):
    signed_in.follow(signed_in.get(f"/l/{token}", status=303))
    page = signed_in.get(f"/p/{link.key}/agreement").text
    assert "Nothing can be signed" in page
    signed_in.post(f"/p/{link.key}/agreement/viewing", status=403)
