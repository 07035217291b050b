"""What is left to set up. Nothing here stands in the way of work, so each step can be dismissed."""

from collections.abc import Callable
from dataclasses import dataclass

from billing.countries import EUROPEAN_UNION
from billing.refusals import N_
from models import Business, User, write


@dataclass(frozen=True)
class Step:
    """One thing left to do: why, in a sentence, what the link to it says (message ids), and which
    field of the business's profile it is about.
    """

    key: str
    sentence: str
    verb: str
    field: str = ""


STEPS = (
    Step(
        "name", N_("Agreements and invoices need the name of your business."), N_("Name it"), "name"
    ),
    Step("address", N_("Invoices need your address."), N_("Add your address"), "street"),
    Step("bank", N_("Invoices do not say yet where to pay."), N_("Add bank details"), "bank"),
    Step(
        "tax",
        N_("Invoices charge no tax, and do not say why, until you say how you are taxed."),
        N_("Say how"),
        "tax_registered",
    ),
    Step(
        "zone",
        N_("Days are counted in UTC until you choose your time zone."),
        N_("Choose it"),
        "timezone",
    ),
    Step(
        "mail",
        N_(
            "This server sends no mail (SMTP_URL is not set). Until it does, copy messages and"
            " links from the outbox."
        ),
        N_("Open the outbox"),
    ),
)

TAXED = EUROPEAN_UNION | {"GB", "CH"}
"""Where an invoice without tax is the exception, and a small business's has to say why."""

DONE: dict[str, Callable[[Business], bool]] = {
    "name": lambda business: bool(business.name),
    "address": lambda business: bool(business.street and business.city),
    "bank": lambda business: bool(business.iban or business.account_number),
    "tax": lambda business: (
        business.country not in TAXED or business.tax_registered or business.small_business
    ),
    "zone": lambda business: business.timezone != "UTC",
}


def left(business: Business, sends_mail: bool) -> list[Step]:
    """The steps neither done nor dismissed, in order."""
    dismissed = str(business.dismissed).split()
    return [
        step
        for step in STEPS
        if step.key not in dismissed
        and not (sends_mail if step.key == "mail" else DONE[step.key](business))
    ]


def dismiss(step: Step, by: User) -> None:
    """Leave a step out from now on."""
    with write(by):
        business: Business = Business.get(Business.owner == by.id)
        keys = {*str(business.dismissed).split(), step.key}
        Business.update(dismissed=" ".join(sorted(keys))).where(
            Business.id == business.id
        ).execute()


def step(key: str) -> Step | None:
    """The step of this key."""
    return next((each for each in STEPS if each.key == key), None)
