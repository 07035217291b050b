"""Whether an owner has clients reminded, and on which days around the due date."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from billing.dunning.schedule import APART, EARLIEST, LATEST
from billing.refusals import N_, Refusal
from models import ReminderPlan, User, write

USUAL = (-3, 3, 7, 14, 30)
MOST = 8


class DaysUnclear(Refusal):
    sentence = N_(
        "Write the days as whole numbers from %(earliest)s to %(latest)s, at most %(most)s of them,"
        " like -3, 3, 7."
    )
    field = "days"


class DaysTooClose(Refusal):
    sentence = N_("Leave at least %(apart)s days between %(first)s and %(second)s.")
    field = "days"


@dataclass(frozen=True)
class Plan:
    """Days from the due date, below zero before it, in order. Off unless the owner says so."""

    is_on: bool = False
    days: tuple[int, ...] = USUAL


def of(owner: User | int) -> Plan:
    """An owner's plan, or the usual one, switched off."""
    row = ReminderPlan.get_or_none(ReminderPlan.owner == owner)
    return Plan(bool(row.is_on), tuple(row.days)) if row else Plan()


def of_all_on() -> dict[int, Plan]:
    """The plans that are on, by owner."""
    return {row.owner_id: Plan(True, tuple(row.days)) for row in on()}


def on() -> Any:
    """The rows of plans that are on."""
    return ReminderPlan.select().where(ReminderPlan.is_on)


def save(is_on: bool, days: Sequence[int], by: User) -> Plan:
    """Keep an owner's plan. Refuses DaysUnclear, DaysTooClose."""
    plan = Plan(is_on, tuple(sorted(set(days))))
    if not 0 < len(plan.days) <= MOST or not all(EARLIEST <= day <= LATEST for day in plan.days):
        raise DaysUnclear(earliest=EARLIEST, latest=LATEST, most=MOST)
    for first, second in zip(plan.days, plan.days[1:], strict=False):
        if second - first < APART:
            raise DaysTooClose(apart=APART, first=first, second=second)
    columns = {"is_on": plan.is_on, "days": list(plan.days)}
    with write(by):
        if not ReminderPlan.update(**columns).where(ReminderPlan.owner == by.id).execute():
            ReminderPlan.create(owner=by, **columns)
    return plan


def parsed(text: str) -> list[int]:
    """Days as they are typed, apart by commas or spaces. Refuses DaysUnclear."""
    try:
        return [int(part) for part in text.replace("\u2212", "-").replace(",", " ").split()]
    except ValueError as error:
        raise DaysUnclear(earliest=EARLIEST, latest=LATEST, most=MOST) from error
