"""Home: what needs the owner, the ladder, money by month, the board."""

from datetime import timedelta

from billing.accepting import reviews
from billing.paying import payments
from billing.reading import ladder
from tests import cast as the
from tests.cast import NOW


def test_a_new_owner_is_offered_to_start(signed_in):
    page = signed_in.get("/").text
    assert "No projects yet" in page
    assert "Nothing waits for you" in page


def test_the_ladder_is_net_and_per_currency(signed_in, alice):
    cast = the.submitted(the.terms(), the.terms(title="Campaign launched", price=300_000), of=alice)
    reviews.accept(cast.milestone, cast.contact, NOW)
    [invoice] = cast.invoices
    payments.record(invoice, 100_000, NOW.date(), "k", alice, NOW)
    yen = the.client(alice, name="株式会社", country="JP", currency="JPY")
    the.active(the.terms(price=120_000), of=alice, for_client=yen)

    found = ladder.of_owner(alice, NOW.date())
    dollars = found["USD"]
    assert (dollars.agreed, dollars.accepted, dollars.invoiced, dollars.paid) == (
        800_000,
        500_000,
        500_000,
        100_000,
    )
    assert found["JPY"].agreed == 120_000
    page = signed_in.get("/").text
    assert "$8,000.00" in page and "¥120,000" in page


def test_an_overdue_invoice_comes_first(signed_in, alice, frozen):
    cast = the.submitted(of=alice)
    reviews.accept(cast.milestone, cast.contact, NOW)
    the.project(alice)
    frozen(NOW + timedelta(days=20))
    signed_in.sign_in(alice.email, the.PASSWORD)
    page = signed_in.get("/").text
    needs = page[page.index("Needs you now") :]
    assert "INV-0001 to Cleo GmbH is 6 days overdue." in needs
    assert needs.index("overdue") < needs.index("is not sent yet")


def test_a_stranger_sees_nothing_of_it(stranger, alice):
    the.active(of=alice)
    assert "Content strategy" not in stranger.get("/").text
