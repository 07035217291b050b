"""Whether an installation can work: database, disk, and a worker that looks for work."""

import shutil
from datetime import datetime, timedelta

from peewee import PeeweeException

from billing.installation import Installation
from models import Attempt, Pulse, db, write

ROOM = 100 * 1024 * 1024
"""Bytes of free disk below which new documents may not fit."""

WORKER = "worker"

SILENCE = timedelta(minutes=3)
"""The worker says every minute that it lives; after this it is taken for dead."""


class _Undone(Exception):
    """Ends a trial transaction."""


def checks(installation: Installation, now: datetime) -> dict[str, bool]:
    """Name to verdict; nothing in it tells what is stored."""
    return {
        "database": _can_write(),
        "disk": shutil.disk_usage(installation.data_dir).free > ROOM,
        "worker": _is_alive(WORKER, now),
    }


def beat(now: datetime) -> None:
    """The worker lives."""
    with write():
        Pulse.insert(name=WORKER, beat_at=now).on_conflict(
            conflict_target=[Pulse.name], update={Pulse.beat_at: now}
        ).execute()


def _is_alive(name: str, now: datetime) -> bool:
    try:
        seen = Pulse.get_or_none(Pulse.name == name)
    except PeeweeException:
        return False
    return seen is not None and now - seen.beat_at < SILENCE


def _can_write() -> bool:
    try:
        with write():
            Attempt.create(key="readiness", window=0)
            raise _Undone
    except _Undone:
        return not db.in_transaction()
    except PeeweeException:
        return False
