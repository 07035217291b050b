"""Files of tracked time: recognised, read, imported once, and cancelled."""

import csv
from datetime import date
from io import StringIO
from pathlib import Path

import pytest

from billing import csv_files, jobs
from billing.delivery import jobs as worker
from billing.importing import tabular
from billing.outcomes import importing, mapping
from billing.outcomes.entries import Problem
from models import File, HoursEntry, HoursFile, HoursFormat, HoursProblem, Job, JobState
from tests import cast as the
from tests.cast import NOW

pytestmark = pytest.mark.usefixtures("database")

SAMPLES = Path(__file__).with_name("hours")


@pytest.fixture
def owner():
    return the.owner()


def kept(owner, name="toggl.csv", content=None):
    content = (SAMPLES / name).read_bytes() if content is None else content
    return importing.keep(content, name, owner, "USD", NOW)


def worked_off():
    while worker.work_once(NOW):
        pass


def imported(owner, name="toggl.csv", **options):
    file = kept(owner, name, **options)
    importing.start(file, mapping.of(file.mapping), NOW)
    worked_off()
    return HoursFile.get_by_id(file.id)


def counts(file):
    return file.added, file.repeated, file.refused


def refused():
    return [row.code for row in HoursProblem.select().order_by(HoursProblem.line)]


@pytest.mark.storage
def test_toggl_is_recognised_and_imported(owner):
    file = imported(owner)
    assert file.format == HoursFormat.TOGGL
    assert counts(file) == (3, 0, 2)
    assert refused() == ["NoTime", "LongerThanADay"]
    first, twin, rework = HoursEntry.select().order_by(HoursEntry.id)
    assert (first.worked_on, first.seconds, first.amount) == (date(2025, 3, 4), 5400, 15_000)
    assert (first.currency, first.client, first.project) == ("USD", "Cleo GmbH", "Website")
    assert (first.kind, first.description) == ("design", "Homepage, first draft")
    assert twin.key != first.key, "two alike in one file are two"
    assert (rework.kind, rework.billable) == ("Review", False)


def test_harvest_names_a_currency_in_every_row(owner):
    file = imported(owner, "harvest.csv")
    assert file.format == HoursFormat.HARVEST
    assert counts(file) == (3, 0, 1)
    assert refused() == ["BelowZero"]
    rows = list(HoursEntry.select().order_by(HoursEntry.id))
    assert [(row.seconds, row.amount, row.currency) for row in rows] == [
        (11_700, 29_250, "EUR"), (360, 900, "EUR"), (4500, 0, "GBP"),
    ]  # fmt: skip
    assert rows[0].description == "Chapter 1\nand 2"


def test_clockify_tells_by_one_date_that_days_come_first(owner):
    file = imported(owner, "clockify.csv")
    assert file.format == HoursFormat.CLOCKIFY
    assert counts(file) == (2, 0, 0)
    rows = list(HoursEntry.select().order_by(HoursEntry.id))
    assert [row.worked_on for row in rows] == [date(2025, 3, 13), date(2025, 3, 4)]
    assert [(row.seconds, row.amount, row.kind) for row in rows] == [
        (8388, 14_000, "frontend"), (2700, 4500, "Bugs"),
    ]  # fmt: skip


def test_any_other_table_is_read_by_its_columns(owner):
    """UTF-16, semicolons, decimal commas, German months and an Excel line that names the sign."""
    file = imported(owner, "ours.csv")
    assert file.format == HoursFormat.MAPPED
    assert counts(file) == (3, 0, 3)
    assert refused() == ["NotADay", "NotADuration", "UnknownCurrency"]
    rows = list(HoursEntry.select().order_by(HoursEntry.id))
    assert [(row.worked_on, row.seconds, row.amount) for row in rows] == [
        (date(2025, 4, 3), 5400, 12_000),
        (date(2025, 3, 4), 8100, 18_000),
        (date(2025, 4, 5), 2700, 81_000),
    ]
    assert {row.kind for row in rows} == {"Entwurf", "Korrektur"}


def test_the_same_file_twice_adds_nothing(owner):
    imported(owner)
    again = imported(owner)
    assert counts(again) == (0, 3, 2)
    assert HoursEntry.select().count() == 3


def test_one_owners_hours_are_not_anothers(owner):
    imported(owner)
    assert counts(imported(the.owner())) == (3, 0, 2)


def big(rows):
    lines = ["Date,Hours,Client"] + [
        f"2025-01-{day % 28 + 1:02},{day % 8 + 1},Client {day}" for day in range(rows)
    ]
    return "\n".join(lines).encode()


def test_a_long_file_is_done_in_chunks_and_survives_its_worker(owner):
    file = kept(owner, "long.csv", big(2500))
    job = importing.start(file, mapping.of(file.mapping), NOW)
    assert worker.work_once(NOW)
    assert Job.get_by_id(job.id).done == 1000
    # Another process goes on: it knows nothing of where the first one was.
    importing._under_way.clear()
    worked_off()
    stored = Job.get_by_id(job.id)
    assert (stored.done, stored.total, stored.state) == (2500, 2500, JobState.DONE)
    assert counts(HoursFile.get_by_id(file.id)) == (2500, 0, 0)


