"""Files over the web: given one by one or with the form, frozen, and had by both sides."""

import re
from io import BytesIO

import pytest

from billing.accepting import reviews, submissions, uploads
from models import Attachment, File, Milestone, Preview, Project, Submission
from tests import cast as the
from tests import files
from tests.cast import NOW
from tests.web.visitor import HTMX, Visitor


@pytest.fixture
def cast(alice) -> the.Engagement:
    return the.active(of=alice)


def at(cast, rest: str) -> str:
    return f"/projects/{cast.project.id}{rest}"


def posted(*given: tuple[str, bytes]):
    return [(BytesIO(content), name) for name, content in given]


def attach(visitor: Visitor, cast, name: str, content: bytes, status: int = 200):
    """As the page does it for each file that is dropped."""
    visitor.get(at(cast, ""))
    url = at(cast, f"/milestones/{cast.milestone.id}/files")
    headers = {**HTMX, "X-CSRFToken": visitor.token}
    return visitor.post(url, {"files": posted((name, content))}, status, headers=headers)


def submit(visitor: Visitor, cast, status: int = 303, **more):
    shown = {f"shown_{row.id}": f"See page {row.id}" for row in cast.milestone.criteria}
    url = at(cast, f"/milestones/{cast.milestone.id}/submission")
    return visitor.post(url, {**shown, **more}, status)


def test_a_dropped_file_answers_with_its_row(signed_in, cast):
    row = attach(signed_in, cast, "../plän.txt", b"words").text
    made = Attachment.get()
    assert made.name == "plän.txt" and f'id="draft_{made.id}"' in row and "5 bytes" in row
    assert f'id="draft_{made.id}"' in signed_in.get(at(cast, "")).text
    # The same once more is the same row.
    assert f'id="draft_{made.id}"' in attach(signed_in, cast, "plän.txt", b"words").text


REFUSED = [
    ("a.txt", b"", "zero bytes"),
    ("a.exe", b"words", "is a program"),
    ("a.bin", b"\0\1\2", "cannot be told"),
]


@pytest.mark.parametrize(("name", "content", "words"), REFUSED)
def test_a_refused_file_says_why_in_plain_words(signed_in, cast, name, content, words):
    answer = attach(signed_in, cast, name, content, 422)
    assert answer.mimetype == "text/plain" and words in answer.text
    assert not Attachment.select().count()


def test_a_file_beyond_the_limit_is_refused_by_name(signed_in, cast):
    answer = attach(signed_in, cast, "a.txt", b"x" * (26 * 2**20), 422)
    assert "“a.txt” is too large. A file may have 25 MB" in answer.text
    assert not File.select().where(~File.kept).count()


def test_without_javascript_files_come_with_the_form(signed_in, cast):
    signed_in.get(at(cast, ""))
    given = posted(("a.txt", b"one"), ("b.txt", b"two"))
    page = signed_in.follow(submit(signed_in, cast, files=given)).text
    assert [row.name for row in submissions.files_of(Submission.get())] == ["a.txt", "b.txt"]
    assert "a.txt</bdi>" in page and "b.txt</bdi>" in page


def test_what_is_good_of_several_stays_and_the_rest_is_named(signed_in, cast):
    signed_in.get(at(cast, ""))
    given = posted(("a.txt", b"one"), ("b.txt", b""))
    page = submit(signed_in, cast, 422, files=given, note="Łódź").text
    assert "“b.txt” is empty" in page and "a.txt</bdi>" in page and "Łódź</textarea>" in page
    assert not Submission.select().count() and Attachment.select().count() == 1


def test_files_are_added_and_taken_out_without_losing_what_was_typed(signed_in, cast):
    signed_in.get(at(cast, ""))
    given = posted(("a.txt", b"one"))
    page = submit(signed_in, cast, 200, files=given, note="Łódź", add="1").text
    made = Attachment.get()
    assert f'value="{made.id}"' in page and "Łódź</textarea>" in page
    page = submit(signed_in, cast, 200, note="Łódź", take_out=str(made.id)).text
    assert "Łódź</textarea>" in page and not Attachment.select().count()
    assert not File.select().where(~File.kept).count()


def test_a_file_is_taken_out_in_place(signed_in, cast):
    attach(signed_in, cast, "a.txt", b"one")
    signed_in.htmx(at(cast, f"/files/{Attachment.get().id}/removal"))
    assert not Attachment.select().count()


