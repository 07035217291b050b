"""What can happen to change orders, in the machine of engagements."""

from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.stateful import (
    rule,
)

from billing.agreeing import agreements, signing, versions
from billing.changes import consequences, drafts, offers, outlook
from billing.planning.terms import terms_of
from models import (
    Agreement,
    AgreementState,
)
from tests import cast as the
from tests.billing.engagement_laws import planned, prices
from tests.foretold import Foretold


class Changing:
    """To be mixed into a machine with a `cast`, `now`, and its `some`, `may` and `tells`."""

    @property
    def out(self) -> Agreement | None:
        return versions.standing(self.project)

    @rule(data=st.data(), terms=planned(), place=st.one_of(st.none(), st.integers(1, 4)))
    def alter(self, data, terms, place):
        milestone = self.some(data)
        if milestone:
            self.may(lambda: drafts.alter(milestone, terms, place, self.now))

    @rule(data=st.data(), price=prices)
    def reprice(self, data, price):
        milestone = self.some(data, *outlook.TOUCHABLE)
        if milestone:
            terms = replace(terms_of(milestone), price=price)
            self.may(lambda: drafts.alter(milestone, terms, None, self.now))

    @rule(data=st.data())
    def remove(self, data):
        milestone = self.some(data)
        if milestone:
            self.may(lambda: drafts.remove(milestone, "", self.now))

    @rule(data=st.data(), terms=planned())
    def swap(self, data, terms):
        milestone = self.some(data)
        if milestone:
            self.may(lambda: drafts.swap(milestone, terms, self.now))

    @rule(terms=planned(), place=st.one_of(st.none(), st.integers(1, 4)))
    def add(self, terms, place):
        self.may(lambda: drafts.add(self.project, terms, place, self.now))

    @rule(worth=st.one_of(st.none(), st.integers(0, 10**6)))
    def give(self, worth):
        self.may(lambda: drafts.favour(self.project, "A second logo", "", worth, self.now))

    @rule()
    def send(self):
        draft = drafts.draft_of(self.project)
        if draft:
            self.may(lambda: offers.send(draft, self.cast.owner, self.now))

    @rule()
    def deliver(self):
        if self.out and self.out.state == AgreementState.PREPARING:
            agreements.deliver(self.out, the.PDF, self.cast.owner, self.now)

    @rule()
    def sign(self):
        out = self.out
        if out and out.document:
            self.may(lambda: signing.sign(out, the.intent(out), self.cast.contact, self.now))

    @rule()
    def countersign(self):
        out = self.out
        if out and out.document:
            self.may(lambda: signing.countersign(out, the.intent(out), self.cast.owner, self.now))

    @rule()
    def seal(self):
        if self.out and self.out.state == AgreementState.COUNTERSIGNED:
            out = self.out
            told = Foretold.of(consequences.of(out, self.now))
            self.tells(lambda: told, lambda: the.seal(out, self.now))

    @rule(stop=st.integers(3, 12))
    def go_through(self, stop):
        """The steps after one another, as most often; some of them may be left for later."""
        for step in (self.send, self.deliver, self.sign, self.countersign, self.seal)[:stop]:
            step()

    @rule(end=st.sampled_from(["void", "decline", "expire"]))
    def end(self, end):
        out = self.out
        if not out:
            return
        ways = {
            "void": lambda: agreements.void(out, self.cast.owner, self.now),
            "decline": lambda: agreements.decline(out, "No", self.cast.contact, self.now),
            "expire": lambda: agreements.expire(out, self.now),
        }
        self.may(ways[end])
