"""Reading a pack: its files, its canonical JSON, its records."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Iterator
from typing import Any

FORMAT = "milepost-evidence-pack-1"
MANIFEST = "manifest.json"
EVENTS = "events.jsonl"
TEXTS = "texts.jsonl"
ALWAYS = {MANIFEST, EVENTS, TEXTS, "README.txt", "check.py"}

OK, FAILED, SKIPPED = "ok  ", "FAIL", "skip"
Finding = tuple[str, str, str]
"""How a check ended, of which file, and what was found."""


# RFC 8785, as far as this pack needs it: no fractions, whole numbers that a double holds.


def canonical(value: Any) -> bytes:
    """The one way to write a value: keys in the order of their UTF-16 code units, no space."""
    return _written(value).encode("utf-8")


def _written(value: Any) -> str:
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join(_written(key) + ":" + _written(value[key]) for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_written, value)) + "]"
    if isinstance(value, float):
        raise ValueError("a number with a fraction")
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 2**53:
        raise ValueError("a number that is too large")
    return json.dumps(value, ensure_ascii=False)


def parsed(text: bytes) -> Any:
    """JSON whose objects name no key twice."""
    return json.loads(text.decode("utf-8"), object_pairs_hook=_once)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class Pack:
    """The files of a pack, in a directory or in a ZIP."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._zip = None if os.path.isdir(place) else zipfile.ZipFile(place)
        self._records: dict[str, Any] = {}
        self.reading = place
        """The file that is looked at, to name it if it cannot even be read."""
        self.events: list[dict[str, Any]] = []
        self.texts: dict[tuple[int, str], str] = {}

    def names(self) -> list[str]:
        if self._zip:
            return sorted(self._zip.namelist())
        found = []
        for folder, _inner, files in os.walk(self._place):
            for name in files:
                path = os.path.relpath(os.path.join(folder, name), self._place)
                found.append(path.replace(os.sep, "/"))
        return sorted(found)

    def read(self, name: str) -> bytes:
        self.reading = name
        if self._zip:
            return self._zip.read(name)
        with open(os.path.join(self._place, *name.split("/")), "rb") as file:
            return file.read()

    def records(self, name: str) -> Any:
        path = f"records/{name}.json"
        if path not in self._records:
            self._records[path] = parsed(self.read(path))
        return self._records[path]

    def told(self, *kinds: str) -> list[dict[str, Any]]:
        """The events of these kinds."""
        return [body for body in self.events if body["kind"] in kinds]


def equal(name: str, what: str, found: Any, expected: Any) -> Iterator[Finding]:
    """A failure unless two things are the same."""
    if found != expected:
        yield FAILED, name, f"its {what} is {found!r}, and {expected!r} was expected"


def is_text(fact: Any) -> bool:
    return isinstance(fact, dict) and set(fact) == {"sha256"}
