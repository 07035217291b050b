"""Every letter in one group: a topic that its reader may choose about, or what always goes out.

Always: what is owed and what was agreed, what was asked for, and what ends with a day that one
must know of. To be told of those is not a matter of taste, and silence may cost money.
"""

from typing import Any

from billing.accepting.review_clock import LAST
from models import ReviewReminder, Topic

ALWAYS = None

GROUPS: dict[str, Topic | None] = {
    # Agreements and changes of them: to sign, signed, ended.
    "agreement_sent": ALWAYS,
    "agreement_signed_receipt": ALWAYS,
    "agreement_client_signed": ALWAYS,
    "agreement_active": ALWAYS,
    "agreement_in_force": ALWAYS,
    "agreement_recorded": ALWAYS,
    "agreement_declined": ALWAYS,
    "agreement_voided": ALWAYS,
    "agreement_expired": ALWAYS,
    "agreement_expired_unsigned": ALWAYS,
    "agreement_paper_asked": ALWAYS,
    "agreement_objected": ALWAYS,
    "agreement_forward_asked": ALWAYS,
    "agreement_forward_refused": ALWAYS,
    "project_stopped": ALWAYS,
    "project_stopped_by_client": ALWAYS,
    "withdrawal_receipt": ALWAYS,
    "withdrawal_declared": ALWAYS,
    # What was asked for.
    "signing_code": ALWAYS,
    "link_reissued": ALWAYS,
    "link_sent": ALWAYS,
    "password_reset": ALWAYS,
    # What one side writes to the other by a press of its own.
    "client_letter": ALWAYS,
    # What is owed.
    "invoice_issued": ALWAYS,
    "credit_note_issued": ALWAYS,
    "payment_reminder": ALWAYS,
    # Silence that counted, and offers with a last day.
    "milestone_deemed": ALWAYS,
    "milestone_deemed_owner": ALWAYS,
    "reading_due": ALWAYS,
    "dispute_raised": ALWAYS,
    "dispute_raised_by_client": ALWAYS,
    "dispute_offered": ALWAYS,
    "dispute_offered_by_client": ALWAYS,
    "dispute_declined": ALWAYS,
    "dispute_declined_by_client": ALWAYS,
    "dispute_unanswered": ALWAYS,
    "dispute_withdrawn": ALWAYS,
    "dispute_withdrawn_by_client": ALWAYS,
    "dispute_settled": ALWAYS,
    "dispute_settled_with_client": ALWAYS,
    # The mail of the day: whatever is within it was wanted.
    "digest": ALWAYS,
    "digest_to_owner": ALWAYS,
    # Work as it goes.
    "milestone_submitted": Topic.PROGRESS,
    "milestone_accepted": Topic.PROGRESS,
    "milestone_undone": Topic.PROGRESS,
    "milestone_changes_requested": Topic.PROGRESS,
    "extension_asked": Topic.PROGRESS,
    "extension_agreed": Topic.PROGRESS,
    "extension_refused": Topic.PROGRESS,
    "wish_asked": Topic.PROGRESS,
    "wish_declined": Topic.PROGRESS,
    "duty_supplied": Topic.PROGRESS,
    "duty_reopened": Topic.PROGRESS,
    "duty_due": Topic.REMINDERS,
    "reading_entered": Topic.PROGRESS,
    "reading_entered_by_client": Topic.PROGRESS,
    "reading_confirmed": Topic.PROGRESS,
    "reading_confirmed_by_client": Topic.PROGRESS,
    "reading_refused": Topic.PROGRESS,
    "reading_refused_by_client": Topic.PROGRESS,
    "comments_made": Topic.COMMENTS,
    "comments_by_client": Topic.COMMENTS,
    "agreement_reminder": Topic.REMINDERS,
    "agreement_countersign_reminder": Topic.REMINDERS,
    "review_reminder": Topic.REMINDERS,
    "month_prepared": Topic.REMINDERS,
    "payment_recorded": Topic.PAYMENTS,
    "account_document": ALWAYS,
    "payment_claimed": Topic.PAYMENTS,
}
"""Every kind of letter, once."""


def of(letter: str, facts: dict[str, Any]) -> Topic | None:
    """The topic of a letter about these facts, or ALWAYS. A review's last day is always told."""
    if letter == "review_reminder" and _is_of_last_day(facts):
        return ALWAYS
    return GROUPS[letter]


def _is_of_last_day(facts: dict[str, Any]) -> bool:
    reminder = ReviewReminder.get_or_none(ReviewReminder.id == facts["reminder"])
    return reminder is not None and reminder.kind == LAST
