"""The editor of a plan as a person sees it: its rows and fields, and what is stored by now."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

from billing.planning import plan, projects
from models import Milestone, Project, User
from tests import cast as the
from tests.cast import NOW

Window = Callable[..., Page]


def a_plan(of: User, *titles: str) -> Project:
    project = projects.start(the.client(of), "Content strategy", of, NOW)
    for title in titles:
        plan.add(project, the.terms(title=title))
    return project


def editor(window: Window, of: User, *titles: str, **options: Any) -> tuple[Page, Project]:
    project = a_plan(of, *titles)
    return window(f"/projects/{project.id}", of, **options), project


def field(page: Page, row: int, name: str) -> Locator:
    return rows(page).nth(row).locator(f"[name={name}]")


def rows(page: Page) -> Locator:
    return page.locator("#plan_rows > li:visible")


def saved(page: Page, row: int) -> None:
    expect(rows(page).nth(row).locator("[data-state-words]")).to_have_text("Saved")


def stored(project: Project) -> list[Milestone]:
    return list(Milestone.live(project))


def titles(project: Project) -> list[str]:
    return [row.title for row in stored(project)]


def eventually(page: Page, what: Callable[[], object], is_: object) -> None:
    """Wait until the database holds what it should."""
    for _ in range(200):
        if what() == is_:
            return
        page.wait_for_timeout(100)
    assert what() == is_


def forgive(window: Window, what: str) -> None:
    """Chromium logs every failed request; the test meant this one to fail."""
    window.errors[:] = [each for each in window.errors if what not in each]
