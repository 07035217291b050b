"""Picking: what the client chooses becomes a version of its own, and only that is in force."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing import checking
from billing.agreeing import agreements, paper, picking, signing
from billing.agreeing.picking import Choice
from billing.agreeing.scans import Scan
from billing.planning import options, plan
from models import (
    Agreement,
    AgreementState,
    Delivery,
    Event,
    Milestone,
    Option,
    Project,
    ProjectState,
)
from tests import cast as the
from tests.crowd import at_once
from tests.offers import ADD_ON, TIER, Offer

storage = pytest.mark.storage


def events_of(project, kind):
    bodies = Event.select(Event.body).where(Event.project == project.id).order_by(Event.seq)
    read = [json.loads(row.body) for row in bodies]
    return [body["facts"] for body in read if body["kind"] == kind]


def sound():
    return list(checking.problems())


@storage
def test_an_offer_says_every_alternative_with_its_price(database):
    said = agreements.read(Offer().send())
    tiers, add_ons = said["options"]["tiers"], said["options"]["add_ons"]
    assert [(row["title"], row["price"], row["recommended"]) for row in tiers] == [
        ("Basic", 200_001, False),
        ("Premium", 500_000, True),
    ]
    assert [(row["title"], row["price"]) for row in add_ons] == [
        ("Photos", 30_000),
        ("Video", 70_000),
    ]
    assert said["totals"] == said["options"]["least"]
    assert said["options"]["most"]["total"] == 700_000
    assert len(said["milestones"]) == 6


@storage
def test_an_offer_that_leaves_a_choice_cannot_be_signed(database):
    offer = Offer()
    agreement = offer.send()
    with pytest.raises(options.ChoiceOpen):
        signing.sign(agreement, the.intent(agreement), offer.signer, the.NOW)
    assert Agreement.get_by_id(agreement.id).state == AgreementState.SENT


@storage
def test_a_choice_becomes_a_version_of_its_own(database):
    offer = Offer(tax_label="VAT")
    first = offer.send(expires_on=(the.NOW + timedelta(days=9)).date())
    shown = picking.price(agreements.read(first), offer.choice(offer.premium, offer.video))
    made = offer.choose(offer.premium, offer.video)
    said = agreements.read(made)
    assert (made.version, made.state) == (2, AgreementState.PREPARING)
    assert made.expires_on == first.expires_on
    assert Agreement.get_by_id(first.id).state == AgreementState.VOIDED
    assert said["totals"] == {"net": shown.net, "tax": shown.tax, "total": shown.total}
    assert said["options"] is None
    assert said["chosen"]["offer"] == 1
    assert said["chosen"]["tier"] == {"id": offer.premium.id, "title": "Premium"}
    assert [row["title"] for row in said["chosen"]["add_ons"]] == ["Video"]
    assert offer.prices() == [70_000, 100_000, 100_000, 400_000]
    assert [row["id"] for row in said["milestones"]] == [
        row.id for row in Milestone.live(offer.project)
    ]
    assert [row["position"] for row in said["milestones"]] == [1, 2, 3, 4]
    (told,) = events_of(offer.project, "agreement.chosen")
    assert (told["version"], told["chosen_version"], told["chosen"]) == (1, 2, made.id)
    assert (told["tier"], told["add_ons"]) == ("Premium", ["Video"])
    assert Delivery.get_or_none(Delivery.key == f"document:agreement:{made.id}")
    assert Delivery.get_or_none(Delivery.key == f"agreement_voided:{first.id}") is None
    assert sound() == []


@storage
def test_only_what_was_chosen_is_in_force_and_billed(database):
    offer = Offer()
    offer.send()
    chosen = offer.deliver(offer.choose(offer.basic, offer.photos))
    signing.sign(chosen, the.intent(chosen), offer.signer, the.NOW)
    signing.countersign(chosen, the.intent(chosen, name="Alice"), offer.owner, the.NOW)
    the.seal(chosen)
    assert offer.prices() == [30_000, 100_000, 200_001]
    live = {row.id for row in Milestone.live(offer.project)}
    assert live == {row["id"] for row in agreements.read(chosen)["milestones"]}
    fired = events_of(offer.project, "charge.fired")
    assert {each["milestone"] for each in fired} <= live
    assert sorted(each["amount"] for each in fired) == [15_000, 100_001]
    assert sound() == []


@storage
def test_a_replay_answers_with_the_same_version(database):
    offer = Offer()
    first = offer.send()
    made = offer.choose(offer.basic)
    assert offer.choose(offer.basic, of=first).id == made.id
    assert Agreement.select().where(Agreement.project == offer.project.id).count() == 2
    offer.deliver(made)
    assert offer.choose(offer.basic, of=first).id == made.id
    assert len(events_of(offer.project, "agreement.chosen")) == 1


@storage
def test_another_choice_from_a_page_that_is_out_of_date_is_refused(database):
    offer = Offer()
    first = offer.send()
    offer.choose(offer.basic)
    with pytest.raises(picking.ChosenMeanwhile):
        offer.choose(offer.premium, of=first)
    assert offer.prices() == [100_000, 200_001]


@storage
def test_choosing_again_makes_another_version_from_the_offer(database):
    offer = Offer()
    offer.send()
    second = offer.deliver(offer.choose(offer.basic))
    third = offer.choose(offer.premium, offer.photos, offer.video)
    assert third.version == 3
    assert agreements.read(third)["chosen"]["offer"] == 1
    assert Agreement.get_by_id(second.id).state == AgreementState.VOIDED
    assert offer.prices() == [30_000, 70_000, 100_000, 100_000, 400_000]
    assert sound() == []


@storage
def test_twenty_parallel_choices_make_one_version(database):
    offer = Offer()
    first = offer.send()
    answers = at_once(20, lambda _: offer.choose(offer.premium, offer.photos, of=first).version)
    assert answers == [2] * 20
    assert Agreement.select().where(Agreement.project == offer.project.id).count() == 2
    assert len(events_of(offer.project, "agreement.chosen")) == 1
    assert sound() == []


@storage
def test_once_signed_nothing_else_is_chosen(database):
    offer = Offer()
    offer.send()
    chosen = offer.deliver(offer.choose(offer.basic))
    signing.sign(chosen, the.intent(chosen), offer.signer, the.NOW)
    with pytest.raises(picking.ChosenMeanwhile):
        offer.choose(offer.premium, of=Agreement.get_by_id(chosen.id))
    assert offer.choose(offer.basic).id == chosen.id


@storage
def test_an_offer_that_leaves_a_choice_is_not_recorded_as_signed_on_paper(database):
    offer = Offer()
    signed = paper.Signed(the.NOW.date(), "Cleo", "Alice", Scan(the.PDF, "application/pdf", "pdf"))
    for version in (agreements.compose(offer.project, the.NOW), offer.send()):
        with pytest.raises(options.ChoiceOpen):
            paper.record(version, signed, offer.owner, the.NOW)
    chosen = offer.deliver(offer.choose(offer.basic))
    paper.record(chosen, signed, offer.owner, the.NOW)
    assert offer.prices() == [100_000, 200_001]


@storage
def test_a_choice_withdrawn_while_it_is_made_is_told_to_who_chose(database):
    offer = Offer()
    offer.send()
    made = offer.choose(offer.basic)
    agreements.void(made, offer.owner, the.NOW)
    assert Delivery.get_or_none(Delivery.key == f"agreement_voided:{made.id}")
    assert sound() == []


@storage
@pytest.mark.parametrize("ending", ["void", "decline", "expire"])
def test_the_plan_is_whole_again_when_the_offer_ends_unsigned(database, ending):
    offer = Offer()
    whole = offer.prices()
    offer.send()
    chosen = offer.deliver(offer.choose(offer.basic))
    assert offer.prices() != whole
    end = {
        "void": lambda: agreements.void(chosen, offer.owner, the.NOW),
        "decline": lambda: agreements.decline(chosen, "Too much", offer.signer, the.NOW),
        "expire": lambda: agreements.expire(chosen, the.NOW),
    }[ending]
    end()
    assert offer.prices() == whole
    assert not Milestone.select().where(Milestone.left_out).exists()
    assert Project.get_by_id(offer.project.id).state == ProjectState.DRAFT
    assert offer.choice(offer.basic)
    again = offer.send()
    assert agreements.read(again)["options"]["tiers"]
    assert again.version == 3
    assert sound() == []


@storage
def test_a_deleted_milestone_stays_deleted_when_the_offer_ends(database):
    offer = Offer()
    row = next(iter(Milestone.live(offer.project)))
    plan.delete(row, the.NOW)
    offer.send()
    chosen = offer.deliver(offer.choose(offer.basic))
    agreements.void(chosen, offer.owner, the.NOW)
    assert [each.id for each in Milestone.deleted(offer.project)] == [row.id]


@storage
def test_what_is_not_offered_cannot_be_chosen(database):
    offer, other = Offer(), Offer()
    first = offer.send()
    for choice, refusal in (
        (Choice(), picking.TierMissing),
        (Choice(other.basic.id), picking.NotOffered),
        (Choice(offer.photos.id), picking.NotOffered),
        (Choice(offer.basic.id, frozenset({offer.premium.id})), picking.NotOffered),
    ):
        with pytest.raises(refusal):
            picking.pick(first, choice, offer.signer, the.NOW)
    colleague = the.contact(offer.project.client, name="Carl", is_signer=False)
    with pytest.raises(picking.NotYours):
        picking.pick(first, offer.choice(offer.basic), colleague, the.NOW)
    assert Agreement.get_by_id(first.id).state == AgreementState.SENT


@storage
def test_nothing_is_chosen_after_the_last_day(database):
    offer = Offer()
    first = offer.send(expires_on=the.NOW.date())
    late = the.NOW + timedelta(days=3)
    with pytest.raises(picking.OfferClosed):
        picking.pick(first, offer.choice(offer.basic), offer.signer, late)


@storage
def test_an_offer_without_options_holds_no_choice(database):
    cast = the.offered()
    with pytest.raises(picking.NotOffered):
        picking.pick(cast.agreement, Choice(), cast.contact, the.NOW)


AMOUNTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=4)


@given(
    st.lists(st.integers(0, 10**9), max_size=3),
    AMOUNTS,
    st.lists(AMOUNTS, max_size=3),
    st.integers(0, 30_000),
    st.booleans(),
)
def test_every_choice_lies_between_the_least_and_the_most(always, tiers, add_ons, rate, gross):
    project = Project(tax_category="S", tax_rate=rate, prices_gross=gross)
    kinds = [TIER] * len(tiers) + [ADD_ON] * len(add_ons)
    known = [Option(id=number, kind=kind) for number, kind in enumerate(kinds, 1)]
    prices = [(None, price) for price in always]
    prices += [(number, price) for number, price in enumerate(tiers, 1)]
    prices += [
        (number, price) for number, each in enumerate(add_ons, len(tiers) + 1) for price in each
    ]
    found = options.sums(
        project, [Milestone(price=price, option=option) for option, price in prices], known
    )
    said = {
        "milestones": [{"price": price, "option": option} for option, price in prices],
        "tax": {"category": "S", "rate": rate},
        "prices": "gross" if gross else "net",
    }
    extras = [row.id for row in found.add_ons]
    least = min(picking.price(said, Choice(row.id)).total for row in found.tiers)
    most = max(picking.price(said, Choice(row.id, frozenset(extras))).total for row in found.tiers)
    assert (found.low.total, found.high.total) == (least, most)
    for tier in found.tiers:
        for count in range(len(extras) + 1):
            total = picking.price(said, Choice(tier.id, frozenset(extras[:count])))
            assert found.low.total <= total.total <= found.high.total
            assert total.net + total.tax == total.total
