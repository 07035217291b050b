"""A retainer prepares each month once, binds nobody, and ends when either side says so."""

from datetime import datetime, timedelta

import pytest

from billing.agreeing import agreements, signing
from billing.delivery import letters
from billing.people import clients
from billing.planning import packages, projects, retainers
from billing.reading import attention
from models import Agreement, Delivery, Milestone, Package, Project, Retainer, RetainerMonth
from tests import cast as the
from tests.cast import NOW

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.storage]

DUE = datetime(2026, 11, 24, 12)
"""A week before December, where the owner is."""


@pytest.fixture
def owner():
    return the.owner()


@pytest.fixture
def first(owner):
    outcomes = (packages.Outcome("Site cared for", "A report", ("No page is down",), 50_000, 20),)
    made = packages.create(packages.Contents("Care", "USD", outcomes, monthly=True), owner, NOW)
    return retainers.begin(the.client(owner), "Care of the site", made, owner, NOW)


def signed(project):
    """Both have signed the month."""
    agreement = agreements.compose(project, NOW)
    agreements.send(agreement, project.owner, NOW)
    agreements.deliver(agreement, the.PDF, project.owner, NOW)
    agreement = Agreement.get_by_id(agreement.id)
    signing.sign(agreement, the.intent(agreement), agreement.signer, NOW)
    signing.countersign(agreement, the.intent(agreement, name="Alice"), project.owner, NOW)
    the.seal(agreement)
    return Project.get_by_id(project.id)


def months():
    return [str(row.month) for row in RetainerMonth.select().order_by(RetainerMonth.month)]


def test_a_package_says_that_it_repeats(owner, first):
    assert Package.get().monthly
    assert first.title == "Care of the site – November 2026"
    assert (first.state, months()) == ("draft", ["2026-11-01"])


def test_the_next_month_is_prepared_once_a_week_before(owner, first):
    signed(first)
    retainers.pass_time(DUE - timedelta(days=1))
    assert len(months()) == 1
    for _again in range(3):
        retainers.pass_time(DUE)
    assert months() == ["2026-11-01", "2026-12-01"]
    december = Project.select().order_by(Project.id.desc()).first()
    assert (december.title, december.state) == ("Care of the site – December 2026", "draft")
    [milestone] = Milestone.live(december)
    assert (milestone.price, str(milestone.due_on)) == (50_000, "2026-12-21")


def test_the_owner_is_mailed_once_that_a_month_is_ready_to_look_over(owner, first, installation):
    assert not Delivery.select().exists(), "the first one was begun by a press"
    signed(first)
    for _again in range(2):
        retainers.pass_time(DUE)
    [mail] = Delivery.select().where(Delivery.kind == "month_prepared")
    assert (mail.recipient, mail.contact) == (owner.email, None)
    letter = letters.compose(mail, installation, DUE)
    assert letter.subject == "Ready to look over: Care of the site – December 2026, $500.00"
    assert "begins on Dec 1, 2026" in " ".join(letter.text.split())
    assert f"/projects/{mail.project_id}" in letter.text
    assert not letters.is_overtaken(mail, installation, DUE)
    signed(Project.get_by_id(mail.project_id))
    assert letters.is_overtaken(Delivery.get_by_id(mail.id), installation, DUE)


def test_clauses_and_settings_of_the_month_before_are_taken_over(owner, first):
    Project.update(purchase_order="PO-7", terms_days=3).where(Project.id == first.id).execute()
    draft = agreements.compose(Project.get_by_id(first.id), NOW)
    draft.clauses = [{"key": "own-x", "heading": "Ours", "body": "We say so.", "on": True}]
    draft.save()
    signed(Project.get_by_id(first.id))
    retainers.pass_time(DUE)
    december = Project.select().order_by(Project.id.desc()).first()
    assert (december.purchase_order, december.terms_days) == ("PO-7", 3)
    assert [row["heading"] for row in agreements.base(december).clauses] == ["Ours"]


def test_nothing_is_prepared_on_top_of_what_is_not_signed(owner, first):
    retainers.pass_time(DUE + timedelta(days=60))
    assert len(months()) == 1
    signed(first)
    retainers.pass_time(datetime(2027, 2, 10))
    assert months() == ["2026-11-01", "2027-02-01"], "months gone by are not made up for"


def test_the_owner_ends_it(owner, first):
    signed(first)
    retainers.end(Retainer.get(), NOW)
    retainers.pass_time(DUE)
    assert len(months()) == 1
    [shown] = retainers.shown(owner)
    assert shown.next_on is None


def test_it_ends_with_a_month_that_is_given_up(owner, first):
    projects.cancel(first, "", owner, NOW)
    retainers.pass_time(NOW)
    assert Retainer.get().ended_at == NOW


def test_it_ends_where_the_client_leaves_an_offer_declined(owner, first):
    agreement = agreements.compose(first, NOW)
    agreements.send(agreement, owner, NOW)
    agreements.deliver(agreement, the.PDF, owner, NOW)
    agreement = Agreement.get_by_id(agreement.id)
    agreements.decline(agreement, "Not this winter", agreement.signer, NOW)
    retainers.pass_time(NOW)
    assert Retainer.get().ended_at is None, "a new version may still be agreed on"
    retainers.pass_time(DUE)
    assert Retainer.get().ended_at == DUE
    assert len(months()) == 1


def test_one_that_fails_holds_up_no_other(owner, first, monkeypatch):
    second = retainers.begin(the.client(owner), "Other", Package.get(), owner, NOW)
    signed(second)
    prepare = retainers.go_on
    broken = Retainer.select().order_by(Retainer.id).first().id
    monkeypatch.setattr(
        retainers, "go_on", lambda row, now: 1 / 0 if row.id == broken else prepare(row, now)
    )
    retainers.pass_time(DUE)
    assert RetainerMonth.select().where(RetainerMonth.retainer != broken).count() == 2


def test_an_archived_client_is_left_alone(owner, first):
    signed(first)
    clients.archive(first.client, NOW)
    retainers.pass_time(DUE)
    assert len(months()) == 1


def test_a_month_that_is_prepared_is_told_until_it_is_sent(owner, first):
    today = DUE.date()
    [need] = attention.needs(owner, today)
    assert "the month began on" in need.sentence and need.row == first
    signed(first)
    made = retainers.go_on(Retainer.get(), DUE)
    [need] = [each for each in attention.needs(owner, today) if each.about == "project"]
    assert "the month begins on" in need.sentence and need.row == made
    assert need.facts["day"] == datetime(2026, 12, 1).date()
    agreements.send(agreements.compose(made, NOW), owner, NOW)
    assert not [each for each in attention.needs(owner, today) if each.about == "project"]
