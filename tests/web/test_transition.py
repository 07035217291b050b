"""From hours to outcomes: the page that tells how far each step is."""

from billing.outcomes import audit_packages, replay_assumptions
from models import PackageDraft, WorkKind
from tests.cast import NOW
from tests.tracked import grouped, imported, newsletters, websites

HERE = "/outcomes"


def present(page):
    """The step that comes next, as it is marked."""
    return page.split('aria-current="step"')[1].split("</h2>")[0].split(". ")[1]


def test_it_begins_with_the_import_and_is_found_from_insights_and_packages(signed_in):
    page = signed_in.get(HERE).text
    assert present(page) == "Audit" and 'href="/outcomes/hours"' in page
    assert "No past hours were imported yet." in page
    for door in ("/insights", "/packages", "/outcomes/hours"):
        assert f'href="{HERE}"' in signed_in.get(door).text


def test_each_step_tells_what_there_is_and_the_next_follows(signed_in, alice):
    imported(alice, [*websites(), *newsletters()])
    page = signed_in.get(HERE).text
    assert present(page) == "Audit" and "are in no kind of work yet" in page
    grouped(alice)
    page = signed_in.get(HERE).text
    assert present(page) == "Packages" and "None yet." in page
    kind = WorkKind.of(alice).order_by(WorkKind.id).first()
    draft = audit_packages.begin(kind, "EUR", alice, NOW)
    page = signed_in.get(HERE).text
    assert present(page) == "Packages" and "1 package in the making." in page, (
        "left, and taken up again"
    )
    audit_packages.save(draft, alice, NOW)
    assert PackageDraft.get().package is not None
    page = signed_in.get(HERE).text
    assert present(page) == "Replay" and "1 package saved." in page
    general = {"longer": "40", "accepted": "90", "changes": "50", "base": "50", "seed": "1"}
    saved = {f"EUR-{row.id}-saved": "50" for row in WorkKind.of(alice)}
    signed_in.post("/outcomes/replay", {**general, "value_share": "10", "reached": "50", **saved})
    assert replay_assumptions.of(alice).general.longer == 40
    assert present(signed_in.get(HERE).text) == "Say it"


def test_what_is_anothers_is_not_counted(signed_in, stranger, alice):
    imported(alice, websites())
    grouped(alice)
    assert "No past hours were imported yet." in stranger.get(HERE).text
