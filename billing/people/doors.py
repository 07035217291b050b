"""Who stands at a client's door: link, project and its version, in one query built once."""

from datetime import date, datetime
from typing import NamedTuple

from billing import clock
from billing.people import clients
from models import Business, Client, Contact, Link, Project
from models.once import Once


class Door(NamedTuple):
    """What decides whether a holder of the link gets in, and whether their page is still fresh.

    `version` counts everything that happened in the project, changes of client, contacts and
    business included.
    """

    id: int
    key: str
    generation: int
    expires_at: datetime | None
    revoked_at: datetime | None
    version: int
    language: str
    zone: str
    country: str
    own_zone: str
    project: int

    def day(self, now: datetime) -> date:
        """The calendar day where the client is: what is left of a review changes with it."""
        return clock.local_date(now, clients.zone(self.own_zone, self.country, self.zone))


_BY_KEY = Once(
    lambda key: (
        Link.select(
            Link.id,
            Link.key,
            Link.generation,
            Link.expires_at,
            Link.revoked_at,
            Project.version,
            Client.language,
            Business.timezone,
            Client.country,
            Client.timezone.alias("own_zone"),
            Link.project,
        )
        .join(Project)
        .join(Client)
        .switch(Project)
        .join(Business, on=(Business.owner == Project.owner))
        .where(Link.key == key)
    )
)


_LINK = Once(
    lambda key: (
        Link.select(Link, Project, Client, Contact)
        .join(Project)
        .join(Client)
        .switch(Link)
        .join(Contact)
        .where(Link.key == key)
    )
)


def link(key: str) -> Link | None:
    """The link itself with its project, client and contact; one query."""
    found: Link | None = _LINK.model(key)
    return found


def at(key: str) -> Door | None:
    """The door of a link by its key; whether it opens is links.opens()."""
    row = _BY_KEY.first(key)
    return Door(*row) if row else None


def is_open(key: str, generation: int, now: datetime) -> bool:
    """Whether a link that let somebody in with this generation still does."""
    door = at(key)
    return (
        door is not None
        and door.generation == generation
        and door.revoked_at is None
        and (door.expires_at is None or door.expires_at > now)
    )
