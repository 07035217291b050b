"""A hundred thousand imported entries: what grouping, auditing and replaying them costs.

Run by itself in a process and a database of its own; prints results like the others as JSON.
"""

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import models
from app import create_app
from billing import files
from billing.delivery import jobs
from billing.installation import Installation
from billing.outcomes import audit_grouping
from billing.people import accounts
from blueprints.web import audit_page
from blueprints.web.replay_page import Page
from models import HoursEntry, HoursFile, User, WorkKind, WorkLabel, write
from models.schema import migrate

ENTRIES = 100_000
NOW = datetime.fromisoformat("2026-11-22T12:00:00")

WORDS = {"many said often": 30, "all said once": 4_000}
"""How many words descriptions are made of, two or four of them each."""


def measured() -> dict[str, float]:
    """Seconds of CPU by name."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.past"], check=True, capture_output=True, text=True
    )
    told: dict[str, float] = json.loads(done.stdout)
    return told


def main() -> None:
    told = {}
    for name, words in WORDS.items():
        with tempfile.TemporaryDirectory(prefix="milepost-bench-") as directory:
            costs = _measure(Path(directory), words)
        told |= {f"{what}, {name}": seconds for what, seconds in costs.items()}
    sys.stdout.write(json.dumps(told))


def _measure(directory: Path, words: int) -> dict[str, float]:
    url = f"sqlite:///{directory / 'milepost.db'}"
    app = create_app(Installation(directory, url, "http://127.0.0.1:8000", b"bench" * 8))
    models.connect(url, 64)
    migrate()
    models.db.connect()
    owner = _owner(words)
    grouping = _seconds(lambda: _group(owner))
    with app.test_request_context():
        largest = max(WorkKind.of(owner), key=_entries)
        return {
            f"grouping of {ENTRIES:,} entries": grouping,
            "page of their audit": _seconds(lambda: audit_page.told(owner)),
            "page of their largest kind of work": _seconds(lambda: audit_page.kind_told(largest)),
            "their replay, the first of a process": _seconds(lambda: Page(owner).told()),
            "their replay again": _seconds(lambda: Page(owner).told()),
        }


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return round(time.process_time() - began, 3)


def _group(owner: User) -> None:
    audit_grouping.start(owner, False, NOW)
    while jobs.work_once(NOW):
        pass


def _entries(kind: WorkKind) -> int:
    return int(HoursEntry.select().join(WorkLabel).where(WorkLabel.kind == kind.id).count())


def _owner(words: int) -> User:
    # Repeatable, and no secret.
    dice = random.Random(1)  # noqa: S311
    said = ["".join(dice.choices("abcdefghijklmnopqrstuvwxyz", k=6)) for _word in range(words)]
    owner = accounts.sign_up("bench@example.com", "long enough for a bench", NOW)
    kept = files.put(b"bench", "text/csv", kept=False)
    source = HoursFile.create(owner=owner, file=kept, name="past.csv", uploaded_at=NOW)
    rows = [_entry(dice, said, owner, source, number) for number in range(ENTRIES)]
    with write():
        for at in range(0, ENTRIES, 500):
            HoursEntry.insert_many(rows[at : at + 500]).execute()
    return owner


def _entry(
    dice: random.Random, said: list[str], owner: User, source: HoursFile, number: int
) -> dict[str, object]:
    client = dice.randrange(60)
    return {
        "owner": owner.id,
        "source": source.id,
        "key": str(number),
        "worked_on": date(2022, 1, 1) + timedelta(days=dice.randrange(1500)),
        "seconds": dice.randrange(900, 14_400),
        "description": " ".join(dice.choices(said, k=2 if len(said) < 100 else 4)),
        "amount": dice.randrange(1_000, 30_000),
        "client": f"Client {client}",
        "project": f"Project {client}-{dice.randrange(8)}",
        "kind": "",
        "currency": "EUR",
        "billable": True,
    }


if __name__ == "__main__":
    main()
