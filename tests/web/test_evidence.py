"""The evidence pack as both sides download it."""

import io
import zipfile

import pytest

from billing import events
from tests import cast as the
from tests.contents import contents


@pytest.fixture
def cast(alice):
    return the.submitted(of=alice)


def _names(answer):
    assert answer.mimetype == "application/zip"
    return zipfile.ZipFile(io.BytesIO(answer.data)).namelist()


def test_both_sides_get_the_same_bytes_and_nothing_changes(signed_in, cast, as_client):
    visitor = as_client(cast.project, cast.contact)
    before = contents()
    mine = signed_in.get(f"/projects/{cast.project.id}/evidence.zip")
    theirs = visitor.get(f"{visitor.home}evidence.zip")
    assert "manifest.json" in _names(mine)
    assert mine.data == theirs.data
    assert contents() == before
    assert mine.headers["Content-Disposition"] == (
        f"attachment; filename=evidence-{cast.project.id}.zip"
    )
    assert "no-cache" in mine.headers["Cache-Control"]


def test_a_pack_that_the_browser_has_is_not_sent_again(signed_in, cast):
    address = f"/projects/{cast.project.id}/evidence.zip"
    tag = signed_in.get(address).headers["ETag"]
    again = signed_in.get(address, 304, headers={"If-None-Match": tag})
    assert again.data == b""
    events.touch(cast.project)
    assert signed_in.get(address, headers={"If-None-Match": tag}).headers["ETag"] != tag


def test_the_pages_of_both_sides_lead_to_it(signed_in, cast, as_client):
    page = signed_in.get(f"/projects/{cast.project.id}").text
    assert f'href="/projects/{cast.project.id}/evidence.zip"' in page
    visitor = as_client(cast.project, cast.contact)
    assert f'href="{visitor.home}evidence.zip"' in visitor.get(visitor.home).text


def test_a_stranger_finds_nothing(stranger, nobody, cast, as_client):
    stranger.get(f"/projects/{cast.project.id}/evidence.zip", 404)
    nobody.get(f"/projects/{cast.project.id}/evidence.zip", 303)
    other = the.submitted()
    visitor = as_client(other.project, other.contact)
    theirs = as_client(cast.project, cast.contact)
    visitor.get(f"{theirs.home}evidence.zip", 404)


def test_a_draft_has_a_pack_too(signed_in, alice):
    project = the.project(alice)
    assert "events.jsonl" in _names(signed_in.get(f"/projects/{project.id}/evidence.zip"))
