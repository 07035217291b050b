"""The plan's editor in a real browser: no typed character is lost, whatever the network does."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Route, expect

from models import User
from tests.browser.conftest import Live
from tests.browser.editor import (
    Window,
    editor,
    eventually,
    field,
    forgive,
    rows,
    saved,
    stored,
    titles,
)


def test_what_is_typed_is_saved_by_itself(window: Window, alice: User):
    page, project = editor(window, alice, "First")
    field(page, 0, "title").fill("Łódź press site launched")
    field(page, 0, "price").fill("1.200,50")
    expect(page.locator("[data-sum=price]")).to_have_text("$1,200.50")
    saved(page, 0)
    [row] = stored(project)
    assert (row.title, row.price) == ("Łódź press site launched", 120_050)


def test_no_character_is_lost_while_a_save_takes_three_seconds(
    window: Window, alice: User, live: Live
):
    page, project = editor(window, alice, "")
    live.delay = 3
    title = field(page, 0, "title")
    title.click()
    text = "A strategy that three audiences can tell apart, and one that says so"
    title.press_sequentially(text, delay=90, timeout=30_000)
    words = rows(page).nth(0).locator("[data-state-words]")
    expect(words).to_have_text("Saving…")
    assert title.input_value() == text
    expect(title).to_be_focused()
    live.delay = 0
    saved(page, 0)
    assert title.input_value() == text
    assert title.evaluate("field => field.selectionStart") == len(text)
    eventually(page, lambda: titles(project), [text])


def test_only_one_save_of_a_row_is_under_way(window: Window, alice: User, live: Live):
    page, _ = editor(window, alice, "")
    under_way: list[int] = [0, 0]

    def watch(change: int) -> Callable[[Any], None]:
        def seen(request: Any) -> None:
            if request.method == "POST":
                under_way[0] += change
                under_way[1] = max(under_way)

        return seen

    page.on("request", watch(1))
    page.on("requestfinished", watch(-1))
    live.delay = 1
    field(page, 0, "title").press_sequentially("Typed for more than two seconds", delay=90)
    saved(page, 0)
    assert under_way[1] == 1


def test_another_row_can_be_typed_in_while_one_is_being_saved(
    window: Window, alice: User, live: Live
):
    page, project = editor(window, alice, "One", "Two")
    live.delay = 2
    field(page, 0, "title").fill("First")
    field(page, 1, "title").click()
    field(page, 1, "title").fill("Second")
    saved(page, 0)
    saved(page, 1)
    assert titles(project) == ["First", "Second"]


def test_a_new_row_takes_typing_at_once_however_slow_the_server(
    window: Window, alice: User, live: Live
):
    page, project = editor(window, alice, "First")
    live.delay = 2
    field(page, 0, "title").press("Enter")
    page.keyboard.type("Second", delay=60)
    page.keyboard.press("Enter")
    page.keyboard.type("Third", delay=60)
    live.delay = 0
    saved(page, 1)
    saved(page, 2)
    assert titles(project) == ["First", "Second", "Third"]
    page.reload()
    assert [field(page, row, "title").input_value() for row in range(3)] == [
        "First",
        "Second",
        "Third",
    ]


def test_an_answer_that_got_lost_is_neither_a_conflict_nor_a_second_row(
    window: Window, alice: User
):
    page, project = editor(window, alice, "First")
    lost: list[str] = []

    def lose(route: Route) -> None:
        if route.request.method == "POST" and len(lost) < 2:
            lost.append(route.request.url)
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/milestones*", lose)
    page.get_by_role("button", name="Add a milestone").click()
    page.keyboard.type("Sec")
    expect(rows(page).nth(1).locator("[data-state-words]")).to_have_text("Not saved.")
    page.keyboard.type("ond")
    page.wait_for_timeout(1000)
    rows(page).nth(1).get_by_role("button", name="Retry").or_(page.locator("body")).first.click()
    saved(page, 1)
    assert len(lost) == 2
    assert titles(project) == ["First", "Second"]
    forgive(window, "ERR_FAILED")


def test_offline_it_says_so_and_saves_by_itself_once_back(window: Window, alice: User):
    page, project = editor(window, alice, "First")
    page.context.set_offline(True)
    field(page, 0, "title").fill("Typed on a train")
    words = rows(page).nth(0).locator("[data-state-words]")
    expect(words).to_have_text("Not saved.")
    expect(rows(page).nth(0).get_by_role("button", name="Retry")).to_be_visible()
    page.context.set_offline(False)
    saved(page, 0)
    assert titles(project) == ["Typed on a train"]
    forgive(window, "ERR_INTERNET_DISCONNECTED")


def test_what_was_not_saved_is_back_after_a_reload(window: Window, alice: User, live: Live):
    page, project = editor(window, alice, "First")
    asked: list[str] = []

    def leave(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    live.delay = 2
    page.get_by_role("button", name="Add a milestone").click()
    page.keyboard.type("Not saved yet")
    field(page, 0, "title").fill("Changed")
    page.reload()
    assert asked == ["beforeunload"]
    live.delay = 0
    saved(page, 0)
    saved(page, 1)
    eventually(page, lambda: titles(project), ["Changed", "Not saved yet"])


def test_a_link_waits_for_the_save_instead_of_asking(window: Window, alice: User, live: Live):
    page, project = editor(window, alice, "First")
    live.delay = 0.5
    field(page, 0, "title").fill("Typed just before leaving")
    page.get_by_role("link", name="Projects", exact=True).first.click()
    page.wait_for_url("**/projects")
    assert titles(project) == ["Typed just before leaving"]


def test_signed_out_elsewhere_nothing_is_lost(window: Window, alice: User, live: Live):
    page, project = editor(window, alice, "First")
    kept = page.context.cookies()
    page.context.clear_cookies()
    field(page, 0, "title").fill("Typed while signed out")
    words = rows(page).nth(0).locator("[data-state-words]")
    expect(words).to_contain_text("You are signed out.")
    page.context.add_cookies(kept)
    rows(page).nth(0).get_by_role("button", name="Retry").click()
    saved(page, 0)
    assert titles(project) == ["Typed while signed out"]
    forgive(window, "400")


def test_without_javascript_every_row_has_its_button(window: Window, alice: User):
    page, project = editor(window, alice, "First", "Second", java_script_enabled=False)
    field(page, 0, "title").fill("First, changed")
    rows(page).nth(0).get_by_role("button", name="Save", exact=True).click()
    eventually(page, lambda: titles(project), ["First, changed", "Second"])
    field(page, 1, "price").fill("600")
    field(page, 1, "price").press("Enter")
    expect(field(page, 1, "price")).to_have_value("600.00")
    eventually(page, lambda: titles(project), ["First, changed", "Second"])
    field(page, 0, "price").fill("700")
    rows(page).nth(0).get_by_role("button", name="Move down").click()
    eventually(page, lambda: titles(project), ["Second", "First, changed"])
    expect(field(page, 1, "price")).to_have_value("700.00")
    rows(page).nth(0).get_by_role("button", name="Delete").click()
    eventually(page, lambda: titles(project), ["First, changed"])
    page.get_by_role("button", name="Undo the deletion of Second").click()
    eventually(page, lambda: titles(project), ["Second", "First, changed"])
    page.get_by_role("button", name="Add a milestone").click()
    expect(rows(page)).to_have_count(3)
    page.get_by_text("Split a total…").click()
    page.get_by_label("Total (USD)").fill("1000")
    page.get_by_role("button", name="Split", exact=True).click()
    prices = [33_333, 33_333, 33_334]
    eventually(page, lambda: [row.price for row in stored(project)], prices)
