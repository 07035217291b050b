"""Who speaks for which side of a dispute."""

from billing import outbox
from billing.refusals import N_, Conflict
from models import Contact, Project, Side, User


class DisputeOver(Conflict):
    sentence = N_("The dispute about “%(title)s” is over.")


def of(by: User | Contact) -> Side:
    """The owner's or the client's."""
    return Side.OWNER if isinstance(by, User) else Side.CLIENT


def contact(by: User | Contact) -> Contact | None:
    """The contact who speaks, where it is one."""
    return by if isinstance(by, Contact) else None


def other(side: Side) -> Side:
    return Side.CLIENT if side == Side.OWNER else Side.OWNER


def name(side: Side, project: Project) -> str:
    """What a side is called."""
    return str(outbox.business_of(project).name if side == Side.OWNER else project.client.name)
