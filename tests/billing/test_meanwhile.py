"""What another does between a look and the lock, or while a lock is held, is not undone or lost."""

from datetime import datetime

import pytest
from peewee import OperationalError

from billing import dates, files, outbox, sealing
from billing.accepting import comments, judging, reviews, submissions, undoing, uploads
from billing.accepting.judging import Judgement, Rest
from billing.accepting.submissions import NothingToShow
from billing.banking import booking
from billing.delivery import jobs, lease
from billing.ending import stopping
from billing.invoicing import invoices, numbering
from billing.invoicing.numbering import Wanted
from billing.mailing import digests, paces
from billing.outcomes import (
    audit_editing,
    audit_figures,
    audit_grouping,
    client_letters,
    importing,
)
from billing.outcomes.client_letters import NotTheirContact, Words
from billing.paying import payments
from billing.people import brands, clients, contacts
from billing.planning import projects
from models import (
    Business,
    Certificate,
    Client,
    Contact,
    Delivery,
    File,
    Invoice,
    InvoiceKind,
    Job,
    LetterWay,
    Milestone,
    MilestoneState,
    Pace,
    Project,
    ProjectState,
    Topic,
    WorkLabel,
    alone,
    write,
)
from tests import cast as the
from tests.billing.test_bank_matching import line
from tests.cast import NOW, later
from tests.crowd import elsewhere, meanwhile
from tests.tracked import Tracked, imported

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

TODAY = NOW.date()
MONDAY = datetime(2026, 11, 23, 15, 0)
WORDS = Words("From hours to results", "What it earned")


def test_an_acceptance_is_not_undone_in_a_project_that_is_stopped_meanwhile(monkeypatch):
    cast = the.submitted(the.terms(), the.terms(title="Second"))
    Business.update(undo_minutes=30).where(Business.owner == cast.owner.id).execute()
    reviews.accept(cast.milestone, cast.contact, NOW)

    def stop():
        price = stopping.price(Project.get_by_id(cast.project.id), NOW)
        stopping.stop(cast.project, "No budget", price.mark, cast.owner, NOW)

    seen = cast.milestone
    assert seen.project.state == ProjectState.ACTIVE
    meanwhile(monkeypatch, undoing, stop)
    with pytest.raises(undoing.UndoOver):
        undoing.undo(seen, cast.contact, NOW)
    assert Milestone.get_by_id(seen.id).state == MilestoneState.ACCEPTED


def test_what_is_to_be_shown_again_meanwhile_is_not_left_out(monkeypatch):
    cast = the.submitted()
    Business.update(undo_minutes=30).where(Business.owner == cast.owner.id).execute()
    first, second = cast.milestone.criteria
    judged = Judgement({first.id: ""}, {second.id: "Channels are missing"}, "")
    judging.judge(cast.milestone, judged, Rest.GOES_BACK, cast.contact, NOW)

    def all_go_back():
        undoing.undo(cast.milestone, cast.contact, NOW)
        both = {first.id: "No", second.id: "No"}
        reviews.ask_for_changes(cast.milestone, "", both, cast.contact, NOW)

    meanwhile(monkeypatch, submissions, all_go_back)
    with pytest.raises(NothingToShow):
        submissions.submit(cast.milestone, "", [], {second.id: "Page 3"}, cast.owner, NOW)


def test_a_project_that_was_reopened_and_paid_meanwhile_is_closed():
    cast = the.submitted()
    reviews.accept(cast.milestone, cast.contact, NOW)
    [invoice] = cast.invoices
    paid = payments.record(invoice, invoice.total, TODAY, "a", cast.owner, NOW)
    seen = Invoice.get_by_id(invoice.id)
    assert seen.project.state == ProjectState.CLOSED
    payments.reverse(paid, cast.owner, NOW)
    payments.record(seen, invoice.total, TODAY, "b", cast.owner, NOW)
    assert Project.get_by_id(cast.project.id).state == ProjectState.CLOSED


def test_a_letter_is_on_record_in_the_project_that_began_meanwhile(monkeypatch):
    owner = the.owner()
    contact = the.contact(the.client(owner))
    meanwhile(
        monkeypatch, client_letters, lambda: projects.start(contact.client, "Site", owner, NOW)
    )
    client_letters.send(contact, WORDS, "k", LetterWay.MAIL, owner, NOW)
    [project] = Project.select()
    assert '"letter.sent"' in str([row.body for row in project.events])


@pytest.mark.usefixtures("impatient")
def test_a_project_begins_when_nobody_is_at_its_client():
    owner = the.owner()
    client = the.client(owner)
    with write(client):
        start = elsewhere(lambda: projects.start(client, "Site", owner, NOW))
    assert isinstance(start, OperationalError), "its letters and its name could be missed"


