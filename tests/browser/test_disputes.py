"""A dispute from both sides: raised on a phone, an offer on a desk, taken without JavaScript."""

from billing.people import links
from models import write
from tests import cast as the
from tests.browser.conftest import PHONE, looks_right
from tests.disputes import handed_over


def test_a_dispute_is_raised_and_settled(live, window, tmp_path):
    cast = handed_over("Every audience is covered", "Dates are named")
    with write(cast.project):
        link = links.for_contact(cast.project, cast.contact, the.NOW)
    token = links.token(link, live.app.config["INSTALLATION"].secret)
    client = window(f"/l/{token}", size=PHONE, java_script_enabled=False)
    here = f"/milestones/{cast.milestone.id}/dispute"
    client.goto(f"{live.url}/p/{link.key}{here}")
    client.get_by_label("Dates are named").check()
    client.get_by_role("button", name="See what follows").click()
    client.get_by_label("What do you disagree about?").fill("No dates at all")
    client.screenshot(path=tmp_path / "disputing.png", full_page=True)
    client.get_by_role("button", name="Dispute it").click()
    client.get_by_text("No offer waits").wait_for()
    client.screenshot(path=tmp_path / "disputed.png", full_page=True)

    owner = window(f"/projects/{cast.project.id}{here}", of=cast.owner)
    owner.get_by_role("link", name="Make an offer").click()
    owner.get_by_label("Accepted for a part of its price").check()
    owner.get_by_label("How much of it is accepted").fill("200")
    owner.get_by_role("button", name="See what follows").click()
    owner.get_by_role("button", name="Make this offer").wait_for()
    owner.screenshot(path=tmp_path / "offering.png", full_page=True)
    looks_right(owner, "making an offer")
    owner.get_by_role("button", name="Make this offer").click()
    owner.get_by_text("Your offer waits for").wait_for()
    owner.screenshot(path=tmp_path / "offered.png", full_page=True)
    looks_right(owner, "the owner's dispute")

    reader = window(f"/l/{token}", size=PHONE)
    reader.screenshot(path=tmp_path / "next.png", full_page=True)
    looks_right(reader, "the client's next step")
    client.goto(f"{live.url}/p/{link.key}{here}")
    client.screenshot(path=tmp_path / "answer.png", full_page=True)
    client.get_by_role("button", name="Take this offer").click()
    client.get_by_text("is settled.").first.wait_for()
    client.screenshot(path=tmp_path / "settled.png", full_page=True)
    assert (cast.milestone.state, cast.milestone.waived) == ("accepted", 30_000)
