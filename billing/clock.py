"""Time: naive UTC inside, the zone of a business only at the edges."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

LEGACY = ("Etc/", "posix", "right", "SystemV", "US/")

ZONES = [
    *sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(LEGACY)),
    "UTC",
]


def now() -> datetime:
    """This instant as naive UTC."""
    return datetime.now(UTC).replace(tzinfo=None)


def local(instant: datetime, zone: str) -> datetime:
    """A naive UTC instant on the clock of `zone`, aware."""
    return instant.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))


def local_date(instant: datetime, zone: str) -> date:
    """The calendar day in `zone` at a naive UTC instant: invoices are dated by it."""
    return local(instant, zone).date()


def due_date(issued: date, terms_days: int) -> date:
    """`terms_days` calendar days after the issue date (31 January + 30 is 2 March)."""
    return issued + timedelta(days=terms_days)
