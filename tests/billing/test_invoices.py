"""Invoices: numbered without gaps, frozen when issued, billed once whatever is clicked."""

import json
from datetime import date, datetime
from hashlib import sha256

import pytest
from peewee import DatabaseError

from billing import checking
from billing.accepting import reviews
from billing.invoicing import finished, invoices, numbering
from billing.paying import payments
from billing.planning.plan import Billing
from billing.refusals import AlreadyIssued, NotPositive
from models import (
    Business,
    Charge,
    Client,
    Delivery,
    Event,
    Invoice,
    InvoiceLine,
    InvoiceState,
    Project,
    ProjectState,
    Series,
    TriggerDelivery,
    db,
    write,
)
from tests import cast as the
from tests.cast import NOW
from tests.crowd import at_once

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

DRAFTED = Billing(acceptance_delivery=TriggerDelivery.DRAFT)
LINE = invoices.Line("Landing page copy", 90_000)


def accepted(*planned, **options):
    cast = the.submitted(*planned, **options)
    reviews.accept(cast.milestone, cast.contact, NOW)
    return cast


def work(**changes):
    values = {
        "outcome": "Landing page copy",
        "price": 90_000,
        "terms_days": 14,
        "delivered_on": date(2026, 11, 20),
    }
    return finished.Work(**{**values, **changes})


def test_the_invoice_is_frozen_with_all_it_says():
    cast = accepted(for_client=None)
    [invoice] = cast.invoices
    said = json.loads(invoice.content)
    assert said["number"] == "INV-0001"
    assert said["seller"]["name"] == "Alice Writes LLC"
    assert said["buyer"]["name"] == "Cleo GmbH"
    assert (said["net"], said["tax"], said["total"]) == (500_000, 0, 500_000)
    assert said["lines"][0]["accepted_on"] == said["supply_date"] == "2026-11-22"
    issued = next(each for each in Event.select() if '"invoice.issued"' in each.body)
    assert sha256(invoice.content.encode()).hexdigest() in issued.body

    Client.update(name="Renamed").execute()
    Business.update(name="Renamed").execute()
    assert json.loads(Invoice.get().content) == said


@pytest.mark.parametrize(
    "change",
    [
        "total = 1",
        "number = 'X'",
        "due_on = '2027-01-01'",
        "content = '{}'",
        "state = 'draft'",
        "key = 'k'",
    ],
)
def test_not_even_sql_changes_what_is_issued(change):
    accepted()
    with pytest.raises(DatabaseError), write():
        db.execute_sql(f"UPDATE invoice SET {change}")
    with pytest.raises(DatabaseError), write():
        db.execute_sql("DELETE FROM invoice")
    with pytest.raises(DatabaseError), write():
        InvoiceLine.update(amount=1).execute()
    assert checking.problems() == []


def test_numbers_have_no_gaps_under_twenty_threads():
    owner = the.owner()
    projects = [the.project(owner) for _ in range(20)]
    drafts = [invoices.bill(each, [LINE], owner, NOW, send=False) for each in projects]
    at_once(20, lambda number: invoices.issue(drafts[number], owner, NOW))
    assert sorted(row.sequence for row in Invoice.select()) == list(range(1, 21))
    assert Series.get().next_number == 21
    assert checking.problems() == []


