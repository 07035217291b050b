"""State columns: changed only here, by compare-and-set, inside the verb's transaction."""

from typing import Any

from billing.refusals import WrongState
from models import Agreement, Milestone, Project


def move(row: Milestone | Agreement | Project, *allowed: str, to: str, **columns: Any) -> None:
    """Set the state if it is one of `allowed`, else refuse WrongState; exactly one caller wins."""
    model = type(row)
    moved = (
        model.update(state=to, **columns)
        .where(model.id == row.id, model.state.in_(allowed))
        .execute()
    )
    if moved != 1:
        state = model.select(model.state).where(model.id == row.id).scalar()
        raise WrongState(state=state)
    for name, value in {"state": to, **columns}.items():
        setattr(row, name, value)
