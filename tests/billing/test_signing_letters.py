"""Letters around a signature: short, one action, to the right person, only while they matter."""

import re
from dataclasses import replace

import pytest

from billing import dates
from billing.agreeing import agreements, codes, forwarding, paper, signing, wishes
from billing.agreeing.scans import Scan
from billing.delivery import letters, signing_letters, worker
from models import Delivery, DeliveryState
from tests import cast as the
from tests.cast import NOW, later
from tests.postbox import postbox

pytestmark = pytest.mark.usefixtures("database")


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


def work(installation, now=NOW):
    while worker.work_once(installation, now):
        pass


def whole_story():
    """Every letter of the room once."""
    scan = Scan(b"%PDF-1.4 scan\n%%EOF", "application/pdf", "pdf")
    on_paper, asked, reminded, late = (the.offered() for _ in range(4))
    paper.ask(asked.agreement, "By post", asked.contact, NOW)
    codes.ask(asked.agreement, asked.contact, NOW)
    wish = forwarding.ask(asked.agreement, "Ben", "ben@example.com", "", asked.contact, NOW)
    forwarding.refuse(wish, asked.owner, NOW)
    forwarding.ask(asked.agreement, "Eve", "eve@example.com", "Boss", asked.contact, NOW)
    paper.record(on_paper.agreement, paper.Signed(NOW.date(), "Cleo", "Alice", scan),
                 on_paper.owner, NOW)  # fmt: skip
    wishes.object_to(on_paper.agreement, "I never did", on_paper.contact, NOW)
    signing.sign(late.agreement, the.intent(late.agreement), late.contact, NOW)
    for cast in (asked, late):
        Delivery.update(state=DeliveryState.DONE).where(
            Delivery.project == cast.project.id, Delivery.kind == "agreement_sent"
        ).execute()
    return asked, on_paper, reminded, late


def mails():
    return Delivery.select().where(Delivery.kind.in_(list(signing_letters.LETTERS)))


def test_each_is_written_short_and_has_one_action(posting):
    whole_story()
    dates.pass_time(later(days=3))
    assert {row.kind for row in mails()} == set(signing_letters.LETTERS)
    amount = re.compile(r"\$\d[\d,]*\.\d\d")
    for row in mails():
        letter = letters.compose(row, posting, NOW)
        body = letter.text.split("\n\n", 1)[1].rsplit("\n\n", 2)[0]
        assert len(body.split()) < 80, row.kind
        ways = re.findall(r"https://\S+", letter.text)
        assert len(ways) == 1 or ways[1:] == [letter.unsubscribe], row.kind
        assert "Content strategy" in letter.subject
        assert row.kind == "signing_code" or amount.search(letter.subject), letter.subject
        letters.compose(row, posting, NOW, masked=True)


def test_the_code_arrives_and_signs(posting, box):
    cast = the.offered()
    code = codes.ask(cast.agreement, cast.contact, NOW)
    work(posting)
    [mail] = [each for each in box.received if "code" in each["Subject"]]
    text = mail.get_body(("plain",)).get_content()
    [typed] = set(re.findall(r"\b\d{6}\b", text))
    assert typed not in mail["Subject"]
    given = codes.Given(typed, posting.secret)
    signature = signing.sign(cast.agreement, the.intent(cast.agreement), cast.contact, NOW, given)
    assert signature.code_id == code.id
    assert signature.proof_message == mail["Message-ID"]


def test_what_is_settled_is_not_asked_for_any_more(posting, box):
    asked, _paper, reminded, late = whole_story()
    dates.pass_time(later(days=3))
    signing.countersign(late.agreement, the.intent(late.agreement), late.owner, NOW)
    agreements.void(reminded.agreement, reminded.owner, NOW)
    agreements.void(asked.agreement, asked.owner, NOW)
    work(posting, later(days=3))
    sent = {row.kind for row in mails().where(Delivery.state == DeliveryState.DONE)}
    assert sent.isdisjoint(signing_letters.OVERTAKEN)
    assert {"agreement_recorded", "agreement_objected"} <= sent


def test_without_mail_a_code_cannot_be_had_from_the_outbox(installation):
    from billing.delivery import by_hand

    cast = the.offered()
    codes.ask(cast.agreement, cast.contact, NOW)
    work(installation)
    row = Delivery.get(Delivery.kind == "signing_code")
    assert row.state == DeliveryState.HELD
    assert not by_hand.can_be_copied(row, installation)
