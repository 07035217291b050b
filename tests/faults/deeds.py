"""A process that does the trade's deeds one after another, until somebody kills it.

Each deed is noted in a file once its verb has returned: what stands there was acknowledged.
"""

import json
import os
from datetime import timedelta
from itertools import count
from pathlib import Path
from random import Random

import models
from billing.accepting import reviews, submissions
from billing.agreeing import signing
from billing.invoicing import invoices
from billing.paying import payments
from billing.planning.plan import Billing
from models import Project, User
from tests import cast as the
from tests import shortcuts
from tests.cast import NOW


class Notes:
    """Acknowledged deeds. One write each, which the kernel keeps if the process dies."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def add(self, deed: str, row: int) -> None:
        os.write(self._file, json.dumps([deed, row]).encode() + b"\n")


def read(path: Path) -> list[tuple[str, int]]:
    return [tuple(json.loads(line)) for line in path.read_text().splitlines()]


def perform(url: str, path: str, owner_id: int, seed: int) -> None:
    """Take engagements from the offer to the payment for ever."""
    shortcuts.be_patient()
    models.connect(url, 4)
    notes, chance = Notes(path), Random(seed)  # noqa: S311
    with models.connection():
        owner = User.get_by_id(owner_id)
        client = next(iter(owner.clients))
        for number in count():
            _engage(owner, client, notes, chance, f"{seed}:{number}")


def _engage(owner: User, client: object, notes: Notes, chance: Random, name: str) -> None:
    share = chance.choice([0, 3000, 10_000])
    plans = [the.terms(price=price, billing=Billing(share)) for price in (100_001, 33_333)]
    cast = the.offered(*plans, of=owner, for_client=client)
    notes.add("offered", cast.agreement.id)

    signature = signing.sign(
        cast.agreement, the.intent(cast.agreement, key=name), cast.contact, NOW
    )
    notes.add("signed", signature.id)
    signature = signing.countersign(
        cast.agreement, the.intent(cast.agreement, key=f"{name}:owner"), owner, NOW
    )
    notes.add("signed", signature.id)
    seal = the.seal(cast.agreement)
    notes.add("sealed", seal.id)
    _pay(cast, notes, name)
    for milestone in cast.milestones:
        submissions.submit(milestone, "", [], the.shown(milestone), owner, NOW)
        decision = reviews.accept(milestone, cast.contact, NOW)
        notes.add("accepted", decision.id)
    _pay(cast, notes, name)
    finished = [invoices.Line("A workshop", 7_777)]
    billed = invoices.bill(cast.project, finished, owner, NOW + timedelta(hours=1), key=name)
    notes.add("billed", billed.id)
    assert Project.get_by_id(cast.project.id).state == "active"


def _pay(cast: the.Engagement, notes: Notes, name: str) -> None:
    for invoice in cast.invoices:
        owed = payments.due(invoice)
        if owed:
            key = f"{name}:{invoice.id}"
            payment = payments.record(invoice, owed, NOW.date(), key, cast.owner, NOW)
            notes.add("paid", payment.id)
