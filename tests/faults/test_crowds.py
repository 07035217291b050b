"""Twenty people do the same at the same moment, over HTTP, to two processes of a real server."""

import pytest

import models
from billing import checking, clock
from billing.accepting import reviews
from billing.invoicing import invoices
from billing.people import links
from models import Delivery, Invoice, Link, Payment, Series, Signature
from tests import cast as the
from tests.cast import NOW
from tests.faults.server import SECRET, Answer, Person, all_at_once

pytestmark = [pytest.mark.faults, pytest.mark.usefixtures("shared")]

MANY = 20


def _clients(server, cast: the.Engagement, page: str = "") -> list[Person]:
    """The contact in twenty browsers, each with the page open."""
    with models.write(cast.project):
        link = links.for_contact(cast.project, cast.contact, NOW)
    cookie = {f"link_{link.key}".replace("-", "_"): links.token(link, SECRET.encode())}
    people = [Person(server.port, dict(cookie)) for _ in range(MANY)]
    for person in people:
        assert person.get(f"{_home(link)}{page}").status == 200
    return people


def _home(link: Link) -> str:
    return f"/p/{link.key}/"


def _owners(server, cast: the.Engagement) -> list[Person]:
    first = Person(server.port)
    first.sign_in(cast.owner.email, the.PASSWORD)
    return [Person(server.port, dict(first.cookies), first.token) for _ in range(MANY)]


def _answered(answers: list[Answer]) -> None:
    assert [each.status for each in answers if each.status >= 500] == []


def test_twenty_acceptances_are_one_invoice(server):
    cast = the.submitted()
    milestone = cast.milestone
    page = f"milestones/{milestone.id}/acceptance"
    people = _clients(server, cast, page)
    address = f"{_home(Link.get(Link.project == cast.project.id))}{page}"
    answers = all_at_once(people, lambda person, _: person.post(address, seen="1"))

    assert {answer.status for answer in answers} == {303}
    [invoice] = cast.invoices
    assert invoice.number == "INV-0001"
    assert Series.get(Series.owner == cast.owner.id).next_number == 2
    mails = Delivery.select().where(Delivery.project == cast.project.id)
    assert mails.where(Delivery.kind == "invoice_issued").count() == 1
    assert mails.where(Delivery.kind == "milestone_accepted").count() == 1
    assert checking.problems() == []


def test_twenty_signatures_are_one(server):
    cast = the.offered()
    people = _clients(server, cast, "agreement")
    home = _home(Link.get(Link.project == cast.project.id))
    shown = cast.agreement.document.file.sha256
    answers = all_at_once(
        people,
        lambda person, number: person.post(
            f"{home}agreement/signature",
            name="Cleo Zając",
            agreed="y",
            consented="y",
            document_sha256=shown,
            key=f"browser{number}",
        ),
    )
    _answered(answers)
    assert Signature.select().where(Signature.agreement == cast.agreement.id).count() == 1
    receipts = Delivery.select().where(
        Delivery.project == cast.project.id, Delivery.kind == "agreement_signed_receipt"
    )
    assert receipts.count() == 1
    assert checking.problems() == []


def test_a_payment_sent_twenty_times_is_booked_once(server):
    cast = the.submitted()
    _accept(cast)
    [invoice] = cast.invoices
    day = clock.local_date(clock.now(), "America/New_York").isoformat()
    answers = all_at_once(
        _owners(server, cast),
        lambda person, _: person.post(
            f"/invoices/{invoice.id}/payments",
            amount="2,000.00",
            received_on=day,
            method="bank",
            key="the same page",
        ),
    )
    assert {answer.status for answer in answers} == {303}
    assert [row.amount for row in Payment.select().where(Payment.invoice == invoice.id)] == [
        200_000
    ]
    assert checking.problems() == []


def test_twenty_payments_never_exceed_what_is_owed(server):
    cast = the.submitted()
    _accept(cast)
    [invoice] = cast.invoices
    day = clock.local_date(clock.now(), "America/New_York").isoformat()
    answers = all_at_once(
        _owners(server, cast),
        lambda person, number: person.post(
            f"/invoices/{invoice.id}/payments",
            amount="1,000.00",
            received_on=day,
            method="bank",
            key=f"page{number}",
        ),
    )
    _answered(answers)
    assert Payment.select().where(Payment.invoice == invoice.id).count() == 5
    assert checking.problems() == []


def test_twenty_invoices_issued_at_once_have_no_gaps(server):
    cast = the.active()
    drafts = [
        invoices.bill(cast.project, [invoices.Line("A workshop", 100)], cast.owner, NOW, send=False)
        for _ in range(MANY)
    ]
    answers = all_at_once(
        _owners(server, cast),
        lambda person, number: person.post(f"/invoices/{drafts[number].id}/issue"),
    )
    assert {answer.status for answer in answers} == {303}
    issued = Invoice.select().where(Invoice.owner == cast.owner.id)
    assert sorted(row.sequence for row in issued) == list(range(1, MANY + 1))
    assert checking.problems() == []


def test_a_client_who_signs_while_the_owner_withdraws_meets_one_outcome(server):
    cast = the.offered()
    clients, owners = _clients(server, cast, "agreement"), _owners(server, cast)
    home = _home(Link.get(Link.project == cast.project.id))
    shown = cast.agreement.document.file.sha256

    def act(person: Person, number: int) -> Answer:
        if number % 2:
            return person.post(f"/projects/{cast.project.id}/agreement/voiding")
        return person.post(
            f"{home}agreement/signature",
            name="Cleo Zając",
            agreed="y",
            consented="y",
            document_sha256=shown,
            key="one",
        )

    mixed = [clients[number] if number % 2 == 0 else owners[number] for number in range(MANY)]
    _answered(all_at_once(mixed, act))
    assert checking.problems() == []


def _accept(cast: the.Engagement) -> None:
    reviews.accept(cast.milestone, cast.contact, NOW)
