"""Reviews: the client accepts, which raises the invoice, or says what must change."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from billing import clock, events
from billing.accepting import gates, moves, submissions, undoing, verdicts
from billing.accepting.moves import AlreadyAccepted, Verb
from billing.actors import Actor
from billing.invoicing import charges, invoices
from billing.planning import projects, terms
from billing.refusals import (
    N_,
    Conflict,
    CriteriaMissing,
    ReasonMissing,
    Refusal,
    WrongState,
)
from models import (
    Contact,
    Criterion,
    Decision,
    DecisionKind,
    Milestone,
    Project,
    Submission,
    TriggerKind,
    write,
)
from models.once import Once


class PartAlreadyAccepted(AlreadyAccepted):
    sentence = N_("That part of “%(title)s” is already accepted.")


class DecidedMeanwhile(Conflict):
    sentence = N_(
        "Part of “%(title)s” was accepted since you opened this page. Look at what is left"
        " before you decide."
    )


class NothingChosen(Refusal):
    sentence = N_("Choose at least one criterion that is met.")
    field = "met"


class OtherRound(Conflict):
    """Facts: `title`, `round`, the newest there is."""

    sentence = N_(
        "“%(title)s” was handed over again since you opened this page. Look at round"
        " %(round)s before you decide."
    )


_LIVE = Once(
    lambda project, number: Milestone.select().where(
        Milestone.project == project, Milestone.id == number, Milestone.deleted_at.is_null()
    )
)


def milestone(project: Project, number: int) -> Milestone | None:
    """One of a project's live milestones, by its id, with the project it is given."""
    found: Milestone | None = _LIVE.model(project.id, number)
    if found is not None:
        found.project = project
    return found


def accept(
    milestone: Milestone,
    by: Contact,
    now: datetime,
    note: str = "",
    seen: int | None = None,
    met: Collection[int] | Mapping[int, str] | None = None,
    unmet: Mapping[int, str] | None = None,
) -> Decision:
    """Accept all open criteria, or those of them that are `met` (ids); the rest stays in review.

    `met` may hold a remark on each; of the rest, `unmet` says by id what is missing. Charge,
    invoice, event and mails are one deed. `seen` is the round the approver was shown. Refuses
    NotYours, NothingChosen, AlreadyAccepted, AlreadyAsked, DecidedMeanwhile, OtherRound, OutOfTurn.
    """
    project = milestone.project
    moves.refuse_others(project, Verb.ACCEPT, by)
    with write(project):
        terms.read(milestone)
        chosen, left = _chosen(milestone, met)
        moves.make(milestone, Verb.ACCEPT_PART if left else Verb.ACCEPT, by)
        submission = newest(milestone, seen)
        decision = record_acceptance(milestone, submission, chosen, left, by, now, note, met)
        if unmet:
            _remark(milestone, decision, unmet, now)
        bill_acceptance(project, milestone, by, now, chosen, decision.undo_until)
        if decision.undo_until is None:
            gates.open_next(project, by, now)
            projects.close_if_settled(project, by, now)
    return decision


def record_acceptance(
    milestone: Milestone,
    submission: Submission,
    criteria: Iterable[Criterion],
    left: int,
    by: Contact,
    now: datetime,
    note: str = "",
    remarks: Collection[int] | Mapping[int, str] | None = None,
    is_final: bool = False,
) -> Decision:
    """The decision on criteria of a round, with its event. Runs in the caller's write().

    One that is final cannot be undone.
    """
    undo_until = None if is_final else undoing.until(milestone.project, now)
    decision = _decide(submission, DecisionKind.ACCEPTED, by, now, note, undo_until)
    said = remarks if isinstance(remarks, Mapping) else None
    verdicts.say(decision, criteria, is_met=True, remarks=said)
    events.record(
        "milestone.accepted",
        milestone.project,
        by,
        now,
        milestone=milestone.id,
        title=milestone.title,
        round=submission.round,
        submission=submission.id,
        decision=decision.id,
        **({"left": left} if left else {}),
    )
    return decision


def _remark(
    milestone: Milestone, decision: Decision, unmet: Mapping[int, str], now: datetime
) -> None:
    """Say beside an acceptance what is missing of the rest."""
    criteria = open_ones(milestone, unmet)
    verdicts.say(decision, criteria, is_met=False, remarks=unmet)
    events.record(
        "milestone.remarked",
        milestone.project,
        decision.contact,
        now,
        milestone=milestone.id,
        title=milestone.title,
        round=decision.submission.round,
        decision=decision.id,
        note=verdicts.in_words("", criteria, unmet),
    )


