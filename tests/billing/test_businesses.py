"""The business's profile: rates as people type them, numbers with their check digits."""

from dataclasses import replace

import pytest

from billing import identifiers
from billing.people import accounts, businesses
from billing.refusals import MistypedIban, MistypedNumber, NotABic, NotAnIban, NotARate
from models import Project
from tests import cast as the

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

PROFILE = businesses.Profile(name="Ana Writes", country="DE", iban="DE89 3704 0044 0532 0130 00")


def version(project: Project) -> int:
    return Project.get_by_id(project.id).version


def test_saving_keeps_numbers_in_order_and_raises_every_version_of_the_owner():
    project, other = the.project(the.owner()), the.project(the.owner())
    before = version(project), version(other)
    businesses.save(PROFILE, project.owner)
    assert accounts.business(project.owner).iban == "DE89370400440532013000"
    assert (version(project), version(other)) == (before[0] + 1, before[1])


def test_a_number_that_does_not_fit_changes_nothing():
    owner = the.owner()
    with pytest.raises(MistypedIban):
        businesses.save(replace(PROFILE, iban="DE89370400440532013001"), owner)
    assert accounts.business(owner).name == "Alice Writes LLC"


@pytest.mark.parametrize(
    ("typed", "rate"),
    [("19", 19000), ("8.875", 8875), ("7,7 %", 7700), ("", 0), ("0", 0), ("100", 100_000)],
)
def test_rates_are_read_as_people_write_them(typed, rate):
    assert businesses.rate(typed) == rate


@pytest.mark.parametrize("typed", ["nineteen", "-1", "100.001", "1.2345", "NaN", "Infinity"])
def test_what_is_no_rate_is_refused(typed):
    with pytest.raises(NotARate):
        businesses.rate(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        ("de89 3704 0044 0532 0130 00", "DE89370400440532013000"),
        ("GB29 NWBK 6016 1331 9268 19", "GB29NWBK60161331926819"),
        ("12345", NotAnIban),
        ("DE89-3704", NotAnIban),
        ("DE89370400440532013001", MistypedIban),
        ("DE8937040044053201300", MistypedIban),
        ("ZZ89370400440532013000", MistypedIban),
    ],
)
def test_an_iban_is_kept_without_spaces_if_its_digits_fit(typed, kept):
    if isinstance(kept, str):
        assert identifiers.iban(typed) == kept
    else:
        with pytest.raises(kept):
            identifiers.iban(typed)


def test_a_bic_has_eight_or_eleven_characters():
    assert identifiers.bic("cobadeff xxx") == "COBADEFFXXX"
    assert identifiers.bic(" ") == ""
    with pytest.raises(NotABic):
        identifiers.bic("COBADE")


def test_a_routing_number_is_checked_where_its_rule_is_known():
    assert identifiers.bank_code("021000021", "US") == "021000021"
    assert identifiers.bank_code("12-34-56", "GB") == "12-34-56"
    with pytest.raises(MistypedNumber):
        identifiers.bank_code("021000022", "US")


@pytest.mark.parametrize(
    ("typed", "country", "kept"),
    [
        ("136695976", "DE", "DE136695976"),
        ("DE 136 695 976", "DE", "DE136695976"),
        ("EL 094259216", "GR", "EL094259216"),
        ("GB 980 7806 84", "GB", "GB980780684"),
        ("12-3456789", "US", "12-3456789"),
        ("anything", "", "anything"),
    ],
)
def test_a_vat_number_has_its_prefix_in_the_union(typed, country, kept):
    assert identifiers.tax_id(typed, country) == kept
