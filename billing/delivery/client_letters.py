"""The letter that tells a client of another way of working: its owner's own words."""

from collections.abc import Callable

from billing.delivery.occasion import Occasion, Said
from models import ClientLetter


def client_letter(at: Occasion) -> Said:
    """What was frozen; or `words`, a subject and a text that are only looked at yet."""
    if "words" in at.about:
        subject, text = at.about["words"]
    else:
        row = ClientLetter.get_by_id(at.about["letter"])
        subject, text = row.subject, row.text
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return Said("", {"subject": subject, "paragraphs": lines})


LETTERS: dict[str, Callable[[Occasion], Said]] = {"client_letter": client_letter}
