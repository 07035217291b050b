"""Tiers of a package: choices of which a client takes one, each with milestones of its own."""

from dataclasses import dataclass

from models import Package


@dataclass(frozen=True)
class Tier:
    """A choice that a package offers; its milestones name it by its number, from 1."""

    title: str
    recommended: bool = False


def filled(package: Package) -> dict[int, Tier]:
    """The tiers of a package that have milestones, by their numbers."""
    used = {int(row.tier) for row in package.milestones}
    tiers = enumerate(package.tiers, start=1)
    return {number: Tier(**each) for number, each in tiers if number in used}
