"""What somebody could change who lifted the guards, and what the check says of it."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from hashlib import sha256

from billing import events
from billing.invoicing import charges
from models import (
    AgreementState,
    Certificate,
    Charge,
    Criterion,
    EInvoice,
    Event,
    EventText,
    File,
    Milestone,
    MilestoneState,
    Payment,
    ProjectState,
    Seal,
    Series,
    Signature,
    Submission,
    Trigger,
    TriggerKind,
)
from tests.billing.handed_tamperings import HANDED
from tests.billing.settled_tamperings import SETTLED
from tests.cast import NOW
from tests.story import Story
from tests.tampering import put, take_away

Tampering = Callable[[Story], object]


def _event(of: Story, kind: str) -> Event:
    rows = Event.select().where(Event.project == of.running.project.id)
    return next(row for row in rows if json.loads(row.body)["kind"] == kind)


def _seal(of: Story) -> Seal:
    found: Seal = Seal.get(Seal.agreement == of.running.agreement.id)
    return found


def _rewritten(of: Story, kind: str, **facts: object) -> None:
    """Change an event and hash it anew, as a forger who knows the recipe would."""
    row = _event(of, kind)
    body = json.loads(row.body)
    body["facts"].update(facts)
    canonical = events.rfc8785.dumps(body)
    put(row, body=canonical.decode(), hash=events.chained(canonical))


CHAINS: dict[str, tuple[Tampering, str]] = {
    "a body is changed": (
        lambda s: put(_event(s, "payment.recorded"), body='{"seq": 7}'),
        "the event chain breaks at event",
    ),
    "a body says nothing of a chain": (
        lambda s: put(_event(s, "payment.recorded"), body="{}"),
        "the event chain breaks at event",
    ),
    "a body is no JSON": (
        lambda s: put(_event(s, "payment.recorded"), body="garbage"),
        "the event chain breaks at event",
    ),
    "a hash is changed": (
        lambda s: put(_event(s, "payment.recorded"), hash="0" * 64),
        "the event chain breaks at event",
    ),
    "an event is rewritten with its hash": (
        lambda s: _rewritten(s, "payment.recorded", amount=1),
        "the event chain breaks at event",
    ),
    "an event is taken out": (
        lambda s: take_away(_event(s, "milestone.accepted")),
        "the event chain breaks at event",
    ),
    "the newest events are cut off": (
        lambda s: Event.delete().where(
            Event.project == s.running.project.id, Event.seq > _event(s, "payment.claimed").seq - 1
        ).execute(),
        "no event tells of claim",
    ),
    "a personal text is changed": (
        lambda s: put(
            EventText.select().where(EventText.field == "name").get(), text="Somebody Else"
        ),
        "the text of its name is not what was hashed",
    ),
}  # fmt: skip


FROZEN: dict[str, tuple[Tampering, str]] = {
    "a PDF is exchanged": (
        lambda s: put(File.get(), content=b"%PDF-1.7 another one"),
        "the bytes do not match their hash",
    ),
    "a PDF is exchanged with its hash": (
        lambda s: put(
            s.running.agreement.document.file,
            **{"content": b"%PDF", "size": 4, "sha256": events.sha256(b"%PDF").hexdigest()},
        ),
        "it is not of the document the agreement holds",
    ),
    "an e-invoice is that of another invoice": (
        lambda s: put(EInvoice.get(), invoice=s.closed.invoices[0]),
        "its peppol does not say its total",
    ),
    "a payload is changed": (
        lambda s: put(s.running.agreement, payload=b'{"milestones": []}'),
        "the frozen payload does not match its hash",
    ),
    "a payload is no JSON": (
        lambda s: put(s.running.agreement, payload=b"\x00"),
        "the frozen payload does not match its hash",
    ),
    "a payload is changed with its hash": (
        lambda s: put(
            s.running.agreement,
            payload=b'{"milestones": []}',
            payload_sha256=events.sha256(b'{"milestones": []}').hexdigest(),
        ),
        "its payload_sha256 is not what agreement.prepared tells",
    ),
    "a version is counted anew": (
        lambda s: put(s.running.agreement, version=9),
        "its version is not what its payload says",
    ),
    "an agreement names another signer": (
        lambda s: put(s.running.agreement, signer=s.offered.contact),
        "it is not of the person the agreement names",
    ),
    "a signature is given to another document": (
        lambda s: put(Signature.get(), document_sha256="f" * 64),
        "it is not of the document the agreement holds",
    ),
    "a signature is taken away": (
        lambda s: take_away(
            Signature.get(Signature.agreement == s.running.agreement.id, Signature.party == "owner")
        ),
        "it is active, but its rows say client_signed",
    ),
    "a seal is taken away": (
        lambda s: take_away(_seal(s)),
        "it is in force without a seal",
    ),
    "a sealed file is exchanged": (
        lambda s: put(_seal(s).document.file, content=b"%PDF-1.7 another one"),
        "the stored bytes of agreement",
    ),
    "a sealed file is exchanged with its hash": (
        lambda s: put(
            _seal(s).document.file,
            content=b"%PDF-1.7 another one",
            sha256=sha256(b"%PDF-1.7 another one").hexdigest(),
        ),
        "it does not begin with the document of agreement",
    ),
    "a seal is moved to another certificate": (
        lambda s: put(Certificate.get(), fingerprint="1" * 64),
        "its certificate is not what agreement.sealed tells",
    ),
    "a seal names another record": (
        lambda s: put(_seal(s), chain_head="2" * 64),
        "the chain's head that it names is not in the chain",
    ),
    "an agreed price is changed": (
        lambda s: put(s.running.milestones[3], price=60_000),
        "its terms are not those of agreement",
    ),
    "an agreed criterion is changed": (
        lambda s: put(Criterion.get(Criterion.milestone == s.running.milestone.id), text="Nothing"),
        "its terms are not those of agreement",
    ),
    "an agreed milestone is taken out": (
        lambda s: put(s.offered.milestone, deleted_at=NOW),
        "the plan has other milestones than it says",
    ),
}


STATES: dict[str, tuple[Tampering, str]] = {
    "a milestone is made accepted": (
        lambda s: put(s.running.milestones[3], state=MilestoneState.ACCEPTED),
        "it is accepted, but its rows say submitted",
    ),
    "a milestone is sent back": (
        lambda s: put(s.running.milestones[0], state=MilestoneState.ACTIVE),
        "it is active, but its rows say accepted",
    ),
    "an offered milestone is started": (
        lambda s: put(s.offered.milestone, state=MilestoneState.ACTIVE),
        "it is active, but its rows say draft",
    ),
    "a project is closed too early": (
        lambda s: put(s.running.project, state=ProjectState.CLOSED),
        "it is closed, but its rows say active",
    ),
    "a closed project is opened": (
        lambda s: put(s.closed.project, state=ProjectState.ACTIVE),
        "it is active, but its rows say closed",
    ),
    "an offer is put in force": (
        lambda s: put(s.offered.project, state=ProjectState.ACTIVE),
        "it is active, but its rows say offered",
    ),
    "a plan under offer is opened": (
        lambda s: put(s.offered.project, state=ProjectState.DRAFT),
        "it is draft, but its rows say offered",
    ),
    "a draft is cancelled": (
        lambda s: put(s.draft, state=ProjectState.CANCELLED),
        "it is cancelled, but its rows say draft",
    ),
    "an agreement is declared active": (
        lambda s: put(s.offered.agreement, state=AgreementState.ACTIVE),
        "it is active, but its rows say sent",
    ),
    "an agreement is voided": (
        lambda s: put(s.running.agreement, state=AgreementState.VOIDED),
        "it is voided, but its rows say active",
    ),
    "a round is taken away": (
        lambda s: take_away(_latest(s.running.milestones[3])),
        "it is submitted, but its rows say active",
    ),
}


AMOUNTS: dict[str, tuple[Tampering, str]] = {
    "a total is raised": (
        lambda s: put(s.issued, net=s.issued.net + 1, total=s.issued.total + 1),
        "its totals do not follow from its lines",
    ),
    "a line is raised": (
        lambda s: put(s.issued.lines[0], amount=1, net=1),
        "line 1 is not what was charged",
    ),
    "a line is of another day": (
        lambda s: put(s.issued.lines[0], accepted_on=date(2020, 1, 1)),
        "its frozen content says something else",
    ),
    "a line's net is moved": (
        lambda s: put(s.issued.lines[0], net=1),
        "the nets of its lines do not follow from their amounts",
    ),
    "a line is taken away": (
        lambda s: take_away(s.issued.lines[0]),
        "its totals do not follow from its lines",
    ),
    "the frozen words are changed": (
        lambda s: put(s.issued, content=s.issued.content.replace("Strategy", "Tragedy")),
        "its frozen content says something else",
    ),
    "the day it is due is moved": (
        lambda s: put(s.issued, due_on=s.issued.due_on + timedelta(days=1)),
        "its frozen content says something else",
    ),
    "the number is changed": (
        lambda s: put(s.issued, number="INV-0099"),
        "it is number 1 of its series",
    ),
    "an invoice is taken away": (
        lambda s: take_away(s.running.invoices[1]),
        "its numbers have gaps or repeat",
    ),
    "the series runs ahead": (
        lambda s: Series.update(next_number=Series.next_number + 1).execute(),
        "its numbers have gaps or repeat",
    ),
    "a draft is given a number": (
        lambda s: put(s.left_as_draft, number="INV-0077"),
        "a draft has the number INV-0077",
    ),
    "a payment is raised": (
        lambda s: put(Payment.get(Payment.invoice == s.closed.invoices[0].id), amount=10**9),
        "1000000000 paid of",
    ),
    "a payment is made up": (
        lambda s: Payment.create(
            invoice=s.running.invoices[1], amount=5, received_on=NOW, key="made up", recorded_at=NOW
        ),
        "no event tells of payment",
    ),
    "a payment vanishes": (
        lambda s: take_away(Payment.select().order_by(Payment.id.desc()).get()),
        "an event tells of payment",
    ),
    "a reversal takes back too little": (
        lambda s: put(Payment.get(Payment.reverses.is_null(False)), amount=-1),
        "it does not take back payment",
    ),
    "a charge is raised": (
        lambda s: put(Charge.get(Charge.freed_at.is_null()), amount=10**9),
        "is not what its trigger bills",
    ),
    "something is charged twice": (
        lambda s: _charged_again(s),
        "billed of 500000",
    ),
    "a charge is taken off its invoice": (
        lambda s: put(Charge.get(Charge.line.is_null(False)), line=None),
        "it stands on no invoice",
    ),
    "an acceptance is not billed": (
        lambda s: (
            Charge.delete()
            .where(Charge.trigger.in_(_triggers(s, TriggerKind.ON_ACCEPTANCE)))
            .execute()
        ),
        "its share on_acceptance was not billed",
    ),
    "a share is billed before its time": (
        lambda s: Charge.create(
            milestone=s.running.milestones[3],
            trigger=_triggers(s, TriggerKind.ON_ACCEPTANCE, 3)[0],
            amount=0,
            fired_at=NOW,
        ),
        "its share on_acceptance was billed too early",
    ),
    "a trigger's share is changed": (
        lambda s: put(Trigger.get(Trigger.share == 3000), share=4000),
        "its triggers do not add up to its price",
    ),
}


def _latest(milestone: Milestone) -> Submission:
    return Submission.get(Submission.milestone == milestone.id)


def _triggers(of: Story, kind: str, milestone: int = 0) -> list[Trigger]:
    return [row for row in of.running.milestones[milestone].triggers if row.kind == kind]


def _charged_again(of: Story) -> None:
    """The partial key stands in the way of an equal charge, so the trigger as a whole."""
    milestone = of.running.milestone
    amounts = charges.trigger_amounts(milestone)
    [trigger] = _triggers(of, TriggerKind.ON_ACCEPTANCE)
    Charge.create(milestone=milestone, trigger=trigger, amount=amounts[trigger.id], fired_at=NOW)


ALL = {**CHAINS, **FROZEN, **STATES, **AMOUNTS, **SETTLED, **HANDED}
