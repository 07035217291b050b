"""Clients: found by any word in any case, changed for all their pages, put away and back."""

import pytest

from billing.people import clients, contacts
from billing.people.clients import Profile
from billing.planning import projects
from models import Client, ClientKind, Project
from tests import cast as the
from tests.cast import NOW
from tests.queries import counted

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]


def named(owner, *names):
    return [the.client(owner, name=name) for name in names]


def found(owner, words, **options):
    return [row.name for row in clients.listed(owner, words, **options).clients]


@pytest.mark.parametrize("words", ["łódź", "ŁÓDŹ", "lodz", "Łód", "  studio  ŁÓDŹ "])
def test_a_name_is_found_in_any_case_and_without_its_accents(words):
    alice = the.owner()
    named(alice, "Łódź Studio", "Đường Sáng", "株式会社ミライ")
    assert found(alice, words) == ["Łódź Studio"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Đường Sáng", "duong sang"),
        ("株式会社ミライ", "会社"),
        ("Straße & Söhne", "STRASSE SOHNE"),
        ("ΟΔΟΣ", "οδος"),
        ("ＡＢＣ Ltd", "abc"),
        ("İzmir Tasarım", "izmir tasarim"),
        ("100% Design_Co", "100%"),
        ("100% Design_Co", "design_co"),
    ],
)
def test_scripts_and_signs(name, words):
    alice = the.owner()
    named(alice, name, "1000 Designs Co")
    assert found(alice, words) == [name]


def test_a_client_is_found_by_its_people_until_they_are_removed():
    alice = the.owner()
    made, _other = named(alice, "Acme", "Beta")
    ana = the.contact(made, name="Ana Łukasik", email="ana@acme.example")
    assert (
        found(alice, "łukasik") == found(alice, "ANA@ACME") == found(alice, "acme ana") == ["Acme"]
    )
    contacts.remove(ana, alice, NOW)
    assert found(alice, "łukasik") == []


def test_two_clients_may_have_one_name_and_none_is_anothers():
    alice, bob = the.owner(), the.owner()
    for _ in range(2):
        clients.add(Profile("Acme"), alice, NOW)
    clients.add(Profile("Acme"), bob, NOW)
    assert found(alice, "") == found(alice, "acme") == ["Acme", "Acme"]


def test_a_client_can_come_with_its_first_contact():
    ana = contacts.Person("Ana", " Ana@Acme.Example ")
    made = clients.add(Profile("Acme", country="PL"), the.owner(), NOW, ana)
    assert [(row.name, row.email) for row in made.contacts] == [("Ana", "ana@acme.example")]


def test_pages_are_by_name_and_the_last_one_is_not_left():
    alice = the.owner()
    named(alice, *(f"client {n:02}" for n in range(27)), "Ärger", "Zorn")
    first = clients.listed(alice)
    assert (len(first.clients), first.total, first.pages) == (25, 29, 2)
    assert first.clients[0].name == "Ärger"
    beyond = clients.listed(alice, number=9)
    assert (beyond.number, beyond.clients[-1].name) == (2, "Zorn")


def test_archived_clients_are_only_where_they_are_asked_for():
    alice = the.owner()
    kept, away = named(alice, "Kept", "Away")
    clients.archive(away, NOW)
    assert found(alice, "") == ["Kept"]
    assert found(alice, "", archived=True) == ["Away"]
    clients.restore(away)
    assert found(alice, "") == ["Away", kept.name]


def test_a_change_turns_every_page_of_the_clients_projects():
    alice = the.owner()
    mine, other = named(alice, "Mine", "Other")
    theirs = projects.start(other, "Other", alice, NOW)
    mine_too = [projects.start(mine, "One", alice, NOW), projects.start(mine, "Two", alice, NOW)]
    before = {row.id: row.version for row in Project.select()}
    clients.revise(mine, Profile("Łódź", country="PL", currency="PLN"))
    after = {row.id: row.version for row in Project.select()}
    assert all(after[row.id] == before[row.id] + 1 for row in mine_too)
    assert after[theirs.id] == before[theirs.id]
    assert found(alice, "lodz") == ["Łódź"]


def test_another_kind_and_currency_tell_only_for_new_projects():
    alice = the.owner()
    client = the.client(alice)
    old = projects.start(client, "Old", alice, NOW)
    clients.revise(client, Profile("Cleo", kind=ClientKind.CONSUMER, currency="EUR"))
    new = projects.start(Client.get_by_id(client.id), "New", alice, NOW)
    old = Project.get_by_id(old.id)
    assert (old.prices_gross, old.currency) == (False, "USD")
    assert (new.prices_gross, new.currency) == (True, "EUR")


def test_a_list_counts_what_is_under_way():
    cast = the.active()
    projects.start(cast.project.client, "Next", cast.owner, NOW)
    Project.update(state="closed").where(Project.id == cast.project.id).execute()
    page = clients.listed(cast.owner)
    assert page.under_way == {cast.project.client_id: 1}


def test_a_list_takes_four_queries_whatever_its_length():
    alice = the.owner()
    named(alice, "One")
    with counted() as few:
        clients.listed(alice)
    for client in named(alice, *(f"More {n}" for n in range(12))):
        the.contact(client)
        projects.start(client, "Project", alice, NOW)
    with counted() as many:
        rows = clients.listed(alice).clients
        assert sum(len(row.contacts) for row in rows) == 25
    assert len(few) == len(many) == 4


def test_a_client_has_days_of_their_own_zone_else_of_their_country_else_of_the_seller():
    alice = the.owner()

    def where(**known):
        return clients.zone_of(the.client(alice, **known))

    assert where(country="DE", timezone="Europe/Madrid") == "Europe/Madrid"
    assert where(country="DE") == "Europe/Berlin"
    assert where(country="") == "America/New_York"
