"""Clause sets: kept by name, versions added and never changed."""

import pytest
from peewee import DatabaseError

from billing import library
from billing.agreeing import clause_sets
from billing.agreeing.clause_choices import Choice
from models import ClauseSet, ClauseSetVersion, User
from tests import cast as the
from tests.cast import NOW, later

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.storage]

PLAIN = Choice("writing", "en")


@pytest.fixture
def owner() -> User:
    return the.owner()


def rows(word: str = "") -> list[dict[str, object]]:
    return [{**row, "body": f"{row['body']} {word}"} for row in library.starting("writing", "en")]


def test_clauses_are_kept_by_name(owner):
    kept = clause_sets.create("Standard", rows("A"), PLAIN, owner, NOW)
    [version] = clause_sets.versions(kept)
    assert (version.number, version.kind, version.language) == (1, "writing", "en")
    assert version.clauses == rows("A")
    assert clause_sets.version_of(owner, version.id) == version
    assert clause_sets.version_of(the.owner(), version.id) is None


def test_a_version_is_added_and_the_older_ones_stay(owner):
    kept = clause_sets.create("Standard", rows("A"), PLAIN, owner, NOW)
    clause_sets.extend(kept, rows("B"), Choice("design", "de"), later(days=1))
    newest, first = clause_sets.versions(kept)
    assert (newest.number, newest.kind, newest.clauses) == (2, "design", rows("B"))
    assert (first.number, first.clauses) == (1, rows("A"))
    assert clause_sets.listed(owner) == [newest]


def test_keeping_the_same_again_makes_no_version(owner):
    kept = clause_sets.create("Standard", rows(), PLAIN, owner, NOW)
    clause_sets.extend(kept, rows(), PLAIN, NOW)
    assert ClauseSetVersion.select().count() == 1


def test_an_older_version_becomes_the_newest(owner):
    kept = clause_sets.create("Standard", rows("A"), PLAIN, owner, NOW)
    clause_sets.extend(kept, rows("B"), PLAIN, NOW)
    clause_sets.bring_back(clause_sets.versions(kept)[-1], NOW)
    assert [row.clauses[0]["body"][-1] for row in clause_sets.versions(kept)] == ["A", "B", "A"]


def test_a_name_is_taken_once_by_each_owner(owner):
    kept = clause_sets.create("Standard", rows(), PLAIN, owner, NOW)
    with pytest.raises(clause_sets.SetNameTaken):
        clause_sets.create("standard", rows(), PLAIN, owner, NOW)
    clause_sets.create("Standard", rows(), PLAIN, the.owner(), NOW)
    other = clause_sets.create("Other", rows(), PLAIN, owner, NOW)
    with pytest.raises(clause_sets.SetNameTaken):
        clause_sets.rename(other, "Standard")
    clause_sets.rename(kept, "STANDARD")
    assert {row.name for row in ClauseSet.of(owner)} == {"STANDARD", "Other"}


def test_nothing_is_not_worth_keeping(owner):
    blank = [{"key": "own-1", "heading": "", "body": "", "on": True}]
    with pytest.raises(clause_sets.NothingToKeep):
        clause_sets.create("Standard", blank, PLAIN, owner, NOW)
    assert ClauseSet.select().count() == 0


def test_an_archived_set_is_not_offered_until_it_is_back(owner):
    kept = clause_sets.create("Standard", rows(), PLAIN, owner, NOW)
    clause_sets.archive(kept, NOW)
    assert clause_sets.listed(owner) == []
    assert len(clause_sets.listed(owner, archived=True)) == 1
    clause_sets.restore(kept)
    assert len(clause_sets.listed(owner)) == 1


def test_a_version_cannot_be_changed(owner):
    clause_sets.create("Standard", rows(), PLAIN, owner, NOW)
    with pytest.raises(DatabaseError, match="frozen"):
        ClauseSetVersion.update(kind="design").execute()
