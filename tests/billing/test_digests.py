"""The mail of the day: once, in the morning where its reader is, of what is still news."""

from dataclasses import replace
from datetime import datetime

import pytest

from billing import outbox
from billing.accepting import comments, reviews, submissions
from billing.delivery import letters, worker
from billing.mailing import digests, opting_out, paces
from models import Contact, Delivery, Pace, Topic
from tests import cast as the
from tests.cast import NOW
from tests.postbox import postbox

pytestmark = [pytest.mark.usefixtures("database", "idle_press"), pytest.mark.storage]

DAILY = dict.fromkeys(Topic, Pace.DAILY)
NIGHT = datetime(2026, 11, 24, 4, 0)
"""Of a Monday, in New York: 23:00."""
MORNING = datetime(2026, 11, 24, 13, 30)
THANKSGIVING = datetime(2026, 11, 26, 15, 0)


@pytest.fixture
def box():
    with postbox() as made:
        yield made


@pytest.fixture
def posting(installation, box):
    return replace(
        installation,
        base_url="https://milepost.example",
        smtp_url=f"{box.url}?from=post@milepost.example",
    )


def work(installation, now):
    digests.gather(now, installation.sends_mail)
    while worker.work_once(installation, now):
        pass


@pytest.fixture
def cast(posting, box):
    """An engagement whose both sides want one mail a day."""
    made = the.active()
    for reader in (made.contact, made.owner):
        paces.choose(reader, DAILY, reader, NOW)
    work(posting, NOW)
    box.received.clear()
    return made


def submit(cast):
    milestone = cast.milestone
    submissions.submit(milestone, "Here", [], the.shown(milestone), cast.owner, NIGHT)
    comments.say(cast.milestone, "A word", cast.owner, NIGHT, "a")


def digest():
    return Delivery.get(Delivery.kind == "digest")


def states():
    rows = Delivery.select().where(Delivery.gathered == True)  # noqa: E712
    return {row.kind: row.state for row in rows}


def test_news_waits_for_the_morning_and_comes_in_one_mail(cast, posting, box):
    submit(cast)
    work(posting, NIGHT)
    assert not box.received
    work(posting, MORNING)
    [message] = box.received
    assert message["Subject"] == "What is new in Content strategy (2)"
    text = message.get_body(("plain",)).get_content()
    assert "- Ready for your review: Strategy document approved" in text
    assert "- New comment: Strategy document approved" in text
    assert text.count("https://milepost.example/l/") == 1, "one way in to one project"
    assert states() == {"milestone_submitted": "done", "comments_made": "done"}


def test_it_comes_once_a_day(cast, posting, box):
    submit(cast)
    for hours in range(4):
        work(posting, MORNING.replace(hour=13 + hours))
    comments.say(cast.milestone, "More", cast.owner, MORNING, "b")
    work(posting, MORNING.replace(hour=18))
    assert len(box.received) == 1
    work(posting, MORNING.replace(day=25))
    assert len(box.received) == 2


def test_not_on_a_holiday_nor_at_the_weekend(cast, posting, box):
    submit(cast)
    for day in (26, 28, 29):
        work(posting, THANKSGIVING.replace(day=day))
    assert not box.received
    work(posting, THANKSGIVING.replace(day=27))
    assert len(box.received) == 1


def test_what_was_settled_meanwhile_is_left_out(cast, posting, box):
    submit(cast)
    reviews.accept(cast.milestone, cast.contact, NIGHT)
    work(posting, NIGHT)
    box.received.clear()
    work(posting, MORNING)
    texts = [each.get_body(("plain",)).get_content() for each in box.received]
    assert len(texts) == 2, "one to each side"
    assert not any("Ready for your review" in text for text in texts)
    assert states()["milestone_submitted"] == "cancelled"


def test_nothing_is_sent_of_what_is_settled_all(cast, posting, box):
    milestone = cast.milestone
    submissions.submit(milestone, "Here", [], the.shown(milestone), cast.owner, NIGHT)
    digests.gather(MORNING, sends_mail=True)
    paces.choose(cast.owner, dict.fromkeys(Topic, Pace.OFF), cast.owner, NIGHT)
    reviews.accept(cast.milestone, cast.contact, MORNING)
    work(posting, MORNING)
    assert digest().state == "cancelled"
    assert not [each for each in box.received if "What is new" in str(each["Subject"])]


