"""What can happen to milestones in work and in review, in the machine of engagements."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from billing.accepting import (
    consequences,
    gates,
    judging,
    moves,
    reviews,
    submissions,
    undoing,
)
from billing.accepting.judging import Judgement
from models import MilestoneState as S
from tests import cast as the
from tests.billing.engagement_laws import when
from tests.foretold import Foretold, before


class Reviewing:
    """To be mixed into a machine with a `cast`, `now`, `minutes` of grace, and its `some`, `may`
    and `tells`."""

    @when(S.AGREED, S.ACTIVE, S.CHANGES_REQUESTED)
    @rule(data=st.data())
    def work_on(self, data):
        """What comes next as most often: it begins, and is handed over."""
        self.start(data)
        self.submit(data)

    @when(S.AGREED)
    @rule(data=st.data())
    def start(self, data):
        milestone = self.some(data, S.AGREED)
        if milestone:
            standing = gates.standing(self.project, self.now, list(self.cast.milestones))
            bills = standing.starting.get(milestone.id, [])
            self.tells(
                lambda: Foretold.made(bills, 0, [milestone.title]),
                lambda: gates.override(milestone, self.cast.owner, self.now),
            )

    @when(S.ACTIVE, S.CHANGES_REQUESTED)
    @rule(data=st.data())
    def submit(self, data):
        milestone = self.some(data, S.ACTIVE, S.CHANGES_REQUESTED)
        if milestone:
            shown = the.shown(milestone)
            self.may(
                lambda: submissions.submit(milestone, "", [], shown, self.cast.owner, self.now)
            )

    @when(*moves.IN_REVIEW)
    @rule(data=st.data(), accepts=st.booleans())
    def review(self, data, accepts):
        milestone = self.some(data, *moves.IN_REVIEW)
        if milestone and accepts:
            self.accepts(milestone, lambda: reviews.accept(milestone, self.contact, self.now))
        elif milestone:
            unmet = [milestone.criteria[-1].id]
            self.may(
                lambda: reviews.ask_for_changes(milestone, "No", unmet, self.contact, self.now)
            )

    @when(*moves.IN_REVIEW)
    @rule(data=st.data())
    def accept_a_part(self, data):
        milestone = self.some(data, *moves.IN_REVIEW)
        if milestone:
            ids = [row.id for row in milestone.criteria]
            met = data.draw(st.lists(st.sampled_from(ids), min_size=1, unique=True))
            self.accepts(
                milestone, lambda: reviews.accept(milestone, self.contact, self.now, met=met), met
            )

    @when(*moves.IN_REVIEW)
    @rule(data=st.data())
    def judge(self, data):
        milestone = self.some(data, *moves.IN_REVIEW)
        if not milestone:
            return
        said = {
            row.id: data.draw(st.sampled_from(["met", "unmet", ""])) for row in milestone.criteria
        }
        met = {each: "" for each, verdict in said.items() if verdict == "met"}
        unmet = {each: "Not yet" for each, verdict in said.items() if verdict == "unmet"}
        judgement = Judgement(met, unmet)
        ways = judging.ways(judgement, submissions.rounds_left(milestone))
        if ways:
            rest = data.draw(st.sampled_from(ways))
            self.accepts(
                milestone,
                lambda: judging.judge(milestone, judgement, rest, self.contact, self.now),
                list(met),
                goes_back=rest == judging.Rest.GOES_BACK,
            )

    @when(*moves.DECIDED, S.CHANGES_REQUESTED)
    @rule(data=st.data())
    def undo(self, data):
        milestone = self.some(data, *moves.DECIDED, S.CHANGES_REQUESTED)
        if milestone:
            self.may(lambda: undoing.undo(milestone, self.contact, self.now))

    @property
    def contact(self):
        return self.cast.contact

    def accepts(self, milestone, deed, met=None, goes_back=False):
        """What accepting does is told before it; while it can be undone nothing begins yet."""
        told, seen = consequences.of(milestone, self.now, met), before(self.project)
        if not self.may(deed):
            return
        found = seen.since(self.project)
        if self.minutes:
            assert sum(total for total, *_ in found.raised) == told.total and not found.begun
        else:
            assert found == Foretold.of(told)
