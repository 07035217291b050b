"""Repeating work: marked on a package, begun with a project, listed and ended."""

from models import Package, Project, Retainer
from tests import cast as the

PACKAGE = {
    "name": "Care", "summary": "", "currency": "USD", "monthly": "y",
    "milestones-0-title": "Site cared for", "milestones-0-review_days": "5",
    "milestones-0-rounds": "2",
}  # fmt: skip


def test_a_package_that_repeats_begins_a_retainer(signed_in, stranger, alice):
    client = the.client(alice)
    signed_in.get("/packages/new")
    page = signed_in.follow(signed_in.post("/packages/new", PACKAGE)).text
    assert "Repeats monthly" in page
    assert "checked" in signed_in.get(f"/packages/{Package.get().id}/edit").text
    signed_in.get("/projects/new")
    chosen = {"client": client.id, "title": "Care of the site", "package": Package.get().id}
    page = signed_in.follow(signed_in.post("/projects/new", chosen)).text
    assert "Care of the site – November 2026" in page
    assert "a month of" in page and f"/retainers#retainer_{Retainer.get().id}" in page
    assert "from the package" in page and f"/packages/{Package.get().id}" in page
    home = signed_in.get("/").text
    assert "Look it over and send it" in home and "is not sent yet" not in home
    page = signed_in.get("/retainers").text
    assert f'href="/projects/{Project.get().id}"' in page and "Nov 24, 2026" in page
    here = f"/retainers/{Retainer.get().id}/ending"
    stranger.post(here, {}, 404)
    page = signed_in.follow(signed_in.post(here)).text
    assert "no longer repeats" in page and "ended on" in page


def test_nothing_repeats_yet(signed_in):
    assert "Nothing repeats yet." in signed_in.get("/retainers").text
