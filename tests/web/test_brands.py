"""The brand in the settings, and what a client's pages show of it."""

from io import BytesIO

import pytest

from billing.people import brands
from models import Brand
from tests import cast as the
from tests.pictures import drawn

HERE = "/settings/brand"


@pytest.fixture
def client(alice, as_client):
    cast = the.active(of=alice)
    return as_client(cast.project, cast.contact)


def form(**fields):
    return {"own": "y", "colour": "#b0306a", **fields}


def test_a_colour_and_a_logo_reach_the_clients_page(signed_in, alice, client):
    assert "brand.css" not in client.get(client.home).text
    logo = (BytesIO(drawn((900, 300))), "logo.png")
    back = signed_in.post(HERE, form(logo=logo))
    assert "Saved." in signed_in.follow(back).text
    page = client.get(client.home).text
    assert "brand.css" in page and "logo.png" in page and "sender__mark" not in page
    sheet = client.get(f"{client.home}brand.css")
    assert sheet.text.startswith(":root { --accent: light-dark(#b0306a, #")
    picture = client.get(f"{client.home}logo.png")
    assert picture.data.startswith(b"\x89PNG") and picture.headers["Content-Type"] == "image/png"
    assert "sandbox" in picture.headers["Content-Security-Policy"]
    assert signed_in.get(f"{HERE}/logo.png").data == picture.data
    signed_in.post(f"{HERE}/logo/removal")
    assert "logo.png" not in client.get(client.home).text
    client.get(f"{client.home}logo.png", status=404)


def test_our_own_colour_comes_back(signed_in, alice, client):
    brands.save("#b0306a", None, alice)
    signed_in.post(HERE, {"colour": "#b0306a"})
    assert Brand.get().colour == "" and "brand.css" not in client.get(client.home).text


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"colour": "red"}, "This is not a colour."),
        ({"logo": (BytesIO(b"<svg/>"), "logo.svg")}, "This picture cannot be read."),
    ],
)
def test_what_is_no_colour_or_picture_is_told_beside_it(signed_in, fields, told):
    page = signed_in.post(HERE, form(**fields), status=422).text
    assert told in page and Brand.select().count() == 0


def test_a_colour_that_is_hard_to_read_says_what_becomes_of_it(signed_in, alice):
    brands.save("#ffee00", None, alice)
    assert "On paper it is #" in signed_in.get(HERE).text
