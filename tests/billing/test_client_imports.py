"""Clients brought along in a table: read, checked like the form's, and added once."""

import csv
from io import StringIO

import pytest

from billing.importing import tabular
from billing.people import address_book, importing
from billing.people.address_book import Fault, Found
from models import Client, ClientKind, ClientsFile, Contact, File
from tests import cast as the
from tests.cast import NOW

pytestmark = pytest.mark.usefixtures("database")

TABLE = """Company,First name,Last name,E-mail,Country,Type,Currency,Language,VAT ID,Street,City
Müller Verlag,Ana,Müller,Ana@Mueller.example,Deutschland,Firma,eur,German,DE136695976,Weg 1,Köln
Müller Verlag,Ben,Berg,ben@mueller.example,DE,,EUR,de,DE136695976,Weg 1,Köln
Zoé Petit,Zoé,Petit,zoe@example.com,France,Particulier,,fr_FR,,,
=HYPERLINK("x"),,,,uk,,GBP,,,,
,Nobody,,no@example.com,DE,,,,,,
Bad mail,Ann,,ann@,DE,,,,,,
No name of a person,,,who@example.com,DE,,,,,,
Atlantis Ltd,A,,a@example.com,Atlantis,,,,,,
Doubloons,A,,b@example.com,DE,,XXZ,,,,
Klingon,A,,c@example.com,DE,,,tlh,,,
Mistyped,A,,d@example.com,DE,,,,DE136695977,,
Robot,A,,e@example.com,DE,robot,,,,,
"""


@pytest.fixture
def owner():
    return the.owner(country="DE", currency="EUR")


def kept(owner, text=TABLE):
    content = text if isinstance(text, bytes) else text.encode()
    return importing.keep(content, "clients.csv", owner, "DE", "EUR", NOW)


def run(owner, text=TABLE):
    file = kept(owner, text)
    return importing.run(file, address_book.of(file.mapping), owner, NOW)


def counts(file):
    return file.clients, file.contacts, file.repeated, len(file.problems)


@pytest.mark.storage
def test_clients_and_contacts_are_read_and_checked(owner):
    done = run(owner)
    assert counts(done) == (3, 3, 0, 8)
    muller, zoe, hostile = Client.of(owner).order_by(Client.id)
    assert (muller.name, muller.country, muller.currency, muller.language) == (
        "Müller Verlag", "DE", "EUR", "de",
    )  # fmt: skip
    assert (muller.kind, muller.tax_id, muller.city) == (ClientKind.BUSINESS, "DE136695976", "Köln")
    assert [(row.name, row.email) for row in muller.contacts] == [
        ("Ana Müller", "ana@mueller.example"), ("Ben Berg", "ben@mueller.example"),
    ]  # fmt: skip
    assert (zoe.kind, zoe.country, zoe.currency, zoe.language) == ("consumer", "FR", "EUR", "fr")
    assert (hostile.name, hostile.country) == ('=HYPERLINK("x")', "GB")
    assert [(line, field) for line, field, *_why in done.problems] == [
        (6, "name"), (7, "contact_email"), (8, "contact_name"), (9, "country"), (10, "currency"),
        (11, "language"), (12, "tax_id"), (13, "kind"),
    ]  # fmt: skip


def test_the_same_file_twice_adds_nothing(owner):
    run(owner)
    assert counts(run(owner)) == (0, 0, 4, 8)
    assert Client.of(owner).count() == 3 and Contact.select().count() == 3


def test_whoever_is_here_stays_as_they_are(owner):
    here = the.client(owner, name="MULLER verlag", city="Bonn")
    the.contact(here, name="Ana", email="ana@mueller.example")
    done = run(owner)
    assert counts(done) == (2, 2, 1, 8), "Ana is known, Ben is a further contact there"
    assert Client.get_by_id(here.id).city == "Bonn"
    # Renamed here, a client is known by whom one deals with there.
    Client.update(name="Renamed", folded="renamed").where(Client.id == here.id).execute()
    assert counts(run(owner)) == (0, 0, 4, 8)


