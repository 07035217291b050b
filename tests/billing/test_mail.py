"""What goes out: the letters' words, headers that cannot be forged, names that stay whole."""

import re
from dataclasses import replace

import pytest

from billing import outbox
from billing.accepting import reviews, submissions
from billing.agreeing import agreements, signing
from billing.delivery import (
    comment_letters,
    dispute_letters,
    duty_letters,
    letters,
    mail,
    reading_letters,
    review_letters,
    signing_letters,
    worker,
)
from billing.delivery.failures import Undeliverable
from billing.delivery.wording import Wording
from billing.mailing import digests
from billing.paying import claims, payments
from billing.people import accounts, links
from billing.planning.plan import Billing
from models import Business, Contact, Delivery, Link, Project, is_postgresql
from tests import cast as the
from tests.cast import NOW
from tests.postbox import postbox

pytestmark = pytest.mark.usefixtures("database", "idle_press")

NAMES = ("Łódź Sp. z o.o.", "株式会社ミライ", "Đường Việt", "شركة النور", "חברת אור")


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


def work(installation):
    while worker.work_once(installation, NOW):
        pass


def whole_story(**names):
    """Every letter once: sent, signed, in force, submitted, changed, accepted, claimed, paid."""
    user = the.owner("alice@example.com")
    Business.update(email="hello@alice.example").execute()
    client = the.client(user, name=names.get("client", "Cleo GmbH"))
    if "contact" in names:
        Contact.update(name=names["contact"]).execute()
    project = the.project(user, the.terms(billing=Billing(signing_share=3000)), for_client=client)
    Project.update(title=names.get("project", "Content strategy")).execute()
    for ending in (agreements.void, None):
        agreement = agreements.compose(Project.get_by_id(project.id), NOW)
        agreements.send(agreement, user, NOW)
        agreements.deliver(agreement, the.PDF, user, NOW)
        if ending:
            ending(agreement, user, NOW)
    agreement = agreements.current(project)
    contact = agreement.signer
    signing.sign(agreement, the.intent(agreement), contact, NOW)
    signing.countersign(agreement, the.intent(agreement, name="Alice"), user, NOW)
    the.seal(agreement)
    cast = the.Engagement(user, Project.get_by_id(project.id), contact, agreement)
    [deposit] = cast.invoices
    payments.record(deposit, 50_000, NOW.date(), "a", user, NOW)
    payments.record(deposit, 100_000, NOW.date(), "b", user, NOW)
    milestone = cast.milestone
    submissions.submit(milestone, "Here", [], the.shown(milestone), user, NOW)
    unmet = [milestone.criteria[0].id]
    reviews.ask_for_changes(milestone, "One audience\nis missing", unmet, contact, NOW)
    submissions.submit(milestone, "Again", [], the.shown(milestone), user, NOW)
    reviews.accept(milestone, contact, NOW)
    claims.claim(cast.invoices[1], "Transfer 42", contact, NOW)
    links.reissue(Link.get(), user, NOW)
    accounts.ask_for_reset(user.email, NOW)
    other = the.offered(of=user)
    agreements.decline(other.agreement, "Too dear for us", other.contact, NOW)
    return cast


def body_of(letter):
    """The sentences between greeting and action."""
    return letter.text.split("\n\n", 1)[1].rsplit("\n\n", 2)[0]


def test_every_letter_that_an_event_causes_can_be_written(posting):
    whole_story()
    work(posting)
    written = {row.kind for row in Delivery.select().where(Delivery.channel == "mail")}
    seldom = {"agreement_expired", "agreement_expired_unsigned", "client_letter", "link_sent"}
    seldom |= {"wish_asked", "wish_declined", "payment_reminder", *signing_letters.LETTERS}
    seldom |= set(review_letters.LETTERS)
    seldom |= {"credit_note_issued", "project_stopped", "project_stopped_by_client"}
    seldom |= {"withdrawal_receipt", "withdrawal_declared", "milestone_undone"}
    # All but a few are written in tests of their own.
    seldom |= {*comment_letters.LETTERS, *dispute_letters.LETTERS, *duty_letters.LETTERS}
    seldom |= {*digests.KINDS, *reading_letters.LETTERS, "account_document", "month_prepared"}
    assert written | seldom == set(letters.LETTERS)
    failed = Delivery.select().where(Delivery.state.not_in(["done", "cancelled"]))
    assert [(row.kind, row.last_error) for row in failed] == []


