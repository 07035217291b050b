"""A plan under any sequence of edits is what was last said of it, in the order last given."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.invoicing import charges
from billing.planning import plan
from billing.planning.plan import Billing
from billing.planning.terms import WHOLE, Terms, terms_of
from models import Milestone, Project, User
from tests import cast as the
from tests.cast import NOW
from tests.properties import stateful

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

sentences = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=30)
deliveries = st.sampled_from(["send", "draft"])


@st.composite
def billings(draw):
    signing = draw(st.integers(0, WHOLE))
    dated = draw(st.sampled_from([0, WHOLE - signing, (WHOLE - signing) // 2]))
    return Billing(
        signing_share=signing,
        date_share=dated,
        billed_on=date(2027, 1, 31) if dated else None,
        signing_delivery=draw(deliveries),
        date_delivery=draw(deliveries),
        acceptance_delivery=draw(deliveries),
    )


terms = st.builds(
    Terms,
    title=sentences,
    deliverable=sentences,
    criteria=st.lists(sentences, max_size=4).map(tuple),
    price=st.none() | st.integers(0, 10**15),
    due_on=st.none() | st.dates(date(2026, 1, 1), date(2040, 1, 1)),
    review_days=st.integers(3, 14),
    rounds=st.integers(0, 99),
    billing=billings(),
)

EDITS = ["add", "revise", "place", "step", "delete", "restore", "split"]


@pytest.fixture
def owner(database: object) -> User:
    return the.owner()


class Sketch:
    """What the plan should be: kept beside it by the simplest means."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.said: dict[int, Terms] = {}
        self.order: list[int] = []
        self.deleted: list[int] = []

    def add(self, draw) -> None:
        said = draw(terms)
        made = plan.add(self.project, said)
        self.said[made.id] = said
        self.order.append(made.id)

    def revise(self, draw) -> None:
        for row in self._one(draw):
            said = draw(terms)
            plan.revise(row, said, row.revision)
            self.said[row.id] = said

    def place(self, draw) -> None:
        for row in self._one(draw):
            self._move(row.id, to := draw(st.integers(-2, 12)))
            plan.place(row, to)

    def step(self, draw) -> None:
        for row in self._one(draw):
            by = draw(st.integers(-3, 3))
            self._move(row.id, self.order.index(row.id) + by)
            plan.step(row, by)

    def delete(self, draw) -> None:
        for row in self._one(draw):
            plan.delete(row, NOW)
            self.order.remove(row.id)
            self.deleted.append(row.id)

    def restore(self, draw) -> None:
        if self.deleted:
            back = draw(st.sampled_from(self.deleted))
            plan.restore(Milestone.get_by_id(back))
            self.deleted.remove(back)
            # It comes back among the others; they keep their order.
            now = [row.id for row in Milestone.live(self.project)]
            assert [id for id in now if id != back] == self.order
            self.order = now

    def split(self, draw) -> None:
        total = draw(st.integers(1, 10**15))
        prices = plan.split(self.project, total)
        assert sum(prices) == (total if self.order else 0)
        for id, price in zip(self.order, prices, strict=True):
            self.said[id] = replace(self.said[id], price=price)

    def _one(self, draw) -> list[Milestone]:
        if not self.order:
            return []
        return [Milestone.get_by_id(draw(st.sampled_from(self.order)))]

    def _move(self, id: int, to: int) -> None:
        self.order.remove(id)
        self.order.insert(max(0, min(to, len(self.order))), id)


@stateful
@given(st.lists(st.sampled_from(EDITS), min_size=3, max_size=14), st.data())
def test_a_plan_is_what_was_last_said_of_it(owner, edits, data):
    sketch = Sketch(the.projects.start(_client(owner), "A project", owner, NOW))
    for edit in ["add", *edits]:
        getattr(sketch, edit)(data.draw)
        rows = list(Milestone.live(sketch.project))
        assert [row.id for row in rows] == sketch.order
        for row in rows:
            said = sketch.said[row.id]
            assert terms_of(row) == replace(said, billing=said.billing.meant())
            assert sum(trigger.share for trigger in row.triggers) == WHOLE
            assert sum(charges.trigger_amounts(row).values()) == (row.price or 0)


def _client(of: User):
    return next(iter(of.clients), None) or the.client(of)


@stateful
@given(st.integers(1, 10**15), st.lists(st.integers(0, WHOLE), min_size=0, max_size=5))
def test_any_split_sums_to_the_cent(owner, total, cuts):
    edges = [0, *sorted(cuts), WHOLE]
    shares = [after - before for before, after in pairwise(edges)]
    project = the.project(owner, *[the.terms()] * len(shares), for_client=_client(owner))
    for divided_by in (None, shares):
        prices = plan.split(project, total, divided_by)
        assert sum(prices) == total
        assert [row.price for row in Milestone.live(project)] == prices