def test_a_refused_issue_burns_no_number(monkeypatch):
    owner = the.owner()
    project = the.project(owner)
    draft = invoices.bill(project, [LINE], owner, NOW, send=False)
    with monkeypatch.context() as broken:
        broken.setattr(invoices.events, "record", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            invoices.issue(draft, owner, NOW)
    assert Invoice.get().state == InvoiceState.DRAFT
    assert invoices.issue(draft, owner, NOW).number == "INV-0001"


def test_issuing_one_draft_from_twenty_threads_issues_it_once():
    cast = accepted(the.terms(billing=DRAFTED))
    [draft] = cast.invoices
    answers = at_once(20, lambda _: invoices.issue(draft, cast.owner, NOW))
    assert sum(isinstance(answer, AlreadyIssued) for answer in answers) == 19
    assert [row.number for row in Invoice.select()] == ["INV-0001"]
    assert Delivery.select().where(Delivery.kind == "invoice_issued").count() == 1


def test_two_owners_count_for_themselves():
    for _ in range(2):
        accepted()
    assert [row.number for row in Invoice.select()] == ["INV-0001", "INV-0001"]


def test_the_date_is_the_sellers():
    cast = the.submitted(of=the.owner(timezone="Asia/Tokyo"))
    reviews.accept(cast.milestone, cast.contact, datetime(2026, 11, 22, 20, 0))
    assert cast.invoices[0].issued_on == date(2026, 11, 23)


def test_a_draft_has_no_number_and_tells_nobody():
    cast = accepted(the.terms(billing=DRAFTED))
    [draft] = cast.invoices
    assert (draft.state, draft.number, draft.content) == (InvoiceState.DRAFT, None, None)
    assert Delivery.select().where(Delivery.kind == "invoice_issued").count() == 0
    assert numbering.following(cast.owner, NOW.date()) == "INV-0001"


def test_a_discarded_draft_frees_its_charges():
    cast = accepted(the.terms(billing=DRAFTED))
    [draft] = cast.invoices
    invoices.discard(draft, cast.owner, NOW)
    assert Invoice.select().count() == InvoiceLine.select().count() == 0
    assert Charge.select().where(Charge.freed_at.is_null()).count() == 0
    assert checking.problems() == []


def test_what_is_issued_is_not_discarded():
    cast = accepted()
    with pytest.raises(AlreadyIssued):
        invoices.discard(cast.invoices[0], cast.owner, NOW)


def test_finished_work_gets_a_project_that_closes_when_it_is_paid():
    owner = the.owner()
    client = the.client(owner)
    invoice = finished.bill(client, work(), "k", owner, NOW)
    assert (invoice.number, invoice.total, invoice.supplied_on) == (
        "INV-0001",
        90_000,
        date(2026, 11, 20),
    )
    assert Project.get().state == ProjectState.ACTIVE
    payments.record(invoice, 90_000, NOW.date(), "k", owner, NOW)
    assert Project.get().state == ProjectState.CLOSED
    assert checking.problems() == []


def test_finished_work_posted_twenty_times_is_one_invoice():
    owner = the.owner()
    client = the.client(owner)
    answers = at_once(20, lambda _: finished.bill(client, work(), "k", owner, NOW))
    assert {answer.id for answer in answers} == {Invoice.get().id}
    assert Invoice.select().count() == Project.select().count() == 1


def test_the_same_key_of_two_owners_is_two_invoices():
    for _ in range(2):
        owner = the.owner()
        finished.bill(the.client(owner), work(), f"{owner.id}:k", owner, NOW)
    assert Invoice.select().count() == 2


def test_finished_work_needs_a_price_and_a_name():
    owner = the.owner()
    client = the.client(owner)
    with pytest.raises(NotPositive):
        finished.bill(client, work(price=0), "k", owner, NOW)
    Business.update(name="").execute()
    with pytest.raises(finished.BusinessUnnamed):
        finished.bill(client, work(), "k", owner, NOW)
    assert Project.select().count() == 0


def test_the_outlook_says_what_billing_then_does():
    owner = the.owner(tax_registered=True, tax_rate=19000, country="DE")
    client = the.client(owner, country="DE", currency="EUR")
    seen = finished.outlook(client, 14, owner, NOW)
    invoice = finished.bill(client, work(), "k", owner, NOW)
    assert (seen.number, seen.due_on) == (invoice.number, invoice.due_on)
    assert seen.tax_rate == invoice.taxes[0]["rate"] == 19000
    told = Delivery.get(Delivery.kind == "invoice_issued")
    assert seen.payers == [told.recipient]
