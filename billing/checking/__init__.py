"""The check: recompute from the rows what is stored beside them, and name what does not fit."""

from billing.checking import amounts, chains, frozen, plans, seals, states
from billing.checking.history import History
from models import Project, snapshot


def problems(examine: seals.Examiner | None = None) -> list[str]:
    """One sentence for each thing that does not fit; empty if all is well.

    All is read as it was at one moment, so that work may go on meanwhile. With `examine`
    the signature of each seal is verified too.
    """
    with snapshot():
        found = [*chains.problems(), *frozen.problems(), *amounts.problems()]
        found += seals.problems(examine)
        for project in Project.select():
            told = History(project)
            found += chains.untold(project, told)
            found += states.problems(project, told)
            found += plans.problems(project)
    return found
