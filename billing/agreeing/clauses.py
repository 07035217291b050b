"""Clauses in plain language: templates with {variables}, filled from the plan when frozen."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from billing.refusals import N_

# Whatever stands in braces is meant as a variable, so that a mistyped one is noticed.
VARIABLE = re.compile(r"\{([^{}\n]{1,60})\}")

VARIABLES: dict[str, str] = {
    "client": N_("the client's name"),
    "business": N_("your business name"),
    "project": N_("the project's title"),
    "total": N_("the total to pay"),
    "terms_days": N_("days to pay"),
    "review_days": N_("working days to review"),
    "rounds": N_("revision rounds"),
    "country": N_("your country"),
    "jurisdiction": N_("your country, with its state where states have laws of their own"),
    "city": N_("your town"),
    "last_due": N_("the last due date"),
    "kill_not_begun": N_("the share owed when stopped before work begins"),
    "kill_in_progress": N_("the share owed when stopped in progress"),
    "exposure": N_("the most that may be open at a time, tax included"),
    "kill_submitted": N_("the share owed when stopped after submission"),
}


@dataclass(frozen=True)
class Part:
    """A piece of a clause's text: plain, or a variable with its value ("" while it has none)."""

    text: str
    variable: str = ""
    value: str = ""


def name_of(written: str) -> str:
    """The variable that what stands in braces speaks of: { Review days } is review_days."""
    return "_".join(written.lower().split())


def parts(text: str, values: Mapping[str, str]) -> Iterator[Part]:
    """A text cut at its variables."""
    end = 0
    for found in VARIABLE.finditer(text):
        if found.start() > end:
            yield Part(text[end : found.start()])
        name = name_of(found[1])
        yield Part(found[0], name, values.get(name, ""))
        end = found.end()
    if end < len(text):
        yield Part(text[end:])


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its variables filled; unknown or unfilled ones stay as they are written."""
    filled = ""
    for part in parts(text, values):
        # “… for Acme Inc.” ends with one full stop.
        once = filled.endswith(".") and part.text.startswith(".") and not part.variable
        filled += part.value or (part.text[1:] if once else part.text)
    return filled


def unfilled(clauses: Sequence[Mapping[str, Any]], values: Mapping[str, str]) -> list[str]:
    """Names in the clauses that are on, headings too, which are unknown or have no value yet."""
    texts = [clause[field] for clause in clauses if clause["on"] for field in ("heading", "body")]
    found = [part for text in texts for part in parts(text, values)]
    names = [part.variable for part in found if part.variable and not part.value]
    return list(dict.fromkeys(names))


def stored(row: Mapping[str, Any]) -> dict[str, Any]:
    """A clause as it is kept, whatever else came with it."""
    return {name: row[name] for name in ("key", "heading", "body", "on")}


def moved(clauses: Sequence[dict[str, Any]], key: str, step: int) -> list[dict[str, Any]]:
    """The clauses with one of them `step` places further down (up if negative)."""
    order = list(clauses)
    place = next((index for index, clause in enumerate(order) if clause["key"] == key), None)
    if place is not None:
        order.insert(max(0, place + step), order.pop(place))
    return order
