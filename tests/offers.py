"""An offer with a choice, for tests: two tiers and two add-ons beside what is always included."""

from billing.agreeing import agreements, picking
from billing.agreeing.picking import Choice
from billing.planning import options, plan
from models import Agreement, Milestone, OptionKind, Project
from tests import cast as the

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
