"""Silence counts as acceptance only where it was signed, after a reminder, and exactly once."""

from datetime import date, datetime, timedelta

import pytest

from billing import checking, dates, events
from billing.accepting import deeming, extensions, moves, reviews, submissions, windows
from billing.accepting.extensions import (
    AlreadyAnswered,
    ExtendedBefore,
    ExtensionWaits,
    NoDays,
    NotInReview,
    ReviewOver,
    WhyMissing,
)
from billing.agreeing import agreements, composing, signing
from billing.delivery import letters, review_letters
from billing.refusals import NotYours
from models import (
    Client,
    Decision,
    Delivery,
    DeliveryState,
    Extension,
    Invoice,
    Project,
    ReviewReminder,
    Verdict,
)
from tests import cast as the
from tests.cast import NOW
from tests.crowd import at_once

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

# NOW is a Sunday; five working days in Germany end on Friday the 27th at 23 o'clock UTC.
WHERE = {"country": "DE", "region": "Bayern", "currency": "EUR"}
MORNING = datetime(2026, 11, 27, 9, 30)
OVER = datetime(2026, 11, 27, 23, 0)


def in_review(*planned, silence=True, **client):
    """A milestone handed over on NOW under an agreement with or without the clause."""
    owner = the.owner()
    project = the.project(owner, *planned, for_client=the.client(owner, **{**WHERE, **client}))
    draft = agreements.compose(project, NOW)
    for row in draft.clauses:
        row["on"] = row["on"] or (silence and row["key"] == "silence")
    composing.revise(project, draft.clauses, draft.signer, None, NOW)
    draft = agreements.compose(project, NOW)
    agreements.send(draft, owner, NOW)
    agreements.deliver(draft, the.PDF, owner, NOW)
    agreement = agreements.current(project)
    signing.sign(agreement, the.intent(agreement), agreement.signer, NOW)
    signing.countersign(agreement, the.intent(agreement, name="Alice"), owner, NOW)
    the.seal(agreement)
    cast = the.Engagement(owner, Project.get_by_id(project.id), agreement.signer, agreement)
    submissions.submit(cast.milestone, "Here", [], the.shown(cast.milestone), owner, NOW)
    return cast


def pass_time(now):
    """What the worker does, with mails that arrive at once."""
    dates.pass_time(now)
    Delivery.update(state=DeliveryState.DONE, done_at=now).where(
        Delivery.channel == "mail", Delivery.state == DeliveryState.QUEUED
    ).execute()


def reminders():
    return [
        (row.kind, row.written_at) for row in ReviewReminder.select().order_by(ReviewReminder.id)
    ]


def test_silence_counts_once_the_time_is_over_and_bills_in_the_same_deed():
    cast = in_review()
    for day in range(6):
        for hour in (6, 8, 12, 20):
            pass_time(NOW.replace(hour=hour) + timedelta(days=day))
    assert [kind for kind, _at in reminders()] == ["half", "most", "last"]
    assert cast.milestone.state == "submitted"
    pass_time(OVER - timedelta(seconds=1))
    assert cast.milestone.state == "submitted"
    pass_time(OVER)
    assert cast.milestone.state == "deemed_accepted"
    [decision] = Decision.select()
    assert (decision.kind, decision.contact_id) == ("deemed_accepted", None)
    assert Verdict.select().where(Verdict.accepted).count() == 2
    [invoice] = cast.invoices
    assert (invoice.total, invoice.cause) == (500_000, "acceptance")
    told = {each.kind: each for each in events.history(cast.project)}
    assert told["milestone.deemed_accepted"].party == "clock"
    assert "milestone.accepted" not in told
    letters = {row.kind for row in Delivery.select()}
    assert {"milestone_deemed", "milestone_deemed_owner"} <= letters
    assert "milestone_accepted" not in letters
    with pytest.raises(moves.AlreadyAccepted):
        reviews.accept(cast.milestone, cast.contact, OVER)
    assert checking.problems() == []


def test_reminders_come_in_the_morning_there_and_each_once():
    in_review()
    for minutes in range(0, 6 * 24 * 60, 30):
        pass_time(NOW + timedelta(minutes=minutes))
    assert [at for _kind, at in reminders()] == [
        datetime(2026, 11, 25, 8), datetime(2026, 11, 26, 8), datetime(2026, 11, 27, 8),
    ]  # fmt: skip
    mails = Delivery.select().where(Delivery.kind == "review_reminder")
    assert mails.count() == 3
    assert {row.facts["last_day"] for row in mails} == {"2026-11-27"}


@pytest.mark.parametrize("why", ["unsigned", "consumer", "became a consumer"])
def test_silence_never_counts_unless_it_was_signed_or_for_a_consumer(why):
    where = {"kind": "consumer", "country": "US", "region": "NY"} if why == "consumer" else {}
    cast = in_review(silence=why != "unsigned", **where)
    if why == "became a consumer":
        Client.update(kind="consumer").execute()
    said = agreements.read(cast.agreement)
    assert said["deemed_acceptance"] is (why == "became a consumer")
    assert ("silence" in {each["key"] for each in said["clauses"]}) is said["deemed_acceptance"]
    for hours in range(0, 24 * 30, 6):
        pass_time(NOW.replace(hour=8) + timedelta(hours=hours))
    assert cast.milestone.state == "submitted"
    assert [kind for kind, _at in reminders()] == ["half", "most", "last"]
    assert Decision.select().count() == Invoice.select().count() == 0


