"""The pages of clients: found, added, shown, edited, put away; nobody else's."""

import pytest

from billing.people import accounts, clients, contacts
from models import Client, Contact, Project
from tests import cast as the
from tests.cast import NOW
from tests.queries import counted

FILLED = {
    "name": "Łódź Studio",
    "kind": "business",
    "country": "PL",
    "language": "en",
    "currency": "PLN",
    "street": "ul. Piotrkowska 1",
    "postcode": "90-001",
    "city": "Łódź",
    "contact_name": "Ana Łukasik",
    "contact_email": "ana@studio.example",
}


@pytest.fixture
def cleo(alice):
    return the.client(alice, name="Cleo GmbH", street="Hauptstraße 1", city="Köln")


def test_the_first_page_offers_the_first_client(signed_in):
    page = signed_in.get("/clients").text
    assert "No clients yet" in page
    assert 'href="/clients/new"' in page


def test_a_client_is_added_with_its_contact(signed_in, alice):
    form = signed_in.get("/clients/new").text
    assert '<option selected value="US">' in form and '<option selected value="USD">' in form
    made = signed_in.post("/clients/new", FILLED)
    page = signed_in.follow(made).text
    assert "Łódź Studio was added." in page
    for shown in ("Ana Łukasik", "ana@studio.example", "Signs, approves, pays", "Poland", "PLN"):
        assert shown in page
    [client] = Client.of(alice)
    assert (client.country, client.currency, client.postcode) == ("PL", "PLN", "90-001")


def test_the_same_name_twice_is_two_clients(signed_in, alice):
    for _ in range(2):
        signed_in.get("/clients/new")
        signed_in.post("/clients/new", {**FILLED, "contact_name": "", "contact_email": ""})
    assert Client.of(alice).count() == 2


def test_signs_that_nobody_sees_are_left_out_and_lines_stay(signed_in, alice):
    signed_in.get("/clients/new")
    copied = {"name": "Łódź\x0bStudio\x00\x01\x7f", "street": "Piotrkowska 1\r\nII piętro"}
    signed_in.post("/clients/new", {**FILLED, **copied})
    [client] = Client.of(alice)
    assert client.name == "Łódź Studio"
    assert client.street.splitlines() == ["Piotrkowska 1", "II piętro"]


def test_what_was_typed_stays_when_something_is_wrong(signed_in, alice):
    signed_in.get("/clients/new")
    typed = {**FILLED, "name": " ", "country": "", "contact_email": "ana@"}
    page = signed_in.post("/clients/new", typed, status=422).text
    for words in (
        "Enter the client's name.",
        "Choose the client's country.",
        "Enter an e-mail address, like name@example.com.",
        "ul. Piotrkowska 1",
        'value="ana@"',
        "<title>Error: New client",
    ):
        assert words in page
    assert Client.of(alice).count() == 0


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ("contact_name", "Say whose e-mail address this is."),
        ("contact_email", "Enter the contact's e-mail address too."),
    ],
)
def test_a_contact_has_name_and_address(signed_in, missing, words):
    signed_in.get("/clients/new")
    assert words in signed_in.post("/clients/new", {**FILLED, missing: ""}, status=422).text


@pytest.mark.parametrize("words", ["łódź", "LODZ", "ŁUKASIK", "ana@studio"])
def test_search_works_by_name_contact_and_address(signed_in, alice, words):
    studio = the.client(alice, name="Łódź Studio")
    the.contact(studio, name="Ana Łukasik", email="ana@studio.example")
    the.client(alice, name="Đường Sáng")
    page = signed_in.get("/clients", query_string={"q": words}).text
    assert "1 client found" in page
    assert "Łódź Studio" in page and "Đường Sáng" not in page


def test_a_search_without_result_says_so(signed_in, cleo):
    page = signed_in.get("/clients", query_string={"q": "<b>%"}).text
    assert "No client fits “&lt;b&gt;%”." in page


def test_archived_clients_wait_behind_a_filter(signed_in, cleo, alice):
    signed_in.get(f"/clients/{cleo.id}")
    page = signed_in.follow(signed_in.post(f"/clients/{cleo.id}/archive")).text
    assert "This client is archived" in page and "Start a project" not in page
    assert "Cleo GmbH" not in signed_in.get("/clients").text
    assert "Cleo GmbH" in signed_in.get("/clients?archived=").text

    page = signed_in.follow(signed_in.post(f"/clients/{cleo.id}/restoration")).text
    assert "back among your clients" in page
    assert Client.get_by_id(cleo.id).archived_at is None


