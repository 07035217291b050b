"""Who is told what, decided where it happens: rows that the worker delivers later."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from billing.mailing import paces
from billing.refusals import WrongState
from models import (
    Agreement,
    Business,
    ChangeRequest,
    Client,
    Contact,
    Delivery,
    DeliveryState,
    Link,
    Project,
    User,
    Withdrawal,
    write,
)
from models.once import Once

TO_GO = (DeliveryState.QUEUED, DeliveryState.FAILED, DeliveryState.HELD)
"""A message in one of these may go out yet."""


def mail(
    letter: str,
    project: Project,
    recipient: Contact | User,
    key: str,
    now: datetime,
    facts: dict[str, Any],
    after: Delivery | None = None,
    address: str = "",
    wait: timedelta = timedelta(0),
) -> None:
    """Queue one letter. `key` makes it once only; `after` is a document it waits for.

    `address` is where it goes instead of the recipient's own, `wait` how long it stays here.
    By the recipient's setting it may go within the mail of the day, or not at all.
    """
    contact = recipient if isinstance(recipient, Contact) else None
    to = address or recipient.email
    how = paces.columns(letter, facts, recipient)
    _queue("mail", letter, project, key, now, facts, to, contact, after, wait, how)


def document(kind: str, project: Project, key: str, now: datetime, facts: dict[str, Any]) -> None:
    """Queue the making of a PDF."""
    _queue("document", kind, project, key, now, facts)


def _queue(
    channel: str,
    kind: str,
    project: Project,
    key: str,
    now: datetime,
    facts: dict[str, Any],
    recipient: str = "",
    contact: Contact | None = None,
    after: Delivery | None = None,
    wait: timedelta = timedelta(0),
    how: dict[str, Any] | None = None,
) -> None:
    Delivery.insert(
        owner=project.owner_id,
        project=project.id,
        contact=contact,
        channel=channel,
        kind=kind,
        recipient=recipient,
        facts=facts,
        key=key,
        after=after,
        created_at=now,
        due_at=now + wait,
        **(how or {}),
    ).on_conflict_ignore().execute()


def retry(delivery: Delivery, now: datetime) -> None:
    """Try again at once, with fresh attempts and to the address the recipient has today.

    Refuses WrongState for what is sent, cancelled or being sent.
    """
    recipient = delivery.recipient
    if delivery.channel == "mail":
        recipient = (delivery.contact or delivery.owner).email
    _change(
        delivery,
        TO_GO,
        state=DeliveryState.QUEUED,
        recipient=recipient,
        attempts=0,
        due_at=now,
        gathered=False,
        digest=None,
        last_error="",
    )


def cancel(delivery: Delivery) -> None:
    """Never send a message that has not gone out yet, nor what a mail of the day holds.

    Refuses WrongState.
    """
    with write():
        _change(delivery, TO_GO, state=DeliveryState.CANCELLED)
        Delivery.update(state=DeliveryState.CANCELLED).where(
            Delivery.digest == delivery.id, Delivery.state == DeliveryState.QUEUED
        ).execute()


def _change(delivery: Delivery, allowed: tuple[DeliveryState, ...], **columns: Any) -> None:
    with write():
        changed = (
            Delivery.update(**columns)
            .where(Delivery.id == delivery.id, Delivery.state.in_(allowed))
            .execute()
        )
        if not changed:
            raise WrongState(
                state=Delivery.select(Delivery.state).where(Delivery.id == delivery.id).scalar()
            )


def about(letter: str, subject: int) -> list[Delivery]:
    """The letters of one kind about one thing, such as an invoice's by its id."""
    return list(
        Delivery.select()
        .where(Delivery.key.startswith(f"{letter}:{subject}:"))
        .order_by(Delivery.id)
    )


def withdraw(letter: str, subject: int) -> None:
    """Take back letters about what was undone, those not sent yet. Runs in the caller's write()."""
    Delivery.update(state=DeliveryState.CANCELLED).where(
        Delivery.key.startswith(f"{letter}:{subject}:"),
        Delivery.state.in_([DeliveryState.QUEUED, DeliveryState.HELD]),
    ).execute()


Announcement = Callable[[Project, dict[str, Any], datetime], None]


