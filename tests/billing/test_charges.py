"""Every cent of an agreed price is billed at most once, and in the end all of it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing import checking, dates
from billing.accepting import reviews, submissions
from billing.actors import CLOCK
from billing.invoicing import charges, invoices
from billing.paying import payments
from billing.planning.plan import Billing
from models import Charge, Criterion, InvoiceState, Milestone, Project, TriggerKind, User, db, write
from tests import cast as the
from tests.cast import NOW, later
from tests.properties import stateful

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

prices = st.one_of(st.integers(0, 50), st.integers(0, 10**12))
shares = st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)).filter(
    lambda s: sum(s) <= 10_000
)


@st.composite
def planned(draw):
    """Terms with any price, any shares, any number of criteria."""
    signing, dated = draw(shares)
    billing = Billing(
        signing_share=signing,
        date_share=dated,
        billed_on=date(2026, 12, 1) if dated else None,
        signing_delivery=draw(st.sampled_from(["send", "draft"])),
        acceptance_delivery=draw(st.sampled_from(["send", "draft"])),
    )
    criteria = tuple(f"Criterion {number}" for number in range(draw(st.integers(1, 5))))
    return the.terms(price=draw(prices), billing=billing, criteria=criteria)


@pytest.fixture
def owner(database: object) -> User:
    return the.owner()


def _standing(milestone: Milestone) -> list[Charge]:
    return list(Charge.select().where(Charge.milestone == milestone.id, Charge.freed_at.is_null()))


def _billed(milestone: Milestone) -> int:
    return sum(charge.amount for charge in _standing(milestone))


def _fire(project: Project, kind: str, criteria: list[Criterion] | None = None) -> int:
    """Fire all milestones' triggers of a kind as its verb does; answers what was billed."""
    with write(project):
        fired = charges.fire(
            project, Milestone.live(project), TriggerKind(kind), CLOCK, NOW, criteria
        )
        invoices.raise_for(project, fired, "test", CLOCK, NOW)
    return sum(each.amount for each in fired)


@stateful
@given(
    st.lists(planned(), min_size=1, max_size=3), st.lists(st.integers(1, 9), min_size=5, max_size=5)
)
def test_parts_of_a_price_add_up_to_it(owner, plans, weights):
    project = the.project(owner, *plans)
    for milestone, terms in zip(Milestone.live(project), plans, strict=True):
        for criterion, weight in zip(milestone.criteria, weights, strict=False):
            Criterion.update(weight=weight).where(Criterion.id == criterion.id).execute()
        by_trigger = charges.trigger_amounts(milestone)
        assert sum(by_trigger.values()) == terms.price
        assert all(amount >= 0 for amount in by_trigger.values())
        for amount in by_trigger.values():
            assert sum(charges.criterion_amounts(milestone, amount).values()) == amount


@stateful
@given(planned(), st.permutations(["on_signing", "on_date", "on_acceptance"]), st.data())
def test_no_cent_is_billed_twice_however_often_it_fires(owner, terms, order, data):
    project = the.active(terms, of=owner).project
    [milestone] = Milestone.live(project)
    for kind in [*order, *data.draw(st.lists(st.sampled_from(order), max_size=4))]:
        chosen = None
        if kind == "on_acceptance":
            chosen = data.draw(st.lists(st.sampled_from(list(milestone.criteria)), unique=True))
        _fire(project, kind, chosen)
        assert _billed(milestone) <= terms.price
    for kind in order:
        _fire(project, kind)
    assert _billed(milestone) == terms.price
    lines = [line for row in project.invoices for line in row.lines]
    assert sum(line.amount for line in lines) == terms.price


def test_all_that_happens_to_a_plan_bills_its_price(owner):
    @stateful
    @given(st.lists(planned(), min_size=1, max_size=3))
    def happens_to(plans):
        cast = the.active(*plans, of=owner)
        _pay(cast)
        for milestone in cast.milestones:
            submissions.submit(milestone, "", [], the.shown(milestone), cast.owner, NOW)
            reviews.accept(milestone, cast.contact, NOW)
        dates.fire(cast.project, later(days=30))
        for milestone, terms in zip(cast.milestones, plans, strict=True):
            assert _billed(milestone) == terms.price

    happens_to()
    assert checking.problems() == []


def _pay(cast: the.Engagement) -> None:
    for invoice in cast.invoices:
        if invoice.state == InvoiceState.DRAFT:
            invoices.issue(invoice, cast.owner, NOW)
        key = f"payment:{invoice.id}"
        payments.record(invoice, invoice.total, NOW.date(), key, cast.owner, NOW)


def test_criteria_accepted_one_by_one_add_up_to_the_share():
    cast = the.active(the.terms(price=100, criteria=("a", "b", "c")))
    [milestone] = cast.milestones
    amounts = [_fire(cast.project, "on_acceptance", [one]) for one in milestone.criteria]
    assert amounts == [33, 34, 33]


def test_the_database_refuses_a_second_charge():
    cast = the.submitted()
    reviews.accept(cast.milestone, cast.contact, NOW)
    [charge, *_] = _standing(cast.milestone)
    copied = {**charge.__data__, "id": None, "line": None}
    with pytest.raises(Exception, match=r"(?i)unique|frozen"), db.atomic():
        Charge.create(**copied)


def test_a_discarded_draft_frees_its_charges_to_be_billed_again():
    by_hand = Billing(acceptance_delivery="draft")
    cast = the.submitted(the.terms(billing=by_hand))
    reviews.accept(cast.milestone, cast.contact, NOW)
    [draft] = cast.invoices
    invoices.discard(draft, cast.owner, NOW + timedelta(hours=1))
    assert _billed(cast.milestone) == 0
    assert checking.problems() == []
    assert _fire(cast.project, "on_acceptance") == 500_000
    assert _billed(cast.milestone) == 500_000


def test_a_share_of_nothing_makes_no_invoice():
    cast = the.active(the.terms(price=1, billing=Billing(signing_share=3000)))
    assert cast.invoices == []
    assert {charge.amount for charge in _standing(cast.milestone)} == {0}
    assert _fire(cast.project, "on_acceptance") == 1
