"""The pages of packages: rows that lose nothing that was typed, and nobody else's."""

import re

import pytest

from billing.planning import packages
from billing.planning.packages import Contents, Outcome
from models import Package, PackageMilestone
from tests import cast as the
from tests.cast import NOW
from tests.queries import counted
from tests.web.visitor import HTMX

FIRST = {
    "milestones-0-title": "Strategy approved",
    "milestones-0-deliverable": "Some twenty pages",
    "milestones-0-criteria": "Covers three audiences\r\n\r\n Names a channel plan ",
    "milestones-0-price": "5,000.00",
    "milestones-0-days_to_due": "23",
    "milestones-0-deposit": "33.33",
    "milestones-0-review_days": "7",
    "milestones-0-rounds": "1",
}
SECOND = {
    "milestones-4-title": "Campaign launched",
    "milestones-4-price": "",
    "milestones-4-review_days": "5",
    "milestones-4-rounds": "2",
}
FILLED = {"name": "Launch", "summary": "A whole launch", "currency": "USD", **FIRST, **SECOND}


@pytest.fixture
def launch(alice):
    outcomes = (
        Outcome("Strategy approved", price=500_000, deposit_share=3000),
        Outcome("Campaign launched", price=300_000),
    )
    return packages.create(Contents("Launch", "USD", outcomes), alice, NOW)


def titles(page):
    return re.findall(r'name="milestones-\d+-title"[^>]*value="([^"]*)"', page)


def test_the_first_page_offers_the_first_package(signed_in):
    page = signed_in.get("/packages").text
    assert "No packages yet" in page and 'href="/packages/new"' in page


def test_a_package_is_saved_with_its_milestones(signed_in, alice):
    signed_in.get("/packages/new")
    page = signed_in.follow(signed_in.post("/packages/new", FILLED)).text
    for shown in ("Launch was saved.", "$5,000.00", "33.33 % billed on signing", "Price open"):
        assert shown in page
    [package] = packages.listed(alice)
    first, second = packages.outcomes(package)
    assert first.criteria == ["Covers three audiences", "Names a channel plan"]
    assert (first.price, first.days_to_due, first.deposit_share) == (500_000, 23, 3333)
    assert (first.review_days, first.rounds) == (7, 1)
    assert (second.title, second.price, second.days_to_due) == ("Campaign launched", None, None)


def test_which_invoices_are_left_as_drafts_is_kept_by_a_row_that_is_taken_out_too(signed_in, alice):
    signed_in.get("/packages/new")
    left = {**FILLED, "milestones-0-drafts": ["on_signing", "on_acceptance"]}
    page = signed_in.post("/packages/new", {**left, "change": "remove-0"}, 200).text
    assert page.count('name="milestones-0-drafts" value="on_') == 2
    page = signed_in.follow(signed_in.post("/packages/new", left)).text
    assert "Invoices left as drafts: On signing, On acceptance" in page
    [package] = packages.listed(alice)
    assert [row.drafts for row in packages.outcomes(package)] == [
        ["on_signing", "on_acceptance"],
        [],
    ]
    again = signed_in.get(f"/packages/{package.id}/edit").text
    assert re.search(r'checked[^>]*value="on_signing"', again)


