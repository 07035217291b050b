"""Files and comments: each kept file is stored for good, and each comment has its event."""

import json
from collections.abc import Iterator
from typing import Any

from billing.accepting import submissions
from models import (
    Attachment,
    Comment,
    CommentFile,
    Event,
    File,
    Milestone,
    Submission,
    SubmissionFile,
    Supply,
    SupplyFile,
)


def problems() -> Iterator[str]:
    yield from _files()
    yield from _rounds()
    yield from _comments()
    yield from _supplies()


def hashes(submission: Submission) -> dict[str, Any]:
    """What the event of a round says of its files; nothing where it has none."""
    handed = submissions.files_of(submission)
    return {"files": [row.file.sha256 for row in handed]} if handed else {}


def _files() -> Iterator[str]:
    loose = Attachment.in_projects().where(Attachment.kept_at.is_null(False), ~File.kept)
    stored = File.select(File.id)
    for row in Attachment.select().where(Attachment.file.not_in(stored)):
        yield f"attachment {row.id}: its file is not stored"
    for row in loose:
        yield f"attachment {row.id}: it was handed over, but its file is not kept"


def _rounds() -> Iterator[str]:
    handed = (
        SubmissionFile.select(SubmissionFile, Submission, Attachment)
        .join(Submission)
        .join_from(SubmissionFile, Attachment)
    )
    for row in handed:
        if row.submission.milestone_id != row.attachment.milestone_id:
            yield f"submission {row.submission_id}: it holds a file of another milestone"
        if row.attachment.kept_at is None:
            yield f"submission {row.submission_id}: it holds a file that is still a draft"


def _comments() -> Iterator[str]:
    rows = Comment.select(Comment, Event, Milestone).join(Event).join_from(Comment, Milestone)
    for row in rows:
        said = json.loads(row.event.body)
        files = [
            each.attachment.file.sha256
            for each in CommentFile.select()
            .where(CommentFile.comment == row.id)
            .order_by(CommentFile.id)
        ]
        facts, by = said["facts"], said["by"]
        if said["kind"] != "comment.made" or row.event.project_id != row.milestone.project_id:
            yield f"comment {row.id}: its event tells of something else"
        elif (facts["milestone"], facts["files"]) != (row.milestone_id, files):
            yield f"comment {row.id}: its event names another milestone or other files"
        elif by.get("contact") != row.contact_id:
            yield f"comment {row.id}: its event says that somebody else wrote it"
    told = Event.select().where(Event.body.contains('"kind":"comment.made"'))
    for event in told.where(Event.id.not_in(Comment.select(Comment.event))):
        if json.loads(event.body)["kind"] == "comment.made":
            yield f"event {event.id}: it tells of a comment that is not there"


def _supplies() -> Iterator[str]:
    rows = Supply.select(Supply, Event, Milestone).join(Event).join_from(Supply, Milestone)
    for row in rows:
        said = json.loads(row.event.body)
        kept = SupplyFile.select().where(SupplyFile.supply == row.id).order_by(SupplyFile.id)
        files = [each.attachment.file.sha256 for each in kept]
        facts = said["facts"]
        if said["kind"] != "duty.supplied" or row.event.project_id != row.milestone.project_id:
            yield f"supply {row.id}: its event tells of something else"
        elif (facts["milestone"], facts["duty"], facts["files"]) != (
            row.milestone_id,
            row.duty,
            files,
        ):
            yield f"supply {row.id}: its event names another duty or other files"
        elif said["by"].get("contact") != row.contact_id:
            yield f"supply {row.id}: its event says that somebody else supplied it"
    told = Event.select().where(Event.body.contains('"kind":"duty.supplied"'))
    for event in told.where(Event.id.not_in(Supply.select(Supply.event))):
        if json.loads(event.body)["kind"] == "duty.supplied":
            yield f"event {event.id}: it tells of a supply that is not there"
