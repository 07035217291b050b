"""The worker: each delivery once, again after a crash, later after a failure, never in a storm."""

import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from peewee import OperationalError

import models
from billing import clock, outbox
from billing.accepting import reviews
from billing.agreeing import agreements
from billing.delivery import documents, lease, mail, worker
from billing.invoicing import invoices
from billing.people import accounts
from models import Agreement, AgreementState, Delivery, DeliveryState, Event, Rendition
from tests import cast as the
from tests import press
from tests.cast import NOW, later
from tests.crowd import at_once
from tests.postbox import postbox

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

QUEUED, DONE = DeliveryState.QUEUED, DeliveryState.DONE


@pytest.fixture(autouse=True)
def quick_press(monkeypatch):
    """Documents without the engine, which has tests of its own."""
    press.idle(monkeypatch, named=True)


@pytest.fixture
def box():
    with postbox() as made:
        yield made


@pytest.fixture
def posting(installation, box):
    """The installation with a mail server that answers."""
    return replace(installation, smtp_url=f"{box.url}?from=post@milepost.example")


def forgotten(email="alice@example.com"):
    """An owner who asked for a new password: one delivery, nothing else."""
    accounts.sign_up(email, the.PASSWORD, NOW)
    accounts.ask_for_reset(email, NOW)
    return Delivery.get()


def finish(installation, now=NOW):
    """All that is due by now."""
    rounds = 0
    while worker.work_once(installation, now):
        rounds += 1
        assert rounds < 200, "the worker goes in circles"


def stored(delivery):
    return Delivery.get_by_id(delivery.id)


def test_nothing_to_do(installation):
    assert worker.work_once(installation, NOW) is False


def test_an_agreement_is_made_then_sent(posting, box):
    user = the.owner()
    agreement = agreements.compose(the.project(user), NOW)
    agreements.send(agreement, user, NOW)
    finish(posting)

    agreement = Agreement.get_by_id(agreement.id)
    assert agreement.state == AgreementState.SENT
    assert agreement.document.file.content
    [message] = box.received
    assert message["To"].addresses[0].addr_spec == agreement.signer.email


def test_a_withdrawn_agreement_is_not_made(posting, box):
    user = the.owner()
    agreement = agreements.compose(the.project(user), NOW)
    agreements.send(agreement, user, NOW)
    agreements.void(agreement, user, NOW)
    finish(posting)
    assert Agreement.get_by_id(agreement.id).state == AgreementState.VOIDED
    assert box.received == []


def test_an_invoice_is_mailed_once_its_document_is_made(posting, box):
    cast = the.submitted()
    finish(posting)
    box.received.clear()
    reviews.accept(cast.milestone, cast.contact, NOW)
    mailed = Delivery.get(Delivery.kind == "invoice_issued")
    assert mailed.after.kind == "invoice"
    finish(posting)

    [invoice] = cast.invoices
    document = invoices.document(invoice)
    to_client = [each for each in box.received if "INV-0001" in each["Subject"]]
    [attached] = to_client[0].iter_attachments()
    assert attached.get_content() == bytes(document.file.content)
    assert attached.get_filename() == "INV-0001.pdf"
    made = [each for each in Event.select() if "invoice.document_made" in each.body]
    assert len(made) == 1


def test_a_failing_engine_leaves_the_record_and_is_tried_again(posting, box, monkeypatch):
    cast = the.submitted()
    reviews.accept(cast.milestone, cast.contact, NOW)

    with monkeypatch.context() as meanwhile:
        press.broken(meanwhile, "crashed", "signal 11")
        finish(posting)
    [invoice] = cast.invoices
    waiting = Delivery.get(Delivery.kind == "invoice")
    assert (waiting.state, waiting.last_error) == (QUEUED, "pdf: crashed: signal 11")
    assert invoice.number == "INV-0001"
    assert Delivery.get(Delivery.kind == "invoice_issued").state == QUEUED

    finish(posting, waiting.due_at)
    assert invoices.document(invoice) is not None
    assert Delivery.get(Delivery.kind == "invoice_issued").state == DONE


def test_a_document_is_made_once_though_two_workers_make_it(installation):
    cast = the.submitted()
    reviews.accept(cast.milestone, cast.contact, NOW)
    delivery = Delivery.get(Delivery.kind == "invoice")
    at_once(5, lambda _: documents.make(delivery, installation, NOW))
    assert Rendition.select().count() == 1


def test_killed_between_sending_and_marking_the_repeat_has_the_same_message_id(
    posting, box, monkeypatch
):
    delivery = forgotten()

    class Killed(BaseException):
        """No handler of ours sees it, as with kill -9."""

    def killed(*_):
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(lease, "finish", killed)
        with pytest.raises(Killed):
            worker.work_once(posting, NOW)
    assert worker.work_once(posting, NOW) is False

    assert worker.work_once(posting, NOW + lease.LEASE) is True
    first, second = (message["Message-ID"] for message in box.received)
    assert first == second == stored(delivery).message_id
    assert stored(delivery).state == DONE
    finish(posting, later(days=1))
    assert len(box.received) == 2


