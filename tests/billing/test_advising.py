"""What New York's law on freelance work asks a contract to hold, and who hears what is missing."""

import pytest

from billing.agreeing import advising, agreements, composing
from billing.delivery import pdf
from models import Project
from tests import cast as the
from tests.cast import NOW

pytestmark = pytest.mark.usefixtures("database")

ADDRESS = {"street": "2 Side Street", "city": "Albany", "region": "NY", "postcode": "12207"}


def advice(project: Project) -> list[tuple[str, str]]:
    found = advising.advice(composing.proposal(project, NOW))
    return [(each.sentence % each.facts, each.where) for each in found]


def test_the_document_has_names_addresses_services_value_and_pay_dates():
    owner = the.owner()
    cast = the.offered(of=owner, for_client=the.client(owner, **ADDRESS))
    page = pdf.compose("agreement.html", agreements.read(cast.agreement), "en")
    for said in (
        "Alice Writes LLC", "1 Main Street", "New York, NY 10001",
        "Cleo GmbH", "2 Side Street", "Albany, NY 12207",
        "Strategy document approved", "$5,000.00", "Dec 15, 2026",
        "Invoices are due 14 days after they are issued.",
    ):  # fmt: skip
        assert said in page, said
    assert advice(cast.project) == []


def test_an_address_that_is_missing_is_advised_where_one_side_is_american():
    owner = the.owner(street="")
    client = the.client(owner, country="DE")
    assert advice(the.project(owner, for_client=client)) == [
        ("Your postal address is missing in the document.", "business"),
        ("The postal address of Cleo GmbH is missing in the document.", "client"),
    ]


def test_elsewhere_nothing_is_advised():
    owner = the.owner(country="DE", street="")
    assert advice(the.project(owner, for_client=the.client(owner, country="AT"))) == []
