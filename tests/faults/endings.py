"""A process that credits and stops one engagement after another, until somebody kills it."""

from itertools import count
from random import Random

import models
from billing.accepting import submissions
from billing.ending import stopping
from billing.invoicing import credit_notes
from billing.paying import payments
from billing.planning.plan import Billing
from models import Client, Project, User
from tests import cast as the
from tests import shortcuts
from tests.cast import NOW
from tests.faults.deeds import Notes


def perform(url: str, path: str, owner_id: int, seed: int) -> None:
    """Credit a deposit in part, then stop, for ever."""
    shortcuts.be_patient()
    models.connect(url, 4)
    notes, chance = Notes(path), Random(seed)  # noqa: S311
    with models.connection():
        owner = User.get_by_id(owner_id)
        client = next(iter(owner.clients))
        for number in count():
            _engage(owner, client, notes, chance, f"{seed}:{number}")


def _engage(owner: User, client: Client, notes: Notes, chance: Random, name: str) -> None:
    share = chance.choice([1000, 9000])
    plans = [the.terms(price=price, billing=Billing(share)) for price in (100_001, 33_333)]
    cast = the.active(*plans, of=owner, for_client=client)
    [deposit] = cast.invoices
    payments.record(deposit, deposit.total, NOW.date(), name, owner, NOW)
    line = deposit.lines[0]
    note = credit_notes.issue(deposit, {line.id: 77}, "Less", name, owner, NOW)
    notes.add("credited", note.id)
    first = cast.milestones[0]
    submissions.submit(first, "", [], the.shown(first), owner, NOW)
    project = Project.get_by_id(cast.project.id)
    price = stopping.price(project, NOW)
    assert price is not None
    stopping.stop(project, "", price.mark, chance.choice([owner, cast.contact]), NOW)
    notes.add("stopped", project.id)
