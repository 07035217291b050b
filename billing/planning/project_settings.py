"""A project's settings: its title, days to pay and tax, until they are part of an offer."""

from dataclasses import asdict, dataclass
from datetime import datetime

from billing import events
from billing.refusals import N_, Conflict, NotPositive, PlanLocked, Refusal, WrongState
from models import Project, ProjectState, User, write


class RateMissing(Refusal):
    sentence = N_("Say the rate in percent, or choose another kind of tax.")
    field = "tax_rate"


class ExemptionMissing(Refusal):
    sentence = N_("Say why it is exempt. The sentence is printed on the invoice.")
    field = "tax_note"


@dataclass(frozen=True)
class Settings:
    """`terms_days` are days to pay, `tax_rate` thousandths of a percent, used with category S.

    The fees are what stopping costs, in basis points of a milestone's price by how far it is;
    what is None stays as it is. `exposure_cap` is the most that may be open at a time, in
    minor units payable; None is no limit. `withholding_rate` is what the client keeps back of
    the net.
    """

    title: str
    terms_days: int
    tax_category: str
    tax_rate: int
    tax_note: str = ""
    fee_not_begun: int | None = None
    fee_in_progress: int | None = None
    fee_submitted: int | None = None
    exposure_cap: int | None = None
    withholding_rate: int | None = None
    purchase_order: str | None = None


class TaxAgreed(Conflict):
    sentence = N_("Prices with tax in them were agreed, so the tax cannot change without a change.")


@dataclass(frozen=True)
class Tax:
    """How invoices are taxed; rates in thousandths of a percent."""

    category: str
    rate: int
    note: str = ""
    withholding: int = 0

    def check(self) -> None:
        """Refuse RateMissing, ExemptionMissing."""
        if self.category == "S" and not self.rate:
            raise RateMissing
        # EN 16931 BR-E-10: an exemption is not valid without its reason.
        if self.category == "E" and not self.note:
            raise ExemptionMissing


def retax(project: Project, tax: Tax, by: User, now: datetime) -> None:
    """Tax what is invoiced from now on otherwise, such as once the client has a VAT ID.

    Agreed net prices stay. Refuses TaxAgreed, WrongState, RateMissing, ExemptionMissing.
    """
    tax.check()
    if project.prices_gross:
        raise TaxAgreed
    rate = tax.rate if tax.category == "S" else 0
    with write(project):
        saved = (
            Project.update(
                tax_category=tax.category,
                tax_rate=rate,
                tax_note=tax.note,
                withholding_rate=tax.withholding,
            )
            .where(Project.id == project.id, Project.state == ProjectState.ACTIVE)
            .execute()
        )
        if not saved:
            raise WrongState(state=project.state)
        facts = {"category": tax.category, "rate": rate, "note": tax.note}
        events.record("project.taxed", project, by, now, **facts)


def revise(project: Project, settings: Settings) -> None:
    """Change a draft project's settings. Refuses PlanLocked, RateMissing, ExemptionMissing, and
    NotPositive for a limit of nothing."""
    Tax(settings.tax_category, settings.tax_rate, settings.tax_note).check()
    if settings.exposure_cap is not None and settings.exposure_cap <= 0:
        raise NotPositive(field="exposure_cap")
    columns = {name: value for name, value in asdict(settings).items() if value is not None}
    columns["exposure_cap"] = settings.exposure_cap
    if settings.tax_category != "S":
        columns["tax_rate"] = 0
    with write(project):
        saved = (
            Project.update(**columns)
            .where(Project.id == project.id, Project.state == ProjectState.DRAFT)
            .execute()
        )
        if not saved:
            raise PlanLocked
        events.touch(project)