def test_a_letter_does_not_go_to_who_is_removed_meanwhile(monkeypatch):
    owner = the.owner()
    contact = the.contact(the.client(owner))
    gone = Contact.get_by_id(contact.id)
    meanwhile(monkeypatch, client_letters, lambda: contacts.remove(gone, owner, NOW))
    with pytest.raises(NotTheirContact):
        client_letters.send(contact, WORDS, "k", LetterWay.MAIL, owner, NOW)


def test_who_is_removed_meanwhile_does_not_come_back_with_a_new_title():
    owner = the.owner()
    seen = Contact.get_by_id(the.contact(the.client(owner)).id)
    contacts.remove(Contact.get_by_id(seen.id), owner, NOW)
    contacts.revise(seen, contacts.Person("Cleo", seen.email, "Chair"), owner, NOW)
    stored = Contact.get_by_id(seen.id)
    assert (stored.title, stored.removed_at) == ("Chair", NOW)


def test_a_client_who_is_archived_meanwhile_stays_so():
    seen = Client.get_by_id(the.client(the.owner()).id)
    clients.archive(Client.get_by_id(seen.id), NOW)
    clients.revise(seen, clients.Profile(name="Éva Kft"))
    stored = Client.get_by_id(seen.id)
    assert (stored.name, stored.folded, stored.archived_at) == ("Éva Kft", "eva kft", NOW)


@pytest.mark.usefixtures("impatient")
def test_no_number_is_given_out_while_the_numbering_is_changed(monkeypatch):
    owner = the.owner()
    project = the.project(owner)
    given = []

    def bill(key):
        line = [invoices.Line("A talk", 100)]
        return str(invoices.bill(project, line, owner, NOW, key=key).number)

    bill("first")
    meanwhile(
        monkeypatch, numbering, lambda: given.append(elsewhere(lambda: bill("x"))), "_series_on"
    )
    wanted = Wanted("R-{n}", False, 2)
    numbering.revise(owner, InvoiceKind.INVOICE, wanted, TODAY, NOW)
    assert isinstance(given[0], OperationalError)
    assert (bill("second"), bill("third")) == ("R-2", "R-3")


@pytest.mark.usefixtures("impatient")
def test_two_movements_that_may_be_the_same_are_not_booked_side_by_side():
    cast = the.active()
    for number in (1, 2):
        talk = [invoices.Line("A talk", 10_000)]
        invoices.bill(cast.project, talk, cast.owner, NOW, key=f"talk:{number}")
    first, twin = (line(cast, "100.00", text=text) for text in ("INV-0001", "paid"))
    with write(first):
        alone(booking.LOCK, cast.owner.id)
        waited = elsewhere(lambda: booking.book(twin, cast.invoices[1], cast.owner, NOW))
        assert isinstance(waited, OperationalError)
        booking.book(first, cast.invoices[0], cast.owner, NOW)
    with pytest.raises(booking.RecordedBefore):
        booking.book(twin, cast.invoices[1], cast.owner, NOW)


@pytest.mark.usefixtures("impatient")
def test_files_of_two_projects_do_not_pass_the_quota_together():
    cast = the.active()
    other, room = the.active(of=cast.owner), uploads.Room(quota=10)
    first, second = (uploads.looked_at("a.txt", text) for text in (b"12345678", b"123"))
    with write(cast.project):
        uploads.give(cast.milestone, [first], cast.contact, NOW, room)
        waited = elsewhere(lambda: uploads.attach(other.milestone, second, cast.owner, NOW, room))
        assert isinstance(waited, OperationalError)
    with pytest.raises(uploads.NoRoom):
        uploads.attach(other.milestone, second, cast.owner, NOW, room)


@pytest.mark.usefixtures("impatient")
def test_the_worker_takes_no_letter_that_a_comment_is_just_joining():
    cast = the.active()
    comments.say(cast.milestone, "One", cast.contact, NOW, "1")
    due = later(days=1)
    Delivery.update(state="done").where(Delivery.kind != "comments_by_client").execute()
    with write(cast.project):
        comments.say(cast.milestone, "Two", cast.contact, NOW, "2")
        taken = elsewhere(lambda: lease.take(due))
        assert taken is None or isinstance(taken, OperationalError)
    taken = lease.take(due)
    assert taken.kind == "comments_by_client", "one letter, which tells of both"


@pytest.mark.usefixtures("impatient")
def test_what_is_being_turned_off_is_not_sent_meanwhile(monkeypatch):
    cast = the.submitted()
    Delivery.update(state="done").where(Delivery.kind != "milestone_submitted").execute()
    taken = []
    meanwhile(
        monkeypatch, paces.topics, lambda: taken.append(elsewhere(lambda: lease.take(NOW))), "of"
    )
    paces.choose(cast.contact, {Topic.PROGRESS: Pace.OFF}, cast.contact, NOW)
    assert taken == [None] or isinstance(taken[0], OperationalError)
    letter = Delivery.get(Delivery.kind == "milestone_submitted")
    assert (letter.state, letter.attempts) == ("cancelled", 0)


