"""The worker: makes documents, sends mail and lets time pass, one leased delivery after another."""

import logging
import time
from datetime import datetime
from threading import Event

from billing import clock, dates, health
from billing.delivery import documents, headers, jobs, lease, letters, mail
from billing.delivery.failures import Undeliverable
from billing.installation import Installation
from billing.mailing import digests
from models import Delivery, connection, db, is_postgresql

log = logging.getLogger("milepost.worker")

PAUSE = 0.25
"""Seconds between two looks for work."""

RECOVERY = 5.0
"""Seconds to let a database that fails come back."""

MINUTE = 60.0


def run(installation: Installation, stop: Event) -> None:
    """Work until `stop` is set. The models must be bound; a failing database is waited for."""
    while not stop.is_set():
        try:
            with connection():
                _work(installation, stop)
        except Exception:
            log.exception("the worker lost its database and tries again")
            db.manual_close()
            stop.wait(RECOVERY)


def _work(installation: Installation, stop: Event) -> None:
    watch, struck = Watch(), -MINUTE
    while not stop.is_set():
        if time.monotonic() - struck >= MINUTE:
            struck = time.monotonic()
            health.beat(clock.now())
            dates.pass_time(clock.now())
            digests.gather(clock.now(), installation.sends_mail)
        if watch.stirs(clock.now()):
            while not stop.is_set() and _work_a_little(installation):
                pass
            watch.rest(lease.next_due(clock.now()))
        stop.wait(PAUSE)


def _work_a_little(installation: Installation) -> bool:
    """One delivery, and one chunk of long work beside it. False where there is neither."""
    delivered = work_once(installation, clock.now())
    return jobs.work_once(clock.now()) or delivered


class Watch:
    """Whether looking for work can find any. SQLite tells in 4 µs whether others have written."""

    def __init__(self) -> None:
        self._version = self._seen = -1
        self._next: datetime | None = None

    def stirs(self, now: datetime) -> bool:
        """Whether something was written since rest(), or has become due by time alone."""
        if is_postgresql():
            return True
        self._version = db.execute_sql("PRAGMA data_version").fetchone()[0]
        return self._version != self._seen or (self._next is not None and self._next <= now)

    def rest(self, next_due: datetime | None) -> None:
        """There was nothing left to do when stirs() was asked last."""
        self._seen, self._next = self._version, next_due


def work_once(installation: Installation, now: datetime) -> bool:
    """Take one due delivery, do it, mark it. False where there is none."""
    delivery = lease.take(now)
    if delivery is None:
        return False
    try:
        _deliver(delivery, installation, now)
    except Undeliverable as failure:
        log.warning("delivery %s (%s): %s", delivery.id, delivery.kind, failure.reason)
        lease.put_off(delivery, failure, now)
    except Exception as error:
        log.exception("delivery %s (%s) failed", delivery.id, delivery.kind)
        lease.put_off(delivery, Undeliverable("unexpected", type(error).__name__), now)
    return True


def _deliver(delivery: Delivery, installation: Installation, now: datetime) -> None:
    if int(delivery.attempts) > lease.MOST_ATTEMPTS:
        # Each attempt ended with the worker itself.
        raise Undeliverable("gave_up", permanent=True)
    if delivery.channel == "document":
        documents.make(delivery, installation, now)
        lease.finish(delivery, now)
    else:
        _mail(delivery, installation, now)


def _mail(delivery: Delivery, installation: Installation, now: datetime) -> None:
    if delivery.kind in digests.KINDS:
        for each in digests.letters(delivery):
            if letters.is_overtaken(each, installation, now):
                digests.take_out(each)
    if letters.is_overtaken(delivery, installation, now):
        lease.drop(delivery)
        return
    hour = letters.earliest(delivery, installation, now)
    if installation.sends_mail and hour > now:
        lease.wait(delivery, hour, now)
        return
    letter = letters.compose(delivery, installation, now, masked=not installation.sends_mail)
    known_as = delivery.message_id or mail.message_id(delivery, installation)
    lease.note(delivery, known_as, headers.one_line(letter.subject))
    if not installation.sends_mail:
        lease.hold(delivery)
        return
    server = mail.server_of(installation)
    message = mail.envelope(letter, delivery.recipient, known_as, server.sender, now)
    mail.send(message, delivery.recipient, server, mail.domain(installation))
    lease.finish(delivery, now)
