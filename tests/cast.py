"""The cast: Alice owns, Cleo is her client, Bob owns elsewhere and must see nothing of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from billing import files, sealing
from billing.accepting import submissions
from billing.agreeing import agreements, signing
from billing.people import accounts
from billing.planning import plan, projects
from models import (
    Agreement,
    Business,
    Certificate,
    Client,
    Contact,
    Delivery,
    DeliveryState,
    Invoice,
    Milestone,
    Project,
    Seal,
    User,
)

NOW = datetime(2026, 11, 22, 10, 0)
PASSWORD = "correct horse battery"
PDF = b"%PDF-1.7 a document for tests\n%%EOF\n"

_serial = count(1)


def owner(email: str | None = None, **business: Any) -> User:
    """An owner with a business in New York that charges no tax unless told otherwise."""
    user = accounts.sign_up(email or f"owner{next(_serial)}@example.com", PASSWORD, NOW)
    profile = {
        "name": "Alice Writes LLC",
        "country": "US",
        "currency": "USD",
        "timezone": "America/New_York",
        "street": "1 Main Street",
        "city": "New York",
        "region": "NY",
        "postcode": "10001",
    }
    Business.update(**{**profile, **business}).where(Business.owner == user.id).execute()
    return user


def client(of: User, **columns: Any) -> Client:
    """A business client with one contact who signs, approves and pays."""
    values = {"name": "Cleo GmbH", "country": "US", "currency": "USD", "language": "en"}
    made: Client = Client.create(owner=of, created_at=NOW, **{**values, **columns})
    contact(made)
    return made


def contact(of: Client, **columns: Any) -> Contact:
    values = {"name": "Cleo Zając", "email": f"cleo{next(_serial)}@example.com"}
    made: Contact = Contact.create(client=of, created_at=NOW, **{**values, **columns})
    return made


def terms(**changes: Any) -> plan.Terms:
    values: dict[str, Any] = {
        "title": "Strategy document approved",
        "deliverable": "A content strategy of some twenty pages",
        "criteria": ("Covers three audiences", "Names a channel plan"),
        "price": 500_000,
        "due_on": date(2026, 12, 15),
    }
    return plan.Terms(**{**values, **changes})


def project(of: User, *planned: plan.Terms, for_client: Client | None = None) -> Project:
    """A draft project with the given milestones (one of 5,000.00 by default)."""
    made = projects.start(for_client or client(of), "Content strategy", of, NOW)
    for each in planned or (terms(),):
        plan.add(made, each)
    return made


@dataclass
class Engagement:
    """A project and everybody in it."""

    owner: User
    project: Project
    contact: Contact
    agreement: Agreement

    @property
    def milestones(self) -> list[Milestone]:
        return list(Milestone.live(self.project))

    @property
    def milestone(self) -> Milestone:
        return self.milestones[0]

    @property
    def invoices(self) -> list[Invoice]:
        found = Invoice.with_paid().where(Invoice.project == self.project.id)
        return list(found.order_by(Invoice.id))


def offered(
    *planned: plan.Terms,
    of: User | None = None,
    clauses: Collection[str] = (),
    cap: int | None = None,
    **options: Any,
) -> Engagement:
    """An agreement that has been sent and waits for the client's signature.

    `clauses` (keys) are switched on in it, and `cap` is the most that may be open.
    """
    user = of or owner()
    made = project(user, *planned, **options)
    if cap is not None:
        Project.update(exposure_cap=cap).where(Project.id == made.id).execute()
        made = Project.get_by_id(made.id)
    agreement = agreements.compose(made, NOW)
    if clauses:
        switched = [{**row, "on": row["on"] or row["key"] in clauses} for row in agreement.clauses]
        agreement = Agreement.get_by_id(agreement.id)
        agreement.clauses = switched
        agreement.save()
    agreements.send(agreement, user, NOW)
    agreements.deliver(agreement, PDF, user, NOW)
    agreement = Agreement.get_by_id(agreement.id)
    return Engagement(user, agreement.project, agreement.signer, agreement)


def intent(agreement: Agreement, **changes: Any) -> signing.Intent:
    values: dict[str, Any] = {
        "name": "Cleo Zając",
        "document_sha256": agreement.document.file.sha256,
        "statement": signing.STATEMENT,
        "consent": signing.CONSENT,
        "agreed": True,
        "consented": True,
        "key": f"key{next(_serial)}",
    }
    return signing.Intent(**{**values, **changes})


def active(*planned: plan.Terms, **options: Any) -> Engagement:
    """An engagement both have signed."""
    cast = offered(*planned, **options)
    signing.sign(cast.agreement, intent(cast.agreement), cast.contact, NOW)
    signing.countersign(cast.agreement, intent(cast.agreement, name="Alice"), cast.owner, NOW)
    seal(cast.agreement)
    cast.project = Project.get_by_id(cast.project.id)
    return cast


def seal(agreement: Agreement, now: datetime = NOW) -> Seal:
    """What the worker does with what both have signed, but with a seal that is one in name only.

    All that `check` asks without --deep holds of it. tests/seals.py makes real ones.
    """
    signed = files.read(agreement.document) if agreement.document else b""
    content = signed + f"% sealed in name: agreement {agreement.id}\n".encode()
    named = sealing.Sealed(content, certificate(), sealing.head(agreement))
    made = sealing.keep(agreement, named, now)
    Delivery.update(state=DeliveryState.DONE, done_at=now).where(
        Delivery.key == f"document:seal:{agreement.id}"
    ).execute()
    return made


def certificate() -> Certificate:
    """A certificate in name only, retired, so that nothing real is ever sealed with it."""
    known: Certificate | None = Certificate.get_or_none(Certificate.fingerprint == "0" * 64)
    return known or Certificate.create(
        fingerprint="0" * 64,
        role="leaf",
        subject="CN=a certificate for tests",
        pem="",
        created_at=NOW,
        retired_at=NOW,
    )


def shown(milestone: Milestone) -> dict[int, str]:
    return {criterion.id: f"See page {criterion.position + 1}" for criterion in milestone.criteria}


def submitted(*planned: plan.Terms, **options: Any) -> Engagement:
    """An engagement whose first milestone waits for acceptance."""
    cast = active(*planned, **options)
    milestone = cast.milestone
    submissions.submit(milestone, "Here it is", [], shown(milestone), cast.owner, NOW)
    return cast


def later(**delta: float) -> datetime:
    return NOW + timedelta(**delta)
