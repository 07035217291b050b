"""The plan's money as it is typed, its looks, and what axe finds on it in every state."""

import re

import pytest
from playwright.sync_api import expect

from billing.money import allocate, grouping_sign, parse
from billing.planning import plan, projects
from billing.planning.terms import Billing, Terms
from billing.refusals import Refusal
from models import User
from tests import cast as the
from tests.browser.conftest import PHONE, Live, looks_right
from tests.browser.editor import (
    Window,
    editor,
    field,
    rows,
    saved,
    stored,
    titles,
)
from tests.cast import NOW


def test_an_amount_that_could_be_two_is_asked_about(window: Window, alice: User):
    page, project = editor(window, alice, "First")
    field(page, 0, "price").fill("1.200")
    row = rows(page).nth(0)
    expect(row.get_by_text("can be read in two ways")).to_be_visible()
    expect(row.get_by_role("button", name="$1.20", exact=True)).to_be_visible()
    row.get_by_role("button", name="$1,200.00").click()
    saved(page, 0)
    assert field(page, 0, "price").input_value() == "1200.00"
    assert stored(project)[0].price == 120_000


def test_a_blank_price_is_a_draft(window: Window, alice: User):
    page, project = editor(window, alice, "First")
    field(page, 0, "price").fill("")
    saved(page, 0)
    expect(page.locator("#plan_sum")).to_contain_text("1 without a price")
    assert stored(project)[0].price is None


def test_the_foot_follows_typing_and_agrees_with_the_server(
    window: Window, alice: User, live: Live
):
    project = projects.start(the.client(alice), "Content strategy", alice, NOW)
    for price in (100_001, 33_333, 7):
        plan.add(project, the.terms(price=price, billing=Billing(signing_share=3333)))
    page = window(f"/projects/{project.id}", alice)
    foot = page.locator("#plan_sum")
    before = foot.inner_text()
    live.delay = 1
    field(page, 0, "price").fill("1,000.02")
    expect(page.locator("[data-sum=price]")).to_have_text("$1,333.42")
    typed = foot.inner_text()
    assert typed != before
    live.delay = 0
    saved(page, 0)
    assert foot.inner_text() == typed
    page.reload()
    assert foot.inner_text() == typed
    field(page, 0, "date_share").fill("80")
    expect(foot).to_contain_text("splits to more than 100 %")
    expect(page.get_by_text("The shares add up to 113.33 %.")).to_be_visible()


AMOUNTS = (
    "1.200,50|1,200.50|1.200|1,200|1200|0.500|1 200,5|12,34,567.8|1.2.3|x|5,|,5|1'000|1200.500"
)


@pytest.mark.parametrize(
    ("currency", "country"), [("USD", "US"), ("EUR", "DE"), ("JPY", "JP"), ("KWD", "KW")]
)
def test_amounts_are_read_alike_on_both_sides(
    window: Window, alice: User, currency: str, country: str
):
    page, _ = editor(window, alice, "First")
    grouping = grouping_sign(country)
    exponent = {"JPY": 0, "KWD": 3}.get(currency, 2)
    for typed in AMOUNTS.split("|"):
        read = page.evaluate(
            "([typed, exponent, grouping]) => String(amounts.parse(typed, exponent, grouping))",
            [typed, exponent, grouping],
        )
        try:
            expected = str(parse(typed, currency, grouping))
        except Refusal:
            expected = "null"
        assert read == expected, (typed, currency)


def test_parts_are_divided_alike_on_both_sides(window: Window, alice: User):
    page, _ = editor(window, alice, "First")
    for total, weights in ((100_001, [3333, 6667]), (7, [1, 1, 9998]), (10**15, [1, 4999, 5000])):
        read = page.evaluate(
            "([total, weights]) =>"
            " amounts.allocate(BigInt(total), weights.map(BigInt)).map(String)",
            [str(total), weights],
        )
        assert list(map(int, read)) == allocate(total, weights)


def test_a_total_is_split_with_what_was_just_typed_kept(window: Window, alice: User, live: Live):
    page, project = editor(window, alice, "A", "B", "C")
    live.delay = 0.4
    field(page, 0, "title").fill("A, changed")
    page.get_by_text("Split a total…").click()
    page.get_by_label("Total (USD)").fill("1000")
    page.get_by_role("button", name="Split", exact=True).click()
    expect(page.locator("[data-flash]")).to_contain_text("The total is split over 3 milestones.")
    assert [row.price for row in stored(project)] == [33_333, 33_333, 33_334]
    assert titles(project) == ["A, changed", "B", "C"]


def test_nothing_leaves_a_narrow_screen(window: Window, alice: User):
    page, _ = editor(window, alice, "Donaudampfschifffahrtsgesellschaft" * 3, size=PHONE)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]
    small = page.evaluate(
        """[...document.querySelectorAll('#plan :is(button, input, select, textarea)')]
        .filter(each => !each.classList.contains('visually-hidden'))
        .filter(each => each.checkVisibility())
        .map(each => each.getBoundingClientRect())
        .filter(box => box.width < 24 || box.height < 24).length"""
    )
    assert small == 0


def test_a_draft_looks_right(window: Window, alice: User):
    page, _ = editor(window, alice, "A", "B")
    rows(page).nth(1).get_by_role("button", name="Delete").click()
    expect(page.locator("#toasts")).to_contain_text("Deleted: B")
    looks_right(page)
    page.evaluate("document.querySelector('#keys').showModal()")
    looks_right(page)


def test_errors_look_right(window: Window, alice: User):
    page, project = editor(window, alice, "A", "B")
    plan.revise(stored(project)[1], Terms(title="Theirs"), 0)
    field(page, 0, "price").fill("1.200")
    field(page, 1, "title").fill("Mine")
    expect(page.get_by_text("can be read in two ways")).to_be_visible()
    expect(page.locator("[data-difference]").first).to_be_visible()
    looks_right(page)
    page.locator("h1").click()
    looks_right(page)


def test_an_active_project_looks_right(window: Window, alice: User):
    cast = the.active(the.terms(), the.terms(title="Second"), of=alice)
    page = window(f"/projects/{cast.project.id}", alice)
    page.evaluate("document.querySelectorAll('details').forEach(each => (each.open = true))")
    looks_right(page)
    page.get_by_role("button", name="Submit for acceptance").first.click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert re.match("Error: ", page.title())
    looks_right(page)
