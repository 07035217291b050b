"""Composing an agreement: clauses, signer and last day, until nothing is missing to send it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from peewee import PREFETCH_TYPE, Load

from billing import clock, events, outbox
from billing.agreeing import clause_choices, clauses, freezing, versions
from billing.outbox import business_of
from billing.planning import options
from billing.refusals import N_, AlreadySent, Conflict, Refusal
from models import Agreement, AgreementState, Contact, Milestone, Project, ProjectState, write

OPEN_FOR = timedelta(days=30)
"""How long an offer is open unless the owner says otherwise."""


class LastDayPassed(Refusal):
    sentence = N_("The last day must be today or later.")
    field = "expires_on"


class ComposedElsewhere(Conflict):
    sentence = N_(
        "This agreement was changed in another window. What you typed is still here: save again"
        " to keep it, or reload the page to see the other version."
    )


@dataclass(frozen=True)
class Missing:
    """Something that blocks sending: a sentence with facts, and where to mend it.

    `where` is business, signer, day, plan or clauses; `milestone` the row of the plan.
    """

    sentence: str
    where: str
    facts: dict[str, Any] = field(default_factory=dict)
    milestone: int | None = None


MENDED = {name: "business" for name in ("business", "country", "jurisdiction", "city")}
"""Where a variable without a value gets one; the plan gives most of them."""


def current(project: Project) -> Agreement | None:
    """The newest version of the agreement itself."""
    return versions.base(project)


def proposal(project: Project, now: datetime) -> Agreement:
    """The draft to work on; where none is kept yet, one with the last version's clauses."""
    latest = current(project)
    if latest is not None and latest.state == AgreementState.DRAFT:
        return latest
    return Agreement(
        project=project,
        version=latest.version + 1 if latest else 1,
        clauses=latest.clauses if latest else clause_choices.starting(project),
        signer=next_signer(project, latest),
        created_at=now,
    )


def next_signer(project: Project, latest: Agreement | None) -> Contact | None:
    """Who signed last time if they still may, else the first who may."""
    able = list(outbox.contacts(project, "signer"))
    again = [contact for contact in able if latest and contact.id == latest.signer_id]
    return next(iter(again or able), None)


def compose(project: Project, now: datetime) -> Agreement:
    """The draft to work on, kept. Refuses AlreadySent while an offer stands."""
    with write(project):
        return _kept(project, now)


def _kept(project: Project, now: datetime) -> Agreement:
    state = Project.select(Project.state).where(Project.id == project.id).scalar()
    if state != ProjectState.DRAFT:
        raise AlreadySent
    draft = proposal(project, now)
    if draft.id is None:
        draft.save()
    return draft


def basis(agreement: Agreement) -> str:
    """A mark of what a draft says, to notice that it was changed in another window."""
    day = agreement.expires_on.isoformat() if agreement.expires_on else None
    # PostgreSQL gives JSON back with its keys in an order of its own.
    said = json.dumps([agreement.clauses, agreement.signer_id, day], sort_keys=True)
    return sha256(said.encode()).hexdigest()


def revise(
    project: Project,
    texts: Sequence[dict[str, Any]],
    signer: Contact | None,
    expires_on: date | None,
    now: datetime,
    seen: str | None = None,
) -> Agreement:
    """Save the draft's clauses, signer and last day; `seen` is the basis() the typing began with.

    Refuses AlreadySent, LastDayPassed, ComposedElsewhere.
    """
    if is_past(project, expires_on, now):
        raise LastDayPassed
    with write(project):
        draft = _kept(project, now)
        before = basis(draft)
        texts = clause_choices.fixed(project, list(texts))
        draft.clauses, draft.signer, draft.expires_on = texts, signer, expires_on
        after = basis(draft)
        if before not in (seen, after) and seen is not None:
            raise ComposedElsewhere
        draft.save()
        if before != after:
            events.touch(project)
    return draft


def usual_last_day(draft: Agreement) -> date:
    """The last day that a new draft's offer has unless the owner says otherwise."""
    today = clock.local_date(draft.created_at, business_of(draft.project).timezone)
    return today + OPEN_FOR


def is_past(project: Project, day: date | None, now: datetime) -> bool:
    """Whether a day is over where the seller is."""
    return day is not None and day < clock.local_date(now, business_of(project).timezone)


def missing(agreement: Agreement, now: datetime) -> list[Missing]:
    """All that blocks Send, by name."""
    project = agreement.project
    criteria = Load(Milestone.criteria, strategy=PREFETCH_TYPE.MATERIALIZE)
    milestones = list(Milestone.live(project).with_related(criteria))
    found = []
    if not business_of(project).name:
        found.append(Missing(N_("Your business has no name yet."), "business"))
    if not may_sign(agreement.signer):
        found.append(Missing(N_("Choose who signs for the client."), "signer"))
    if is_past(project, agreement.expires_on, now):
        found.append(Missing(N_("The last day of the offer has passed."), "day"))
    if not milestones:
        found.append(Missing(N_("The plan has no milestones yet."), "plan"))
    for number, milestone in enumerate(milestones, 1):
        found += _missing_in(milestone, number)
    gaps = options.gaps(options.of(project), milestones)
    found += [Missing(sentence, "plan", facts) for sentence, facts in gaps]
    return found + _missing_from(agreement, freezing.values(project, milestones))


def may_sign(signer: Contact | None) -> bool:
    """Whether a contact is there and has the signer's role."""
    return signer is not None and bool(signer.is_signer) and signer.removed_at is None


def _missing_in(milestone: Milestone, number: int) -> list[Missing]:
    facts = {"number": number, "title": milestone.title}
    sentences = []
    if not milestone.title:
        sentences.append(N_("Milestone %(number)s has no outcome yet."))
    if milestone.price is None:
        sentences.append(
            N_("Milestone %(number)s, “%(title)s”, has no price yet.")
            if milestone.title
            else N_("Milestone %(number)s has no price yet.")
        )
    if not list(milestone.criteria):
        sentences.append(
            N_("Milestone %(number)s, “%(title)s”, does not say yet when it is done.")
            if milestone.title
            else N_("Milestone %(number)s does not say yet when it is done.")
        )
    return [Missing(sentence, "plan", facts, milestone.id) for sentence in sentences]


def _missing_from(agreement: Agreement, values: dict[str, str]) -> list[Missing]:
    found = []
    standing = clause_choices.standing(agreement)
    for clause in standing:
        if not (clause["heading"] and clause["body"]):
            sentence = N_("A clause that is on has no heading or no text.")
            found.append(Missing(sentence, "clauses", {"key": clause["key"]}))
    for name in clauses.unfilled(standing, values):
        if name in clauses.VARIABLES:
            sentence, where = N_("{%(name)s} has no value yet."), MENDED.get(name, "plan")
        else:
            sentence, where = N_("There is no variable called {%(name)s}."), "clauses"
        found.append(Missing(sentence, where, {"name": name}))
    return found
