"""The manifest, the chain of events, and rows beside the events that tell of them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any

from billing.evidence_pack.checker.reading import (
    EVENTS,
    FAILED,
    FORMAT,
    MANIFEST,
    OK,
    TEXTS,
    Finding,
    Pack,
    canonical,
    digest,
    equal,
    is_text,
    parsed,
)


def check_manifest(pack: Pack) -> Iterator[Finding]:
    """Every file is listed with its bytes' hash, and no other is there."""
    text = pack.read(MANIFEST)
    said = parsed(text)
    if said.get("format") != FORMAT or set(said) != {"format", "head", "files"}:
        yield FAILED, MANIFEST, "is not in the form that this program knows"
    written = json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    if written.encode("utf-8") != text:
        yield FAILED, MANIFEST, "is not written as it was made"
    listed = {row["path"]: row for row in said["files"]}
    names = set(pack.names()) - {MANIFEST}
    for name in sorted(listed.keys() - names):
        yield FAILED, name, "is listed and not there"
    for name in sorted(names - listed.keys()):
        yield FAILED, name, "was added: the manifest does not list it"
    wrong = 0
    for name in sorted(names & listed.keys()):
        content = pack.read(name)
        if digest(content) != listed[name]["sha256"] or len(content) != listed[name]["size"]:
            wrong += 1
            yield FAILED, name, "is not the file that the manifest lists"
    if not wrong:
        yield OK, MANIFEST, f"{len(listed)} files have the bytes that are listed"
    yield from equal(MANIFEST, "head of the chain", said["head"], last_hash(pack))


def last_hash(pack: Pack) -> str:
    lines = pack.read(EVENTS).splitlines()
    return str(parsed(lines[-1])["hash"]) if lines else ""


def check_chain(pack: Pack) -> Iterator[Finding]:
    """Each event holds the hash of the one before it; a removed or changed one shows."""
    previous, seq, broken = "", 0, 0
    for number, line in enumerate(pack.read(EVENTS).splitlines(), 1):
        pack.reading = f"{EVENTS}, line {number}"
        row = parsed(line)
        body = row["body"]
        expected = digest(b"milepost-event-v1\0" + canonical(body))
        name = f"{EVENTS}, event {body['seq']}"
        if body["seq"] != seq + 1 or body["prev"] != previous:
            broken += 1
            yield FAILED, name, f"does not follow on event {seq}: one is missing or out of place"
        if row["hash"] != expected:
            broken += 1
            yield FAILED, name, "is not what was hashed: it was changed"
        if canonical(row) != line:
            broken += 1
            yield FAILED, name, f"line {number} is not written as it was made"
        previous, seq = row["hash"], body["seq"]
        pack.events.append(body)
    if not broken:
        yield OK, EVENTS, f"the chain of {seq} events holds; its head is {previous}"


def check_texts(pack: Pack) -> Iterator[Finding]:
    """Personal words are what the chain holds as a salted hash."""
    bodies = {body["seq"]: body for body in pack.events}
    wrong = 0
    for line in pack.read(TEXTS).splitlines():
        row = parsed(line)
        fact = bodies.get(row["seq"], {}).get("facts", {}).get(row["field"])
        kept = fact.get("sha256") if isinstance(fact, dict) else None
        if kept != digest((row["salt"] + row["text"]).encode("utf-8")):
            wrong += 1
            yield FAILED, f"{TEXTS}, event {row['seq']}", f"its {row['field']} is not what was said"
        pack.texts[row["seq"], row["field"]] = row["text"]
    hashed = sum(
        isinstance(fact, dict) and set(fact) == {"sha256"}
        for body in pack.events
        for fact in body["facts"].values()
    )
    if not wrong:
        kept_back = hashed - len(pack.texts)
        words = f"{len(pack.texts)} personal texts are what was said"
        yield (
            OK,
            TEXTS,
            words + (f"; {kept_back} are erased or not for both sides" * bool(kept_back)),
        )


def deeds(
    pack: Pack,
    name: str,
    kinds: tuple[str, ...],
    subject: str,
    rows: dict[int, dict[str, Any]],
    besides: Collection[int] = (),
) -> Iterator[Finding]:
    """Each row has one event and each event its row (but for those `besides`) and they agree."""
    failed = 0
    seen: set[int] = set()
    for body in pack.told(*kinds):
        facts, at = body["facts"], f"{EVENTS}, event {body['seq']}"
        number = facts[subject]
        if number in besides:
            continue
        if number not in rows:
            failed += 1
            yield FAILED, at, f"tells of {subject} {number}, which is not in {name}"
            continue
        if number in seen:
            failed += 1
            yield FAILED, at, f"tells a second time of {subject} {number}"
        seen.add(number)
        for key, value in rows[number].items():
            told = pack.texts.get((body["seq"], key)) if is_text(facts.get(key)) else facts.get(key)
            if told is not None and told != value:
                failed += 1
                words = f"{subject} {number} says {key} {value!r}"
                yield FAILED, name, f"{words}, but event {body['seq']} {told!r}"
    for number in sorted(rows.keys() - seen):
        failed += 1
        yield FAILED, name, f"no event tells of {subject} {number} ({' or '.join(kinds)})"
    if not failed and rows:
        yield OK, name, f"{len(rows)} × {' or '.join(kinds)} agree with the events"
