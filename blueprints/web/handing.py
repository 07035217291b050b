"""Files as they are posted: read one after another, each kept or refused by itself."""

from collections.abc import Iterator

from flask import Response, render_template, request
from flask_login import current_user
from werkzeug.datastructures import FileStorage

from billing import clock
from billing.accepting import filenames, uploads
from billing.accepting.uploads import Room, Upload
from billing.refusals import Refusal
from blueprints.web import posting
from blueprints.web.config import installation
from blueprints.web.errors import words
from models import Attachment, Milestone

SEVERAL = 4
"""How many of the largest files one form may bring."""


def room() -> Room:
    """How much may be given, as whoever runs this installation says."""
    return Room(installation().largest_file, installation().quota)


def take_one() -> None:
    """Let this request bring a file, or several that are no larger together."""
    posting.take(room().largest)


def take_several() -> None:
    """Let this request bring files together with a form."""
    posting.take(room().largest, SEVERAL * room().largest)


def _posted() -> Iterator[FileStorage]:
    """The files of the form; a field that was left empty is none."""
    return (each for each in request.files.getlist("files") if each.filename)


def _looked_at(posted: FileStorage) -> Upload:
    with posted.stream as stream:
        content = stream.read(room().largest + 1)
    name = filenames.harmless(posted.filename or "")
    if stream.size > room().largest:
        raise uploads.too_large(name, room())
    if stream.is_cut:
        raise uploads.TooMuchAtOnce(name=name)
    return uploads.looked_at(posted.filename or "", content, room())


def given() -> list[Upload]:
    """All files of the form, for one deed. Refuses what uploads.looked_at() refuses."""
    return [_looked_at(each) for each in _posted()]


def gather(milestone: Milestone, take_out: int | None = None) -> tuple[list[str], list[Attachment]]:
    """Add each posted file to the draft of the next round: what was refused, and what is there.

    One that is there already can be taken out by its id.
    """
    told: list[str] = []
    made: list[Attachment] = []
    for draft in uploads.drafts(milestone) if take_out else []:
        if draft.id == take_out:
            uploads.remove(draft)
    for posted in _posted():
        try:
            upload = _looked_at(posted)
            by, now = current_user.user, clock.now()
            made.append(uploads.attach(milestone, upload, by, now, room()))
        except Refusal as refusal:
            told.append(words(refusal))
    return told, made


def row(told: list[str], made: list[Attachment]) -> Response:
    """The answer to one file that was dropped: its row, or why there is none, in plain words."""
    if told or not made:
        return Response(" ".join(told), 422, mimetype="text/plain")
    return Response(render_template("milestones/_draft.html", draft=made[0]))
