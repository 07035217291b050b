"""Until when an offer is to be answered: working days where the client is."""

from datetime import date, datetime

from billing import clock, workdays
from billing.people import clients
from models import Client, Project

ANSWER_DAYS = 5
"""Working days to answer an offer."""


def answer_by(project: Project, now: datetime) -> date:
    """The last day to answer an offer that is made now."""
    client: Client = project.client
    calendar = workdays.calendar(str(client.country), str(client.region))
    return calendar.after(today(project, now), ANSWER_DAYS)


def today(project: Project, now: datetime) -> date:
    """The calendar day that counts, which is the client's."""
    return clock.local_date(now, clients.zone_of(project.client))
