"""One project as its owner sees it, read in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from peewee import PREFETCH_TYPE, Load

from billing import clock, events
from billing.accepting import comments, consequences, gates, moves, owed, readings, undoing, windows
from billing.accepting.review_clock import Reading
from billing.agreeing import composing, picking
from billing.invoicing import rates, tax_modes
from billing.outbox import business_of, contacts
from billing.paying import settlement
from billing.paying.settlement import Settlement
from billing.planning import options, schedule
from billing.planning.options import Sums
from billing.reading.ladder import GIVEN_UP
from models import (
    Agreement,
    Attachment,
    Business,
    Client,
    Criterion,
    Decision,
    DecisionKind,
    Dispute,
    Milestone,
    Option,
    Project,
    ProjectState,
    SplitOffer,
    Submission,
    SubmissionFile,
    Trigger,
    Verdict,
)
from models.once import Once


@dataclass(frozen=True)
class Overview:
    """What the project's page tells, read as far as it is asked for; each part at most once."""

    project: Project
    now: datetime

    @cached_property
    def business(self) -> Business:
        return business_of(self.project)

    @cached_property
    def client(self) -> Client:
        found: Client = self.project.client
        return found

    @cached_property
    def usual_tax(self) -> tax_modes.Mode:
        """The tax that follows from what is known of both sides now."""
        return tax_modes.usual(self.business, self.client, rates.of(self.business))

    @cached_property
    def today(self) -> date:
        """The seller's calendar day."""
        return clock.local_date(self.now, str(self.business.timezone))

    @cached_property
    def milestones(self) -> list[Milestone]:
        """The plan in order, with all that was said of it once it is agreed."""
        more = () if self.is_draft else (handed_over(), gathered(), disputed())
        return planned(self.project, *more)

    @cached_property
    def deleted(self) -> list[Milestone]:
        """What can come back into a draft plan, the latest first."""
        return list(Milestone.deleted(self.project)) if self.is_draft else []

    @cached_property
    def options(self) -> list[Option]:
        """What a plan that is not agreed yet offers to choose from."""
        is_open = self.project.state in {ProjectState.DRAFT, ProjectState.OFFERED}
        return options.of(self.project) if is_open else []

    @cached_property
    def sums(self) -> Sums | None:
        """What can be chosen and for how much; None without options, and once it is chosen."""
        if not (self.is_draft or picking.is_open(self.agreement)):
            return None
        return options.sums(self.project, self.milestones, self.options)

    @cached_property
    def agreement(self) -> Agreement | None:
        """The newest version."""
        return composing.current(self.project)

    @cached_property
    def invoices(self) -> list[Settlement]:
        return [] if self.is_draft else settlement.of_project(self.project, self.now)

    @cached_property
    def history(self) -> list[events.Told]:
        return events.history(self.project)

    @cached_property
    def comments(self) -> dict[int, comments.Counted]:
        """How much was said of each milestone."""
        return comments.counted(self.project)

    @cached_property
    def foot(self) -> schedule.Foot:
        """The sums of the plan."""
        return schedule.foot(self.project, self.milestones)

    @cached_property
    def instalments(self) -> list[schedule.Instalment]:
        """What is billed when; of what was replaced or stopped nothing more."""
        return schedule.instalments(self.project, self._kept)

    @cached_property
    def waived(self) -> int:
        """What of it was given up in settling disputes (minor units payable)."""
        given_up = sum(int(row.waived) for row in self._kept)
        return schedule.totals(self.project, [given_up]).total

    @property
    def _kept(self) -> list[Milestone]:
        return [row for row in self.milestones if row.state not in GIVEN_UP]

    @cached_property
    def measures(self) -> dict[int, readings.Standing]:
        """How the measures of the milestones stand, by the milestones' ids."""
        return {} if self.is_draft else readings.of(self.project, self.milestones)

    @cached_property
    def owed(self) -> dict[int, owed.Owed]:
        """What the client supplies for milestones, by the milestones' ids."""
        is_open = self.project.state == ProjectState.ACTIVE
        return owed.of_project(self.project, self.milestones, self.now) if is_open else {}

    @cached_property
    def gates(self) -> gates.Standing:
        """Why agreed milestones wait, and how much is open."""
        return gates.standing(self.project, self.now, self.milestones)

    @cached_property
    def consequences(self) -> dict[int, consequences.Consequence]:
        """What accepting would do, by the id of each milestone in review or in work."""
        states = (*moves.IN_REVIEW, *moves.IN_WORK)
        waiting = [row for row in self.milestones if row.state in states]
        if not waiting:
            return {}
        payers = list(contacts(self.project, "payer"))
        day, facts = undoing.billed_on(self.business, self.now), self.gates.facts
        return {row.id: consequences.on(row, day, payers, facts=facts) for row in waiting}

    @cached_property
    def if_submitted(self) -> dict[int, Reading]:
        """Until when the client would have to decide on what is handed over now."""
        working = [row for row in self.milestones if row.state in moves.IN_WORK]
        return windows.if_submitted(working, self.now)

    @cached_property
    def deems(self) -> bool:
        """Whether silence counts as acceptance."""
        return windows.may_deem(self.project)

    @property
    def is_draft(self) -> bool:
        return bool(self.project.state == ProjectState.DRAFT)


