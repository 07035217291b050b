"""The evidence pack of a project: one ZIP that says all that was agreed, done, billed and paid.

It is the same for both sides, byte for byte, for as long as nothing happens in the project, and
it checks itself without us: checker/ is the program that lies in it.
"""

import json
import tempfile
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from typing import IO, Any

from billing import events
from billing.evidence_pack import contents, source
from billing.evidence_pack.checker.reading import FORMAT, MANIFEST
from models import Project, snapshot

IN_MEMORY = 4 * 1024 * 1024
"""Bytes of a pack that are held in memory; a larger one is built in a file."""

# The earliest that a ZIP can say, so that unchanged projects give unchanged bytes.
BEGINNING = (1980, 1, 1, 0, 0, 0)


def build(project: Project) -> IO[bytes]:
    """The pack as a file at its beginning, as the project was at one moment. Changes nothing."""
    file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - the reader closes it
    with snapshot(), zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        listed = []
        for path, content in _files(project):
            _add(archive, path, content)
            listed.append({"path": path, "size": len(content), "sha256": _digest(content)})
        _add(archive, MANIFEST, _manifest(project, listed))
    file.seek(0)
    return file


def tag(project: Project) -> str:
    """What an unchanged pack is known by."""
    said = f"{project.id}.{project.version}.{events.newest(project)}"
    return sha256(said.encode() + source.check_py()).hexdigest()[:32]


def name(project: Project) -> str:
    """What the file is called when it is downloaded."""
    return f"evidence-{project.id}.zip"


def _files(project: Project) -> Iterator[tuple[str, bytes]]:
    yield "README.txt", contents.readme(project)
    yield "check.py", source.check_py()
    yield from contents.files(project)


def _manifest(project: Project, listed: list[dict[str, Any]]) -> bytes:
    said = {
        "format": FORMAT,
        "head": events.newest(project) or "",
        "files": sorted(listed, key=lambda row: str(row["path"])),
    }
    return (json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _add(archive: zipfile.ZipFile, path: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(path, BEGINNING)
    entry.create_system, entry.external_attr = 3, 0o644 << 16
    # Documents are compressed already.
    entry.compress_type = zipfile.ZIP_STORED if path.endswith(".pdf") else zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()
