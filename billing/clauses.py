"""Clauses in plain language: templates with {variables}, filled from the plan when frozen.

Texts are starting points that the owner edits; they are not legal advice.
"""

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
    "last_due": N_("the last due date"),
}


@dataclass(frozen=True)
class Clause:
    """One card: `note` says in a sentence what it is for and is not part of the document."""

    key: str
    heading: str
    body: str
    note: str
    on: bool = True


STARTING: tuple[Clause, ...] = (
    Clause(
        "scope",
        "What we agree on",
        "{business} will deliver the milestones listed here for {client}. What is not listed is not"
        " included and can be added by a change that both sides sign.",
        N_("Says that the milestones are the whole scope."),
    ),
    Clause(
        "acceptance",
        "Acceptance",
        "A milestone is accepted when its criteria are met. After each submission {client} has"
        " {review_days} working days to accept it or to say which criteria are not met and why.",
        N_("Ties acceptance to the criteria and gives the client a time to answer."),
    ),
    Clause(
        "rounds",
        "Revisions",
        "Each milestone includes {rounds} rounds of changes within its criteria. Further rounds"
        " and new wishes are a change of this agreement.",
        N_("Keeps revisions bounded."),
    ),
    Clause(
        "payment",
        "Payment",
        "Each milestone is invoiced as its billing says. Invoices are payable within {terms_days}"
        " days. The total of this agreement is {total}.",
        N_("When and how much is paid."),
    ),
    Clause(
        "rights",
        "Ownership",
        "Rights of use in a deliverable pass to {client} when the milestone it belongs to is"
        " paid in full.",
        N_("Rights pass on payment."),
    ),
    Clause(
        "confidentiality",
        "Confidentiality",
        "Both sides keep confidential what they learn about each other's business in this work.",
        N_("Applies to both sides."),
    ),
    Clause(
        "stopping",
        "Stopping early",
        "Either side may end this agreement in writing. Accepted milestones stay payable, and work"
        " in progress is paid for by the share that is done.",
        N_("What happens when one side stops."),
        on=False,
    ),
    Clause(
        "law",
        "Law",
        "Governing law: {country}.",
        N_("Which law governs the agreement."),
    ),
)

NOTES = {clause.key: clause.note for clause in STARTING}


@dataclass(frozen=True)
class Part:
    """A piece of a clause's text: plain, or a variable with its value ("" while it has none)."""

    text: str
    variable: str = ""
    value: str = ""


def starting() -> list[dict[str, Any]]:
    """The clauses a new agreement begins with, as they are stored."""
    return [
        {"key": clause.key, "heading": clause.heading, "body": clause.body, "on": clause.on}
        for clause in STARTING
    ]


def note(key: str) -> str:
    """The plain note of a starting clause, "" for one the owner wrote."""
    return NOTES.get(key, "")


def is_own(key: str) -> bool:
    """Whether the owner wrote the clause, so that it can be removed and not only left out."""
    return key not in NOTES


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


def moved(clauses: Sequence[dict[str, Any]], key: str, step: int) -> list[dict[str, Any]]:
    """The clauses with one of them `step` places further down (up if negative)."""
    order = list(clauses)
    place = next((index for index, clause in enumerate(order) if clause["key"] == key), None)
    if place is not None:
        order.insert(max(0, place + step), order.pop(place))
    return order