def open_ones(milestone: Milestone, unmet: Collection[int]) -> list[Criterion]:
    """The criteria with these ids. Refuses DecidedMeanwhile where one of them is accepted."""
    if not verdicts.accepted(milestone).isdisjoint(unmet):
        raise DecidedMeanwhile(title=milestone.title)
    return [row for row in milestone.criteria if row.id in unmet]


def _chosen(milestone: Milestone, met: Collection[int] | None) -> tuple[list[Criterion], int]:
    """The criteria to accept, and how many stay open after them."""
    before = verdicts.accepted(milestone)
    still = verdicts.still_open(milestone, before)
    if met is None:
        return still, 0
    chosen = [row for row in still if row.id in met]
    if len(chosen) < len(set(met)):
        if chosen or not before.issuperset(met):
            raise DecidedMeanwhile(title=milestone.title)
        raise (PartAlreadyAccepted if still else AlreadyAccepted)(title=milestone.title)
    if not chosen:
        raise NothingChosen
    return chosen, len(still) - len(chosen)


def bill_acceptance(
    project: Project,
    milestone: Milestone,
    by: Actor,
    now: datetime,
    criteria: Iterable[Criterion],
    held_until: datetime | None = None,
) -> None:
    """Charge the criteria's share on acceptance and raise its invoice. In the caller's write()."""
    fired = charges.fire(project, [milestone], TriggerKind.ON_ACCEPTANCE, by, now, criteria)
    accepted_on = clock.local_date(now, projects.zone_of(project))
    invoices.raise_for(project, fired, "acceptance", by, now, accepted_on, held_until)


def ask_for_changes(
    milestone: Milestone,
    note: str,
    unmet: Collection[int] | Mapping[int, str],
    by: Contact,
    now: datetime,
    seen: int | None = None,
) -> Decision:
    """Send the newest round back, naming the criteria (ids) not met and saying why.

    Either the note says it or a remark on each of them. Uses one revision round. `seen` is the
    round the approver was shown. Refuses NotYours, ReasonMissing, CriteriaMissing, RoundsUsed,
    AlreadyAccepted, AlreadyAsked, DecidedMeanwhile, OtherRound, OutOfTurn.
    """
    moves.refuse_others(milestone.project, Verb.ASK_FOR_CHANGES, by)
    remarks = unmet if isinstance(unmet, Mapping) else {}
    refuse_unsaid(note, unmet)
    if not any(row.id in unmet for row in milestone.criteria):
        raise CriteriaMissing
    with write(milestone.project):
        moves.make(milestone, Verb.ASK_FOR_CHANGES, by)
        criteria = open_ones(milestone, unmet)
        submissions.refuse_beyond_rounds(milestone)
        submission = newest(milestone, seen)
        decision = _decide(submission, DecisionKind.CHANGES_REQUESTED, by, now, note)
        verdicts.say(decision, criteria, is_met=False, remarks=remarks)
        events.record(
            "milestone.changes_requested",
            milestone.project,
            by,
            now,
            milestone=milestone.id,
            title=milestone.title,
            round=submission.round,
            decision=decision.id,
            note=verdicts.in_words(note, criteria, remarks),
        )
    return decision


def refuse_unsaid(note: str, unmet: Collection[int] | Mapping[int, str]) -> None:
    """Refuse CriteriaMissing and ReasonMissing: something is named, and why it is not met."""
    if not unmet:
        raise CriteriaMissing
    said = unmet.values() if isinstance(unmet, Mapping) else [""]
    if not note.strip() and not all(remark.strip() for remark in said):
        raise ReasonMissing


def newest(milestone: Milestone, seen: int | None) -> Submission:
    """The round that a decision is about. Refuses OtherRound where another one was `seen`."""
    found = submissions.latest(milestone)
    if found is None:
        raise WrongState(state=milestone.state)
    if seen is not None and found.round != seen:
        raise OtherRound(title=milestone.title, round=found.round)
    return found


def _decide(
    submission: Submission,
    kind: DecisionKind,
    by: Contact,
    now: datetime,
    note: str,
    undo_until: datetime | None = None,
) -> Decision:
    made: Decision = Decision.create(
        submission=submission,
        kind=kind,
        contact=by,
        note=note.strip(),
        decided_at=now,
        undo_until=undo_until,
    )
    return made
