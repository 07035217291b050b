"""The rows of a plan over HTTP: saved with and without JavaScript, moved, deleted, split."""

import re
from datetime import date

import pytest

from billing.planning import plan
from billing.planning.plan import Billing, Terms
from billing.planning.terms import terms_of
from models import Business, Milestone, Project, is_postgresql
from tests import cast as the
from tests.cast import NOW
from tests.queries import counted
from tests.web.visitor import Visitor

TYPED = {
    "title": "Łódź site launched",
    "deliverable": "A site\r\nin two languages",
    "criteria": "Loads in a second\r\n\r\n  Đường is spelled right  \r\n",
    "price": "1.200,50",
    "due_on": "2027-01-31",
    "signing_share": "30",
    "signing_delivery": "draft",
    "date_share": "12,5",
    "billed_on": "2027-01-04",
    "date_delivery": "send",
    "acceptance_delivery": "send",
    "review_days": "3",
    "rounds": "0",
    "revision": "0",
}

UNDERSTOOD = Terms(
    title="Łódź site launched",
    deliverable="A site\nin two languages",
    criteria=("Loads in a second", "Đường is spelled right"),
    price=120_050,
    due_on=date(2027, 1, 31),
    review_days=3,
    rounds=0,
    billing=Billing(3000, 1250, date(2027, 1, 4), "draft"),
)


@pytest.fixture
def draft(alice) -> Project:
    return the.project(alice, the.terms(title="First"), the.terms(title="Second"))


def rows(project: Project) -> list[Milestone]:
    return list(Milestone.live(project))


def titles(project: Project) -> list[str]:
    return [row.title for row in rows(project)]


def url(project: Project, row: Milestone | None = None, rest: str = "") -> str:
    return f"/projects/{project.id}/milestones" + (f"/{row.id}{rest}" if row else "")


def opened(visitor, project: Project) -> str:
    return visitor.get(f"/projects/{project.id}").text


# Saving a row


@pytest.mark.parametrize("way", ["post", "htmx"])
def test_a_row_is_saved_as_typed(signed_in, draft, way):
    opened(signed_in, draft)
    row = rows(draft)[0]
    answer = getattr(signed_in, way)(url(draft, row), TYPED)
    assert terms_of(Milestone.get_by_id(row.id)) == UNDERSTOOD
    if way == "htmx":
        assert f'id="answer_{row.id}"' in answer.text and 'value="1"' in answer.text
        assert '<hx-partial hx-target="#plan_sum"' in answer.text
        assert "<textarea" not in answer.text, "an answer holds no text that could overwrite typing"
    else:
        assert answer.headers["Location"] == f"/projects/{draft.id}#milestone_{row.id}"


def test_what_the_page_shows_saves_back_as_it_was(signed_in, alice):
    billing = Billing(3333, 1250, date(2027, 1, 4), "draft", "draft")
    project = the.project(alice, the.terms(price=1_200_500, billing=billing))
    page = opened(signed_in, project).partition("<template")[0]
    assert 'name="price" autocomplete="off" type="text" value="12005.00"' in page
    [row] = rows(project)
    shown = re.findall(
        r'<(?:input|textarea|option)[^>]*?(?:name="(\w+)")[^>]*?value="([^"]*)"', page
    )
    assert ("signing_share", "33.33") in shown and ("date_share", "12.5") in shown
    before = terms_of(row)
    typed = {
        **{name: value for name, value in shown if name in TYPED},
        "title": before.title,
        "deliverable": before.deliverable,
        "criteria": "\r\n".join(before.criteria),
        "signing_delivery": "draft",
        "date_delivery": "draft",
        "acceptance_delivery": "send",
        "revision": "0",
    }
    signed_in.post(url(project, row), typed)
    stored = Milestone.get_by_id(row.id)
    assert (terms_of(stored), stored.revision) == (before, 0)


