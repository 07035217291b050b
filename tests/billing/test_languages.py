"""Which language a client is spoken to in, and what is said in it."""

from datetime import datetime

import pytest

from billing import format, languages
from billing.agreeing import agreements
from billing.delivery import letters
from billing.installation import Installation
from billing.invoicing import tax_countries, tax_modes
from billing.people import parties
from models import Business, Client, Delivery, Project
from tests import cast as the
from tests.cast import NOW


@pytest.mark.parametrize(
    ("language", "spoken"),
    [("en", "en"), ("de", "de"), ("de-AT", "de"), ("de_CH", "de"), ("is", "en"), ("", "en")],
)
def test_a_client_is_spoken_to_in_their_language_where_we_have_words(language, spoken):
    assert languages.spoken(language) == spoken


def test_a_marked_sentence_is_said_in_a_documents_language():
    assert languages.say("Total", "de") == "Summe"
    assert languages.say("Total", "is") == "Total"
    assert languages.say("Nobody ever wrote this.", "de") == "Nobody ever wrote this."
    assert languages.say("", "de") == ""


def test_usual_words_of_tax_are_said_and_a_sellers_own_stay():
    assert tax_modes.reason(tax_countries.reason("reverse_charge"), "de").startswith(
        "Steuerschuldnerschaft"
    )
    assert tax_modes.reason("Kleinunternehmer", "en") == "Kleinunternehmer"
    assert tax_modes.reason("", "de") == ""
    business = Business(name="A", tax_label="VAT", tax_id="DE1", country="DE")
    assert parties.tax_label(business, "de") == "USt"
    assert parties.seller(business, "de")["tax_ids"] == [{"label": "USt-IdNr.", "value": "DE1"}]
    business.tax_label = "GST"
    assert parties.seller(business, "de")["tax_ids"][0]["label"] == "GST-Nr."
    assert parties.seller(business)["tax_ids"][0]["label"] == "GST ID"


def test_an_invoice_names_every_number_of_both_sides_once():
    """§ 14 UStG: the tax number, where there is no VAT ID; a SIRET in France, a NIF in Spain."""
    of = {"name": "A", "street": "", "postcode": "", "city": "", "region": "", "email": ""}

    def printed(party, language="de"):
        said = parties.billing_seller if isinstance(party, Business) else parties.billing_buyer
        return [f"{each['label']} {each['value']}" for each in said(party, language)["tax_ids"]]

    german = Business(country="DE", tax_label="VAT", tax_number="181/815/08155", **of)
    assert printed(german) == ["Steuernummer 181/815/08155"]
    german.tax_id = "DE136695976"
    assert printed(german) == ["USt-IdNr. DE136695976", "Steuernummer 181/815/08155"]
    belgian = Client(country="BE", tax_id="BE0428759497", tax_number="0428.759.497", **of)
    assert printed(belgian) == ["USt-IdNr. BE0428759497"]
    american = Client(country="US", tax_id="91-1144442", **of)
    assert printed(american) == ["EIN 91-1144442"]
    assert printed(Business(country="BR", tax_number="12 345", **of)) == ["Steuernummer 12 345"]


def test_the_law_is_a_states_where_states_have_their_own():
    of = {"region": "NY", "name": "A"}
    assert parties.jurisdiction(Business(country="US", **of)) == "NY, United States"
    assert parties.jurisdiction(Business(country="DE", **of), "de") == "Deutschland"
    assert parties.jurisdiction(Business(country="", **of)) == ""


def test_a_moment_names_its_zone_as_the_reader_does():
    summer = datetime(2026, 7, 1, 10, 0)
    assert format.moment(summer, "Europe/Berlin", "de") == "01.07.2026, 12:00 MESZ"
    assert format.moment(summer, "America/New_York", "de") == "01.07.2026, 06:00 EDT"
    assert format.moment(summer, "Europe/Berlin") == "Jul 1, 2026, 12:00 CEST"


@pytest.mark.usefixtures("database")
def test_a_letter_runs_the_way_its_language_does(installation: Installation, monkeypatch):
    # As if there were a catalogue in a language that runs from right to left.
    monkeypatch.setattr(languages, "spoken", lambda language: language)
    cast = the.offered()
    Client.update(language="ar").execute()
    Project.update(title="Launch").execute()
    letter = letters.compose(Delivery.get(Delivery.channel == "mail"), installation, NOW)
    assert letter.language == "ar"
    assert 'dir="rtl"' in letter.html
    assert "\u2068Launch\u2069" in letter.text
    assert cast.contact.name in letter.html


@pytest.mark.usefixtures("database")
def test_a_document_is_in_a_language_we_have_words_in():
    owner = the.owner()
    for language, spoken in (("de", "de"), ("es", languages.spoken("es"))):
        client = the.client(owner, language=language)
        project = the.project(owner, for_client=client)
        draft = agreements.compose(project, NOW)
        agreements.send(draft, owner, NOW)
        assert agreements.read(draft)["language"] == spoken
