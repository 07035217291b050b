"""What lies behind an owner: hours of before, and the books of the year."""

from billing.books import archive, calendar
from billing.books.records import Period
from billing.delivery import jobs
from billing.outcomes import (
    audit_editing,
    audit_grouping,
    audit_packages,
    audit_pricing,
    importing,
    mapping,
)
from billing.people import address_book
from billing.people import importing as client_importing
from billing.planning import packages, retainers
from models import ClientsFile, HoursFile, Job, User, WorkKind
from tests import cast as the
from tests.cast import NOW


def books(owner: User) -> Job:
    """A calendar's feed, and an archive of the year's documents."""
    calendar.renew(owner, NOW)
    year = Period(NOW.date().replace(month=1, day=1), NOW.date())
    job = archive.start(owner, year, NOW)
    while jobs.work_once(NOW):
        pass
    return Job.get_by_id(job.id)


def hours(owner: User) -> HoursFile:
    """A file of past hours that was imported, but for one row."""
    content = b"Date,Hours,Client\n2025-03-04,1:30,Cleo GmbH\n2025-03-05,0,Cleo GmbH\n"
    file = importing.keep(content, "hours.csv", owner, "USD", NOW)
    importing.start(file, mapping.of(file.mapping), NOW)
    jobs.work_once(NOW)
    audited(owner)
    return HoursFile.get_by_id(file.id)


def audited(owner: User) -> None:
    """The past hours, grouped, and what a client valued."""
    audit_grouping.start(owner, False, NOW)
    while jobs.work_once(NOW):
        pass
    audit_editing.value(owner, "Cleo GmbH", "", "A site that sells")
    kind = WorkKind.of(owner).first()
    draft = audit_packages.begin(kind, "USD", owner, NOW)
    audit_packages.reprice(draft, "Websites", 8000, audit_pricing.Assumptions(0, 80, 2000))
    audit_packages.save(draft, owner, NOW)


def clients(owner: User) -> ClientsFile:
    """A table of clients that was imported, but for one row, and one whose work repeats."""
    content = b"Company,E-mail,Contact\nBrought & Along,bea@example.com,Bea\n,x@example.com,X\n"
    monthly = packages.Contents("Care", "EUR", (packages.Outcome("Site cared for"),), monthly=True)
    made = packages.create(monthly, owner, NOW)
    retainers.begin(the.client(owner, name="Monthly Ltd"), "Care", made, owner, NOW)
    file = client_importing.keep(content, "clients.csv", owner, "DE", "EUR", NOW)
    return client_importing.run(file, address_book.of(file.mapping), owner, NOW)
