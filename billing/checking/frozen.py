"""Whether what must never change is as it was: files, payloads, signatures, and their guards."""

import json
from collections.abc import Iterator
from hashlib import sha256

from models import (
    Agreement,
    File,
    Signature,
    db,
    guards,
    is_postgresql,
)


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
            continue
        said = json.loads(payload)
        for name in ("kind", "version"):
            if said[name] != getattr(agreement, name):
                yield f"agreement {agreement.id}: its {name} is not what its payload says"
        if said["project"]["id"] != agreement.project_id:
            yield f"agreement {agreement.id}: its payload speaks of another project"


def _signatures() -> Iterator[str]:
    for signature in Signature.select(Signature, Agreement).join(Agreement):
        document = signature.agreement.document
        if document is None or document.file.sha256 != signature.document_sha256:
            yield f"signature {signature.id}: it is not of the document the agreement holds"
        if signature.contact_id not in (None, signature.agreement.signer_id):
            yield f"signature {signature.id}: it is not of the person the agreement names"
