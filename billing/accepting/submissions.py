"""Submissions: numbered rounds that show, criterion by criterion, what was done."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from billing import events
from billing.accepting import moves, uploads, verdicts
from billing.accepting.moves import Verb
from billing.changes import touching
from billing.refusals import NothingToShow, RoundsUsed
from billing.web_addresses import web_address
from models import (
    Attachment,
    Decision,
    DecisionKind,
    Evidence,
    Milestone,
    Submission,
    SubmissionFile,
    User,
    write,
)
from models.once import Once

_LATEST = Once(
    lambda milestone: (
        Submission.select()
        .where(Submission.milestone == milestone)
        .order_by(Submission.round.desc())
        .limit(1)
    )
)


def latest(milestone: Milestone) -> Submission | None:
    """The newest round, with nothing said of it yet or much."""
    found: Submission | None = _LATEST.model(milestone.id)
    return found


def submit(
    milestone: Milestone,
    note: str,
    links: Sequence[str],
    shown: Mapping[int, str],
    by: User,
    now: datetime,
    leave_out: Collection[int] = (),
) -> Submission:
    """Hand a milestone over for review; `shown` says by criterion id what shows that it is met.

    It is asked for the criteria that are not accepted yet. The files of the last round and those
    gathered since come along, but for those `leave_out` names by their attachment's id.

    Refuses NothingToShow, NotALink, NotYours, OutOfTurn, and Touched while a change of it is out
    to sign.
    """
    web_addresses = [web_address(link) for link in links if link.strip()]
    with write(milestone.project):
        criteria = verdicts.still_open(milestone, verdicts.accepted(milestone))
        if any(not shown.get(criterion.id, "").strip() for criterion in criteria):
            raise NothingToShow
        touching.refuse_touched(milestone)
        moves.make(milestone, Verb.SUBMIT, by)
        before = latest(milestone)
        submission: Submission = Submission.create(
            milestone=milestone,
            round=before.round + 1 if before else 1,
            note=note.strip(),
            links=web_addresses,
            submitted_at=now,
        )
        for criterion in criteria:
            Evidence.create(
                submission=submission, criterion=criterion, text=shown[criterion.id].strip()
            )
        files = uploads.gathered(milestone, files_of(before), leave_out, now)
        for attachment in files:
            SubmissionFile.create(submission=submission, attachment=attachment)
        events.record(
            "milestone.submitted",
            milestone.project,
            by,
            now,
            milestone=milestone.id,
            title=milestone.title,
            round=submission.round,
            submission=submission.id,
            **({"files": [row.file.sha256 for row in files]} if files else {}),
        )
    return submission


def files_of(submission: Submission | None) -> list[Attachment]:
    """What was handed over in a round, in order; nothing without one."""
    if submission is None:
        return []
    handed = (
        Attachment.in_projects()
        .join_from(Attachment, SubmissionFile)
        .where(SubmissionFile.submission == submission.id)
        .order_by(SubmissionFile.id)
    )
    return list(handed)


def rounds_used(milestone: Milestone) -> int:
    """How often the client asked for changes."""
    return int(_requests(milestone).count())


def rounds_left(milestone: Milestone) -> int:
    """Agreed revision rounds not used yet."""
    return max(0, int(milestone.rounds) - rounds_used(milestone))


def refuse_beyond_rounds(milestone: Milestone) -> None:
    """Refuse RoundsUsed where all agreed rounds are spent."""
    if rounds_left(milestone) == 0:
        raise RoundsUsed(rounds=milestone.rounds)


def _requests(milestone: Milestone) -> Any:
    return (
        Decision.select()
        .join(Submission)
        .where(
            Submission.milestone == milestone.id,
            Decision.kind == DecisionKind.CHANGES_REQUESTED,
            Decision.withdrawn_at.is_null(),
        )
    )
