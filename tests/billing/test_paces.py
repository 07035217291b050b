"""Which mails somebody gets: chosen by the reader, or for them, and never what is always sent."""

from dataclasses import replace

import pytest

from billing.accepting import comments, deeming, reviews, submissions
from billing.delivery import worker
from billing.mailing import paces
from billing.mailing.paces import ChosenByReader
from models import Delivery, MailSetting, Pace, Topic
from tests import cast as the
from tests.cast import NOW
from tests.postbox import postbox

pytestmark = [pytest.mark.usefixtures("database", "idle_press"), pytest.mark.storage]

QUIET = dict.fromkeys(Topic, Pace.OFF)


def _letter(kind):
    return Delivery.get(Delivery.kind == kind)


def test_who_has_chosen_nothing_gets_everything_at_once():
    cast = the.submitted()
    assert set(paces.of(cast.contact).values()) == {Pace.AT_ONCE}
    assert _letter("milestone_submitted").state == "queued"


def test_what_is_turned_off_stays_on_record_and_is_not_sent(installation):
    with postbox() as box:
        posting = replace(installation, smtp_url=f"{box.url}?from=post@milepost.example")
        cast = the.active()
        paces.choose(cast.contact, {Topic.PROGRESS: Pace.OFF}, cast.contact, NOW)
        milestone = cast.milestone
        submissions.submit(milestone, "Here", [], the.shown(milestone), cast.owner, NOW)
        kept = _letter("milestone_submitted")
        assert (kept.state, kept.last_error) == ("cancelled", "unwanted")
        while worker.work_once(posting, NOW):
            pass
        assert not [each for each in box.received if "review" in str(each["Subject"])]


def test_invoices_come_whatever_was_turned_off():
    cast = the.submitted()
    for reader in (cast.contact, cast.owner):
        paces.choose(reader, QUIET, reader, NOW)
    reviews.accept(cast.milestone, cast.contact, NOW)
    assert _letter("invoice_issued").state == "queued"
    assert _letter("milestone_accepted").last_error == paces.UNWANTED, "the owner's own choice"


def test_of_the_last_day_of_a_review_one_is_told_all_the_same():
    cast = the.submitted()
    paces.choose(cast.contact, QUIET, cast.contact, NOW)
    told = {}
    for hours in range(0, 24 * 12, 5):
        deeming.remind(cast.milestone, the.later(hours=hours))
    for row in Delivery.select().where(Delivery.kind == "review_reminder").order_by(Delivery.id):
        told[row.facts["reminder"]] = row.state
    assert list(told.values()) == ["cancelled", "cancelled", "queued"]


def test_what_waits_follows_the_choice():
    cast = the.submitted()
    comments.say(cast.milestone, "A word", cast.owner, NOW, "a")
    paces.choose(cast.contact, {Topic.COMMENTS: Pace.OFF}, cast.contact, NOW)
    assert _letter("comments_made").state == "cancelled"
    assert _letter("milestone_submitted").state == "queued", "another topic"


def test_a_choice_holds_for_one_reader_alone():
    cast = the.submitted()
    other = the.contact(cast.project.client)
    paces.choose(other, QUIET, other, NOW)
    assert set(paces.of(cast.contact).values()) == {Pace.AT_ONCE}
    assert set(paces.of(cast.owner).values()) == {Pace.AT_ONCE}
    assert paces.quieter(cast.project.client) == {other.id: QUIET}


def test_the_owner_may_not_send_more_than_a_contact_chose():
    cast = the.submitted()
    paces.choose(cast.contact, {Topic.COMMENTS: Pace.DAILY}, cast.contact, NOW)
    with pytest.raises(ChosenByReader):
        paces.choose(cast.contact, {Topic.COMMENTS: Pace.AT_ONCE}, cast.owner, NOW)
    paces.choose(cast.contact, {Topic.COMMENTS: Pace.OFF}, cast.owner, NOW)
    paces.choose(cast.contact, {Topic.COMMENTS: Pace.AT_ONCE}, cast.owner, NOW)
    assert paces.of(cast.contact)[Topic.COMMENTS] == Pace.AT_ONCE, "their own choice is no more"
    assert MailSetting.select().count() == 1
