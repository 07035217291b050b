"""What an agreement is composed of, and what blocks sending it."""

from datetime import date, timedelta

import pytest

from billing.agreeing import agreements, clauses, composing, freezing
from billing.planning import plan
from billing.refusals import AlreadySent
from models import Agreement, Business, Contact, Milestone, Project
from tests import cast as the
from tests.cast import NOW

pytestmark = pytest.mark.usefixtures("database")


def revised(project: Project, **changes: object) -> Agreement:
    draft = composing.proposal(project, NOW)
    values = {"texts": draft.clauses, "signer": draft.signer, "expires_on": draft.expires_on}
    return composing.revise(project, now=NOW, **{**values, **changes})


def clause(body: str, heading: str = "Extra", on: bool = True) -> dict[str, object]:
    return {"key": "own-1", "heading": heading, "body": body, "on": on}


def sentences(project: Project) -> list[str]:
    blocking = agreements.missing(composing.proposal(project, NOW), NOW)
    return [each.sentence % each.facts for each in blocking]


def test_looking_at_a_proposal_keeps_nothing():
    project = the.project(the.owner())
    assert composing.proposal(project, NOW).version == 1
    assert Agreement.select().count() == 0


def test_a_plan_that_says_everything_can_be_sent():
    assert sentences(the.project(the.owner())) == []


def test_what_is_missing_is_named_with_where_to_mend_it():
    owner = the.owner(name="", country="")
    project = the.project(owner, plan.Terms(), the.terms(price=None, criteria=()))
    Contact.update(is_signer=False).execute()
    found = agreements.missing(composing.proposal(project, NOW), NOW)
    first, second = Milestone.live(project)
    assert [(each.sentence % each.facts, each.where, each.milestone) for each in found] == [
        ("Your business has no name yet.", "business", None),
        ("Choose who signs for the client.", "signer", None),
        ("Milestone 1 has no outcome yet.", "plan", first.id),
        ("Milestone 1 has no price yet.", "plan", first.id),
        ("Milestone 1 does not say yet when it is done.", "plan", first.id),
        ("Milestone 2, “Strategy document approved”, has no price yet.", "plan", second.id),
        (
            "Milestone 2, “Strategy document approved”, does not say yet when it is done.",
            "plan",
            second.id,
        ),
        ("{business} has no value yet.", "business", None),
        ("{jurisdiction} has no value yet.", "business", None),
    ]


def test_a_plan_without_milestones_cannot_be_sent():
    project = the.project(the.owner())
    plan.delete(Milestone.live(project).first(), NOW)
    assert "The plan has no milestones yet." in sentences(project)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("We begin with {Kick off}.", ["There is no variable called {kick_off}."]),
        ("For { Review  days } days.", []),
        ("Until {last_due}.", ["{last_due} has no value yet."]),
        ("A brace { alone is text.", []),
        ("{client} and {client}", []),
    ],
)
def test_an_unknown_or_unfilled_variable_blocks_sending_by_name(text, said):
    project = the.project(the.owner(), the.terms(due_on=None))
    revised(project, texts=[clause(text)])
    assert sentences(project) == said


def test_a_variable_counts_in_a_heading_but_not_in_a_clause_that_is_off():
    project = the.project(the.owner())
    revised(project, texts=[clause("text", heading="About {nobody}")])
    assert sentences(project) == ["There is no variable called {nobody}."]
    revised(project, texts=[clause("text {nobody}", on=False)])
    assert sentences(project) == []


def test_an_empty_clause_that_is_on_blocks_sending():
    project = the.project(the.owner())
    revised(project, texts=[clause("")])
    assert sentences(project) == ["A clause that is on has no heading or no text."]


def test_variables_are_filled_from_the_plan():
    owner = the.owner(country="DE")
    project = the.project(owner, the.terms(review_days=3), the.terms(review_days=7, price=1))
    values = freezing.values(project, list(Milestone.live(project)))
    assert values == {
        "client": "Cleo GmbH",
        "business": "Alice Writes LLC",
        "project": "Content strategy",
        "total": "$5,000.01",
        "terms_days": "14",
        "review_days": "3-7",
        "rounds": "2",
        "exposure": "",
        "country": "Germany",
        "jurisdiction": "Germany",
        "city": "New York",
        "last_due": "Dec 15, 2026",
        "kill_not_begun": "0 %",
        "kill_in_progress": "50 %",
        "kill_submitted": "100 %",
    }
    assert set(values) == set(clauses.VARIABLES)


def test_a_text_is_cut_at_its_variables():
    found = list(clauses.parts("For {client} by {Nobody}.", {"client": "Cleo"}))
    assert [(part.text, part.variable, part.value) for part in found] == [
        ("For ", "", ""),
        ("{client}", "client", "Cleo"),
        (" by ", "", ""),
        ("{Nobody}", "nobody", ""),
        (".", "", ""),
    ]


def test_clauses_move_and_stop_at_the_ends():
    rows = [{"key": key} for key in "abc"]

    def order(key, step):
        return "".join(row["key"] for row in clauses.moved(rows, key, step))

    assert [order("b", -1), order("b", 1), order("a", -1), order("c", 1)] == [
        "bac",
        "acb",
        "abc",
        "abc",
    ]
    assert order("x", 1) == "abc"


def test_the_last_day_is_a_day_of_the_sellers():
    project = the.project(the.owner(timezone="Pacific/Kiritimati"))
    here = date(2026, 11, 23)  # fourteen hours ahead of UTC
    with pytest.raises(composing.LastDayPassed):
        revised(project, expires_on=here - timedelta(days=1))
    assert revised(project, expires_on=here).expires_on == here


def test_a_last_day_that_passed_meanwhile_blocks_sending():
    project = the.project(the.owner())
    revised(project, expires_on=NOW.date())
    found = agreements.missing(composing.proposal(project, NOW), the.later(days=1))
    assert [each.where for each in found] == ["day"]


@pytest.mark.storage
def test_a_second_window_does_not_overwrite_unseen():
    project = the.project(the.owner())
    seen = composing.basis(composing.proposal(project, NOW))
    revised(project, texts=[clause("the first window")], seen=seen)
    with pytest.raises(composing.ComposedElsewhere):
        revised(project, texts=[clause("the second window")], seen=seen)
    assert composing.proposal(project, NOW).clauses[0]["body"] == "the first window"
    revised(project, texts=[clause("the first window")], seen=seen)


def test_the_next_version_begins_with_the_last_ones_clauses_and_signer():
    owner = the.owner()
    client = the.client(owner)
    other = the.contact(client, name="Dora")
    project = the.project(owner, for_client=client)
    agreement = revised(project, texts=[clause("ours")], signer=other)
    agreements.send(agreement, owner, NOW)
    agreements.void(agreement, owner, NOW)
    draft = composing.proposal(Project.get_by_id(project.id), NOW)
    assert (draft.version, draft.signer, draft.clauses) == (2, other, [clause("ours")])


def test_nothing_is_composed_while_an_offer_stands():
    cast = the.offered()
    with pytest.raises(AlreadySent):
        agreements.compose(cast.project, NOW)
    with pytest.raises(AlreadySent):
        revised(cast.project)


def test_where_the_country_is_missing_the_business_mends_it():
    project = the.project(the.owner())
    Business.update(country="").execute()
    [found] = agreements.missing(composing.proposal(project, NOW), NOW)
    assert (found.where, found.facts) == ("business", {"name": "jurisdiction"})
