"""A project's settings: its title, days to pay and tax, until they are part of an offer."""

from dataclasses import asdict, dataclass

from billing import events
from billing.refusals import N_, NotPositive, PlanLocked, Refusal
from models import Project, ProjectState, write

CATEGORIES = ("S", "Z", "E", "AE", "G", "O")
"""VAT categories of EN 16931 that a service can fall under."""


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
    one that is None stays as it is. `exposure_cap` is the most that may be open at a time, in
    minor units payable; None is no limit.
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


def revise(project: Project, settings: Settings) -> None:
    """Change a draft project's settings. Refuses PlanLocked, RateMissing, ExemptionMissing, and
    NotPositive for a limit of nothing."""
    if settings.tax_category == "S" and not settings.tax_rate:
        raise RateMissing
    # EN 16931 BR-E-10: an exemption is not valid without its reason.
    if settings.tax_category == "E" and not settings.tax_note:
        raise ExemptionMissing
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
