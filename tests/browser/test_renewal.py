"""A page renews itself at the worst moment: what is chosen, said, typed or opened is not lost."""

import pytest
from playwright.sync_api import Page, expect

from billing.accepting import comments
from billing.people import links
from models import Project, write
from tests import cast as the
from tests.browser.test_handover import DROP

HELD = """main => {
  const real = window.fetch;
  const root = document.documentElement;
  window.fetch = async (...asked) => {
    const answer = await real(...asked);
    if (asked[0] !== main.dataset.live || window.letGo) return answer;
    await new Promise((go) => {
      window.letGo = go;
      root.dataset.held = "";
    });
    return answer;
  };
}"""
"""The next answer with which a page would renew itself is kept back until it is let go."""

SPOKEN = """live => {
  window.spoken = [];
  const heard = () => live.textContent && window.spoken.push(live.textContent);
  new MutationObserver(heard).observe(live, { childList: true });
}"""


@pytest.fixture
def cast(live):
    return the.active(the.terms(title="Plan"), the.terms(title="Campaign"))


@pytest.fixture
def client(live, window, cast):
    """The client's page."""
    with write(cast.project):
        link = links.for_contact(cast.project, cast.contact, the.NOW)
    return window(f"/l/{links.token(link, live.app.config['INSTALLATION'].secret)}")


def happen(project: Project) -> None:
    Project.update(version=Project.version + 1).where(Project.id == project.id).execute()


def renew(page: Page, project: Project) -> None:
    """Something happens in the project, and the page has shown it."""
    main = page.locator("#main")
    main.evaluate("main => (main.dataset.version = '?')")
    happen(project)
    expect(main).not_to_have_attribute("data-version", "?")


def shows_all_of(page: Page, project: Project) -> None:
    version = Project.get_by_id(project.id).version
    expect(page.locator("#main")).to_have_attribute("data-version", str(version))


def test_files_arrive_beside_a_note_that_is_being_typed(live, window, cast):
    page = window(f"/projects/{cast.project.id}", cast.owner)
    form = page.locator(f"#submission_{cast.milestone.id}")
    form.evaluate("form => (form.open = true)")
    note = form.locator("[name=note]")
    note.press_sequentially("half a wd")
    note.press("ArrowLeft")
    renew(page, cast.project)
    page.keyboard.type("or")
    expect(note).to_have_value("half a word")
    box = page.locator(f"#gathered_{cast.milestone.id}")
    box.evaluate(DROP, [["first.txt", 10], ["empty.txt", 0]])
    drafts = box.locator("[data-drafts] > li")
    expect(drafts).to_have_count(1)
    renew(page, cast.project)
    # One has arrived and one is still to be decided on: neither is lost, and none is there twice.
    expect(drafts).to_have_count(1)
    expect(box.locator(".arriving")).to_contain_text("This file is empty")


def test_a_renewal_from_before_a_file_has_arrived_does_not_take_it_away(live, window, cast):
    page = window(f"/projects/{cast.project.id}", cast.owner)
    page.locator("#main").evaluate(HELD)
    happen(cast.project)
    expect(page.locator("html")).to_have_attribute("data-held", "")
    box = page.locator(f"#gathered_{cast.milestone.id}")
    box.evaluate(DROP, [["first.txt", 10]])
    drafts = box.locator("[data-drafts] > li")
    expect(drafts).to_have_count(1)
    drafts.evaluate("it => (it.isTheSame = true)")
    page.evaluate("window.letGo()")
    shows_all_of(page, cast.project)
    assert drafts.evaluate("it => it.isTheSame")


def test_a_thread_opened_in_its_place_stays_and_shows_what_the_other_side_says(cast, client):
    thread = client.locator(f"#comments_{cast.milestone.id}")
    thread.get_by_role("link").click()
    field = thread.get_by_label("Your comment")
    field.press_sequentially("half a wd")
    field.press("ArrowLeft")
    client.locator("#live").evaluate(SPOKEN)
    comments.say(cast.milestone, "The first one", cast.owner, the.NOW, "key")
    said = thread.locator(".comments__said")
    expect(said).to_contain_text("The first one")
    client.keyboard.type("or")
    expect(field).to_have_value("half a word")
    expect(client.locator("#live")).to_contain_text("Updated: ")
    renew(client, cast.project)
    assert len(client.evaluate("window.spoken")) == 1


def test_a_thread_on_a_page_of_its_own_shows_what_the_other_side_says(cast, client):
    client.goto(f"{client.url}milestones/{cast.milestone.id}/comments")
    field = client.get_by_label("Your comment")
    field.press_sequentially("half a word")
    comments.say(cast.milestone, "The first one", cast.owner, the.NOW, "key")
    expect(client.locator(".comments__said")).to_contain_text("The first one")
    expect(field).to_have_value("half a word")


def test_a_button_that_is_held_down_is_not_replaced(cast, client):
    client.locator("#main").evaluate(HELD)
    version = client.locator("#main").get_attribute("data-version")
    happen(cast.project)
    expect(client.locator("html")).to_have_attribute("data-held", "")
    thread = client.locator(f"#comments_{cast.milestone.id}")
    thread.get_by_role("link").hover()
    client.mouse.down()
    client.evaluate("async () => (window.letGo(), await new Promise((on) => setTimeout(on, 200)))")
    expect(client.locator("#main")).to_have_attribute("data-version", version)
    client.mouse.up()
    expect(thread.get_by_label("Your comment")).to_be_visible()
    shows_all_of(client, cast.project)


def test_a_renewal_from_before_a_comment_does_not_take_it_away(cast, client):
    thread = client.locator(f"#comments_{cast.milestone.id}")
    thread.get_by_role("link").click()
    thread.get_by_label("Your comment").fill("Which one comes first?")
    client.locator("#main").evaluate(HELD)
    happen(cast.project)
    expect(client.locator("html")).to_have_attribute("data-held", "")
    thread.get_by_role("button", name="Send comment").click()
    said = thread.locator(".comments__said")
    expect(said).to_contain_text("Which one comes first?")
    client.evaluate("window.letGo()")
    shows_all_of(client, cast.project)
    expect(said.locator("> li")).to_have_count(1)


def test_what_is_opened_or_closed_stays_so(cast, client):
    second = client.locator(f"#milestone_{cast.milestones[1].id} > details")
    second.locator("> summary").click()
    client.evaluate("scrollTo(0, 300)")
    top = client.evaluate("scrollY")
    renew(client, cast.project)
    expect(second).to_have_attribute("open", "")
    first = client.locator(f"#milestone_{cast.milestone.id} > details")
    expect(first).not_to_have_attribute("open", "")
    assert client.evaluate("scrollY") == top
