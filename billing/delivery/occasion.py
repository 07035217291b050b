"""What a letter is about: the rows behind a delivery, read when it is written."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from billing import languages
from billing.agreeing import agreements
from billing.changes.outlook import GONE
from billing.delivery.failures import Undeliverable
from billing.installation import Installation
from billing.paying import payments
from billing.people import accounts, links
from models import (
    Agreement,
    ChangeRequest,
    Claim,
    Client,
    Code,
    Contact,
    Decision,
    Delivery,
    Document,
    Invoice,
    Milestone,
    Project,
    Wish,
    write,
)

LONGEST_TITLE = 60
"""Characters of a project's title in a subject."""

LONGEST_QUOTE = 160
"""Characters of somebody's own words in a letter; the page has them all."""

MASK = "…"

TO_OWNER = frozenset(
    {
        "agreement_client_signed",
        "agreement_countersign_reminder",
        "agreement_declined",
        "agreement_expired_unsigned",
        "agreement_forward_asked",
        "agreement_in_force",
        "agreement_objected",
        "agreement_paper_asked",
        "comments_by_client",
        "duty_supplied",
        "digest_to_owner",
        "dispute_declined_by_client",
        "dispute_offered_by_client",
        "dispute_raised_by_client",
        "dispute_settled_with_client",
        "dispute_unanswered",
        "dispute_withdrawn_by_client",
        "milestone_accepted",
        "milestone_undone",
        "milestone_deemed_owner",
        "extension_asked",
        "project_stopped_by_client",
        "withdrawal_declared",
        "milestone_changes_requested",
        "month_prepared",
        "payment_claimed",
        "reading_confirmed_by_client",
        "reading_entered_by_client",
        "reading_refused_by_client",
        "password_reset",
        "wish_asked",
    }
)
"""Letters to the owner; all others go to a contact of the client."""


@dataclass(frozen=True)
class Said:
    """What one letter's template is told, where its one link leads, what comes with it."""

    url: str
    facts: dict[str, Any] = field(default_factory=dict)
    attached: tuple[Document, ...] = ()


