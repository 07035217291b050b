"""The client's page: each contact's next step first, then everything else; no GET changes it."""

from datetime import timedelta

import pytest

from billing.accepting import reviews, submissions
from billing.agreeing import agreements, signing
from billing.paying import claims, payments
from models import Contact, Event, Project
from tests import cast as the
from tests.queries import counted
from tests.web.visitor import BASE_URL


@pytest.fixture
def review(app):
    return the.submitted(the.terms(), the.terms(title="Campaign launched", price=300_000))


def order(html, *words):
    places = [html.index(word) for word in words]
    assert places == sorted(places), dict(zip(words, places, strict=True))


def test_everything_in_its_order(review, as_client):
    reviews.accept(review.milestone, review.contact, the.NOW)
    second = review.milestones[1]
    submissions.submit(second, "All live", [], the.shown(second), review.owner, the.NOW)
    client = as_client(review.project, review.contact)
    html = client.get(client.home).text
    order(
        html,
        "Alice Writes LLC",
        "Accept and get invoice for",
        "Ask for changes",
        "1 of 2 accepted",
        'id="milestones"',
        'id="invoices"',
        'id="agreement"',
        'id="history"',
    )
    assert "<bdi>$3,000.00</bdi></span></a>" in html, "the amount is on the button"
    assert "<bdi>$0.00</bdi> of <bdi>$8,000.00</bdi> paid" in html


def test_the_submission_is_shown_by_criterion_and_its_links_lead_away_safely(app, as_client):
    cast = the.active()
    milestone = cast.milestone
    links = ["https://docs.example.com/a?b=1&c=2"]
    submissions.submit(milestone, "Look <here>", links, the.shown(milestone), cast.owner, the.NOW)
    client = as_client(cast.project, cast.contact)
    html = client.get(client.home).text
    assert "Look &lt;here&gt;" in html
    assert (
        '<a href="https://docs.example.com/a?b=1&amp;c=2" rel="noopener noreferrer nofollow"'
        in html
    )
    order(html, "Covers three audiences", "See page 1", "Names a channel plan", "See page 2")


def test_nothing_to_do_says_what_comes_next(app, as_client):
    cast = the.active()
    client = as_client(cast.project, cast.contact)
    html = client.get(client.home).text
    assert "Nothing needed." in html
    assert "Next: “Strategy document approved”, about Dec 15, 2026." in html


@pytest.mark.parametrize(
    ("roles", "says"),
    [
        ({"is_payer": False, "is_signer": False}, "Accept and get invoice for"),
        ({"is_approver": False}, "<bdi>Cleo Zając</bdi> can accept it or ask for changes."),
    ],
)
def test_who_cannot_decide_reads_who_can(review, as_client, roles, says):
    other = the.contact(review.project.client, name="Paul Other", **roles)
    client = as_client(review.project, other)
    html = client.get(client.home).text
    assert says in html
    assert ("Nothing needed from you." in html) == (not other.is_approver)


def test_a_payer_sees_the_invoice_first(review, as_client):
    reviews.accept(review.milestone, review.contact, the.NOW)
    payer = the.contact(review.project.client, name="Paul", is_approver=False, is_signer=False)
    client = as_client(review.project, payer)
    order(client.get(client.home).text, "Pay invoice INV-0001", "Progress", "Milestones")


def test_overdue_turns_by_itself_on_the_sellers_day(review, as_client, frozen):
    reviews.accept(review.milestone, review.contact, the.NOW)
    client = as_client(review.project, review.contact)
    seen = client.get(client.home)
    assert "Overdue" not in seen.text

    # Due on 6 December in New York, which ends there at five in the morning, UTC.
    frozen(the.NOW.replace(month=12, day=7, hour=4))
    assert "Overdue" not in client.get(client.home).text
    frozen(the.NOW.replace(month=12, day=7, hour=6))
    html = client.get(client.home, headers={"If-None-Match": seen.headers["ETag"]}).text
    assert "1 day overdue" in html


def test_a_plan_that_is_not_offered_is_not_shown(app, as_client):
    cast = the.offered()
    agreements.decline(cast.agreement, "Too dear", cast.contact, the.NOW)
    client = as_client(cast.project, cast.contact)
    html = client.get(client.home).text
    assert 'id="milestones"' not in html
    assert "Declined" in html
    assert "may send you a new version" in html


def test_looking_changes_nothing(review, as_client):
    client = as_client(review.project, review.contact)
    before = (Event.select().count(), Project.get_by_id(review.project.id).version)
    client.get(client.home)
    client.client.head(client.home, base_url=BASE_URL)
    assert (Event.select().count(), Project.get_by_id(review.project.id).version) == before


