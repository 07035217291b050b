"""What both sides say of a milestone: once, with files, told in one letter, read and erased."""

import pytest

from billing import checking, events
from billing.accepting import comments, uploads
from billing.delivery import letters
from billing.reading import attention
from models import Attachment, Comment, Delivery, EventText, Milestone, MilestoneState
from tests import cast as the
from tests.cast import NOW, later

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def cast() -> the.Engagement:
    return the.submitted()


def say(cast, by, text="A question", at=NOW, key=None, *files):
    given = [uploads.looked_at(name, content) for name, content in files]
    return comments.say(cast.milestone, text, by, at, key or f"key {text}", given)


def queued() -> list[Delivery]:
    return list(
        Delivery.select().where(Delivery.kind.startswith("comments_")).order_by(Delivery.id)
    )


def test_both_sides_write_in_one_thread(cast):
    say(cast, cast.contact, "Which channel?", NOW, None, ("a.txt", b"one"))
    say(cast, cast.owner, "The first", later(minutes=1))
    first, second = comments.thread(cast.milestone)
    assert (first.contact, first.text) == (cast.contact, "Which channel?")
    assert [row.name for row in first.files] == ["a.txt"] and not second.files
    assert (second.contact, second.text) == (None, "The first")
    assert not checking.problems()


def test_a_double_click_says_it_once(cast):
    assert say(cast, cast.contact).id == say(cast, cast.contact).id
    assert Comment.select().count() == 1 and len(queued()) == 1


def test_nothing_is_said_without_words_or_a_file(cast):
    with pytest.raises(comments.NothingSaid):
        say(cast, cast.contact, "  ", key="k")
    say(cast, cast.contact, "", NOW, "k", ("a.txt", b"one"))


def test_a_file_that_finds_no_room_leaves_no_comment(cast):
    given = [uploads.looked_at("a.txt", b"12345")]
    with pytest.raises(uploads.NoRoom):
        comments.say(
            cast.milestone, "See here", cast.contact, NOW, "k", given, uploads.Room(quota=4)
        )
    assert not (Comment.select().count() or Attachment.select().count() or queued())


def test_a_burst_is_one_letter_that_waits_for_what_else_is_said(cast, installation):
    say(cast, cast.contact, "One")
    say(cast, cast.contact, "Two", later(minutes=1))
    [letter] = queued()
    assert letter.due_at == NOW + comments.PAUSE and letter.recipient == cast.owner.email
    written = letters.compose(letter, installation, later(minutes=3))
    assert "wrote 2 comments" in written.text and "“Two”" in written.text
    assert "does not become part of the comments" in written.text
    assert f"/milestones/{cast.milestone.id}/comments" in written.text
    Delivery.update(state="done").execute()
    say(cast, cast.contact, "Three", later(minutes=10))
    assert len(queued()) == 2
    assert "wrote a comment" in letters.compose(queued()[1], installation, NOW).text


def test_the_client_is_told_who_decides_and_who_wrote(cast, installation):
    payer = the.contact(cast.project.client, is_approver=False)
    the.contact(cast.project.client, is_approver=False)
    say(cast, payer, "I only pay")
    say(cast, cast.owner, "So be it")
    told = [each.recipient for each in queued() if each.kind == "comments_made"]
    assert sorted(told) == sorted([cast.contact.email, payer.email])
    written = letters.compose(queued()[1], installation, NOW)
    assert "“So be it”" in written.text and "/l/" in written.text


def test_what_the_owner_has_read_needs_no_letter(cast, installation):
    say(cast, cast.contact)
    [letter] = queued()
    assert not letters.is_overtaken(letter, installation, NOW)
    assert comments.counted(cast.project)[cast.milestone.id] == comments.Counted(1, 1)
    comments.read(cast.milestone)
    assert letters.is_overtaken(letter, installation, NOW)
    assert comments.counted(cast.project)[cast.milestone.id] == comments.Counted(1, 0)


def test_unread_comments_need_the_owner_until_they_answer(cast):
    def needs():
        return [each.about for each in attention.needs(cast.owner, NOW.date())]

    say(cast, cast.owner, "Hello")
    assert "comments" not in needs()
    say(cast, cast.contact, "Hello to you")
    assert needs().count("comments") == 1
    say(cast, cast.owner, "How are you?")
    assert "comments" not in needs()


def test_erased_words_are_not_new_but_files_beside_them_are(cast):
    slip = say(cast, cast.contact, "Wrong window")
    comments.erase(slip, cast.contact, NOW)
    assert comments.counted(cast.project)[cast.milestone.id] == comments.Counted(1, 0)
    assert not list(comments.unread(cast.owner)) and comments.is_read(cast.milestone)
    with_file = say(cast, cast.contact, "And", NOW, "2", ("a.txt", b"one"))
    comments.erase(with_file, cast.contact, NOW)
    assert comments.counted(cast.project)[cast.milestone.id] == comments.Counted(2, 1)
    assert list(comments.unread(cast.owner)) == [cast.milestone]


def test_words_can_be_erased_and_the_chain_holds(cast):
    say(cast, cast.contact, "My number is 0123")
    EventText.delete().where(EventText.field == "text").execute()
    [said] = comments.thread(cast.milestone)
    assert said.text is None and not checking.problems()


def test_words_are_erased_within_a_day_and_never_while_disputed():
    cast = the.submitted()
    early = comments.say(cast.milestone, "Too early", cast.contact, NOW, "1")
    assert comments.erasable(cast.milestone, cast.contact, later(hours=23)) == {early.id}
    assert comments.erasable(cast.milestone, cast.owner, NOW) == frozenset()
    with pytest.raises(comments.TooLateToErase):
        comments.erase(early, cast.contact, later(hours=24))
    comments.erase(early, cast.contact, NOW)
    told = [row.kind for row in events.history(cast.project)]
    comments.erase(early, cast.contact, NOW)
    assert [row.kind for row in events.history(cast.project)] == told
    assert told[0] == "comment.erased"
    assert [row.text for row in comments.thread(cast.milestone)] == [None]
    late = comments.say(cast.milestone, "It was promised", cast.contact, NOW, "2")
    Milestone.update(state=MilestoneState.DISPUTED).execute()
    with pytest.raises(comments.StaysAsEvidence):
        comments.erase(late, cast.contact, NOW)


def test_who_is_told_of_words_that_are_erased_meanwhile_is_told_nothing(installation):
    cast = the.submitted()
    said = comments.say(cast.milestone, "Wrong window", cast.contact, NOW, "1")
    letter = Delivery.get(Delivery.kind == "comments_by_client")
    assert not letters.is_overtaken(letter, installation, NOW)
    comments.erase(said, cast.contact, NOW)
    assert letters.is_overtaken(letter, installation, NOW)
    assert checking.problems() == []
