"""Retainers: the same outcomes month by month, each month an offer of its own.

A month binds nobody who has not signed it. So a retainer is no contract but a habit: shortly
before a month begins its draft is prepared, and it ends when the owner says so, or when the
client leaves a month's offer declined or either side stops a month.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from billing import clock, format, languages, outbox
from billing.agreeing import composing, versions
from billing.apart import apart
from billing.planning import projects
from models import (
    AgreementState,
    Client,
    Package,
    Project,
    ProjectState,
    Retainer,
    RetainerMonth,
    User,
    write,
)

AHEAD = timedelta(days=7)
"""How long before a month begins its draft is there."""


def begin(client: Client, title: str, package: Package, by: User, now: datetime) -> Project:
    """A retainer, and its first month's draft: the month it is where the owner is."""
    with write(by):
        retainer: Retainer = Retainer.create(
            owner=by, client=client, package=package, title=title, created_at=now
        )
        today = clock.local_date(now, zone_of(retainer))
        return _prepare(retainer, today.replace(day=1), today, now)


def pass_time(now: datetime) -> None:
    """Prepare every month that is due. What fails in one retainer holds up no other."""
    for retainer in Retainer.select().where(Retainer.ended_at.is_null()):
        with apart("the next month of retainer", retainer.id):
            go_on(retainer, now)


def go_on(retainer: Retainer, now: datetime) -> Project | None:
    """Prepare the next month if its time has come, once; or end, if a month was refused.

    Nothing is prepared on top of a month that is not signed yet, nor while the client or the
    package is archived.
    """
    today = clock.local_date(now, zone_of(retainer))
    with write(retainer):
        stored: Retainer = Retainer.get_by_id(retainer.id)
        latest = newest(stored)
        if stored.ended_at is not None or latest is None:
            return None
        month = max(following(latest.month), today.replace(day=1))
        is_due = today >= month - AHEAD
        if _was_stopped(latest.project) or (is_due and _was_declined(latest.project)):
            _end(stored, now)
            return None
        is_signed = latest.project.state in (ProjectState.ACTIVE, ProjectState.CLOSED)
        is_archived = stored.client.archived_at or stored.package.archived_at
        if not (is_due and is_signed) or is_archived:
            return None
        return _prepare(stored, month, max(month, today), now, latest.project)


def _prepare(
    retainer: Retainer,
    month: date,
    begins: date,
    now: datetime,
    before: Project | None = None,
) -> Project:
    """A month's draft, with the clauses and settings of the month `before`."""
    client, owner = retainer.client, retainer.owner
    language = languages.spoken(str(client.language))
    title = f"{retainer.title} – {format.month(month, language)}"
    made = projects.start(client, title, owner, now, retainer.package, begins)
    row = RetainerMonth.create(retainer=retainer, month=month, project=made)
    if before is not None:
        # The first one was begun by a press, so its owner is there already.
        key = f"month_prepared:{row.id}"
        outbox.mail("month_prepared", made, owner, key, now, {"month": row.id})
    signed = versions.base(before) if before is not None else None
    if before is not None and signed is not None:
        settings = {name: getattr(before, name) for name in ALIKE}
        Project.update(**settings).where(Project.id == made.id).execute()
        draft = composing.compose(Project.get_by_id(made.id), now)
        composing.revise(draft.project, signed.clauses, draft.signer, None, now)
    return made


ALIKE = (
    "terms_days", "purchase_order", "fee_not_begun", "fee_in_progress", "fee_submitted",
    "exposure_cap", "withholding_rate", "tax_category", "tax_rate", "tax_note",
)  # fmt: skip
"""Settings that a month takes over from the one before."""


def end(retainer: Retainer, now: datetime) -> None:
    """Prepare no further month. What was prepared, offered or signed stays as it is."""
    with write(retainer):
        _end(retainer, now)


def _end(retainer: Retainer, now: datetime) -> None:
    open_one = (Retainer.id == retainer.id) & Retainer.ended_at.is_null()
    Retainer.update(ended_at=now).where(open_one).execute()


def _was_stopped(project: Project) -> bool:
    """Whether either side stopped a month, or its owner gave it up."""
    return bool(project.state == ProjectState.CANCELLED)


def _was_declined(project: Project) -> bool:
    """Whether the client declined a month's offer, and nothing new was offered since."""
    offer = versions.base(project)
    return offer is not None and offer.state == AgreementState.DECLINED


def newest(retainer: Retainer) -> RetainerMonth | None:
    """The latest month that was prepared."""
    found: RetainerMonth | None = (
        RetainerMonth.select()
        .where(RetainerMonth.retainer == retainer.id)
        .order_by(RetainerMonth.month.desc())
        .first()
    )
    return found


def following(month: date) -> date:
    """The first day of the next month."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def zone_of(retainer: Retainer) -> str:
    """The owner's time zone: months begin there."""
    return str(retainer.owner.businesses[0].timezone)


@dataclass(frozen=True)
class Shown:
    """A retainer with its months, the latest first. `next_on` is when the next one is prepared
    if the latest is signed by then; None once it has ended."""

    retainer: Retainer
    months: list[RetainerMonth]
    next_on: date | None


def shown(by: User) -> list[Shown]:
    """An owner's retainers, those that go on first."""
    retainers = Retainer.of(by).order_by(Retainer.ended_at.is_null(False), Retainer.id.desc())
    months = (
        RetainerMonth.select(RetainerMonth, Project)
        .join(Project)
        .where(Project.owner == by.id)
        .order_by(RetainerMonth.month.desc())
    )
    by_retainer: dict[int, list[RetainerMonth]] = {}
    for month in months:
        by_retainer.setdefault(month.retainer_id, []).append(month)
    return [_shown(each, by_retainer.get(each.id, [])) for each in retainers]


def _shown(retainer: Retainer, months: list[RetainerMonth]) -> Shown:
    goes_on = retainer.ended_at is None and months
    return Shown(retainer, months, following(months[0].month) - AHEAD if goes_on else None)
