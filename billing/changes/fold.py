"""The plan in force is the fold of the versions in force: agreement first, then each change."""

from collections.abc import Iterable, Sequence
from typing import Any

Outcome = dict[str, Any]


def fold(payloads: Sequence[dict[str, Any]]) -> list[Outcome]:
    """The milestones that frozen payloads lead to, in their order.

    The first is an agreement's, the others are those of its change orders, the oldest first.
    """
    plan: dict[int, Outcome] = {each["id"]: each for each in payloads[0]["milestones"]}
    for said in payloads[1:]:
        for change in said.get("changes", []):
            if change["before"]:
                plan.pop(change["before"]["id"], None)
            if change["after"]:
                plan[change["after"]["id"]] = change["after"]
        plan = _in_order(plan, [each["id"] for each in said["milestones"]])
    return list(plan.values())


def _in_order(plan: dict[int, Outcome], ids: Iterable[int]) -> dict[int, Outcome]:
    """As the change order lists them; what was stopped before it comes last."""
    listed = {each: plan[each] for each in ids if each in plan}
    return {**listed, **{each: row for each, row in plan.items() if each not in listed}}
