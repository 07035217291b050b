"""Files handed over: what is taken and how it is named, once, within limits, then frozen."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing import dates
from billing.accepting import filenames, filetypes, reviews, submissions, uploads
from billing.accepting.uploads import Room
from billing.refusals import WrongState
from models import (
    Attachment,
    Delivery,
    File,
    Milestone,
    MilestoneState,
    SubmissionFile,
    write,
)
from tests import cast as the
from tests import files
from tests.cast import NOW, later
from tests.properties import examples

KINDS = [
    ("a.pdf", files.pdf(), "application/pdf"),
    ("a.png", files.picture(), "image/png"),
    ("a.jpg", files.picture("JPEG"), "image/jpeg"),
    ("a.webp", files.picture("WEBP"), "image/webp"),
    ("a.tif", files.picture("TIFF"), "image/tiff"),
    ("a.zip", files.archive("a.txt"), "application/zip"),
    (
        "a.docx",
        files.archive("word/document.xml", "[Content_Types].xml"),
        f"{filetypes.OFFICE}wordprocessingml.document",
    ),
    ("a.md", files.TEXT, "text/plain"),
    ("a.csv", "Größe;1\r\n".encode("latin-1"), "text/plain"),
    ("a.txt", "hello".encode("utf-16"), "text/plain"),
    # Kept to be given back, never shown.
    ("a.svg", files.SVG, "text/plain"),
    ("a.html", b"<!doctype html><script>alert(1)</script>", "text/plain"),
    ("a.mp4", b"\0\0\0\x20ftypisom\0\0", "video/mp4"),
    ("a.wav", b"RIFF\x24\0\0\0WAVEfmt ", "audio/wav"),
]


@pytest.mark.parametrize(("name", "content", "kind"), KINDS, ids=[each[0] for each in KINDS])
def test_a_file_is_told_by_its_bytes(name, content, kind):
    assert uploads.looked_at(name, content).media_type == kind
    # Whatever it calls itself.
    assert uploads.looked_at("innocent.txt", content).media_type == kind


PROGRAMS = [
    ("photo.jpg", files.PROGRAM),
    ("tool", b"\x7fELF\x02\x01"),
    ("run.txt", b"#!/bin/sh\nrm -rf /\n"),
    ("start.bat", b"echo hello"),
    ("invoice.pdf.js", b"alert(1)"),
    ("a.zip", files.archive("AndroidManifest.xml")),
]


@pytest.mark.parametrize(("name", "content"), PROGRAMS, ids=[each[0] for each in PROGRAMS])
def test_programs_are_refused(name, content):
    with pytest.raises(filetypes.AProgram, match="is a program"):
        uploads.looked_at(name, content)


def test_what_is_unknown_empty_or_too_large_is_refused_in_words():
    with pytest.raises(filetypes.UnknownKind, match="cannot be told"):
        uploads.looked_at("a.bin", b"\0\1\2\3")
    with pytest.raises(filetypes.UnknownKind):
        uploads.looked_at("a.zip", b"PK\x03\x04 and no more")
    with pytest.raises(uploads.EmptyFile, match="zero bytes"):
        uploads.looked_at("a.txt", b"")
    with pytest.raises(uploads.FileTooLarge, match="1 MB"):
        uploads.looked_at("a.txt", b"x" * (2**20 + 1), Room(largest=2**20))


NAMES = [
    ("../../etc/passwd", "passwd"),
    ("C:\\Users\\me\\plan.pdf", "plan.pdf"),
    ("  a\tb\r\n.pdf ", "a b .pdf"),
    ("gpj\u202ecod.exe", "gpjcod.exe"),
    ("a\0b\x1b[31m.txt", "ab[31m.txt"),
    ("...", "file"),
    ("", "file"),
    ("CON.txt", "_CON.txt"),
    ('a<b>:"|?*.txt', "a-b------.txt"),
    ("Cafe\u0301.pdf", "Café.pdf"),
    (".htaccess", "htaccess"),
]


@pytest.mark.parametrize(("name", "kept"), NAMES)
def test_hostile_names_are_made_harmless(name, kept):
    assert filenames.harmless(name) == kept


def test_a_nameless_file_is_named_for_what_it_is():
    assert uploads.looked_at("/", files.pdf()).name == "file.pdf"


@given(st.text(max_size=400))
@settings(max_examples=examples(40))
def test_whatever_it_is_called_the_name_is_short_and_no_path(name):
    kept = filenames.harmless(name)
    assert kept and len(kept) <= filenames.LONGEST and len(kept.encode()) <= filenames.MOST_BYTES
    assert not set('/\\<>:"|?*\n\r\0\u202e') & set(kept)
    assert kept.strip(". ") == kept
    other = filenames.beside(kept, {kept.casefold()})
    assert other != kept and len(other.encode()) <= filenames.MOST_BYTES


def test_a_long_name_keeps_its_ending():
    assert filenames.harmless("ж" * 300 + ".pdf").endswith("ж.pdf")
    assert filenames.beside("a.pdf", {"a.pdf", "a (2).pdf"}) == "a (3).pdf"


def attach(cast, name: str, content: bytes, **options) -> Attachment:
    return uploads.attach(
        cast.milestone, uploads.looked_at(name, content), cast.owner, NOW, **options
    )


def submit(cast, **options):
    shown = the.shown(cast.milestone)
    return submissions.submit(cast.milestone, "Here", [], shown, cast.owner, NOW, **options)


def names(submission) -> list[str]:
    return [row.name for row in submissions.files_of(submission)]


def ask_for_changes(cast) -> None:
    [first, *_] = cast.milestone.criteria
    reviews.ask_for_changes(cast.milestone, "More", [first.id], cast.contact, NOW)


@pytest.mark.usefixtures("database")
class TestDrafts:
    def test_the_same_file_twice_is_one_and_another_of_its_name_gets_a_number(self):
        cast = the.active()
        first = attach(cast, "a.txt", b"one")
        assert attach(cast, "a.txt", b"one").id == first.id
        assert attach(cast, "copy.txt", b"one").id == first.id
        assert attach(cast, "A.txt", b"two").name == "A (2).txt"
        assert File.select().where(~File.kept).count() == 2

    def test_a_draft_that_is_taken_out_leaves_nothing(self):
        cast = the.active()
        row = attach(cast, "a.txt", b"one")
        uploads.remove(row)
        uploads.remove(row)
        assert not Attachment.select().count() and not File.select().where(~File.kept).count()

    def test_bytes_that_another_draft_has_stay(self):
        cast, other = the.active(), the.active()
        row = attach(cast, "a.txt", b"one")
        attach(other, "b.txt", b"one")
        uploads.remove(row)
        assert File.select().where(~File.kept).count() == 1

    def test_the_quota_counts_each_file_of_an_owner_once(self):
        cast = the.active()
        room = Room(quota=10)
        attach(cast, "a.txt", b"12345678", room=room)
        attach(cast, "b.txt", b"12345678", room=room)
        with pytest.raises(uploads.NoRoom, match=r"no room for “c\.txt”"):
            attach(cast, "c.txt", b"123", room=room)
        assert uploads.used(cast.project) == 8
        # Another owner's files are no concern of this one.
        attach(the.active(), "c.txt", b"123", room=room)
        assert Attachment.select().count() == 2

    def test_files_are_gathered_only_while_a_round_is_prepared(self):
        cast = the.submitted()
        with pytest.raises(WrongState):
            attach(cast, "a.txt", b"one")
        assert not Attachment.select().count()

    def test_pictures_and_pdfs_are_looked_at_by_the_worker(self):
        cast = the.active()
        attach(cast, "a.txt", b"one")
        attach(cast, "a.pdf", files.pdf())
        attach(cast, "a.pdf", files.pdf())
        assert Delivery.select().where(Delivery.kind == "preview").count() == 1


@pytest.mark.usefixtures("database")
class TestRounds:
    def test_what_is_gathered_is_frozen_with_the_round(self):
        cast = the.active()
        row = attach(cast, "a.txt", b"one")
        out = attach(cast, "b.txt", b"two")
        submission = submit(cast, leave_out=[out.id])
        assert names(submission) == ["a.txt"]
        assert not Attachment.select().where(Attachment.id == out.id).exists()
        with pytest.raises(uploads.HandedOver):
            uploads.remove(row)
        assert not File.select().where(~File.kept).count()

    def test_the_files_of_the_last_round_come_along(self):
        cast = the.active()
        same, gone = attach(cast, "same.txt", b"one"), attach(cast, "gone.txt", b"two")
        attach(cast, "new.txt", b"three")
        submit(cast)
        ask_for_changes(cast)
        attach(cast, "NEW.txt", b"four")
        attach(cast, "same.txt", b"one")
        second = submit(cast, leave_out=[gone.id])
        assert names(second) == ["same.txt", "NEW.txt"]
        assert submissions.files_of(second)[0].id == same.id
        assert SubmissionFile.select().count() == 5


@pytest.mark.usefixtures("database")
def test_what_comes_with_a_deed_is_kept_at_once_or_not_at_all():
    cast = the.submitted()
    given = [uploads.looked_at(name, text) for name, text in (("a.txt", b"1"), ("a.txt", b"2"))]
    with write(cast.project):
        rows = uploads.give(cast.milestone, [*given, given[0]], cast.contact, NOW)
    assert [row.name for row in rows] == ["a.txt", "a (2).txt"]
    assert all(row.kept_at and row.contact == cast.contact for row in rows)
    assert Attachment.given(cast.project).count() == 2
    with pytest.raises(uploads.NoRoom), write(cast.project):
        uploads.give(
            cast.milestone, [uploads.looked_at("c.txt", b"3" * 9)], cast.contact, NOW, Room(quota=5)
        )
    assert Attachment.given(cast.project).count() == 2


@pytest.mark.storage
@pytest.mark.usefixtures("database")
def test_what_was_never_handed_over_goes_after_some_time_and_gives_its_room_back():
    cast = the.active()
    room = Room(quota=10)
    for days, content in ((0, b"one"), (30, b"two")):
        given = uploads.looked_at(f"{days}.txt", content, room)
        uploads.attach(cast.milestone, given, cast.owner, later(days=days), room)
    dates.pass_time(later(days=90))
    assert uploads.used(cast.project) == 6
    dates.pass_time(later(days=90, minutes=1))
    assert (uploads.used(cast.project), uploads.drafts(cast.milestone)) == (0, [])
    assert File.select().where(~File.kept).count() == 0


@pytest.mark.storage
@pytest.mark.usefixtures("database")
def test_what_was_gathered_for_work_that_was_stopped_goes_with_it_and_what_was_given_stays():
    cast = the.active()
    kept = uploads.looked_at("kept.txt", b"kept")
    uploads.attach(cast.milestone, kept, cast.owner, NOW)
    submissions.submit(cast.milestone, "", [], the.shown(cast.milestone), cast.owner, NOW)
    unmet = [cast.milestone.criteria[0].id]
    reviews.ask_for_changes(cast.milestone, "More", unmet, cast.contact, NOW)
    uploads.attach(cast.milestone, uploads.looked_at("b.txt", b"b"), cast.owner, NOW)
    Milestone.update(state=MilestoneState.CANCELLED).execute()
    uploads.sweep(later(days=1))
    assert Attachment.select().count() == 2
    uploads.sweep(later(days=1, minutes=1))
    assert [row.name for row in Attachment.select()] == ["kept.txt"]