def test_an_agreement_signed_before_there_was_the_switch_is_read_as_without_it():
    cast = in_review()
    said = agreements.read(cast.agreement)
    assert said["deemed_acceptance"] is True
    del said["deemed_acceptance"]
    assert windows.says_so(said) is False


def test_the_clause_says_the_librarys_words_whatever_was_typed():
    owner = the.owner()
    project = the.project(owner)
    draft = agreements.compose(project, NOW)
    typed = [{"key": "silence", "heading": "Ha", "body": "Nothing ever counts.", "on": True}]
    composing.revise(project, typed, draft.signer, None, NOW)
    [kept] = agreements.compose(project, NOW).clauses
    assert kept["heading"] == "If no answer comes"
    assert "counts as accepted" in kept["body"]


def test_a_machine_that_slept_reminds_once_and_lets_another_working_day_pass():
    cast = in_review()
    asleep = datetime(2027, 1, 2, 9, 30)  # a Saturday, forty days on
    pass_time(asleep)
    assert reminders() == []
    monday = datetime(2027, 1, 4, 9, 30)
    pass_time(monday)
    pass_time(monday + timedelta(minutes=1))
    assert [kind for kind, _at in reminders()] == ["last"]
    pass_time(datetime(2027, 1, 4, 22, 59))
    assert cast.milestone.state == "submitted"
    pass_time(datetime(2027, 1, 4, 23, 0))
    assert cast.milestone.state == "deemed_accepted"


def test_a_reminder_after_noon_of_the_last_day_gives_another():
    cast = in_review()
    pass_time(MORNING.replace(hour=14))
    pass_time(OVER)
    assert cast.milestone.state == "submitted"
    pass_time(datetime(2026, 11, 30, 23))  # the Monday after
    assert cast.milestone.state == "deemed_accepted"


def test_a_clock_set_back_undoes_nothing_and_repeats_nothing():
    cast = in_review()
    pass_time(MORNING)
    pass_time(MORNING - timedelta(days=2))
    pass_time(OVER)
    pass_time(OVER - timedelta(days=2))
    assert cast.milestone.state == "deemed_accepted"
    assert [kind for kind, _at in reminders()] == ["last"]
    assert len(cast.invoices) == 1
    assert checking.problems() == []


def test_a_reminder_that_never_went_out_counts_for_nothing():
    cast = in_review()
    dates.pass_time(MORNING)
    Delivery.update(state=DeliveryState.HELD).where(Delivery.kind == "review_reminder").execute()
    for days in range(30):
        dates.pass_time(OVER + timedelta(days=days))
    assert cast.milestone.state == "submitted"


def test_twenty_workers_deem_it_once():
    cast = in_review()
    pass_time(MORNING)
    at_once(20, lambda _number: deeming.deem(cast.milestone, OVER))
    assert Decision.select().count() == Invoice.select().count() == 1
    assert checking.problems() == []


def test_twenty_workers_remind_once():
    cast = in_review()
    at_once(20, lambda _number: deeming.remind(cast.milestone, MORNING))
    assert ReviewReminder.select().count() == 1


def test_what_fails_half_way_leaves_nothing(monkeypatch):
    cast = in_review()
    pass_time(MORNING)
    with monkeypatch.context() as broken:
        broken.setattr(reviews, "bill_acceptance", None)
        dates.pass_time(OVER)
        assert cast.milestone.state == "submitted"
        assert Decision.select().count() == Verdict.select().count() == 0
    dates.pass_time(OVER)
    assert cast.milestone.state == "deemed_accepted"
    assert len(cast.invoices) == 1


def test_the_rest_of_what_is_accepted_in_part_is_deemed():
    cast = in_review()
    first = cast.milestone.criteria[0].id
    reviews.accept(cast.milestone, cast.contact, NOW, met=[first])
    pass_time(MORNING)
    pass_time(OVER)
    assert cast.milestone.state == "deemed_accepted"
    assert sum(row.total for row in cast.invoices) == 500_000
    assert checking.problems() == []


def test_whoever_asks_for_changes_is_not_silent():
    cast = in_review()
    unmet = [cast.milestone.criteria[0].id]
    reviews.ask_for_changes(cast.milestone, "One is missing", unmet, cast.contact, MORNING)
    pass_time(OVER)
    assert cast.milestone.state == "changes_requested"
    submissions.submit(cast.milestone, "", [], the.shown(cast.milestone), cast.owner, OVER)
    window = windows.of(cast.milestone, OVER)
    assert window.reading.last_day == date(2026, 12, 4)


