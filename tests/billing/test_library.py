"""The clause library: complete in every language, filled by any ordinary plan, kept in versions."""

import re
from hashlib import sha256

import pytest

from billing import library
from billing.agreeing import clause_choices, clauses, freezing
from billing.agreeing.clause_choices import Choice
from models import ClientKind, Milestone
from tests import cast as the

EVERY = [
    "scope", "exclusions", "acceptance", "silence", "rounds", "change", "payment",
    "previous", "exposure", "late", "rights", "stopping", "confidentiality", "law", "venue",
]  # fmt: skip
NOT_FOR_CONSUMERS = {"silence", "late", "stopping", "venue"}
SHELVES = [
    (version, language)
    for version in range(1, library.LATEST + 1)
    for language in library.languages(version)
]

# What agreements were made from stays: the SHA-256 of every version that was released.
RELEASED = {
    (1, "en"): "76a45ac31894bdf6a828969e344eea6551baece65d988f7b9708ba53011d5a9d",
    (2, "de"): "56584eed24452cc273170373eb370ffaf8088eca7f236ed142d0dad5c722eee1",
    (2, "es"): "9a84f67593726313bfee0b946bdfba64ba5abadf324ee7368a51bbe8872f43af",
    (2, "fr"): "7108564ea06109a4865b50b4d4466b88cc8e9720c48f55b9302379a4366af09d",
    (2, "en"): "2f0c89790b90b79b7304beb68293a0f8143ef76c2115d14224863d25e02c97c9",
    (3, "de"): "7cff3f738cf059cc047069af7c4cdc9542193c5c1252b0dae03ee648365916be",
    (3, "es"): "33862ab5921d25bfca2e76adb97f1e0e012a56ed5ed9f62dabc20039a6b3036b",
    (3, "fr"): "aa623d84388b9be4ec147aebf0f64d9e8b84737dd06882a0d24479da38b9cabf",
    (3, "en"): "26985cd1ebda06c8552944db7e55be87ff3187b1e7088f67daa9433617a304fd",
}


@pytest.mark.parametrize("language", library.languages())
@pytest.mark.parametrize("kind", library.KINDS)
def test_every_kind_of_work_has_every_clause_in_every_language(kind, language):
    rows = library.starting(kind, language)
    assert [row["key"] for row in rows] == EVERY
    for row in rows:
        assert row["heading"] and len(row["body"]) > 20
        assert library.note(row["key"], language).endswith(".")
        assert not re.search(r"^\s|\s$|  |\n", row["body"]), row["key"]


@pytest.mark.parametrize(("version", "language"), SHELVES)
def test_clauses_name_only_variables_there_are_and_no_brace_is_left_open(version, language):
    for clause in library.shelf(version, language):
        for body in clause.bodies:
            assert library.has_known_variables(body), (clause.key, body)
            assert not re.search(r"[{}]", clauses.VARIABLE.sub("", body)), clause.key
        assert set(clause.kinds) <= set(library.KINDS)


@pytest.mark.parametrize("language", library.languages())
def test_languages_say_the_same_clauses_with_the_same_variables(language):
    for en, other in zip(library.shelf(3, "en"), library.shelf(3, language), strict=True):
        same = ("key", "on", "business_only")
        assert [getattr(en, name) for name in same] == [getattr(other, name) for name in same]
        assert set(en.kinds) == set(other.kinds) and bool(en.consumer) == bool(other.consumer)
        for kind in library.KINDS:
            for is_consumer in (False, True):
                said = (each.words(kind, is_consumer) for each in (en, other))
                one, two = (set(clauses.VARIABLE.findall(body)) for body in said)
                assert one == two, (en.key, kind)


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("language", library.languages())
@pytest.mark.parametrize("kind", library.KINDS)
@pytest.mark.parametrize("client_kind", list(ClientKind))
def test_an_ordinary_plan_fills_every_clause(kind, language, client_kind):
    owner = the.owner()
    project = the.project(owner, for_client=the.client(owner, kind=client_kind, language=language))
    project.exposure_cap = 1_000_000
    is_consumer = client_kind == ClientKind.CONSUMER
    values = freezing.values(project, list(Milestone.live(project)))
    rows = [{**row, "on": True} for row in library.starting(kind, language, is_consumer)]
    assert clauses.unfilled(rows, values) == []


@pytest.mark.parametrize("language", library.languages())
def test_what_does_not_suit_consumers_is_marked_and_left_out(language):
    marked = {
        clause.key for clause in library.shelf(library.LATEST, language) if clause.business_only
    }
    assert marked == NOT_FOR_CONSUMERS
    rows = {row["key"]: row for row in library.starting("design", language, is_consumer=True)}
    assert set(rows) == set(EVERY) - NOT_FOR_CONSUMERS
    assert rows["law"]["body"] != library.starting("design", language)[-2]["body"]


def test_silence_gates_and_a_court_are_off_until_switched_on():
    on = {row["key"] for row in library.starting("software", "en") if row["on"]}
    assert set(EVERY) - on == {"silence", "venue", "previous", "exposure"}


@pytest.mark.parametrize("key", ["scope", "exclusions", "rights"])
def test_kinds_of_work_have_words_of_their_own(key):
    said = [
        row["body"]
        for kind in library.KINDS
        for row in library.starting(kind, "de")
        if row["key"] == key
    ]
    assert len(set(said)) == len(library.KINDS)


def test_a_version_that_was_released_stays_as_it_is():
    found = {
        (version, language): sha256(
            (library.SHELVES / str(version) / f"{language}.toml").read_bytes()
        ).hexdigest()
        for version, language in SHELVES
    }
    assert found == RELEASED


def test_a_language_without_texts_is_given_english():
    assert [library.spoken(each) for each in ("de", "de-AT", "it", "en-GB")] == [
        "de",
        "de",
        "en",
        "en",
    ]


@pytest.mark.usefixtures("database")
def test_a_sets_clauses_that_do_not_suit_a_consumer_are_left_out():
    rows = library.starting("writing", "en")
    kept = clause_choices.fitting(rows, is_consumer=True)
    assert {row["key"] for row in kept} == set(EVERY) - NOT_FOR_CONSUMERS
    assert Choice("writing", "en").clauses(False) == rows
