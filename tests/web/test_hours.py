"""Importing past hours: a file, how it is read, what came of it."""

from io import BytesIO
from pathlib import Path

import pytest

from billing.delivery import jobs as worker
from models import HoursEntry, HoursFile
from tests.cast import NOW

SAMPLES = Path(__file__).parents[1] / "billing" / "hours"


def posted(content, name="hours.csv"):
    return {"file": (BytesIO(content), name)}


def sample(name):
    return posted((SAMPLES / name).read_bytes(), name)


def uploaded(visitor, name="toggl.csv"):
    return visitor.follow(visitor.post("/outcomes/hours", sample(name))).text


def chosen(**changes):
    fields = {
        "worked_on": "0", "hours": "1", "client": "2", "project": "-", "kind": "-",
        "description": "-", "person": "-", "billable": "-", "amount": "-", "rate": "-",
        "currency": "-", "started_at": "-", "ended_at": "-", "order": "dmy",
        "currency_of_all": "USD",
    }  # fmt: skip
    return {**fields, **changes}


def here(rest=""):
    return f"/outcomes/hours/{HoursFile.get().id}{rest}"


def worked_off():
    while worker.work_once(NOW):
        pass


def test_an_export_is_recognised_shown_and_imported(signed_in):
    assert "Past hours" in signed_in.get("/outcomes/hours").text
    page = uploaded(signed_in)
    assert "This looks like an export of Toggl Track." in page
    assert "Homepage, first draft" in page and "No time is given here." in page
    assert HoursEntry.select().count() == 0, "looking imports nothing"
    form = {"worked_on": "7", "hours": "11", "client": "2", "project": "3", "kind": "4"}
    signed_in.post(here("/import"), chosen(**form, description="5", amount="13", started_at="8"))
    assert "Being imported" in signed_in.get(here()).text
    worked_off()
    page = signed_in.get(here()).text
    assert "3 entries are new." in page and "2 rows could not be read." in page
    assert "every 1s" not in page
    problems = signed_in.get(here("/problems.csv"))
    assert "toggl-not-imported.csv" in problems.headers["Content-Disposition"]
    assert "A day has 24 hours." in problems.text
    assert "3 entries, 3:30 hours" in signed_in.get("/outcomes/hours").text


def test_columns_are_chosen_and_looked_at_before(signed_in):
    content = b"When,How long,Whom\n03/04/2025,1.5,Cleo\n04/04/2025,2,Dora\n"
    page = signed_in.follow(signed_in.post("/outcomes/hours", posted(content))).text
    assert "Choose which column holds what." in page
    page = signed_in.get(here(), query_string=chosen(order="")).text
    assert "A date like 03/04/2026 is" in page
    page = signed_in.get(here(), query_string=chosen(order="mdy")).text
    assert "Mar 4, 2025" in page
    refused = signed_in.post(here("/import"), chosen(order=""), 422).text
    assert "Say whether the day or the month comes first in the dates." in refused
    refused = signed_in.post(here("/import"), chosen(hours="-"), 422).text
    assert (
        "Choose the columns that hold the date and the hours, or when work began and ended."
        in refused
    )
    signed_in.post(here("/import"), chosen())
    worked_off()
    assert {str(row.worked_on) for row in HoursEntry.select()} == {"2025-04-03", "2025-04-04"}


def test_a_double_click_imports_once(signed_in):
    uploaded(signed_in, "harvest.csv")
    form = chosen(worked_on="0", hours="6", client="1", project="2", kind="4")
    signed_in.post(here("/import"), form)
    signed_in.post(here("/import"), form)
    worked_off()
    assert HoursEntry.select().count() == 3


def test_an_import_is_cancelled_and_forgotten(signed_in):
    uploaded(signed_in)
    signed_in.post(here("/import"), chosen(worked_on="7", hours="11"))
    signed_in.post(here("/cancellation"))
    assert "It stops after" in signed_in.get(here()).text
    worked_off()
    assert "Cancelled" in signed_in.get(here()).text
    page = signed_in.follow(signed_in.post(here("/deletion"))).text
    assert "“toggl.csv” and what was imported from it are deleted." in page
    assert HoursFile.select().count() == 0


def test_an_empty_file_is_told(signed_in):
    assert "holds no rows" in signed_in.post("/outcomes/hours", posted(b""), 422).text


@pytest.mark.parametrize("content", [b"words", b"\x89PNG\0\0"])
def test_what_is_no_table_is_told(signed_in, content):
    page = signed_in.post("/outcomes/hours", posted(content), 422).text
    assert "This file cannot be read as a table." in page
    assert HoursFile.select().count() == 0


def test_no_file_is_told(signed_in):
    assert "Choose the file." in signed_in.post("/outcomes/hours", {}, 422).text


def test_a_hostile_choice_of_columns_is_no_failure(signed_in):
    uploaded(signed_in)
    signed_in.get(here(), query_string=chosen(worked_on="9" * 4400, hours="-7", client="x"))
    signed_in.post(here("/import"), chosen(worked_on="999999999999"), 422)


def test_a_strangers_file_is_not_there(signed_in, stranger):
    uploaded(signed_in)
    stranger.get(here(), 404)
    stranger.post(here("/import"), chosen(), 404)
    stranger.get(here("/problems.csv"), 404)


def test_an_amount_that_changed_is_told(signed_in):
    rows = ("2026-03-01,1,100", "2026-03-01,1,120\n2026-03-02,2,50")
    for each in rows:
        signed_in.follow(
            signed_in.post("/outcomes/hours", posted(f"Date,Hours,Amount\n{each}\n".encode()))
        )
        file = HoursFile.select().order_by(HoursFile.id.desc()).get()
        signed_in.post(f"/outcomes/hours/{file.id}/import", chosen(amount="2", client="-"))
        worked_off()
    page = signed_in.get(f"/outcomes/hours/{file.id}").text
    assert "1 entry was there and got its new amount." in page
    assert "delete the file that brought it" in page
