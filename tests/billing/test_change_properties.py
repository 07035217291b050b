"""Old against new, shares of a new price, places in the plan: arithmetic that must never drift."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.changes import redline, repricing, typed
from billing.changes.fold import fold
from billing.planning.plan import Billing
from billing.planning.terms import Terms
from models import Change, Charge, Milestone
from tests import cast as the
from tests.properties import stateful

words = st.text(alphabet="ab ,.ßł漢\n", max_size=30)


@given(words, words)
def test_a_redline_holds_the_old_and_the_new_whole(old, new):
    pieces = redline.words(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "new") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == new
    assert all(piece.text for piece in pieces)


@given(st.lists(words.filter(bool), max_size=5), st.lists(words.filter(bool), max_size=5))
def test_criteria_are_all_there_before_and_after(old, new):
    before, after = ({"criteria": [{"text": text} for text in texts]} for texts in (old, new))
    rows = redline.criteria(before, after)
    kept_or = {"new": [], "gone": []}
    for row in rows:
        for left_out, texts in kept_or.items():
            text = "".join(piece.text for piece in row if piece.kind != left_out)
            if text:
                texts.append(text)
    assert kept_or["new"] == old
    assert kept_or["gone"] == new


@given(
    st.builds(
        Terms,
        title=words,
        deliverable=words,
        criteria=st.lists(words, max_size=3).map(tuple),
        price=st.one_of(st.none(), st.integers(0, 10**12)),
        due_on=st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2030, 1, 1))),
    )
)
def test_typed_terms_are_read_back_as_they_were(terms):
    assert typed.read(typed.stored(terms)) == terms


@pytest.mark.storage
@pytest.mark.usefixtures("database")
def test_a_new_price_is_shared_to_the_cent():
    owner = the.owner()

    @stateful
    @given(
        st.integers(0, 10**9), st.integers(0, 10**9), st.sampled_from([0, 1, 3333, 9999, 10_000])
    )
    def shared(old, new, deposit):
        terms = the.terms(price=old, billing=Billing(signing_share=deposit))
        milestone: Milestone = the.active(terms, of=owner).milestone
        charged = {row.trigger_id: row.amount for row in milestone.charges}
        parts = repricing.parts(milestone, new)
        assert sum(part.share for part in parts) == 10_000
        assert all(part.share > 0 and part.amount >= 0 for part in parts)
        for part in parts:
            if part.trigger is not None and part.trigger.id in charged:
                assert part.amount == charged[part.trigger.id]
        assert sum(part.amount for part in parts) == max(new, sum(charged.values()))

    shared()
    assert Change.select().count() == 0
    assert Charge.select().count() > 0


def said(number: int, price: int = 1) -> dict:
    return {"id": number, "price": price}


def test_versions_fold_in_their_order():
    first = {"milestones": [said(1), said(2), said(3)]}
    change = {
        "changes": [
            {"before": said(1), "after": said(1, 5)},
            {"before": said(2), "after": said(4)},
            {"before": None, "after": said(5)},
            {"before": None, "after": None},
        ],
        "milestones": [said(5), said(4), said(1, 5)],
    }
    assert fold([first]) == first["milestones"]
    # 3 was stopped before the change, so the change does not speak of it.
    assert fold([first, change]) == [said(5), said(4), said(1, 5), said(3)]
