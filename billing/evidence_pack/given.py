"""What both sides gave each other: files with a round, a comment or a duty, and what was said."""

import re
from collections.abc import Iterator
from typing import Any

from billing import files
from billing.accepting import comments, submissions
from models import Attachment, Milestone, Project, Submission, Supply


def files_of(project: Project) -> Iterator[tuple[str, bytes]]:
    """Each file that was given, drafts left out, with its path in the pack."""
    for row in Attachment.given(project).order_by(Attachment.id):
        yield _path(row), files.bytes_of(row.file)


def listed(project: Project) -> list[dict[str, Any]]:
    """All of them, whatever they came with."""
    return [_described(row) for row in Attachment.given(project).order_by(Attachment.id)]


def handed(submission: Submission) -> list[dict[str, Any]]:
    """The files of one round."""
    return [_described(row) for row in submissions.files_of(submission)]


def comments_of(project: Project) -> list[dict[str, Any]]:
    """What was said of every milestone, in order; an erased comment has no text."""
    return [
        {
            "id": said.id,
            "event": said.seq,
            "milestone": milestone.id,
            "by": said.contact.name if said.contact else None,
            "said_at": f"{said.said_at.isoformat()}Z",
            "text": said.text,
            "files": [_described(row) for row in said.files],
        }
        for milestone in Milestone.live(project)
        for said in comments.thread(milestone)
    ]


def supplies_of(project: Project) -> list[dict[str, Any]]:
    """What the client supplied of what they had to, in order, and what of it was not complete."""
    return [
        {
            "id": row.id,
            "milestone": row.milestone_id,
            "duty": row.duty,
            "due_on": row.due_on.isoformat(),
            "by": row.contact.name if row.contact else None,
            "supplied_at": f"{row.supplied_at.isoformat()}Z",
            "note": row.note,
            "link": row.link,
            "files": [_described(each.attachment) for each in row.files],
            "reopened_at": f"{row.reopened_at.isoformat()}Z" if row.reopened_at else None,
            "reopened_why": row.reopened_why,
        }
        for row in Supply.in_project(project)
    ]


def _described(row: Attachment) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "media_type": row.file.media_type,
        "size": row.file.size,
        "path": _path(row),
        "sha256": row.file.sha256,
    }


def _path(row: Attachment) -> str:
    # Names are people's to choose, and not every one could be the name of a file everywhere.
    return f"files/{row.id}-{re.sub(r'[^A-Za-z0-9._-]+', '-', row.name)}"
