"""What happened: one hash chain per project, and the deliveries that each event causes.

hash = SHA256("milepost-event-v1\\0" + JCS(body)), and the body holds the hash before it.
Personal facts enter the chain as SHA256(salt + text), beside text that can be erased.
"""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import rfc8785
from peewee import fn

from billing import outbox
from billing.actors import Actor, party
from models import Event, EventText, Project, is_postgresql
from models.once import Once

PREFIX = b"milepost-event-v1\0"


@dataclass(frozen=True)
class Kind:
    """The facts an event of this kind must carry; `personal` ones are only hashed.

    One that `may` be there is left out where it says nothing.
    """

    facts: frozenset[str]
    personal: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()


def _kind(facts: str = "", personal: str = "", may: str = "") -> Kind:
    return Kind(*(frozenset(names.split()) for names in (facts, personal, may)))


SIGNED = "agreement version document_sha256 signature made proof drawing_sha256"

KINDS: dict[str, Kind] = {
    "project.created": _kind("title"),
    "project.activated": _kind(),
    "project.closed": _kind(),
    "project.reopened": _kind(),
    "project.cancelled": _kind("reason"),
    "project.taxed": _kind("category rate note"),
    "project.stopped": _kind("side charged credited currency", "reason"),
    # `change` is the number of a change order.
    "agreement.prepared": _kind("agreement version payload_sha256", may="change"),
    "agreement.sent": _kind("agreement version document_sha256", "recipient"),
    "agreement.viewed": _kind("agreement version"),
    "agreement.code_sent": _kind("agreement version code document_sha256", "recipient"),
    "agreement.code_failed": _kind("agreement version code tries"),
    "agreement.code_confirmed": _kind("agreement version code document_sha256"),
    "agreement.client_signed": _kind(SIGNED, "name"),
    "agreement.countersigned": _kind(SIGNED, "name"),
    "agreement.reminded": _kind("agreement version", "recipient"),
    "agreement.paper_asked": _kind("agreement version wish", "note"),
    "agreement.recorded": _kind(
        "agreement version document_sha256 scan_sha256 signed_on", "client_name owner_name"
    ),
    "agreement.objected": _kind("agreement version wish", "note"),
    "agreement.forward_asked": _kind("agreement version wish", "name email note"),
    "agreement.forward_refused": _kind("agreement version wish"),
    "agreement.forwarded": _kind("agreement version wish next"),
    "agreement.untimed": _kind("agreement version"),
    "agreement.sealed": _kind("agreement version document_sha256 certificate"),
    "agreement.active": _kind("agreement version"),
    "agreement.declined": _kind("agreement version", "reason"),
    "agreement.voided": _kind("agreement version"),
    "agreement.terminated": _kind("agreement version"),
    "agreement.withdrawn": _kind(
        "agreement version withdrawal credited currency", "name email statement"
    ),
    "agreement.expired": _kind("agreement version"),
    "agreement.chosen": _kind("agreement version chosen chosen_version tier add_ons"),
    "change.asked": _kind("request", "wish"),
    "change.taken_up": _kind("request"),
    "change.refused": _kind("request", "answer"),
    "milestone.added": _kind("milestone title agreement"),
    "milestone.altered": _kind("milestone title agreement"),
    "milestone.superseded": _kind("milestone title agreement"),
    "milestone.cancelled": _kind("milestone title stage fee currency"),
    "milestone.started": _kind("milestone title overridden"),
    "milestone.gate_overridden": _kind("milestone title waited_for", "reason"),
    "milestone.submitted": _kind("milestone title round submission", may="files"),
    # `left` criteria stay in review where only a part was accepted.
    "milestone.accepted": _kind("milestone title round submission decision", may="left"),
    # What is missing of the rest, said with the acceptance of a part.
    "milestone.remarked": _kind("milestone title round decision", "note"),
    # `state` is where that leads, `asked` the request for changes that was taken back with it.
    "milestone.acceptance_undone": _kind("milestone title round decision", may="state asked"),
    "milestone.changes_requested": _kind("milestone title round decision", "note"),
    "milestone.deemed_accepted": _kind("milestone title round submission decision"),
    # `last_day` is where the client is, ISO; `days` are working days there.
    "review.reminded": _kind("milestone title round reminder last_day"),
    "review.extension_asked": _kind("milestone title extension days", "reason"),
    "review.extended": _kind("milestone title extension days"),
    "review.extension_refused": _kind("milestone title extension", "answer"),
    # `value` in thousandths of the measure's unit; the amount follows from the signed formula.
    "reading.entered": _kind("milestone title reading measure value taken_on", "note"),
    "reading.confirmed": _kind("milestone title reading measure value amount currency"),
    "reading.refused": _kind("milestone title reading measure value", "reason"),
    "reading.withheld": _kind("milestone title measure amount currency"),
    # `due_on` is the duty's last day where the client is, ISO.
    "duty.supplied": _kind("milestone title duty due_on files", "note"),
    "duty.reopened": _kind("milestone title duty supply", "reason"),
    "comment.made": _kind("milestone title files", "text"),
    "comment.erased": _kind("milestone title comment"),
    # `amount` is what is in dispute, `accepted` what an offer asks for, `waived` what it gives up.
    "milestone.disputed": _kind(
        "milestone title round dispute side criteria amount currency", "reason"
    ),
    "dispute.offered": _kind(
        "milestone title dispute offer number side accepted waived currency answer_by", "note"
    ),
    "dispute.declined": _kind("milestone title dispute offer number side", "reason"),
    "dispute.lapsed": _kind("milestone title dispute offer number side"),
    "dispute.settled": _kind(
        "milestone title dispute offer number side charged credited waived currency state"
    ),
    # `side` raised it, `state` is where the milestone stands again.
    "dispute.withdrawn": _kind("milestone title dispute side state"),
    "charge.fired": _kind("milestone title trigger amount currency"),
    "invoice.drafted": _kind("invoice total currency cause"),
    "invoice.discarded": _kind("invoice total currency"),
    "invoice.lessened": _kind("invoice total currency"),
    "invoice.issued": _kind("invoice number total currency due_on content_sha256"),
    "invoice.document_made": _kind("invoice number document_sha256"),
    "credit_note.issued": _kind(
        "credit_note number invoice credited total currency cause content_sha256"
    ),
    "invoice.revised": _kind("invoice total currency"),
    "payer.completed": _kind("", "legal_name tax_id purchase_order address recipient"),
    "payment.recorded": _kind("invoice number payment amount currency due"),
    "payment.refunded": _kind("invoice number payment amount currency due"),
    "payment.reversed": _kind("invoice number payment amount currency due"),
    # By credit: what was paid too much leaves for it, or an invoice is settled from it.
    "credit.kept": _kind("invoice number payment amount currency due"),
    "credit.used": _kind("invoice number payment amount currency due"),
    "invoice.written_off": _kind("invoice number write_off amount currency due"),
    "invoice.expected_again": _kind("invoice number write_off amount currency due"),
    # `step` is in days from the due date.
    "invoice.reminded": _kind("invoice number reminder step due currency", may="sent_with"),
    "invoice.reminders_paused": _kind("invoice number", may="until"),
    "invoice.reminders_resumed": _kind("invoice number"),
    "payment.claimed": _kind("invoice number claim", "reference"),
    "payment.claim_declined": _kind("invoice number claim"),
    # A letter of the owner to the client, about no milestone; `text_sha256` tells its words.
    # `on` is when it went out, where that was before the client's first project.
    "letter.sent": _kind("letter text_sha256", "recipient", may="on"),
    "letter.copied": _kind("letter text_sha256", "recipient", may="on"),
    "link.made": _kind("link generation", "contact"),
    "link.copied": _kind("link generation", "contact"),
    "link.requested": _kind("link generation", "contact"),
    "link.revoked": _kind("link generation", "contact"),
    "link.restored": _kind("link generation", "contact"),
    "link.reissued": _kind("link generation", "contact"),
}