def test_blank_rows_are_left_out_but_one_must_be_filled(signed_in, alice):
    signed_in.get("/packages/new")
    signed_in.post("/packages/new", {**FILLED, "milestones-4-title": ""})
    assert PackageMilestone.select().count() == 1
    empty = {"name": "Nothing", "currency": "USD", "milestones-0-title": " "}
    page = signed_in.post("/packages/new", empty, status=422).text
    assert "Add at least one milestone" in page and 'value="Nothing"' in page


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("name", "", "Give the package a name."),
        ("milestones-0-title", "", "Name the outcome."),
        ("milestones-0-price", "lots", "“lots” is not an amount of money."),
        ("milestones-0-price", "1.200", "can be read in two ways"),
        ("milestones-0-deposit", "130", "Write a share between 0 and 100"),
        ("milestones-0-days_to_due", "soon", "Write a number of days"),
        ("milestones-0-days_to_due", "0", "Write a number of days"),
        ("milestones-0-review_days", "2", "3 to 14 working days"),
        ("milestones-0-rounds", "", "Write a number of rounds"),
    ],
)
def test_what_is_wrong_is_said_and_all_that_was_typed_stays(signed_in, field, typed, words):
    signed_in.get("/packages/new")
    page = signed_in.post("/packages/new", {**FILLED, field: typed}, status=422).text
    assert words in page
    assert f'href="#{field}"' in page
    kept = "Campaign launched" if field != "milestones-0-title" else "Some twenty pages"
    assert kept in page and f'value="{typed}"' in page
    assert Package.select().count() == 0


def test_an_amount_with_two_readings_is_asked_about(signed_in, alice):
    signed_in.get("/packages/new")
    typed = {**FILLED, "milestones-0-price": "1.200"}
    page = signed_in.post("/packages/new", typed, status=422).text
    assert "$1,200.00" in page and "$1.20" in page
    signed_in.post("/packages/new", {**typed, "milestones-0-reading": "second"})
    [package] = packages.listed(alice)
    assert packages.worth(package) == 120


def test_three_decimals_survive_their_own_page(signed_in, alice):
    made = packages.create(Contents("Dinars", "KWD", (Outcome("One", price=1200),)), alice, NOW)
    page = signed_in.get(f"/packages/{made.id}/edit").text
    fields = dict(re.findall(r'name="(milestones[^"]+)"[^>]*value="([^"]*)"', page))
    assert fields["milestones-0-price"] == "1.200"
    signed_in.post(f"/packages/{made.id}/edit", {"name": "Dinars", "currency": "KWD", **fields})
    assert packages.worth(Package.get_by_id(made.id)) == 1200


def test_rows_are_added_and_removed_without_losing_what_was_typed(signed_in):
    signed_in.get("/packages/new")
    page = signed_in.post("/packages/new", {**FILLED, "change": "add"}, status=200).text
    assert titles(page) == ["Strategy approved", "Campaign launched", ""]
    assert 'name="milestones-5-title"' in page and page.count(" autofocus") == 1

    page = signed_in.post("/packages/new", {**FILLED, "change": "remove-0"}, status=200).text
    assert "“Strategy approved” is removed." in page
    hidden = dict(
        re.findall(r'<input type="hidden" name="(milestones-0[^"]+)" value="([^"]*)"', page)
    )
    assert hidden["milestones-0-price"] == "5,000.00" and hidden["milestones-0-removed"] == "1"

    again = {**FILLED, **hidden, "change": "restore-0"}
    page = signed_in.post("/packages/new", again, status=200).text
    assert titles(page) == ["Strategy approved", "Campaign launched"]
    assert Package.select().count() == 0


def test_a_removed_row_is_not_saved_whatever_it_holds(signed_in, alice):
    signed_in.get("/packages/new")
    typed = {**FILLED, "milestones-0-removed": "1", "milestones-0-price": "lots"}
    signed_in.post("/packages/new", typed)
    [package] = packages.listed(alice)
    assert [row.title for row in package.milestones] == ["Campaign launched"]


def test_rows_move_and_are_saved_as_they_stand(signed_in, alice):
    signed_in.get("/packages/new")
    page = signed_in.post("/packages/new", {**FILLED, "change": "down-0"}, status=200).text
    assert titles(page) == ["Campaign launched", "Strategy approved"]
    assert 'value="up-0"' in page and 'value="down-0"' not in page
    assert re.search(r'value="up-0"[^>]* autofocus', page)
    signed_in.post("/packages/new", {"name": "Launch", "currency": "USD", **SECOND, **FIRST})
    [package] = packages.listed(alice)
    assert [row.title for row in packages.outcomes(package)] == titles(page)


