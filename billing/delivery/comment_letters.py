"""Letters that tell one side what the other has written, one for a burst of comments."""

from collections.abc import Callable
from typing import Any

from billing.accepting import comments
from billing.delivery.occasion import Occasion, Said, quote


def _written(at: Occasion, by_client: bool) -> list[comments.Said]:
    """What the other side wrote since the first comment that the letter is about."""
    said = comments.thread(at.milestone, since=at.about["comment"])
    return [each for each in said if (each.contact is not None) == by_client]


def _told(at: Occasion, by_client: bool) -> dict[str, Any]:
    written = _written(at, by_client)
    words = next((each.text for each in reversed(written) if each.text), "")
    first = written[0].contact if written else None
    return {
        **at.outcome(),
        "comments": max(1, len(written)),
        "words": quote(words or ""),
        "writer": first.name if first else "",
    }


def comments_made(at: Occasion) -> Said:
    return Said(at.portal(), _told(at, by_client=False))


def comments_by_client(at: Occasion) -> Said:
    page = f"projects/{at.project.id}/milestones/{at.milestone.id}/comments"
    return Said(at.page(page), _told(at, by_client=True))


LETTERS: dict[str, Callable[[Occasion], Said]] = {
    letter.__name__: letter for letter in (comments_made, comments_by_client)
}


def _is_erased(at: Occasion, by_client: bool) -> bool:
    return all(each.text is None and not each.files for each in _written(at, by_client))


OVERTAKEN: dict[str, Callable[[Occasion], bool]] = {
    "comments_made": lambda at: _is_erased(at, by_client=False),
    "comments_by_client": lambda at: (
        comments.is_read(at.milestone) or _is_erased(at, by_client=True)
    ),
}
"""What the owner has read on the page needs no letter, nor what was erased meanwhile."""
