"""Old against new, word by word: what falls away, what comes in, what stays."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

Outcome = dict[str, Any]

TOKEN = re.compile(r"\s+|[^\W_]+|[\W_]", re.UNICODE)


@dataclass(frozen=True)
class Piece:
    """Words that are kept, gone or new."""

    kind: str
    text: str


def texts(outcome: Outcome) -> list[str]:
    """The words of a milestone's criteria."""
    return [criterion["text"] for criterion in outcome["criteria"]]


def words(old: str, new: str) -> list[Piece]:
    """The pieces that `old` and `new` are made of: kept and gone give old, kept and new the new.

    >>> [(piece.kind, piece.text) for piece in words("two pages", "three pages")]
    [('gone', 'two'), ('new', 'three'), ('kept', ' pages')]
    """
    before, after = TOKEN.findall(old), TOKEN.findall(new)
    pieces: list[Piece] = []
    for deed, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if deed == "equal":
            pieces.append(Piece("kept", "".join(before[a:b])))
            continue
        pieces += [
            Piece(kind, text)
            for kind, text in (("gone", "".join(before[a:b])), ("new", "".join(after[c:d])))
            if text
        ]
    return pieces


def criteria(before: Outcome, after: Outcome) -> list[list[Piece]]:
    """The criteria of a milestone, each kept, gone, new, or changed word by word."""
    old, new = texts(before), texts(after)
    rows: list[list[Piece]] = []
    for deed, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if deed == "equal":
            rows += [[Piece("kept", text)] for text in old[a:b]]
        elif deed == "replace" and b - a == d - c:
            rows += [_line(was, now) for was, now in zip(old[a:b], new[c:d], strict=True)]
        else:
            rows += [[Piece("gone", text)] for text in old[a:b]]
            rows += [[Piece("new", text)] for text in new[c:d]]
    return rows


def duties(before: Outcome, after: Outcome) -> list[tuple[str, dict[str, Any]]]:
    """What the client supplies and by when, each `kept`, `gone` or `new`."""
    old, new = before.get("duties", []), after.get("duties", [])
    gone = [("gone", duty) for duty in old if duty not in new]
    return [("kept" if duty in old else "new", duty) for duty in new] + gone


def _line(old: str, new: str) -> list[Piece]:
    """Word by word where most of it stays, else the one struck out and the other put in."""
    pieces = words(old, new)
    kept = sum(len(piece.text) for piece in pieces if piece.kind == "kept")
    if 2 * kept < max(len(old), len(new)):
        return [Piece("gone", old), Piece("new", new)]
    return pieces


def differs(before: Outcome, after: Outcome, *names: str) -> bool:
    """Whether any of these terms is another after the change."""
    return any(before[name] != after[name] for name in names)


def billed_otherwise(change: dict[str, Any]) -> Sequence[tuple[dict[str, Any] | None, Any]]:
    """The shares of a re-priced milestone as pairs of before and after, new ones without before."""
    before = {row["id"]: row for row in change["before"]["triggers"]}
    return [(before.get(row["id"]), row) for row in change["after"]["triggers"]]
