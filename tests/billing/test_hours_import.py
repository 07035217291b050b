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
        (8400, 14_000, "frontend"), (2700, 4500, "Bugs"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "header",
    [
        "Benutzer;Kunde;Projekt;Aufgabe;Beschreibung;Abrechenbar;Startdatum;Dauer;Betrag (EUR)",
        "Utilisateur;Client;Projet;Tâche;Description;Facturable;Date de début;Durée;Montant (EUR)",
        "Usuario;Cliente;Proyecto;Tarea;Descripción;Facturable;Fecha de inicio;Duración;"
        "Importe (EUR)",
    ],
)
def test_trackers_in_other_languages_are_read_as_they_are(owner, header):
    row = "Ana;Müller;Web;Texte;Startseite;No;13.03.2025;1h30;1.150,00"
    imported(owner, "other.csv", content=f"{header}\n{row}\n".encode())
    entry = HoursEntry.get()
    assert (entry.worked_on, entry.seconds, entry.amount) == (date(2025, 3, 13), 5400, 115_000)
    assert (entry.client, entry.project, entry.kind) == ("Müller", "Web", "Texte")
    assert (entry.description, entry.person, entry.currency) == ("Startseite", "Ana", "EUR")
    assert not entry.billable


def test_toggl_writes_a_dash_for_nothing_and_names_a_currency_in_every_row(owner):
    file = imported(owner, "toggl-chosen.csv")
    assert file.format == HoursFormat.TOGGL
    assert counts(file) == (3, 0, 1)
    assert refused() == ["NoTime"]
    rows = list(HoursEntry.select().order_by(HoursEntry.id))
    assert [(row.client, row.project, row.kind, row.person) for row in rows] == [
        ("Cleo GmbH", "Website", "design", "Ana Pop"),
        ("", "", "", "Ana Pop"),
        ("Żółw", "Sklep", "Ads", "Ana Pop"),
    ]
    assert [(row.seconds, row.amount, row.currency) for row in rows] == [
        (5400, 18_000, "USD"), (1800, None, ""), (7200, 120_050, "EUR"),
    ]  # fmt: skip


def test_clockify_is_known_without_decimal_hours_too(owner):
    file = imported(owner, "clockify-12-hours.csv")
    assert file.format == HoursFormat.CLOCKIFY
    rows = list(HoursEntry.select().order_by(HoursEntry.id))
    assert [(row.worked_on, row.seconds, row.amount) for row in rows] == [
        (date(2026, 9, 15), 5400, 9000), (date(2026, 9, 1), 1200, 0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "seconds"),
    [
        (
            "Start date,Start time,Stop date,Stop time\n2026-09-08,23:00:00,2026-09-09,01:00:00",
            7200,
        ),
        ("Date,Start,End\n2026-03-01,9:00 AM,10:30 AM", 5400),
        ("Datum;Von;Bis\n13.03.2026;23:30;0:15", 2700),
        ("Start,End\n2026-03-01T09:00:00Z,2026-03-01T10:00:30Z", 3630),
        ("Start,End\n31/12/2025 22:00,01/01/2026 01:00", 10_800),
    ],
)
def test_hours_follow_from_when_work_began_and_ended(owner, content, seconds):
    imported(owner, "times.csv", content=content.encode())
    assert [row.seconds for row in HoursEntry.select()] == [seconds]


def test_each_column_of_amounts_is_in_its_own_currency(owner):
    content = b"""Date,Hours,Amount (USD),Amount (EUR)
2026-03-01,1,100.00,
2026-03-02,1,,80.00
2026-03-03,1,0.00,70.00
"""
    imported(owner, "two.csv", content=content)
    assert [(row.amount, row.currency) for row in HoursEntry.select().order_by(HoursEntry.id)] == [
        (10_000, "USD"), (8000, "EUR"), (7000, "EUR"),
    ]  # fmt: skip


def test_an_amount_may_name_its_currency_itself(owner):
    content = "Date,Hours,Rate\n2026-03-01,1.5,$80\n2026-03-02,2,80 €\n2026-03-03,2,CHF 90\n"
    content += "2026-03-04,1,100 XXX\n"
    file = imported(owner, "signs.csv", content=content.encode())
    assert counts(file) == (3, 0, 1)
    assert [(row.amount, row.currency) for row in HoursEntry.select().order_by(HoursEntry.id)] == [
        (12_000, "USD"), (16_000, "EUR"), (18_000, "CHF"),
    ]  # fmt: skip


@pytest.mark.storage
def test_an_entry_whose_amount_was_changed_gets_it(owner):
    lines = [
        "Date,Hours,Client,Billable,Amount",
        "2026-03-01,1,A,Yes,100",
        "2026-03-02,1,A,No,0",
        "2026-03-03,2,A,Yes,200",
    ]
    imported(owner, "first.csv", content="\n".join(lines).encode())
    lines[2], lines[3] = "2026-03-02,1,A,Yes,90", "2026-03-03,3,A,Yes,300"
    file = imported(owner, "again.csv", content="\n".join(lines).encode())
    assert (*counts(file), file.corrected) == (1, 1, 0, 1)
    amounts = {(row.worked_on.day, row.amount) for row in HoursEntry.select()}
    assert amounts == {(1, 10_000), (2, 9_000), (3, 20_000), (3, 30_000)}
    without = "\n".join(line.rsplit(",", 1)[0] for line in lines)
    file = imported(owner, "without.csv", content=without.encode())
    assert (*counts(file), file.corrected) == (0, 3, 0, 0), "no amount is no other amount"


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
        importing.forget(file, NOW)
    jobs.cancel(job, NOW)
    worked_off()
    assert Job.get_by_id(job.id).state == JobState.CANCELLED
    assert HoursEntry.select().count() == 1000
    with pytest.raises(jobs.JobOver):
        jobs.cancel(job, NOW)
    importing.forget(file, NOW)
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
        (b"", tabular.FileEmpty),
        (b" \n\n", tabular.FileEmpty),
        (b"just words", tabular.NotATable),
        (b"\x89PNG\r\n\x1a\n\0\0\0\0\0\0\0", tabular.NotATable),
        (b"PK\x03\x04 a workbook", tabular.IsASpreadsheet),
        (b"Date,Hours\n", tabular.FileEmpty),
        (b"Date,Hours\n\n , \n,\n", tabular.FileEmpty),
        (b"a,b\n" + b"1,2\n" * 1001, tabular.TableTooLarge),
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
    assert [row[-3:-1] for row in rows[1:]] == [["5", "Duration"], ["6", "Duration"]]
    assert rows[1][5] == '\'=HYPERLINK("http://x")', "no spreadsheet follows it"
    assert rows[1][-1] == "No time is given here."


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
