"""Rate limits, counted in the database and so shared by all processes."""

from datetime import UTC, datetime
from ipaddress import IPv6Address, IPv6Network, ip_address

from models import Attempt, write

HOUR = 3600


def count(key: str, per_hour: int, now: datetime) -> int:
    """Count one try; 0 if it is within the limit, else the seconds until the next hour's window."""
    instant = int(now.replace(tzinfo=UTC).timestamp())
    window = instant // HOUR
    with write():
        Attempt.delete().where(Attempt.window < window).execute()
        Attempt.insert(key=key, window=window, count=1).on_conflict(
            conflict_target=[Attempt.key, Attempt.window],
            update={Attempt.count: Attempt.count + 1},
        ).execute()
        row = Attempt.select(Attempt.count).where(Attempt.key == key, Attempt.window == window)
        tries = int(row.scalar())
    return 0 if tries <= per_hour else (window + 1) * HOUR - instant


def forget(*keys: str) -> None:
    """Start afresh, after a success."""
    with write():
        Attempt.delete().where(Attempt.key.in_(keys)).execute()


def network(address: str) -> str:
    """Whose address this is to a limit: an IPv6 visitor owns a whole /64."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return str(IPv6Network((parsed, 64), strict=False))
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)
