"""The certificate tells of codes, drawings, paper, and of who chose the signer's address."""

import io
import json
from dataclasses import replace

import pytest
from pypdf import PdfReader

from billing.agreeing import agreements, codes, drawings, forwarding, paper, signing
from billing.agreeing.scans import Scan
from models import Agreement, Delivery
from tests import cast as the
from tests import seals
from tests.cast import NOW, later
from tests.pictures import drawn

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]


def offered(cast=None):
    """An agreement with a document that can be sealed, the first of its project or the next."""
    user = cast.owner if cast else the.owner()
    project = cast.project if cast else the.project(user)
    agreement = agreements.current(project) if cast else agreements.compose(project, NOW)
    if not cast:
        agreements.send(agreement, user, NOW)
    agreements.deliver(agreement, seals.printed(), user, NOW)
    row = Agreement.get_by_id(agreement.id)
    return the.Engagement(user, row.project, row.signer, row)


def told(cast, installation):
    """The certificate's words and evidence.json."""
    content = seals.seal(cast, installation)
    reader = PdfReader(io.BytesIO(content))
    words = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    [evidence] = reader.attachments["evidence.json"]
    return words, json.loads(evidence), reader


def pictures(reader):
    return sum(len(page.images) for page in reader.pages)


def test_a_code_and_a_drawing_are_part_of_the_story(installation):
    installation = replace(installation, smtp_url="smtp://127.0.0.1:1")
    cast = offered()
    code = codes.ask(cast.agreement, cast.contact, later(minutes=1))
    Delivery.update(message_id="<code@post>").where(Delivery.kind == "signing_code").execute()
    wrong = f"{(int(codes.digits(code, installation.secret)) + 1) % 10**6:06}"
    kept = drawings.cleaned(drawn())
    intent = the.intent(cast.agreement, drawing=kept)
    for typed, minute in ((wrong, 2), (codes.digits(code, installation.secret), 3)):
        given = codes.Given(typed, installation.secret)
        try:
            signing.sign(cast.agreement, intent, cast.contact, later(minutes=minute), given)
        except codes.CodeWrong:
            continue
    intent = the.intent(cast.agreement, name="Alice")
    signing.countersign(cast.agreement, intent, cast.owner, later(hours=1), the.PASSWORD)
    words, evidence, reader = told(cast, installation)
    for part in (
        f"A one-time code was sent to {cast.contact.email}",
        "A wrong code was typed (try 1 of 5)",
        "The one-time code was typed and was right",
        "<code@post>",
        "drawing the signature",
        "after typing the account's password once more",
        "the code was typed to sign",
    ):
        assert part in words, part
    assert pictures(reader) == 1
    client, owner = evidence["signatures"]
    assert (client["proof"], client["proof_message"]) == ("code", "<code@post>")
    assert len(client["drawing_sha256"]) == 64
    assert owner["proof"] == "password"
    assert wrong not in json.dumps(evidence)
    assert codes.digits(code, installation.secret) not in json.dumps(evidence)


def test_without_mail_it_says_that_no_code_was_used(installation):
    words, evidence, reader = told(seals.signed(), installation)
    assert "no one-time code was used" in words
    assert evidence["signatures"][0]["proof"] == "none"
    assert pictures(reader) == 0


def test_paper_is_told_with_its_scan_and_who_recorded_it(installation):
    cast = offered()
    scan = Scan(b"%PDF-1.4 scan\n%%EOF", "application/pdf", "pdf")
    signed = paper.Signed(NOW.date(), "Cleo Z.", "Alice A.", scan)
    paper.record(cast.agreement, signed, cast.owner, later(hours=1))
    words, evidence, _reader = told(cast, installation)
    assert "recorded signatures on paper of Nov 22, 2026" in words
    assert "by Cleo Z. and Alice A., with a scan that both can download" in words
    assert "The signatures are on paper." in words
    assert {row["kind"] for row in evidence["signatures"]} == {"paper"}
    assert evidence["signatures"][0]["scan_sha256"] in words


def test_an_address_that_the_client_named_is_said_to_be_so(installation):
    first = offered()
    wish = forwarding.ask(first.agreement, "Ben", "ben@example.com", "", first.contact, NOW)
    forwarding.follow(wish, first.owner, later(minutes=1))
    cast = offered(first)
    signing.sign(cast.agreement, the.intent(cast.agreement), cast.contact, later(minutes=2))
    intent = the.intent(cast.agreement, name="Alice")
    signing.countersign(cast.agreement, intent, cast.owner, later(minutes=3))
    words, _evidence, _reader = told(cast, installation)
    assert f"{first.contact.name} named Ben (ben@example.com) to sign" in words
    assert f"That address was named by {first.contact.name}" in words
