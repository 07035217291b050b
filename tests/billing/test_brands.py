"""A brand's colour can always be read, and its logo is nothing but a picture."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from billing import pictures
from billing.colours import contrast, readable
from billing.people import brands
from billing.pictures import NotAPicture, PictureTooLarge
from models import Brand, File, Project
from tests import cast as the
from tests.pictures import drawn
from tests.properties import examples

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(colours, st.sampled_from([brands.PAPER, brands.LIGHT, brands.DARK]))
@settings(max_examples=examples(40))
def test_any_colour_becomes_readable_on_any_surface(colour, surface):
    found = readable(colour, surface)
    assert contrast(found, surface) >= 4.5
    if contrast(colour, surface) >= 4.5:
        assert found == colour


def test_yellow_darkens_on_paper_and_stays_in_the_dark():
    assert contrast(readable("#ffee00", brands.PAPER), brands.PAPER) < 5
    assert readable("#ffee00", brands.DARK) == "#ffee00"


@pytest.mark.usefixtures("database")
def test_a_brand_is_kept_and_its_logo_replaced_and_removed():
    cast = the.active()
    before = Project.get().version
    assert brands.sheet(brands.of(cast.owner)) == ""
    brands.save("#C2185B", drawn((1400, 300)), cast.owner)
    look = brands.of(cast.owner)
    assert look.colour == "#c2185b" and Project.get().version > before
    with Image.open(io.BytesIO(bytes(look.logo.content))) as kept:
        assert kept.format == "PNG" and kept.mode == "RGB"
        assert kept.width <= brands.KEPT[0] and kept.height <= brands.KEPT[1]
    brands.save("", None, cast.owner)
    assert brands.of(cast.owner).logo == look.logo
    brands.remove_logo(cast.owner)
    assert brands.of(cast.owner) == brands.Look("", None)
    assert Brand.select().count() == 1


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", NotAPicture),
        (b"<html><img src=x onerror=alert(1)>", NotAPicture),
        (b"GIF89a" + b"\0" * 40, NotAPicture),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, NotAPicture),
        (b"\0" * (pictures.LARGEST + 1), PictureTooLarge),
    ],
)
def test_what_is_no_picture_is_refused(content, refusal):
    with pytest.raises(refusal) as told:
        brands.cleaned(content)
    assert told.value.field == "logo"


def test_what_hides_in_a_picture_is_not_kept():
    written = io.BytesIO()
    picture = Image.new("RGB", (80, 40), "red")
    picture.save(written, "JPEG", comment=b"file:///etc/passwd")
    kept = brands.cleaned(written.getvalue() + b"<script>alert(1)</script>")
    assert b"script" not in kept and b"passwd" not in kept


@pytest.mark.usefixtures("database")
def test_an_empty_logo_and_a_word_for_a_colour_are_refused():
    owner = the.owner()
    white = io.BytesIO()
    Image.new("RGB", (50, 50), "white").save(white, "PNG")
    with pytest.raises(brands.NothingOnIt):
        brands.save("", white.getvalue(), owner)
    for colour in ("red", "#12345g", "#fff", "#0a5a9c;}"):
        with pytest.raises(brands.NotAColour):
            brands.save(colour, None, owner)
    assert Brand.select().count() == File.select().count() == 0
