"""Letters about the time a review takes: reminders, more time, and silence that counted."""

from collections.abc import Callable
from typing import Any

from billing.accepting import consequences, following, windows
from billing.accepting.foreseeing import Next
from billing.delivery.occasion import Occasion, Said, quote
from billing.invoicing import invoices
from models import Decision, Extension, Invoice, ReviewReminder


def review_reminder(at: Occasion) -> Said:
    """Until when to decide, and what happens by itself after that: an invoice, or nothing."""
    window = windows.of(at.milestone, at.now)
    follows = consequences.of(at.milestone, at.now)
    reminder = _reminder(at)
    facts = {
        **at.outcome(),
        "last_day": at.about["last_day"],
        "is_last": reminder.kind == "last",
        "deems": window is not None and window.deems,
        "may_ask": window is not None and window.may_be_extended and window.asked is None,
        "amount": follows.total,
        "is_draft": follows.is_draft,
        "next": follows.next,
    }
    return Said(at.portal(), facts)


def milestone_deemed(at: Occasion) -> Said:
    return Said(at.portal(), _deemed(at))


def milestone_deemed_owner(at: Occasion) -> Said:
    return Said(at.page(f"projects/{at.project.id}"), _deemed(at))


def _deemed(at: Occasion) -> dict[str, Any]:
    raised = invoices.of_decision(at.decision)
    return {
        **at.outcome(),
        "number": raised.number if raised else None,
        "amount": raised.total if raised else 0,
        "next": after_acceptance(at, raised, "milestone.deemed_accepted"),
    }


def after_acceptance(
    at: Occasion, raised: Invoice | None, kind: str = "milestone.accepted"
) -> Next:
    """What an acceptance lets begin: at once, once it is final, and once its invoice is paid."""
    if _is_pending(at.decision):
        return following.once_final(at.milestone, at.now, raised)
    return following.deed(at.project, at.now, kind, [raised], decision=at.decision.id)


def _is_pending(decision: Decision) -> bool:
    return decision.undo_until is not None and decision.final_at is None


def extension_asked(at: Occasion) -> Said:
    asked = _extension(at)
    facts = {
        **at.outcome(),
        "who": asked.contact.name,
        "days": asked.days,
        "reason": quote(asked.reason),
    }
    return Said(at.page(f"projects/{at.project.id}"), facts)


def extension_agreed(at: Occasion) -> Said:
    return Said(at.portal(), {**_until(at), "days": _extension(at).days})


def extension_refused(at: Occasion) -> Said:
    return Said(at.portal(), {**_until(at), "answer": quote(_extension(at).answer or "")})


def _until(at: Occasion) -> dict[str, Any]:
    """The last day to decide, where that is still to be done and known."""
    window = windows.of(at.milestone, at.now)
    day = window.counts_on if window is not None else None
    return {**at.outcome(), "last_day": day.isoformat() if day else None}


def _extension(at: Occasion) -> Extension:
    found: Extension = Extension.get_by_id(at.about["extension"])
    return found


def _reminder(at: Occasion) -> ReviewReminder:
    found: ReviewReminder = ReviewReminder.get_by_id(at.about["reminder"])
    return found


LETTERS: dict[str, Callable[[Occasion], Said]] = {
    letter.__name__: letter
    for letter in (
        review_reminder,
        milestone_deemed,
        milestone_deemed_owner,
        extension_asked,
        extension_agreed,
        extension_refused,
    )
}


def _is_decided(at: Occasion) -> bool:
    """The client has answered, or another day than the one it names is the last by now."""
    window = windows.of(at.milestone, at.now)
    if window is None or window.submission.round != at.about["round"]:
        return True
    return bool(window.reading.last_day != _reminder(at).last_day)


OVERTAKEN: dict[str, Callable[[Occasion], bool]] = {"review_reminder": _is_decided}
