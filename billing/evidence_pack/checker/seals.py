"""Sealed files: the signature over all of them, and what was sealed inside."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import zlib
from collections.abc import Iterator
from typing import Any

from billing.evidence_pack.checker.reading import (
    EVENTS,
    FAILED,
    OK,
    SKIPPED,
    Finding,
    Pack,
    digest,
    equal,
    parsed,
)

SIGNED = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.S)


def check_seal(pack: Pack, row: dict[str, Any]) -> Iterator[Finding]:
    """The frozen file is the beginning of the sealed one, and the seal covers all of it."""
    path = row["sealed"]
    sealed, frozen = pack.read(path), pack.read(row["document"])
    yield from equal(path, "SHA-256", digest(sealed), row["sealed_sha256"])
    if not sealed.startswith(frozen):
        yield FAILED, path, f"does not begin with {row['document']}, which was signed"
    ranges = SIGNED.findall(sealed)
    if len(ranges) != 1:
        yield FAILED, path, f"holds {len(ranges)} signatures instead of one"
        return
    start, before, after, rest = map(int, ranges[0])
    hole = sealed[before:after]
    if start or after + rest != len(sealed) or not re.fullmatch(rb"<(?:[0-9A-Fa-f]{2})+>", hole):
        yield FAILED, path, "its signature does not cover the whole file"
        return
    signature, spare = _der(bytes.fromhex(hole[1:-1].decode("ascii")))
    if spare.strip(b"\0"):
        yield FAILED, path, "something is hidden behind its signature"
    yield from _openssl(pack, row, signature, sealed[:before] + sealed[after:])
    yield from _evidence(pack, row, sealed, frozen)


def _der(padded: bytes) -> tuple[bytes, bytes]:
    """One DER value, and what stands behind it."""
    first = padded[1]
    count = first & 0x7F if first & 0x80 else 0
    length = int.from_bytes(padded[2 : 2 + count], "big") if count else first
    end = 2 + count + length
    return padded[:end], padded[end:]


def _openssl(pack: Pack, row: dict[str, Any], signature: bytes, data: bytes) -> Iterator[Finding]:
    path, program = row["sealed"], shutil.which("openssl")
    if program is None:
        yield SKIPPED, path, "its signature was not checked: there is no openssl here"
        return
    with tempfile.TemporaryDirectory() as folder:
        files = {
            "signature": signature,
            "data": data,
            "anchors": b"".join(pack.read(each) for each in row["anchors"]),
        }
        for name, content in files.items():
            with open(os.path.join(folder, name), "wb") as file:
                file.write(content)
        # The certificate may have expired since; the seal is of its time.
        asked = [
            program,
            "cms",
            "-verify",
            "-inform",
            "DER",
            "-binary",
            "-in",
            "signature",
            "-content",
            "data",
            "-CAfile",
            "anchors",
            "-partial_chain",
            "-purpose",
            "any",
            "-no_check_time",
            "-out",
            os.devnull,
        ]
        done = subprocess.run(  # noqa: S603 - openssl, asked with words of our own
            asked, cwd=folder, capture_output=True, text=True, check=False
        )
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["no reason given"]
        yield FAILED, path, f"its signature does not verify: {said[-1]}"
    else:
        yield OK, path, f"its signature verifies against {', '.join(row['anchors'])}"


def _evidence(pack: Pack, row: dict[str, Any], sealed: bytes, frozen: bytes) -> Iterator[Finding]:
    """What was sealed together with the document tells the same story as this pack."""
    path = row["sealed"]
    inside = next(filter(None, map(_unpacked, STREAM.findall(sealed[len(frozen) :]))), None)
    if inside is None:
        yield SKIPPED, path, "its evidence.json could not be taken out"
        return
    said = parsed(inside)
    yield from equal(
        path, "payload in evidence.json", said["agreement"]["payload_sha256"], row["payload_sha256"]
    )
    yield from equal(
        path, "document in evidence.json", said["document"]["sha256"], row["document_sha256"]
    )
    kept = [parsed(each["body"].encode("utf-8")) for each in said["events"]]
    everything = [parsed(line)["body"] for line in pack.read(EVENTS).splitlines()]
    for number, body in enumerate(kept):
        if number >= len(everything) or body != everything[number]:
            yield FAILED, f"{EVENTS}, event {number + 1}", f"is not the one that {path} has sealed"
            return
    yield OK, path, f"begins with the file signed; {len(kept)} events sealed in it are those here"


def _unpacked(stream: bytes) -> bytes | None:
    try:
        content = zlib.decompress(stream)
    except zlib.error:
        content = stream
    is_it = content.startswith(b"{") and b'"format":"milepost-evidence-1"' in content
    return content if is_it else None
