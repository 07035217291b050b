"""Packages from the audit: begun from a kind of work, changed step by step, saved as a package.

Every step is kept in rows, so it can be left and taken up again. Saving makes the package once;
saved again, the same package is revised. Projects that started from it stay as they are.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from billing.outcomes import audit_jobs, audit_pricing, audit_proposals, floors
from billing.outcomes.audit_jobs import PastJob
from billing.outcomes.audit_pricing import WHOLE, Assumptions, Reckoned
from billing.planning import packages
from billing.planning.packages import Contents
from billing.planning.tiers import Tier
from billing.refusals import N_, Conflict, Refusal
from models import Package, PackageDraft, PackageDraftMilestone, User, WorkKind, write

MOST_TIERS, MOST_ROWS = 3, 11
"""Tiers of a package from the audit, and milestones over all of its choices."""

QUANTILE, MARGIN = 80, 2000
"""What is assumed until its owner says otherwise: 80 of a hundred pieces, and 20 % on top."""


class NothingToSell(Refusal):
    sentence = N_("There are no past pieces of this kind of work in this currency.")


class NotReady(Conflict):
    sentence = N_("Something is still missing before this can be saved as a package.")


@dataclass(frozen=True)
class Outcome:
    """A milestone as it is typed. `share` of a piece's hours in basis points, `price` in minor
    units or None for the target, `tier` from 1, or 0 for every choice.
    """

    title: str = ""
    deliverable: str = ""
    criteria: str = ""
    value: str = ""
    share: int = 0
    price: int | None = None
    tier: int = 0


@dataclass(frozen=True)
class Priced:
    """A milestone with what it costs at least and should bring (minor units)."""

    row: PackageDraftMilestone
    floor: int
    target: int

    @property
    def price(self) -> int:
        return self.target if self.row.price is None else int(self.row.price)

    @property
    def is_below_floor(self) -> bool:
        return self.price < self.floor


@dataclass(frozen=True)
class Choice:
    """What a client may choose: one tier with what is part of every choice, or the whole.

    `title` is empty for the whole. Amounts in minor units, `share` in basis points.
    """

    title: str
    count: int
    share: int
    floor: int
    target: int
    price: int


@dataclass(frozen=True)
class Offer:
    """All that follows from a package in the making: `reckoned` is None without a cost or hours.

    `gaps` are sentences of what is missing before it can be saved.
    """

    draft: PackageDraft
    jobs: list[PastJob]
    reckoned: Reckoned | None
    milestones: list[Priced]
    choices: list[Choice] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)

    @property
    def below(self) -> list[Choice]:
        """The choices whose prices together are below their floor."""
        return [each for each in self.choices if each.price < each.floor]


def begin(kind: WorkKind, currency: str, by: User, now: datetime) -> PackageDraft:
    """A package in the making with all that the past proposes. Refuses NothingToSell."""
    jobs = _jobs(kind, currency)
    if not jobs:
        raise NothingToSell
    proposed = audit_proposals.steps(kind)
    values = audit_proposals.value(by, jobs)
    with write(by):
        draft: PackageDraft = PackageDraft.create(
            owner=by,
            kind=kind,
            name=kind.name,
            currency=currency,
            hourly_cost=floors.to_begin_with(by, currency),
            quantile=QUANTILE,
            margin=MARGIN,
            exclusions=audit_proposals.exclusions(kind),
            rounds=audit_proposals.rounds(jobs),
            review_days=packages.Outcome("").review_days,
            created_at=now,
        )
        # What was valued is the end of the work, not its beginning.
        last = len(proposed) - 1
        _write(
            draft,
            [
                Outcome(step.title, value=values if at == last else "", share=step.share)
                for at, step in enumerate(proposed)
            ],
        )
    return draft


def reprice(draft: PackageDraft, name: str, hourly_cost: int | None, by: Assumptions) -> None:
    """Change a name and what is assumed; `hourly_cost` (minor units) may stay open."""
    _update(draft, name=name, hourly_cost=hourly_cost, quantile=by.quantile, margin=by.margin)


def rewrite(draft: PackageDraft, outcomes: Sequence[Outcome], tiers: Sequence[Tier] = ()) -> None:
    """Change the milestones, and the tiers they belong to by their numbers."""
    with write(draft.owner):
        kept = [asdict(each) for each in tiers]
        PackageDraft.update(tiers=kept).where(PackageDraft.id == draft.id).execute()
        draft.tiers = kept
        known = [each if each.tier <= len(kept) else replace(each, tier=0) for each in outcomes]
        _write(draft, known)


def rescope(draft: PackageDraft, exclusions: str, rounds: int, review_days: int) -> None:
    """Change what is not included, the rounds of corrections, and working days to review."""
    _update(draft, exclusions=exclusions, rounds=rounds, review_days=review_days)


def discard(draft: PackageDraft) -> None:
    """Give up a package in the making; one that was saved stays as a package."""
    with write(draft.owner):
        PackageDraft.delete().where(PackageDraft.id == draft.id).execute()


def save(draft: PackageDraft, by: User, now: datetime) -> Package:
    """Save it as a package, or revise the one it was saved as. Refuses NotReady."""
    with write(by):
        draft = PackageDraft.get_by_id(draft.id)
        told = offer(draft)
        if told.gaps:
            raise NotReady
        contents = _contents(told)
        package: Package | None = draft.package
        if package is None:
            package = packages.create(contents, by, now)
            PackageDraft.update(package=package).where(PackageDraft.id == draft.id).execute()
        else:
            packages.revise(package, contents)
    return package


def listed(owner: User) -> list[PackageDraft]:
    """Packages in the making, the latest first."""
    return list(PackageDraft.of(owner).order_by(PackageDraft.id.desc()))


def offer(draft: PackageDraft) -> Offer:
    """What follows from it now."""
    jobs = _jobs(draft.kind, str(draft.currency)) if draft.kind else []
    cost = draft.hourly_cost
    by = Assumptions(int(cost or 0), int(draft.quantile), int(draft.margin))
    reckoned = audit_pricing.reckon([job.seconds for job in jobs], by) if cost else None
    rows = list(draft.milestones.order_by(PackageDraftMilestone.position))
    each = priced(rows, reckoned)
    sums = choices([tier["title"] for tier in draft.tiers], each)
    return Offer(draft, jobs, reckoned, each, sums, gaps(draft, rows, reckoned, sums))


def priced(rows: Sequence[PackageDraftMilestone], reckoned: Reckoned | None) -> list[Priced]:
    """In the rows' order; those of each tier, and those of every choice, add up to the cent."""
    told: dict[int, Priced] = {}
    for tier in {int(row.tier) for row in rows}:
        group = [row for row in rows if row.tier == tier]
        shares = [int(row.share) for row in group]
        floors = audit_pricing.parts(reckoned.floor if reckoned else 0, shares)
        targets = audit_pricing.parts(reckoned.target if reckoned else 0, shares)
        for row, floor, target in zip(group, floors, targets, strict=True):
            told[int(row.position)] = Priced(row, floor, target)
    return [told[int(row.position)] for row in rows]


