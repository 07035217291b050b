"""What is typed finds what it means, of one owner alone, whatever the index is."""

from time import perf_counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.accepting import comments, reviews, uploads
from billing.planning import packages, plan
from billing.reading import search
from models import Client, Contact, Milestone, Project, db, full_text, is_postgresql
from tests import cast as the

pytestmark = pytest.mark.storage

NAMES = ("name", "title", "number", "version")


def found(owner, words):
    """Kind and title of all that is found."""
    return {
        (group.kind, next(getattr(row, each) for each in NAMES if getattr(row, each, None)))
        for group in search.groups(owner, words)
        for row in group.rows
    }


@pytest.fixture
def alice(database):
    return the.owner()


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Müller & Söhne", "muller"),
        ("Müller & Söhne", "SÖHNE müll"),
        ("Łódź Studio", "lodz"),
        ("Lodz Studio", "ŁÓDŹ"),
        ("Straße 12 GmbH", "strasse"),
        ("Strasse 12 GmbH", "straße 12"),
        ("Ærø Sejl", "aero"),
        ("Kafé Olé", "kafe\u0301"),
        ("Kafe\u0301 Ole", "kafé"),
        ("Москва Дизайн", "МОСКВА"),
        ("Αθήνα", "αθηνα"),
        ("O'Neill's (Ltd.)", "o'neill"),
        ("foo_bar-baz", "bar"),
        ("한국어 회사", "한국"),
    ],
)
def test_case_and_accents_do_not_matter(alice, name, typed):
    the.client(alice, name=name)
    assert ("client", name) in found(alice, typed)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("予約システム", "システム"),
        ("株式会社さくら", "さくら"),
        ("北京设计公司", "设计"),
        ("บริษัทออกแบบ", "ออกแบบ"),
        ("株式会社さくら Tokyo", "さくら Tokyo"),
    ],
)
def test_what_stands_within_is_found_where_no_space_tells_words_apart(alice, name, typed):
    the.client(alice, name=name)
    assert ("client", name) in found(alice, typed)
    assert not found(alice, typed + "無")
    assert not found(the.owner(), typed), "another owner finds nothing of it"


TRICKS = (
    '"', "'", '"unclosed', "mul*", "* OR *", "NEAR(a b)", "owner : o1", "words:cleo", "-cleo",
    "^cleo", "(", ")", "{a b}:c", "a AND", "NOT", "\\", "' | '", "cleo':*", "!cleo", "<->", "%",
    "_", "\0", "cle\0o", ":", "; DROP TABLE client", "🦊", "\u202e", "x" * 100_000, "a " * 50_000,
    "ß" * 300, "\u0301" * 300, "١٢٣", "½", "ﬁ", "İ", "\u037e", "ͺ", "़", "นี้",
)  # fmt: skip


@pytest.mark.parametrize("typed", TRICKS)
def test_whatever_is_typed_is_no_query_language(alice, typed):
    the.client(alice, name="Cleo GmbH")
    search.groups(alice, typed)
    search.marked("Cleo GmbH", typed)