_LAST = Once(
    lambda project: (
        Event.select(Event.seq, Event.hash)
        .where(Event.project == project)
        .order_by(Event.seq.desc())
        .limit(1)
    )
)

VERSION = "version"
"""The channel on which PostgreSQL tells open pages which project has another version."""


def _raised(project: Any) -> Any:
    """SQLite's readers see that something was written; PostgreSQL's are told, at the commit."""
    raised = Project.update(version=Project.version + 1).where(Project.id == project)
    if not is_postgresql():
        return raised
    return raised.returning(fn.pg_notify(VERSION, Project.id.cast("text")))


_TOUCH = Once(_raised)


def record(kind: str, project: Project, by: Actor, now: datetime, **facts: Any) -> Event:
    """Append an event, raise the project's version and queue what must go out.

    Runs inside the verb's write(): the event is there if and only if the deed is.
    """
    declared = KINDS[kind]
    if set(facts) - declared.may != declared.facts | declared.personal:
        raise TypeError(f"{kind} carries {sorted(declared.facts | declared.personal)}")
    touch(project)
    seq, previous = _LAST.first(project.id) or (0, "")
    salts = {name: secrets.token_hex(16) for name in declared.personal}
    body = {
        "seq": seq + 1,
        "prev": previous,
        "at": now.isoformat(timespec="microseconds") + "Z",
        "kind": kind,
        "by": party(by),
        "facts": {
            name: {"sha256": personal_hash(salts[name], value)} if name in salts else value
            for name, value in facts.items()
        },
    }
    canonical = rfc8785.dumps(body)
    event: Event = Event.create(
        project=project.id, seq=seq + 1, body=canonical.decode(), hash=chained(canonical)
    )
    for name, salt in salts.items():
        EventText.create(event=event, field=name, salt=salt, text=facts[name])
    outbox.announce(kind, project, facts, now)
    return event


