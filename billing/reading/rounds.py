"""What changed from one round to the next: files, note, links, and what shows each criterion."""

from collections.abc import Iterator
from dataclasses import dataclass

from models import Attachment, Criterion, Milestone, Submission


@dataclass(frozen=True)
class FileChange:
    """A file beside the last round: `how` is added, replaced, unchanged or gone."""

    how: str
    attachment: Attachment
    before: Attachment | None = None


@dataclass(frozen=True)
class WordsChange:
    """A text that reads otherwise than in the last round; empty where there was or is none.

    Without a criterion it is the note.
    """

    criterion: Criterion | None
    before: str
    now: str


@dataclass(frozen=True)
class Compared:
    """A round beside the one before it."""

    round: Submission
    before: Submission
    files: list[FileChange]
    words: list[WordsChange]
    links_added: list[str]
    links_gone: list[str]

    @property
    def is_the_same(self) -> bool:
        same = all(each.how == "unchanged" for each in self.files)
        return same and not (self.words or self.links_added or self.links_gone)


def compared(milestone: Milestone, newest: Submission) -> Compared | None:
    """A round of a milestone read with all its rounds, beside the one before; None for the first.

    A criterion that was accepted before is not asked again, so it is not told as gone.
    """
    rounds = list(milestone.submissions)
    before = next((row for row in rounds if row.round == newest.round - 1), None)
    if before is None:
        return None
    return Compared(
        newest,
        before,
        list(_files(handed(before), handed(newest))),
        list(_words(milestone, before, newest)),
        [each for each in newest.links if each not in before.links],
        [each for each in before.links if each not in newest.links],
    )


def handed(submission: Submission) -> list[Attachment]:
    """The files of a round that was read with them."""
    return [row.attachment for row in submission.files]


def _files(before: list[Attachment], now: list[Attachment]) -> Iterator[FileChange]:
    earlier = {row.name.casefold(): row for row in before}
    for row in now:
        known = earlier.pop(row.name.casefold(), None)
        if known is None:
            yield FileChange("added", row)
        elif known.file_id == row.file_id:
            yield FileChange("unchanged", row, known)
        else:
            yield FileChange("replaced", row, known)
    for row in earlier.values():
        yield FileChange("gone", row, row)


def _words(milestone: Milestone, before: Submission, now: Submission) -> Iterator[WordsChange]:
    if before.note != now.note:
        yield WordsChange(None, before.note, now.note)
    earlier = {row.criterion_id: row.text for row in before.evidence}
    newer = {row.criterion_id: row.text for row in now.evidence}
    for criterion in milestone.criteria:
        text = newer.get(criterion.id)
        if text is not None and text != earlier.get(criterion.id, ""):
            yield WordsChange(criterion, earlier.get(criterion.id, ""), text)
