"""Kinds of work as their owner edits them, and that grouping again keeps it; findings."""

import statistics
from fractions import Fraction

import pytest

from billing.outcomes import audit_editing, audit_findings, audit_grouping, audit_jobs
from models import WorkKind, WorkLabel
from tests import cast as the
from tests.cast import NOW
from tests.tracked import HOUR, Tracked, grouped, imported, newsletters, seasoned, websites

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]


@pytest.fixture
def owner():
    return seasoned()


def named(name):
    return WorkKind.get(WorkKind.name == name)


def in_kinds(owner):
    """What stands in which kind."""
    return {row.sample: row.kind.name for row in WorkLabel.of(owner)}


def found(owner, code):
    jobs = audit_jobs.past_jobs(owner)
    return [each for each in audit_findings.findings(jobs) if each.code == code]


def test_grouping_is_the_same_again(owner):
    before = in_kinds(owner)
    grouped(owner, anew=True)
    assert in_kinds(owner) == before
    other = the.owner()
    imported(other, reversed([*websites(), *newsletters()]))
    grouped(other)
    assert set(in_kinds(other).values()) == set(before.values())


def test_a_name_is_kept_and_what_is_like_it_follows(owner):
    audit_editing.rename(named("Website build"), "Online presence", NOW)
    grouped(owner, anew=True)
    imported(owner, [Tracked("2026-01-01", 5, "Website build, round 2", client="New")])
    grouped(owner)
    assert in_kinds(owner)["Website build"] == "Online presence"
    assert in_kinds(owner)["Website build, round 2"] == "Online presence"
    with pytest.raises(audit_editing.KindNameTaken):
        audit_editing.rename(named("Newsletter"), "ONLINE presence", NOW)


def test_what_was_merged_does_not_come_apart_again(owner):
    audit_editing.merge(named("Newsletter"), named("Website build"), NOW)
    grouped(owner, anew=True)
    imported(owner, [Tracked("2026-01-01", 5, "Newsletter January")])
    grouped(owner)
    assert set(in_kinds(owner).values()) == {"Website build"}


def test_what_was_split_off_stays_apart_and_draws_what_is_like_it(owner):
    kind = named("Newsletter")
    chosen = audit_editing.containing(kind, "Second PASS")
    audit_editing.split(kind, chosen, "Corrections", NOW)
    grouped(owner, anew=True)
    assert in_kinds(owner)["Newsletter, second pass"] == "Corrections"
    imported(
        owner,
        [
            Tracked("2026-01-05", 3, "Newsletter January, second pass"),
            Tracked("2026-01-05", 3, "Newsletter January"),
        ],
    )
    grouped(owner)
    assert in_kinds(owner)["Newsletter January, second pass"] == "Corrections"
    assert in_kinds(owner)["Newsletter January"] == "Newsletter"
    back = named("Corrections")
    audit_editing.move(back, chosen, named("Newsletter"), NOW)
    grouped(owner, anew=True)
    assert in_kinds(owner)["Newsletter, second pass"] == "Newsletter"


def test_kinds_that_a_file_names_are_taken(owner):
    other = the.owner()
    imported(
        other,
        [
            Tracked("2025-01-01", 3, "Homepage", kind="Design"),
            Tracked("2025-01-02", 2, "Brochure", kind="design "),
            Tracked("2025-01-03", 1, "Texts for the homepage", kind="Writing"),
            Tracked("2025-01-04", 1, ""),
        ],
    )
    grouped(other)
    found = {row.sample: row.kind.name for row in WorkLabel.of(other)}
    assert found["Homepage"] == found["Brochure"] == "Design"
    assert found["Texts for the homepage"] == "Writing"
    assert found["Website"], "an entry without a description is told by its project"


def test_words_of_rework_are_the_owners(owner):
    assert audit_grouping.rework_words(owner) == audit_grouping.REWORK_WORDS
    audit_editing.reword(owner, " build,\nBUILD \n", NOW)
    assert audit_grouping.rework_words(owner) == ("build", "BUILD")
    share = {row.name: row.rework_share for row in audit_jobs.by_kind(audit_jobs.past_jobs(owner))}
    assert share == {"Website build": 10_000, "Newsletter": 0}
    [website] = named("Website build").labels
    audit_editing.judge(named("Website build"), [website.id], False, NOW)
    audit_editing.reword(owner, "build\nwebsite", NOW)
    assert not WorkLabel.get_by_id(website.id).rework


def test_another_owners_labels_are_not_moved(owner):
    other = the.owner()
    imported(other, websites())
    grouped(other)
    theirs = WorkLabel.of(other).first()
    kind = named("Newsletter")
    with pytest.raises(audit_editing.NothingChosen):
        audit_editing.split(kind, [theirs.id], "Mine", NOW)
    assert WorkKind.get_or_none(WorkKind.name == "Mine") is None, "nothing of it stays"


def test_a_fixed_price_is_the_spreadsheets(owner):
    row = next(
        row for row in audit_jobs.by_kind(audit_jobs.past_jobs(owner)) if row.name != "Newsletter"
    )
    hours, price = [8, 10, 10, 12, 30], 100_000
    fixed = audit_findings.fixed_price(row)
    hourly = Fraction(5 * price, sum(hours))
    assert (fixed.price, fixed.count, fixed.verdict) == (price, 5, "dangerous")
    assert fixed.hourly == fixed.rate == round(hourly)
    assert fixed.below == sum(Fraction(price, each) < round(hourly) for each in hours)
    p90 = statistics.quantiles(hours, n=10, method="inclusive")[8]
    assert fixed.least == round(Fraction(price) / Fraction(p90))
    [dangerous] = found(owner, "dangerous")
    assert dangerous.kind_id == row.key


def test_where_a_fixed_price_would_have_been_lucrative():
    owner = the.owner()
    amounts = (40_000, 100_000, 100_000, 100_000, 40_000)
    imported(
        owner,
        [
            Tracked("2025-01-01", 10, "Logo", billed, client=f"Client {at}")
            for at, billed in enumerate(amounts)
        ],
    )
    grouped(owner)
    [one] = found(owner, "lucrative")
    assert one.facts["fixed"].price == statistics.median(amounts)
    assert (one.facts["fixed"].rate, one.facts["fixed"].hourly) == (10_000, 7600)
    assert found(owner, "apart")[0].facts["most"].rate == 10_000


def test_what_was_given_away_and_what_nobody_knows_is_told():
    owner = the.owner()
    rows = [
        Tracked("2025-01-01", 8, "Logo", 80_000),
        Tracked("2025-01-02", 2, "Logo", None, billable=False),
        Tracked("2025-01-03", 3, "Talks", None),
    ]
    imported(owner, rows)
    grouped(owner)
    [given] = found(owner, "given_away")
    assert (given.facts["part"], given.facts["points"]) == (2 * HOUR, 2000)
    [unknown] = found(owner, "unknown")
    assert unknown.facts["part"] == 3 * HOUR
    assert found(owner, "dangerous") == found(owner, "lucrative") == []


def test_nothing_is_grouped_where_there_is_nothing():
    with pytest.raises(audit_grouping.NothingToAudit):
        audit_grouping.start(the.owner(), False, NOW)


def test_what_is_in_no_kind_of_work_yet_is_not_said_to_come_back():
    other = the.owner()
    imported(other, newsletters())
    ungrouped = audit_jobs.past_jobs(other)
    told = {each.code for each in audit_findings.findings(ungrouped)}
    assert told <= {"apart", "unknown"}, "what is in no kind of work is a mixture"
