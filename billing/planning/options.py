"""Options of a plan: tiers, of which the client picks one, and add-ons, any number of them.

A milestone without an option is part of every choice. What an offer comes to is then not one
sum but the least and the most that can be chosen; no sum over alternatives is ever shown.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from billing import events
from billing.invoicing import tax
from billing.refusals import N_, Conflict, PlanLocked, Refusal
from models import Milestone, Option, OptionKind, Project, ProjectState, write
from models.once import Once

MOST = 20
"""Options of one plan."""


class OptionGone(Conflict):
    sentence = N_("This option was removed in another window. Choose again what it is part of.")
    field = "option"


class TooMany(Refusal):
    sentence = N_("A plan holds at most %(most)s options.")


class ChoiceOpen(Conflict):
    sentence = N_("This offer still leaves a choice. Choose first, then sign what you chose.")


class NotToSplit(Refusal):
    sentence = N_(
        "A total cannot be divided over alternatives: give each milestone a price of its own."
    )
    field = "total"


@dataclass(frozen=True)
class Sums:
    """What a plan with options comes to, in minor units of the prices' basis.

    `base` is part of every choice, `prices` are by option id; `low` and `high` the least and
    the most that can be chosen, before and with tax.
    """

    options: list[Option]
    base: int
    prices: dict[int, int]
    low_price: int
    high_price: int
    low: tax.Totals
    high: tax.Totals

    @property
    def tiers(self) -> list[Option]:
        return [row for row in self.options if row.kind == OptionKind.TIER]

    @property
    def add_ons(self) -> list[Option]:
        return [row for row in self.options if row.kind == OptionKind.ADD_ON]


_OF_PROJECT = Once(
    lambda project: (
        Option.select().where(Option.project == project).order_by(Option.position, Option.id)
    )
)


def of(project: Project) -> list[Option]:
    """A project's options: tiers first, each kind in its order."""
    return sorted(_OF_PROJECT.models(project.id), key=lambda row: row.kind != OptionKind.TIER)


def add(project: Project, kind: OptionKind) -> Option:
    """A new last option, still without a name. Refuses PlanLocked, TooMany."""
    with write(project):
        _unlocked(project)
        known = of(project)
        if len(known) >= MOST:
            raise TooMany(most=MOST)
        position = 1 + max((int(row.position) for row in known), default=-1)
        made: Option = Option.create(project=project, kind=kind, position=position)
        events.touch(project)
    return made


def revise(option: Option, title: str, note: str, recommended: bool) -> None:
    """Name an option; at most one tier is recommended. Refuses PlanLocked."""
    project, recommended = option.project, recommended and option.kind == OptionKind.TIER
    with write(project):
        _unlocked(project)
        if recommended:
            Option.update(recommended=False).where(Option.project == project.id).execute()
        Option.update(title=title, note=note, recommended=recommended).where(
            Option.id == option.id
        ).execute()
        events.touch(project)


def remove(option: Option) -> None:
    """Take an option away; its milestones become part of every choice. Refuses PlanLocked."""
    project = option.project
    with write(project):
        _unlocked(project)
        Milestone.update(option=None, revision=Milestone.revision + 1, tab="").where(
            Milestone.option == option.id
        ).execute()
        Option.delete().where(Option.id == option.id).execute()
        events.touch(project)


def _unlocked(project: Project) -> None:
    state = Project.select(Project.state).where(Project.id == project.id).scalar()
    if state != ProjectState.DRAFT:
        raise PlanLocked


def check(project: Project, option_id: int | None) -> None:
    """Refuses OptionGone unless a milestone can be part of this option."""
    if option_id is None:
        return
    if not Option.select().where(Option.id == option_id, Option.project == project.id).exists():
        raise OptionGone


def are_in(project: Project) -> bool:
    """Whether the plan offers a choice."""
    return bool(Option.select().where(Option.project == project.id).exists())


def sums(
    project: Project, milestones: Iterable[Milestone], options: Sequence[Option] | None = None
) -> Sums | None:
    """What can be chosen and for how much; None for a plan without options."""
    known = of(project) if options is None else list(options)
    if not known:
        return None
    prices = dict.fromkeys((int(row.id) for row in known), 0)
    base = 0
    for milestone in milestones:
        if milestone.option_id in prices:
            prices[int(milestone.option_id)] += int(milestone.price or 0)
        else:
            base += int(milestone.price or 0)
    tiers = [prices[row.id] for row in known if row.kind == OptionKind.TIER] or [0]
    extra = sum(prices[row.id] for row in known if row.kind == OptionKind.ADD_ON)
    low, high = base + min(tiers), base + max(tiers) + extra
    return Sums(known, base, prices, low, high, _totals(project, low), _totals(project, high))


def _totals(project: Project, amount: int) -> tax.Totals:
    line = tax.Taxable(amount, str(project.tax_category), int(project.tax_rate))
    return tax.totals([line], bool(project.prices_gross))


def gaps(
    options: Sequence[Option], milestones: Sequence[Milestone]
) -> list[tuple[str, dict[str, Any]]]:
    """What the options lack before they can be offered: sentences with their facts."""
    filled = {milestone.option_id for milestone in milestones}
    found: list[tuple[str, dict[str, Any]]] = []
    for row in options:
        if not row.title:
            found.append((N_("An option has no name yet."), {"option": row.id}))
        elif row.id not in filled:
            sentence = N_("No milestone is part of the option “%(title)s” yet.")
            found.append((sentence, {"option": row.id, "title": row.title}))
    if sum(row.kind == OptionKind.TIER for row in options) == 1:
        found.append((N_("A single tier is no choice: add another, or make it an add-on."), {}))
    return found


def frozen(project: Project, milestones: Sequence[Milestone]) -> dict[str, Any] | None:
    """What a payload says of the choice; None where there is none, or where it was made.

    Only a draft is still to be chosen from: later the plan holds what was chosen.
    """
    if project.state != ProjectState.DRAFT:
        return None
    found = sums(project, milestones)
    if found is None:
        return None
    return {
        "tiers": [_said(row, found, milestones) for row in found.tiers],
        "add_ons": [_said(row, found, milestones) for row in found.add_ons],
        "least": summary(found.low),
        "most": summary(found.high),
    }


def summary(totals: tax.Totals) -> dict[str, int]:
    """Totals as payloads hold them."""
    return {"net": totals.net, "tax": totals.tax, "total": totals.total}


def _said(option: Option, found: Sums, milestones: Sequence[Milestone]) -> dict[str, Any]:
    return {
        "id": option.id,
        "title": option.title,
        "note": option.note,
        "recommended": bool(option.recommended),
        "price": found.prices[option.id],
        "milestones": [row.id for row in milestones if row.option_id == option.id],
    }


def settled(said: dict[str, Any]) -> None:
    """Refuses ChoiceOpen for a payload that leaves a choice: what was chosen is signed."""
    if said.get("options"):
        raise ChoiceOpen


def leave_out(project: Project, chosen: Collection[int], now: datetime) -> None:
    """Keep the milestones `chosen` (ids), take the others out. Runs in the caller's write()."""
    restore(project)
    Milestone.update(left_out=True, deleted_at=now).where(
        Milestone.project == project.id,
        Milestone.deleted_at.is_null(),
        Milestone.id.not_in(list(chosen)),
    ).execute()


def restore(project: Project) -> None:
    """Bring back what a choice left out: the offer ended unsigned. Runs in the caller's write()."""
    Milestone.update(left_out=False, deleted_at=None).where(
        Milestone.project == project.id, Milestone.left_out
    ).execute()
