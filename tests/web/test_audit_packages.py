"""Packages from the audit, step by step, with and without JavaScript."""

import pytest

from billing.outcomes import audit_packages
from models import Package, PackageDraft, User, WorkKind
from tests.cast import NOW
from tests.tracked import grouped, imported, newsletters, websites

HERE = "/outcomes/packages"


@pytest.fixture
def owner(signed_in):
    owner = User.select().order_by(User.id).first()
    imported(owner, [*websites(), *newsletters()])
    grouped(owner)
    return owner


@pytest.fixture
def draft(owner):
    kind = WorkKind.get(WorkKind.name == "Website build")
    return audit_packages.begin(kind, "EUR", owner, NOW)


def at(draft, step):
    return f"{HERE}/{draft.id}/{step}"


def assumed(**changes):
    fields = {"name": "Websites", "hourly_cost": "60", "quantile": "80", "margin": "25"}
    return {**fields, **changes}


def rows(*shares, **changes):
    """Milestones as the form posts them."""
    typed = {}
    for number, share in enumerate(shares):
        fields = {"title": f"Outcome {number + 1}", "share": share, **changes}
        typed |= {f"rows-{number}-{name}": value for name, value in fields.items()}
    return typed


def test_without_kinds_of_work_the_page_says_where_to_begin(signed_in):
    assert "Group them first." in signed_in.get(HERE).text


def test_a_package_is_made_step_by_step(signed_in, owner):
    page = signed_in.get(HERE).text
    assert "Make a package of Website build" in page
    kind = WorkKind.get(WorkKind.name == "Website build")
    page = signed_in.follow(signed_in.post(f"{HERE}/kinds/{kind.id}", {"currency": "EUR"})).text
    assert "80 of 100 pieces stay below" in page and "15:36 hours" in page
    draft = PackageDraft.get()
    answer = signed_in.post(at(draft, "price"), {**assumed(), "next": "y"})
    page = signed_in.follow(answer).text
    assert "€936.00" in page and "€1,170.00" in page, "floor, and 25 % above it the target"
    typed = {**rows("30", "30", "40"), "rows-2-price": "600", "next": "y"}
    page = signed_in.follow(signed_in.post(at(draft, "milestones"), typed)).text
    assert "nothing to propose but one round" in page
    scope = {"exclusions": "Not included: photos", "rounds": "2", "review_days": "5", "next": "y"}
    page = signed_in.follow(signed_in.post(at(draft, "scope"), scope)).text
    assert "a past piece in the middle cost" in page and "€600.00" in page
    page = signed_in.follow(signed_in.post(f"{HERE}/{draft.id}/package")).text
    assert "Websites was saved as a package." in page and "Not included: photos" in page
    assert [row.price for row in Package.get().milestones] == [35_100, 35_100, 60_000]


def test_it_is_left_and_taken_up_again(signed_in, draft):
    signed_in.post(at(draft, "milestones"), rows("50", "20", "10"))
    page = signed_in.get(at(draft, "milestones")).text
    assert 'value="Outcome 3"' in page and "80 %" in page
    page = signed_in.get(at(draft, "review")).text
    assert "The shares of the hours do not add up to 100 % yet." in page
    assert "Save as a package" not in page
    refused = signed_in.follow(signed_in.post(f"{HERE}/{draft.id}/package")).text
    assert "Something is still missing" in refused
    assert "Not saved as a package yet" in signed_in.get(HERE).text


def test_what_follows_is_there_at_once(signed_in, draft):
    answer = signed_in.htmx(at(draft, "price"), assumed(quantile="50", margin="0"), target="price")
    assert answer.text.lstrip().startswith("<section") and "€600.00" in answer.text
    answer = signed_in.htmx(at(draft, "price"), assumed(quantile="9"), 422)
    assert "Write a number from 50 to 99." in answer.text
    answer = signed_in.htmx(at(draft, "milestones"), rows("20", "20", "60"), target="milestones")
    assert "Outcome 2" in answer.text


def test_milestones_are_added_and_removed_within_three_and_five(signed_in, draft):
    for expected in (4, 5, 5):
        shares = ["20"] * draft.milestones.count()
        signed_in.post(at(draft, "milestones"), {**rows(*shares), "change": "add"})
        assert draft.milestones.count() == expected
    signed_in.post(at(draft, "milestones"), {**rows(*["20"] * 5), "change": "remove-0"})
    assert next(row.title for row in draft.milestones) == "Outcome 2"


