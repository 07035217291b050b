"""Files that both sides hand each other: looked at, named, stored once, kept with a deed.

The owner gathers drafts for the next round and may take them out again. What a client gives,
and what comes with a comment, is kept at once, in the transaction of the deed it belongs to.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from peewee import fn

from billing import events, files, outbox
from billing.accepting import filenames, filetypes, moves
from billing.accepting.moves import Verb
from billing.apart import apart
from billing.installation import MEGABYTE
from billing.refusals import N_, Conflict, Refusal, WrongState
from models import (
    Attachment,
    Contact,
    File,
    Milestone,
    Project,
    User,
    alone,
    write,
)

PREVIEWED = filetypes.PICTURES | {filetypes.PDF}

ABANDONED = timedelta(days=60)
"""How long what was gathered waits for its round after the last file was added."""

LOCK = 7_305_008
"""Under which room is taken, by one of an owner's projects at a time: they share the quota."""

MOST_AT_ONCE = 20
MOST_DRAFTS = 100


class EmptyFile(Refusal):
    sentence = N_("“%(name)s” is empty: it has zero bytes. Save it again and choose it once more.")
    field = "files"


class FileTooLarge(Refusal):
    sentence = N_("“%(name)s” is too large. A file may have %(most)s MB; give a link instead.")
    field = "files"
    status = 413


class TooMuchAtOnce(Refusal):
    sentence = N_("Together with the other files “%(name)s” is too large. Send fewer at once.")
    field = "files"
    status = 413


class NoRoom(Refusal):
    sentence = N_(
        "There is no room for “%(name)s”: %(most)s MB of files are stored already. Give a link."
    )
    field = "files"
    status = 413


class HandedOver(Conflict):
    sentence = N_("“%(name)s” was handed over, so it stays.")


class TooManyFiles(Refusal):
    sentence = N_("These are too many files. Give at most %(most)s, or an archive of them.")
    field = "files"


@dataclass(frozen=True)
class Room:
    """How large one file may be, and all that one owner's projects hold, in bytes."""

    largest: int = 25 * MEGABYTE
    quota: int = 2048 * MEGABYTE


ROOM = Room()


@dataclass(frozen=True)
class Upload:
    """A file as it came: looked at and fit to be kept, with a name that harms nobody."""

    name: str
    media_type: str
    content: bytes


