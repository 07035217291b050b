"""What a verb says when it may not: a code, its facts, and a sentence for a person.

Sentences are message ids: the edge translates them and fills in the facts.
"""

from collections.abc import Iterator
from typing import Any


def N_(sentence: str) -> str:
    """Mark a sentence for translation without translating it here."""
    return sentence


class Refusal(Exception):
    """A deed that may not be done, changing nothing. `field` names the input at fault."""

    sentence = ""
    field: str | None = None
    status = 422

    def __init__(self, field: str | None = None, **facts: Any) -> None:
        super().__init__(type(self).__name__)
        self.facts = facts
        if field is not None:
            self.field = field

    @property
    def code(self) -> str:
        return type(self).__name__

    def __str__(self) -> str:
        return self.sentence % self.facts


def again(code: str, facts: dict[str, Any]) -> Refusal:
    """A refusal that was kept as its code and facts, to be put into words later."""
    kinds = {kind.__name__: kind for kind in _kinds(Refusal)}
    return kinds[code](**facts)


def _kinds(of: type[Refusal]) -> Iterator[type[Refusal]]:
    for kind in of.__subclasses__():
        yield kind
        yield from _kinds(kind)


class Conflict(Refusal):
    """Somebody was faster, or the thing has moved on."""

    status = 409


class NotAnAmount(Refusal):
    sentence = N_("“%(text)s” is not an amount of money. Write it like 1,200.50 or 1.200,50.")
    field = "price"


class AmbiguousAmount(Refusal):
    sentence = N_("“%(text)s” can be read in two ways. Write %(first)s or %(second)s.")
    field = "price"


class Incomplete(Refusal):
    """Something that must be filled in before the deed; `what` is a list of sentences."""

    sentence = N_("Some things are missing.")


class SharesDoNotAddUp(Refusal):
    sentence = N_("The shares add up to %(sum)s %%. They must add up to 100 %%.")
    field = "triggers"


class DateMissing(Refusal):
    sentence = N_("Say on which date this share is billed.")
    field = "billed_on"


class PlanLocked(Refusal):
    sentence = N_("The plan is part of an agreement that was sent, so it cannot be edited.")
    status = 409


class EditedElsewhere(Conflict):
    """Two tabs on one row. Facts: `theirs`, the saved values by field."""

    sentence = N_("This milestone was changed in another window. Choose which version to keep.")


class WrongState(Conflict):
    sentence = N_("This cannot be done now: it is %(state)s.")


class AlreadySent(Conflict):
    sentence = N_("This agreement was already sent.")


class AlreadySigned(Conflict):
    sentence = N_("This version was already signed by %(name)s.")


class OtherDocument(Conflict):
    sentence = N_("The document has changed since you opened it. Read it again before you sign.")


class NotSignable(Conflict):
    sentence = N_("This version can no longer be signed.")


class NotYours(Refusal):
    sentence = N_("Only %(role)s may do this.")
    status = 403


class ConsentMissing(Refusal):
    sentence = N_("Tick both boxes to sign.")


class NameMissing(Refusal):
    sentence = N_("Type your full name to sign.")
    field = "name"


class NothingToShow(Refusal):
    sentence = N_("Say for every criterion what shows that it is met.")


class NotALink(Refusal):
    sentence = N_("“%(text)s” is not a web address. It must start with https:// or http://.")
    field = "links"


class ReasonMissing(Refusal):
    sentence = N_("Say what must change.")
    field = "note"


class CriteriaMissing(Refusal):
    sentence = N_("Choose at least one criterion that is not met yet.")
    field = "criteria"


class RoundsUsed(Refusal):
    sentence = N_(
        "All %(rounds)s agreed revision rounds are used. Ask for a change of the agreement instead."
    )


class NothingOwed(Conflict):
    sentence = N_("This invoice is already paid in full.")


class TooMuch(Refusal):
    sentence = N_("Only %(due)s is still owed.")
    field = "amount"


class NotPositive(Refusal):
    sentence = N_("The amount must be more than zero.")
    field = "amount"


class AlreadyClaimed(Conflict):
    sentence = N_("You already told us that this invoice is paid. We are waiting for the money.")


class AlreadyIssued(Conflict):
    sentence = N_("This invoice was already issued as %(number)s.")


class EmailTaken(Refusal):
    sentence = N_("There is already an account with this e-mail address.")
    field = "email"


class NotAnIban(Refusal):
    sentence = N_("An IBAN begins with two letters and two digits, like DE89 3704 0044 ….")
    field = "iban"


class MistypedIban(Refusal):
    sentence = N_("The check digits of this IBAN do not fit: a character is wrong or missing.")
    field = "iban"


class NotABic(Refusal):
    sentence = N_("A BIC has 8 or 11 characters, like COBADEFF or COBADEFFXXX.")
    field = "bic"


class MistypedNumber(Refusal):
    sentence = N_("The check digits of “%(text)s” do not fit: a character is wrong or missing.")


class NotATaxNumber(Refusal):
    """Facts: `text` as typed, what such a number is called there, and an `example`."""

    sentence = N_("“%(text)s” is no %(name)s. One looks like %(example)s.")
    field = "tax_id"


class NotARate(Refusal):
    sentence = N_("Enter a rate from 0 to 100, like 19 or 8.875.")
    field = "tax_rate"


class WrongCredentials(Refusal):
    sentence = N_("E-mail address and password do not belong together.")


class WrongPassword(Refusal):
    sentence = N_("That is not your present password.")
    field = "current"


class PasswordTooShort(Refusal):
    sentence = N_("Use at least %(shortest)s characters. A few words in a row do well.")
    field = "password"


class PasswordTooLong(Refusal):
    sentence = N_("Use at most %(longest)s characters.")
    field = "password"


class PasswordCommon(Refusal):
    sentence = N_("This password is among the first that others would try. Choose another.")
    field = "password"


class ContactNeeded(Refusal):
    sentence = N_("Add a contact with an e-mail address to this client first.")


class ContactExists(Refusal):
    sentence = N_("%(name)s already has this e-mail address at this client.")
    field = "email"


class ContactRemoved(Refusal):
    sentence = N_("%(name)s has this address and was removed. Bring them back instead.")
    field = "email"


class SignerOfOffer(Conflict):
    sentence = N_(
        "%(name)s signs the agreement of “%(project)s”, which is out. Withdraw it first, or wait"
        " until both have signed."
    )


class NothingToPack(Refusal):
    sentence = N_("The plan has no milestones yet, so there is nothing to save as a package.")
