"""Sending a change order: what is missing for it, and freezing what it says."""

from datetime import datetime

from billing.agreeing import agreements, composing
from billing.agreeing.composing import Missing
from billing.changes import outlook
from billing.changes.outlook import Step
from billing.changes.payload import payload
from billing.outbox import business_of
from billing.refusals import N_, Incomplete
from models import Agreement, Milestone, User, write


def missing(draft: Agreement, now: datetime) -> list[Missing]:
    """All that blocks Send, by name."""
    found = []
    if not business_of(draft.project).name:
        found.append(Missing(N_("Your business has no name yet."), "business"))
    if not composing.may_sign(draft.signer):
        found.append(Missing(N_("Choose who signs for the client."), "signer"))
    if composing.is_past(draft.project, draft.expires_on, now):
        found.append(Missing(N_("The last day of the offer has passed."), "day"))
    seen = outlook.of(draft)
    if not seen.steps:
        found.append(Missing(N_("Nothing is changed yet."), "changes"))
    elif not seen.after:
        sentence = N_("Nothing would be left of the agreement. Stop the project instead.")
        found.append(Missing(sentence, "changes"))
    return found + [each for step in seen.steps for each in _gone_on(step)]


def _gone_on(step: Step) -> list[Missing]:
    """A milestone that was handed over, accepted or stopped since its change was composed."""
    row: Milestone | None = step.change.milestone
    if row is None or outlook.may_touch(row):
        return []
    sentence = N_("“%(title)s” has moved on, so it cannot be changed now. Take that back.")
    return [Missing(sentence, "changes", {"title": row.title}, row.id)]


def send(draft: Agreement, by: User, now: datetime, seen: str | None = None) -> None:
    """Freeze what it says; the worker makes the PDF and then sends. The work goes on meanwhile.

    `seen` is the freezing.digest() of what the owner was shown. Refuses Incomplete, PlanChanged,
    AlreadySent, and what drafts refuses.
    """
    with write(draft.project):
        stored = agreements.unsent(draft)
        blocking = missing(stored, now)
        if blocking:
            raise Incomplete(missing=blocking)
        agreements.freeze(draft, payload(stored, now), by, now, seen)