@pytest.mark.usefixtures("impatient")
def test_what_is_wanted_at_once_meanwhile_is_in_no_mail_of_the_day(monkeypatch):
    cast = the.active()
    paces.choose(cast.owner, dict.fromkeys(Topic, Pace.DAILY), cast.owner, NOW)
    comments.say(cast.milestone, "One", cast.contact, NOW, "1")
    letter = Delivery.get(Delivery.kind == "comments_by_client")
    assert letter.gathered
    done = []
    meanwhile(
        monkeypatch,
        digests.paces,
        lambda: done.append(elsewhere(lambda: outbox.retry(letter, MONDAY))),
        "key_of",
    )
    digests.gather(MONDAY, True)
    is_alone = Delivery.get_by_id(letter.id).digest is None
    assert is_alone or isinstance(done[0], OperationalError)


@pytest.mark.usefixtures("impatient")
def test_bytes_that_are_just_used_again_are_not_let_go():
    with write():
        file = files.put(b"a draft", "text/plain", kept=False)
    with write():
        again = files.put(b"a draft", "text/plain", kept=False)
        assert isinstance(elsewhere(lambda: files.let_go(file)), OperationalError)
    assert File.get_by_id(again.id).sha256 == file.sha256


def test_bytes_that_are_let_go_meanwhile_are_stored_again(monkeypatch):
    with write():
        gone = files.put(b"a draft", "text/plain", kept=False)
    meanwhile(monkeypatch, files, lambda: files.let_go(gone), "hold")
    with write():
        kept = files.put(b"a draft", "text/plain")
    assert files.bytes_of(File.get_by_id(kept.id)) == b"a draft"


def test_an_authority_that_becomes_known_meanwhile_is_known_once(monkeypatch):
    authority = [("ab" * 32, "-----BEGIN CERTIFICATE-----")]
    meanwhile(monkeypatch, sealing, lambda: sealing._know(authority, NOW), "alone")
    sealing._know(authority, NOW)
    assert Certificate.select().count() == 1


def test_words_that_are_changed_meanwhile_tell_what_is_labelled(monkeypatch):
    owner = the.owner()
    imported(owner, [Tracked("2025-01-10", 10, "Bugfix of the site", 100_000)])
    audit_grouping.start(owner, False, NOW)
    meanwhile(monkeypatch, audit_grouping, lambda: audit_editing.reword(owner, "nothing", NOW))
    audit_grouping.advance(Job.get(), NOW)
    assert [row.rework for row in WorkLabel.select()] == [False]


@pytest.mark.usefixtures("impatient")
def test_the_sums_of_an_audit_are_not_begun_while_it_is_changed(monkeypatch):
    monkeypatch.setattr(audit_figures, "FEW", 0)
    owner = the.owner()
    imported(owner, [Tracked("2025-01-10", 10, "Bugfix of the site", 100_000)])
    audit_editing.reword(owner, "nothing", NOW)
    with write():
        audit_editing.reword(owner, "bugfix", NOW)
        taken = elsewhere(lambda: jobs.work_once(NOW))
        assert taken is False or isinstance(taken, OperationalError)
    assert jobs.work_once(NOW) and not jobs.work_once(NOW)
    assert audit_figures.Audit.get().figures["changes"] == 2


@pytest.mark.usefixtures("impatient")
def test_two_files_of_hours_are_taken_over_one_after_the_other():
    owner = the.owner()
    content = b"Project,Description,Start date,Duration\nSite,Work,2025-01-10,01:00:00\n"
    file = importing.keep(content, "x.csv", owner, "USD", NOW)
    job = importing.start(file, importing.mapping.of(file.mapping), NOW)
    with write(owner):
        assert isinstance(elsewhere(lambda: importing.advance(job, NOW)), OperationalError)


@pytest.mark.usefixtures("impatient")
def test_a_brand_is_kept_by_one_at_a_time():
    owner = the.owner()
    with write(owner):
        waited = elsewhere(lambda: brands.save("#112233", None, owner))
    assert isinstance(waited, OperationalError), "a logo that is kept just now would be lost"


def test_a_project_that_somebody_is_at_for_long_holds_up_no_other(monkeypatch):
    for_long = the.submitted()
    other = the.submitted()
    Business.update(undo_minutes=30).execute()
    for cast in (for_long, other):
        reviews.accept(cast.milestone, cast.contact, NOW)

    def busy():
        raise OperationalError("canceling statement due to lock timeout")

    meanwhile(monkeypatch, undoing, busy)
    dates.pass_time(later(hours=1))
    assert [row.state for row in (for_long.invoices[0], other.invoices[0])] == ["draft", "issued"]
    dates.pass_time(later(hours=1))
    assert for_long.invoices[0].state == "issued"
