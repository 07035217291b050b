"""Changes that the client wishes for: asked on their page, taken up or answered by the owner."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256

from billing import events
from billing.accepting import verdicts
from billing.changes import drafts, outlook
from billing.refusals import N_, Conflict, Refusal
from models import (
    ChangeRequest,
    Contact,
    Criterion,
    Milestone,
    Project,
    ProjectState,
    RequestState,
    Submission,
    UnmetPoint,
    User,
    write,
)

MOST_OPEN = 20
"""Wishes that may wait for an answer at a time."""


class WishMissing(Refusal):
    sentence = N_("Say what should be different.")
    field = "wish"


class AnswerMissing(Refusal):
    sentence = N_("Say why not. Your client reads it.")
    field = "answer"


class AlreadyAnswered(Conflict):
    sentence = N_("This was already answered.")


class TooManyWishes(Conflict):
    sentence = N_("There are many wishes already. Wait until they are answered.")


def propose(
    project: Project, wish: str, milestone: Milestone | None, key: str, by: Contact, now: datetime
) -> ChangeRequest:
    """The client says what should be different. A repeat with the same key is the same wish.

    Refuses WishMissing, NotUnderWay, TooManyWishes.
    """
    if not wish.strip():
        raise WishMissing
    with write(project):
        return _ask(project, wish.strip(), milestone, f"{project.id}:{key[:64]}", by, now)


def ask_beyond(
    submission: Submission,
    criteria: Iterable[Criterion],
    note: str,
    remarks: Mapping[int, str],
    by: Contact,
    now: datetime,
) -> ChangeRequest:
    """Changes to a round beyond those agreed, for the owner to answer with a change order.

    A repeat is the same wish. Runs in the caller's write(). Refuses NotUnderWay, TooManyWishes.
    """
    milestone, unmet = submission.milestone, list(criteria)
    wish = verdicts.in_words(note, unmet, remarks)
    named = ",".join(str(row.id) for row in unmet)
    digest = sha256(f"{named}\n{wish}".encode()).hexdigest()[:32]
    key = f"{milestone.project_id}:beyond:{submission.id}:{digest}"
    made = _ask(milestone.project, wish, milestone, key, by, now)
    if not made.points:
        for row in unmet:
            said = remarks.get(row.id, "").strip()
            UnmetPoint.create(request=made, submission=submission, criterion=row, remark=said)
    return made


def _ask(
    project: Project,
    wish: str,
    milestone: Milestone | None,
    key: str,
    by: Contact,
    now: datetime,
) -> ChangeRequest:
    again: ChangeRequest | None = ChangeRequest.get_or_none(ChangeRequest.key == key)
    if again is not None:
        return again
    state = Project.select(Project.state).where(Project.id == project.id).scalar()
    if state != ProjectState.ACTIVE:
        raise drafts.NotUnderWay
    if len(waiting(project)) >= MOST_OPEN:
        raise TooManyWishes
    made: ChangeRequest = ChangeRequest.create(
        project=project, contact=by, milestone=milestone, wish=wish, key=key, asked_at=now
    )
    events.record("change.asked", project, by, now, request=made.id, wish=made.wish)
    return made


def take_up(request: ChangeRequest, by: User, now: datetime) -> None:
    """Answer a wish with a change order that is then composed.

    The wish becomes the draft's reason where it has none. Refuses AlreadyAnswered, and what
    drafts refuses.
    """
    project = request.project
    with write(project):
        _answer(request, RequestState.TAKEN_UP, None, now)
        draft = drafts.proposal(project, now)
        reason = drafts.reason_of(draft) or request.wish
        drafts.revise(project, reason, draft.signer, draft.expires_on, now)
        events.record("change.taken_up", project, by, now, request=request.id)


def decline(request: ChangeRequest, answer: str, by: User, now: datetime) -> None:
    """Say no, with a reason that the client reads. Refuses AnswerMissing, AlreadyAnswered."""
    if not answer.strip():
        raise AnswerMissing
    with write(request.project):
        _answer(request, RequestState.DECLINED, answer.strip(), now)
        facts = {"request": request.id, "answer": answer.strip()}
        events.record("change.refused", request.project, by, now, **facts)


def _answer(request: ChangeRequest, state: RequestState, answer: str | None, now: datetime) -> None:
    answered = (
        ChangeRequest.update(state=state, answer=answer, answered_at=now)
        .where(ChangeRequest.id == request.id, ChangeRequest.state == RequestState.OPEN)
        .execute()
    )
    if not answered:
        raise AlreadyAnswered


def waiting(project: Project) -> list[ChangeRequest]:
    """The wishes that nobody has answered yet, the oldest first."""
    return [row for row in reversed(of_project(project)) if row.state == RequestState.OPEN]


def of_project(project: Project) -> list[ChangeRequest]:
    """All wishes of a project with who asked and about what, the newest first."""
    found = (
        ChangeRequest.select(ChangeRequest, Contact)
        .join(Contact)
        .where(ChangeRequest.project == project.id)
        .order_by(ChangeRequest.id.desc())
    )
    return list(found)


def beyond(milestone: Milestone) -> ChangeRequest | None:
    """What the client asked for beyond the rounds of a milestone and nobody has answered yet."""
    found: ChangeRequest | None = (
        ChangeRequest.select()
        .join(UnmetPoint)
        .where(ChangeRequest.milestone == milestone.id, ChangeRequest.state == RequestState.OPEN)
        .order_by(ChangeRequest.id.desc())
        .first()
    )
    return found


def about(project: Project) -> list[Milestone]:
    """The milestones that a wish may be about."""
    return [row for row in outlook.in_force(project) if outlook.may_touch(row)]
