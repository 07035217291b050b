"""What the audit's page says is kept, and never older than the hours and their groups."""

import pytest

from billing.delivery import jobs as worker
from billing.outcomes import (
    audit_editing,
    audit_figures,
    audit_grouping,
    audit_jobs,
    importing,
)
from models import Audit, HoursEntry, HoursFile, Job, WorkKind, WorkLabel
from tests import cast as the
from tests.cast import NOW
from tests.tracked import Tracked, grouped, imported, newsletters, websites

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]


@pytest.fixture
def owner(monkeypatch):
    monkeypatch.setattr(audit_figures, "FEW", 0)
    user = the.owner()
    imported(user, [*websites(), *newsletters(), Tracked("2025-05-05", 2, "Logo", None)])
    grouped(user)
    return user


def is_kept(owner):
    audit = Audit.get(Audit.owner == owner.id)
    return bool(audit.figures) and audit.figures["changes"] == audit.changes


def anew(owner):
    """The same figures, added up in this moment."""
    audit = Audit.get(Audit.owner == owner.id)
    Audit.update(figures=None).where(Audit.id == audit.id).execute()
    found = audit_figures.of(owner)
    Audit.update(figures=audit.figures).where(Audit.id == audit.id).execute()
    return found


def test_what_is_kept_is_what_the_jobs_say(owner):
    assert is_kept(owner)
    figures, jobs = audit_figures.of(owner), audit_jobs.past_jobs(owner)
    assert figures == anew(owner) and figures.count == len(jobs)
    for told, row in zip(figures.kinds, audit_jobs.by_kind(jobs), strict=True):
        assert (told.name, told.count, told.rate) == (row.name, row.count, row.rate)
        assert told.spread.median == row.spread.median
    assert {each.code for each in figures.findings} >= {"dangerous", "recurs", "unknown"}


def kind_of(owner, name):
    return WorkKind.get(WorkKind.owner == owner.id, WorkKind.name == name)


def some_label(kind):
    return [kind.labels.order_by(WorkLabel.id).get().id]


CHANGES = {
    "renamed": lambda owner: audit_editing.rename(kind_of(owner, "Newsletter"), "Mailing", NOW),
    "merged": lambda owner: audit_editing.merge(
        kind_of(owner, "Logo"), kind_of(owner, "Newsletter"), NOW
    ),
    "moved": lambda owner: audit_editing.move(
        kind_of(owner, "Logo"),
        some_label(kind_of(owner, "Logo")),
        kind_of(owner, "Newsletter"),
        NOW,
    ),
    "split": lambda owner: audit_editing.split(
        kind_of(owner, "Newsletter"), some_label(kind_of(owner, "Newsletter")), "Other", NOW
    ),
    "judged": lambda owner: audit_editing.judge(
        kind_of(owner, "Logo"), some_label(kind_of(owner, "Logo")), True, NOW
    ),
    "reworded": lambda owner: audit_editing.reword(owner, "logo", NOW),
    "forgotten": lambda owner: importing.forget(HoursFile.get(HoursFile.owner == owner.id), NOW),
    "grouped anew": lambda owner: grouped(owner, anew=True),
}


def worked_off():
    while worker.work_once(NOW):
        pass


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_is_added_up_by_the_worker(owner, change):
    before = Audit.get(Audit.owner == owner.id).changes
    change(owner)
    assert Audit.get(Audit.owner == owner.id).changes > before
    worked_off()
    assert is_kept(owner) == HoursEntry.of(owner).exists()
    assert audit_figures.of(owner) == anew(owner)


def test_until_then_nothing_old_is_told_and_many_changes_are_added_up_once(owner):
    audit_editing.reword(owner, "logo", NOW)
    audit_editing.rename(kind_of(owner, "Newsletter"), "Mailing", NOW)
    assert audit_figures.of(owner) is None
    assert Job.select().where(Job.kind == audit_figures.KIND).count() == 1
    worked_off()
    assert is_kept(owner) and "Mailing" in {row.name for row in audit_figures.of(owner).kinds}


def test_what_the_worker_failed_at_is_added_up_at_the_visit(owner, monkeypatch):
    audit_editing.reword(owner, "logo", NOW)
    with monkeypatch.context() as patched:
        patched.setattr(audit_figures, "_added_up", lambda _owner: 1 / 0)
        worked_off()
    assert not is_kept(owner) and audit_figures.of(owner) == anew(owner)


def test_jobs_are_read_once_until_something_changes(owner):
    found = audit_figures.jobs(owner)
    assert found == audit_jobs.past_jobs(owner) and audit_figures.jobs(owner) is found
    assert audit_figures.jobs(the.owner()) == []
    audit_editing.rename(kind_of(owner, "Newsletter"), "Mailing", NOW)
    assert "Mailing" in {job.kind for job in audit_figures.jobs(owner)}
    imported(owner, [Tracked("2026-05-05", 3, "Logo", 100)])
    assert audit_figures.jobs(owner) == audit_jobs.past_jobs(owner)


def test_what_changed_while_it_was_added_up_is_not_kept(owner, monkeypatch):
    added_up = audit_figures._added_up

    def slowly(owner):
        found = added_up(owner)
        audit_figures.changed(owner)
        return found

    monkeypatch.setattr(audit_figures, "_added_up", slowly)
    audit_editing.reword(owner, "logo", NOW)
    worked_off()
    assert not is_kept(owner)


def test_of_few_entries_nothing_is_kept(owner, monkeypatch):
    monkeypatch.setattr(audit_figures, "FEW", 5_000)
    audit_editing.reword(owner, "logo", NOW)
    assert not Job.select().where(Job.kind == audit_figures.KIND).exists()
    assert not is_kept(owner) and audit_figures.of(owner).count


def test_only_so_many_descriptions_are_compared_and_the_rest_is_told(monkeypatch):
    monkeypatch.setattr(audit_grouping, "COMPARED", 3)
    monkeypatch.setattr(audit_grouping, "LEFT", 2)
    user = the.owner()
    said = ("Logo", "Website", "Newsletter", "Poster", "Leaflet", "Banner")
    imported(
        user,
        [Tracked("2025-05-05", 9 - at, text, 10_000) for at, text in enumerate(said)],
    )
    grouped(user)
    kinds = {row.name: row.labels.count() for row in WorkKind.of(user)}
    assert kinds == {"Logo": 1, "Website": 1, "Newsletter": 1, audit_grouping.REST: 3}
    assert audit_grouping.uncompared(Audit.get(Audit.owner == user.id).job) == 3
