"""The search page and the menu: what is found leads where it belongs, for its owner alone."""

import pytest

from billing.accepting import reviews
from tests import cast as the
from tests.queries import counted

IN_THE_MENU = {"HX-Request": "true", "HX-Target": "div#search_menu"}


@pytest.fixture
def cast(alice):
    made = the.submitted(of=alice, for_client=the.client(alice, name="Müller <Verlag>"))
    reviews.accept(made.milestone, made.contact, the.NOW)
    return made


def test_what_is_found_is_grouped_and_marked(signed_in, cast):
    page = signed_in.get("/search?q=muller").text
    for heading in ("Clients", "Projects", "Milestones", "Invoices and credit notes"):
        assert f">{heading}</h2>" in page
    assert "<mark>Müller</mark> &lt;Verlag&gt;" in page
    for address in (
        f"/clients/{cast.project.client_id}",
        f"/projects/{cast.project.id}",
        f"/projects/{cast.project.id}#milestone_{cast.milestone.id}",
        f"/projects/{cast.project.id}/agreement",
        f"/invoices/{cast.invoices[0].id}",
    ):
        assert f'href="{address}"' in page


def test_an_invoice_is_found_by_its_number(signed_in, cast):
    [invoice] = cast.invoices
    page = signed_in.get(f"/search?q={invoice.number}").text
    assert f'href="/invoices/{invoice.id}"' in page


def test_pages_are_found_by_name_and_offered_before_anything_is_typed(signed_in):
    assert 'href="/projects/new"' in signed_in.get("/search?q=new+proj").text
    menu = signed_in.get("/search/menu", headers=IN_THE_MENU).text
    assert menu.startswith('<div class="command__found" id="search_menu" role="listbox"')
    assert 'role="option"' in menu and 'href="/projects/new"' in menu


def test_without_htmx_the_menu_is_the_page(signed_in):
    answer = signed_in.get("/search/menu?q=cleo", status=303)
    assert answer.location == "/search?q=cleo"


def test_more_than_a_few_are_on_a_page_of_their_kind(signed_in, alice):
    for number in range(7):
        the.client(alice, name=f"Many {number}")
    page = signed_in.get("/search?q=many").text
    assert (
        "/search?q=many&amp;kind=client" in page and "</mark> 6" in page and "</mark> 0" not in page
    )
    page = signed_in.get("/search?q=many&kind=client").text
    assert "</mark> 0" in page
    signed_in.get("/search?q=many&kind=nonsense")


def test_nothing_found_says_so(signed_in):
    assert "Nothing fits “&lt;zz&gt;”" in signed_in.get("/search?q=<zz>").text
    assert "Nothing fits" in signed_in.get("/search/menu?q=zz+%22*", headers=IN_THE_MENU).text


def test_a_stranger_finds_nothing_of_it(stranger, cast):
    page = stranger.get("/search?q=muller").text
    assert "Nothing fits" in page


def test_the_number_of_queries_never_grows(signed_in, cast, alice):
    signed_in.get("/search?q=m")
    with counted() as few:
        signed_in.get("/search?q=m")
    for number in range(5):
        the.submitted(of=alice, for_client=the.client(alice, name=f"Müller {number}"))
    with counted() as many:
        signed_in.get("/search?q=m")
    assert len(many) <= len(few) + 2