def test_a_recipient_refused_for_good_fails_at_once(posting, box):
    box.answers["RCPT"] = "550 5.1.1 No such user here"
    delivery = forgotten()
    worker.work_once(posting, NOW)
    row = stored(delivery)
    assert row.state == DeliveryState.FAILED
    assert row.last_error == "recipient_refused: 550 5.1.1 No such user here"


@pytest.mark.parametrize(
    ("command", "answer", "state"),
    [
        ("RCPT", "451 greylisted", "queued"),
        ("MAIL", "530 sign in first", "queued"),
        ("CONNECT", "554 no service", "queued"),
        ("END", "452 no room", "queued"),
        ("END", "554 looks like spam", "failed"),
    ],
)
def test_only_what_will_not_change_is_final(posting, box, command, answer, state):
    box.answers[command] = answer
    delivery = forgotten()
    worker.work_once(posting, NOW)
    assert stored(delivery).state == state


def test_a_failure_after_the_message_was_taken_does_not_repeat_it(posting, box):
    box.answers["QUIT"] = "421 gone"
    delivery = forgotten()
    worker.work_once(posting, NOW)
    assert stored(delivery).state == DONE


def test_without_a_mail_server_a_mail_is_held_and_not_said_to_be_sent(installation):
    delivery = forgotten()
    worker.work_once(installation, NOW)
    row = stored(delivery)
    assert (row.state, row.done_at, row.subject) == ("held", None, "Choose a new password")
    assert worker.work_once(installation, later(days=9)) is False


def test_a_held_mail_goes_out_when_it_is_asked_for(installation, posting, box):
    delivery = forgotten()
    worker.work_once(installation, NOW)
    outbox.retry(stored(delivery), NOW)
    finish(posting)
    assert stored(delivery).state == DONE
    assert len(box.received) == 1


def test_nothing_is_sent_to_a_contact_who_was_removed(posting, box):
    cast = the.offered()
    models.Contact.update(removed_at=NOW).execute()
    finish(posting)
    sent = Delivery.get(Delivery.kind == "agreement_sent")
    assert (sent.state, sent.last_error) == ("failed", "contact_gone")
    assert cast.contact.email not in str(box.envelopes)


def test_a_letter_that_asks_for_what_is_settled_by_now_is_dropped(posting, box):
    cast = the.offered()
    agreements.void(cast.agreement, cast.owner, NOW)
    finish(posting)
    assert Delivery.get(Delivery.kind == "agreement_sent").state == DeliveryState.CANCELLED
    [withdrawn] = box.received
    assert withdrawn["Subject"].startswith("Withdrawn")


def test_a_review_is_not_asked_for_after_it_was_given(posting, box):
    cast = the.submitted()
    reviews.accept(cast.milestone, cast.contact, NOW)
    finish(posting)
    assert Delivery.get(Delivery.kind == "milestone_submitted").state == DeliveryState.CANCELLED
    assert not [each for each in box.received if each["Subject"].startswith("Ready")]


def test_a_bug_in_one_letter_stops_no_other(posting, box, monkeypatch):
    broken = forgotten()
    forgotten("bob@example.com")
    whole = mail.envelope

    def sometimes(letter, recipient, *rest):
        if recipient == broken.recipient:
            raise RuntimeError("a secret in the message")
        return whole(letter, recipient, *rest)

    monkeypatch.setattr(mail, "envelope", sometimes)
    finish(posting)
    assert stored(broken).last_error == "unexpected: RuntimeError"
    assert len(box.received) == 1


def test_run_works_until_it_is_told_to_stop(posting, box, monkeypatch):
    monkeypatch.setattr(worker, "PAUSE", 0.02)
    stop = threading.Event()
    running = threading.Thread(target=worker.run, args=(posting, stop), daemon=True)
    running.start()
    try:
        accounts.sign_up("alice@example.com", the.PASSWORD, clock.now())
        accounts.ask_for_reset("alice@example.com", clock.now())
        _until(lambda: box.received)
        # A retry is noticed too: it is due by time alone, not by anybody's writing.
        delivery = Delivery.get()
        soon = clock.now() + timedelta(seconds=0.3)
        _until(lambda: stored(delivery).state == DONE)
        Delivery.update(state=QUEUED, due_at=soon).execute()
        _until(lambda: len(box.received) == 2)
    finally:
        stop.set()
        running.join(timeout=60)
    assert not running.is_alive()


def test_run_survives_a_database_that_fails(posting, box, monkeypatch):
    monkeypatch.setattr(worker, "PAUSE", 0.02)
    monkeypatch.setattr(worker, "RECOVERY", 0.05)
    forgotten()
    whole, failures = lease.take, iter([True, True])

    def sometimes(now):
        if next(failures, False):
            raise OperationalError("gone")
        return whole(now)

    monkeypatch.setattr(lease, "take", sometimes)
    stop = threading.Event()
    running = threading.Thread(target=worker.run, args=(posting, stop), daemon=True)
    running.start()
    try:
        _until(lambda: box.received)
    finally:
        stop.set()
        running.join(timeout=60)
    assert not running.is_alive()


def _until(reached, seconds=60.0):
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
