"""Comments: a thread per milestone that both sides write in, told to the other side by mail."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from peewee import JOIN, fn

from billing import events, outbox
from billing.accepting import uploads
from billing.accepting.uploads import ROOM, Room, Upload
from billing.refusals import N_, Conflict, Refusal
from models import (
    Attachment,
    Comment,
    CommentFile,
    CommentMark,
    Contact,
    Delivery,
    DeliveryState,
    Event,
    EventText,
    Milestone,
    MilestoneState,
    Project,
    User,
    hold,
    write,
)

LONGEST = 5000
PAUSE = timedelta(minutes=3)
"""How long a letter waits for what else is said, so that a burst is one letter."""

ERASABLE = timedelta(hours=24)
"""How long one may erase one's own words; later they are what both sides went by."""


class NothingSaid(Refusal):
    sentence = N_("Write something, or choose a file.")
    field = "text"


class NotYourWords(Conflict):
    sentence = N_("Only who wrote a comment can erase it.")


class TooLateToErase(Conflict):
    sentence = N_("A comment can be erased for a day. This one stays; write another to correct it.")


class StaysAsEvidence(Conflict):
    sentence = N_("While “%(title)s” is disputed its comments stay, as they are evidence.")


@dataclass(frozen=True)
class Said:
    """A comment as it is read: `text` is None once it was erased; `seq` is its event's place."""

    id: int
    seq: int
    contact: Contact | None
    said_at: datetime
    text: str | None
    files: list[Attachment]


def say(
    milestone: Milestone,
    text: str,
    by: User | Contact,
    now: datetime,
    key: str,
    given: Sequence[Upload] = (),
    room: Room = ROOM,
) -> Comment:
    """Add to the thread of a milestone, with files. The same `key` again adds nothing.

    Refuses NothingSaid, TooManyFiles, NoRoom.
    """
    words, contact = text.strip(), by if isinstance(by, Contact) else None
    if not words and not given:
        raise NothingSaid
    project: Project = milestone.project
    with write(project):
        known: Comment | None = Comment.get_or_none(
            Comment.key == key, Comment.milestone == milestone.id
        )
        if known is not None:
            return known
        attached = uploads.give(milestone, given, by, now, room)
        event = events.record(
            "comment.made",
            project,
            by,
            now,
            milestone=milestone.id,
            title=milestone.title,
            files=[row.file.sha256 for row in attached],
            text=words,
        )
        made: Comment = Comment.create(
            milestone=milestone, event=event, contact=contact, key=key, said_at=now
        )
        for row in attached:
            CommentFile.create(comment=made, attachment=row)
        if contact is None:
            _mark(made)
        _tell(made, now)
    return made


def erase(comment: Comment, by: User | Contact, now: datetime) -> None:
    """Erase the words of one's own comment. Who wrote when, the hash and the files stay.

    Once more changes nothing. Refuses NotYourWords, StaysAsEvidence, TooLateToErase.
    """
    contact = by.id if isinstance(by, Contact) else None
    if comment.contact_id != contact:
        raise NotYourWords
    milestone: Milestone = comment.milestone
    with write(milestone.project):
        stored: Milestone = Milestone.get_by_id(milestone.id)
        if stored.state == MilestoneState.DISPUTED:
            raise StaysAsEvidence(title=stored.title)
        if now >= comment.said_at + ERASABLE:
            raise TooLateToErase
        if EventText.delete().where(EventText.event == comment.event_id).execute():
            events.record(
                "comment.erased",
                milestone.project,
                by,
                now,
                milestone=milestone.id,
                title=milestone.title,
                comment=comment.id,
            )


def erasable(milestone: Milestone, by: User | Contact, now: datetime) -> frozenset[int]:
    """The comments (ids) whose words this person may erase now."""
    if milestone.state == MilestoneState.DISPUTED:
        return frozenset()
    own = Comment.contact == by.id if isinstance(by, Contact) else Comment.contact.is_null()
    found = Comment.select(Comment.id).where(
        Comment.milestone == milestone.id, own, Comment.said_at > now - ERASABLE
    )
    return frozenset(found.scalars())


def of_milestone(milestone: Milestone, comment_id: int) -> Comment | None:
    """One of a milestone's comments."""
    found: Comment | None = (
        Comment.get_or_none(Comment.id == comment_id, Comment.milestone == milestone.id)
        if comment_id < 2**31
        else None
    )
    return found


