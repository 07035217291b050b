"""The mail of the day: letters that a reader wants once a day, gathered into one.

It is made on working days in business hours where its reader is. A reader is the owner, or a
contact of one owner's client: what others write to the same address is never within it.
"""

from datetime import date, datetime, time

from billing import clock, workdays
from billing.apart import apart
from billing.mailing import paces
from billing.mailing.paces import Reader
from billing.people import clients
from models import Business, Contact, Delivery, DeliveryState, User, write

TO_CLIENT, TO_OWNER = "digest", "digest_to_owner"
KINDS = (TO_CLIENT, TO_OWNER)

FROM, UNTIL = time(8), time(18)
"""When such a mail is welcome, where its reader is."""

WAITS = (
    (Delivery.channel == "mail")
    & (Delivery.state == DeliveryState.QUEUED)
    & (Delivery.gathered == True)  # noqa: E712
    & Delivery.digest.is_null()
)
"""A letter that is still to be gathered."""


def gather(now: datetime, sends_mail: bool) -> None:
    """Make the mail of the day for everybody whose morning has come, once a day each.

    Where no mail is set up each letter is kept by itself, as the owner passes them on.
    """
    if not Delivery.select(Delivery.id).where(WAITS).exists():
        return
    if not sends_mail:
        with write():
            Delivery.update(gathered=False).where(WAITS).execute()
        return
    for reader in _readers():
        with apart("the mail of the day for", paces.key_of(reader)):
            _make_for(reader, now)


def letters(digest: Delivery) -> list[Delivery]:
    """What a mail of the day holds, in order; without what was taken out of it."""
    kept = Delivery.state.in_([DeliveryState.QUEUED, DeliveryState.DONE])
    return list(Delivery.select().where(Delivery.digest == digest.id, kept).order_by(Delivery.id))


def take_out(letter: Delivery) -> None:
    """Leave out of its mail of the day what was settled meanwhile."""
    with write():
        Delivery.update(state=DeliveryState.CANCELLED, last_error="overtaken").where(
            Delivery.id == letter.id, Delivery.state == DeliveryState.QUEUED
        ).execute()


def sent(digest: Delivery, now: datetime) -> None:
    """What a mail of the day held has gone out with it. Runs in the caller's write()."""
    Delivery.update(state=DeliveryState.DONE, done_at=now).where(
        Delivery.digest == digest.id, Delivery.state == DeliveryState.QUEUED
    ).execute()


def _readers() -> list[Reader]:
    waiting = Delivery.select(Delivery.contact).where(WAITS)
    owners = Delivery.select(Delivery.owner).where(WAITS, Delivery.contact.is_null())
    return [
        *Contact.select().where(Contact.id.in_(waiting)).order_by(Contact.id),
        *User.select().where(User.id.in_(owners)).order_by(User.id),
    ]


def _make_for(reader: Reader, now: datetime) -> None:
    day = _day(reader, now)
    with write(reader.client if isinstance(reader, Contact) else reader):
        if isinstance(reader, Contact) and reader.removed_at is not None:
            # Each letter then says for itself why it cannot go out.
            Delivery.update(gathered=False).where(WAITS, Delivery.contact == reader.id).execute()
        elif day is not None:
            _make(reader, day, now)


def _day(reader: Reader, now: datetime) -> date | None:
    """The day where the reader is, if they are at work now."""
    if isinstance(reader, Contact):
        client = reader.client
        zone, calendar = clients.zone_of(client), workdays.calendar(client.country, client.region)
    else:
        business: Business = Business.get(Business.owner == reader.id)
        zone = str(business.timezone)
        calendar = workdays.calendar(str(business.country), str(business.region))
    there = clock.local(now, zone)
    is_welcome = FROM <= there.time() < UNTIL and calendar.is_working(there.date())
    return there.date() if is_welcome else None


def _make(reader: Reader, day: date, now: datetime) -> None:
    contact = reader if isinstance(reader, Contact) else None
    mine = Delivery.contact == contact if contact else Delivery.contact.is_null()
    owner = contact.client.owner_id if contact else reader.id
    found = list(
        Delivery.select()
        .where(WAITS, mine, Delivery.owner == owner, Delivery.due_at <= now)
        .order_by(Delivery.id)
    )
    key = f"digest:{paces.key_of(reader)}:{day.isoformat()}"
    if not found or Delivery.select().where(Delivery.key == key).exists():
        return
    made = Delivery.create(
        owner=owner,
        project=found[0].project_id if contact else None,
        contact=contact,
        channel="mail",
        kind=TO_CLIENT if contact else TO_OWNER,
        recipient=reader.email,
        key=key,
        created_at=now,
        due_at=now,
    )
    # What its reader wanted at once meanwhile goes by itself.
    Delivery.update(digest=made).where(WAITS, Delivery.id.in_([row.id for row in found])).execute()
