"""Review windows: the facts of each review's clock, read from the rows of milestones in review."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from billing import clock, workdays
from billing.accepting import moves, owed, review_clock
from billing.accepting.review_clock import LAST, Facts, Pause, Reading
from billing.agreeing import clause_choices, versions
from billing.people import clients
from models import (
    Decision,
    Delivery,
    DeliveryState,
    Dispute,
    Extension,
    Milestone,
    Project,
    ReviewReminder,
    Submission,
    UnmetPoint,
    Verdict,
)


@dataclass(frozen=True)
class Window:
    """One review as both sides see it.

    `silence_counts` says whether it was agreed that silence is acceptance, `is_answered` whether
    the client has said what is missing, `asked` is a request for more days that waits for the
    owner's answer.
    """

    milestone: Milestone
    submission: Submission
    facts: Facts
    reading: Reading
    silence_counts: bool
    is_answered: bool
    extension: Extension | None
    asked: Extension | None
    reminders: list[ReviewReminder]

    @property
    def deems(self) -> bool:
        """Whether silence can still count: who has said what is missing is not silent."""
        return self.silence_counts and not self.is_answered

    @property
    def may_be_extended(self) -> bool:
        """Whether more days can still be agreed."""
        return self.extension is None and not self.reading.is_over

    @property
    def reminder_of_last_day(self) -> ReviewReminder | None:
        """The reminder that named the day which is the last one now."""
        day = self.reading.last_day
        return next((r for r in self.reminders if r.kind == LAST and r.last_day == day), None)

    def deems_at(self) -> datetime | None:
        """When silence counts as acceptance: never before a reminder of the last day went out.

        None while nobody can say: the clock stands, a request waits, or no such reminder went out.
        """
        last = self.reminder_of_last_day if self.deems and self.asked is None else None
        went_out = _went_out(last) if last is not None else None
        if went_out is None:
            return None
        refused = _refused_at(self.submission)
        heard = max(went_out, refused) if refused else went_out
        return review_clock.fair_end(self.facts, heard)

    @property
    def counts_on(self) -> date | None:
        """The last day to answer, as it is announced: a late reminder gives another."""
        at = self.deems_at()
        if at is None:
            return self.reading.last_day
        return clock.local_date(at - review_clock.INSTANT, self.facts.zone)


def of_project(
    project: Project, milestones: Iterable[Milestone], now: datetime
) -> dict[int, Window]:
    """The windows of those of a project's milestones that are in review, by their id."""
    rows = [row for row in milestones if row.state in moves.IN_REVIEW]
    for row in rows:
        row.project = project
    return of_all(rows, now)


def of(milestone: Milestone, now: datetime) -> Window | None:
    """One review's window; None where nothing is in review."""
    return of_project(milestone.project, [milestone], now).get(milestone.id)


def of_all(milestones: Sequence[Milestone], now: datetime) -> dict[int, Window]:
    """The windows of milestones in review, each read with its project and client."""
    if not milestones:
        return {}
    ids = [row.id for row in milestones]
    rounds = Submission.select().where(Submission.milestone.in_(ids)).order_by(Submission.round)
    newest = {row.milestone_id: row for row in rounds}
    reminders, more = _reminders(newest.values()), _extensions(ids)
    disputed, overdue = _disputed(newest.values()), owed.paused(milestones, now)
    deems = {row.project_id: row.project for row in milestones}
    said = {number: may_deem(project) for number, project in deems.items()}
    answered = _answered(newest.values()) if any(said.values()) else set()
    return {
        row.id: _window(
            row,
            newest[row.id],
            more.get(row.id, []),
            reminders.get(newest[row.id].id, []),
            said[row.project_id],
            newest[row.id].id in answered,
            (*disputed.get(newest[row.id].id, ()), *overdue.get(row.id, ())),
            now,
        )
        for row in milestones
        if row.id in newest
    }


def if_extended(window: Window, days: int, now: datetime) -> Reading:
    """The clock as it would read if more working days were agreed now."""
    facts = replace(window.facts, extension=review_clock.Extension(now, days))
    return review_clock.read(facts, now)


def if_submitted(milestones: Sequence[Milestone], now: datetime) -> dict[int, Reading]:
    """The clocks of rounds that would be handed over now, by the milestones' ids."""
    overdue = owed.paused(milestones, now) if milestones else {}
    return {
        row.id: review_clock.read(_facts(row, now, tuple(overdue.get(row.id, ())), None), now)
        for row in milestones
    }


