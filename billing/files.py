"""The file store: bytes in, a row out; everything that keeps bytes comes through here.

Files live in the database, so that a document and the deed it belongs to are one
transaction and one back-up, and several machines see the same store.
"""

from datetime import datetime
from hashlib import sha256

from models import Document, File, User

PDF, XML = "application/pdf", "application/xml"


def put(content: bytes, media_type: str) -> File:
    """Keep bytes under their SHA-256, the same ones once. Runs in the caller's write()."""
    digest = sha256(content).hexdigest()
    found: File | None = File.get_or_none(File.sha256 == digest)
    if found is None:
        # The table's guard refuses a second insert of the same bytes, even an ignored one.
        File.insert(
            sha256=digest, media_type=media_type, size=len(content), content=content
        ).on_conflict_ignore().execute()
        found = File.get(File.sha256 == digest)
    return found


def document(
    owner: User, name: str, content: bytes, now: datetime, media_type: str = PDF
) -> Document:
    """Keep a document that stands for good. Runs in the caller's write()."""
    file = put(content, media_type)
    made: Document = Document.create(owner=owner, file=file, name=name, created_at=now)
    return made


def read(document: Document) -> bytes:
    """The bytes of a document, checked against their hash."""
    content = bytes(document.file.content)
    if sha256(content).hexdigest() != document.file.sha256:
        raise OSError(f"the stored bytes of {document.name} do not match their hash")
    return content
