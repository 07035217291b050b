"""One transfer that pays several invoices, and one movement that two files tell of."""

from datetime import date

import pytest

from billing import checking
from billing.banking import booking, matching, splitting
from billing.invoicing import invoices
from billing.paying import payments
from models import BankLine, Invoice, Payment
from tests import cast as the
from tests.billing.test_bank_matching import line
from tests.cast import NOW
from tests.crowd import at_once

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]


@pytest.fixture
def cast(database):
    """Cleo owes 100.00, 200.00 and 300.00: INV-0001 to INV-0003."""
    found = the.active()
    for number, amount in enumerate((10_000, 20_000, 30_000)):
        lines = [invoices.Line("A talk", amount)]
        invoices.bill(found.project, lines, found.owner, NOW, key=f"talk:{number}")
    return found


def suggested(cast, row):
    [found] = matching.Books(cast.owner).suggestions([row])
    return found


def parts(found):
    return [(str(row.number), part) for row, part in found.parts]


def dues(cast):
    return [payments.due(row) for row in cast.invoices]


@pytest.mark.parametrize(
    ("said", "expected", "is_sure"),
    [
        (
            {"amount": "300.00", "text": "INV-0001 and INV-0002"},
            [("INV-0001", 10_000), ("INV-0002", 20_000)],
            True,
        ),
        (
            {"amount": "250.00", "text": "INV-0001, INV-0002"},
            [("INV-0001", 10_000), ("INV-0002", 15_000)],
            False,
        ),
        ({"amount": "310.00", "text": "INV-0001, INV-0002"}, [], False),
        (
            {"amount": "400.00", "name": "Cleo GmbH"},
            [("INV-0001", 10_000), ("INV-0003", 30_000)],
            True,
        ),
        ({"amount": "300.00", "name": "Cleo GmbH"}, [], True),
        ({"amount": "400.00", "name": "Somebody"}, [], False),
        ({"amount": "450.00", "name": "Cleo GmbH"}, [], False),
    ],
)
def test_several_invoices_are_proposed_where_they_fit(cast, said, expected, is_sure):
    found = suggested(cast, line(cast, **said))
    assert (parts(found), found.is_sure) == (expected, is_sure)


def test_a_sum_that_could_be_these_or_those_is_proposed_as_neither():
    day = date(2026, 11, 1)
    rows = [
        Invoice(id=number, client=1, due_on=day, total=total, paid=0, credited=0)
        for number, total in enumerate((100, 200, 300, 400), 1)
    ]
    for row in rows:
        row.written_off = row.withheld = 0
        row.paid = row.credited = 0
    assert splitting.of_sum(rows, 500) == ()
    assert [row.id for row, _part in splitting.of_sum(rows, 300)] == [1, 2]


def test_a_split_is_booked_whole_and_once_whoever_clicks(cast):
    row = line(cast, amount="300.00", text="INV-0001 and INV-0002")
    shown = suggested(cast, row).parts
    made = at_once(6, lambda _: booking.book_split(row, shown, cast.owner, NOW))
    assert len({payment.id for each in made for payment in each}) == 2
    assert dues(cast) == [0, 0, 30_000]
    assert booking.counts(cast.owner)["booked"] == 1
    assert checking.problems() == []


def test_a_part_that_is_owed_no_more_leaves_all_undone(cast):
    row = line(cast, amount="300.00", text="INV-0001 and INV-0002")
    shown = suggested(cast, row).parts
    payments.record(cast.invoices[1], 500, NOW.date(), "k", cast.owner, NOW)
    with pytest.raises(booking.SplitStale):
        booking.book_split(row, shown, cast.owner, NOW)
    assert dues(cast) == [10_000, 19_500, 30_000]
    assert booking.counts(cast.owner)["open"] == 1


def test_a_movement_is_shared_out_whole_over_invoices_of_one_client(cast):
    row = line(cast, amount="300.00")
    first, second, _third = cast.invoices
    stranger = the.submitted(of=cast.owner, for_client=the.client(cast.owner, name="Else Ltd"))
    other = invoices.bill(stranger.project, [invoices.Line("X", 20_000)], cast.owner, NOW, key="x")
    for wrong in (
        ((first, 10_000),),
        ((first, 10_000), (first, 20_000)),
        ((first, 10_000), (second, 10_000)),
        ((first, 30_000), (second, 0)),
        ((first, 10_000), (other, 20_000)),
    ):
        with pytest.raises(booking.SplitWrong):
            booking.book_split(row, wrong, cast.owner, NOW)
    assert Payment.select().count() == 0


def test_a_split_is_taken_back_whole_and_booked_again(cast):
    row = line(cast, amount="300.00", text="INV-0001 and INV-0002")
    shown = suggested(cast, row).parts
    made = booking.book_split(row, shown, cast.owner, NOW)
    # One part taken back on its invoice's page: the movement says what is left of it.
    payments.reverse(made[0], cast.owner, NOW)
    listed = booking.listed(cast.owner, "booked", 1)
    assert [each.id for each in listed.paid(listed.lines[0])] == [made[1].id]
    with pytest.raises(booking.BookedAlready):
        booking.book_split(row, shown, cast.owner, NOW)
    booking.take_back(row, cast.owner, NOW)
    assert booking.counts(cast.owner)["open"] == 1
    booking.book_split(BankLine.get_by_id(row.id), shown, cast.owner, NOW)
    assert dues(cast) == [0, 0, 30_000]
    assert checking.problems() == []


def test_what_another_file_told_before_is_booked_again_only_by_an_explicit_word(cast):
    first = line(cast, amount="100.00", text="INV-0001")
    booking.book(first, cast.invoices[0], cast.owner, NOW)
    again = line(cast, amount="100.00", text="as the other file words it")
    assert suggested(cast, again).before.invoice.number == "INV-0001"
    with pytest.raises(booking.RecordedBefore):
        booking.book(again, cast.invoices[2], cast.owner, NOW)
    assert dues(cast) == [0, 20_000, 30_000]
    booking.book(again, cast.invoices[2], cast.owner, NOW, is_another=True)
    assert dues(cast) == [0, 20_000, 20_000]


def test_a_split_that_another_file_tells_of_is_known_too(cast):
    row = line(cast, amount="300.00", text="INV-0001 and INV-0002")
    booking.book_split(row, suggested(cast, row).parts, cast.owner, NOW)
    again = line(cast, amount="300.00", text="INV-0003")
    assert suggested(cast, again).before is not None
    with pytest.raises(booking.RecordedBefore):
        booking.book(again, cast.invoices[2], cast.owner, NOW)
    part = line(cast, amount="100.00", text="INV-0003")
    assert suggested(cast, part).before is None
