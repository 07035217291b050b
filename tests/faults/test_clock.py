"""A clock that is forty days ahead or two days behind: everything opens, nothing storms."""

import re
from datetime import date, timedelta

import pytest

from billing import checking, dates
from billing.accepting import reviews, submissions
from billing.agreeing import agreements, composing, signing
from billing.delivery import worker
from billing.paying import payments
from billing.planning.plan import Billing
from models import Delivery, DeliveryState, Invoice, InvoiceState, Project
from tests import cast as the
from tests import press, retelling
from tests.cast import NOW
from tests.house.walk import Walk
from tests.web.conftest import app, frozen, nothing_stale
from tests.web.visitor import BASE_URL

__all__ = ["app", "frozen", "nothing_stale"]

pytestmark = pytest.mark.faults

AHEAD, BEHIND = timedelta(days=40), timedelta(days=-2)
NEGATIVE = re.compile(r"(?<![\w-])[-−]\s?\d+\s+(day|hour|minute|second)|in -\d|\bNone\b")


def _texts(walk: Walk) -> dict[str, str]:
    """Every page as its visitor reads it now, signed in anew where the session has lapsed."""
    found = {}
    for step in walk.steps("GET"):
        if step.rule.endpoint == "health.ready":
            # The worker's last sign of life is as far away as the clock has jumped.
            continue
        answer = walk.rightful(step).client.get(step.address, base_url=BASE_URL)
        assert answer.status_code < 400, step
        if answer.mimetype == "text/html":
            found[str(step)] = re.sub(r"<[^>]+>", " ", answer.text)
        answer.close()
    return found


@pytest.mark.parametrize("shift", [AHEAD, BEHIND], ids=["40 days ahead", "2 days behind"])
def test_every_page_opens_and_no_age_is_negative(app, frozen, shift):
    whole = retelling.told("alice@example.com")
    if shift < timedelta(0):
        # Whoever is signed in stays so; forty days end every session.
        walk = Walk(app, whole)
        frozen(NOW + shift)
    else:
        frozen(NOW + shift)
        walk = Walk(app, whole)
    for where, text in _texts(walk).items():
        assert not NEGATIVE.search(text), f"{where}: {NEGATIVE.search(text)}"


def _work_off(installation, now) -> list[str]:
    """What the worker does from now on until nothing is due, as the keys of what it finished."""
    before = {row.id for row in Delivery.select().where(Delivery.state == DeliveryState.QUEUED)}
    dates.pass_time(now)
    for _ in range(200):
        if not worker.work_once(installation, now):
            break
    left = Delivery.select().where(Delivery.state == DeliveryState.QUEUED)
    done = before - {row.id for row in left}
    return [row.key for row in Delivery.select().where(Delivery.id.in_(list(done)))]


@pytest.fixture
def cast(database: object) -> the.Engagement:
    """Half is billed on a date that has not come yet, and an invoice waits to be paid."""
    on_date = Billing(date_share=5000, billed_on=date(2026, 12, 10))
    cast = the.submitted(the.terms(billing=on_date), the.terms(title="Report delivered"))
    reviews.accept(cast.milestone, cast.contact, NOW)
    return cast


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents are made by a stand-in: what they look like is tested elsewhere."""
    press.idle(monkeypatch)


def test_forty_days_at_once_bill_each_date_once_and_write_no_second_letter(
    cast, installation, quiet
):
    _work_off(installation, NOW)
    letters = Delivery.select().count()
    _work_off(installation, NOW + AHEAD)
    [first, second] = cast.invoices
    assert (second.cause, second.issued_on) == ("date", (NOW + AHEAD).date())
    for moment in (NOW + AHEAD, NOW, NOW + AHEAD, NOW + BEHIND):
        _work_off(installation, moment)
    # One document and one letter for the one invoice that fell due.
    assert Delivery.select().count() == letters + 2
    assert len(cast.invoices) == 2 and first.number != second.number
    keys = [row.key for row in Delivery.select()]
    assert len(keys) == len(set(keys))
    assert checking.problems() == []


def test_what_was_queued_before_the_clock_was_set_back_goes_out(cast, installation, quiet):
    assert _work_off(installation, NOW + BEHIND)
    assert Delivery.select().where(Delivery.state == DeliveryState.QUEUED).count() == 0


def test_deeds_go_on_when_the_clock_is_set_back(cast, installation, quiet):
    before = NOW + BEHIND
    milestone = cast.milestones[1]
    submissions.submit(milestone, "", [], the.shown(milestone), cast.owner, before)
    reviews.accept(milestone, cast.contact, before)
    for invoice in cast.invoices:
        owed = payments.due(invoice)
        payments.record(invoice, owed, before.date(), f"k{invoice.id}", cast.owner, before)
    offer = the.offered(of=cast.owner)
    signing.sign(offer.agreement, the.intent(offer.agreement), offer.contact, before)
    assert checking.problems() == []
    numbers = [row.sequence for row in Invoice.select().where(Invoice.state == InvoiceState.ISSUED)]
    assert sorted(numbers) == [1, 2]


def test_an_offer_lapses_once_and_its_client_cannot_sign_it(installation, database, quiet):
    owner = the.owner()
    project = the.project(owner)
    draft = agreements.compose(project, NOW)
    composing.revise(project, draft.clauses, draft.signer, date(2026, 12, 1), NOW)
    agreements.send(composing.compose(project, NOW), owner, NOW)
    _work_off(installation, NOW)
    for _ in range(3):
        _work_off(installation, NOW + AHEAD)
    assert Project.get_by_id(project.id).state == "draft"
    letters = Delivery.select().where(Delivery.kind.startswith("agreement_expired"))
    assert letters.count() == 2
    assert checking.problems() == []
