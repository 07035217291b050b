"""Choices for a client, proposed from the milestones of a package in the making.

The smallest leaves out the outcome that took the fewest hours, or where there are only three, half
of the last one. The next is the whole. The largest adds a look back in use, with as many hours as
came back as rework; five outcomes leave no room for it. All of it can be changed, or taken back.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from billing.money import share
from billing.outcomes import audit_packages, audit_proposals
from billing.outcomes.audit_jobs import PastJob
from billing.outcomes.audit_packages import Choice, Offer, Outcome
from billing.outcomes.audit_pricing import WHOLE
from billing.planning.tiers import Tier
from billing.refusals import N_
from models import PackageDraft, PackageDraftMilestone

SMALL, COMPLETE, FOLLOWED = N_("Essential"), N_("Complete"), N_("With follow-up")

SMALLER = N_("%(title)s, smaller version")

FOLLOW_UP = N_("Checked in use and adjusted")

LEAST_AGAIN, USUAL_AGAIN, MOST_AGAIN = 500, 1000, 2500
"""Basis points of the hours for a look back: at least, where nothing came back, and at most."""


@dataclass(frozen=True)
class Proposal:
    """Tiers and their milestones. `left_out` is what the smallest goes without, "" where it holds
    half of the last outcome instead; `again` are the basis points of the look back, 0 without one.
    """

    tiers: tuple[Tier, ...]
    outcomes: tuple[Outcome, ...]
    choices: tuple[Choice, ...]
    left_out: str
    again: int


def proposed(offer: Offer) -> Proposal | None:
    """What a package could let choose from; None where it does already, or is not whole yet."""
    outcomes = [_outcome(each.row) for each in offer.milestones]
    if not audit_proposals.FEWEST <= len(outcomes) <= audit_proposals.MOST or offer.draft.tiers:
        return None
    if sum(each.share for each in outcomes) != WHOLE or outcomes[-1].share < 2:
        return None
    again = _again(offer.jobs) if len(outcomes) < audit_proposals.MOST else 0
    names = (SMALL, COMPLETE, FOLLOWED)[: 3 if again else 2]
    tiers = tuple(Tier(name, name == COMPLETE) for name in names)
    small, least = _smallest(outcomes)
    rows = _rows(outcomes, small, least, again)
    return Proposal(
        tiers, tuple(rows), tuple(_choices(offer, tiers, rows)), least.title if least else "", again
    )


def take(draft: PackageDraft) -> None:
    """Let the client choose as is proposed; nothing where nothing is."""
    found = proposed(audit_packages.offer(draft))
    if found is not None:
        audit_packages.rewrite(draft, found.outcomes, found.tiers)


def drop(draft: PackageDraft) -> None:
    """Offer one scope instead: the choice that is most nearly the whole of a usual piece."""
    choices = audit_packages.offer(draft).choices
    gaps = [abs(each.share - WHOLE) for each in choices]
    number = gaps.index(min(gaps)) + 1
    rows = draft.milestones.order_by(PackageDraftMilestone.position)
    kept = [replace(_outcome(row), tier=0) for row in rows if row.tier in (0, number)]
    audit_packages.rewrite(draft, kept)


def _outcome(row: PackageDraftMilestone) -> Outcome:
    return Outcome(**{name: getattr(row, name) for name in Outcome.__dataclass_fields__})


def _again(jobs: Sequence[PastJob]) -> int:
    """Whole percent of the hours that came back, in basis points, within what is usual."""
    seconds = sum(job.seconds for job in jobs)
    again = sum(job.rework_seconds for job in jobs)
    if not again:
        return USUAL_AGAIN
    return min(MOST_AGAIN, max(LEAST_AGAIN, 100 * share(100, again, seconds)))


def _smallest(outcomes: Sequence[Outcome]) -> tuple[Outcome, Outcome | None]:
    """The last outcome as the smallest choice has it, and the outcome that it goes without."""
    *rest, last = outcomes
    if len(outcomes) > audit_proposals.FEWEST:
        return last, min(rest, key=lambda each: each.share)
    points = last.share // 2
    title = SMALLER % {"title": last.title} if last.title else ""
    price = None if last.price is None else share(last.price, points, last.share)
    return replace(last, title=title, share=points, price=price), None


def _rows(
    outcomes: Sequence[Outcome], small: Outcome, least: Outcome | None, again: int
) -> list[Outcome]:
    """Milestones over all choices: each choice ends with a last outcome of its own."""
    larger = (2, 3) if again else (2,)
    *rest, last = outcomes
    found = []
    for each in rest:
        found += [replace(each, tier=tier) for tier in (larger if each is least else (0,))]
    found += [replace(small, tier=1), *(replace(last, tier=tier) for tier in larger)]
    if again:
        found.append(Outcome(FOLLOW_UP, share=again, tier=larger[-1]))
    return found


def _choices(offer: Offer, tiers: Sequence[Tier], rows: Sequence[Outcome]) -> list[Choice]:
    """What each choice would come to."""
    unsaved = [
        PackageDraftMilestone(position=position, **each.__dict__)
        for position, each in enumerate(rows)
    ]
    priced = audit_packages.priced(unsaved, offer.reckoned)
    return audit_packages.choices([tier.title for tier in tiers], priced)
