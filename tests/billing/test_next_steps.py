"""The one thing that needs the client now, for each contact, in every state of an engagement."""

from datetime import date, timedelta

import pytest

from billing.accepting import consequences, reviews, submissions
from billing.agreeing import agreements, signing
from billing.paying import claims, payments
from billing.planning.plan import Billing
from billing.reading import engagements, next_steps
from models import Agreement, Contact, Project
from tests import cast as the
from tests.cast import NOW
from tests.queries import counted

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]


def told(cast, now=NOW):
    return engagements.read(Project.get_by_id(cast.project.id), now)


def kinds(cast, reader=None, now=NOW):
    found = next_steps.steps(told(cast, now), reader or cast.contact)
    return [(step.kind, step.mine) for step in found]


def ahead(cast):
    return next_steps.ahead(told(cast))


def test_an_offer_is_to_be_signed_by_its_signer_alone():
    cast = the.offered()
    other = the.contact(cast.project.client, name="Paul Payer")
    assert kinds(cast) == [("sign", True)]
    assert kinds(cast, other) == [("sign", False)]


def test_after_signing_the_owner_is_next():
    cast = the.offered()
    signing.sign(cast.agreement, the.intent(cast.agreement), cast.contact, NOW)
    assert kinds(cast) == []
    assert ahead(cast).kind == "countersign"


def test_work_goes_on_with_the_milestone_that_is_due_first():
    cast = the.active(
        the.terms(title="Later", due_on=None),
        the.terms(title="Sooner", due_on=date(2026, 12, 1)),
    )
    assert kinds(cast) == []
    assert (ahead(cast).kind, ahead(cast).about.title) == ("work", "Sooner")


def test_a_review_comes_before_money_that_is_not_late():
    cast = the.submitted(the.terms(), the.terms(title="Campaign launched"))
    reviews.accept(cast.milestone, cast.contact, NOW)
    second = cast.milestones[1]
    submissions.submit(second, "", [], the.shown(second), cast.owner, NOW)

    assert kinds(cast) == [("review", True), ("pay", True)]
    late = NOW + timedelta(days=15)
    assert kinds(cast, now=late) == [("pay", True), ("review", True)]


def test_each_contact_sees_their_own_part_first():
    cast = the.submitted(the.terms(), the.terms(title="Campaign launched"))
    reviews.accept(cast.milestone, cast.contact, NOW)
    second = cast.milestones[1]
    submissions.submit(second, "", [], the.shown(second), cast.owner, NOW)
    Contact.update(is_payer=False).where(Contact.id == cast.contact.id).execute()
    payer = the.contact(cast.project.client, name="Paul Payer", is_approver=False)
    approver = Contact.get_by_id(cast.contact.id)

    assert kinds(cast, payer) == [("pay", True), ("review", False)]
    assert kinds(cast, approver) == [("review", True), ("pay", False)]
    [pay] = [step for step in next_steps.steps(told(cast), approver) if step.kind == "pay"]
    assert [contact.name for contact in pay.who] == ["Paul Payer"]


def test_who_says_to_have_paid_has_nothing_more_to_do():
    cast = the.submitted()
    reviews.accept(cast.milestone, cast.contact, NOW)
    claim = claims.claim(cast.invoices[0], "TX 1", cast.contact, NOW)
    assert kinds(cast) == []
    assert (ahead(cast).kind, ahead(cast).about.id) == ("confirm", claim.id)

    claims.decline(claim, cast.owner, NOW)
    assert kinds(cast) == [("pay", True)]


def test_all_accepted_and_paid_is_the_end():
    cast = the.submitted()
    reviews.accept(cast.milestone, cast.contact, NOW)
    payments.record(cast.invoices[0], 500_000, NOW.date(), "a", cast.owner, NOW)
    assert kinds(cast) == []
    assert ahead(cast).kind == "done"


def test_a_plan_that_is_not_offered_is_not_shown():
    cast = the.offered()
    agreements.decline(cast.agreement, "Too dear", cast.contact, NOW)
    engagement = told(cast)
    assert engagement.milestones == []
    assert engagement.agreement.state == "declined"
    assert ahead(cast).kind == "new_version"

    agreements.compose(Project.get_by_id(cast.project.id), NOW)
    engagement = told(cast)
    assert engagement.is_preparing
    assert engagement.agreement.version == 1


def test_sums_are_what_is_payable():
    user = the.owner(tax_registered=True, tax_rate=19_000)
    deposit = the.terms(price=100_01, billing=Billing(signing_share=3000))
    cast = the.active(deposit, deposit, of=user)
    engagement = told(cast)
    [invoice] = cast.invoices
    assert engagement.deposit == invoice.total == 71_40
    assert engagement.total == 71_40 + 166_62
    assert (engagement.paid, engagement.accepted) == (0, 0)

    payments.record(invoice, 70_00, NOW.date(), "a", cast.owner, NOW)
    assert told(cast).paid == 70_00


def test_the_number_of_queries_does_not_grow():
    def queries(of):
        with counted() as seen:
            engagement = told(of)
            next_steps.steps(engagement, of.contact)
            for milestone in engagement.milestones:
                consequences.on(milestone, engagement.today, engagement.who("payer"))
        return len(seen)

    small = the.submitted()
    reviews.accept(small.milestone, small.contact, NOW)
    large = the.submitted(*[the.terms(title=f"Outcome {number}") for number in range(7)])
    for milestone in large.milestones[1:]:
        submissions.submit(milestone, "", [], the.shown(milestone), large.owner, NOW)
    for milestone in large.milestones[:5]:
        reviews.accept(milestone, large.contact, NOW)
    claims.claim(large.invoices[0], "", large.contact, NOW)
    assert Agreement.select().count() == 2
    assert queries(large) == queries(small)
