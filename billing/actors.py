"""Who does a deed: the owner, a contact of the client, or the clock."""

from models import Contact, User


class Clock:
    """The worker, acting because time has passed."""


CLOCK = Clock()

Actor = User | Contact | Clock


def party(actor: Actor) -> dict[str, str | int]:
    """How an event names its actor, without personal data."""
    if isinstance(actor, User):
        return {"party": "owner"}
    if isinstance(actor, Contact):
        return {"party": "client", "contact": int(actor.id)}
    return {"party": "clock"}
