"""Files dropped on a milestone, one of them tried again, handed over, and talked about in place."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Route, expect

from billing.accepting import reviews, submissions, uploads
from billing.delivery import previews
from billing.people import links
from models import Attachment, Comment, File, Submission, User, write
from tests import cast as the
from tests import files
from tests.browser.conftest import PHONE, Live, looks_right

DROP = """(box, files) => {
  const carried = new DataTransfer();
  for (const [name, size] of files) carried.items.add(new File(["x".repeat(size)], name));
  const all = { bubbles: true, cancelable: true, dataTransfer: carried };
  for (const kind of ["dragenter", "dragover", "drop"]) box.dispatchEvent(new DragEvent(kind, all));
}"""


def opened(page: Page, milestone: int) -> Any:
    """The files of a milestone's next round, its form unfolded."""
    page.locator(f"#submission_{milestone}").evaluate("box => (box.open = true)")
    return page.locator(f"#gathered_{milestone}")


def test_files_are_dropped_tried_again_taken_out_and_handed_over(
    live: Live, alice: User, window: Any, tmp_path: Path
):
    cast = the.active(of=alice)
    page = window(f"/projects/{cast.project.id}", alice)
    box = opened(page, cast.milestone.id)
    cut = [True]

    def once(route: Route) -> None:
        is_cut, cut[0] = cut[0], False
        route.abort("connectionreset") if is_cut else route.continue_()

    page.route("**/files", once)
    box.evaluate(DROP, [["broken.txt", 40]])
    row = box.locator(".arriving")
    expect(row).to_contain_text("It did not arrive: the connection broke.")
    window.errors.clear()
    box.evaluate(
        DROP, [["first.txt", 10], ["second.txt", 20], ["program.exe", 30], ["empty.txt", 0]]
    )
    drafts = box.locator("[data-drafts] > li")
    expect(drafts).to_have_count(2)
    expect(box).to_contain_text("“program.exe” is a program")
    expect(box).to_contain_text("This file is empty")
    looks_right(page, "while files arrive")
    page.screenshot(path=tmp_path / "arriving.png", full_page=True)
    # The others stayed; the one that failed is still here to be tried again.
    row.filter(has_text="broken.txt").get_by_role("button", name="Retry").click()
    expect(drafts).to_have_count(3)
    for name in ("program.exe", "empty.txt"):
        row.filter(has_text=name).get_by_role("button", name="Leave it").click()
    drafts.filter(has_text="second.txt").get_by_role("button", name="Take out").click()
    expect(drafts).to_have_count(2)
    box.locator("input[type=file]").set_input_files(
        [{"name": "chosen.png", "mimeType": "image/png", "buffer": files.picture()}]
    )
    expect(drafts).to_have_count(3)
    for criterion in cast.milestone.criteria:
        page.get_by_label(criterion.text).fill("See the files")
    page.get_by_role("button", name="Submit for acceptance").click()
    page.get_by_text("is submitted.").first.wait_for()
    names = [row.name for row in submissions.files_of(Submission.get())]
    assert sorted(names) == ["broken.txt", "chosen.png", "first.txt"]
    assert not File.select().where(~File.kept).count()


def test_rounds_are_compared_and_talked_about_on_a_phone(
    live: Live, alice: User, window: Any, tmp_path: Path
):
    cast = the.active(of=alice)
    url = _two_rounds(cast, live)
    page = window(url, size=PHONE)
    page.get_by_text("What changed since round 1").click()
    expect(page.locator(".compared__files")).to_contain_text("Replaced")
    page.get_by_role("link", name="Write a comment").click()
    page.get_by_label("Your comment").fill("Which one comes first?")
    page.get_by_role("button", name="Send comment").click()
    expect(page.locator(".comments__said")).to_contain_text("Which one comes first?")
    expect(page.get_by_label("Your comment")).to_have_value("")
    looks_right(page, "the client's page")
    page.screenshot(path=tmp_path / "client.png", full_page=True)
    owner = window(f"/projects/{cast.project.id}", alice)
    owner.get_by_role("link", name="1 comment").click()
    owner.get_by_label("Your comment").fill("The first one")
    owner.get_by_role("button", name="Send comment").click()
    expect(owner.locator(".comments__said > li")).to_have_count(2)
    owner.get_by_text("What changed since round 1").click()
    looks_right(owner, "the owner's page")
    owner.screenshot(path=tmp_path / "owner.png", full_page=True)
    assert Comment.select().count() == 2


def _two_rounds(cast: the.Engagement, live: Live) -> str:
    """Two rounds with a picture, and the client's link."""
    for number in (1, 2):
        _attach(cast, "plan.png", files.picture("PNG", (900 + number, 500)))
        _attach(cast, f"notes {number}.txt", b"words %d" % number)
        shown = the.shown(cast.milestone)
        note = f"Round {number} of the strategy"
        submissions.submit(cast.milestone, note, [], shown, cast.owner, the.NOW)
        if number == 1:
            [first, *_] = cast.milestone.criteria
            reviews.ask_for_changes(cast.milestone, "More", [first.id], cast.contact, the.NOW)
    for row in Attachment.given(cast.project):
        previews.make(row.file_id, live.app.config["INSTALLATION"], the.NOW)
    previews.viewer.close()
    with write(cast.project):
        link = links.for_contact(cast.project, cast.contact, the.NOW)
    return f"/l/{links.token(link, live.app.config['INSTALLATION'].secret)}"


def _attach(cast: the.Engagement, name: str, content: bytes) -> None:
    uploads.attach(cast.milestone, uploads.looked_at(name, content), cast.owner, the.NOW)
