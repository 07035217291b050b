"""What somebody could change of files and comments who lifted the guards."""

from collections.abc import Callable

from models import Attachment, Comment, Submission, SubmissionFile, Supply
from tests.story import Story
from tests.tampering import put, take_away

HANDED: dict[str, tuple[Callable[[Story], object], str]] = {
    "a file that was handed over goes": (
        lambda s: take_away(_handed(s).file),
        "its file is not stored",
    ),
    "a file that was handed over may go again": (
        lambda s: put(_handed(s).file, kept=False),
        "it was handed over, but its file is not kept",
    ),
    "a file is slipped into a round": (
        lambda s: SubmissionFile.create(
            submission=Submission.get(Submission.milestone == s.running.milestone.id),
            attachment=Attachment.get(Attachment.name == "sketch.txt"),
        ),
        "its files is not what milestone.submitted tells",
    ),
    "a comment is put elsewhere": (
        lambda s: put(Comment.get(), milestone=s.running.milestones[1].id),
        "its event names another milestone",
    ),
    "what was supplied is put elsewhere": (
        lambda s: put(Supply.get(), milestone=s.running.milestones[1].id),
        "its event names another duty",
    ),
    "what was supplied goes": (
        lambda s: take_away(Supply.select().order_by(Supply.id.desc()).first()),
        "it tells of a supply that is not there",
    ),
    "a comment goes": (
        lambda s: take_away(Comment.select().order_by(Comment.id.desc()).first()),
        "it tells of a comment that is not there",
    ),
}


def _handed(of: Story) -> Attachment:
    return Attachment.given(of.running.project).order_by(Attachment.id).first()
