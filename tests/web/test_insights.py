"""Insights: what an hour earns."""

from billing.accepting import reviews
from billing.outcomes import effort
from blueprints.web import insights_page
from tests import cast as the
from tests.cast import NOW


def test_without_data_it_says_so(signed_in):
    assert (
        "No accepted milestone has time written down yet." in signed_in.get("/insights/rates").text
    )


def test_what_an_hour_earns_is_told_by_client_project_and_milestone(signed_in, alice):
    cast = the.submitted(of=alice)
    reviews.accept(cast.milestone, cast.contact, NOW)
    effort.add(cast.milestone, effort.Work(NOW.date(), 4 * 3600), alice, NOW, "k")
    page = signed_in.get("/insights/rates").text
    assert "$1,250.00" in page and "By project" in page
    assert "There is not enough to compare yet." in page
    assert "Time is written down for 1 of 1 finished milestones." in page


def test_insights_tell_clients_and_the_year(signed_in, alice):
    assert "Nothing was accepted yet." in signed_in.get("/insights").text
    cast = the.submitted(of=alice)
    reviews.accept(cast.milestone, cast.contact, NOW)
    page = signed_in.get("/insights").text
    assert "2026 in review" in page and "0 of 2" in page and "$5,000.00" in page
    assert "Nothing was accepted, invoiced" in signed_in.get("/insights?year=1999").text
    assert "2026 in review" in signed_in.get("/insights?year=x").text
    assert "2026 in review" in signed_in.get("/insights?year=99999").text


def test_a_month_stands_beside_the_one_before(signed_in, alice):
    assert "Nothing was accepted, invoiced" in signed_in.get("/insights/month").text
    cast = the.submitted(of=alice)
    reviews.accept(cast.milestone, cast.contact, NOW)
    effort.add(cast.milestone, effort.Work(NOW.date(), 4 * 3600), alice, NOW, "k")
    page = signed_in.get(f"/insights/month?of={NOW:%Y-%m}").text
    assert f"{NOW:%B %Y} in review" in page
    assert "$5,000.00" in page and "4:00" in page and "$1,250.00" in page
    assert f'href="/insights/month?of={NOW:%Y-%m}"' in signed_in.get("/insights").text
    after = signed_in.get("/insights/month?of=" + insights_page.beside(NOW.date())[1]).text
    assert "$5,000.00" in after and "Accepted in this month" not in after, "it was the month before"
    for odd in ("x", "0001-01", "2026-13", "2026-1-1", "9999-12"):
        assert "Nothing was accepted" in signed_in.get("/insights/month?of=2001-01").text
        assert signed_in.get(f"/insights/month?of={odd}").status_code == 200
