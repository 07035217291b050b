"""Private effort and what it tells, in a real browser: a timer outlives its window."""

from billing import clock
from billing.accepting import reviews
from billing.outcomes import effort
from tests import cast as the
from tests.browser.conftest import looks_right
from tests.cast import NOW


def test_a_timer_outlives_its_window_and_the_hours_are_told(window, alice, monkeypatch):
    cast = the.submitted(the.terms(), the.terms(title="Campaign launched"), of=alice)
    reviews.accept(cast.milestone, cast.contact, NOW)
    effort.add(cast.milestone, effort.Work(NOW.date(), 5400, "At night"), alice, NOW, "k")
    page = window(f"/projects/{cast.project.id}", alice)
    page.get_by_role("heading", name="Your effort").click()
    page.get_by_role("button", name="Start a timer on Campaign launched").click()
    page.get_by_text("a timer is running").wait_for()
    looks_right(page, "a project with a timer")
    page.close()
    monkeypatch.setattr(clock, "now", lambda: the.later(hours=14))
    page = window("/effort", alice)
    looks_right(page, "a timer that ran long")
    page.get_by_label("How much of it was work").fill("2h")
    page.get_by_role("button", name="Stop the timer").click()
    page.locator("#main").get_by_text("2:00 hours were written down.").wait_for()
    for address in ("/effort", "/insights", "/insights/rates"):
        page.goto(address)
        looks_right(page, address)
