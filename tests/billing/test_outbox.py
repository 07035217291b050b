"""The outbox as rows: queued with the deed, once, narrowed, tried again, taken back."""

import pytest

from billing import outbox
from billing.accepting import reviews
from billing.delivery import by_hand, lease, worker
from billing.paying import payments
from billing.reading import mailroom
from billing.refusals import WrongState
from models import Contact, Delivery, DeliveryState
from tests import cast as the
from tests.cast import NOW, later
from tests.crowd import at_once

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]


def message(kind="agreement_sent"):
    return Delivery.get(Delivery.kind == kind)


def test_what_was_rolled_back_sends_nothing(monkeypatch):
    cast = the.submitted()
    before = Delivery.select().count()
    with monkeypatch.context() as broken:
        broken.setattr(reviews.projects, "close_if_settled", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            reviews.accept(cast.milestone, cast.contact, NOW)
    assert Delivery.select().count() == before


def test_a_deed_repeated_is_told_once():
    cast = the.submitted()
    reviews.accept(cast.milestone, cast.contact, NOW)
    [invoice] = cast.invoices
    for _ in range(2):
        payments.record(invoice, 100, NOW.date(), "k", cast.owner, NOW)
    assert len(outbox.about("invoice_issued", invoice.id)) == 1
    assert Delivery.select().where(Delivery.kind == "payment_recorded").count() == 1


def test_every_payer_is_told_and_nobody_who_was_removed():
    cast = the.submitted()
    second = the.contact(cast.project.client, name="Ana", is_approver=False, is_signer=False)
    the.contact(cast.project.client, name="Gone", removed_at=NOW)
    the.contact(cast.project.client, name="Not a payer", is_payer=False)
    reviews.accept(cast.milestone, cast.contact, NOW)
    told = {row.recipient for row in outbox.about("invoice_issued", cast.invoices[0].id)}
    assert told == {cast.contact.email, second.email}


def test_the_invoices_mail_waits_for_its_document():
    cast = the.submitted()
    reviews.accept(cast.milestone, cast.contact, NOW)
    Delivery.delete().where(Delivery.kind.not_in(["invoice", "invoice_issued"])).execute()
    document = lease.take(NOW)
    assert document.kind == "invoice"
    assert lease.take(NOW) is None
    lease.finish(document, NOW)
    assert lease.take(NOW).kind == "invoice_issued"


def test_letters_of_one_subject_are_not_those_of_another():
    owner = the.owner()
    for subject in (1, 11, 111):
        project = the.project(owner)
        contact = next(iter(outbox.contacts(project, "payer")))
        outbox.mail("invoice_issued", project, contact, f"invoice_issued:{subject}:1", NOW, {})
    assert len(outbox.about("invoice_issued", 1)) == 1
    outbox.withdraw("invoice_issued", 11)
    states = [row.state for row in Delivery.select().order_by(Delivery.id)]
    assert states == ["queued", "cancelled", "queued"]


def test_a_retry_is_due_at_once_with_fresh_attempts_and_the_present_address():
    cast = the.offered()
    Delivery.update(state="failed", attempts=24, last_error="gave_up").execute()
    Contact.update(email="new@example.com").execute()
    outbox.retry(message(), later(hours=1))
    row = message()
    assert (row.state, row.attempts, row.due_at, row.last_error, row.recipient) == (
        "queued",
        0,
        later(hours=1),
        "",
        "new@example.com",
    )
    assert cast.contact.id == row.contact_id


@pytest.mark.parametrize("state", ["done", "claimed", "cancelled"])
def test_what_is_out_or_going_out_is_left_alone(state):
    the.offered()
    Delivery.update(state=state).execute()
    with pytest.raises(WrongState):
        outbox.retry(message(), NOW)
    with pytest.raises(WrongState):
        outbox.cancel(message())


def test_cancelling_and_sending_at_once_does_one_of_them():
    the.offered()
    waiting = message()

    def race(number):
        return lease.take(NOW) if number % 2 else outbox.cancel(waiting)

    at_once(10, race)
    assert message().state in {DeliveryState.CLAIMED, DeliveryState.CANCELLED}


def test_the_list_counts_by_what_became_of_messages(installation):
    cast = the.submitted()
    reviews.accept(cast.milestone, cast.contact, NOW)
    Delivery.update(state="failed").where(Delivery.kind == "invoice").execute()
    Delivery.update(state="done").where(Delivery.kind == "agreement_active").execute()
    listed = mailroom.listed(cast.owner)
    assert listed.counts["failed"] == 0, "a document without a failure is no message"
    assert listed.counts["sent"] == 1
    assert sum(listed.counts.values()) == listed.total == len(listed.messages)
    assert mailroom.listed(the.owner()).total == 0
    waiting = next(row for row in listed.messages if row.kind == "invoice_issued")
    assert waiting.before.kind == "invoice"


def test_only_what_its_owner_must_pass_on_can_be_copied(installation):
    cast = the.offered()
    assert not by_hand.can_be_copied(message(), installation)
    while worker.work_once(installation, NOW):
        pass
    assert by_hand.can_be_copied(message(), installation)
    letter = by_hand.copy(message(), installation, cast.owner, NOW)
    assert "/l/" in letter.text and "…" not in letter.text
