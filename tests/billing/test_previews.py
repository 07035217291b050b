"""What is shown of a file: made anew, bounded, by a process that can only lose itself."""

from io import BytesIO

import pytest
from PIL import Image

from billing.accepting import uploads
from billing.delivery import picturing, previews, worker
from models import Preview, Project
from tests import cast as the
from tests import files
from tests.cast import NOW, later

BOMB = files.picture("PNG", (9000, 9000), "1")
"""A few kilobytes that unpack to many megabytes."""


def made(installation, content: bytes, name: str = "a") -> Preview | None:
    cast = the.active()
    row = uploads.attach(cast.milestone, uploads.looked_at(name, content), cast.owner, NOW)
    before = Project.get_by_id(cast.project.id).version
    previews.make(row.file_id, installation, later(minutes=1))
    assert Project.get_by_id(cast.project.id).version > before
    return Preview.get_or_none(Preview.file == row.file_id)


@pytest.fixture
def here(monkeypatch):
    """Without the child, to be quick."""

    def ask(order, _seconds):
        try:
            return picturing.preview(order)
        except Exception as broken:
            raise previews.RenderFailed("refused", str(broken)) from broken

    monkeypatch.setattr(previews.viewer, "ask", ask)


@pytest.mark.usefixtures("database")
def test_the_worker_makes_it_in_a_process_of_its_own(installation):
    cast = the.active()
    content = files.picture("JPEG", (2000, 1000))
    uploads.attach(cast.milestone, uploads.looked_at("a.jpg", content), cast.owner, NOW)
    while worker.work_once(installation, later(minutes=1)):
        pass
    shown = Preview.get()
    assert (shown.width, shown.height) == (640, 320) and previews.viewer.pid
    with Image.open(BytesIO(bytes(shown.picture))) as picture:
        assert picture.format == "WEBP" and picture.size == (640, 320)
    previews.viewer.close()


@pytest.mark.usefixtures("database", "here")
def test_nothing_of_the_original_file_is_left_in_it(installation):
    exif = Image.Exif()
    exif[0x010E] = "taken at 52.5N 13.4E"
    exif[0x0112] = 6
    written = BytesIO()
    Image.new("RGB", (60, 30)).save(written, "JPEG", exif=exif)
    shown = made(installation, written.getvalue() + b"<script>alert(1)</script>")
    picture = bytes(shown.picture)
    assert b"taken at" not in picture and b"script" not in picture
    assert (shown.width, shown.height) == (30, 60)


@pytest.mark.usefixtures("database", "here")
@pytest.mark.parametrize("content", [BOMB, files.picture()[:60], b"%PDF-1.7 nothing more"])
def test_what_cannot_be_shown_has_an_empty_one(installation, content):
    shown = made(installation, content)
    assert shown.picture is None and not shown.pages
    assert len(BOMB) < 2**16


@pytest.mark.usefixtures("database", "here")
def test_a_pdf_shows_its_pages_and_first_words(installation):
    shown = made(installation, files.pdf(3, "A content strategy"))
    assert shown.pages == 3 and shown.words.startswith("A content strategy")
    with Image.open(BytesIO(shown.picture)) as drawn:
        assert max(drawn.size) == picturing.WIDEST and drawn.size == (shown.width, shown.height)
        # There is ink on the page, and most of it is paper.
        dark = sum(drawn.convert("L").histogram()[:128])
        assert 0 < dark < drawn.width * drawn.height / 2


@pytest.mark.usefixtures("database", "here")
def test_of_a_scan_the_first_page_is_shown(installation):
    written = BytesIO()
    Image.new("RGB", (800, 1100), "ivory").save(written, "PDF")
    shown = made(installation, written.getvalue())
    assert shown.pages == 1 and shown.height == 640 and shown.picture


@pytest.mark.usefixtures("database", "here")
def test_of_a_file_that_went_meanwhile_nothing_is_made(installation):
    cast = the.active()
    row = uploads.attach(
        cast.milestone, uploads.looked_at("a.png", files.picture()), cast.owner, NOW
    )
    uploads.remove(row)
    previews.make(row.file_id, installation, NOW)
    assert not Preview.select().count()
