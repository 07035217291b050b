"""A fixed total divided over the milestones of a plan, to the cent."""

import pytest

from models import Milestone, Project
from tests import cast as the


@pytest.fixture
def draft(alice) -> Project:
    return the.project(alice, the.terms(title="First"), the.terms(title="Second"))


def rows(project: Project) -> list[Milestone]:
    return list(Milestone.live(project))


def split(visitor, project: Project, status: int = 303, **typed: str):
    visitor.get(f"/projects/{project.id}")
    data = {"total": "1000", "way": "equally", "shares": "", **typed}
    return visitor.post(f"/projects/{project.id}/split", data, status=status)


def test_a_total_is_split_in_equal_parts(signed_in, alice):
    project = the.project(alice, the.terms(), the.terms(), the.terms())
    page = signed_in.follow(split(signed_in, project)).text
    assert "The total is split over 3 milestones." in page
    assert [row.price for row in rows(project)] == [33_333, 33_333, 33_334]


def test_a_total_is_split_in_given_shares(signed_in, alice):
    project = the.project(alice, the.terms(), the.terms(), the.terms())
    split(signed_in, project, total="999,99", way="thirty_forty_thirty")
    assert [row.price for row in rows(project)] == [29_999, 39_999, 30_001]
    split(signed_in, project, way="custom", shares="12,5 % / 37.5 % / 50 %")
    assert [row.price for row in rows(project)] == [12_500, 37_500, 50_000]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"total": ""}, "Enter the total to split."),
        ({"total": "0"}, "The amount must be more than zero."),
        ({"total": "lots"}, "is not an amount of money"),
        ({"way": "thirty_forty_thirty"}, "The plan has 2 milestones, so give 2 shares."),
        ({"way": "custom", "shares": ""}, "The plan has 2 milestones, so give 2 shares."),
        ({"way": "custom", "shares": "50 60"}, "The shares add up to 110 %."),
        ({"way": "custom", "shares": "half half"}, "Write one share for each milestone"),
        ({"way": "custom", "shares": "nan inf"}, "Write one share for each milestone"),
    ],
)
def test_a_split_that_cannot_be_is_explained(signed_in, draft, typed, words):
    page = split(signed_in, draft, 422, **typed).text
    assert words in page
    assert f'value="{typed.get("total", "1000")}"' in page
    assert [row.price for row in rows(draft)] == [500_000, 500_000]