def test_letters_are_short_have_one_action_and_name_project_and_amount(posting, box):
    whole_story()
    work(posting)
    amount = re.compile(r"\$\d[\d,]*\.\d\d")
    for row in Delivery.select().where(Delivery.channel == "mail"):
        letter = letters.compose(row, posting, NOW)
        assert len(body_of(letter).split()) < 80, row.kind
        ways = re.findall(r"https://\S+", letter.text)
        assert ways[1:] == ([letter.unsubscribe] if letter.unsubscribe else []), row.kind
        assert set(re.findall(r'href="([^"]+)"', letter.html)) == set(ways)
        assert "<img" not in letter.html
        if row.kind != "password_reset":
            assert "Content strategy" in letter.subject, row.kind
        if row.kind not in {"password_reset", "link_reissued"}:
            assert amount.search(letter.subject), letter.subject
    sent = Delivery.select().where(Delivery.channel == "mail", Delivery.state == "done")
    assert len(box.received) == sent.count() > 10


def test_a_client_mail_is_whole(posting, box):
    cast = the.offered()
    Business.update(email="hello@alice.example").execute()
    work(posting)
    [message] = box.received
    [(sender, recipients)] = box.envelopes
    assert sender == "post@milepost.example"
    assert recipients == [cast.contact.email]
    assert str(message["From"]) == "Alice Writes LLC <post@milepost.example>"
    assert str(message["To"]) == f"Cleo Zając <{cast.contact.email}>"
    assert str(message["Reply-To"]) == "Alice Writes LLC <hello@alice.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@milepost.example>")
    assert message["Date"].datetime.isoformat() == "2026-11-22T10:00:00+00:00"
    assert message.get_content_type() == "multipart/alternative"
    link = Link.get()
    address = f"https://milepost.example/l/{links.token(link, posting.secret)}"
    text = message.get_body(("plain",)).get_content()
    html = message.get_body(("html",)).get_content()
    assert address in text
    assert html.count(address) == 3, "once as the button, once in sight"
    assert "Hello Cleo Zając," in text
    assert "Hello Cleo Zając," in html
    assert max(len(line) for line in box.raw[0].split(b"\r\n")) <= 998


def test_a_letter_to_the_owner_leads_to_their_own_page(posting):
    cast = the.submitted()
    reviews.accept(cast.milestone, cast.contact, NOW)
    accepted = Delivery.get(Delivery.kind == "milestone_accepted")
    letter = letters.compose(accepted, posting, NOW)
    assert (letter.reply_to, letter.sender_name) == ("", "Milepost")
    assert f"https://milepost.example/projects/{cast.project.id}\n" in letter.text
    assert "Invoice INV-0001 for $5,000.00 is issued." in letter.text


def test_the_receipt_of_a_signature_holds_what_proves_it(posting):
    cast = the.active()
    receipt = Delivery.get(Delivery.kind == "agreement_signed_receipt")
    letter = letters.compose(receipt, posting, NOW)
    [(name, content)] = letter.attachments
    assert (name, content) == (cast.agreement.document.name, the.PDF)
    assert cast.agreement.document.file.sha256 in letter.text
    signed = [each for each in cast.project.events if "client_signed" in each.body]
    assert signed[0].hash in letter.text


@pytest.mark.parametrize("name", NAMES)
def test_names_stay_whole_in_headers_and_body(posting, box, name):
    whole_story(client=name, contact=f"Ana {name}", project=f"Launch {name}")
    Business.update(name=f"Studio {name}").execute()
    work(posting)
    billed = next(each for each in box.received if each["Subject"].startswith("Invoice"))
    assert f"Launch {name}" in billed["Subject"]
    assert billed["To"].addresses[0].display_name == f"Ana {name}"
    assert billed["From"].addresses[0].display_name == f"Studio {name}"
    assert name in billed.get_body(("plain",)).get_content()
    assert name in billed.get_body(("html",)).get_content()
    assert all(byte < 128 for raw in box.raw for byte in raw), "nothing but ASCII on the wire"