def test_another_owners_clients_are_not_mine(owner):
    run(owner)
    assert counts(run(the.owner())) == (3, 3, 0, 8)


def test_a_file_is_imported_once(owner):
    file = kept(owner)
    importing.run(file, address_book.of(file.mapping), owner, NOW)
    with pytest.raises(importing.AlreadyImported):
        importing.run(file, address_book.of(file.mapping), owner, NOW)


@pytest.mark.parametrize("code", ["ZZ", "EU", "XA"])
def test_what_stands_for_no_country_is_none(owner, code):
    content = f"client,country\nAcme,{code}\n".encode()
    assert [each[1] for each in run(owner, content).problems] == ["country"]


def test_a_row_without_a_country_says_that():
    unsaid = address_book.Columns({"name": 0})
    (row,) = address_book.rows(tabular.read(b"client,city\nTotal,\n"), unsaid)
    assert (row.field, row.refusal.code) == ("country", "NoCountry")


def test_the_name_must_be_somewhere(owner):
    file = kept(owner, "Foo,Bar\n1,2\n")
    with pytest.raises(address_book.NoNameColumn):
        importing.run(file, address_book.of(file.mapping), owner, NOW)
    assert ClientsFile.get_by_id(file.id).imported_at is None


def test_what_is_no_table_or_too_long_is_refused(owner, monkeypatch):
    monkeypatch.setattr(importing, "MOST_ROWS", 2)
    for content, refusal in ((b"words", tabular.NotATable), (TABLE, importing.TooManyRows)):
        with pytest.raises(refusal):
            kept(owner, content)
    assert ClientsFile.select().count() == File.select().count() == 0


def test_rows_that_were_not_taken_come_back_inert_with_why(owner):
    done = run(owner, "Company,E-mail\n=1+1,nope\nGood,\n")
    rows = list(csv.reader(StringIO(importing.problems(done, str).decode("utf-8-sig"))))
    assert rows == [
        ["Company", "E-mail", "Line", "Field", "Why it was not imported"],
        ["'=1+1", "nope", "2", "E-mail", "“nope” is not an e-mail address."],
    ]


def test_signs_that_hide_are_left_out(owner):
    run(owner, "Company,Town\n\u202eevil\x00 Ltd\u200b,x\n")
    assert [row.name for row in Client.of(owner)] == ["evil Ltd"]


def test_a_preview_says_who_is_here_already(owner):
    the.client(owner, name="Zoé Petit")
    file = kept(owner, "Company,Town\nZoe Petit,x\nNew,y\nNew,z\n,w\n")
    found = importing.sample(importing.table_of(file), address_book.of(file.mapping), owner, 9)
    told = [(type(row), is_there) for row, is_there in found]
    assert told == [(Found, True), (Found, False), (Found, True), (Fault, False)]


def test_semicolons_and_old_encodings_are_read(owner):
    run(owner, "Firma;Ort\nGröße & Söhne;Köln\nÄrzte;Ulm\n".encode("cp1252"))
    assert {row.name for row in Client.of(owner)} == {"Größe & Söhne", "Ärzte"}


@pytest.mark.parametrize(
    "header",
    [
        "First Name,Last Name,Organization Name,E-mail 1 - Value,"
        "Address 1 - City,Address 1 - Country",
        "Given Name,Family Name,Organization 1 - Name,E-mail 1 - Value,"
        "Address 1 - City,Address 1 - Country",
        "First Name,Last Name,Company,E-mail Address,Business City,Business Country/Region",
        "FirstName,LastName,*ContactName,EmailAddress,POCity,POCountry",
    ],
)
def test_address_books_are_read_by_their_usual_columns(owner, header):
    done = run(owner, f"{header}\nZoé,Petit,Petit SARL,zoe@example.com,Lyon,France\n")
    assert counts(done) == (1, 1, 0, 0)
    client, contact = Client.of(owner).get(), Contact.get()
    assert (client.name, client.city, client.country) == ("Petit SARL", "Lyon", "FR")
    assert (contact.name, contact.email) == ("Zoé Petit", "zoe@example.com")