def test_a_change_is_saved_and_turns_the_clients_pages(signed_in, alice, cleo):
    project = the.project(alice, for_client=cleo)
    before = Project.get_by_id(project.id).version
    form = signed_in.get(f"/clients/{cleo.id}/edit").text
    assert "only for projects you begin afterwards" in form
    signed_in.post(f"/clients/{cleo.id}/edit", {**FILLED, "kind": "consumer"})
    changed = Client.get_by_id(cleo.id)
    assert (changed.name, changed.kind) == ("Łódź Studio", "consumer")
    assert Project.get_by_id(project.id).version == before + 1
    assert Project.get_by_id(project.id).prices_gross is False


def test_a_language_that_is_no_longer_offered_is_kept(signed_in, cleo):
    Client.update(language="ja").where(Client.id == cleo.id).execute()
    assert '<option selected value="ja">' in signed_in.get(f"/clients/{cleo.id}/edit").text
    signed_in.post(f"/clients/{cleo.id}/edit", {**FILLED, "language": "ja"})
    assert Client.get_by_id(cleo.id).language == "ja"


def test_the_page_shows_projects_with_their_state_and_what_is_missing(signed_in, alice, cleo):
    the.project(alice, for_client=cleo)
    Contact.update(is_payer=False).where(Contact.client == cleo.id).execute()
    page = signed_in.get(f"/clients/{cleo.id}").text
    assert "Content strategy" in page and "Draft" in page
    assert "Nobody pays, so invoices reach no one." in page
    assert "Nobody signs" not in page


def test_a_client_without_contacts_says_what_to_do(signed_in, alice):
    lonely = clients.add(clients.Profile("Lonely"), alice, NOW)
    assert "Add the person you deal with." in signed_in.get(f"/clients/{lonely.id}").text


def test_the_list_takes_as_many_queries_for_many_as_for_one(signed_in, alice):
    def queries():
        with counted() as seen:
            signed_in.get("/clients?q=c")
        return len(seen)

    the.client(alice)
    few = queries()
    for number in range(12):
        made = the.client(alice, name=f"Client {number}")
        the.contact(made)
        the.project(alice, for_client=made)
    assert queries() == few


def test_a_page_of_a_client_takes_as_many_queries_for_many_projects(signed_in, alice, cleo):
    def queries():
        with counted() as seen:
            signed_in.get(f"/clients/{cleo.id}")
        return len(seen)

    the.project(alice, for_client=cleo)
    few = queries()
    for _ in range(5):
        the.contact(cleo)
        the.project(alice, for_client=cleo)
    contacts.remove(the.contact(cleo), alice, NOW)
    assert queries() == few


def test_a_stranger_finds_nothing(stranger, cleo):
    assert "Cleo" not in stranger.get("/clients?q=cleo").text
    for path in ("", "/edit"):
        stranger.get(f"/clients/{cleo.id}{path}", status=404)
    for path in ("/edit", "/archive", "/restoration"):
        stranger.post(f"/clients/{cleo.id}{path}", FILLED, status=404)
    assert Client.get_by_id(cleo.id).archived_at is None


def test_nobody_is_sent_to_sign_in(nobody, cleo):
    for path in ("", "/new", f"/{cleo.id}", f"/{cleo.id}/edit"):
        assert "/sign-in" in nobody.get(f"/clients{path}", status=303).headers["Location"]


def test_without_a_token_nothing_happens(signed_in, cleo):
    for path in ("/new", f"/{cleo.id}/edit", f"/{cleo.id}/archive", f"/{cleo.id}/restoration"):
        signed_in.token = ""
        signed_in.post(f"/clients{path}", FILLED, status=400)
    assert Client.select().count() == 1


def test_looking_changes_nothing(signed_in, alice, cleo):
    before = [*Client.select().dicts(), *Project.select().dicts()]
    for path in ("", "?q=x", "/new", f"/{cleo.id}", f"/{cleo.id}/edit"):
        signed_in.get(f"/clients{path}")
    for path in ("archive", "restoration"):
        signed_in.get(f"/clients/{cleo.id}/{path}", status=405)
    assert [*Client.select().dicts(), *Project.select().dicts()] == before
    assert accounts.business(alice)
