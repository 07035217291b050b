"""What needs the owner now: at most seven things, money first, one verb each."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from billing.accepting import comments, moves
from billing.agreeing import wishes
from billing.paying import withholding
from billing.reading import disputed, months_to_send, spare_credit, unconfirmed
from billing.reading.needing import AT_MOST, Need
from billing.refusals import N_
from models import (
    Agreement,
    AgreementKind,
    AgreementState,
    ChangeRequest,
    Claim,
    Client,
    Delivery,
    DeliveryState,
    Extension,
    Invoice,
    InvoiceState,
    Milestone,
    MilestoneState,
    Project,
    ProjectState,
    RequestState,
    User,
)

SOON = timedelta(days=7)


def needs(owner: User, today: date) -> list[Need]:
    """The first seven, in the order of how directly they are money."""
    found: list[Need] = []
    for finder in FINDERS:
        for need in finder(owner, today):
            if len(found) == AT_MOST:
                return found
            found.append(need)
    return found


def _claims(owner: User, _today: date) -> Iterator[Need]:
    query = (
        Claim.select(Claim, Invoice, Client)
        .join(Invoice)
        .join(Client)
        .where(Invoice.owner == owner.id, Claim.answered_at.is_null())
        .order_by(Claim.claimed_at)
        .limit(AT_MOST)
    )
    for claim in query:
        yield Need(
            N_("%(client)s says that %(number)s is paid."),
            {"client": claim.invoice.client.name, "number": claim.invoice.number},
            N_("Confirm payment"),
            "invoice",
            claim.invoice,
            "invoiced",
        )


def _overdue(owner: User, today: date) -> Iterator[Need]:
    query = (
        Invoice.of(owner)
        .where(Invoice.due_on < today, withholding.is_asked())
        .order_by(Invoice.due_on)
        .limit(AT_MOST)
    )
    for invoice in query:
        yield Need(
            N_("%(number)s to %(client)s is %(days)s days overdue."),
            {
                "number": invoice.number,
                "client": invoice.client.name,
                "days": (today - invoice.due_on).days,
                "amount": (withholding.payable(invoice), invoice.currency),
            },
            N_("Record payment"),
            "invoice",
            invoice,
            "overdue",
        )


def _drafts(owner: User, _today: date) -> Iterator[Need]:
    query = (
        Invoice.of(owner)
        .where(Invoice.state == InvoiceState.DRAFT, Invoice.held_until.is_null())
        .order_by(Invoice.id)
        .limit(AT_MOST)
    )
    for invoice in query:
        yield Need(
            N_("An invoice for %(client)s waits to be issued."),
            {"client": invoice.client.name, "amount": (invoice.total, invoice.currency)},
            N_("Issue invoice"),
            "invoice",
            invoice,
            "draft",
        )


def _signed(owner: User, _today: date) -> Iterator[Need]:
    query = (
        Agreement.select(Agreement, Project, Client)
        .join(Project)
        .join(Client)
        .where(Project.owner == owner.id, Agreement.state == AgreementState.CLIENT_SIGNED)
        .order_by(Agreement.id)
        .limit(AT_MOST)
    )
    for agreement in query:
        is_change = agreement.kind == AgreementKind.CHANGE_ORDER
        yield Need(
            N_("%(client)s signed a change of “%(title)s”.")
            if is_change
            else N_("%(client)s signed “%(title)s”."),
            {"client": agreement.project.client.name, "title": agreement.project.title},
            N_("Counter-sign"),
            "agreement",
            agreement,
            "agreed",
        )


def _changes_wished(owner: User, _today: date) -> Iterator[Need]:
    query = (
        ChangeRequest.select(ChangeRequest, Project, Client)
        .join(Project)
        .join(Client)
        .where(
            Project.owner == owner.id,
            Project.state == ProjectState.ACTIVE,
            ChangeRequest.state == RequestState.OPEN,
        )
        .order_by(ChangeRequest.id)
        .limit(AT_MOST)
    )
    for wish in query:
        yield Need(
            N_("%(client)s wishes for a change in “%(title)s”."),
            {"client": wish.project.client.name, "title": wish.project.title},
            N_("Answer the wish"),
            "wish",
            wish.project,
            "changes",
        )


WISHED = {
    "forward": (N_("%(who)s says that %(name)s signs “%(title)s”."), N_("Decide who signs")),
    "paper": (N_("%(who)s would rather sign “%(title)s” on paper."), N_("See how")),
    "objection": (N_("%(who)s objects to what you recorded for “%(title)s”."), N_("Read it")),
}


def _wishes(owner: User, _today: date) -> Iterator[Need]:
    for wish in wishes.open_for(owner).limit(AT_MOST):
        sentence, verb = WISHED[wish.kind]
        yield Need(
            sentence,
            {
                "who": wish.contact.name,
                "name": wish.name,
                "title": wish.agreement.project.title,
            },
            verb,
            "agreement",
            wish.agreement,
            "changes",
        )


def _extensions(owner: User, _today: date) -> Iterator[Need]:
    query = (
        Extension.select(Extension, Milestone, Project, Client)
        .join(Milestone)
        .join(Project)
        .join(Client)
        .where(
            Project.owner == owner.id,
            Milestone.state.in_(moves.IN_REVIEW),
            Extension.answered_at.is_null(),
        )
        .order_by(Extension.id)
        .limit(AT_MOST)
    )
    for asked in query:
        yield Need(
            N_("%(client)s asks for more time to review “%(title)s”."),
            {"client": asked.milestone.project.client.name, "title": asked.milestone.title},
            N_("Answer"),
            "milestone",
            asked.milestone,
            "submitted",
        )


def _milestones(owner: User, *states: str) -> Any:
    return (
        Milestone.select(Milestone, Project, Client)
        .join(Project)
        .join(Client)
        .where(
            Project.owner == owner.id,
            Project.state == ProjectState.ACTIVE,
            Milestone.state.in_(states),
            Milestone.deleted_at.is_null(),
        )
        .order_by(Milestone.due_on, Milestone.id)
        .limit(AT_MOST)
    )


def _changes(owner: User, _today: date) -> Iterator[Need]:
    for milestone in _milestones(owner, MilestoneState.CHANGES_REQUESTED):
        yield Need(
            N_("%(client)s asked for changes to “%(title)s”."),
            {"client": milestone.project.client.name, "title": milestone.title},
            N_("See what to change"),
            "milestone",
            milestone,
            "changes",
        )


def _said(owner: User, _today: date) -> Iterator[Need]:
    for milestone in comments.unread(owner).limit(AT_MOST):
        yield Need(
            N_("%(client)s wrote about “%(title)s”."),
            {"client": milestone.project.client.name, "title": milestone.title},
            N_("Read and answer"),
            "comments",
            milestone,
            "changes",
        )


def _due(owner: User, today: date) -> Iterator[Need]:
    due = _milestones(owner, MilestoneState.ACTIVE).where(Milestone.due_on <= today + SOON)
    for milestone in due:
        late = milestone.due_on < today
        yield Need(
            N_("“%(title)s” was due on %(day)s.") if late else N_("“%(title)s” is due on %(day)s."),
            {"title": milestone.title, "day": milestone.due_on},
            N_("Submit"),
            "milestone",
            milestone,
            "active",
        )


def _unsent(owner: User, _today: date) -> Iterator[Need]:
    query = (
        Delivery.of(owner)
        .where(Delivery.channel == "mail", Delivery.state == DeliveryState.FAILED)
        .order_by(Delivery.id)
        .limit(AT_MOST)
    )
    for message in query:
        yield Need(
            N_("A message to %(recipient)s could not be sent."),
            {"recipient": message.recipient},
            N_("See why"),
            "message",
            message,
            "overdue",
        )


def _plans(owner: User, _today: date) -> Iterator[Need]:
    query = (
        Project.of(owner)
        .where(Project.state == ProjectState.DRAFT, ~months_to_send.is_month())
        .order_by(Project.id.desc())
        .limit(AT_MOST)
    )
    for project in query:
        yield Need(
            N_("“%(title)s” for %(client)s is not sent yet."),
            {"title": project.title, "client": project.client.name},
            N_("Finish the plan"),
            "project",
            project,
            "draft",
        )


FINDERS = (
    _claims,
    spare_credit.needs,
    _overdue,
    _drafts,
    _signed,
    disputed.needs,
    unconfirmed.needs,
    _wishes,
    _changes_wished,
    _extensions,
    _changes,
    _said,
    months_to_send.needs,
    _due,
    _unsent,
    _plans,
)
"""In the order of how directly they are money."""