def test_an_import_can_be_cancelled_and_what_it_did_be_deleted(owner):
    file = kept(owner, "long.csv", big(2500))
    job = importing.start(file, mapping.of(file.mapping), NOW)
    worker.work_once(NOW)
    with pytest.raises(importing.ImportRunning):
        importing.forget(file)
    jobs.cancel(job, NOW)
    worked_off()
    assert Job.get_by_id(job.id).state == JobState.CANCELLED
    assert HoursEntry.select().count() == 1000
    with pytest.raises(jobs.JobOver):
        jobs.cancel(job, NOW)
    importing.forget(file)
    assert HoursEntry.select().count() == HoursFile.select().count() == 0
    assert File.select().count() == 0, "what the file said is gone with it"


def test_it_is_imported_once(owner):
    file = kept(owner)
    importing.start(file, mapping.of(file.mapping), NOW)
    with pytest.raises(importing.ImportBegun):
        importing.start(file, mapping.of(file.mapping), NOW)
    assert Job.select().count() == 1


def test_a_job_that_fails_says_so_and_holds_up_no_other(owner, monkeypatch):
    file = kept(owner)
    importing.start(file, mapping.of(file.mapping), NOW)
    monkeypatch.setattr(importing, "_rest", lambda *_: 1 / 0)
    worker.work_once(NOW)
    assert (Job.get().state, Job.get().error) == (JobState.FAILED, "ZeroDivisionError")
    assert not worker.work_once(NOW)


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", tabular.NotATable),
        (b"just words", tabular.NotATable),
        (b"\x89PNG\r\n\x1a\n\0\0\0\0\0\0\0", tabular.NotATable),
        (b"Date,Hours\n", tabular.FileEmpty),
        (b"Date,Hours\n\n , \n,\n", tabular.FileEmpty),
        (b"a,b\n" + b"1,2\n" * 1001, tabular.FileTooLarge),
        (b'a,b\n"' + b"x" * 200_000 + b'",1\n', tabular.NotATable),
    ],
)
def test_what_is_no_table_is_refused(owner, content, refusal, monkeypatch):
    monkeypatch.setattr(tabular, "MOST_ROWS", 1000)
    with pytest.raises(refusal):
        kept(owner, "odd.csv", content)
    assert HoursFile.select().count() == 0


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"What,When\nx,y\n", mapping.ColumnMissing),
        (b"Date,Hours\n03/04/2025,1\n", mapping.OrderUnclear),
    ],
)
def test_a_person_is_asked_what_the_file_does_not_tell(owner, content, refusal):
    file = kept(owner, "odd.csv", content)
    with pytest.raises(refusal):
        importing.start(file, mapping.of(file.mapping), NOW)
    assert Job.select().count() == 0


def test_old_encodings_are_read(owner):
    name = "Müller & Söhne, Größe für Bücher"
    content = f"Date;Hours;Client\n2025-03-04;1;{name}\n2025-03-05;2;{name}\n"
    file = kept(owner, "old.csv", content.encode("cp1252"))
    [first, _second] = importing.sample(importing.table_of(file), mapping.of(file.mapping), 5)
    assert first.client == name


def test_what_no_keyboard_types_is_left_out(owner):
    file = kept(owner, "odd.csv", b"Date,Hours,Client\n2025-03-04,1,A\0cme\n")
    [row] = importing.sample(importing.table_of(file), mapping.of(file.mapping), 5)
    assert row.client == "Acme"


def test_rows_that_were_not_taken_come_back_with_why(owner):
    file = imported(owner)
    rows = list(csv.reader(StringIO(importing.problems(file, str).decode("utf-8-sig"))))
    assert rows[0][-3:] == ["Line", "Field", "Why it was not imported"]
    assert [row[-3:-1] for row in rows[1:]] == [["5", "hours"], ["6", "hours"]]
    assert rows[1][5] == '\'=HYPERLINK("http://x")', "no spreadsheet follows it"
    assert rows[1][-1] == "There is no time in this row."


def test_a_sample_shows_what_would_be_imported(owner):
    file = kept(owner)
    rows = importing.sample(importing.table_of(file), mapping.of(file.mapping), 4)
    assert [isinstance(row, Problem) for row in rows] == [False, False, False, True]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "  =1"])
def test_no_text_is_taken_for_a_formula(text):
    assert csv_files.inert(text) == f"'{text}"


def test_numbers_and_days_stay_what_they_are():
    written = csv_files.written(["a"], [[-5, date(2025, 3, 4), None, "x"]])
    assert written == b"\xef\xbb\xbfa\r\n-5,2025-03-04,,x\r\n"
