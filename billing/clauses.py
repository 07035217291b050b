"""Clauses in plain language: templates with {variables}, filled from the plan when frozen.

Texts are starting points that the owner edits; they are not legal advice.
"""

import re
from dataclasses import dataclass
from typing import Any

from billing.refusals import N_

VARIABLE = re.compile(r"\{([a-z_]+)\}")

VARIABLES: dict[str, str] = {
    "client": N_("the client's name"),
    "business": N_("your business name"),
    "project": N_("the project's title"),
    "total": N_("the total to pay"),
    "terms_days": N_("days to pay"),
    "review_days": N_("working days to review"),
    "rounds": N_("revision rounds"),
    "country": N_("your country"),
    "start_date": N_("the start date"),
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
        "{business} will deliver the milestones below for {client}. What is not listed is not"
        " included and can be added by a change that both sides sign.",
        "Says that the milestones are the whole scope.",
    ),
    Clause(
        "acceptance",
        "Acceptance",
        "A milestone is accepted when its criteria are met. After each submission {client} has"
        " {review_days} working days to accept it or to say which criteria are not met and why.",
        "Ties acceptance to the criteria and gives the client a time to answer.",
    ),
    Clause(
        "rounds",
        "Revisions",
        "Each milestone includes {rounds} rounds of changes within its criteria. Further rounds"
        " and new wishes are a change of this agreement.",
        "Keeps revisions bounded.",
    ),
    Clause(
        "payment",
        "Payment",
        "Each milestone is invoiced as its billing says. Invoices are payable within {terms_days}"
        " days. The total of this agreement is {total}.",
        "When and how much is paid.",
    ),
    Clause(
        "rights",
        "Ownership",
        "Rights of use in a deliverable pass to {client} when the milestone it belongs to is"
        " paid in full.",
        "Rights pass on payment.",
    ),
    Clause(
        "confidentiality",
        "Confidentiality",
        "Both sides keep confidential what they learn about each other's business in this work.",
        "Applies to both sides.",
    ),
    Clause(
        "stopping",
        "Stopping early",
        "Either side may end this agreement in writing. Accepted milestones stay payable, and work"
        " in progress is paid for by the share that is done.",
        "What happens when one side stops.",
        on=False,
    ),
    Clause(
        "law",
        "Law",
        "The law of {country} applies.",
        "Which law governs the agreement.",
    ),
)


def starting() -> list[dict[str, Any]]:
    """The clauses a new agreement begins with, as they are stored."""
    return [
        {"key": clause.key, "heading": clause.heading, "body": clause.body, "on": clause.on}
        for clause in STARTING
    ]


def note(key: str) -> str:
    """The plain note of a starting clause, "" for one the owner wrote."""
    return next((clause.note for clause in STARTING if clause.key == key), "")


def variables(body: str) -> list[str]:
    """The variables a text names, in order, each once."""
    return list(dict.fromkeys(VARIABLE.findall(body)))


def fill(body: str, values: dict[str, str]) -> str:
    """The text with its variables filled; unknown or unfilled ones stay as they are written."""
    return VARIABLE.sub(lambda found: values.get(found[1]) or found[0], body)


def unfilled(clauses: list[dict[str, Any]], values: dict[str, str]) -> list[str]:
    """Variables in the clauses that are on and have no value yet."""
    named = [name for clause in clauses if clause["on"] for name in variables(clause["body"])]
    return [name for name in dict.fromkeys(named) if not values.get(name)]
