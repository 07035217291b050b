"""Rate limits, counted in the database and so shared by all processes."""

from datetime import UTC, datetime

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
        tries = Attempt.select(Attempt.count).where(Attempt.key == key, Attempt.window == window)
    return 0 if tries.scalar() <= per_hour else (window + 1) * HOUR - instant


def forget(key: str) -> None:
    """Start afresh, after a success."""
    with write():
        Attempt.delete().where(Attempt.key == key).execute()
