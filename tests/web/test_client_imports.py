"""The pages that bring clients along: upload, columns, preview, what came of it."""

from io import BytesIO

import pytest

from models import Client, ClientsFile

TABLE = b"Company,Mail,Contact\n<b>Studio</b>,ana@studio.example,Ana\n,x@example.com,X\n"


def uploaded(visitor, content=TABLE, status=303):
    visitor.get("/clients/import")
    data = {"file": (BytesIO(content), "clients.csv")}
    return visitor.post("/clients/import", data, status)


def here(more=""):
    return f"/clients/import/{ClientsFile.get().id}{more}"


def chosen(**columns):
    return {"name": "0", "contact_email": "1", "contact_name": "2", "country_of_all": "DE",
            "language_of_all": "de", "currency_of_all": "EUR", **columns}  # fmt: skip


def test_a_table_is_looked_at_then_imported(signed_in, alice):
    page = signed_in.follow(uploaded(signed_in)).text
    assert "&lt;b&gt;Studio&lt;/b&gt;" in page and "Import 2 rows" in page
    page = signed_in.get(here(), query_string=chosen()).text
    assert "Germany" in page and "There is no name of a client in this row." in page
    assert Client.of(alice).count() == 0
    page = signed_in.follow(signed_in.post(here("/import"), chosen())).text
    for told in ("1 client is new.", "1 contact is new.", "1 row could not be read."):
        assert told in page
    [client] = Client.of(alice)
    assert (client.name, client.language, client.currency) == ("<b>Studio</b>", "de", "EUR")
    problems = signed_in.get(here("/problems.csv"))
    assert "x@example.com" in problems.text and problems.mimetype == "text/csv"
    signed_in.follow(signed_in.post(here("/import"), chosen()))
    assert Client.of(alice).count() == 1
    signed_in.post(here("/deletion"))
    assert Client.of(alice).count() == 1 and ClientsFile.select().count() == 0


def test_the_list_of_clients_leads_there(signed_in):
    assert 'href="/clients/import"' in signed_in.get("/clients").text


@pytest.mark.parametrize("content", [b"", b"no table", b"a,b\n"])
def test_what_is_no_table_is_told(signed_in, content):
    page = uploaded(signed_in, content, 422).text
    assert "<title>Error: Import clients" in page


def test_a_hostile_choice_of_columns_is_no_failure(signed_in):
    uploaded(signed_in)
    for place in ("999", "-7", "x", "9" * 4400, "²"):
        signed_in.get(here(), query_string=chosen(name=place))
    page = signed_in.post(here("/import"), chosen(name="-"), 422).text
    assert "Choose the column that holds the client&#39;s name." in page


def test_a_strangers_file_is_not_there(signed_in, stranger):
    uploaded(signed_in)
    stranger.get(here(), 404)
    stranger.post(here("/import"), chosen(), 404)
    stranger.get(here("/problems.csv"), 404)
