"""Drawn signatures and scans: made anew, small, and nothing that is not a picture."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as some
from PIL import Image

from billing import checking, events, pictures
from billing.agreeing import drawings, scans, signing
from billing.agreeing.drawings import NothingDrawn
from billing.agreeing.scans import NotAScan, ScanTooLarge
from billing.pictures import NotAPicture, PictureTooLarge
from models import Agreement, File
from tests import cast as the
from tests.cast import NOW
from tests.pictures import blank, bomb, drawn, written

GPS = {0x010F: "A camera", 0x8825: {1: "N"}}


def opened(content):
    return Image.open(BytesIO(content))


@pytest.mark.parametrize("content", [drawn(), drawn(mode="RGB"), drawn(mode="RGB", ending="JPEG")])
def test_a_drawing_becomes_a_small_grey_png_cut_to_its_ink(content):
    kept = drawings.cleaned(content)
    picture = opened(kept)
    assert (picture.format, picture.mode) == ("PNG", "L")
    assert picture.width <= 600 and picture.height <= 240
    assert picture.height < 120, "cut to the line"
    assert len(kept) < 16_000


def test_what_a_camera_adds_is_not_kept():
    exif = Image.Exif()
    exif[0x010F] = "A camera"
    exif[0x0112] = 6
    photo = written(opened(drawn((1200, 400), "RGB")), "JPEG", exif=exif, comment=b"at home")
    kept = drawings.cleaned(photo)
    assert not opened(kept).getexif() and b"camera" not in kept and b"home" not in kept
    assert opened(kept).height > opened(kept).width, "turned as it was held"


def test_a_large_photo_is_made_small():
    kept = opened(drawings.cleaned(drawn((3000, 2000), "RGB", "JPEG")))
    assert kept.width <= 600 and kept.height <= 240


@pytest.mark.parametrize("content", [blank(), written(Image.new("RGBA", (300, 100)))])
def test_an_empty_pad_is_no_signature(content):
    with pytest.raises(NothingDrawn):
        drawings.cleaned(content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a" + b"\0" * 40,
        drawn()[:60],
        written(Image.new("RGB", (9, 9)), "GIF"),
        b"%PDF-1.7\n%%EOF",
    ],
)
def test_what_is_no_picture_is_refused(content):
    with pytest.raises(NotAPicture):
        drawings.cleaned(content)


def test_what_unpacks_to_too_much_is_refused_unread():
    for width, height in ((60_000, 60_000), (4_001, 4_000)):
        with pytest.raises(PictureTooLarge):
            drawings.cleaned(bomb(width, height))
    with pytest.raises(PictureTooLarge):
        drawings.cleaned(b"\0" * (pictures.LARGEST + 1))
    with pytest.raises(ScanTooLarge):
        scans.read(bomb(60_000, 60_000))


@given(some.binary(max_size=200))
def test_no_bytes_do_more_than_be_refused(noise):
    for content in (noise, drawn((40, 20))[:50] + noise):
        with pytest.raises((NotAPicture, NothingDrawn, PictureTooLarge)):
            drawings.cleaned(content)
        with pytest.raises(NotAScan):
            scans.read(content)


@given(some.text(max_size=80))
def test_a_data_address_is_one_of_ours_or_refused(text):
    with pytest.raises(NotAPicture):
        drawings.posted(text)
    address = drawings.address(text.encode())
    assert drawings.posted(address) == text.encode()
    with pytest.raises(NotAPicture):
        drawings.posted(address + "é")


def test_a_drawing_is_kept_with_the_signature(database):
    cast = the.offered()
    kept = drawings.cleaned(drawn())
    signature = signing.sign(
        cast.agreement, the.intent(cast.agreement, drawing=kept), cast.contact, NOW
    )
    assert signature.kind == "drawn"
    assert drawings.of(signature) == kept
    assert File.get(File.sha256 == signature.drawing_sha256).media_type == "image/png"
    told = events.history(cast.project)[0]
    assert (told.facts["made"], told.facts["drawing_sha256"]) == (
        "drawn",
        signature.drawing_sha256,
    )
    typed = signing.countersign(
        Agreement.get(), the.intent(Agreement.get(), name="Alice"), cast.owner, NOW
    )
    assert (typed.kind, drawings.of(typed), drawings.shown(typed)) == ("typed", None, "")
    assert checking.problems() == []


def test_a_scan_is_a_pdf_as_it_is_or_a_picture_made_anew():
    pdf = b"%PDF-1.4\n...\n%%EOF\n"
    assert scans.read(pdf) == scans.Scan(pdf, "application/pdf", "pdf")
    for content in (drawn((2000, 3000)), drawn((2000, 3000), "RGB", "JPEG")):
        kept = scans.read(content)
        assert (kept.media_type, kept.ending) == ("image/jpeg", "jpg")
        assert opened(kept.content).format == "JPEG"
        assert kept == scans.read(content), "the same bytes each time"
    assert opened(scans.read(drawn((2000, 6000), "RGB", "JPEG")).content).height == scans.WIDEST


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 no end", b"MZ\x90", b"<html>%%EOF</html>"])
def test_what_is_no_scan_is_refused(content):
    with pytest.raises(NotAScan):
        scans.read(content)