def _facts(
    milestone: Milestone,
    since: datetime,
    pauses: tuple[Pause, ...],
    extension: review_clock.Extension | None,
) -> Facts:
    """What the clock of a round that was handed over at a moment goes by."""
    client = milestone.project.client
    return Facts(
        submitted_at=since,
        days=int(milestone.review_days),
        calendar=workdays.calendar(str(client.country), str(client.region)),
        zone=clients.zone_of(client),
        pauses=pauses,
        extension=extension,
    )


def _reminders(submissions: Iterable[Submission]) -> dict[int, list[ReviewReminder]]:
    found: dict[int, list[ReviewReminder]] = {}
    ids = [row.id for row in submissions]
    for row in ReviewReminder.select().where(ReviewReminder.submission.in_(ids)):
        found.setdefault(row.submission_id, []).append(row)
    return found


def _extensions(milestones: list[int]) -> dict[int, list[Extension]]:
    found: dict[int, list[Extension]] = {}
    for row in Extension.select().where(Extension.milestone.in_(milestones)):
        found.setdefault(row.milestone_id, []).append(row)
    return found


def _answered(submissions: Iterable[Submission]) -> set[int]:
    """The rounds (ids) of which the client has said what is not met: that is no silence."""
    ids = [row.id for row in submissions]
    missing = (
        Verdict.select(Verdict.submission)
        .join(Decision)
        .where(
            Verdict.submission.in_(ids),
            Verdict.standing == True,  # noqa: E712
            Verdict.accepted == False,  # noqa: E712
            Decision.withdrawn_at.is_null(),
        )
    )
    wished = UnmetPoint.select(UnmetPoint.submission).where(UnmetPoint.submission.in_(ids))
    return {number for query in (missing, wished) for (number,) in query.tuples()}


def _disputed(submissions: Iterable[Submission]) -> dict[int, tuple[Pause, ...]]:
    """While a round was disputed its review stood still."""
    found: dict[int, tuple[Pause, ...]] = {}
    ids = [row.id for row in submissions]
    for row in Dispute.select().where(Dispute.submission.in_(ids)).order_by(Dispute.id):
        pause = Pause(row.opened_at, row.ended_at)
        found[row.submission_id] = (*found.get(row.submission_id, ()), pause)
    return found


def _window(
    milestone: Milestone,
    submission: Submission,
    more: list[Extension],
    reminders: list[ReviewReminder],
    silence_counts: bool,
    is_answered: bool,
    pauses: tuple[Pause, ...],
    now: datetime,
) -> Window:
    extension = next((row for row in more if row.agreed), None)
    agreed = _agreed(extension, submission)
    facts = _facts(milestone, submission.submitted_at, pauses, agreed)
    return Window(
        milestone=milestone,
        submission=submission,
        facts=facts,
        reading=review_clock.read(facts, now),
        silence_counts=silence_counts,
        is_answered=is_answered,
        extension=extension,
        asked=next((row for row in more if row.answered_at is None), None),
        reminders=reminders,
    )


def _agreed(row: Extension | None, submission: Submission) -> review_clock.Extension | None:
    """An extension stops the clock of the round for which it was agreed, and of no later one."""
    if row is None or row.submission_id != submission.id:
        return None
    return review_clock.Extension(row.answered_at, int(row.days))


def may_deem(project: Project) -> bool:
    """Whether both have signed that silence counts as acceptance. Never for a consumer."""
    if project.prices_gross or clause_choices.is_consumer(project.client):
        return False
    base = versions.base(project)
    if base is None or base.state not in versions.SIGNED:
        return False
    return says_so(versions.read(base))


def says_so(payload: dict[str, Any]) -> bool:
    """Whether a frozen agreement has the switch on; those from before there was one have not."""
    return payload.get("deemed_acceptance") is True


def _went_out(reminder: ReviewReminder) -> datetime | None:
    """When a reminder first left for one of the approvers; what was only written proves nothing."""
    found: datetime | None = (
        Delivery.select(Delivery.done_at)
        .where(
            Delivery.key.startswith(f"review_reminder:{reminder.id}:"),
            Delivery.state == DeliveryState.DONE,
        )
        .order_by(Delivery.done_at)
        .limit(1)
        .scalar()
    )
    return found


def _refused_at(submission: Submission) -> datetime | None:
    """When the owner last said no to more days for this round."""
    found: datetime | None = (
        Extension.select(Extension.answered_at)
        .where(Extension.submission == submission.id, Extension.agreed == False)  # noqa: E712
        .order_by(Extension.answered_at.desc())
        .limit(1)
        .scalar()
    )
    return found
