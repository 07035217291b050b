"""An owner on the way from hours to outcomes: what the replay assumes, and a letter about it."""

from billing.outcomes import client_letters, replay_assumptions
from billing.outcomes.replay_assumptions import Assumptions, InCurrency, OfKind
from models import ClientLetter, Contact, LetterWay, User, WorkKind
from tests.cast import NOW


def told(owner: User, contact: Contact) -> ClientLetter:
    """Assumptions about a kind of past work; a letter that was copied, and the draft of it."""
    kind = WorkKind.of(owner).first().id
    replay_assumptions.keep(
        owner, Assumptions(money={"USD": InCurrency(5000)}, kinds={(kind, "USD"): OfKind(seats=2)})
    )
    words = client_letters.Words("From hours to results", "Let us talk.")
    return client_letters.send(contact, words, "letter", LetterWay.COPIED, owner, NOW)