def announce(kind: str, project: Project, facts: dict[str, Any], now: datetime) -> None:
    """Queue the deliveries that an event of this kind causes."""
    for announcement in CAUSED.get(kind, ()):
        announcement(project, facts, now)


def _in_role(role: str) -> Once:
    return Once(
        lambda client: (
            Contact.select()
            .where(
                Contact.client == client,
                Contact.removed_at.is_null(),
                getattr(Contact, f"is_{role}") == True,  # noqa: E712
            )
            .order_by(Contact.id)
        )
    )


_IN_ROLE = {role: _in_role(role) for role in ("signer", "approver", "payer")}
_OWNER = Once(lambda user: User.select().where(User.id == user))
_BY_KEY = Once(lambda key: Delivery.select().where(Delivery.key == key))
_BUSINESS = Once(lambda owner: Business.select().where(Business.owner == owner))


def contacts(project: Project, role: str) -> Iterable[Contact]:
    """The client's present contacts with `role` (signer, approver or payer), in order."""
    return contacts_of_client(project.client_id, role)


def contacts_of_client(client: Client | int, role: str) -> Iterable[Contact]:
    """The same for a client with no project yet."""
    return _IN_ROLE[role].models(client)


def _to_owner(letter: str, subject: str) -> Announcement:
    def queue(project: Project, facts: dict[str, Any], now: datetime) -> None:
        owner = _OWNER.model(project.owner_id)
        mail(letter, project, owner, f"{letter}:{facts[subject]}", now, facts)

    return queue


def _to_client(letter: str, subject: str, role: str) -> Announcement:
    def queue(project: Project, facts: dict[str, Any], now: datetime) -> None:
        waits = _BY_KEY.model(f"document:{subject}:{facts[subject]}")
        for contact in contacts(project, role):
            key = f"{letter}:{facts[subject]}:{contact.id}"
            mail(letter, project, contact, key, now, facts, waits)

    return queue


def _payment_reminder(project: Project, facts: dict[str, Any], now: datetime) -> None:
    """One letter of all that are due at once: that of the first."""
    if "sent_with" not in facts:
        _to_client("payment_reminder", "reminder", "payer")(project, facts, now)


def _to_signer(letter: str, subject: str = "agreement") -> Announcement:
    def queue(project: Project, facts: dict[str, Any], now: datetime) -> None:
        signer = Agreement.get_by_id(facts["agreement"]).signer
        mail(letter, project, signer, f"{letter}:{facts[subject]}", now, facts)

    return queue


def _again_to_signer(letter: str) -> Announcement:
    def queue(project: Project, facts: dict[str, Any], now: datetime) -> None:
        signer = Agreement.get_by_id(facts["agreement"]).signer
        # One a day, whatever the clock does.
        mail(letter, project, signer, f"{letter}:{facts['agreement']}:{now:%Y%m%d}", now, facts)

    return queue


def _to_wisher(letter: str) -> Announcement:
    def queue(project: Project, facts: dict[str, Any], now: datetime) -> None:
        contact = ChangeRequest.get_by_id(facts["request"]).contact
        mail(letter, project, contact, f"{letter}:{facts['request']}", now, facts)

    return queue


def _document(kind: str) -> Announcement:
    def queue(project: Project, facts: dict[str, Any], now: datetime) -> None:
        document(kind, project, f"document:{kind}:{facts[kind]}", now, facts)

    return queue


def _to_holder(letter: str) -> Announcement:
    def queue(project: Project, facts: dict[str, Any], now: datetime) -> None:
        contact = Link.get_by_id(facts["link"]).contact
        # One a minute: a double click is one letter.
        key = f"{letter}:{facts['link']}:{facts['generation']}:{now:%Y%m%d%H%M}"
        mail(letter, project, contact, key, now, facts)

    return queue


def _to_other_side(
    letter: str, subject: str = "", role: str = "signer", to: str = "other"
) -> Announcement:
    """To the other side than the fact `side`, or to that one: the owner, or who has the role."""

    def queue(project: Project, facts: dict[str, Any], now: datetime) -> None:
        about = facts[subject] if subject else project.id
        if (facts["side"] == "client") == (to == "other"):
            owner = User.get_by_id(project.owner_id)
            mail(f"{letter}_by_client", project, owner, f"{letter}:{about}", now, facts)
            return
        for contact in contacts(project, role):
            mail(letter, project, contact, f"{letter}:{about}:{contact.id}", now, facts)

    return queue


