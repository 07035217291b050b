"""What a thing that needs the owner now is: a sentence, one verb, and what it is about."""

from dataclasses import dataclass
from typing import Any

AT_MOST = 7
"""How many are told at a time, so no finder looks for more."""


@dataclass(frozen=True)
class Need:
    """A sentence with facts, the verb that answers it, and what it is about.

    `about` is invoice, agreement, milestone, comments, dispute, reading, wish, project or message,
    with its row in `row`.
    """

    sentence: str
    facts: dict[str, Any]
    verb: str
    about: str
    row: Any
    look: str
