"""The first run: sign-up to a project or an invoice in at most twelve fields."""

import re
from datetime import date, timedelta

import pytest

from billing.people import accounts
from models import Client, Invoice, Milestone, Project, ProjectState, User
from tests import cast as the
from tests.web.visitor import Visitor

WORK = {
    "way": "project",
    "business_name": "Ana Writes",
    "country": "DE",
    "asked": "",
    "client_name": "株式会社",
    "client_email": "Yuki@Example.com",
    "outcome": "Strategy document approved",
    "done_when": "Names three audiences",
    "price": "5.000,00",
    "currency": "",
    "due_on": "2026-12-15",
    "key": "k1",
}


@pytest.fixture
def newcomer(nobody: Visitor) -> Visitor:
    nobody.get("/sign-up")
    nobody.post("/sign-up", {"email": "ana@example.com", "password": the.PASSWORD})
    nobody.get("/start")
    return nobody


def start(visitor: Visitor, status: int = 303, **changes: str):
    return visitor.post("/start", {**WORK, **changes}, status)


def test_a_project_is_ready_to_be_offered(newcomer):
    answer = start(newcomer)
    [project], [milestone] = Project.select(), Milestone.select()
    assert answer.headers["Location"] == f"/projects/{project.id}"
    assert (project.state, project.currency, project.title) == (
        ProjectState.DRAFT,
        "EUR",
        "Strategy document approved",
    )
    assert (milestone.price, milestone.due_on) == (500_000, date(2026, 12, 15))
    assert [row.text for row in milestone.criteria] == ["Names three audiences"]
    [contact] = project.client.contacts
    assert (project.client.name, contact.email) == ("株式会社", "yuki@example.com")


def test_the_rest_of_the_business_follows_from_its_country(newcomer):
    start(newcomer)
    business = accounts.business(User.get())
    assert (business.name, business.country, business.currency, business.timezone) == (
        "Ana Writes",
        "DE",
        "EUR",
        "Europe/Berlin",
    )


def test_finished_work_is_an_issued_invoice(newcomer):
    answer = start(newcomer, way="invoice", done_when="")
    [invoice] = Invoice.select()
    assert answer.headers["Location"] == f"/invoices/{invoice.id}"
    assert (invoice.number, invoice.total, invoice.currency) == ("INV-0001", 500_000, "EUR")
    assert invoice.due_on == date(2026, 12, 15)
    assert invoice.project.state == ProjectState.ACTIVE


def test_from_sign_up_to_either_takes_at_most_twelve_fields(nobody):
    asked = set()
    for url in ("/sign-up", "/start"):
        shown = nobody.get(url).text
        names = re.findall(
            r'<(?:input|select|textarea)(?![^>]*type="hidden")[^>]* name="(\w+)"', shown
        )
        asked |= set(names) - {"theme", "q"}
        if url == "/sign-up":
            nobody.post(url, {"email": "ana@example.com", "password": the.PASSWORD})
    assert len(asked) <= 12, asked


def test_another_currency_can_be_chosen(newcomer):
    start(newcomer, currency="JPY", price="120000")
    [project] = Project.select()
    assert (project.currency, Milestone.get().price, project.client.currency) == (
        "JPY",
        120_000,
        "JPY",
    )


def test_a_form_sent_twice_is_one_deed(newcomer):
    first, second = start(newcomer), start(newcomer)
    assert first.headers["Location"] == second.headers["Location"]
    bills = [start(newcomer, way="invoice", key="k2").headers["Location"] for _try in range(2)]
    assert bills[0] == bills[1]
    assert (Project.select().count(), Invoice.select().count()) == (2, 1)


def test_what_is_known_of_the_business_is_not_asked_again(newcomer):
    start(newcomer)
    shown = newcomer.get("/start").text
    assert "business_name" not in shown and '<option selected value="EUR">' in shown
    start(newcomer, key="k2", business_name="Another", country="US", currency="EUR")
    assert accounts.business(User.get()).name == "Ana Writes"


def test_a_client_known_by_name_and_address_stays_one(newcomer):
    start(newcomer)
    start(newcomer, key="k2", currency="USD", price="10")
    start(newcomer, key="k3", client_name="Somebody else")
    assert Client.select().count() == 2
    assert [row.currency for row in Project.select().order_by(Project.id)] == ["EUR", "USD", "EUR"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"business_name": ""}, "Enter your name."),
        ({"country": ""}, "Choose your country."),
        ({"client_name": ""}, "Enter your client's name."),
        ({"client_email": "nonsense"}, "like name@example.com"),
        ({"outcome": ""}, "Say what your client gets."),
        ({"done_when": ""}, "Say how both of you will see"),
        ({"price": ""}, "Enter the price."),
        ({"price": "a lot"}, "is not an amount of money"),
        ({"price": "1.2345"}, "is not an amount of money"),
        ({"price": "0"}, "must be more than zero"),
        ({"price": "-5"}, "must be more than zero"),
        ({"due_on": "2026-11-21"}, "That day has passed."),
        ({"due_on": "soon"}, "Write the date like"),
        ({"way": "invoice", "price": "0"}, "must be more than zero"),
        ({"way": "invoice", "due_on": "2027-11-23"}, "within a year"),
        ({"way": "invoice", "due_on": "2026-11-21"}, "That day has passed."),
    ],
)
def test_what_does_not_fit_is_said_and_everything_typed_is_kept(newcomer, changes, words):
    text = start(newcomer, 422, **changes).text
    assert words in text
    for name, typed in {**WORK, **changes}.items():
        if name in {"business_name", "client_name", "client_email", "outcome", "done_when"}:
            assert f'value="{typed}"' in text
    assert 'value="k1"' in text
    assert not (Project.select().exists() or Invoice.select().exists() or Client.select().exists())
    assert not accounts.business(User.get()).name


def test_an_invoice_may_be_due_today_or_after_the_usual_days(newcomer):
    start(newcomer, way="invoice", due_on="2026-11-22", key="a")
    start(newcomer, way="invoice", due_on="", key="b")
    due = [row.due_on for row in Invoice.select().order_by(Invoice.id)]
    assert due == [the.NOW.date(), the.NOW.date() + timedelta(days=14)]


def test_the_currency_follows_the_country_until_another_is_chosen(newcomer):
    def offered(**typed: str) -> str:
        shown = newcomer.htmx("/start/amount", {**WORK, **typed}, target="div#amount").text
        assert 'id="amount"' in shown and 'value="5.000,00"' in shown
        return re.findall(r'<option selected value="(\w*)"', shown)[0]

    assert offered(country="KW") == "KWD"
    assert offered(country="FR", asked="KW", currency="KWD") == "EUR"
    assert offered(country="FR", asked="KW", currency="USD") == "USD"
    assert not Project.select().exists()


def test_an_ambiguous_price_is_read_as_the_country_writes_it(newcomer):
    start(newcomer, country="DE", price="1.200")
    assert Milestone.get().price == 120_000


def test_only_who_is_signed_in_starts_and_only_with_a_token(nobody, newcomer, app):
    Visitor(app).get("/start", status=303)
    newcomer.get("/start")
    start(newcomer, 400, csrf_token="")
    newcomer.post("/start/amount", {**WORK, "csrf_token": ""}, 400)
    assert not Project.select().exists()


def test_owners_start_apart(newcomer, stranger):
    start(newcomer)
    stranger.get("/start")
    answer = start(stranger, currency="GBP", price="10")
    assert Project.select().count() == 2
    newcomer.get(answer.headers["Location"], status=404)
