"""Whether an installation can work: its database can be written to, its disk has room."""

import shutil

from peewee import PeeweeException

from billing.installation import Installation
from models import Attempt, db, write

ROOM = 100 * 1024 * 1024
"""Bytes of free disk below which new documents may not fit."""


class _Undone(Exception):
    """Ends a trial transaction."""


def checks(installation: Installation) -> dict[str, bool]:
    """Name to verdict; nothing in it tells what is stored."""
    return {"database": _can_write(), "disk": shutil.disk_usage(installation.data_dir).free > ROOM}


def _can_write() -> bool:
    try:
        with write():
            Attempt.create(key="readiness", window=0)
            raise _Undone
    except _Undone:
        return not db.in_transaction()
    except PeeweeException:
        return False
