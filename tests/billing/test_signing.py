"""Signatures: the client's, then the owner's; each once, on the document that was shown."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from billing import events
from billing.agreeing import agreements, composing, signing
from billing.agreeing.signing import Intent, OfferOver
from billing.planning import plan
from billing.planning.plan import Billing
from billing.refusals import (
    AlreadySigned,
    ConsentMissing,
    NameMissing,
    NotSignable,
    NotYours,
    OtherDocument,
)
from models import (
    Agreement,
    AgreementState,
    Contact,
    Delivery,
    Invoice,
    InvoiceState,
    Milestone,
    MilestoneState,
    Project,
    Signature,
    TriggerDelivery,
    User,
)
from tests import cast as the
from tests.cast import NOW, PDF
from tests.crowd import at_once
from tests.properties import stateful

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]


def refusal(intent: Intent, cast: the.Engagement) -> type[Exception]:
    with pytest.raises(Exception) as refused:
        signing.sign(cast.agreement, intent, cast.contact, NOW)
    assert Signature.select().count() == 0
    return refused.type


def test_both_sign_and_the_project_is_active():
    cast = the.active()
    agreement = Agreement.get()
    client, owner = Signature.select().order_by(Signature.id)
    assert (client.party, owner.party) == ("client", "owner")
    assert {client.document_sha256, owner.document_sha256} == {agreement.document.file.sha256}
    assert agreement.state == AgreementState.ACTIVE
    assert events.broken_link(cast.project) is None
    kinds = [told.kind for told in reversed(events.history(cast.project))]
    assert kinds[:5] == [
        "project.created",
        "link.made",
        "agreement.prepared",
        "agreement.sent",
        "agreement.client_signed",
    ]


def test_a_signature_needs_a_name_both_boxes_and_the_document_that_was_shown():
    cast = the.offered()
    good = the.intent(cast.agreement)
    assert refusal(replace(good, name="  "), cast) is NameMissing
    assert refusal(replace(good, agreed=False), cast) is ConsentMissing
    assert refusal(replace(good, consented=False), cast) is ConsentMissing
    assert refusal(replace(good, document_sha256="0" * 64), cast) is OtherDocument


def test_nobody_but_the_signer_signs():
    cast = the.offered()
    other = the.contact(cast.project.client, name="Dora")
    with pytest.raises(NotYours) as refused:
        signing.sign(cast.agreement, the.intent(cast.agreement), other, NOW)
    assert refused.value.facts == {"role": cast.contact.name}


def test_the_same_post_again_is_the_same_signature():
    cast = the.offered()
    intent = the.intent(cast.agreement)
    first = signing.sign(cast.agreement, intent, cast.contact, NOW)
    sent = Delivery.select().count()
    again = signing.sign(cast.agreement, intent, cast.contact, the.later(hours=1))
    assert (first.id, first.signed_at) == (again.id, again.signed_at)
    assert Delivery.select().count() == sent
    with pytest.raises(AlreadySigned):
        signing.sign(cast.agreement, the.intent(cast.agreement), cast.contact, NOW)


def test_a_key_is_good_for_one_agreement_and_one_side():
    first, second = the.offered(), the.offered()
    one = replace(the.intent(first.agreement), key="k" * 400)
    signing.sign(first.agreement, one, first.contact, NOW)
    signing.sign(second.agreement, one, second.contact, NOW)
    signing.countersign(first.agreement, one, first.owner, NOW)
    assert Signature.select().count() == 3


def test_an_old_version_cannot_be_signed():
    cast = the.offered()
    old = cast.agreement
    agreements.void(old, cast.owner, NOW)
    new = agreements.compose(Project.get_by_id(cast.project.id), NOW)
    agreements.send(new, cast.owner, NOW)
    agreements.deliver(new, PDF + b"2", cast.owner, NOW)
    with pytest.raises(NotSignable) as refused:
        signing.sign(old, the.intent(old), cast.contact, NOW)
    assert refused.value.facts == {"state": AgreementState.VOIDED}
    signing.sign(new, the.intent(Agreement.get_by_id(new.id)), cast.contact, NOW)


def test_the_owner_cannot_sign_first():
    cast = the.offered()
    with pytest.raises(NotSignable):
        signing.countersign(cast.agreement, the.intent(cast.agreement), cast.owner, NOW)
    assert Signature.select().count() == 0


def offered_until(day: date) -> the.Engagement:
    owner = the.owner(timezone="America/New_York")
    project = the.project(owner)
    draft = composing.proposal(project, NOW)
    agreement = composing.revise(project, draft.clauses, draft.signer, day, NOW)
    agreements.send(agreement, owner, NOW)
    agreements.deliver(agreement, PDF, owner, NOW)
    row = Agreement.get_by_id(agreement.id)
    return the.Engagement(owner, row.project, row.signer, row)


def test_nobody_signs_after_the_last_day_where_the_seller_is():
    cast = offered_until(date(2026, 11, 25))
    agreement, intent = cast.agreement, the.intent(cast.agreement)
    last, over = datetime(2026, 11, 26, 4, 59), datetime(2026, 11, 26, 5, 0)
    with pytest.raises(OfferOver):
        signing.sign(agreement, intent, cast.contact, over)
    signing.sign(agreement, intent, cast.contact, last)
    # What was signed in time stays so when the answer got lost and the post comes again.
    signing.sign(agreement, intent, cast.contact, over)
    with pytest.raises(OfferOver):
        signing.countersign(agreement, the.intent(agreement), cast.owner, over)
    signing.countersign(agreement, the.intent(agreement), cast.owner, last)


@pytest.mark.parametrize("keys", ["one", "many"])
def test_twenty_at_once_are_one_signature(keys):
    cast = the.offered()
    intents = [the.intent(cast.agreement, key=f"{keys}{n * (keys == 'many')}") for n in range(20)]

    def sign(number: int) -> Signature:
        agreement = Agreement.get_by_id(cast.agreement.id)
        return signing.sign(agreement, intents[number], Contact.get_by_id(cast.contact.id), NOW)

    answers = at_once(20, sign)
    [signature] = Signature.select()
    signed = [answer for answer in answers if isinstance(answer, Signature)]
    assert {answer.id for answer in signed} == {signature.id}
    assert len(signed) == (20 if keys == "one" else 1)
    assert all(isinstance(answer, Signature | AlreadySigned) for answer in answers)
    told = [each.kind for each in events.history(cast.project)]
    assert told.count("agreement.client_signed") == 1
    assert Delivery.select().where(Delivery.kind == "agreement_signed_receipt").count() == 1
    assert events.broken_link(cast.project) is None


def test_twenty_counter_signatures_at_once_raise_one_deposit():
    cast = the.offered(the.terms(billing=Billing(signing_share=3000)))
    signing.sign(cast.agreement, the.intent(cast.agreement), cast.contact, NOW)
    intents = [the.intent(cast.agreement, name="Alice") for _ in range(20)]

    def countersign(number: int) -> Signature:
        agreement = Agreement.get_by_id(cast.agreement.id)
        return signing.countersign(agreement, intents[number], User.get(), NOW)

    answers = at_once(20, countersign)
    assert sum(isinstance(answer, Signature) for answer in answers) == 1
    assert Invoice.select().count() == 0
    the.seal(Agreement.get())
    assert [(row.number, row.total) for row in Invoice.select()] == [("INV-0001", 150_000)]


def test_signing_or_withdrawing_at_once_is_one_of_both():
    cast = the.offered()
    intent = the.intent(cast.agreement)

    def race(number: int) -> object:
        agreement = Agreement.get_by_id(cast.agreement.id)
        if number % 2:
            return agreements.void(agreement, User.get(), NOW)
        return signing.sign(agreement, intent, Contact.get_by_id(cast.contact.id), NOW)

    at_once(8, race)
    state = Agreement.get().state
    # Withdrawn before the client signed or after, and never signed once withdrawn.
    assert state in (AgreementState.VOIDED, AgreementState.CLIENT_SIGNED)
    kinds = [told.kind for told in reversed(events.history(cast.project))]
    if state == AgreementState.VOIDED and "agreement.client_signed" in kinds:
        assert kinds.index("agreement.client_signed") < kinds.index("agreement.voided")


shares = some.integers(0, 10000)
billings = some.builds(
    Billing, signing_share=shares, signing_delivery=some.sampled_from(TriggerDelivery)
)
terms = some.builds(the.terms, price=some.integers(0, 10**8), billing=billings)


@stateful
@given(
    planned=some.lists(terms, min_size=1, max_size=4),
    rate=some.sampled_from([0, 7000, 19000, 8875]),
    consumer=some.booleans(),
)
def test_what_counter_signing_announces_is_what_it_does(planned, rate, consumer):
    owner = the.owner(tax_registered=bool(rate), tax_rate=rate)
    client = the.client(owner, kind="consumer" if consumer else "business")
    cast = the.offered(*planned, of=owner, for_client=client)
    signing.sign(cast.agreement, the.intent(cast.agreement), cast.contact, NOW)
    announced = signing.consequence(Agreement.get_by_id(cast.agreement.id), NOW)
    signing.countersign(cast.agreement, the.intent(cast.agreement), owner, NOW)
    the.seal(cast.agreement)

    raised = Invoice.select().where(Invoice.project == cast.project.id).order_by(Invoice.id)
    assert [(row.total, row.due_on) for row in raised] == [
        (each.total, each.due_on) for each in announced.invoices
    ]
    assert [row.state == InvoiceState.ISSUED for row in raised] == [
        each.due_on is not None for each in announced.invoices
    ]
    begun = Milestone.live(cast.project).where(Milestone.state == MilestoneState.ACTIVE)
    assert [row.id for row in begun] == [row.id for row in announced.starting]
    waiting = Milestone.live(cast.project).where(Milestone.state == MilestoneState.AGREED)
    assert [row.id for row in waiting] == [row.id for row in announced.waiting]


def test_the_statement_names_what_the_frozen_document_says():
    cast = the.offered()
    assert signing.STATEMENT % signing.named(cast.agreement) == (
        "I have read “Content strategy”, version 1, and agree to it: $5,000.00 in total."
    )


def test_the_plan_as_it_was_signed_is_what_counts():
    cast = the.offered()
    with pytest.raises(plan.PlanLocked):
        plan.revise(cast.milestone, the.terms(price=1), 0)