def test_both_sides_get_it_as_a_file_to_keep(signed_in, cast, as_client):
    attach(signed_in, cast, "logo.svg", files.SVG)
    client = as_client(cast.project, cast.contact)
    made = Attachment.get()
    # A draft is the owner's alone.
    client.get(f"{client.home}files/{made.id}", 404)
    submit(signed_in, cast)
    page = client.get(client.home).text
    assert "logo.svg</bdi>" in page and f"files/{made.id}" in page
    for answer in (
        client.get(f"{client.home}files/{made.id}"),
        signed_in.get(at(cast, f"/files/{made.id}")),
    ):
        assert answer.data == files.SVG and answer.mimetype == "text/plain"
        assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''logo.svg"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("sandbox")
        assert answer.headers["Cache-Control"] == "private, no-cache"
        again = {"If-None-Match": answer.headers["ETag"]}
        assert not client.get(f"{client.home}files/{made.id}", 304, headers=again).data


def test_nobody_else_gets_it(signed_in, cast, stranger, as_client):
    attach(signed_in, cast, "a.txt", b"one")
    submit(signed_in, cast)
    made, other = Attachment.get(), the.active(of=cast.owner)
    stranger.get(at(cast, f"/files/{made.id}"), 404)
    # Not under another project of the same owner either, nor on another client's page.
    signed_in.get(at(other, f"/files/{made.id}"), 404)
    elsewhere = as_client(other.project, other.contact)
    elsewhere.get(f"{elsewhere.home}files/{made.id}", 404)


def test_a_small_picture_is_shown_under_safe_headers(signed_in, cast, as_client):
    attach(signed_in, cast, "a.png", files.picture())
    submit(signed_in, cast)
    made = Attachment.get()
    client = as_client(cast.project, cast.contact)
    url = f"{client.home}files/{made.id}/picture"
    client.get(url, 404)
    small = files.picture("WEBP")
    Preview.create(file=made.file_id, picture=small, width=40, height=30, made_at=NOW)
    Project.update(version=Project.version + 1).execute()
    assert re.search(rf'<img [^>]*src="{url}" width="40" height="30"', client.get(client.home).text)
    answer = client.get(url)
    assert answer.data == small and answer.mimetype == "image/webp"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    signed_in.get(at(cast, f"/files/{made.id}/picture"))


def test_a_second_round_is_shown_beside_the_first(signed_in, cast, as_client):
    for name, content in (("same.txt", b"1"), ("new.txt", b"2"), ("gone.txt", b"3")):
        attach(signed_in, cast, name, content)
    submit(signed_in, cast, note="First")
    [criterion, *_] = cast.milestone.criteria
    client = as_client(cast.project, cast.contact)
    reviews.ask_for_changes(cast.milestone, "More", [criterion.id], cast.contact, NOW)
    attach(signed_in, cast, "new.txt", b"22")
    attach(signed_in, cast, "added.txt", b"4")
    gone = Attachment.get(Attachment.name == "gone.txt")
    shown = {f"shown_{criterion.id}": "See page 99"}
    submit(signed_in, cast, leave_out=str(gone.id), note="Second", **shown)
    for page in (client.get(client.home).text, signed_in.get(at(cast, "")).text):
        told = re.search(r'class="compared".*?</details>', page, re.S)[0]
        assert dict(re.findall(r'data-how="(\w+)">.*?<bdi>([\w.]+)</bdi>', told, re.S)) == {
            "unchanged": "same.txt",
            "replaced": "new.txt",
            "added": "added.txt",
            "gone": "gone.txt",
        }
        assert "First" in told and "Second" in told and "See page 99" in told
        assert told.count("compared__words") == 2


def test_a_milestone_that_was_handed_over_takes_no_more(signed_in, alice):
    cast = the.submitted(of=alice)
    attach(signed_in, cast, "a.txt", b"one", 422)
    assert not Attachment.select().count()


def test_the_quota_is_the_installations(signed_in, cast, app, monkeypatch):
    monkeypatch.setattr("blueprints.web.handing.room", lambda: uploads.Room(quota=4))
    attach(signed_in, cast, "a.txt", b"1234")
    assert "no room" in attach(signed_in, cast, "b.txt", b"5", 422).text
    assert Milestone.select().count() == 1
