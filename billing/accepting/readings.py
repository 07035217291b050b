"""Readings of a measure: entered by one side, confirmed by the other, which bills what it earned.

A measure is read once its milestone is accepted. What it does not earn is given up for good.
"""

from datetime import date, datetime

from billing import clock, events, outbox
from billing.accepting import reading_mails
from billing.accepting.measured import Consequence as Consequence
from billing.accepting.measured import Standing as Standing
from billing.accepting.measured import answer_of as answer_of
from billing.accepting.measured import consequence as consequence
from billing.accepting.measured import of as of
from billing.accepting.measured import reading_of as reading_of
from billing.actors import CLOCK, Actor
from billing.apart import apart
from billing.invoicing import charges, invoices
from billing.invoicing.measures import Measure
from billing.planning import projects
from billing.refusals import N_, Conflict, NotYours, Refusal
from billing.web_addresses import web_address
from models import (
    AnswerKind,
    Contact,
    Milestone,
    Project,
    Reading,
    ReadingAnswer,
    TriggerKind,
    User,
    write,
)


class NothingToRead(Conflict):
    sentence = N_("Nothing of “%(title)s” waits for a reading now.")


class AnswerFirst(Conflict):
    sentence = N_("There is a reading that waits for your answer. Confirm or refuse it first.")


class ReadingAnswered(Conflict):
    sentence = N_("This reading was answered or replaced meanwhile.")


class NotYourAnswer(Conflict):
    sentence = N_("A reading is answered by the other side.")


class WhyMissing(Refusal):
    sentence = N_("Say why this reading is not right.")
    field = "reason"


class OutsideWindow(Refusal):
    sentence = N_("Choose a day from %(first)s to %(last)s that is not in the future.")
    field = "taken_on"


def enter(
    milestone: Milestone,
    value: int,
    taken_on: date,
    by: User | Contact,
    now: datetime,
    key: str,
    note: str = "",
    link: str = "",
) -> Reading:
    """Say what the measure came to (thousandths of its unit) on a day; the other side answers.

    It takes the place of one's own reading that still waits. A repeat with the same key is the
    same reading. Refuses NotYours, NothingToRead, AnswerFirst, OutsideWindow, NotALink.
    """
    _may(milestone.project, by)
    address = web_address(link)
    with write(milestone.project):
        key = f"{milestone.id}:{key[:64]}"
        again: Reading | None = Reading.get_or_none(Reading.key == key)
        if again is not None:
            return again
        seen = _open(milestone)
        _refuse_outside(seen, taken_on, now)
        waiting = seen.waiting
        contact = by if isinstance(by, Contact) else None
        if waiting is not None:
            if _is_clients(waiting) != (contact is not None):
                raise AnswerFirst
            _answer(waiting, AnswerKind.REPLACED, by, now)
        made: Reading = Reading.create(
            trigger=seen.trigger,
            value=value,
            taken_on=taken_on,
            note=note.strip(),
            link=address,
            contact=contact,
            key=key,
            entered_at=now,
        )
        events.record(
            "reading.entered",
            milestone.project,
            by,
            now,
            **_named(milestone, seen.measure),
            reading=made.id,
            value=value,
            taken_on=taken_on.isoformat(),
            note=made.note,
        )
        reading_mails.entered(made, milestone.project, now)
    return made


def confirm(reading: Reading, by: User | Contact, now: datetime) -> int:
    """Agree to the other side's reading: what it earns is billed, the rest of the share given up.

    Answers the amount in minor units of the prices' basis. Refuses NotYours, NotYourAnswer,
    ReadingAnswered, NothingToRead.
    """
    milestone = reading.trigger.milestone
    _may(milestone.project, by)
    with write(milestone.project):
        seen = _open(milestone)
        _refuse_own(reading, by)
        _answer(reading, AnswerKind.CONFIRMED, by, now)
        amount = seen.amount(int(reading.value))
        events.record(
            "reading.confirmed",
            milestone.project,
            by,
            now,
            **_named(milestone, seen.measure),
            reading=reading.id,
            value=reading.value,
            amount=amount,
            currency=milestone.project.currency,
        )
        _bill(seen, amount, by, now)
        reading_mails.answered(reading, AnswerKind.CONFIRMED, milestone.project, now)
    return amount


