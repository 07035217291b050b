"""Tax numbers: kept as they are written in their country, refused with an example otherwise."""

import pytest

from billing import identifiers
from billing.refusals import MistypedNumber, NotATaxNumber


@pytest.mark.parametrize(
    ("typed", "country", "kept"),
    [
        ("136 695 976", "DE", "DE136695976"),
        ("de136695976", "DE", "DE136695976"),
        ("094259216", "GR", "EL094259216"),
        ("gb 980 7806 84", "GB", "GB980780684"),
        ("che107787577 mwst", "CH", "CHE-107.787.577 MWST"),
        ("CHE-107.787.577", "CH", "CHE-107.787.577"),
        ("995525828", "NO", "NO995525828MVA"),
        ("83914571673", "AU", "83 914 571 673"),
        ("12302 6635 RT0001", "CA", "123026635RT0001"),
        ("t7000012050002", "JP", "T7000012050002"),
        ("8567346215", "PL", "PL8567346215"),
        ("20-123/NY", "US", "20-123/NY"),
        ("anything", "BR", "anything"),
        ("", "DE", ""),
    ],
)
def test_the_number_of_who_is_registered(typed, country, kept):
    assert identifiers.tax_id(typed, country) == kept


def test_a_clients_number_may_be_another_than_a_sellers():
    assert identifiers.tax_id("911144442", "US", of_client=True) == "91-1144442"
    assert identifiers.tax_number("181/815/08155", "DE") == "181/815/08155"
    assert identifiers.tax_number("73282932000074", "FR") == "73282932000074"


@pytest.mark.parametrize(
    ("typed", "country", "refusal"),
    [
        ("DE136695977", "DE", MistypedNumber),
        ("DE13669", "DE", NotATaxNumber),
        ("T123", "JP", NotATaxNumber),
        ("83 914 571 674", "AU", MistypedNumber),
        ("no number", "CH", NotATaxNumber),
    ],
)
def test_what_cannot_be_one_is_refused_with_an_example(typed, country, refusal):
    with pytest.raises(refusal) as refused:
        identifiers.tax_id(typed, country)
    said = str(refused.value)
    assert typed in said and ".." not in said and refused.value.field == "tax_id"
