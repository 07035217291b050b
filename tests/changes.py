"""Change orders for tests: brought from a draft to being signed, sealed and in force."""

from dataclasses import replace
from datetime import datetime

from billing import checking
from billing.agreeing import agreements, signing
from billing.changes import drafts, fold, offers, outlook
from billing.planning.terms import terms_of
from models import Agreement, Change, InvoiceKind, Milestone, MilestoneState, Project
from tests import cast as the
from tests.cast import NOW


def sent(cast: the.Engagement, now: datetime = NOW) -> Agreement:
    """The draft of an engagement, sent and on the client's page."""
    draft = drafts.proposal(cast.project, now)
    offers.send(draft, cast.owner, now)
    agreements.deliver(draft, the.PDF, cast.owner, now)
    found: Agreement = Agreement.get_by_id(draft.id)
    return found


def signed(cast: the.Engagement, now: datetime = NOW) -> Agreement:
    """The same, signed by the client."""
    order = sent(cast, now)
    signing.sign(order, the.intent(order), cast.contact, now)
    return order


def in_force(cast: the.Engagement, now: datetime = NOW) -> Agreement:
    """The same, signed by both and sealed."""
    order = signed(cast, now)
    signing.countersign(order, the.intent(order, name="Alice"), cast.owner, now)
    the.seal(order, now)
    cast.project = Project.get_by_id(cast.project.id)
    found: Agreement = Agreement.get_by_id(order.id)
    return found


def altered(milestone: Milestone, place: int | None = None, **terms: object) -> Change | None:
    return drafts.alter(milestone, replace(terms_of(milestone), **terms), place, NOW)


def prices(cast: the.Engagement) -> list[int]:
    return [row.price for row in outlook.in_force(cast.project)]


def totals(cast: the.Engagement, kind: InvoiceKind = InvoiceKind.INVOICE) -> list[int]:
    return [row.total for row in cast.invoices if row.kind == kind]


def held(cast: the.Engagement) -> None:
    """What must hold after everything: the check finds nothing, and the fold is the plan."""
    assert checking.problems() == []
    signed = [agreements.read(row) for row in agreements.in_force(cast.project)]
    rows = [row for row in cast.milestones if row.state != MilestoneState.SUPERSEDED]
    assert [each["id"] for each in fold.fold(signed)] == [row.id for row in rows]
