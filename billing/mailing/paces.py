"""How soon a reader gets the letters of a topic: at once, within one mail a day, or not at all."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from billing.mailing import topics
from billing.refusals import N_, Conflict
from models import (
    Client,
    Contact,
    Delivery,
    DeliveryState,
    MailSetting,
    Pace,
    Topic,
    User,
    hold,
    write,
)
from models.once import Once

Reader = User | Contact

UNWANTED = "unwanted"
"""Why a letter stays here: its reader's setting."""

LOUDNESS = (Pace.OFF, Pace.DAILY, Pace.AT_ONCE)


class ChosenByReader(Conflict):
    sentence = N_("%(name)s chose to get fewer of these mails. Only they can have more again.")


def key_of(reader: Reader) -> str:
    """What names a reader in unique keys."""
    return f"{'contact' if isinstance(reader, Contact) else 'owner'}:{reader.id}"


_PACE = Once(lambda key: MailSetting.select(MailSetting.pace).where(MailSetting.key == key))


def of_letter(letter: str, facts: dict[str, Any], reader: Reader) -> Pace:
    """How a letter goes to its reader; what belongs to no topic goes at once. One query."""
    topic = topics.of(letter, facts)
    if topic is None:
        return Pace.AT_ONCE
    found = _PACE.first(f"{key_of(reader)}:{topic}")
    return Pace(found[0]) if found else Pace.AT_ONCE


def columns(letter: str, facts: dict[str, Any], reader: Reader) -> dict[str, Any]:
    """What a letter's delivery is to hold by its reader's setting: an unwanted one stays on
    record without going out."""
    pace = of_letter(letter, facts, reader)
    if pace == Pace.OFF:
        return {"state": DeliveryState.CANCELLED, "last_error": UNWANTED}
    return {"gathered": pace == Pace.DAILY}


def of(reader: Reader) -> dict[Topic, Pace]:
    """A reader's settings, topic by topic."""
    return {topic: Pace.AT_ONCE for topic in Topic} | {
        Topic(row.topic): Pace(row.pace) for row in _rows(reader)
    }


def quieter(client: Client) -> dict[int, dict[Topic, Pace]]:
    """By contact (id) of a client, the topics of which they do not get every letter at once."""
    found: dict[int, dict[Topic, Pace]] = {}
    rows = (
        MailSetting.select()
        .join(Contact)
        .where(Contact.client == client.id, MailSetting.pace != Pace.AT_ONCE)
        .order_by(MailSetting.id)
    )
    for row in rows:
        found.setdefault(row.contact_id, {})[Topic(row.topic)] = Pace(row.pace)
    return found


def choose(reader: Reader, chosen: Mapping[Topic, Pace], by: Reader, now: datetime) -> None:
    """Set how soon a reader gets letters, and let those that wait follow.

    The owner may choose for a contact, but not more than the contact did: refuses ChosenByReader.
    """
    with write(reader.client if isinstance(reader, Contact) else reader):
        before = {Topic(row.topic): row for row in _rows(reader)}
        for topic, pace in chosen.items():
            row = before.get(topic)
            if pace == (Pace(row.pace) if row else Pace.AT_ONCE):
                continue
            if row is not None and row.by_reader and by != reader and _is_louder(pace, row):
                raise ChosenByReader(name=reader.name)
            _keep(reader, topic, pace, by == reader, now)
            _follow(reader, topic, pace)


def _is_louder(pace: Pace, row: MailSetting) -> bool:
    return LOUDNESS.index(pace) > LOUDNESS.index(Pace(row.pace))


def _keep(reader: Reader, topic: Topic, pace: Pace, by_reader: bool, now: datetime) -> None:
    contact = reader if isinstance(reader, Contact) else None
    values = {"pace": pace, "by_reader": by_reader, "changed_at": now}
    MailSetting.insert(
        owner=contact.client.owner_id if contact else reader.id,
        contact=contact,
        topic=topic,
        key=f"{key_of(reader)}:{topic}",
        **values,
    ).on_conflict(conflict_target=[MailSetting.key], update=values).execute()


def _follow(reader: Reader, topic: Topic, pace: Pace) -> None:
    """What of a topic waits to go out is dropped, gathered, or goes out at once."""
    waiting = _waiting(reader)
    # So that none of them is taken and sent meanwhile.
    hold(Delivery, Delivery.id.in_([row.id for row in waiting]))
    ids = [row.id for row in _waiting(reader) if topics.of(row.kind, row.facts) == topic]
    changed: dict[str, Any] = {"gathered": pace == Pace.DAILY}
    if pace == Pace.OFF:
        changed = {"state": DeliveryState.CANCELLED, "last_error": UNWANTED}
    Delivery.update(**changed).where(Delivery.id.in_(ids)).execute()


def _waiting(reader: Reader) -> Iterable[Delivery]:
    rows = Delivery.select().where(
        Delivery.channel == "mail",
        Delivery.state == DeliveryState.QUEUED,
        Delivery.digest.is_null(),
        Delivery.kind.in_(list(topics.GROUPS)),
    )
    if isinstance(reader, Contact):
        return list(rows.where(Delivery.contact == reader.id))
    return list(rows.where(Delivery.owner == reader.id, Delivery.contact.is_null()))


def _rows(reader: Reader) -> Any:
    named = [f"{key_of(reader)}:{topic}" for topic in Topic]
    return MailSetting.select().where(MailSetting.key.in_(named))