def read(project: Project, now: datetime) -> Overview:
    """All of one project, in a fixed number of queries."""
    return Overview(project, now)


_LIVE = Once(
    lambda project: (
        Milestone.select()
        .where(Milestone.project == project, Milestone.deleted_at.is_null())
        .order_by(Milestone.position, Milestone.id)
    )
)


def _of_live(part: type[Criterion] | type[Trigger]) -> Once:
    """The parts of a project's live milestones, in order."""
    return Once(
        lambda project: (
            part.select()
            .join(Milestone)
            .where(Milestone.project == project, Milestone.deleted_at.is_null())
            .order_by(part.position)
        )
    )


_CRITERIA, _TRIGGERS = _of_live(Criterion), _of_live(Trigger)


def planned(project: Project, *more: Load) -> list[Milestone]:
    """The live milestones in order, with criteria and triggers and what else is to be loaded."""
    milestones = (
        list(Milestone.live(project).with_related(*more)) if more else _LIVE.models(project.id)
    )
    parts: dict[int, tuple[list[Criterion], list[Trigger]]] = {
        row.id: ([], []) for row in milestones
    }
    for place, query in enumerate((_CRITERIA, _TRIGGERS)):
        for part in query.models(project.id):
            if part.milestone_id in parts:
                parts[part.milestone_id][place].append(part)
    for milestone in milestones:
        milestone.project = project
        milestone.criteria, milestone.triggers = parts[milestone.id]
    return milestones


def handed_over() -> Load:
    """To be loaded with milestones: each round, newest first, and what was said of it."""
    rounds = Submission.select().order_by(Submission.round.desc())
    said = Decision.select().where(Decision.withdrawn_at.is_null()).order_by(Decision.id.desc())
    return _load(Milestone.submissions, rounds).then(
        _load(Submission.evidence),
        _load(Submission.decisions, said).then(_load(Decision.verdicts, Verdict.select())),
        _load(Submission.files, SubmissionFile.handed()),
    )


def gathered() -> Load:
    """To be loaded with milestones: the files that the next round is to have."""
    drafts = Attachment.in_projects().where(Attachment.kept_at.is_null())
    return _load(Milestone.attachments, drafts.order_by(Attachment.id))


def disputed() -> Load:
    """To be loaded with milestones: their disputes with all that was offered, the newest first."""
    disputes = Dispute.select().order_by(Dispute.id.desc())
    offers = SplitOffer.select().order_by(SplitOffer.number.desc())
    return _load(Milestone.disputes, disputes).then(
        _load(Dispute.criteria), _load(Dispute.offers, offers).then(_load(SplitOffer.shares))
    )


def _load(relation: Any, query: Any = None) -> Load:
    return Load(relation, query, strategy=PREFETCH_TYPE.MATERIALIZE)


def requests(milestone: Milestone) -> list[Decision]:
    """How often, and in which words, the client asked for changes; the latest first."""
    return [
        decision
        for submission in milestone.submissions
        for decision in submission.decisions
        if decision.kind == DecisionKind.CHANGES_REQUESTED
    ]


def rounds_left(milestone: Milestone) -> int:
    """Agreed revision rounds not used yet."""
    return max(0, int(milestone.rounds) - len(requests(milestone)))


def unfinished(milestones: Sequence[Milestone]) -> list[Milestone]:
    """Rows of a draft plan that lack an outcome, a price or a criterion."""
    return [
        row for row in milestones if not row.title or row.price is None or not list(row.criteria)
    ]
