"""The check: recompute from the rows what is stored beside them, and name what does not fit."""

from collections.abc import Callable, Iterable
from functools import partial

from peewee import DoesNotExist

from billing.checking import (
    amounts,
    chains,
    disputes,
    einvoices,
    frozen,
    handover,
    plans,
    replay,
    seals,
    settling,
    states,
)
from billing.checking.history import History
from models import Project, snapshot

UNREADABLE = (ArithmeticError, AttributeError, DoesNotExist, LookupError, TypeError, ValueError)
"""How rows fail that somebody put in past every guard. The database's own failures are none."""


def problems(examine: seals.Examiner | None = None) -> list[str]:
    """One sentence for each thing that does not fit; empty if all is well.

    All is read as it was at one moment, so that work may go on meanwhile. With `examine`
    the signature of each seal is verified too.
    """
    with snapshot():
        found = _looked("the chains", chains.problems)
        found += _looked("what is frozen", frozen.problems)
        found += _looked("what was handed over", handover.problems)
        found += _looked("the amounts", amounts.problems)
        found += _looked("what settles them", settling.problems)
        found += _looked("the e-invoices", einvoices.problems)
        found += _looked("the seals", partial(seals.problems, examine))
        for project in Project.select():
            told, name = History(project), f"project {project.id}"
            found += _looked(f"{name}: what its events tell", partial(chains.untold, project, told))
            found += _looked(f"{name}: its states", partial(states.problems, project, told))
            found += _looked(f"{name}: its history", partial(replay.problems, project, told))
            found += _looked(f"{name}: its disputes", partial(disputes.problems, project))
            found += _looked(f"{name}: its plan", partial(plans.problems, project))
    return found


def _looked(at: str, look: Callable[[], Iterable[str]]) -> list[str]:
    """What one part finds; where a row is so wrong that it stops there, that too."""
    found: list[str] = []
    try:
        found.extend(look())
    except UNREADABLE as error:
        found.append(f"{at} cannot be read to the end: {type(error).__name__}: {error}")
    return found