@pytest.mark.parametrize("command", ["", "add-x", "remove-99", "up-²", "destroy-0"])
def test_an_unknown_command_changes_nothing(signed_in, command):
    signed_in.get("/packages/new")
    page = signed_in.post("/packages/new", {**FILLED, "change": command}, status=200).text
    assert titles(page)[:2] == ["Strategy approved", "Campaign launched"]


def test_htmx_gets_the_rows_alone(signed_in):
    signed_in.get("/packages/new")
    rows = signed_in.htmx(
        "/packages/new", {**FILLED, "change": "add"}, target="div#milestone_rows"
    ).text
    assert rows.lstrip().startswith('<div class="stack" id="milestone_rows">')
    assert "<html" not in rows and "Strategy approved" in rows


def test_there_is_an_end_to_rows(signed_in):
    signed_in.get("/packages/new")
    many = {f"milestones-{number}-title": f"Outcome {number}" for number in range(30)}
    typed = {"name": "Long", "currency": "USD", **many, "change": "add"}
    page = signed_in.post("/packages/new", typed, status=200).text
    assert len(titles(page)) == 30
    assert "at most 30 milestones" in page and 'value="add"' not in page


def test_a_package_is_edited(signed_in, launch):
    page = signed_in.get(f"/packages/{launch.id}/edit").text
    assert titles(page) == ["Strategy approved", "Campaign launched"]
    assert 'value="5000.00"' in page and 'value="30"' in page
    signed_in.post(f"/packages/{launch.id}/edit", {**FILLED, "name": "Relaunch"})
    saved = Package.get_by_id(launch.id)
    assert (saved.name, saved.summary) == ("Relaunch", "A whole launch")
    assert packages.outcomes(saved)[0].deposit_share == 3333


def test_an_archived_package_waits_behind_a_filter(signed_in, launch):
    signed_in.get(f"/packages/{launch.id}")
    page = signed_in.follow(signed_in.post(f"/packages/{launch.id}/archive")).text
    assert "This package is archived" in page and "Start a project" not in page
    assert "Launch" not in signed_in.get("/packages").text
    assert "Launch" in signed_in.get("/packages?archived=").text
    page = signed_in.follow(signed_in.post(f"/packages/{launch.id}/restoration")).text
    assert "Launch is back among your packages." in page


def test_its_currency_is_explained_where_it_is_chosen(signed_in, launch):
    assert "even if the client's is another" in signed_in.get("/packages/new").text
    page = signed_in.get(f"/packages/{launch.id}").text
    assert "is in USD, even if" in page and "$8,000.00" in page


def test_a_plan_is_saved_as_a_package(signed_in, alice):
    project = the.project(alice)
    form = signed_in.get(f"/projects/{project.id}/package").text
    assert 'value="Content strategy"' in form and "Strategy document approved" in form
    made = signed_in.post(f"/projects/{project.id}/package", {"name": "Strategy"})
    assert "The plan was saved as a package." in signed_in.follow(made).text
    [package] = packages.listed(alice)
    assert (package.name, packages.worth(package)) == ("Strategy", 500_000)


def test_a_package_from_a_plan_needs_a_name_and_milestones(signed_in, alice):
    project = the.project(alice)
    signed_in.get(f"/projects/{project.id}/package")
    page = signed_in.post(f"/projects/{project.id}/package", {"name": " "}, status=422).text
    assert "Give the package a name." in page
    PackageMilestone.delete().execute()
    for row in project.milestones:
        row.deleted_at = NOW
        row.save()
    page = signed_in.post(f"/projects/{project.id}/package", {"name": "Empty"}, status=422).text
    assert "nothing to save as a package" in page


def test_the_list_takes_as_many_queries_for_many_as_for_one(signed_in, alice, launch):
    def queries():
        with counted() as seen:
            signed_in.get("/packages")
        return len(seen)

    few = queries()
    for number in range(8):
        packages.create(Contents(f"Package {number}", "EUR", (Outcome("One"),) * 4), alice, NOW)
    assert queries() == few


