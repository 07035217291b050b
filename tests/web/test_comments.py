"""Threads of comments on both sides' pages: in place and as pages of their own."""

from io import BytesIO

import pytest

from models import Comment
from tests import cast as the
from tests.web.visitor import HTMX


@pytest.fixture
def cast(alice):
    return the.submitted(of=alice)


def at(cast) -> str:
    return f"/projects/{cast.project.id}/milestones/{cast.milestone.id}/comments"


def test_both_sides_write_by_plain_posts(signed_in, cast, as_client):
    client = as_client(cast.project, cast.contact)
    there = f"{client.home}milestones/{cast.milestone.id}/comments"
    assert there in client.get(client.home).text
    assert "Nothing was said yet." in client.get(there).text
    files = [(BytesIO(b"one"), "a.txt")]
    page = client.follow(
        client.post(there, {"text": "Which <b>channel</b>?", "key": "1", "files": files})
    ).text
    assert "Which &lt;b&gt;channel&lt;/b&gt;?" in page and "a.txt</bdi>" in page
    assert "1 comment" in client.get(client.home).text
    home = signed_in.get(f"/projects/{cast.project.id}").text
    assert "1 comment" in home and "1 new" in home
    assert "wrote about" in signed_in.get("/").text
    page = signed_in.get(at(cast)).text
    assert "Which &lt;b&gt;" in page and "Mark as read" in page
    page = signed_in.follow(signed_in.post(f"{at(cast)}/reading")).text
    assert "Mark as read" not in page
    assert "1 new" not in signed_in.get(f"/projects/{cast.project.id}").text
    signed_in.post(at(cast), {"text": "The first", "key": "2"})
    page = client.get(there).text
    assert "The first" in page and "<strong><bdi>Alice Writes LLC</bdi></strong> <span" in page


def test_an_answer_appears_in_its_place(signed_in, cast):
    signed_in.get(at(cast))
    part = signed_in.get(at(cast), headers=HTMX).text
    assert part.startswith("<section") and f'id="comments_{cast.milestone.id}"' in part
    part = signed_in.htmx(at(cast), {"text": "Here", "key": "1"}).text
    assert part.startswith("<section") and "Here</bdi>" in part
    part = signed_in.htmx(at(cast), {"text": "Here", "key": "1"}).text
    assert part.count("Here</bdi>") == 1 and Comment.select().count() == 1


def test_what_is_refused_stays_as_it_was_typed(signed_in, cast):
    signed_in.get(at(cast))
    page = signed_in.post(at(cast), {"text": "", "key": "1"}, 422).text
    assert "Write something, or choose a file." in page
    files = [(BytesIO(b""), "a.txt")]
    page = signed_in.post(at(cast), {"text": "Łódź", "key": "1", "files": files}, 422).text
    assert "“a.txt” is empty" in page and "Łódź</textarea>" in page
    assert not Comment.select().count()


def test_strangers_and_those_who_only_look_say_nothing(signed_in, cast, stranger, as_client, alice):
    stranger.get(at(cast), 404)
    stranger.get("/projects")
    stranger.post(at(cast), {"text": "Hello", "key": "1"}, 404)
    client = as_client(cast.project, cast.contact)
    other = the.submitted(of=alice)
    client.get(f"{client.home}milestones/{other.milestone.id}/comments", 404)
    signed_in.get(at(cast))
    there = f"{client.home}milestones/{cast.milestone.id}/comments"
    signed_in.get(there)
    signed_in.post(there, {"text": "Hello", "key": "1"}, 403)
    assert not Comment.select().count()


def test_before_anything_is_signed_there_is_no_thread(signed_in, alice):
    draft = the.project(alice)
    [milestone] = draft.milestones
    signed_in.get(f"/projects/{draft.id}/milestones/{milestone.id}/comments", 404)


def erase(page_of, there, number, status=303):
    return page_of.post(f"{there}/erasure", {"comment": str(number)}, status)


def test_ones_own_words_are_erased_for_both_sides_and_their_trace_stays(signed_in, cast, as_client):
    client = as_client(cast.project, cast.contact)
    there = f"{client.home}milestones/{cast.milestone.id}/comments"
    client.get(there)
    client.post(there, {"text": "Our password is 1234", "key": "1"})
    [comment] = Comment.select()
    assert "Erase…" in client.get(there).text
    page = signed_in.get(at(cast)).text
    assert "1234" in page and "Erase…" not in page
    assert "Only who wrote a comment" in erase(signed_in, at(cast), comment.id, 409).text
    client.follow(erase(client, there, comment.id))
    erase(client, there, comment.id)
    for page in (client.get(there).text, signed_in.get(at(cast)).text):
        assert "1234" not in page and "This comment was erased." in page
    assert "1234" not in signed_in.get(f"/projects/{cast.project.id}").text
    erase(client, there, comment.id + 1, 404)