def _tell(comment: Comment, now: datetime) -> None:
    """One letter for each who reads it on the other side, while none waits to go out."""
    milestone: Milestone = comment.milestone
    letter = "comments_made" if comment.contact_id is None else "comments_by_client"
    for reader in _readers(comment):
        prefix = f"{letter}:{milestone.id}:{reader.id}:"
        waits = (
            Delivery.kind == letter,
            Delivery.key.startswith(prefix),
            Delivery.state == DeliveryState.QUEUED,
            Delivery.digest.is_null(),
        )
        # Taken by the worker before this is committed, it would go out without it.
        hold(Delivery, *waits)
        if not Delivery.select().where(*waits).exists():
            facts = {"milestone": milestone.id, "comment": comment.id}
            outbox.mail(
                letter, milestone.project, reader, f"{prefix}{comment.id}", now, facts, wait=PAUSE
            )


def _readers(comment: Comment) -> Iterable[Contact | User]:
    """The owner; or those of the client who decide, and those who have written here."""
    project = comment.milestone.project
    if comment.contact_id is not None:
        return [project.owner]
    wrote = Contact.select().where(
        Contact.id.in_(
            Comment.select(Comment.contact).where(Comment.milestone == comment.milestone)
        ),
        Contact.removed_at.is_null(),
    )
    found = {row.id: row for row in (*outbox.contacts(project, "approver"), *wrote)}
    return found.values()


def thread(milestone: Milestone, since: int = 0) -> list[Said]:
    """What was said of a milestone, in order, from the comment `since`. Two queries."""
    rows = (
        Comment.select(Comment, Contact, Event.seq, EventText.text.alias("words"))
        .join(Contact, JOIN.LEFT_OUTER)
        .join_from(Comment, Event)
        .join_from(
            Comment,
            EventText,
            JOIN.LEFT_OUTER,
            on=(EventText.event == Comment.event) & (EventText.field == "text"),
        )
        .where(Comment.milestone == milestone.id, Comment.id >= since)
        .order_by(Comment.id)
        .objects()
    )
    files: dict[int, list[Attachment]] = {}
    for row in _with_comments(milestone):
        files.setdefault(row.comment_id, []).append(row)
    contacts = {row.id: row for row in milestone.project.client.contacts}
    return [
        Said(
            row.id,
            row.seq,
            contacts.get(row.contact_id),
            row.said_at,
            row.words,
            files.get(row.id, []),
        )
        for row in rows
    ]


def _with_comments(milestone: Milestone) -> Any:
    return (
        Attachment.in_projects()
        .select_extend(CommentFile.comment.alias("comment_id"))
        .join_from(Attachment, CommentFile)
        .where(Attachment.milestone == milestone.id)
        .order_by(CommentFile.id)
        .objects()
    )


@dataclass(frozen=True)
class Counted:
    """How many comments a milestone has, and how many of the client's the owner has not read."""

    all: int = 0
    unread: int = 0


def _is_unread() -> Any:
    """Of the client, after what the owner has read, with words or files: erased words are none."""
    words = EventText.select().where(EventText.event == Comment.event, EventText.field == "text")
    files = CommentFile.select().where(CommentFile.comment == Comment.id)
    is_newer = CommentMark.id.is_null() | (Comment.id > CommentMark.comment)
    return Comment.contact.is_null(False) & is_newer & (fn.EXISTS(words) | fn.EXISTS(files))


def counted(project: Project) -> dict[int, Counted]:
    """By milestone. One query."""
    rows = (
        Comment.select(
            Comment.milestone, fn.COUNT(Comment.id), fn.COUNT(Comment.id).filter(_is_unread())
        )
        .join(Milestone)
        .join(CommentMark, JOIN.LEFT_OUTER, on=(CommentMark.milestone == Comment.milestone))
        .where(Milestone.project == project.id)
        .group_by(Comment.milestone)
        .tuples()
    )
    return {milestone: Counted(number, unread) for milestone, number, unread in rows}


def unread(owner: User) -> Any:
    """Milestones of this owner with comments that are not read yet, the oldest first."""
    first = fn.MIN(Comment.id)
    return (
        Milestone.select(Milestone, Project)
        .join(Project)
        .join_from(Milestone, Comment)
        .join_from(
            Milestone, CommentMark, JOIN.LEFT_OUTER, on=(CommentMark.milestone == Milestone.id)
        )
        .where(Project.owner == owner.id, _is_unread())
        .group_by(Milestone, Project)
        .order_by(first)
    )


def read(milestone: Milestone) -> None:
    """The owner has read all that was said so far."""
    with write(milestone.project):
        newest = (
            Comment.select()
            .where(Comment.milestone == milestone.id)
            .order_by(Comment.id.desc())
            .first()
        )
        if newest is not None:
            _mark(newest)
            events.touch(milestone.project)


def _mark(comment: Comment) -> None:
    CommentMark.insert(milestone=comment.milestone_id, comment=comment).on_conflict(
        conflict_target=[CommentMark.milestone], update={CommentMark.comment: comment}
    ).execute()


def is_read(milestone: Milestone) -> bool:
    """Whether the owner has read all that the client said of it."""
    return counted(milestone.project).get(milestone.id, Counted()).unread == 0
