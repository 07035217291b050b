"""Letters: one function each says what its template is told, from the rows as they are now.

The words stand once, in templates/mail/<letter>.txt; text and HTML are both made of them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from billing import files
from billing.accepting import consequences, following, moves, submissions, verdicts
from billing.delivery import (
    account_letters,
    agreement_letters,
    bill_letters,
    client_letters,
    comment_letters,
    dispute_letters,
    duty_letters,
    ending_letters,
    reading_letters,
    retainer_letters,
    review_letters,
    signing_letters,
)
from billing.delivery.failures import Undeliverable
from billing.delivery.occasion import MASK, Occasion, Said, quote
from billing.delivery.wording import Wording
from billing.installation import Installation
from billing.invoicing import invoices
from billing.invoicing import lines as rows
from billing.mailing import digests, opting_out, topics
from billing.outbox import business_of
from billing.paying import credit_entries, payments
from billing.people import accounts
from models import (
    Delivery,
    Payment,
    User,
)


@dataclass(frozen=True)
class Letter:
    """A letter ready for its envelope. Without a `reply_to` it goes to the owner themselves.

    `unsubscribe` is where its reader gets fewer of them; "" for what always comes.
    """

    subject: str
    text: str
    html: str
    language: str
    sender_name: str
    recipient_name: str
    reply_to: str
    attachments: Sequence[tuple[str, bytes]]
    unsubscribe: str = ""


def milestone_submitted(at: Occasion) -> Said:
    milestone = at.milestone
    follows = consequences.of(milestone, at.now)
    facts = {
        **at.outcome(),
        "round": at.about["round"],
        "amount": follows.total,
        "due_on": follows.due_on.isoformat(),
        "is_draft": follows.is_draft,
        "next": follows.next,
    }
    return Said(at.portal(), facts)


def milestone_accepted(at: Occasion) -> Said:
    raised = invoices.of_decision(at.decision)
    facts = {
        **at.outcome(),
        "reviewer": at.decision.contact.name,
        "left": at.about.get("left", 0),
        "missing": quote(verdicts.missing(at.decision)) if at.about.get("left") else "",
        "number": raised.number if raised else None,
        "amount": raised.total if raised else 0,
        "until": raised.held_until if raised else None,
        "zone": business_of(at.project).timezone,
        "next": review_letters.after_acceptance(at, raised),
    }
    return Said(at.page(f"projects/{at.project.id}"), facts)


def milestone_undone(at: Occasion) -> Said:
    facts = {**at.outcome(), "reviewer": at.decision.contact.name}
    return Said(at.page(f"projects/{at.project.id}"), facts)


def milestone_changes_requested(at: Occasion) -> Said:
    decision = at.decision
    facts = {
        **at.outcome(),
        "reviewer": decision.contact.name,
        "note": quote(verdicts.missing(decision)),
        "criteria": decision.verdicts.count(),
    }
    return Said(at.page(f"projects/{at.project.id}"), facts)


def wish_asked(at: Occasion) -> Said:
    facts = {**at.wished(), "is_beyond": at.wish.points.exists()}
    return Said(at.page(f"projects/{at.project.id}/changes"), facts)


def wish_declined(at: Occasion) -> Said:
    return Said(at.portal(), at.wished())


def invoice_issued(at: Occasion) -> Said:
    invoice = at.invoice
    document = invoices.document(invoice)
    if document is None:
        raise Undeliverable("document_missing")
    facts = {
        **at.bill(),
        "outcomes": [line.description for line in rows.of(invoice)],
        "next": following.once_paid(at.project, at.now, [invoice]),
    }
    return Said(at.portal(), facts, (document,))


def credit_note_issued(at: Occasion) -> Said:
    note = at.credit_note
    document = invoices.document(note)
    if document is None:
        raise Undeliverable("document_missing")
    standing = payments.balance(at.invoice)
    facts = {
        **at.bill(),
        "number": note.number,
        "total": note.total,
        "credited": at.invoice.number,
        "reason": quote(note.note),
        "to_refund": max(0, -standing),
    }
    return Said(at.portal(), facts, (document,))


def payment_recorded(at: Occasion) -> Said:
    payment: Payment = Payment.get_by_id(at.about["payment"])
    kept = credit_entries.kept_of(payment)
    facts = {
        **at.bill(),
        "received": payment.amount,
        "received_on": payment.received_on.isoformat(),
        "kept": int(kept.amount) if kept else 0,
        "next": following.deed(at.project, at.now, "payment.recorded", payment=payment.id),
    }
    return Said(at.portal(), facts)


def payment_claimed(at: Occasion) -> Said:
    claim = at.claim
    facts = {
        **at.bill(),
        "payer": claim.contact.name,
        "reference": quote(claim.reference),
    }
    return Said(at.page(f"invoices/{claim.invoice_id}"), facts)


def link_reissued(at: Occasion) -> Said:
    return Said(at.portal())


def link_sent(at: Occasion) -> Said:
    return Said(at.portal())


def password_reset(at: Occasion) -> Said:
    user: User = at.delivery.owner
    token = MASK if at.masked else accounts.reset_token(user, at.installation.secret)
    return Said(at.page(f"password/reset/{token}"))


def _news(at: Occasion) -> Said:
    """A mail of the day: the subject of each letter in it, by the page that it leads to."""
    found = digests.letters(at.delivery)
    news: dict[str, list[str]] = {}
    for row in found:
        said, words = _worded(Occasion(row, at.installation, at.now, at.masked))
        news.setdefault(said.url, []).append(words.block("subject"))
    projects = {row.project_id for row in found}
    return Said("", {"count": len(found), "projects": len(projects), "news": list(news.items())})


LETTERS: dict[str, Callable[[Occasion], Said]] = (
    {
        letter.__name__: letter
        for letter in (
            milestone_submitted,
            milestone_accepted,
            milestone_undone,
            milestone_changes_requested,
            wish_asked,
            wish_declined,
            invoice_issued,
            credit_note_issued,
            payment_recorded,
            payment_claimed,
            link_reissued,
            link_sent,
            password_reset,
        )
    }
    | account_letters.LETTERS
    | agreement_letters.LETTERS
    | bill_letters.LETTERS
    | client_letters.LETTERS
    | comment_letters.LETTERS
    | duty_letters.LETTERS
    | dispute_letters.LETTERS
    | signing_letters.LETTERS
    | review_letters.LETTERS
    | ending_letters.LETTERS
    | reading_letters.LETTERS
    | retainer_letters.LETTERS
    | dict.fromkeys(digests.KINDS, _news)
)


def _is_reviewed(at: Occasion) -> bool:
    newest = submissions.latest(at.milestone)
    is_open = at.milestone.state in moves.IN_REVIEW
    return not (is_open and newest and newest.round == at.about["round"])


def _is_undone(at: Occasion) -> bool:
    return at.decision.withdrawn_at is not None


def _is_answered(at: Occasion) -> bool:
    return at.claim.answered_at is not None


OVERTAKEN: dict[str, Callable[[Occasion], bool]] = {
    "milestone_submitted": _is_reviewed,
    "milestone_accepted": _is_undone,
    "payment_claimed": _is_answered,
    **agreement_letters.OVERTAKEN,
    **bill_letters.OVERTAKEN,
    **comment_letters.OVERTAKEN,
    **duty_letters.OVERTAKEN,
    **dispute_letters.OVERTAKEN,
    **signing_letters.OVERTAKEN,
    **reading_letters.OVERTAKEN,
    **retainer_letters.OVERTAKEN,
    **review_letters.OVERTAKEN,
    **dict.fromkeys(digests.KINDS, lambda at: not digests.letters(at.delivery)),
}
"""Letters that ask for something, and when it is too late to ask."""


def is_overtaken(delivery: Delivery, installation: Installation, now: datetime) -> bool:
    """Whether a letter that waited long asks for what is settled by now."""
    asks_too_late = OVERTAKEN.get(delivery.kind)
    return asks_too_late is not None and asks_too_late(Occasion(delivery, installation, now))


def earliest(delivery: Delivery, installation: Installation, now: datetime) -> datetime:
    """When a letter may go out: now, or for some kinds once its reader is at work."""
    waits_until = bill_letters.IN_HOURS.get(delivery.kind)
    return waits_until(Occasion(delivery, installation, now)) if waits_until else now


def compose(
    delivery: Delivery, installation: Installation, now: datetime, masked: bool = False
) -> Letter:
    """The letter of a delivery as it stands now. Refuses Undeliverable.

    A masked one is to be looked at only: without what acts for its reader, and its
    documents are named but not read.
    """
    at = Occasion(delivery, installation, now, masked)
    said, words = _worded(at)
    people = at.people()
    return Letter(
        subject=words.block("subject"),
        text=words.text(),
        html=words.html(),
        language=words.language,
        sender_name=people["sender"],
        recipient_name=people["name"],
        reply_to=people["seller_email"],
        attachments=[(row.name, b"" if masked else files.read(row)) for row in said.attached],
        unsubscribe=_unsubscribe(at),
    )


def _worded(at: Occasion) -> tuple[Said, Wording]:
    said = LETTERS[at.delivery.kind](at)
    told = {**at.people(), **said.facts, "url": said.url, "unsubscribe": _unsubscribe(at)}
    return said, Wording(_template(at.delivery.kind, said.facts), at.language, told)


def _unsubscribe(at: Occasion) -> str:
    """Where the reader of a letter gets fewer like it; "" for what always comes."""
    is_digest = at.delivery.kind in digests.KINDS
    about = opting_out.DIGEST if is_digest else topics.of(at.delivery.kind, at.about)
    if about is None:
        return ""
    reader = at.contact if at.is_to_client else at.delivery.owner
    secret = at.installation.secret
    return at.page(f"mails/{MASK if at.masked else opting_out.token(reader, about, secret)}")


def _template(letter: str, facts: dict[str, Any]) -> str:
    """A change order has words of its own for what it shares with agreements."""
    own = letter.replace("agreement_", "change_", 1)
    return own if facts.get("change") and own in OF_CHANGES else letter


OF_CHANGES = frozenset(
    f"change_{event}"
    for event in (
        "sent", "reminder", "signed_receipt", "client_signed", "countersign_reminder", "active",
        "in_force", "declined", "voided", "expired", "expired_unsigned",
    )
)  # fmt: skip
"""Templates that are used instead of those of an agreement."""
