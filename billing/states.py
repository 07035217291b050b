"""State columns: changed only here, by compare-and-set, inside the verb's transaction."""

from functools import cache
from typing import Any

from billing.refusals import N_, WrongState
from models import Agreement, Milestone, Project
from models.once import Once

WORDS = {
    "accepted": N_("accepted"),
    "active": N_("active"),
    "agreed": N_("agreed"),
    "amended": N_("changed by a later version"),
    "cancelled": N_("cancelled"),
    "changes_requested": N_("changes asked for"),
    "client_signed": N_("signed by the client"),
    "closed": N_("closed"),
    "countersigned": N_("signed by both sides"),
    "credit_note": N_("a credit note"),
    "declined": N_("declined"),
    "deemed_accepted": N_("deemed accepted"),
    "disputed": N_("disputed"),
    "draft": N_("a draft"),
    "expired": N_("expired"),
    "invoice": N_("an invoice"),
    "issued": N_("issued"),
    "offered": N_("offered"),
    "partly_accepted": N_("partly accepted"),
    "preparing": N_("being prepared"),
    "reversed": N_("taken back"),
    "sent": N_("sent"),
    "submitted": N_("awaiting acceptance"),
    "superseded": N_("replaced"),
    "terminated": N_("ended"),
    "viewed": N_("sent"),
    "voided": N_("withdrawn"),
}
"""A state within a sentence."""


@cache
def _moving(
    model: type[Milestone | Agreement | Project], allowed: tuple[str, ...], to: str
) -> Once:
    """The update of a state alone; there are only as many as verbs that make one."""
    return Once(lambda row: model.update(state=to).where(model.id == row, model.state.in_(allowed)))


_OF_PROJECT = Once(lambda project: Project.select(Project.state).where(Project.id == project))


def stored_state(project: Project) -> str:
    """A project's state as it is now: what was read before the transaction may be over."""
    [(state,)] = _OF_PROJECT.rows(project.id)
    return str(state)


def move(row: Milestone | Agreement | Project, *allowed: str, to: str, **columns: Any) -> None:
    """Set the state if it is one of `allowed`, else refuse WrongState; exactly one caller wins."""
    model: Any = type(row)
    if columns:
        change = model.update(state=to, **columns)
        moved = change.where(model.id == row.id, model.state.in_(allowed)).execute()
    else:
        moved = _moving(model, allowed, to).run(row.id)
    if moved != 1:
        state = model.select(model.state).where(model.id == row.id).scalar()
        raise WrongState(state=state)
    for name, value in {"state": to, **columns}.items():
        setattr(row, name, value)