def too_large(name: str, room: Room) -> FileTooLarge:
    """What is said of a file that has more bytes than one may."""
    return FileTooLarge(name=name, most=room.largest // MEGABYTE)


def looked_at(name: str, content: bytes, room: Room = ROOM) -> Upload:
    """A file as it was posted. Refuses EmptyFile, FileTooLarge, AProgram, UnknownKind."""
    shown = filenames.harmless(name)
    if not content:
        raise EmptyFile(name=shown)
    if len(content) > room.largest:
        raise too_large(shown, room)
    media_type = filetypes.told(content, shown)
    return Upload(filenames.harmless(name, filetypes.ending(media_type)), media_type, content)


def attach(
    milestone: Milestone, upload: Upload, by: User, now: datetime, room: Room = ROOM
) -> Attachment:
    """Add a file to the draft of the next round; the same bytes again are the file that is there.

    Another file of a name that is taken gets a number. Refuses NotYours, WrongState unless a
    round is being prepared, TooManyFiles, NoRoom.
    """
    moves.refuse_others(milestone.project, Verb.SUBMIT, by)
    with write(milestone.project):
        state = Milestone.select(Milestone.state).where(Milestone.id == milestone.id).scalar()
        if state not in moves.TABLE[Verb.SUBMIT].sources:
            raise WrongState(state=state)
        there = drafts(milestone)
        file = _stored(milestone.project, upload, room, kept=False)
        for known in there:
            if known.file_id == file.id:
                return known
        if len(there) >= MOST_DRAFTS:
            raise TooManyFiles(most=MOST_DRAFTS)
        name = filenames.beside(upload.name, {row.name.casefold() for row in there})
        made: Attachment = Attachment.create(
            milestone=milestone, file=file, name=name, attached_at=now
        )
        _arrived(milestone.project, file, now)
    return made


def give(
    milestone: Milestone,
    uploads: Sequence[Upload],
    by: User | Contact,
    now: datetime,
    room: Room = ROOM,
) -> list[Attachment]:
    """Keep files with a deed, such as a comment. Runs in the deed's write(), all or none of them.

    The same bytes twice are one file. Refuses TooManyFiles, NoRoom.
    """
    if len(uploads) > MOST_AT_ONCE:
        raise TooManyFiles(most=MOST_AT_ONCE)
    given: dict[int, Attachment] = {}
    for upload in uploads:
        file = _stored(milestone.project, upload, room, kept=True)
        if file.id in given:
            continue
        taken = {row.name.casefold() for row in given.values()}
        given[file.id] = Attachment.create(
            milestone=milestone,
            contact=by if isinstance(by, Contact) else None,
            file=file,
            name=filenames.beside(upload.name, taken),
            attached_at=now,
            kept_at=now,
        )
        _arrived(milestone.project, file, now)
    return list(given.values())


def _stored(project: Project, upload: Upload, room: Room, kept: bool) -> File:
    """The file of an upload. Refuses NoRoom."""
    alone(LOCK, project.owner_id)
    known = files.known(upload.content)
    is_there = known is not None and known.id in set(_held(project).scalars())
    if not is_there and used(project) + len(upload.content) > room.quota:
        raise NoRoom(name=upload.name, most=room.quota // MEGABYTE)
    return files.put(upload.content, upload.media_type, kept)


def _held(project: Project) -> Any:
    """The ids of the files that the projects of this owner hold."""
    return (
        Attachment.select(Attachment.file)
        .join(Milestone)
        .join(Project)
        .where(Project.owner == project.owner_id)
        .distinct()
    )


def used(project: Project) -> int:
    """Bytes that the projects of this project's owner hold, each file counted once."""
    held = File.select(fn.COALESCE(fn.SUM(File.size), 0)).where(File.id.in_(_held(project)))
    return int(held.scalar())


def _arrived(project: Project, file: File, now: datetime) -> None:
    """Pages of the project show it, and the worker makes what they show of it."""
    events.touch(project)
    if file.media_type in PREVIEWED:
        outbox.document(
            "preview", project, f"document:preview:{file.sha256}", now, {"preview": file.id}
        )


def remove(attachment: Attachment) -> None:
    """Take a draft out again, and its bytes with it if nothing else has them.

    What is gone already is no failure. Refuses HandedOver.
    """
    project = attachment.milestone.project
    with write(project):
        _discard([attachment])
        events.touch(project)


def sweep(now: datetime) -> None:
    """Take out what was gathered and never handed over, and give its room back: some time after
    the last file was added, and a day after it where no round can follow any more. What fails
    for one milestone holds up no other."""
    last = fn.MAX(Attachment.attached_at)
    found = (
        Attachment.select(Attachment.milestone, last.alias("last"))
        .where(Attachment.kept_at.is_null())
        .group_by(Attachment.milestone)
        .having(last < now - timedelta(days=1))
        .tuples()
    )
    for number, latest in list(found):
        with apart("what was gathered for milestone", number):
            _sweep(Milestone.get_by_id(number), latest, now)


def _sweep(milestone: Milestone, latest: datetime, now: datetime) -> None:
    with write(milestone.project):
        state = Milestone.select(Milestone.state).where(Milestone.id == milestone.id).scalar()
        goes_on = state in moves.TABLE[Verb.SUBMIT].sources
        # Another file may have come since: then it is no longer abandoned.
        rows = drafts(milestone)
        newest = max((row.attached_at for row in rows), default=latest)
        if newest < now - (ABANDONED if goes_on else timedelta(days=1)):
            _discard(rows)
            events.touch(milestone.project)


def _discard(rows: Iterable[Attachment]) -> None:
    for row in rows:
        gone = Attachment.delete().where(Attachment.id == row.id, Attachment.kept_at.is_null())
        if gone.execute():
            files.let_go(row.file)
        elif Attachment.select().where(Attachment.id == row.id).exists():
            raise HandedOver(name=row.name)


def drafts(milestone: Milestone) -> list[Attachment]:
    """What is gathered for the next round, in order."""
    found = Attachment.in_projects().where(
        Attachment.milestone == milestone.id, Attachment.kept_at.is_null()
    )
    return list(found.order_by(Attachment.id))


def gathered(
    milestone: Milestone, before: Sequence[Attachment], leave_out: Collection[int], now: datetime
) -> list[Attachment]:
    """The files of a new round: those of the round `before` it that stay, then the drafts, kept.

    What is left out by its id comes along in neither way; a draft that is left out goes. A draft
    with the name of an earlier file takes its place, one with its bytes is that file.
    Runs in the caller's write().
    """
    there = drafts(milestone)
    new = [row for row in there if row.id not in leave_out]
    names = {row.name.casefold() for row in new}
    the_same = {(row.name.casefold(), row.file_id) for row in new}
    again = [
        row
        for row in before
        if row.id not in leave_out
        and (row.name.casefold() not in names or (row.name.casefold(), row.file_id) in the_same)
    ]
    stay = {row.file_id for row in again}
    kept = [row for row in new if row.file_id not in stay]
    _discard(row for row in there if row not in kept)
    for row in kept:
        files.keep(row.file)
        Attachment.update(kept_at=now).where(Attachment.id == row.id).execute()
        row.kept_at = now
    return [*again, *kept]
