"""Options: managed in the plan, frozen in the offer, chosen into a version of its own."""

import json
from datetime import timedelta

import pytest

from billing import agreements, checking, options, picking, plan, signing
from billing.picking import Choice
from models import (
    Agreement,
    AgreementState,
    Delivery,
    Event,
    Milestone,
    Option,
    OptionKind,
    Project,
    ProjectState,
)
from tests import cast as the
from tests.crowd import at_once

pytestmark = pytest.mark.storage

TIER, ADD_ON = OptionKind.TIER, OptionKind.ADD_ON


def named(project, kind, title, recommended=False):
    made = options.add(project, kind)
    options.revise(made, title, f"What {title} is for", recommended)
    return made


class Offer:
    """Always 1,000; Basic 2,000 or Premium 5,000 (with a deposit); Photos 300, Video 700."""

    def __init__(self, **business):
        self.owner = the.owner(**business)
        project = self.project = the.project(self.owner, the.terms(title="Kick-off", price=100_000))
        if business.get("tax_label"):
            Project.update(tax_category="S", tax_rate=19_000).where(
                Project.id == project.id
            ).execute()
        self.basic = named(project, TIER, "Basic")
        self.premium = named(project, TIER, "Premium", recommended=True)
        self.photos = named(project, ADD_ON, "Photos")
        self.video = named(project, ADD_ON, "Video")
        deposit = plan.Billing(signing_share=5000)
        for option, price in (
            (self.basic, 200_001),
            (self.premium, 400_000),
            (self.premium, 100_000),
            (self.photos, 30_000),
            (self.video, 70_000),
        ):
            terms = the.terms(
                title=f"{option.id} for {price}", price=price, option=option.id, billing=deposit
            )
            plan.add(project, terms)
        self.agreement = None

    def send(self, **changes):
        draft = agreements.compose(self.project, the.NOW)
        for name, value in changes.items():
            setattr(draft, name, value)
        draft.save()
        agreements.send(draft, self.owner, the.NOW)
        return self.deliver(draft)

    def deliver(self, version):
        agreements.deliver(version, the.PDF + str(version.id).encode(), self.owner, the.NOW)
        self.agreement = Agreement.get_by_id(version.id)
        return self.agreement

    def choice(self, tier, *add_ons):
        return Choice(tier.id, frozenset(each.id for each in add_ons))

    @property
    def signer(self):
        return self.agreement.signer

    def choose(self, tier, *add_ons, of=None):
        return picking.pick(of or self.agreement, self.choice(tier, *add_ons), self.signer, the.NOW)

    def prices(self):
        return sorted(row.price for row in Milestone.live(self.project))


def events_of(project, kind):
    bodies = Event.select(Event.body).where(Event.project == project.id).order_by(Event.seq)
    read = [json.loads(row.body) for row in bodies]
    return [body["facts"] for body in read if body["kind"] == kind]


def sound():
    return list(checking.problems())


# In the plan


def test_a_plan_without_options_has_one_sum(database):
    project = the.project(the.owner())
    assert options.sums(project, Milestone.live(project)) is None
    assert not options.are_in(project)


def test_sums_are_per_alternative_and_never_over_them(database):
    offer = Offer()
    found = options.sums(offer.project, Milestone.live(offer.project))
    assert found.base == 100_000
    assert [found.prices[row.id] for row in found.tiers] == [200_001, 500_000]
    assert [found.prices[row.id] for row in found.add_ons] == [30_000, 70_000]
    assert (found.low_price, found.high_price) == (300_001, 700_000)


def test_at_most_one_tier_is_recommended_and_no_add_on(database):
    offer = Offer()
    options.revise(offer.basic, "Basic", "", recommended=True)
    options.revise(offer.photos, "Photos", "", recommended=True)
    assert [row.title for row in options.of(offer.project) if row.recommended] == ["Basic"]


def test_what_was_part_of_a_removed_option_is_always_included(database):
    offer = Offer()
    options.remove(offer.premium)
    found = options.sums(offer.project, Milestone.live(offer.project))
    assert found.base == 600_000
    assert [row.title for row in options.of(offer.project)] == ["Basic", "Photos", "Video"]


def test_a_removed_or_foreign_option_cannot_be_part_of_a_row(database):
    offer, other = Offer(), Offer()
    row = next(iter(Milestone.live(offer.project)))
    for option_id in (other.basic.id, 999_999):
        with pytest.raises(options.OptionGone):
            plan.revise(row, the.terms(option=option_id), row.revision)
    assert Milestone.get_by_id(row.id).option_id is None


def test_a_total_is_not_divided_over_alternatives(database):
    offer = Offer()
    with pytest.raises(options.NotToSplit):
        plan.split(offer.project, 1_000_000)


def test_a_plan_holds_only_so_many_options(database):
    project = the.project(the.owner())
    for _ in range(options.MOST):
        options.add(project, ADD_ON)
    with pytest.raises(options.TooMany):
        options.add(project, ADD_ON)