@pytest.mark.parametrize(
    ("wrong", "words", "field"),
    [
        ({"price": "cheap"}, "is not an amount of money", "price"),
        ({"price": "-5"}, "A price cannot be below zero.", "price"),
        ({"signing_share": "a third"}, "Write a share between 0 and 100", "signing_share"),
        ({"signing_share": "101"}, "Write a share between 0 and 100", "signing_share"),
        ({"signing_share": "95"}, "The shares add up to 107.5 %.", None),
        ({"billed_on": ""}, "Say on which date this share is billed.", "billed_on"),
        ({"date_share": ""}, "Say which share is billed on that date", "date_share"),
        ({"due_on": "soon"}, "Write the date like 2026-12-31.", "due_on"),
        ({"review_days": "2"}, "Give the client 3 to 14 working days", "review_days"),
        ({"review_days": "many"}, "Give the client 3 to 14 working days", "review_days"),
        ({"rounds": ""}, "Write a number of rounds", "rounds"),
        ({"title": "x" * 301}, "Use at most 300 characters.", "title"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(signed_in, draft, wrong, words, field):
    row = rows(draft)[0]
    opened(signed_in, draft)
    page = signed_in.post(url(draft, row), {**TYPED, **wrong}, status=422).text
    assert words in page and "<title>Error: " in page
    assert "in two languages</textarea>" in page
    assert "Second</textarea>" in page
    if field:
        assert f'href="#milestone_{row.id}-{field}"' in page
        assert f'id="milestone_{row.id}-{field}-error"' in page
    part = signed_in.htmx(url(draft, row), {**TYPED, **wrong}, status=422).text
    assert words in part and "<textarea" not in part and "hx-partial" not in part
    assert titles(draft) == ["First", "Second"]


def test_a_blank_row_is_a_draft_and_no_error(signed_in, draft):
    row = rows(draft)[0]
    blank = {**dict.fromkeys(TYPED, ""), "review_days": "5", "rounds": "2", "revision": "0"}
    blank |= {name: "send" for name in TYPED if name.endswith("_delivery")}
    opened(signed_in, draft)
    signed_in.post(url(draft, row), blank)
    assert terms_of(Milestone.get_by_id(row.id)) == Terms()


def test_an_amount_that_could_be_two_is_asked_about(signed_in, draft):
    row = rows(draft)[0]
    opened(signed_in, draft)
    page = signed_in.post(url(draft, row), {**TYPED, "price": "1.200"}, status=422).text
    assert "“1.200” can be read in two ways. Which do you mean?" in page
    for reading, amount in (("first", "$1,200.00"), ("second", "$1.20")):
        assert re.search(rf'name="reading" value="{reading}"[^>]*><bdi>{re.escape(amount)}<', page)
    signed_in.post(url(draft, row), {**TYPED, "price": "1.200", "reading": "second"})
    assert Milestone.get_by_id(row.id).price == 120


def test_in_germany_a_point_groups(app, alice, draft):
    Business.update(country="DE").where(Business.owner == alice.id).execute()
    visitor = Visitor(app)
    visitor.sign_in(alice.email, the.PASSWORD)
    row = rows(draft)[0]
    opened(visitor, draft)
    visitor.post(url(draft, row), {**TYPED, "price": "1.200"})
    assert Milestone.get_by_id(row.id).price == 120_000


# Two windows


def test_two_windows_show_both_values_and_the_choice_is_saved(signed_in, draft):
    row = rows(draft)[0]
    plan.revise(row, the.terms(title="Theirs", price=700), 0)
    opened(signed_in, draft)
    page = signed_in.post(url(draft, row), {**TYPED, "title": "Mine"}, status=409).text
    assert "changed in another window" in page
    outcome = re.search(r'data-difference="title">.*?</fieldset>', page, re.S)[0]
    assert "Mine" in outcome and "Theirs" in outcome
    assert "Mine</textarea>" in page
    assert f'id="answer_{row.id}"' in page and 'name="revision" value="1"' in page
    chosen = {"choice-title": "mine", "choice-price": "theirs", "revision": "1"}
    signed_in.post(url(draft, row), {**TYPED, "title": "Mine", **chosen})
    stored = Milestone.get_by_id(row.id)
    assert (stored.title, stored.price, stored.deliverable) == ("Mine", 700, UNDERSTOOD.deliverable)


def test_a_page_that_lost_an_answer_follows_itself(signed_in, draft):
    row = rows(draft)[0]
    opened(signed_in, draft)
    for turn, title in enumerate(("Typ", "Typed"), 1):
        signed_in.htmx(url(draft, row), {**TYPED, "title": title, "tab": "a", "turn": turn})
    assert Milestone.get_by_id(row.id).title == "Typed"
    signed_in.htmx(url(draft, row), {**TYPED, "title": "T", "tab": "a", "turn": 1})
    assert Milestone.get_by_id(row.id).title == "Typed"
    signed_in.htmx(url(draft, row), {**TYPED, "title": "B", "tab": "b", "turn": 1}, status=409)


def test_a_row_deleted_in_another_window_keeps_what_is_typed_and_says_so(signed_in, draft):
    row = rows(draft)[0]
    plan.delete(row, NOW)
    opened(signed_in, draft)
    part = signed_in.htmx(url(draft, row), TYPED).text
    assert "was deleted in another window" in part
    assert Milestone.get_by_id(row.id).title == "Łódź site launched"


# Adding, moving, deleting


def test_a_row_is_added_once_however_often_it_is_posted(signed_in, draft):
    opened(signed_in, draft)
    answer = signed_in.post(url(draft))
    new = rows(draft)[2]
    assert answer.headers["Location"] == f"/projects/{draft.id}#milestone_{new.id}"
    for turn in (1, 2):
        part = signed_in.htmx(url(draft), {**TYPED, "key": "k", "tab": "a", "turn": turn}).text
    made = rows(draft)[3]
    assert f'data-milestone="{made.id}" data-action="{url(draft, made)}"' in part
    assert len(rows(draft)) == 4


def test_rows_move_by_their_buttons_and_keep_what_is_typed_in_them(signed_in, draft):
    row = rows(draft)[1]
    opened(signed_in, draft)
    signed_in.post(url(draft, row, "/place"), {**TYPED, "direction": "up"})
    assert titles(draft) == ["Łódź site launched", "First"]
    signed_in.post(url(draft, row, "/place"), {"direction": "down"})
    assert titles(draft) == ["First", "Łódź site launched"]
    signed_in.htmx(url(draft, row, "/place"), {"position": 0})
    assert titles(draft) == ["Łódź site launched", "First"]
    wrong = {**TYPED, "price": "cheap", "direction": "down"}
    signed_in.post(url(draft, row, "/place"), wrong, status=422)
    assert titles(draft) == ["Łódź site launched", "First"]


def test_a_deleted_row_is_listed_with_its_undo_also_after_a_reload(signed_in, draft):
    row = rows(draft)[0]
    opened(signed_in, draft)
    page = signed_in.follow(signed_in.post(url(draft, row, "/deletion"))).text
    assert titles(draft) == ["Second"]
    assert "Deleted:" in page and 'aria-label="Undo the deletion of First"' in page
    assert "Undo the deletion of First" in opened(signed_in, draft)
    page = signed_in.follow(signed_in.post(url(draft, row, "/restoration"))).text
    assert titles(draft) == ["First", "Second"]
    assert "Deleted:" not in page


def test_without_a_reload_the_undo_comes_as_a_toast_and_the_row_comes_back(signed_in, draft):
    first, second = rows(draft)
    opened(signed_in, draft)
    part = signed_in.htmx(url(draft, second, "/deletion")).text
    assert f'action="{url(draft, second, "/restoration")}"' in part and "data-toast" in part
    part = signed_in.htmx(url(draft, second, "/restoration")).text
    assert f'id="milestone_{second.id}"' in part and f'data-behind="{first.id}"' in part


# Whose it is, and what is locked

DEEDS = ("", "/place", "/deletion", "/restoration", "/start", "/submission")


def test_strangers_find_nothing(stranger, draft):
    row = rows(draft)[0]
    stranger.get("/projects")
    for rest in DEEDS:
        stranger.post(url(draft, row, rest), TYPED, status=404)
    stranger.post(url(draft), status=404)
    stranger.post(f"/projects/{draft.id}/split", {"total": "1"}, status=404)
    assert titles(draft) == ["First", "Second"]


def test_a_row_of_another_project_of_mine_is_not_there_either(signed_in, alice, draft):
    other = the.project(alice)
    opened(signed_in, draft)
    for rest in DEEDS:
        signed_in.post(url(draft, rows(other)[0], rest), TYPED, status=404)


def test_without_the_token_nothing_happens(signed_in, draft):
    row = rows(draft)[0]
    for path in (
        *(url(draft, row, rest) for rest in DEEDS),
        url(draft),
        f"/projects/{draft.id}/split",
    ):
        signed_in.token = ""
        signed_in.post(path, TYPED, status=400)
    assert titles(draft) == ["First", "Second"]


def test_what_was_offered_is_locked(signed_in, alice):
    cast = the.offered(of=alice)
    opened(signed_in, cast.project)
    page = signed_in.post(url(cast.project, cast.milestone), TYPED, status=409).text
    assert "so it cannot be edited" in page
    for path in (
        url(cast.project),
        url(cast.project, cast.milestone, "/place"),
        url(cast.project, cast.milestone, "/deletion"),
    ):
        signed_in.post(path, status=409)
    signed_in.post(
        f"/projects/{cast.project.id}/split", {"total": "5", "way": "equally"}, status=409
    )
    assert cast.milestone.price == 500_000


def test_an_autosave_costs_the_same_however_long_the_plan_is(signed_in, alice):
    small, large = the.project(alice), the.project(alice, *[the.terms()] * 8)
    spent = []
    for project in (small, large):
        opened(signed_in, project)
        with counted() as seen:
            signed_in.htmx(url(project, rows(project)[0]), TYPED)
        spent.append(len(seen))
    # PostgreSQL locks the project's row besides.
    assert spent[0] == spent[1] <= 24 + is_postgresql()
