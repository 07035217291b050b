"""Change orders for tests: brought from a draft to being signed, sealed and in force."""

from datetime import datetime

from billing import agreements, signing
from billing.changes import drafts, offers
from models import Agreement, Project
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