def test_a_stranger_finds_nothing(stranger, alice, launch):
    project = the.project(alice)
    assert "Launch" not in stranger.get("/packages").text
    for path in (f"/packages/{launch.id}", f"/packages/{launch.id}/edit"):
        stranger.get(path, status=404)
    stranger.get(f"/projects/{project.id}/package", status=404)
    for path in ("edit", "archive", "restoration"):
        stranger.post(f"/packages/{launch.id}/{path}", FILLED, status=404)
    stranger.post(f"/projects/{project.id}/package", {"name": "Mine"}, status=404)
    assert Package.get_by_id(launch.id).archived_at is None


def test_nobody_is_sent_to_sign_in(nobody, launch):
    for path in ("", "/new", f"/{launch.id}", f"/{launch.id}/edit"):
        assert "/sign-in" in nobody.get(f"/packages{path}", status=303).headers["Location"]


def test_without_a_token_nothing_happens(signed_in, alice, launch):
    project = the.project(alice)
    paths = [f"/packages/{launch.id}/{verb}" for verb in ("edit", "archive", "restoration")]
    for path in ("/packages/new", *paths, f"/projects/{project.id}/package"):
        signed_in.token = ""
        signed_in.post(path, FILLED, status=400)
        signed_in.client.post(path, data=FILLED, headers=HTMX)
    assert [row.name for row in Package.select()] == ["Launch"]


def test_looking_changes_nothing(signed_in, launch):
    before = [*Package.select().dicts(), *PackageMilestone.select().dicts()]
    for path in ("", "?archived=", "/new", f"/{launch.id}", f"/{launch.id}/edit"):
        signed_in.get(f"/packages{path}")
    for path in ("archive", "restoration"):
        signed_in.get(f"/packages/{launch.id}/{path}", status=405)
    assert [*Package.select().dicts(), *PackageMilestone.select().dicts()] == before


MEASURED = {
    "milestones-0-duties": "10 Logo files\r\n0: Access",
    "milestones-0-metric_share": "40",
    "milestones-0-metric_name": "Sign-ups",
    "milestones-0-metric_baseline": "100",
    "milestones-0-metric_target": "500",
    "milestones-0-metric_from": "30",
    "milestones-0-metric_to": "60",
    "milestones-0-metric_floor": "50.00",
}


def test_duties_and_a_measure_are_typed_shown_and_kept_when_the_package_is_saved_again(
    signed_in, alice
):
    signed_in.get("/packages/new")
    shown = signed_in.follow(signed_in.post("/packages/new", {**FILLED, **MEASURED})).text
    for words in ("Logo files", "10 days after the start", "40 % billed by “Sign-ups”"):
        assert words in shown
    [package] = packages.listed(alice)
    before = packages.outcomes(package)[0]
    page = signed_in.get(f"/packages/{package.id}/edit").text
    for words in ("10 Logo files", 'value="Sign-ups"', 'value="50.00"'):
        assert words in page
    signed_in.post(f"/packages/{package.id}/edit", {**FILLED, **MEASURED})
    after = packages.outcomes(Package.get_by_id(package.id))[0]
    assert (after.duties, after.measure) == (before.duties, before.measure)
    assert after.measure["target"] == 500_000 and after.measure["to_days"] == 60


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("milestones-0-duties", "Logo files", "“Logo files” has none."),
        ("milestones-0-metric_target", "", "Say which share a measure decides"),
        ("milestones-0-metric_target", "100", "a target that is not its baseline"),
        ("milestones-0-metric_to", "20", "The last day to read the measure is before the first."),
        ("milestones-0-metric_share", "80", "by a measure: at most 100 %"),
    ],
)
def test_what_cannot_be_a_measure_or_a_duty_is_said_and_stays_typed(
    signed_in, alice, field, typed, words
):
    signed_in.get("/packages/new")
    page = signed_in.post("/packages/new", {**FILLED, **MEASURED, field: typed}, status=422).text
    assert words in page and 'value="Sign-ups"' in page
    assert Package.of(alice).count() == 0
