"""The check: recompute from the rows what is stored beside them, and name what does not fit."""

from billing.checking import amounts, chains, frozen, states
from billing.checking.history import History
from models import Project, snapshot


def problems() -> list[str]:
    """One sentence for each thing that does not fit; empty if all is well.

    All is read as it was at one moment, so that work may go on meanwhile.
    """
    with snapshot():
        found = [*chains.problems(), *frozen.problems(), *amounts.problems()]
        for project in Project.select():
            told = History(project)
            found += chains.untold(project, told)
            found += states.problems(project, told)
    return found