def test_nobody_gets_in_without_the_link(review, nobody, stranger, as_client):
    home = as_client(review.project, review.contact).home
    nobody.get(home, status=404)
    stranger.get(home, status=404)
    other = the.submitted()
    elsewhere = as_client(other.project, other.contact)
    elsewhere.get(home, status=404)


def test_the_owner_looks_and_nothing_more(signed_in, alice, as_client):
    cast = the.submitted(of=alice)
    home = as_client(cast.project, cast.contact).home
    html = signed_in.get(home).text
    assert "You see what Cleo Zając sees." in html
    assert "ETag" not in signed_in.get(home).headers
    acceptance = f"{home}milestones/{cast.milestone.id}/acceptance"
    assert "disabled" in signed_in.get(acceptance).text
    signed_in.post(acceptance, status=403)
    assert cast.milestone.state == "submitted"


def test_an_unchanged_page_is_one_query_and_no_body(review, as_client):
    client = as_client(review.project, review.contact)
    seen = client.get(client.home)
    assert seen.headers["Cache-Control"] == "private, no-cache"
    with counted() as queries:
        again = client.get(client.home, 304, headers={"If-None-Match": seen.headers["ETag"]})
    assert (len(queries), again.data) == (1, b"")
    with counted() as queries:
        assert client.get(client.home).status_code == 200
    assert len(queries) == 1


def test_every_deed_makes_a_new_page(review, as_client):
    client = as_client(review.project, review.contact)
    tag = client.get(client.home).headers["ETag"]
    reviews.accept(review.milestone, review.contact, the.NOW)
    fresh = client.get(client.home, headers={"If-None-Match": tag})
    assert "INV-0001" in fresh.text
    payments.record(review.invoices[0], 100, the.NOW.date(), "k", review.owner, the.NOW)
    tag = fresh.headers["ETag"]
    assert "Part-paid" in client.get(client.home, headers={"If-None-Match": tag}).text


def test_a_tag_is_good_for_one_browser_alone(review, as_client):
    one, two = (as_client(review.project, review.contact) for _ in range(2))
    tag = one.get(one.home).headers["ETag"]
    two.get(two.home, 200, headers={"If-None-Match": tag})
    assert one.token != two.token
    # The rest of a token is the second in which the page was written.
    assert two.token.split(".")[0] in two.get(two.home).text


def test_a_renamed_contact_is_named_at_once(review, as_client):
    client = as_client(review.project, review.contact)
    client.get(client.home)
    Contact.update(name="Cleo Nowak").where(Contact.id == review.contact.id).execute()
    Project.update(version=Project.version + 1).where(Project.id == review.project.id).execute()
    assert "Cleo Nowak" in client.get(client.home).text


def test_the_number_of_queries_does_not_grow(app, as_client):
    def queries(cast):
        client = as_client(cast.project, cast.contact)
        claims.claim(cast.invoices[0], "", cast.contact, the.NOW)
        with counted() as seen:
            client.get(client.home)
        return len(seen)

    small = the.submitted(the.terms(), the.terms(title="Shown too"), the.terms(title="To do"))
    reviews.accept(small.milestone, small.contact, the.NOW)
    shown = small.milestones[1]
    submissions.submit(shown, "", [], the.shown(shown), small.owner, the.NOW)
    large = the.submitted(*[the.terms(title=f"Outcome {number}") for number in range(8)])
    for milestone in large.milestones[1:]:
        submissions.submit(milestone, "", [], the.shown(milestone), large.owner, the.NOW)
    for milestone in large.milestones[:5]:
        reviews.accept(milestone, large.contact, the.NOW)
    few, many = queries(small), queries(large)
    assert many == few <= 40


def test_a_page_stays_within_what_a_phone_likes(review, as_client):
    client = as_client(review.project, review.contact)
    headers = {"Accept-Encoding": "gzip"}
    packed = client.client.get(client.home, base_url=BASE_URL, headers=headers)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < 6_000


def test_signed_and_waiting_for_the_owner(app, as_client):
    cast = the.offered()
    client = as_client(cast.project, cast.contact)
    assert "Read and sign for" in client.get(client.home).text
    signing.sign(cast.agreement, the.intent(cast.agreement), cast.contact, the.NOW)
    assert "signs too. Then the work starts" in client.get(client.home).text


def test_a_closed_link_offers_a_new_one_instead_of_the_page(review, as_client, frozen):
    client = as_client(review.project, review.contact)
    link = review.contact.links.get()
    link.expires_at = the.NOW
    link.save()
    frozen(the.NOW + timedelta(seconds=1))
    assert "Accept" not in client.get(client.home, status=410).text


def test_a_page_speaks_one_language(review, as_client):
    client_of = review.project.client
    client_of.language = "he"
    client_of.save()
    client = as_client(review.project, review.contact)
    html = client.get(client.home).text
    assert '<html lang="en" dir="ltr">' in html, "there are no words in Hebrew yet"
    assert "due on Dec 6, 2026" in html
