"""What an offer with a choice says on paper and by mail: alternatives, and never a false sum."""

import io

import pytest
from pypdf import PdfReader

from billing.agreeing import agreements
from billing.delivery import letters, pdf
from models import Delivery
from tests import cast as the
from tests.offers import Offer

pytestmark = pytest.mark.usefixtures("database")

WHOLE = "8,449.01"
"""All that is offered, with tax: what nobody is ever to pay."""


@pytest.fixture
def offer():
    made = Offer(tax_label="VAT")
    made.send()
    return made


def printed(agreement):
    said = agreements.read(agreement)
    reader = PdfReader(io.BytesIO(pdf.render("agreement.html", said, said["language"])))
    text = " ".join(page.extract_text() for page in reader.pages)
    return " ".join(text.replace("\u2068", "").replace("\u2069", "").split())


def mailed(agreement, installation):
    delivery = Delivery.get(Delivery.key == f"agreement_sent:{agreement.id}")
    return letters.compose(delivery, installation, the.NOW)


def test_the_document_of_an_offer_lists_what_to_choose_from(offer):
    text = printed(offer.agreement)
    for words in (
        "from $3,570.01", "Choose one: Basic", "Choose one: Premium (recommended)",
        "Add what you like: Video", "From $3,570.01 to $8,330.00 in total", "Part of “Photos”",
    ):  # fmt: skip
        assert words in text, words
    assert WHOLE not in text
    assert "Both sides sign this document electronically" not in text


def test_the_document_of_a_choice_holds_that_alone(offer):
    text = printed(offer.choose(offer.basic))
    assert "$3,570.01" in text
    for words in ("Choose one", "Premium", "Photos", "from $", WHOLE):
        assert words not in text, words
    assert "Both sides sign this document electronically" in text


def test_the_mail_of_an_offer_asks_to_choose(offer, installation):
    letter = mailed(offer.agreement, installation)
    assert letter.subject.startswith("Please choose: ")
    assert "from $3,570.01" in letter.text
    assert WHOLE not in letter.text + letter.html


def test_a_withdrawn_offer_is_named_with_its_range(offer, installation):
    agreements.void(offer.agreement, offer.owner, the.NOW)
    delivery = Delivery.get(Delivery.kind == "agreement_voided")
    letter = letters.compose(delivery, installation, the.NOW)
    assert "$3,570.01 – $8,330.00" in letter.subject
    assert "$3,570.01 – $8,330.00" in letter.html


def test_the_mail_of_a_choice_says_that_it_is_ready(offer, installation):
    letter = mailed(offer.deliver(offer.choose(offer.premium)), installation)
    assert letter.subject.startswith("Please read and sign: ")
    assert "What you chose of" in letter.text
    assert "$7,140.00" in letter.text
