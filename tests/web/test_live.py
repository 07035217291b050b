"""Streams: for whom they open, what they say, and what is answered where there is no room."""

from datetime import date

import pytest

from billing.agreeing import signing
from billing.people import links
from billing.planning.duties import Duty
from billing.reading.live import Hub
from models import Link
from tests import cast as the
from tests.cast import NOW
from tests.web.visitor import BASE_URL, HTMX

WHOLE = {"HX-Request-Type": "full"}
STREAM = {"Accept": "text/event-stream"}


@pytest.fixture
def cast(alice):
    return the.submitted(of=alice)


@pytest.fixture
def hub(app):
    made = app.extensions["live"] = Hub(most=1, beat=0.2)
    yield made
    made.close()


def asked(visitor, address, **headers):
    return visitor.client.get(address, base_url=BASE_URL, headers=headers)


def test_a_page_says_which_version_it_shows_and_may_ask_for_the_present_one(
    cast, as_client, signed_in
):
    client = as_client(cast.project, cast.contact)
    for visitor, page in (
        (client, client.home),
        (signed_in, f"/projects/{cast.project.id}"),
        (signed_in, "/"),
    ):
        address = f"{page.rstrip('/')}/live"
        now = asked(visitor, address)
        shown = visitor.get(page).text
        assert f'data-live="{page}" data-version="{now.text}"' in shown
        assert asked(visitor, address, **{"If-None-Match": now.headers["ETag"]}).status_code == 304
    assert "Updated: Alice Writes LLC submitted" in client.get(client.home).text


def test_a_thread_on_a_page_of_its_own_listens_where_its_project_does(cast, as_client, signed_in):
    client = as_client(cast.project, cast.contact)
    for visitor, home in ((client, client.home), (signed_in, f"/projects/{cast.project.id}/")):
        there = f"{home}milestones/{cast.milestone.id}/comments"
        now = asked(visitor, f"{home}live").text
        renewed = visitor.client.get(there, base_url=BASE_URL, headers={**HTMX, **WHOLE}).text
        assert f'data-live="{there}" data-version="{now}"' in renewed
        assert f'data-listens="{home}live"' in renewed


def test_where_the_client_decides_and_supplies_is_live_too(as_client, alice):
    logos = (Duty("Logos", date(2026, 12, 1)),)
    cast = the.submitted(the.terms(duties=logos), of=alice)
    client = as_client(cast.project, cast.contact)
    now = asked(client, f"{client.home}live").text
    for page in ("acceptance", "review", "duties"):
        here = f"{client.home}milestones/{cast.milestone.id}/{page}"
        shown = client.get(here).text
        assert f'data-live="{here}" data-version="{now}"' in shown
        assert f'data-listens="{client.home}live"' in shown


def test_the_page_of_an_agreement_listens_where_its_project_does(cast, signed_in):
    home = f"/projects/{cast.project.id}"
    here = f"{home}/agreement"
    now = asked(signed_in, f"{home}/live").text
    shown = signed_in.get(here).text
    assert f'data-live="{here}" data-version="{now}"' in shown
    assert f'data-listens="{home}/live"' in shown
    assert "data-live" not in signed_in.get(f"{here}?version=1").text


def test_the_clients_page_of_an_agreement_is_live_but_not_under_the_pen(as_client):
    cast = the.offered()
    client = as_client(cast.project, cast.contact)
    here = f"{client.home}agreement"
    assert "data-live" not in client.get(here).text
    signing.sign(cast.agreement, the.intent(cast.agreement), cast.contact, NOW)
    now = asked(client, f"{client.home}live").text
    shown = client.get(here).text
    assert f'data-live="{here}?version=1" data-version="{now}"' in shown
    assert f'data-listens="{client.home}live"' in shown


def test_a_stream_says_the_version_and_ends_with_the_link(cast, as_client, hub):
    client = as_client(cast.project, cast.contact)
    answer = client.client.get(
        f"{client.home}live", base_url=BASE_URL, headers=STREAM, buffered=False
    )
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    assert "Content-Encoding" not in answer.headers
    told = iter(answer.response)
    assert next(told).startswith(b"data: ")
    links.revoke(Link.get(Link.project == cast.project.id), cast.owner, NOW)
    assert list(told)[-1] == b"data: over\n\n"
    answer.close()
    assert len(hub) == 0


def test_where_there_is_no_room_the_answer_is_quiet(cast, signed_in, hub):
    address = f"/projects/{cast.project.id}/live"
    first = signed_in.client.get(address, base_url=BASE_URL, headers=STREAM, buffered=False)
    assert asked(signed_in, address, **STREAM).status_code == 204
    first.close()
    assert len(hub) == 0


def test_a_page_that_fetches_itself_leaves_messages_to_the_next(cast, signed_in):
    page = f"/projects/{cast.project.id}"
    signed_in.get(page)
    link = Link.get(Link.project == cast.project.id)
    signed_in.post(f"{page}/links/{link.id}/revocation")
    told = "The link of Cleo Zając is closed."
    assert told not in asked(signed_in, page, **{"HX-Request": "true"}).text
    assert told in signed_in.get(page).text
    assert told not in signed_in.get(page).text
