"""Choosing a kind of work, a language or a set: nothing that somebody wrote is lost."""

import json

import pytest

from billing import library
from billing.agreeing import agreements, choosing, clause_choices, clause_sets, composing, freezing
from billing.agreeing.clause_choices import Choice
from billing.refusals import AlreadySent
from models import Agreement, ClauseChoice, ClauseSetVersion, ClientKind, Project
from tests import cast as the
from tests.cast import NOW

pytestmark = pytest.mark.usefixtures("database")


def drafted(**client: object) -> Project:
    owner = the.owner()
    return the.project(owner, for_client=the.client(owner, **client))


def bodies(project: Project) -> dict[str, str]:
    return {row["key"]: row["body"] for row in composing.proposal(project, NOW).clauses}


def begun(kind: str, language: str = "en", is_consumer: bool = False) -> dict[str, str]:
    return {row["key"]: row["body"] for row in library.starting(kind, language, is_consumer)}


def revise(project: Project, key: str, **changes: object) -> None:
    draft = composing.proposal(project, NOW)
    rows = [{**row, **changes} if row["key"] == key else row for row in draft.clauses]
    composing.revise(project, rows, draft.signer, None, NOW)


def test_a_first_agreement_speaks_the_clients_language():
    assert bodies(drafted(language="de")) == begun("general", "de")
    assert bodies(drafted(language="it")) == begun("general", "en")
    consumer = drafted(kind=ClientKind.CONSUMER)
    assert bodies(consumer) == begun("general", "en", is_consumer=True)


def test_an_owners_next_project_begins_with_the_kind_of_work_chosen_last():
    project = drafted()
    choosing.choose(project, Choice("software", "de"), NOW)
    owner = project.owner
    following = the.project(owner, for_client=the.client(owner, name="Dora"))
    assert bodies(following) == begun("software", "en")
    assert bodies(drafted()) == begun("general")


@pytest.mark.storage
def test_untouched_clauses_are_exchanged_and_edited_ones_stay():
    project = drafted()
    revise(project, "scope", body="Ours alone.")
    revise(project, "law", on=False)
    choosing.choose(project, Choice("design", "de"), NOW)
    rows = {row["key"]: row for row in composing.proposal(project, NOW).clauses}
    expected = begun("design", "de") | {"scope": "Ours alone."}
    assert {key: row["body"] for key, row in rows.items()} == expected
    assert rows["law"]["on"] is False and rows["scope"]["heading"] == "What we agree on"
    found = clause_choices.choice_of(project)
    assert (found.kind, found.language, found.library) == ("design", "de", library.LATEST)


def test_a_clause_of_ones_own_stays_at_the_end():
    project = drafted()
    draft = composing.proposal(project, NOW)
    own = {"key": "own-1", "heading": "Travel", "body": "By train.", "on": True}
    composing.revise(project, [own, *draft.clauses], draft.signer, None, NOW)
    choosing.choose(project, Choice("writing", "en"), NOW)
    assert composing.proposal(project, NOW).clauses[-1] == own


def test_the_first_librarys_texts_count_as_untouched():
    project = drafted()
    draft = composing.proposal(project, NOW)
    old = [
        {"key": each.key, "heading": each.heading, "body": each.body, "on": each.on}
        for each in library.shelf(1, "en")
    ]
    composing.revise(project, old, draft.signer, None, NOW)
    choosing.choose(project, Choice("general", "en"), NOW)
    assert bodies(project) == begun("general")


@pytest.mark.storage
def test_an_exchange_is_undone_and_done_again():
    project = drafted()
    revise(project, "scope", body="Ours alone.")
    before = composing.proposal(project, NOW).clauses
    assert not choosing.can_undo(project)
    choosing.choose(project, Choice("software", "de"), NOW)
    after = composing.proposal(project, NOW).clauses
    choosing.undo(project, NOW)
    assert composing.proposal(project, NOW).clauses == before
    assert clause_choices.choice_of(project).kind == "general"
    choosing.undo(project, NOW)
    assert composing.proposal(project, NOW).clauses == after
    assert clause_choices.choice_of(project).kind == "software"


def test_undoing_nothing_changes_nothing():
    project = drafted()
    before = bodies(project)
    choosing.undo(project, NOW)
    assert bodies(project) == before and ClauseChoice.select().count() == 0


def test_a_clause_is_given_its_first_text_again_and_the_edited_one_can_be_brought_back():
    project = drafted()
    choosing.choose(project, Choice("consulting", "en"), NOW)
    revise(project, "rights", heading="Mine", body="All mine.")
    draft = composing.proposal(project, NOW)
    assert choosing.edited(project, draft.clauses) == {"rights"}
    choosing.restore(project, "rights", NOW)
    assert bodies(project) == begun("consulting")
    choosing.undo(project, NOW)
    assert bodies(project)["rights"] == "All mine."
    choosing.restore(project, "nonsense", NOW)
    assert bodies(project)["rights"] == "All mine."


def test_a_set_is_chosen_and_what_it_says_counts_as_untouched():
    project = drafted()
    mine = [{**row, "body": f"{row['body']} Mine."} for row in library.starting("design", "en")]
    kept = clause_sets.create("Mine", mine, Choice("design", "en"), project.owner, NOW)
    [version] = clause_sets.versions(kept)
    choosing.choose(project, Choice("design", "en", set_version=version), NOW)
    assert composing.proposal(project, NOW).clauses == mine
    assert freezing.payload(composing.proposal(project, NOW), NOW)["library"] == {
        "kind": "design",
        "language": "en",
        "version": library.LATEST,
        "set": {"name": "Mine", "version": 1},
    }
    choosing.choose(project, Choice("design", "en"), NOW)
    assert bodies(project) == begun("design")
    choosing.undo(project, NOW)
    assert clause_choices.choice_of(project).set_version == ClauseSetVersion.get()


def test_nothing_is_chosen_once_it_is_sent():
    cast = the.offered()
    with pytest.raises(AlreadySent):
        choosing.choose(cast.project, Choice("design", "en"), NOW)


@pytest.mark.storage
def test_what_was_sent_says_which_texts_it_came_from():
    project = drafted(language="de")
    choosing.choose(project, Choice("software", "de"), NOW)
    draft = composing.compose(project, NOW)
    agreements.send(draft, project.owner, NOW)
    said = json.loads(bytes(Agreement.get_by_id(draft.id).payload))
    assert said["library"] == {"kind": "software", "language": "de", "version": library.LATEST}


def test_a_consumer_never_signs_what_is_for_businesses_alone():
    project = drafted(kind=ClientKind.CONSUMER)
    draft = composing.proposal(project, NOW)
    silence = {"key": "silence", "heading": "Silence", "body": "counts as yes", "on": True}
    composing.revise(project, [*draft.clauses, silence], draft.signer, None, NOW)
    said = freezing.payload(composing.proposal(project, NOW), NOW)
    assert "silence" not in {clause["key"] for clause in said["clauses"]}
