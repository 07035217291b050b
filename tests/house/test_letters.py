"""Laws of letters: each is in one group that says whether its reader may turn it off."""

from billing.delivery import letters
from billing.mailing import topics
from models import Topic

OWED_OR_ASKED_FOR = {
    "invoice_issued", "credit_note_issued", "agreement_sent", "signing_code", "link_sent",
    "link_reissued", "password_reset", "milestone_deemed", "dispute_offered",
    "dispute_offered_by_client", "withdrawal_receipt",
}  # fmt: skip


def test_every_letter_is_in_a_group():
    """A new letter has to be given a topic in billing/mailing/topics.py, or ALWAYS."""
    assert set(topics.GROUPS) == set(letters.LETTERS)
    assert set(topics.GROUPS.values()) == {*Topic, topics.ALWAYS}


def test_nobody_can_turn_off_what_is_owed_or_was_asked_for():
    assert {topics.GROUPS[each] for each in OWED_OR_ASKED_FOR} == {topics.ALWAYS}