def choices(titles: Sequence[str], milestones: Sequence[Priced]) -> list[Choice]:
    """What each tier comes to, by their titles in order; without tiers the whole."""
    found = []
    for number, title in enumerate(titles, start=1) if titles else ((0, ""),):
        rows = [each for each in milestones if int(each.row.tier) in (0, number)]
        found.append(
            Choice(
                title=title,
                count=len(rows),
                share=sum(int(each.row.share) for each in rows),
                floor=sum(each.floor for each in rows),
                target=sum(each.target for each in rows),
                price=sum(each.price for each in rows),
            )
        )
    return found


def gaps(
    draft: PackageDraft,
    rows: Sequence[PackageDraftMilestone],
    reckoned: Reckoned | None,
    choices: Sequence[Choice],
) -> list[str]:
    """What is missing before it can be saved, as sentences."""
    found = []
    if draft.hourly_cost is None and any(row.price is None for row in rows):
        found.append(N_("Say what an hour costs you, or give every milestone a price."))
    elif reckoned is None and any(row.price is None for row in rows):
        found.append(N_("No hours are known of this work now: give every milestone a price."))
    fewest, most = audit_proposals.FEWEST, audit_proposals.MOST
    if any(not fewest <= each.count <= most for each in choices):
        found.append(N_("A package from the audit has three to five milestones in each choice."))
    used = {int(row.tier) for row in rows} - {0}
    if draft.tiers and (len(draft.tiers) == 1 or used != set(range(1, len(draft.tiers) + 1))):
        found.append(N_("A choice needs two tiers or more, each with a milestone of its own."))
    if any(not row.title for row in rows):
        found.append(N_("Name the outcome of every milestone."))
    if not draft.tiers and sum(int(row.share) for row in rows) != WHOLE:
        found.append(N_("The shares of the hours do not add up to 100 %% yet."))
    return found


def _jobs(kind: WorkKind, currency: str) -> list[PastJob]:
    """Past pieces in a currency, and those without any known amount: their hours count too."""
    jobs = audit_jobs.past_jobs(kind.owner, kind)
    return [job for job in jobs if job.currency in (currency, "")]


def _contents(told: Offer) -> Contents:
    draft, ends = told.draft, _ends(told)
    outcomes = tuple(
        packages.Outcome(
            title=str(each.row.title),
            deliverable=_deliverable(each.row, str(draft.exclusions) if at in ends else ""),
            criteria=tuple(filter(None, map(str.strip, str(each.row.criteria).splitlines()))),
            price=each.price,
            review_days=int(draft.review_days),
            rounds=int(draft.rounds),
            tier=int(each.row.tier),
        )
        for at, each in enumerate(told.milestones)
    )
    tiers = tuple(Tier(**each) for each in draft.tiers)
    return Contents(str(draft.name), str(draft.currency), outcomes, tiers=tiers)


def _ends(told: Offer) -> set[int]:
    """The last milestones (positions) of what is part of every choice, or else of each tier."""
    last = {int(each.row.tier): int(each.row.position) for each in told.milestones}
    return {last[0]} if 0 in last else set(last.values())


def _deliverable(row: PackageDraftMilestone, exclusions: str) -> str:
    """What the client reads: what they get, what it is worth to them, and what is not in it."""
    return "\n\n".join(filter(None, (str(row.deliverable), str(row.value), exclusions)))


def _update(draft: PackageDraft, **columns: Any) -> None:
    with write(draft.owner):
        PackageDraft.update(**columns).where(PackageDraft.id == draft.id).execute()


def _write(draft: PackageDraft, outcomes: Sequence[Outcome]) -> None:
    PackageDraftMilestone.delete().where(PackageDraftMilestone.draft == draft.id).execute()
    for position, outcome in enumerate(outcomes):
        PackageDraftMilestone.create(draft=draft, position=position, **outcome.__dict__)
