"""Measures on both sides' pages: planned in a row, read, confirmed for exactly what is shown."""

import re
from datetime import timedelta

import pytest

from billing.accepting import readings, reviews
from billing.invoicing.measures import Measure
from billing.planning.plan import Billing
from billing.planning.terms import terms_of
from models import Milestone, Reading
from tests import cast as the
from tests.cast import NOW

TODAY = NOW.date()
MEASURE = Measure(
    "Sign-ups", "sign-ups", 100_000, 500_000, "The shop", TODAY, TODAY + timedelta(days=30)
)
MEASURED = Billing(metric_share=8000, measure=MEASURE)

ROW = {
    "title": "One", "criteria": "Done", "price": "5000", "signing_delivery": "send",
    "date_delivery": "send", "acceptance_delivery": "send", "review_days": "5", "rounds": "2",
    "revision": "0", "metric_share": "80", "metric_delivery": "send", "metric_name": "Sign-ups",
    "metric_unit": "sign-ups", "metric_baseline": "100", "metric_target": "500",
    "metric_source": "The shop", "metric_from": TODAY.isoformat(),
    "metric_to": (TODAY + timedelta(days=30)).isoformat(), "metric_floor": "",
    "metric_fallback": "",
}  # fmt: skip


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", html))


@pytest.fixture
def cast(app, alice):
    made = the.submitted(the.terms(billing=MEASURED), of=alice)
    reviews.accept(made.milestone, made.contact, NOW)
    return made


def home(cast) -> str:
    return f"/projects/{cast.project.id}/milestones/{cast.milestone.id}/measure"


def typed(**values: str) -> dict[str, str]:
    return {"value": "412", "taken_on": TODAY.isoformat(), "note": "", "link": "", **values}


def test_a_measure_is_planned_in_its_row(signed_in, alice):
    project = the.project(alice)
    [row] = Milestone.live(project)
    signed_in.get(f"/projects/{project.id}")
    signed_in.post(f"/projects/{project.id}/milestones/{row.id}", ROW)
    assert terms_of(Milestone.get_by_id(row.id)).billing == MEASURED
    page = signed_in.get(f"/projects/{project.id}").text
    assert 'name="metric_baseline" autocomplete="off" type="text" value="100"' in page
    assert 'data-sum="on_metric"><bdi>$4,000.00</bdi>' in page
    preview = plain(signed_in.get(f"/projects/{project.id}/agreement/preview").text)
    assert "300 sign-ups: $2,000.00" in preview


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"metric_target": "many"}, "at most three decimals"),
        ({"metric_target": ""}, "Say which share a measure decides"),
        ({"metric_target": "100"}, "a target that is not its baseline"),
        ({"metric_share": ""}, "Say which share a measure decides"),
    ],
)
def test_a_measure_that_cannot_be_is_explained(signed_in, alice, wrong, words):
    project = the.project(alice)
    [row] = Milestone.live(project)
    signed_in.get(f"/projects/{project.id}")
    url = f"/projects/{project.id}/milestones/{row.id}"
    assert words in signed_in.post(url, {**ROW, **wrong}, status=422).text


def test_the_owner_reads_the_client_confirms_and_the_invoice_follows(signed_in, cast, as_client):
    assert "Sign-ups is to be read from" in plain(
        signed_in.get(f"/projects/{cast.project.id}").text
    )
    assert "412 sign-ups come to $3,120.00." in plain(signed_in.get(f"{home(cast)}?value=412").text)
    page = plain(signed_in.follow(signed_in.post(f"{home(cast)}/readings", typed())).text)
    assert "A reading of 412 sign-ups waits for the client: $3,120.00." in page
    client = as_client(cast.project, cast.contact)
    assert "Confirm the reading: 412 sign-ups $3,120.00" in plain(client.get(client.home).text)
    here = f"{client.home}milestones/{cast.milestone.id}/measure"
    assert "Confirming raises an invoice for $3,120.00 to" in plain(client.get(here).text)
    url = f"{here}/readings/{Reading.get().id}/confirmation"
    page = plain(client.follow(client.post(url)).text)
    assert "Sign-ups earned $3,120.00." in page
    assert [row.total for row in cast.invoices] == [100_000, 312_000]
    client.post(url, status=409)


def test_the_client_refuses_with_a_reason_and_gives_a_reading(signed_in, cast, as_client):
    reading = readings.enter(cast.milestone, 412_000, TODAY, cast.owner, NOW, "k")
    client = as_client(cast.project, cast.contact)
    here = f"{client.home}milestones/{cast.milestone.id}/measure"
    client.get(here)
    client.post(f"{here}/readings/{reading.id}/refusal", {"reason": "Ours says 380"})
    client.get(here)
    client.post(f"{here}/readings", typed(value="380"))
    page = plain(signed_in.get(home(cast)).text)
    assert "refused: Ours says 380" in page and "The client reads 380 sign-ups" in page
    newest = Reading.select().order_by(Reading.id.desc()).first()
    signed_in.post(f"{home(cast)}/readings/{newest.id}/confirmation")
    assert cast.invoices[-1].total == 280_000


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"value": ""}, "Write what was read, like 412."),
        ({"value": "many"}, "at most three decimals"),
        ({"taken_on": "2020-01-01"}, "Choose a day from"),
        ({"link": "javascript:alert(1)"}, "is not a web address"),
    ],
)
def test_what_is_no_reading_is_explained(signed_in, cast, wrong, words):
    signed_in.get(home(cast))
    assert words in signed_in.post(f"{home(cast)}/readings", typed(**wrong), status=422).text
    assert Reading.select().count() == 0


def test_a_milestone_without_a_measure_has_no_such_page(signed_in, alice):
    cast = the.active(of=alice)
    signed_in.get(home(cast), status=404)
