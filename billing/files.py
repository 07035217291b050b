"""The file store: bytes in, a row out; everything that keeps bytes comes through here.

Files live in the database, so that a document and the deed it belongs to are one
transaction and one back-up, and several machines see the same store.
"""

from datetime import datetime
from hashlib import sha256

from peewee import IntegrityError

from models import Attachment, Document, File, Preview, User, db, hold
from models.base import KEY_SHARE

ABOUT = [field for field in File._meta.sorted_fields if field.name != "content"]
"""All of a file but its bytes, which may be many."""

PDF, XML = "application/pdf", "application/xml"


def put(content: bytes, media_type: str, kept: bool = True) -> File:
    """Store bytes under their SHA-256, the same ones once. Runs in the caller's write().

    Those that are not `kept` yet may go again, see let_go().
    """
    found, digest = _held(content), sha256(content).hexdigest()
    while found is None:
        # The table's guard refuses a second insert of the same bytes, even an ignored one.
        File.insert(
            sha256=digest, media_type=media_type, size=len(content), content=content, kept=kept
        ).on_conflict_ignore().execute()
        # Who stored them meanwhile may have let them go again.
        found = _held(content)
    if kept:
        keep(found)
    return found


def known(content: bytes) -> File | None:
    """The file of these bytes, if they are stored."""
    digest = sha256(content).hexdigest()
    found: File | None = File.select(*ABOUT).where(File.sha256 == digest).first()
    return found


def _held(content: bytes) -> File | None:
    """The same, and nobody lets go of it until commit. Runs in the caller's write()."""
    hold(File, File.sha256 == sha256(content).hexdigest(), how=KEY_SHARE)
    return known(content)


def keep(file: File) -> None:
    """What was a draft stands for good from now on. Runs in the caller's write()."""
    if not file.kept:
        File.update(kept=True).where(File.id == file.id, ~File.kept).execute()
        file.kept = True


def let_go(file: File) -> None:
    """Delete a draft's bytes unless something else refers to them. Runs in the caller's write()."""
    try:
        with db.atomic():
            File.delete().where(File.id == file.id, ~File.kept).execute()
    except IntegrityError:
        # Another draft of the same bytes; they go with the last of them.
        return


def document(
    owner: User, name: str, content: bytes, now: datetime, media_type: str = PDF
) -> Document:
    """Keep a document that stands for good. Runs in the caller's write()."""
    file = put(content, media_type)
    made: Document = Document.create(owner=owner, file=file, name=name, created_at=now)
    return made


def read(document: Document | Attachment) -> bytes:
    """The bytes of a document, checked against their hash."""
    content = bytes_of(document.file)
    if sha256(content).hexdigest() != document.file.sha256:
        raise OSError(f"the stored bytes of {document.name} do not match their hash")
    return content


def picture_of(file: File) -> bytes | None:
    """The small picture that is shown of a file, a WebP, if there is one."""
    picture = Preview.select(Preview.picture).where(Preview.file == file.id).scalar()
    return None if picture is None else bytes(picture)


def bytes_of(file: File) -> bytes:
    """The bytes of a file that may have been read without them."""
    held = file.__data__.get("content")
    if held is None:
        held = File.select(File.content).where(File.id == file.id).scalar()
    return bytes(held)
