"""All documents of a period in one archive, put together in the background."""

import json
from datetime import date, datetime
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from billing import files, jobs
from billing.books import records, tables
from billing.books.records import Issued, Period
from models import Document, EInvoice, File, Job, JobState, Rendition, User, write

CHUNK = 20
"""Documents of one step."""

IN_MEMORY = 8 * 1024 * 1024


def start(owner: User, period: Period, now: datetime) -> Job:
    """Have the documents of a period put into an archive by the worker."""
    facts = {"first": period.first.isoformat(), "last": period.last.isoformat()}
    total = len(records.issued(owner, period))
    with write():
        return jobs.begin("archive", owner, now, facts, total)


def period_of(job: Job) -> Period:
    """Which days an archive is of."""
    return Period(date.fromisoformat(job.facts["first"]), date.fromisoformat(job.facts["last"]))


_under_way: dict[tuple[int, int], IO[bytes]] = {}
"""The archive this process is writing, by its job and how many documents are in it."""


def advance(job: Job, _now: datetime) -> bool:
    """Put the next documents in; whether there are more. What another process began is lost with
    it, so one that takes over begins anew."""
    kept = _begun(job)
    try:
        is_last = _go_on(job, kept)
    except BaseException:
        kept.close()
        raise
    if is_last:
        kept.close()
    else:
        _under_way[int(job.id), int(job.done)] = kept
    return not is_last


def _begun(job: Job) -> IO[bytes]:
    """What this process has of an archive so far; nothing, if that is not where its job is."""
    kept = _under_way.pop((int(job.id), int(job.done)), None)
    _let_go()
    if kept is None:
        kept = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115
        job.done = 0
        Job.update(done=0).where(Job.id == job.id).execute()
    return kept


def _let_go() -> None:
    """One archive at a time: what this process had begun of another is closed."""
    for kept in _under_way.values():
        kept.close()
    _under_way.clear()


def _go_on(job: Job, kept: IO[bytes]) -> bool:
    """Put the next documents in, and after the last the tables and all of it among the files."""
    period = period_of(job)
    issued = records.issued(job.owner, period)
    some = issued[int(job.done) : int(job.done) + CHUNK]
    is_last = int(job.done) + len(some) >= len(issued)
    with ZipFile(kept, "a", ZIP_DEFLATED) as archive:
        for each in some:
            _put(archive, each)
        if is_last:
            _put_tables(archive, job.owner, period, issued)
    with write():
        if is_last:
            _keep(job, kept)
        jobs.advance(job, len(some))
    return is_last


def _put(archive: ZipFile, issued: Issued) -> None:
    """The documents of an invoice, as they were made, under its number."""
    for document in _documents(issued):
        archive.writestr(f"documents/{_harmless(str(document.name))}", files.read(document))


def _documents(issued: Issued) -> list[Document]:
    """The PDF and the XML of an invoice, as far as they are made."""
    made = Rendition.select(Rendition.document).where(Rendition.invoice == issued.invoice.id)
    xml = EInvoice.select(EInvoice.document).where(EInvoice.invoice == issued.invoice.id)
    return list(Document.select().where(Document.id.in_(made) | Document.id.in_(xml)))


def _harmless(name: str) -> str:
    return "".join("-" if sign in '/\\:*?"<>|' or not sign.isprintable() else sign for sign in name)


def _put_tables(archive: ZipFile, owner: User, period: Period, issued: list[Issued]) -> None:
    archive.writestr("documents.csv", tables.documents(owner, period))
    archive.writestr("lines.csv", tables.lines(owner, period))
    archive.writestr("payments.csv", tables.payments(owner, period))
    archive.writestr("write_offs.csv", tables.write_offs(owner, period))
    said = [each.content for each in issued]
    archive.writestr("documents.json", json.dumps(said, ensure_ascii=False, indent=1))


def _keep(job: Job, kept: IO[bytes]) -> None:
    kept.seek(0)
    file = files.put(kept.read(), "application/zip", kept=False)
    job.facts = {**job.facts, "file": file.id}
    Job.update(facts=job.facts).where(Job.id == job.id).execute()


def content(job: Job) -> BytesIO | None:
    """The archive, once it is whole."""
    number: Any = job.facts.get("file") if job.state == JobState.DONE else None
    file = File.get_or_none(File.id == number) if number else None
    return BytesIO(files.bytes_of(file)) if file else None
