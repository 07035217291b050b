"""The menu on Ctrl+K in a real browser, by keyboard alone, and without JavaScript."""

from playwright.sync_api import expect

from tests import cast as the
from tests.browser.conftest import looks_right


def test_the_keyboard_finds_and_goes(window, alice):
    project = the.project(alice, for_client=the.client(alice, name="Müller Verlag"))
    page = window("/", alice)
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Search, or go to a page")
    expect(field).to_be_focused()
    page.get_by_role("option", name="New project").wait_for()
    looks_right(page, "the menu with pages")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.locator("#command_way").click()
    field.fill("mull cont")
    chosen = page.locator("[aria-selected=true]")
    expect(chosen).to_contain_text("Content strategy")
    expect(field).to_have_attribute("aria-activedescendant", chosen.get_attribute("id") or "")
    looks_right(page, "the menu with what was found")
    page.keyboard.press("ArrowDown")
    expect(chosen).to_contain_text("Strategy document approved")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/projects/{project.id}")
    page.keyboard.press("Control+k")
    field.fill("qqq")
    page.get_by_text("Nothing fits “qqq”.").wait_for()
    looks_right(page, "the menu without anything found")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=qqq")
    looks_right(page, "the page without anything found")


def test_the_menu_is_filled_however_early_one_asks(window, alice):
    page = window("/", alice)
    page.add_init_script("globalThis.setTimeout = () => 0")
    page.goto("/")
    page.keyboard.press("Control+k")
    page.get_by_role("option", name="New project").wait_for()


def test_without_scripts_it_is_a_page(window, alice):
    the.project(alice, for_client=the.client(alice, name="Müller Verlag"))
    page = window("/", alice, java_script_enabled=False)
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, "the head of every page"
    page.locator("#command_way").click()
    page.locator("#q").fill("muller")
    page.locator("#main").get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Content strategy").first.click()
    page.wait_for_url("**/projects/*")
