"""evidence.json: what a sealed file carries so that its story can be checked without us."""

import json
from typing import Any

import rfc8785

from billing import events
from billing.sealing import ceremony
from models import Agreement, Event, EventText

FORMAT = "milepost-evidence-1"

RECIPE = (
    "Each event's hash is SHA-256 over the bytes 'milepost-event-v1', a zero byte and the body,"
    " which is canonical JSON (RFC 8785) and holds the hash before it as 'prev'. Where a fact is"
    " {'sha256': …} it is SHA-256 over salt and text, which stand under 'texts'. Each signature"
    " names the SHA-256 of the document that was shown: the first 'document.size' bytes of this"
    " file."
)

ONE_SIDED = ("link.",)
"""Kinds whose personal texts only the owner is shown: their hashes are here, not the texts."""


def of(agreement: Agreement) -> bytes:
    """The evidence as it stands now, canonical JSON. Reads only."""
    chain = _chain(agreement)
    said: dict[str, Any] = {
        "format": FORMAT,
        "recipe": RECIPE,
        "agreement": {
            "id": agreement.id,
            "kind": agreement.kind,
            "version": agreement.version,
            "payload": json.loads(bytes(agreement.payload)),
            "payload_sha256": agreement.payload_sha256,
        },
        "document": {
            "sha256": agreement.document.file.sha256,
            "size": agreement.document.file.size,
        },
        "signatures": [_signature(row) for row in agreement.signatures],
        "events": chain,
        "head": chain[-1]["hash"] if chain else "",
    }
    return rfc8785.dumps(said)


def _chain(agreement: Agreement) -> list[dict[str, Any]]:
    texts = _texts(agreement)
    rows = (
        Event.select(Event.id, Event.body, Event.hash)
        .where(Event.project == agreement.project_id)
        .order_by(Event.seq)
        .tuples()
    )
    return [
        {"body": body, "hash": kept, **({"texts": texts[number]} if number in texts else {})}
        for number, body, kept in rows
    ]


def _texts(agreement: Agreement) -> dict[int, dict[str, dict[str, str]]]:
    """Personal texts with their salts, by event: those that both sides are shown."""
    found: dict[int, dict[str, dict[str, str]]] = {}
    for row in (
        EventText.select(EventText, Event).join(Event).where(Event.project == agreement.project_id)
    ):
        if not json.loads(row.event.body)["kind"].startswith(ONE_SIDED):
            found.setdefault(row.event_id, {})[row.field] = {"salt": row.salt, "text": row.text}
    return found


def _signature(row: Any) -> dict[str, Any]:
    return {
        "party": row.party,
        "name": row.name,
        "kind": row.kind,
        "statement": row.statement,
        "consent": row.consent,
        "document_sha256": row.document_sha256,
        "signed_at": row.signed_at.isoformat() + "Z",
        "address": row.address,
        "user_agent": row.user_agent,
        **ceremony.of_signature(row),
    }


def holds(said: dict[str, Any]) -> bool:
    """Whether the chain of an evidence.json recomputes, and its texts are what was hashed."""
    previous = ""
    for number, event in enumerate(said["events"], 1):
        body = json.loads(event["body"])
        fits = body["seq"] == number and body["prev"] == previous
        if not fits or events.chained(event["body"].encode()) != event["hash"]:
            return False
        for name, text in event.get("texts", {}).items():
            if body["facts"][name]["sha256"] != events.personal_hash(text["salt"], text["text"]):
                return False
        previous = event["hash"]
    return bool(said["head"] == previous)