@given(
    st.text(max_size=300), st.text(min_size=1, max_size=60).filter(lambda name: "\0" not in name)
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_can_be_typed_and_any_name_entered(alice, typed, name):
    the.client(alice, name=name)
    search.groups(alice, typed)


def test_every_kind_is_found_with_what_it_belongs_to(alice):
    cleo = the.client(alice, name="Müller Verlag", city="Köln")
    cast = the.submitted(of=alice, for_client=cleo)
    reviews.accept(cast.milestone, cast.contact, the.NOW)
    given = uploads.looked_at("Moodboard.txt", b"calm")
    comments.say(cast.milestone, "Look", cast.contact, the.NOW, "key", [given])
    packages.from_project(cast.project, "Strategy package", alice, the.NOW)
    number = cast.invoices[0].number
    kinds = {group.kind for group in search.groups(alice, "muller")}
    assert kinds == {"client", "contact", "project", "milestone", "invoice", "agreement"}
    assert ("client", "Müller Verlag") in found(alice, "koln")
    assert ("milestone", "Strategy document approved") in found(alice, "doc strat")
    assert ("invoice", number) in found(alice, number)
    assert ("invoice", number) in found(alice, f"invoice {cast.invoices[0].sequence} muller")
    assert ("package", "Strategy package") in found(alice, "package strategy")
    assert found(alice, "moodboard") == {("attachment", "Moodboard.txt")}
    assert found(alice, "agreement 1 content") == {("agreement", 1)}


def test_what_is_renamed_is_found_by_its_new_name_everywhere(alice):
    cleo = the.client(alice, name="Old Name")
    cast = the.submitted(of=alice, for_client=cleo)
    reviews.accept(cast.milestone, cast.contact, the.NOW)
    before = {kind for kind, _title in found(alice, "old name")}
    cleo.name = "Fresh Label"
    cleo.save()
    Project.update(title="Renamed").where(Project.id == cast.project.id).execute()
    assert found(alice, "old") == set()
    assert {kind for kind, _title in found(alice, "fresh label")} == before
    assert ("milestone", cast.milestone.title) in found(alice, "renamed strategy")


def test_what_is_gone_is_not_found(alice):
    project = the.project(alice, the.terms(title="Brochure printed"))
    milestone = next(iter(Milestone.live(project)))
    assert found(alice, "brochure") == {("milestone", "Brochure printed")}
    plan.delete(milestone, the.NOW)
    assert found(alice, "brochure") == set()
    plan.restore(milestone)
    assert found(alice, "brochure") == {("milestone", "Brochure printed")}
    person = the.contact(project.client, name="Zoe Removable")
    Contact.update(removed_at=the.NOW).where(Contact.id == person.id).execute()
    assert found(alice, "zoe") == set()
    lone = the.client(alice, name="Lonely Ltd")
    Client.delete().where(Client.id == lone.id).execute()
    assert found(alice, "lonely") == set()


def test_another_owner_finds_nothing_of_it(alice):
    the.submitted(of=alice)
    bob = the.owner()
    for typed in ("cleo", "content", "o1", f"o{alice.id}", f"owner {alice.id}", "a", "s"):
        assert found(bob, typed) == set()


def test_words_found_are_marked():
    pieces = search.marked("Müller & Söhne, müllern", "MULL")
    assert [piece for piece, is_found in pieces if is_found] == ["Müller", "müllern"]
    assert "".join(piece for piece, _is_found in pieces) == "Müller & Söhne, müllern"


def test_everything_that_keeps_the_index_is_there(database):
    of_postgresql = "SELECT tgname FROM pg_trigger"
    catalogue = of_postgresql if is_postgresql() else "SELECT name FROM sqlite_master"
    there = {name for (name,) in db.execute_sql(catalogue).fetchall()}
    assert full_text.triggers() - there == set()


def test_the_migration_enters_what_was_there(alice):
    the.client(alice, name="Here Before")
    db.execute_sql(f"DELETE FROM {full_text.TABLE}")
    assert found(alice, "before") == set()
    full_text.enter_all(db)
    assert ("client", "Here Before") in found(alice, "before")


def test_among_twenty_thousand_it_is_found_at_once(alice):
    cleo = the.client(alice)
    rows = [
        {"owner": alice, "client": cleo, "title": f"Website {number} of many", "currency": "USD",
         "created_at": the.NOW}
        for number in range(20_000)
    ]  # fmt: skip
    with db.atomic():
        for first in range(0, len(rows), 500):
            Project.insert_many(rows[first : first + 500]).execute()

    def seconds(typed: str) -> float:
        began = perf_counter()
        search.groups(alice, typed)
        return perf_counter() - began

    for typed in ("w", "website many", "19999 web", "nothing such"):
        # Ten times what it takes, in one of ten tries: others use the two cores too.
        assert any(seconds(typed) < 0.2 for _ in range(10)), typed
