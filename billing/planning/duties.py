"""Client duties: what the client must supply for a milestone, and by when.

They are part of its terms. A duty is known by its words, as they are what both sides sign.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from billing.refusals import N_, Refusal

DAY = re.compile(r"20\d{2}-\d{2}-\d{2}")
"""A day of this century: what lies further off was mistyped, and no calendar reaches it."""


class DutyUndated(Refusal):
    sentence = N_(
        "Begin each line of what you need with its last day, like 2026-12-05 Logo files. “%(line)s”"
        " has none."
    )
    field = "duties"


class DutyTwice(Refusal):
    sentence = N_("You need “%(text)s” once only. Take out the second line.")
    field = "duties"


@dataclass(frozen=True)
class Duty:
    """What the client supplies, until the end of a day where they are."""

    text: str
    due_on: date


Kept = dict[str, str]
"""A duty as rows and payloads hold it: `text`, and `due_on` as an ISO date."""


def stored(duties: Iterable[Duty]) -> list[Kept]:
    """Duties as rows and payloads hold them."""
    return [{"text": each.text, "due_on": each.due_on.isoformat()} for each in duties]


def read(kept: Iterable[Kept] | None) -> tuple[Duty, ...]:
    """The duties that stored() kept; what was signed before there were any has none."""
    return tuple(Duty(row["text"], date.fromisoformat(row["due_on"])) for row in kept or ())


def parse(text: str) -> tuple[Duty, ...]:
    """Duties as they are typed, one a line, each beginning or ending with its day.

    Refuses DutyUndated, DutyTwice.

    >>> parse("2026-12-05 Logo files")
    (Duty(text='Logo files', due_on=datetime.date(2026, 12, 5)),)
    """
    found = tuple(_duty(line.strip()) for line in text.splitlines() if line.strip())
    _refuse_twice(found)
    return found


def plain(duties: Sequence[Duty]) -> str:
    """Duties as parse() understands them."""
    return "\n".join(f"{each.due_on.isoformat()} {each.text}" for each in duties)


def _duty(line: str) -> Duty:
    first, last = DAY.match(line), DAY.search(line, max(0, len(line) - 10))
    found = first or last
    if found is None:
        raise DutyUndated(line=line)
    words = (line[: found.start()] + line[found.end() :]).strip(" \t:–—-,;")
    try:
        day = date.fromisoformat(found.group())
    except ValueError as error:
        raise DutyUndated(line=line) from error
    if not words:
        raise DutyUndated(line=line)
    return Duty(" ".join(words.split()), day)


def _refuse_twice(duties: Sequence[Duty]) -> None:
    known: set[str] = set()
    for each in duties:
        if each.text in known:
            raise DutyTwice(text=each.text)
        known.add(each.text)