def _receipt_of_withdrawal(project: Project, facts: dict[str, Any], now: datetime) -> None:
    """To the address the consumer gave for it, which need not be the one we know."""
    made: Withdrawal = Withdrawal.get_by_id(facts["withdrawal"])
    key = f"withdrawal_receipt:{made.id}"
    mail("withdrawal_receipt", project, made.contact, key, now, facts, address=str(made.email))


CAUSED: dict[str, tuple[Announcement, ...]] = {
    "agreement.prepared": (_document("agreement"),),
    "agreement.sent": (_to_signer("agreement_sent"),),
    "agreement.code_sent": (_to_signer("signing_code", "code"),),
    "agreement.reminded": (_again_to_signer("agreement_reminder"),),
    "agreement.paper_asked": (_to_owner("agreement_paper_asked", "wish"),),
    "agreement.recorded": (_to_signer("agreement_recorded"),),
    "agreement.objected": (_to_owner("agreement_objected", "wish"),),
    "agreement.forward_asked": (_to_owner("agreement_forward_asked", "wish"),),
    "agreement.forward_refused": (_to_signer("agreement_forward_refused", "wish"),),
    "agreement.client_signed": (
        _to_signer("agreement_signed_receipt"),
        _to_owner("agreement_client_signed", "agreement"),
    ),
    "agreement.active": (
        _to_signer("agreement_active"),
        _to_owner("agreement_in_force", "agreement"),
    ),
    "agreement.declined": (_to_owner("agreement_declined", "agreement"),),
    "agreement.voided": (_to_signer("agreement_voided"),),
    "agreement.expired": (
        _to_signer("agreement_expired"),
        _to_owner("agreement_expired_unsigned", "agreement"),
    ),
    "agreement.withdrawn": (
        _receipt_of_withdrawal,
        _to_owner("withdrawal_declared", "withdrawal"),
    ),
    "project.stopped": (_to_other_side("project_stopped"),),
    "milestone.submitted": (_to_client("milestone_submitted", "submission", "approver"),),
    "change.asked": (_to_owner("wish_asked", "request"),),
    "change.refused": (_to_wisher("wish_declined"),),
    "milestone.accepted": (_to_owner("milestone_accepted", "decision"),),
    "milestone.deemed_accepted": (
        _to_client("milestone_deemed", "decision", "approver"),
        _to_owner("milestone_deemed_owner", "decision"),
    ),
    "review.reminded": (_to_client("review_reminder", "reminder", "approver"),),
    "review.extension_asked": (_to_owner("extension_asked", "extension"),),
    "review.extended": (_to_client("extension_agreed", "extension", "approver"),),
    "review.extension_refused": (_to_client("extension_refused", "extension", "approver"),),
    "milestone.acceptance_undone": (_to_owner("milestone_undone", "decision"),),
    "milestone.changes_requested": (_to_owner("milestone_changes_requested", "decision"),),
    "milestone.disputed": (
        _document("dispute"),
        _to_other_side("dispute_raised", "dispute", "approver"),
    ),
    "dispute.offered": (_to_other_side("dispute_offered", "offer", "approver"),),
    "dispute.declined": (_to_other_side("dispute_declined", "offer", "approver", to="same"),),
    "dispute.lapsed": (_to_owner("dispute_unanswered", "offer"),),
    "dispute.settled": (
        _to_client("dispute_settled", "offer", "approver"),
        _to_owner("dispute_settled_with_client", "offer"),
    ),
    "dispute.withdrawn": (_to_other_side("dispute_withdrawn", "dispute", "approver"),),
    "invoice.issued": (_document("invoice"), _to_client("invoice_issued", "invoice", "payer")),
    "credit_note.issued": (
        _document("credit_note"),
        _to_client("credit_note_issued", "credit_note", "payer"),
    ),
    "invoice.reminded": (_payment_reminder,),
    "payment.recorded": (_to_client("payment_recorded", "payment", "payer"),),
    "payment.claimed": (_to_owner("payment_claimed", "claim"),),
    "link.reissued": (_to_holder("link_reissued"),),
    "link.requested": (_to_holder("link_sent"),),
}


def business_of(project: Project) -> Business:
    """The seller's profile."""
    found: Business = _BUSINESS.model(project.owner_id)
    return found
