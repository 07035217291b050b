"""The plan's editor by keys, buttons and dragging; two windows; deleting and undo."""

from playwright.sync_api import expect

from models import User
from tests.browser.conftest import Live
from tests.browser.editor import (
    Window,
    editor,
    eventually,
    field,
    rows,
    saved,
    stored,
    titles,
)


def test_enter_saves_and_goes_down_shift_enter_is_a_new_line(window: Window, alice: User):
    page, project = editor(window, alice, "One", "Two")
    criteria = field(page, 0, "criteria")
    criteria.fill("First")
    criteria.press("Shift+Enter")
    page.keyboard.type("Second")
    page.keyboard.press("Enter")
    expect(field(page, 1, "criteria")).to_be_focused()
    saved(page, 0)
    assert [each.text for each in stored(project)[0].criteria] == ["First", "Second"]
    page.keyboard.press("Enter")
    expect(rows(page)).to_have_count(3)
    expect(field(page, 2, "title")).to_be_focused()
    page.keyboard.press("Enter")
    expect(rows(page)).to_have_count(3)
    assert len(stored(project)) == 2


def test_escape_goes_back_to_what_was_last_saved(window: Window, alice: User):
    page, project = editor(window, alice, "Saved before")
    title = field(page, 0, "title")
    title.fill("Thought better of")
    title.press("Escape")
    assert title.input_value() == "Saved before"
    page.wait_for_timeout(900)
    assert titles(project) == ["Saved before"]


def test_escape_while_a_save_is_under_way_takes_it_back(window: Window, alice: User, live: Live):
    page, project = editor(window, alice, "Saved before")
    live.delay = 1
    title = field(page, 0, "title")
    title.fill("Thought better of")
    expect(rows(page).nth(0).locator("[data-state-words]")).to_have_text("Saving…")
    title.press("Escape")
    saved(page, 0)
    expect(title).to_have_value("Saved before")
    eventually(page, lambda: titles(project), ["Saved before"])


def test_alt_and_an_arrow_move_the_row_and_keep_the_caret(window: Window, alice: User):
    page, project = editor(window, alice, "A", "B", "C")
    title = field(page, 2, "title")
    title.click()
    page.keyboard.type("!")
    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.type("?")
    eventually(page, lambda: titles(project), ["C!?", "A", "B"])
    expect(field(page, 0, "title")).to_be_focused()
    expect(rows(page).nth(0).locator("[data-number]")).to_have_text("1")
    page.keyboard.press("Alt+ArrowDown")
    eventually(page, lambda: titles(project), ["A", "C!?", "B"])
    page.reload()
    assert field(page, 1, "title").input_value() == "C!?"


def test_buttons_and_dragging_move_rows_too(window: Window, alice: User):
    page, project = editor(window, alice, "A", "B", "C")
    rows(page).nth(0).get_by_role("button", name="Move down").click()
    eventually(page, lambda: titles(project), ["B", "A", "C"])
    # Both rows are in sight, so that nothing scrolls under the pointer.
    page.set_viewport_size({"width": 1280, "height": 2000})
    handle = rows(page).nth(2).locator(".plan-row__number")
    handle.drag_to(rows(page).nth(0), target_position={"x": 300, "y": 2})
    eventually(page, lambda: titles(project), ["C", "B", "A"])


def test_a_question_mark_shows_the_keys(window: Window, alice: User):
    page, _ = editor(window, alice, "A")
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    field(page, 0, "title").fill("")
    field(page, 0, "title").press("?")
    assert field(page, 0, "title").input_value() == "?"


def test_two_windows_on_one_row_show_both_values(window: Window, alice: User):
    mine, project = editor(window, alice, "First")
    theirs = window(f"/projects/{project.id}", alice)
    field(theirs, 0, "title").fill("Theirs")
    field(theirs, 0, "price").fill("700")
    saved(theirs, 0)
    field(mine, 0, "title").fill("Mine")
    row = rows(mine).nth(0)
    expect(row.locator("[data-state-words]")).to_have_text("Changed in another window")
    title = row.get_by_role("group", name="Outcome")
    expect(title.get_by_role("radio", name="Keep mine: Mine")).to_be_checked()
    expect(title.get_by_role("radio", name="Take theirs: Theirs")).to_be_visible()
    # The price was not touched here, so theirs is proposed.
    price = row.get_by_role("group", name="Price")
    expect(price.get_by_role("radio", name="Take theirs: 700.00")).to_be_checked()
    assert titles(project) == ["Theirs"]
    row.get_by_role("button", name="Save this choice").click()
    saved(mine, 0)
    assert field(mine, 0, "price").input_value() == "700.00"
    [kept] = stored(project)
    assert (kept.title, kept.price) == ("Mine", 70_000)


def test_typing_goes_on_while_the_windows_disagree(window: Window, alice: User):
    mine, project = editor(window, alice, "First")
    theirs = window(f"/projects/{project.id}", alice)
    field(theirs, 0, "title").fill("Theirs")
    saved(theirs, 0)
    field(mine, 0, "title").fill("Mine")
    row = rows(mine).nth(0)
    expect(row.locator("[data-difference]")).to_be_visible()
    field(mine, 0, "title").press_sequentially(" and more")
    mine.wait_for_timeout(800)
    assert titles(project) == ["Theirs"]
    expect(row.get_by_role("radio", name="Keep mine: Mine and more")).to_be_checked()
    row.get_by_role("button", name="Save this choice").click()
    saved(mine, 0)
    assert titles(project) == ["Mine and more"]


def test_a_deleted_row_is_undone_from_the_toast_that_stays(window: Window, alice: User):
    page, project = editor(window, alice, "A", "B", "C")
    rows(page).nth(1).get_by_role("button", name="Delete").click()
    toast = page.locator("#toasts")
    expect(toast).to_contain_text("Deleted: B")
    expect(page.locator("[data-sum=price]")).to_have_text("$10,000.00")
    eventually(page, lambda: titles(project), ["A", "C"])
    page.wait_for_timeout(1500)
    toast.get_by_role("button", name="Undo").click()
    expect(rows(page)).to_have_count(3)
    expect(field(page, 1, "title")).to_be_focused()
    expect(page.locator("#plan_rows [data-number]:visible")).to_have_text(["1", "2", "3"])
    eventually(page, lambda: titles(project), ["A", "B", "C"])
    expect(toast.locator("[data-toast]")).to_have_count(0)
    expect(page.locator("#deleted")).not_to_contain_text("Deleted")


def test_undo_works_after_a_reload_too(window: Window, alice: User):
    page, project = editor(window, alice, "A", "B", "C")
    rows(page).nth(1).get_by_role("button", name="Delete").click()
    eventually(page, lambda: titles(project), ["A", "C"])
    page.reload()
    expect(page.locator("#deleted")).to_contain_text("Deleted: B")
    page.get_by_role("button", name="Undo the deletion of B").click()
    expect(rows(page)).to_have_count(3)
    expect(field(page, 1, "title")).to_have_value("B")
    eventually(page, lambda: titles(project), ["A", "B", "C"])


def test_what_was_typed_last_is_deleted_and_undone_with_its_row(
    window: Window, alice: User, live: Live
):
    page, project = editor(window, alice, "A", "B")
    live.delay = 0.5
    field(page, 1, "title").fill("B, changed")
    rows(page).nth(1).get_by_role("button", name="Delete").click()
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    eventually(page, lambda: titles(project), ["A", "B, changed"])
    expect(field(page, 1, "title")).to_have_value("B, changed")
