"""The business an owner trades as: its profile, kept for every document to come."""

from dataclasses import asdict, dataclass
from decimal import Decimal, InvalidOperation

from billing import identifiers
from billing.invoicing.tax import WHOLE
from billing.money import round_half_up
from billing.refusals import NotARate
from models import Business, Project, User, hold, write


@dataclass(frozen=True)
class Profile:
    """All that is known of a business. Rates in thousandths of a percent."""

    name: str
    email: str = ""
    phone: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    region: str = ""
    country: str = ""
    currency: str = "USD"
    timezone: str = "UTC"
    tax_registered: bool = False
    small_business: bool = False
    withholding_rate: int = 0
    tax_label: str = "VAT"
    tax_id: str = ""
    tax_number: str = ""
    tax_rate: int = 0
    terms_days: int = 14
    undo_minutes: int = 0
    bank_holder: str = ""
    bank_name: str = ""
    iban: str = ""
    bic: str = ""
    account_number: str = ""
    routing_number: str = ""

    def checked(self) -> dict[str, object]:
        """The columns as they are to be kept. Refuses numbers whose check digits do not fit."""
        return {
            **asdict(self),
            "iban": identifiers.iban(self.iban),
            "bic": identifiers.bic(self.bic),
            "routing_number": identifiers.bank_code(self.routing_number, self.country),
            "tax_id": identifiers.tax_id(self.tax_id, self.country),
            "tax_number": identifiers.tax_number(self.tax_number, self.country),
        }


def save(profile: Profile, by: User) -> None:
    """Keep the profile; pages and drafts that name it are out of date. Issued invoices and sent
    agreements keep what they said. Refuses what Profile.checked() refuses.
    """
    columns = profile.checked()
    with write():
        Business.update(**columns).where(Business.owner == by.id).execute()
        touch(by)


def touch(owner: User) -> None:
    """Raise the version of all the owner's projects. Runs in the caller's write()."""
    hold(Project, Project.owner == owner.id)
    Project.update(version=Project.version + 1).where(Project.owner == owner.id).execute()


def rate(text: str) -> int:
    """Thousandths of a percent of a typed rate: ``19``, ``8.875``, ``7,7 %``. Refuses NotARate."""
    bare = text.replace("%", "").replace(",", ".").strip()
    try:
        found = Decimal(bare or "0") * 1000
    except InvalidOperation as error:
        raise NotARate from error
    if not (found.is_finite() and 0 <= found <= WHOLE and found == found.to_integral_value()):
        raise NotARate
    return round_half_up(found)