def test_the_client_may_choose_between_tiers(signed_in, draft):
    choices = {"tiers": "Essential\nComplete", "recommended": "0"}
    signed_in.post(at(draft, "milestones"), {**rows("30", "30", "20", "40"), **choices})
    page = signed_in.get(at(draft, "milestones")).text
    assert "Every choice" in page and "Choice “Complete”" in page
    parts = {"rows-2-tier": "1", "rows-3-tier": "2", **choices, "recommended": "2"}
    signed_in.post(at(draft, "milestones"), {**rows("30", "30", "20", "40"), **parts})
    page = signed_in.get(at(draft, "review")).text
    assert "only in “Complete”" in page and "Save as a package" in page
    page = signed_in.follow(signed_in.post(f"{HERE}/{draft.id}/package")).text
    assert "The least of its choices" in page and "only in “Essential”" in page
    package = Package.get()
    edited = signed_in.get(f"/packages/{package.id}/edit").text
    assert 'name="milestones-3-tier" type="hidden" value="2"' in edited
    too_many = {**rows("30", "30", "40"), "tiers": "A\nB\nC\nD"}
    answer = signed_in.post(at(draft, "milestones"), too_many, 422)
    assert "Offer at most 3 choices." in answer.text
    gone = {**rows("30", "30", "40", tier="2"), "tiers": ""}
    signed_in.post(at(draft, "milestones"), gone)
    assert {row.tier for row in draft.milestones} == {0}, "a choice that is gone holds nothing"


@pytest.mark.parametrize(
    ("step", "typed", "told"),
    [
        ("price", assumed(name=""), "Give the package a name."),
        ("price", assumed(hourly_cost="sixty"), "sixty"),
        ("milestones", rows("30", "30", "400"), "Write a share between 0 and 100"),
        ("milestones", rows("30", "30", "40", price="-"), "errors"),
        ("scope", {"rounds": "x", "review_days": "5"}, "Write a number of rounds"),
        ("scope", {"rounds": "2", "review_days": "99"}, "3 to 14 working days"),
    ],
)
def test_what_cannot_be_read_is_told_and_kept(signed_in, draft, step, typed, told):
    assert told in signed_in.post(at(draft, step), typed, 422).text


def test_an_unknown_cost_is_asked_for(signed_in, draft):
    signed_in.post(at(draft, "price"), assumed(hourly_cost=""))
    page = signed_in.get(at(draft, "price")).text
    assert "Say what an hour costs you, and the floor and the target follow." in page
    assert "Say what an hour costs you" in signed_in.get(at(draft, "review")).text


def test_it_is_given_up(signed_in, draft):
    signed_in.get(at(draft, "nowhere"), 404)
    signed_in.post(at(draft, "review"), {}, 404)
    signed_in.post(f"{HERE}/{draft.id}/deletion")
    assert not PackageDraft.select().exists()


def test_a_strangers_draft_is_not_there(signed_in, stranger, draft):
    for step in ("price", "milestones", "scope", "review"):
        stranger.get(at(draft, step), 404)
    stranger.post(at(draft, "price"), assumed(), 404)
    stranger.post(f"{HERE}/{draft.id}/package", {}, 404)
    stranger.post(f"{HERE}/kinds/{draft.kind_id}", {"currency": "EUR"}, 404)


def test_proposed_choices_are_taken_and_taken_back_without_javascript(signed_in, draft):
    page = signed_in.get(at(draft, "milestones")).text
    assert "Take these choices" in page and "so that is a guess" in page
    typed = {**rows("30", "30", "40"), "change": "propose"}
    page = signed_in.follow(signed_in.post(at(draft, "milestones"), typed)).text
    assert "Outcome 3, smaller version" in page and "Take these choices" not in page
    assert "Choice “With follow-up”" in page
    kept = PackageDraft.get().milestones
    typed = {"tiers": "Essential\nComplete\nMore", "change": "single"}
    for at_, row in enumerate(kept):
        typed |= {f"rows-{at_}-title": row.title, f"rows-{at_}-tier": row.tier}
        typed |= {f"rows-{at_}-share": row.share / 100}
    signed_in.post(at(draft, "milestones"), typed)
    assert [row.title for row in PackageDraft.get().milestones] == [
        "Outcome 1",
        "Outcome 2",
        "Outcome 3",
    ]
