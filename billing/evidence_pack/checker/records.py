"""Agreements, work and money: what the records say against what the events tell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from billing.evidence_pack.checker.chain import deeds
from billing.evidence_pack.checker.reading import (
    ALWAYS,
    FAILED,
    OK,
    Finding,
    Pack,
    digest,
    equal,
    parsed,
)
from billing.evidence_pack.checker.seals import check_seal


def check_agreements(pack: Pack) -> Iterator[Finding]:
    """What was sent is what the events say, and what was signed begins what was sealed."""
    name, rows = "records/agreements.json", pack.records("agreements")
    for row in rows:
        for path, key in ((row["payload"], "payload_sha256"), (row["document"], "document_sha256")):
            yield from equal(path, "SHA-256", digest(pack.read(path)), row[key])
        if row["scan"]:
            yield from equal(
                row["scan"], "SHA-256", digest(pack.read(row["scan"])), row["scan_sha256"]
            )
    told = pack.told("agreement.sent", "agreement.recorded")
    # A version that was never sent is nobody's affair: its hash stands in the chain alone.
    unsent = {body["facts"]["agreement"] for body in pack.told("agreement.prepared")}
    unsent -= {body["facts"]["agreement"] for body in told}
    prepared = {row["id"]: {"payload_sha256": row["payload_sha256"]} for row in rows}
    yield from deeds(pack, name, ("agreement.prepared",), "agreement", prepared, unsent)
    # One that was signed on paper may never have been sent.
    invited = {body["facts"]["agreement"] for body in pack.told("agreement.sent")}
    sent = {
        row["id"]: {"document_sha256": row["document_sha256"]}
        for row in rows
        if row["id"] in invited or not row["scan"]
    }
    yield from deeds(pack, name, ("agreement.sent",), "agreement", sent)
    yield from deeds(
        pack,
        name,
        ("agreement.recorded",),
        "agreement",
        {row["id"]: {"scan_sha256": row["scan_sha256"]} for row in rows if row["scan"]},
    )
    yield from deeds(
        pack,
        name,
        ("agreement.sealed",),
        "agreement",
        {
            row["id"]: {"document_sha256": row["sealed_sha256"], "certificate": row["certificate"]}
            for row in rows
            if row["sealed"]
        },
    )
    yield from _signatures(pack, rows)
    for row in rows:
        if row["sealed"]:
            yield from check_seal(pack, row)


def _signatures(pack: Pack, rows: list[dict[str, Any]]) -> Iterator[Finding]:
    name = "records/agreements.json"
    for kind, party in (
        ("agreement.client_signed", "client"),
        ("agreement.countersigned", "owner"),
    ):
        signed = {}
        for row in rows:
            for each in row["signatures"]:
                if each["party"] != party or each["kind"] == "paper":
                    continue
                yield from equal(
                    name,
                    f"document signed for the {party}",
                    each["document_sha256"],
                    row["document_sha256"],
                )
                if each["drawing"]:
                    drawn = digest(pack.read(each["drawing"]))
                    yield from equal(each["drawing"], "SHA-256", drawn, each["drawing_sha256"])
                signed[each["id"]] = {
                    "agreement": row["id"],
                    "document_sha256": each["document_sha256"],
                    "made": each["kind"],
                    "proof": each["proof"],
                    "drawing_sha256": each["drawing_sha256"] or "",
                    "name": each["name"],
                }
        yield from deeds(pack, name, (kind,), "signature", signed)


def check_work(pack: Pack) -> Iterator[Finding]:
    """Rounds handed over and what was said of them."""
    name, rows = "records/submissions.json", pack.records("submissions")
    handed = {row["id"]: {"milestone": row["milestone"], "round": row["round"]} for row in rows}
    given = {row["id"]: [each["sha256"] for each in row["files"]] for row in rows}
    told = {key: {**row, **_hashes(given[key])} for key, row in handed.items()}
    yield from deeds(pack, name, ("milestone.submitted",), "submission", told)
    yield from _files(pack)
    yield from _comments(pack)
    kinds = {f"milestone.{each['kind']}" for row in rows for each in row["decisions"]}
    kinds |= {"milestone.accepted", "milestone.changes_requested"}
    for kind in sorted(kinds):
        said = {
            each["id"]: {**handed[row["id"]], "note": each["note"]}
            for row in rows
            for each in row["decisions"]
            if f"milestone.{each['kind']}" == kind
        }
        yield from deeds(pack, name, (kind,), "decision", said)


def _hashes(files: list[str]) -> dict[str, Any]:
    """What an event says of files: nothing where there are none."""
    return {"files": files} if files else {}


def _files(pack: Pack) -> Iterator[Finding]:
    """What both sides gave each other is what was hashed then."""
    for row in pack.records("files"):
        yield from equal(row["path"], "SHA-256", digest(pack.read(row["path"])), row["sha256"])


def _comments(pack: Pack) -> Iterator[Finding]:
    """What was said is what the events tell of; erased words are in neither."""
    name = "records/comments.json"
    rows = {row["event"]: row for row in pack.records("comments")}
    told = {body["seq"]: body["facts"] for body in pack.told("comment.made")}
    for seq in sorted(rows.keys() ^ told.keys()):
        yield FAILED, name, f"event {seq} and the comments do not tell of each other"
    for seq in sorted(rows.keys() & told.keys()):
        row, facts = rows[seq], told[seq]
        at = f"what event {seq} says of the"
        hashes = [each["sha256"] for each in row["files"]]
        yield from equal(name, f"{at} milestone", row["milestone"], facts["milestone"])
        yield from equal(name, f"{at} files", hashes, facts["files"])
        yield from equal(name, f"{at} words", row["text"], pack.texts.get((seq, "text")))


def check_invoices(pack: Pack) -> Iterator[Finding]:
    """What was billed, credited, paid and claimed."""
    name, rows = "records/invoices.json", pack.records("invoices")
    for row in rows:
        content = pack.read(row["content"])
        yield from equal(row["content"], "SHA-256", digest(content), row["content_sha256"])
        said = parsed(content)
        for key in ("number", "total", "currency"):
            yield from equal(row["content"], key, said[key], row[key])
        if row["document"]:
            made = digest(pack.read(row["document"]))
            yield from equal(row["document"], "SHA-256", made, row["document_sha256"])
    same = ("number", "total", "currency", "content_sha256")
    bills = {r["id"]: {k: r[k] for k in (*same, "due_on")} for r in rows if r["kind"] == "invoice"}
    notes = {r["id"]: {k: r[k] for k in same} for r in rows if r["kind"] != "invoice"}
    pdfs = {r["id"]: {"document_sha256": r["document_sha256"]} for r in rows if r["document"]}
    yield from deeds(pack, name, ("invoice.issued",), "invoice", bills)
    yield from deeds(pack, name, ("credit_note.issued",), "credit_note", notes)
    yield from deeds(pack, name, ("invoice.document_made",), "invoice", pdfs)
    for kind in PAYMENT_KINDS:
        paid = {
            each["id"]: {
                "invoice": row["id"],
                "amount": each["amount"],
                "currency": row["currency"],
            }
            for row in rows
            for each in row["payments"]
            if payment_kind(each) == kind
        }
        yield from deeds(pack, name, (kind,), "payment", paid)
    claims = {
        each["id"]: {"invoice": row["id"], "reference": each["reference"]}
        for row in rows
        for each in row["claims"]
    }
    yield from deeds(pack, name, ("payment.claimed",), "claim", claims)


PAYMENT_KINDS = (
    "payment.recorded", "payment.reversed", "payment.refunded", "credit.used", "credit.kept",
)  # fmt: skip


def payment_kind(payment: dict[str, Any]) -> str:
    """The event that tells of a payment: money in, taken back as a mistake, or paid back; or the
    client's credit used for it, or kept of it."""
    if payment["reverses"]:
        return "payment.reversed"
    is_in = payment["amount"] > 0
    if payment["method"] == "credit":
        return "credit.used" if is_in else "credit.kept"
    return "payment.recorded" if is_in else "payment.refunded"


def check_strays(pack: Pack) -> Iterator[Finding]:
    """No file is there that nothing speaks of."""
    known = set(ALWAYS) | {name for name in pack.names() if name.startswith("records/")}
    for row in pack.records("agreements"):
        known |= {row["payload"], row["document"], row["sealed"], row["scan"], *row["anchors"]}
        known |= {each["drawing"] for each in row["signatures"]}
    for row in pack.records("invoices"):
        known |= {row["content"], row["document"]}
    known |= {row["path"] for row in pack.records("files")}
    known |= set(pack.records("certificates"))
    known |= {f"records/{each}.json" for each in ("agreements", "submissions", "invoices")}
    strays = [name for name in pack.names() if name not in known]
    for name in strays:
        yield FAILED, name, "belongs to nothing in this pack"
    if not strays:
        yield OK, "all files", "belong to what the records say"
