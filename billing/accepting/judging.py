"""Going through the criteria in one decision: what is met is accepted, what is not goes its way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from billing.accepting import moves, reviews, submissions
from billing.accepting.moves import Verb
from billing.changes import requests
from models import Contact, Decision, Milestone, Submission, Verdict, write


@dataclass(frozen=True)
class Judgement:
    """What an approver says of the criteria that are open, by their ids: the ones `met` and the
    ones `unmet`, each with a remark or "". Those in neither stay as they are."""

    met: Mapping[int, str] = field(default_factory=dict)
    unmet: Mapping[int, str] = field(default_factory=dict)
    note: str = ""

    @property
    def mark(self) -> str:
        """The same while the same is met and not met: what somebody was shown who decides."""
        return ";".join(",".join(map(str, sorted(each))) for each in (self.met, self.unmet))


class Rest(StrEnum):
    """What becomes of the criteria that are not met."""

    STAYS = "stays"
    """They stay in review, with what is missing on record."""
    GOES_BACK = "goes_back"
    """They go back to the owner, which uses a round."""
    IS_ASKED = "is_asked"
    """All rounds are used: the owner is asked for a change of the agreement."""


def ways(judgement: Judgement, rounds_left: int) -> list[Rest]:
    """The ways that a judgement leaves open, the most natural first; none where it decides
    nothing."""
    back = [Rest.GOES_BACK if rounds_left else Rest.IS_ASKED] if judgement.unmet else []
    return back + ([Rest.STAYS] if judgement.met else [])


def judge(
    milestone: Milestone,
    judgement: Judgement,
    rest: Rest,
    by: Contact,
    now: datetime,
    seen: int | None = None,
) -> None:
    """Accept what is met, which is billed at once, and let the rest go its way: one deed.

    `seen` is the round that was shown. Refuses what accepting and asking for changes refuse,
    NothingChosen, RoundsUsed where the last round was used meanwhile.
    """
    moves.refuse_others(milestone.project, Verb.ACCEPT, by)
    if rest == Rest.STAYS and not judgement.met:
        raise reviews.NothingChosen
    if rest != Rest.STAYS:
        reviews.refuse_unsaid(judgement.note, judgement.unmet)
    with write(milestone.project):
        if judgement.met:
            _accept(milestone, judgement, rest, by, now, seen)
        if rest == Rest.GOES_BACK:
            reviews.ask_for_changes(milestone, judgement.note, judgement.unmet, by, now, seen)
        elif rest == Rest.IS_ASKED:
            _ask(milestone, judgement, by, now, seen)


def _accept(
    milestone: Milestone,
    judgement: Judgement,
    rest: Rest,
    by: Contact,
    now: datetime,
    seen: int | None,
) -> None:
    # What goes back has a decision of its own that says it.
    stays = rest != Rest.GOES_BACK
    note, unmet = (judgement.note, judgement.unmet) if stays else ("", None)
    reviews.accept(milestone, by, now, note, seen, judgement.met, unmet)


def was_said(milestone: Milestone, judgement: Judgement, by: Contact) -> bool:
    """Whether this contact has said all of it already, so that a repeat adds nothing."""
    said = (
        Verdict.select(Verdict.criterion, Verdict.accepted)
        .join(Decision)
        .join(Submission)
        .where(
            Submission.milestone == milestone.id,
            Decision.contact == by.id,
            Verdict.standing == True,  # noqa: E712
        )
    )
    known = {(criterion, bool(accepted)) for criterion, accepted in said.tuples()}
    wanted = {(each, True) for each in judgement.met} | {(each, False) for each in judgement.unmet}
    return bool(wanted) and wanted <= known


def _ask(
    milestone: Milestone, judgement: Judgement, by: Contact, now: datetime, seen: int | None
) -> None:
    """Beyond the rounds: a wish that the owner answers with a change order, in review meanwhile."""
    moves.refuse_out_of_turn(milestone, Verb.ASK_FOR_CHANGES)
    if submissions.rounds_left(milestone):
        # One was not used after all.
        reviews.ask_for_changes(milestone, judgement.note, judgement.unmet, by, now, seen)
        return
    criteria = reviews.open_ones(milestone, judgement.unmet)
    submission = reviews.newest(milestone, seen)
    requests.ask_beyond(submission, criteria, judgement.note, judgement.unmet, by, now)
