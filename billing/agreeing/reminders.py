"""Reminders: the signer of an offer that is out, and the owner whose turn it is to sign."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from billing import clock, events, outbox
from billing.actors import CLOCK
from billing.agreeing import agreements
from billing.agreeing.agreements import OUT
from billing.apart import apart
from billing.planning import projects
from models import (
    Agreement,
    AgreementState,
    Delivery,
    Project,
    Reminder,
    Signature,
    User,
    write,
)

AFTER = (timedelta(days=3), timedelta(days=7))
"""How long after sending the signer is reminded."""

MORNING = time(9)
"""When, where the seller is, on the day before the last."""

OWNER_AFTER = timedelta(days=2)
DAY = timedelta(days=1)


def moments(agreement: Agreement) -> list[datetime]:
    """When the signer is to be reminded, in order: after three days, seven, and at the end."""
    sent: datetime = agreement.sent_at
    found = [sent + after for after in AFTER]
    if agreement.expires_on is None:
        return found
    zone = ZoneInfo(str(projects.zone_of(agreement.project)))
    eve = datetime.combine(agreement.expires_on - DAY, MORNING, zone)
    last = eve.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)
    found = [moment for moment in found if moment < last - DAY]
    return [*found, last] if last > sent + DAY else found


def next_at(agreement: Agreement, now: datetime) -> datetime | None:
    """When the signer is reminded next; None if never or if that is switched off."""
    row = _row(agreement)
    if agreement.state not in OUT or agreement.sent_at is None or (row and row.paused):
        return None
    last = _last(agreement, row)
    due = [moment for moment in moments(agreement) if moment > last]
    ahead = [moment for moment in due if moment > now]
    if len(ahead) < len(due):
        return now
    return ahead[0] if ahead else None


def is_paused(agreement: Agreement) -> bool:
    """Whether the owner switched the reminders of this offer off."""
    row = _row(agreement)
    return row is not None and bool(row.paused)


def pause(agreement: Agreement, paused: bool, by: User, now: datetime) -> None:
    """Switch the reminders of one offer off, or on again."""
    with write(agreement.project):
        _keep(agreement, paused=paused)
        events.touch(agreement.project)


def pass_time(now: datetime) -> None:
    """Remind whoever is to be reminded. What fails for one offer holds up no other."""
    offers = Agreement.select().where(Agreement.state.in_(OUT), Agreement.sent_at <= now - DAY)
    for agreement in list(offers):
        with apart("the reminder of agreement", agreement.id):
            remind(agreement, now)
    _remind_owners(now)


def remind(agreement: Agreement, now: datetime) -> bool:
    """Remind the signer if a moment has come: once for all that have passed, once a day."""
    if not _is_due(agreement, now):
        return False
    with write(agreement.project):
        stored: Agreement = Agreement.get_by_id(agreement.id)
        if not _is_due(stored, now):
            return False
        _keep(stored, last_at=now)
        agreements.note("agreement.reminded", stored, CLOCK, now, recipient=stored.signer.email)
    return True


def _is_due(agreement: Agreement, now: datetime) -> bool:
    row = _row(agreement)
    if agreement.state not in OUT or (row and row.paused) or agreements.is_over(agreement, now):
        return False
    last = _last(agreement, row)
    zone = projects.zone_of(agreement.project)
    if clock.local_date(now, zone) <= clock.local_date(last, zone):
        return False
    return any(last < moment <= now for moment in moments(agreement))


def _remind_owners(now: datetime) -> None:
    """Tell each owner once that a client's signature has been waiting for theirs."""
    waiting = (
        Agreement.select(Agreement, Project)
        .join(Project)
        .switch(Agreement)
        .join(Signature)
        .where(
            Agreement.state == AgreementState.CLIENT_SIGNED,
            Signature.party == "client",
            Signature.signed_at <= now - OWNER_AFTER,
        )
    )
    for agreement in list(waiting):
        with apart("the counter-signature of agreement", agreement.id):
            _remind_owner(agreement, now)


def _remind_owner(agreement: Agreement, now: datetime) -> None:
    letter = "agreement_countersign_reminder"
    key, project = f"{letter}:{agreement.id}", agreement.project
    if not Delivery.select().where(Delivery.key == key).exists():
        facts = {"agreement": agreement.id, "version": agreement.version}
        with write(project):
            outbox.mail(letter, project, project.owner, key, now, facts)


def _row(agreement: Agreement) -> Reminder | None:
    found: Reminder | None = Reminder.get_or_none(Reminder.agreement == agreement.id)
    return found


def _last(agreement: Agreement, row: Reminder | None) -> datetime:
    last: datetime = (row.last_at if row else None) or agreement.sent_at
    return last


def _keep(agreement: Agreement, **columns: object) -> None:
    if not Reminder.update(**columns).where(Reminder.agreement == agreement.id).execute():
        Reminder.create(agreement=agreement, **columns)