HOSTILE = (
    "Cleo\r\nBcc: all@example.com",
    "Cleo\nSubject: other",
    'Cleo" <thief@example.com>, "x',
    "Cleo\x00\x1b[31m",
    "Cleo\u2028Bcc: all@example.com",
    "=?utf-8?q?Cleo=0ABcc:_all@example.com?=",
    "\u202egnp.exe",
    "x" * 4000,
)


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_forges_a_header(posting, box, name):
    if is_postgresql():
        # No text of its holds one.
        name = name.replace("\0", "")
    cast = the.offered()
    Contact.update(name=name).execute()
    Project.update(title=f"Launch {name}").execute()
    Business.update(name=name).execute()
    work(posting)
    [message] = box.received
    assert box.envelopes == [("post@milepost.example", [cast.contact.email])]
    assert [address.addr_spec for address in message["To"].addresses] == [cast.contact.email]
    assert len(message["From"].addresses) == len(message["Reply-To"].addresses) == 1
    assert {name.lower() for name in message} == {
        "from",
        "to",
        "reply-to",
        "subject",
        "date",
        "message-id",
        "auto-submitted",
        "content-language",
        "mime-version",
        "content-type",
    }
    assert "\u202e" not in message["Subject"]


@pytest.mark.parametrize("address", ["", "nobody", "a b@example.com", "a@b\r\nRCPT TO:<c@d>", "@x"])
def test_what_is_no_address_is_refused_for_good(posting, address):
    letter = letters.Letter("S", "t", "<p>t</p>", "en", "A", "B", "", ())
    with pytest.raises(Undeliverable) as refused:
        mail.envelope(letter, address, "<1@x>", "post@milepost.example", NOW)
    assert refused.value.permanent


def test_an_international_domain_is_written_for_the_wire(posting):
    letter = letters.Letter("S", "t", "<p>t</p>", "en", "A", "B", "", ())
    message = mail.envelope(letter, "ana@münchen.example", "<1@x>", "post@milepost.example", NOW)
    assert message["To"].addresses[0].addr_spec == "ana@xn--mnchen-3ya.example"


def test_a_masked_letter_holds_nothing_that_acts_for_its_reader(posting):
    whole_story()
    work(posting)
    for row in Delivery.select().where(Delivery.channel == "mail"):
        letter = letters.compose(row, posting, NOW, masked=True)
        shown = letter.text + letter.html
        for link in Link.select():
            assert links.token(link, posting.secret) not in shown
            assert link.key not in shown
        assert not re.search(r"password/reset/[\w.-]{3,}", shown)
        assert all(content == b"" for _, content in letter.attachments)


def test_a_retry_goes_to_the_address_the_contact_has_by_then(posting, box):
    cast = the.offered()
    box.answers["RCPT"] = "550 no such user"
    work(posting)
    box.answers.clear()
    Contact.update(email="cleo@new.example").execute()
    outbox.retry(Delivery.get(Delivery.kind == "agreement_sent"), NOW)
    work(posting)
    assert box.envelopes[-1][1] == ["cleo@new.example"]
    assert cast.contact.email != "cleo@new.example"


def test_a_receipt_that_waits_is_withdrawn_with_its_payment(posting, box):
    cast = the.submitted()
    reviews.accept(cast.milestone, cast.contact, NOW)
    work(posting)
    box.received.clear()
    payment = payments.record(cast.invoices[0], 100, NOW.date(), "a", cast.owner, NOW)
    payments.reverse(payment, cast.owner, NOW)
    work(posting)
    assert not box.received


def test_hostile_text_is_shown_not_run():
    words = Wording(
        "link_sent",
        "en",
        {
            "name": "<script>alert(1)</script>",
            "sender": "A & B <b>",
            "seller": "A & B <b>",
            "seller_email": "a@example.com",
            "project": "{{ 7 * 7 }}",
            "url": "https://milepost.example/l/x",
        },
    )
    assert "<script>" not in words.html()
    assert "&lt;script&gt;" in words.html()
    assert "{{ 7 * 7 }}" in words.text()
    assert "A & B <b>" in words.text()