def test_an_invoice_does_not_wait(cast, posting):
    submit(cast)
    reviews.accept(cast.milestone, cast.contact, NIGHT)
    assert not Delivery.get(Delivery.kind == "invoice_issued").gathered


def test_one_owners_mail_holds_nothing_of_anothers(cast, posting, box):
    other = the.submitted()
    Contact.update(email=cast.contact.email).where(Contact.id == other.contact.id).execute()
    reader = Contact.get_by_id(other.contact.id)
    paces.choose(reader, DAILY, reader, NIGHT)
    comments.say(other.milestone, "Of the other", other.owner, NIGHT, "o")
    submit(cast)
    work(posting, NIGHT)
    box.received.clear()
    work(posting, MORNING)
    held = [row.letters for row in Delivery.select().where(Delivery.kind == "digest")]
    assert len(held) == 2
    for rows in held:
        assert len({row.owner_id for row in rows}) == 1


def test_it_speaks_the_clients_language(posting, box):
    user = the.owner()
    buyer = the.client(user, language="de", country="DE")
    cast = the.submitted(of=user, for_client=buyer)
    paces.choose(cast.contact, DAILY, cast.contact, NOW)
    work(posting, datetime(2026, 11, 24, 9, 0))
    [message] = [each for each in box.received if each["Subject"].startswith("Neues")]
    assert "Bereit zur Prüfung" in message.get_body(("plain",)).get_content()


def test_without_mail_each_letter_is_kept_by_itself(cast, installation):
    submit(cast)
    work(installation, MORNING)
    kept = Delivery.get(Delivery.kind == "milestone_submitted")
    assert (kept.state, kept.gathered) == ("held", False)
    assert not Delivery.select().where(Delivery.kind == "digest").exists()


def test_what_is_wanted_at_once_again_does_not_wait(cast, posting, box):
    submit(cast)
    paces.choose(cast.contact, dict.fromkeys(Topic, Pace.AT_ONCE), cast.contact, NIGHT)
    work(posting, NIGHT.replace(hour=5))
    assert len(box.received) == 2


def test_who_cancels_it_cancels_what_it_holds(cast, posting):
    submit(cast)
    digests.gather(MORNING, sends_mail=True)
    outbox.cancel(digest())
    assert set(states().values()) == {"cancelled"}


def test_it_is_no_secret_to_its_owner_and_hides_what_acts_for_its_reader(cast, posting):
    submit(cast)
    digests.gather(MORNING, sends_mail=True)
    letter = letters.compose(digest(), posting, MORNING, masked=True)
    assert "/l/…" in letter.text and "/mails/…" in letter.text


def test_a_mail_that_may_be_turned_off_says_how(posting, box):
    cast = the.submitted()
    work(posting, NOW)
    for message in box.received:
        text = message.get_body(("plain",)).get_content()
        may_be = "Ready for your review" in str(message["Subject"])
        assert ("List-Unsubscribe" in message) == may_be
        assert ("https://milepost.example/mails/" in text) == may_be
        if may_be:
            assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
            token = message["List-Unsubscribe"].removesuffix(">").rsplit("/", 1)[1]
            asked = opting_out.read(token, posting.secret)
            assert (asked.reader, asked.about) == (cast.contact, "progress")
            assert max(map(len, box.raw[0].split(b"\r\n"))) <= 998


def test_a_token_is_of_one_reader_topic_and_address(installation):
    cast = the.submitted()
    secret = installation.secret
    good = opting_out.token(cast.contact, Topic.COMMENTS, secret)
    other = the.contact(cast.project.client)
    for forged in (
        good.replace(f"c{cast.contact.id}-", f"c{other.id}-"),
        good.replace("c", "o", 1),
        good.replace("-comments-", "-progress-"),
        good[:-1],
        good + "é",
        "",
        "c-comments-x",
        f"c{10**30}-comments-x",
        "c²-comments-x",
    ):
        assert opting_out.read(forged, secret) is None, forged
    assert opting_out.read(good, b"another secret") is None
    Contact.update(email="new@example.com").where(Contact.id == cast.contact.id).execute()
    assert opting_out.read(good, secret) is None