def touch(project: Project) -> None:
    """Raise the project's version: cached and open pages of it are out of date."""
    _TOUCH.run(project.id)


def chained(canonical: bytes) -> str:
    """The hash of one canonical body."""
    return sha256(PREFIX + canonical).hexdigest()


def personal_hash(salt: str, text: str) -> str:
    """What the chain holds of an erasable text."""
    return sha256((salt + text).encode()).hexdigest()


@dataclass(frozen=True)
class Told:
    """An event as it is shown: all from the hashed body, personal facts from beside it."""

    seq: int
    kind: str
    at: datetime
    party: str
    facts: dict[str, Any]


def history(project: Project) -> list[Told]:
    """The project's events, newest first. Two queries, whatever their number."""
    rows = list(
        Event.select(Event.id, Event.body)
        .where(Event.project == project.id)
        .order_by(Event.seq.desc())
        .tuples()
    )
    texts: dict[int, dict[str, str]] = {}
    for event, field, text in (
        EventText.select(EventText.event, EventText.field, EventText.text)
        .join(Event)
        .where(Event.project == project.id)
        .tuples()
    ):
        texts.setdefault(event, {})[field] = text
    return _numbered([_told(json.loads(body), texts.get(event, {})) for event, body in rows])


def _numbered(told: list[Told]) -> list[Told]:
    """All that happened to a change order says which `change` it is, as its freezing did."""
    numbers = {
        each.facts["agreement"]: each.facts["change"]
        for each in told
        if each.kind == "agreement.prepared" and "change" in each.facts
    }
    for each in told:
        if each.facts.get("agreement") in numbers:
            each.facts["change"] = numbers[each.facts["agreement"]]
    return told


def _told(body: dict[str, Any], texts: dict[str, str]) -> Told:
    facts = {
        name: texts.get(name, "") if name in KINDS[body["kind"]].personal else value
        for name, value in body["facts"].items()
    }
    at = datetime.fromisoformat(body["at"].removesuffix("Z"))
    return Told(body["seq"], body["kind"], at, body["by"]["party"], facts)


def newest(project: Project) -> str | None:
    """The hash of the newest event: the chain's head."""
    found: str | None = (
        Event.select(Event.hash)
        .where(Event.project == project.id)
        .order_by(Event.seq.desc())
        .limit(1)
        .scalar()
    )
    return found


def length(project: Project) -> int:
    """How many events there are: the number of the newest."""
    newest_one = _LAST.first(project.id)
    return int(newest_one[0]) if newest_one else 0


def hash_of(project: Project, kind: str, **facts: Any) -> str:
    """The hash of the newest event of a kind with these facts: the chain's head at that moment."""
    for body, kept in (
        Event.select(Event.body, Event.hash)
        .where(Event.project == project.id)
        .order_by(Event.seq.desc())
        .tuples()
    ):
        read = json.loads(body)
        if read["kind"] == kind and facts.items() <= read["facts"].items():
            return str(kept)
    raise LookupError(f"no {kind} with {facts}")


def broken_link(project: Project) -> int | None:
    """The first event whose body, order or hash does not fit the chain; None if it holds."""
    previous, expected = "", 1
    for seq, body, kept in (
        Event.select(Event.seq, Event.body, Event.hash)
        .where(Event.project == project.id)
        .order_by(Event.seq)
        .tuples()
    ):
        fits = seq == expected and _follows(body, expected, previous)
        if not fits or chained(body.encode()) != kept:
            return int(expected)
        previous, expected = kept, expected + 1
    return None


def _follows(body: str, seq: int, previous: str) -> bool:
    """Whether a body is canonical and names its place in the chain."""
    try:
        read = json.loads(body)
        return bool(
            (read["seq"], read["prev"]) == (seq, previous) and rfc8785.dumps(read) == body.encode()
        )
    except (LookupError, TypeError, ValueError):
        return False
