"""An owner's pages are rendered once for what they show, and anew for whatever changes it."""

from datetime import timedelta

import pytest

from billing.accepting import reviews
from billing.paying import payments
from billing.people import businesses, checklist, clients, contacts, links
from models import Client, Delivery, DeliveryState, Link, Project, write
from tests import cast as the
from tests.cast import NOW
from tests.queries import counted


@pytest.fixture
def cast(alice):
    return the.submitted(the.terms(), the.terms(title="Campaign launched"), of=alice)


@pytest.fixture
def pages(cast):
    return ["/", f"/projects/{cast.project.id}"]


@pytest.fixture
def seen(signed_in, pages):
    """Both pages as they are now, each asked for twice: the second comes from the shelf."""

    def look():
        return "".join(signed_in.get(page).text + signed_in.get(page).text for page in pages)

    return look


def asked(visitor, page):
    """The queries of a page that was asked for before."""
    visitor.get(page)
    with counted() as queries:
        visitor.client.get(page, base_url="http://127.0.0.1:8000")
    return queries


def test_a_page_seen_before_costs_the_same_few_queries_however_much_there_is(
    signed_in, alice, pages
):
    home, project = (len(asked(signed_in, page)) for page in pages)
    assert (home, project) == (4, 2)
    for _ in range(3):
        the.submitted(*[the.terms()] * 3, of=alice)
    assert [len(asked(signed_in, page)) for page in pages] == [home, project]


def test_what_happens_in_a_project_shows_at_once(cast, seen):
    assert "0 of 2 accepted" in seen()
    reviews.accept(cast.milestone, cast.contact, NOW)
    [invoice] = cast.invoices
    assert "1 of 2 accepted" in seen()
    payments.record(invoice, invoice.total, NOW.date(), "k", cast.owner, NOW)
    assert "which is now paid in full" in seen()


def test_a_message_that_cannot_be_sent_shows_at_once(cast, seen):
    assert "could not be sent" not in seen()
    mail = Delivery.select().where(Delivery.channel == "mail").first()
    Delivery.update(state=DeliveryState.FAILED).where(Delivery.id == mail.id).execute()
    assert "could not be sent" in seen()
    Delivery.update(state=DeliveryState.CANCELLED).where(Delivery.id == mail.id).execute()
    assert "could not be sent" not in seen()


def test_what_is_set_up_or_left_out_shows_at_once(cast, alice, seen):
    assert "where to pay" in seen()
    checklist.dismiss(checklist.step("bank"), alice)
    assert "where to pay" not in seen()
    businesses.save(businesses.Profile(name="Alice Paints", timezone="Asia/Tokyo"), alice)
    assert "Alice Paints" in seen()


def test_new_names_and_people_show_at_once(cast, seen):
    seen()
    client = Client.get_by_id(cast.project.client_id)
    clients.revise(client, clients.Profile(name="Dora GmbH", country="US", currency="USD"))
    assert "Dora GmbH" in seen()
    person = contacts.Person("Noel Neu", "noel@example.com")
    contacts.add(client, person, cast.owner, NOW)
    assert "Noel Neu" in seen()


def test_days_and_links_pass(cast, signed_in, alice, seen, frozen):
    reviews.accept(cast.milestone, cast.contact, NOW)
    with write(cast.project):
        link = links.for_contact(cast.project, cast.contact, NOW)
    Link.update(expires_at=NOW + timedelta(minutes=1)).where(Link.id == link.id).execute()
    assert "Expired on" not in seen()
    frozen(NOW + timedelta(minutes=1))
    assert "Expired on" in seen()
    frozen(NOW + timedelta(days=20))
    signed_in.sign_in(alice.email, the.PASSWORD)
    assert "6 days overdue" in seen()


def test_another_project_shows_at_once(signed_in, alice, seen):
    seen()
    project = the.project(alice)
    Project.update(title="The other one").where(Project.id == project.id).execute()
    assert "The other one" in signed_in.get("/").text


def test_no_browser_stores_an_owners_page_and_each_has_its_own_token(signed_in, alice, pages, app):
    other = type(signed_in)(app)
    other.sign_in(alice.email, the.PASSWORD)
    for page in pages:
        one, two = signed_in.get(page), other.get(page)
        assert one.headers["Cache-Control"] == two.headers["Cache-Control"] == "no-store"
        assert "ETag" not in one.headers
        assert signed_in.token != other.token and signed_in.token in one.text


def test_a_page_is_its_owners_alone(stranger, signed_in, pages, cast):
    for page in pages:
        signed_in.get(page)
    assert cast.project.title not in stranger.get("/").text
    stranger.get(pages[1], status=404)


def test_a_message_to_the_owner_is_told_once(signed_in, cast, pages):
    signed_in.get(pages[1])
    link = Link.get(Link.project == cast.project.id)
    answer = signed_in.post(f"{pages[1]}/links/{link.id}/revocation")
    told = "The link of Cleo Zając is closed."
    assert told in signed_in.follow(answer).text
    assert told not in signed_in.get(pages[1]).text
