"""Whether what must never change is as it was: files, payloads, signatures, and their guards."""

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from models import (
    Agreement,
    AgreementState,
    File,
    Milestone,
    Signature,
    db,
    guards,
    is_postgresql,
)

STANDING = (
    AgreementState.PREPARING,
    AgreementState.SENT,
    AgreementState.VIEWED,
    AgreementState.CLIENT_SIGNED,
    AgreementState.COUNTERSIGNED,
    AgreementState.ACTIVE,
)
"""States of an agreement whose terms the project's plan must repeat."""


def problems() -> Iterator[str]:
    """Guards that were lifted, rows without their parent, bytes that do not match their hash."""
    for missing in guards.lifted(db):
        yield f"the guard {missing} is missing"
    yield from _orphans()
    for file in File.select().iterator():
        content = bytes(file.content)
        if sha256(content).hexdigest() != file.sha256 or len(content) != file.size:
            yield f"file {file.id}: the bytes do not match their hash {file.sha256}"
    yield from _agreements()
    yield from _signatures()


def _orphans() -> Iterator[str]:
    # PostgreSQL cannot hold any; SQLite can, if somebody opened it without foreign keys.
    if not is_postgresql():
        for table, row, parent, _key in db.execute_sql("PRAGMA foreign_key_check").fetchall():
            yield f"{table} {row}: its {parent} is not there"


def _agreements() -> Iterator[str]:
    for agreement in Agreement.select().where(Agreement.payload.is_null(False)):
        payload = bytes(agreement.payload)
        if sha256(payload).hexdigest() != agreement.payload_sha256:
            yield f"agreement {agreement.id}: the frozen payload does not match its hash"
        elif agreement.state in STANDING:
            yield from _plan(agreement, json.loads(payload)["milestones"])


def _plan(agreement: Agreement, signed: list[dict[str, Any]]) -> Iterator[str]:
    """The plan as it stands against what was sent to be signed."""
    rows = {row.id: row for row in Milestone.live(agreement.project)}
    if set(rows) != {each["id"] for each in signed}:
        yield f"agreement {agreement.id}: the plan has other milestones than it says"
    for each in signed:
        row = rows.get(each["id"])
        if row is not None and _terms(row) != _said(each):
            yield f"milestone {row.id}: its terms are not those of agreement {agreement.id}"


def _terms(row: Milestone) -> tuple[Any, ...]:
    criteria = sorted(row.criteria, key=lambda each: int(each.position))
    triggers = sorted(row.triggers, key=lambda each: int(each.position))
    return (
        row.title,
        row.price,
        [(each.id, each.text, each.weight) for each in criteria],
        [(each.id, each.kind, each.share) for each in triggers],
    )


def _said(milestone: dict[str, Any]) -> tuple[Any, ...]:
    return (
        milestone["title"],
        milestone["price"],
        [(each["id"], each["text"], each["weight"]) for each in milestone["criteria"]],
        [(each["id"], each["kind"], each["share"]) for each in milestone["triggers"]],
    )


def _signatures() -> Iterator[str]:
    for signature in Signature.select(Signature, Agreement).join(Agreement):
        document = signature.agreement.document
        if document is None or document.file.sha256 != signature.document_sha256:
            yield f"signature {signature.id}: it is not of the document the agreement holds"
