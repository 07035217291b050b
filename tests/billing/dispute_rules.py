"""What can happen to disputes in the machine of engagements."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from billing.accepting import moves
from billing.disputing import disputes, effects, offers, settling, standpoint, withdrawing
from billing.invoicing import charges
from models import Dispute, Milestone, MilestoneState, SplitOffer
from tests.billing.engagement_laws import when
from tests.disputes import wants
from tests.foretold import Foretold


class Disputing:
    """To be mixed into a machine with a `cast`, `now`, and its `some` and `may`."""

    @when(*moves.IN_REVIEW, MilestoneState.CHANGES_REQUESTED)
    @rule(data=st.data(), is_client=st.booleans())
    def disagree(self, data, is_client):
        by = self.cast.contact if is_client else self.cast.owner
        milestone = self.some(data, *moves.IN_REVIEW, MilestoneState.CHANGES_REQUESTED)
        if milestone:
            ids = [row.id for row in milestone.criteria]
            chosen = data.draw(st.lists(st.sampled_from(ids), min_size=1, unique=True))
            asked = milestone.state == MilestoneState.CHANGES_REQUESTED
            verb = disputes.refuse_changes if asked else disputes.dispute
            told = disputes.stakes(milestone, chosen, standpoint.of(by), self.now)
            bills = told.accepted.raised if told and told.accepted else []
            self.tells(
                lambda: Foretold.made(bills, 0, []),
                lambda: verb(milestone, chosen, "No", by, self.now),
            )

    @when(MilestoneState.DISPUTED)
    @rule(data=st.data(), is_client=st.booleans())
    def offer(self, data, is_client):
        by = self.cast.contact if is_client else self.cast.owner
        milestone = self.some(data, MilestoneState.DISPUTED)
        if milestone:
            dispute = disputes.standing(milestone)
            wanted = {
                row.criterion_id: data.draw(wants(charges.worths(milestone)[row.criterion_id]))
                for row in dispute.criteria
            }
            self.may(lambda: offers.make(dispute, wanted, "", by, self.now))

    @when(MilestoneState.DISPUTED)
    @rule(data=st.data(), is_client=st.booleans(), takes=st.sampled_from([True, True, False]))
    def answer(self, data, is_client, takes):
        by = self.cast.contact if is_client else self.cast.owner
        made = list(
            SplitOffer.select()
            .join(Dispute)
            .join(Milestone)
            .where(Milestone.project == self.cast.project.id)
        )
        if not made:
            return
        offer = data.draw(st.sampled_from(made[-2:]))
        if takes:
            dispute = offer.dispute
            if dispute.ended_at is None:
                told = Foretold.of(effects.of_offer(offer, self.now))
                self.tells(lambda: told, lambda: settling.take(offer, by, self.now))
            else:
                self.may(lambda: settling.take(offer, by, self.now))
        else:
            self.may(lambda: offers.decline(offer, "No", by, self.now))

    @when(MilestoneState.DISPUTED)
    @rule(data=st.data())
    def withdraw(self, data):
        milestone = self.some(data, MilestoneState.DISPUTED)
        dispute = disputes.standing(milestone)
        by = self.cast.contact if dispute.side == "client" else self.cast.owner
        self.tells(Foretold, lambda: withdrawing.withdraw(dispute, by, self.now))
