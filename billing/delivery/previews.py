"""Previews of pictures and PDFs, made by the worker in a process that holds nothing else."""

import logging
from base64 import b64encode
from datetime import datetime
from typing import Any

from billing import events, files
from billing.delivery import pdf_press
from billing.delivery.pdf_press import RenderFailed
from billing.installation import Installation
from models import Attachment, File, Milestone, Preview, Project, write

log = logging.getLogger(__name__)

SECONDS = 15.0
IDLE = 30.0

viewer = pdf_press.opened(IDLE)
"""Apart from the press that seals: what breaks out of a decoder there finds no key."""


def make(file_id: int, _installation: Installation, now: datetime) -> None:
    """The preview of a file, once; an empty one where it cannot be shown, and none if it is gone.

    Raises RenderFailed where other files are being looked at for too long.
    """
    file: File | None = File.get_or_none(File.id == file_id)
    if file is None or Preview.select().where(Preview.file == file.id).exists():
        return
    facts, picture = _looked_at(file)
    # So that it is not let go of meanwhile.
    with write(file):
        if not File.select(File.id).where(File.id == file.id).exists():
            return
        Preview.insert(
            file=file.id,
            picture=picture or None,
            width=facts.get("width", 0),
            height=facts.get("height", 0),
            pages=facts.get("pages", 0),
            words=facts.get("words", "").replace("\0", ""),
            made_at=now,
        ).on_conflict_ignore().execute()
    for project in _showing(file):
        with write(project):
            events.touch(project)


def _looked_at(file: File) -> tuple[dict[str, Any], bytes]:
    content = b64encode(files.bytes_of(file)).decode()
    order = {"deed": "preview", "media_type": file.media_type, "content": content}
    try:
        return viewer.ask(order, SECONDS)
    except RenderFailed as failure:
        if failure.reason == "busy":
            raise
        log.info("no preview of file %s: %s", file.id, failure)
        return {}, b""


def _showing(file: File) -> list[Project]:
    shown = Attachment.select(Milestone.project).join(Milestone).where(Attachment.file == file.id)
    return list(Project.select().where(Project.id.in_(shown)))