def refuse(reading: Reading, reason: str, by: User | Contact, now: datetime) -> None:
    """Say why the other side's reading is wrong. Nothing is billed.

    Refuses NotYours, WhyMissing, NotYourAnswer, ReadingAnswered, NothingToRead.
    """
    milestone = reading.trigger.milestone
    _may(milestone.project, by)
    if not reason.strip():
        raise WhyMissing
    with write(milestone.project):
        seen = _open(milestone)
        _refuse_own(reading, by)
        _answer(reading, AnswerKind.REFUSED, by, now, reason.strip())
        events.record(
            "reading.refused",
            milestone.project,
            by,
            now,
            **_named(milestone, seen.measure),
            reading=reading.id,
            value=reading.value,
            reason=reason.strip(),
        )
        reading_mails.answered(reading, AnswerKind.REFUSED, milestone.project, now)


def pass_time(now: datetime) -> None:
    """Bill the fallback of every measure whose last day is over and of which the client has
    given no reading, and tell them some days before. Once only, and what fails for one holds up
    no other."""
    for trigger in list(charges.unfired(TriggerKind.ON_METRIC)):
        with apart("the measure of milestone", trigger.milestone_id):
            _pass_time(trigger.milestone, now)


def _pass_time(milestone: Milestone, now: datetime) -> None:
    today = clock.local_date(now, projects.zone_of(milestone.project))
    with write(milestone.project):
        stored: Milestone = Milestone.get_by_id(milestone.id)
        seen = of(stored.project, [stored])[stored.id]
        is_over = seen.is_open and seen.last_day is not None and seen.last_day < today
        if any(map(_is_clients, seen.readings)):
            return
        if is_over:
            _withhold(seen, now)
        else:
            reading_mails.warn(seen, now)


def _withhold(seen: Standing, now: datetime) -> None:
    project, amount = seen.milestone.project, seen.measure.withheld(seen.cap)
    if seen.waiting is not None:
        _answer(seen.waiting, AnswerKind.REPLACED, CLOCK, now)
    events.record(
        "reading.withheld",
        project,
        CLOCK,
        now,
        **_named(seen.milestone, seen.measure),
        amount=amount,
        currency=project.currency,
    )
    _bill(seen, amount, CLOCK, now)


def _bill(seen: Standing, amount: int, by: Actor, now: datetime) -> None:
    milestone, project = seen.milestone, seen.milestone.project
    milestone.given_up = seen.cap - amount
    Milestone.update(given_up=milestone.given_up).where(Milestone.id == milestone.id).execute()
    fired = charges.fire(project, [milestone], TriggerKind.ON_METRIC, by, now)
    invoices.raise_for(project, fired, "metric", by, now)
    projects.close_if_settled(project, by, now)


def _open(milestone: Milestone) -> Standing:
    stored: Milestone = Milestone.get_by_id(milestone.id)
    seen = of(stored.project, [stored]).get(stored.id)
    if seen is None or not seen.is_open:
        raise NothingToRead(title=milestone.title)
    return seen


def _refuse_outside(seen: Standing, taken_on: date, now: datetime) -> None:
    measure = seen.measure
    today = clock.local_date(now, projects.zone_of(seen.milestone.project))
    if not measure.window_from <= taken_on <= min(measure.window_to, today):
        raise OutsideWindow(
            first=measure.window_from.isoformat(), last=measure.window_to.isoformat()
        )


def _may(project: Project, by: User | Contact) -> None:
    if isinstance(by, Contact) and not by.is_approver:
        raise NotYours(role=", ".join(each.name for each in outbox.contacts(project, "approver")))


def _is_clients(reading: Reading) -> bool:
    return reading.contact_id is not None


def _refuse_own(reading: Reading, by: User | Contact) -> None:
    if _is_clients(reading) == isinstance(by, Contact):
        raise NotYourAnswer


def _answer(reading: Reading, kind: AnswerKind, by: Actor, now: datetime, reason: str = "") -> None:
    if ReadingAnswer.select().where(ReadingAnswer.reading == reading.id).exists():
        raise ReadingAnswered
    ReadingAnswer.create(
        reading=reading,
        kind=kind,
        contact=by if isinstance(by, Contact) else None,
        reason=reason,
        answered_at=now,
    )


def _named(milestone: Milestone, measure: Measure) -> dict[str, object]:
    return {"milestone": milestone.id, "title": milestone.title, "measure": measure.name}