def test_options_of_an_offer_are_locked(database):
    offer = Offer()
    offer.send()
    for deed in (
        lambda: options.add(offer.project, TIER),
        lambda: options.revise(offer.basic, "Cheap", "", recommended=False),
        lambda: options.remove(offer.basic),
    ):
        with pytest.raises(plan.PlanLocked):
            deed()
    assert Option.get_by_id(offer.basic.id).title == "Basic"


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda offer: options.revise(offer.basic, "", "", False), "An option has no name yet."),
        (lambda offer: options.add(offer.project, ADD_ON), "An option has no name yet."),
        (lambda offer: named(offer.project, ADD_ON, "Nothing"), "No milestone is part"),
        (lambda offer: options.remove(offer.basic), "A single tier is no choice"),
    ],
)
def test_what_an_option_lacks_blocks_sending_by_name(database, spoil, sentence):
    offer = Offer()
    spoil(offer)
    draft = agreements.compose(offer.project, the.NOW)
    assert any(each.sentence.startswith(sentence) for each in agreements.missing(draft, the.NOW))
    with pytest.raises(agreements.Incomplete):
        agreements.send(draft, offer.owner, the.NOW)


# Offered


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


def test_an_offer_that_leaves_a_choice_cannot_be_signed(database):
    offer = Offer()
    agreement = offer.send()
    with pytest.raises(options.ChoiceOpen):
        signing.sign(agreement, the.intent(agreement), offer.signer, the.NOW)
    assert Agreement.get_by_id(agreement.id).state == AgreementState.SENT


# Chosen


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


def test_only_what_was_chosen_is_in_force_and_billed(database):
    offer = Offer()
    offer.send()
    chosen = offer.deliver(offer.choose(offer.basic, offer.photos))
    signing.sign(chosen, the.intent(chosen), offer.signer, the.NOW)
    signing.countersign(chosen, the.intent(chosen, name="Alice"), offer.owner, the.NOW)
    assert offer.prices() == [30_000, 100_000, 200_001]
    live = {row.id for row in Milestone.live(offer.project)}
    assert live == {row["id"] for row in agreements.read(chosen)["milestones"]}
    fired = events_of(offer.project, "charge.fired")
    assert {each["milestone"] for each in fired} <= live
    assert sorted(each["amount"] for each in fired) == [15_000, 100_001]
    assert sound() == []


def test_a_replay_answers_with_the_same_version(database):
    offer = Offer()
    first = offer.send()
    made = offer.choose(offer.basic)
    assert offer.choose(offer.basic, of=first).id == made.id
    assert Agreement.select().where(Agreement.project == offer.project.id).count() == 2
    offer.deliver(made)
    assert offer.choose(offer.basic, of=first).id == made.id
    assert len(events_of(offer.project, "agreement.chosen")) == 1


def test_another_choice_from_a_page_that_is_out_of_date_is_refused(database):
    offer = Offer()
    first = offer.send()
    offer.choose(offer.basic)
    with pytest.raises(picking.ChosenMeanwhile):
        offer.choose(offer.premium, of=first)
    assert offer.prices() == [100_000, 200_001]


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


def test_twenty_parallel_choices_make_one_version(database):
    offer = Offer()
    first = offer.send()
    answers = at_once(20, lambda _: offer.choose(offer.premium, offer.photos, of=first).version)
    assert answers == [2] * 20
    assert Agreement.select().where(Agreement.project == offer.project.id).count() == 2
    assert len(events_of(offer.project, "agreement.chosen")) == 1
    assert sound() == []


def test_once_signed_nothing_else_is_chosen(database):
    offer = Offer()
    offer.send()
    chosen = offer.deliver(offer.choose(offer.basic))
    signing.sign(chosen, the.intent(chosen), offer.signer, the.NOW)
    with pytest.raises(picking.ChosenMeanwhile):
        offer.choose(offer.premium, of=Agreement.get_by_id(chosen.id))
    assert offer.choose(offer.basic).id == chosen.id


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


def test_a_deleted_milestone_stays_deleted_when_the_offer_ends(database):
    offer = Offer()
    row = next(iter(Milestone.live(offer.project)))
    plan.delete(row, the.NOW)
    offer.send()
    chosen = offer.deliver(offer.choose(offer.basic))
    agreements.void(chosen, offer.owner, the.NOW)
    assert [each.id for each in Milestone.deleted(offer.project)] == [row.id]


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


def test_nothing_is_chosen_after_the_last_day(database):
    offer = Offer()
    first = offer.send(expires_on=the.NOW.date())
    late = the.NOW + timedelta(days=3)
    with pytest.raises(picking.OfferClosed):
        picking.pick(first, offer.choice(offer.basic), offer.signer, late)


def test_an_offer_without_options_holds_no_choice(database):
    cast = the.offered()
    with pytest.raises(picking.NotOffered):
        picking.pick(cast.agreement, Choice(), cast.contact, the.NOW)
