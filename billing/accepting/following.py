"""What begins with a deed that is done, for the letters that tell of it: by the rules it went by.

Before a deed foreseeing says what will begin; after it the history says what did, and the gates
what still waits for its invoices alone.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from itertools import takewhile
from typing import Any

from billing import events
from billing.accepting import gates, waiting
from billing.accepting.bookkeeping import Facts
from billing.accepting.foreseeing import NOTHING, Next
from models import Invoice, Milestone, Project


def deed(
    project: Project, now: datetime, kind: str, bills: Iterable[Invoice | None] = (), **facts: Any
) -> Next:
    """What began with a deed, by the event of a `kind` with these facts, and what begins once the
    invoices it raised are paid."""
    return Next(
        starting=_begun_with(project, kind, facts),
        when_paid=once_paid(project, now, bills).when_paid,
    )


def once_paid(project: Project, now: datetime, bills: Iterable[Invoice | None]) -> Next:
    """What begins once these invoices are paid, if nothing else happens."""
    found = gates.facts(project, now)
    return NOTHING if found is None else Next(when_paid=_titles(found, _later(found, bills)))


def once_final(milestone: Milestone, now: datetime, bill: Invoice | None) -> Next:
    """What begins once the acceptance of a milestone, which can be undone now, is final, and once
    its invoice is paid."""
    found = gates.facts(milestone.project, now)
    if found is None:
        return NOTHING
    final = replace(found, pending=found.pending - {milestone.id})
    return Next(
        starting=_titles(final, waiting.begins(final.books())),
        when_paid=_titles(final, _later(final, [bill])),
    )


def _begun_with(project: Project, kind: str, facts: dict[str, Any]) -> tuple[str, ...]:
    """The titles of what began in the same moment after an event, in their order."""
    told = events.history(project)
    about = [each for each in told if each.kind == kind and facts.items() <= each.facts.items()]
    if not about:
        return ()
    since = takewhile(lambda each: each.seq > about[0].seq, told)
    same = [row for row in since if row.kind == "milestone.started" and row.at == about[0].at]
    return tuple(str(row.facts["title"]) for row in reversed(same))


def _later(facts: Facts, bills: Iterable[Invoice | None]) -> list[int]:
    ids = {row.id for row in bills if row is not None}
    taken = {bill.id: bill.due for bill in facts.bills if bill.id in ids}
    if not taken:
        return []
    already = waiting.begins(facts.books())
    return [each for each in waiting.begins(facts.paid(taken).books()) if each not in already]


def _titles(facts: Facts, ids: Collection[int]) -> tuple[str, ...]:
    return tuple(row.title for row in facts.milestones if row.id in ids)
