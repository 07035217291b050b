"""Whether every state follows from the rows that say who and when."""

from collections.abc import Iterator

from billing.accepting import verdicts
from billing.checking import disputes
from billing.checking.history import History
from billing.planning import projects
from models import (
    Agreement,
    AgreementState,
    Decision,
    DecisionKind,
    Milestone,
    MilestoneState,
    Project,
    ProjectState,
    Submission,
)

OFFERED = (
    AgreementState.PREPARING,
    AgreementState.SENT,
    AgreementState.VIEWED,
    AgreementState.CLIENT_SIGNED,
    AgreementState.COUNTERSIGNED,
)
IN_FORCE = (AgreementState.ACTIVE, AgreementState.AMENDED, AgreementState.TERMINATED)
UNDER_WAY = (ProjectState.ACTIVE, ProjectState.CLOSED, ProjectState.CANCELLED)
# Nothing that a row says leads here yet but the state's own event.
GIVEN_UP = (MilestoneState.CANCELLED,)

SAID = {
    DecisionKind.ACCEPTED: MilestoneState.ACCEPTED,
    DecisionKind.CHANGES_REQUESTED: MilestoneState.CHANGES_REQUESTED,
    DecisionKind.DEEMED_ACCEPTED: MilestoneState.DEEMED_ACCEPTED,
    DecisionKind.DISPUTED: MilestoneState.DISPUTED,
}


def problems(project: Project, told: History) -> Iterator[str]:
    """States of a project, its agreements and milestones that its rows do not lead to."""
    agreements = list(project.agreements)
    for agreement in agreements:
        expected = _of_agreement(agreement, told)
        if agreement.state not in expected:
            yield _said(f"agreement {agreement.id}", agreement.state, expected)
    if sum(row.state == AgreementState.ACTIVE for row in agreements) > 1:
        yield f"project {project.id}: two agreements are in force"
    expected = (_of_project(project, agreements, told),)
    if project.state not in expected:
        yield _said(f"project {project.id}", project.state, expected)
    for milestone in Milestone.live(project):
        expected = _of_milestone(milestone, project, told)
        if milestone.state not in (*expected, *GIVEN_UP):
            yield _said(f"milestone {milestone.id}", milestone.state, expected)


def _said(what: str, state: str, expected: tuple[str, ...]) -> str:
    return f"{what}: it is {state}, but its rows say {expected[0]}"


def _of_agreement(agreement: Agreement, told: History) -> tuple[str, ...]:
    if agreement.payload is None:
        return (AgreementState.DRAFT,)
    parties = {signature.party for signature in agreement.signatures}
    if parties == {"client", "owner"}:
        # The seal is what puts it in force.
        return IN_FORCE if agreement.active_at else (AgreementState.COUNTERSIGNED,)
    for ending in (AgreementState.DECLINED, AgreementState.EXPIRED, AgreementState.VOIDED):
        if told.tells(f"agreement.{ending}", agreement=agreement.id):
            return (ending,)
    if told.tells("agreement.chosen", agreement=agreement.id):
        return (AgreementState.VOIDED,)
    if agreement.document_id is None:
        # What was withdrawn before it was sent has no event: nobody had heard of it.
        return (AgreementState.PREPARING, AgreementState.VOIDED)
    if parties:
        return (AgreementState.CLIENT_SIGNED,)
    viewed = told.tells("agreement.viewed", agreement=agreement.id)
    return (AgreementState.VIEWED if viewed else AgreementState.SENT,)


def _of_project(project: Project, agreements: list[Agreement], told: History) -> str:
    if told.of("project.cancelled") or told.of("project.stopped") or told.of("agreement.withdrawn"):
        return ProjectState.CANCELLED
    if any(row.state in IN_FORCE for row in agreements) or told.of("project.activated"):
        return ProjectState.CLOSED if projects.is_settled(project) else ProjectState.ACTIVE
    if any(row.state in OFFERED for row in agreements):
        return ProjectState.OFFERED
    return ProjectState.DRAFT


def _of_milestone(milestone: Milestone, project: Project, told: History) -> tuple[str, ...]:
    if project.state not in UNDER_WAY:
        return (MilestoneState.DRAFT,)
    if told.tells("milestone.superseded", milestone=milestone.id):
        return (MilestoneState.SUPERSEDED,)
    submission = (
        Submission.select()
        .where(Submission.milestone == milestone.id)
        .order_by(Submission.round.desc())
        .first()
    )
    if submission is None:
        if project.state == ProjectState.CANCELLED and not told.of("project.activated"):
            return (MilestoneState.DRAFT,)
        started = told.tells("milestone.started", milestone=milestone.id)
        return (MilestoneState.ACTIVE if started else MilestoneState.AGREED,)
    decision = (
        Decision.select()
        .where(Decision.submission == submission.id, Decision.withdrawn_at.is_null())
        .order_by(Decision.id.desc())
        .first()
    )
    disputed = disputes.state_of(milestone, submission)
    if disputed is None:
        return (_of_decision(milestone, decision),)
    state, settled_at = disputed
    if decision is None or settled_at is None or decision.decided_at < settled_at:
        return (state,)
    after = _of_decision(milestone, decision)
    # Of one moment the rows do not say what came first.
    return (after,) if decision.decided_at > settled_at else (state, after)


def _of_decision(milestone: Milestone, decision: Decision | None) -> MilestoneState:
    if decision is None:
        return MilestoneState.SUBMITTED
    if decision.kind == DecisionKind.ACCEPTED and verdicts.still_open(
        milestone, verdicts.accepted(milestone)
    ):
        return MilestoneState.PARTLY_ACCEPTED
    return SAID[DecisionKind(decision.kind)]