@dataclass(frozen=True)
class Occasion:
    """What a delivery is about. `masked` hides what acts for its reader: links and tokens."""

    delivery: Delivery
    installation: Installation
    now: datetime
    masked: bool = False

    @property
    def about(self) -> dict[str, Any]:
        """The facts of the event that caused the letter."""
        found: dict[str, Any] = self.delivery.facts
        return found

    @property
    def is_to_client(self) -> bool:
        return self.delivery.kind not in TO_OWNER

    @cached_property
    def project(self) -> Project:
        found: Project = self.delivery.project
        return found

    @property
    def client(self) -> Client:
        """The project's, or the contact's where it is about no project."""
        about = self.project if self.delivery.project_id is not None else self.contact
        found: Client = about.client
        return found

    @property
    def contact(self) -> Contact:
        """To whom it goes, if that is the client. Refuses Undeliverable where they are gone."""
        found: Contact | None = self.delivery.contact
        if found is None or found.removed_at is not None:
            raise Undeliverable("contact_gone", permanent=True)
        return found

    @cached_property
    def agreement(self) -> Agreement:
        found: Agreement = Agreement.get_by_id(self.about["agreement"])
        return found

    @cached_property
    def code(self) -> Code:
        found: Code = Code.get_by_id(self.about["code"])
        return found

    @cached_property
    def signers_wish(self) -> Wish:
        found: Wish = Wish.get_by_id(self.about["wish"])
        return found

    @cached_property
    def milestone(self) -> Milestone:
        found: Milestone = Milestone.get_by_id(self.about["milestone"])
        return found

    @cached_property
    def decision(self) -> Decision:
        found: Decision = Decision.get_by_id(self.about["decision"])
        return found

    @cached_property
    def wish(self) -> ChangeRequest:
        found: ChangeRequest = ChangeRequest.get_by_id(self.about["request"])
        return found

    def wished(self) -> dict[str, Any]:
        """What the client wishes to be different, of what, and what the project comes to."""
        about: Milestone | None = self.wish.milestone
        live = Milestone.live(self.project)
        return {
            "person": self.wish.contact.name,
            "wish": quote(self.wish.wish),
            "answer": quote(self.wish.answer or ""),
            "title": short(str(about.title), LONGEST_TITLE) if about else "",
            "total": sum(int(row.price or 0) for row in live if row.state not in GONE),
        }

    @cached_property
    def invoice(self) -> Invoice:
        found: Invoice = Invoice.get_by_id(self.about["invoice"])
        return found

    @cached_property
    def credit_note(self) -> Invoice:
        found: Invoice = Invoice.get_by_id(self.about["credit_note"])
        return found

    @cached_property
    def claim(self) -> Claim:
        found: Claim = Claim.get_by_id(self.about["claim"])
        return found

    @property
    def language(self) -> str:
        """The client's language is the client's; the owner's pages are in English."""
        return languages.spoken(str(self.client.language)) if self.is_to_client else "en"

    def portal(self) -> str:
        """The contact's link to the client's page."""
        contact = self.contact
        if self.masked:
            return self.page(f"l/{MASK}")
        with write(self.project):
            link = links.for_contact(self.project, contact, self.now)
        return self.page(f"l/{links.token(link, self.installation.secret)}")

    def page(self, path: str) -> str:
        """A page of this installation."""
        return f"{self.installation.base_url}/{path}"

    def people(self) -> dict[str, Any]:
        """Who writes to whom about what, for every letter."""
        if self.delivery.project_id is None and not self.is_to_client:
            return {"name": "", "sender": "Milepost", "seller": "", "seller_email": ""}
        owner = self.delivery.owner
        business = accounts.business(owner)
        seller = business.name or owner.email
        about = {} if self.delivery.project_id is None else self._of_project()
        return {
            **about,
            "sender": seller if self.is_to_client else "Milepost",
            "name": self.contact.name if self.is_to_client else "",
            "seller": seller,
            "seller_email": (business.email or owner.email) if self.is_to_client else "",
            "client": self.client.name,
        }

    def _of_project(self) -> dict[str, Any]:
        return {
            "project": short(str(self.project.title), LONGEST_TITLE),
            "currency": self.project.currency,
        }

    def terms(self) -> dict[str, Any]:
        """What an agreement comes to."""
        said = agreements.read(self.agreement)
        return {
            "version": self.agreement.version,
            "total": _total(said),
            "least": said["totals"]["total"],
            "leaves_choice": bool(said.get("options")),
            "was_chosen": bool(said.get("chosen")),
            "milestones": len(said["milestones"]),
            "expires_on": said["expires_on"],
            "change": said.get("number", 0),
            "difference": said["totals"]["total"] - said.get("totals_before", {}).get("total", 0),
        }

    def outcome(self) -> dict[str, Any]:
        """What a milestone is called and costs."""
        milestone = self.milestone
        return {"title": short(str(milestone.title), LONGEST_TITLE), "price": milestone.price or 0}

    def bill(self) -> dict[str, Any]:
        """What an invoice comes to, and what of it is still to come."""
        return bill(self.invoice)


def bill(invoice: Invoice) -> dict[str, Any]:
    """What an invoice comes to, and what of it is due from the client now."""
    return {
        "number": invoice.number,
        "total": invoice.total,
        "due": payments.payable(invoice),
        "due_on": invoice.due_on.isoformat(),
    }


def _total(said: dict[str, Any]) -> int | tuple[int, int]:
    """What a version comes to; where it leaves a choice, from what to what."""
    choice = said.get("options")
    least = int(said["totals"]["total"])
    return (least, int(choice["most"]["total"])) if choice else least


def quote(text: str) -> str:
    """Somebody's own words, not too many of them."""
    return short(" ".join(text.split()), LONGEST_QUOTE)


def short(text: str, longest: int) -> str:
    """Text cut at a word, an ellipsis in place of the rest."""
    if len(text) <= longest:
        return text
    cut = text[:longest]
    return f"{cut.rsplit(' ', 1)[0] or cut}…"