def test_more_time_is_asked_for_agreed_to_and_stops_the_clock():
    cast = in_review()
    asked = extensions.ask(cast.milestone, 3, "Our lawyer is away", cast.contact, MORNING)
    pass_time(MORNING)
    pass_time(OVER + timedelta(days=5))
    assert cast.milestone.state == "submitted"  # the owner has not answered
    extensions.answer(asked, True, "", cast.owner, MORNING)
    window = windows.of(cast.milestone, MORNING)
    assert window.reading.last_day == date(2026, 12, 2)
    assert window.reading.stands
    # The new last day is named by a reminder of its own.
    pass_time(datetime(2026, 12, 2, 8, 30))
    assert [kind for kind, _at in reminders()] == ["last", "last"]
    pass_time(datetime(2026, 12, 2, 23))
    assert cast.milestone.state == "deemed_accepted"
    assert checking.problems() == []


def test_who_is_told_no_has_time_to_answer_still():
    cast = in_review()
    asked = extensions.ask(cast.milestone, 3, "Our lawyer is away", cast.contact, MORNING)
    pass_time(MORNING)
    saturday = OVER + timedelta(hours=2)
    extensions.answer(asked, False, "It is urgent", cast.owner, saturday)
    pass_time(saturday + timedelta(minutes=1))
    assert cast.milestone.state == "submitted"
    pass_time(datetime(2026, 11, 30, 23))
    assert cast.milestone.state == "deemed_accepted"
    assert checking.problems() == []


def test_what_cannot_be_extended_says_why():
    cast = in_review()
    with pytest.raises(WhyMissing):
        extensions.ask(cast.milestone, 3, " ", cast.contact, NOW)
    with pytest.raises(NoDays):
        extensions.ask(cast.milestone, 31, "Away", cast.contact, NOW)
    stranger = the.contact(the.client(the.owner()))
    with pytest.raises(NotYours):
        extensions.ask(cast.milestone, 3, "Away", stranger, NOW)
    with pytest.raises(ReviewOver):
        extensions.grant(cast.milestone, 3, "", cast.owner, OVER)
    asked = extensions.ask(cast.milestone, 3, "Away", cast.contact, NOW)
    with pytest.raises(ExtensionWaits):
        extensions.grant(cast.milestone, 3, "", cast.owner, NOW)
    with pytest.raises(WhyMissing):
        extensions.answer(asked, False, "", cast.owner, NOW)
    extensions.answer(asked, True, "", cast.owner, NOW)
    with pytest.raises(AlreadyAnswered):
        extensions.answer(asked, True, "", cast.owner, NOW)
    with pytest.raises(ExtendedBefore):
        extensions.ask(cast.milestone, 3, "Away", cast.contact, NOW)
    reviews.accept(cast.milestone, cast.contact, NOW)
    with pytest.raises(NotInReview):
        extensions.ask(cast.milestone, 3, "Away", cast.contact, NOW)


def test_twenty_tabs_ask_once():
    cast = in_review()
    at_once(20, lambda _n: extensions.ask(cast.milestone, 2, "Away", cast.contact, NOW))
    assert Extension.select().count() == 1


def test_a_reminder_says_what_follows(installation):
    cast = in_review()
    dates.pass_time(MORNING)
    [mail] = Delivery.select().where(Delivery.kind == "review_reminder")
    letter = letters.compose(mail, installation, MORNING)
    assert "Nov 27, 2026 is the last day to review “Strategy document approved”" in letter.text
    assert "it counts as accepted, as both sides agreed, and an invoice" in letter.text
    reviews.accept(cast.milestone, cast.contact, MORNING)
    assert letters.is_overtaken(mail, installation, MORNING)


def test_a_reminder_of_what_was_not_agreed_says_that_it_simply_waits(installation):
    in_review(silence=False)
    dates.pass_time(MORNING)
    [mail] = Delivery.select().where(Delivery.kind == "review_reminder")
    letter = letters.compose(mail, installation, MORNING)
    assert "Nothing happens by itself after that day" in letter.text
    assert "counts as accepted" not in letter.text


def test_every_letter_can_be_written_in_every_language(installation):
    cast = in_review()
    asked = extensions.ask(cast.milestone, 3, "Our lawyer is away", cast.contact, NOW)
    extensions.answer(asked, False, "It is urgent", cast.owner, NOW)
    extensions.grant(cast.milestone, 1, "", cast.owner, NOW)
    pass_time(MORNING + timedelta(days=3))
    pass_time(OVER + timedelta(days=3))
    assert cast.milestone.state == "deemed_accepted"
    written = list(Delivery.select().where(Delivery.kind.in_(list(review_letters.LETTERS))))
    assert {row.kind for row in written} == set(review_letters.LETTERS)
    for language in ("en", "de", "fr", "es"):
        Client.update(language=language).execute()
        for number in written:
            row = Delivery.get_by_id(number)
            letter = letters.compose(row, installation, OVER)
            assert "{" not in letter.text and "None" not in letter.text, row.kind
            assert "5" in letter.subject, row.kind
