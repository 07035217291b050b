"""Statements as banks write them: read alike, taken over once, hostile ones refused in words."""

from datetime import date
from pathlib import Path

import pytest

from billing.banking import camt, movements, statements, tables
from billing.banking.movements import (
    Movement,
    Problem,
    StatementEmpty,
    StatementTooLarge,
    StatementUnreadable,
)
from models import BankFile, BankLine, File
from tests import cast as the
from tests.cast import NOW

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

HERE = Path(__file__).parent / "statements"
TODAY = NOW.date()


def sample(name):
    return (HERE / name).read_bytes()


def kept(name, owner=None):
    return statements.keep(sample(name), name, owner or the.owner(), NOW)


def how(file):
    return tables.of(file.mapping) if file.mapping else tables.Reading({})


def taken(name, owner):
    file = kept(name, owner)
    return statements.take(file, how(file), NOW)


def seen(name):
    file = kept(name)
    return statements.look(file, how(file), NOW)


def test_version_02_as_german_banks_write_it():
    found = seen("sparkasse-v02.xml")
    assert [(row.booked_on.day, row.amount, row.name) for row in found.found] == [
        (20, 500_000, "CLEO GMBH"),
        (20, -4_990, "Netzhost AG"),
        (19, 7_000, "Anna Beispiel"),
        (19, 5_000, "Bernd Beispiel"),
    ]
    first = found.found[0]
    assert first.text == "Rechnung INV-0001 vielen Dank"
    assert (first.iban, first.account) == ("DE89370400440532013000", "DE14740618130000033626")
    assert found.problems == []


def test_version_08_as_swiss_banks_write_it_with_two_accounts():
    found = seen("postfinance-v08.xml")
    first, second = found.found
    assert (first.name, first.currency, first.amount) == ("Cleo GmbH", "CHF", 500_000)
    assert first.reference == "000000000000000000000000011"
    assert (second.currency, second.amount, second.text) == ("EUR", 1_050, "Zinsen")
    assert second.booked_on == date(2026, 11, 18)
    assert found.accounts == ["8022", "CH4431999123000889012"]


def test_a_german_table_in_its_own_encoding_with_errors_by_row():
    found = seen("volksbank.csv")
    assert [(row.amount, row.name) for row in found.found] == [
        (500_000, "Cleo GmbH"),
        (1_250, "Bäckerei Größ"),
        (-4_990, "Netzhost AG"),
    ]
    assert [(row.line, row.column) for row in found.problems] == [(5, "amount"), (6, "booked_on")]


def test_an_american_table_in_which_two_alike_are_two():
    found = seen("chase.csv")
    assert [row.amount for row in found.found] == [500_000, -5_499, 2_000, 2_000]
    assert {row.currency for row in found.found} == {"USD"}
    assert len({row.key for row in found.found}) == 4


@pytest.mark.parametrize(
    ("text", "decimal", "minor"),
    [
        ("1.234,56-", ",", -123_456), ("(1,234.56)", ".", -123_456), ("+3'000.50", ".", 300_050),
        ("−12,00", ",", -1_200), ("€ 7,5", ",", 750), ("1 234,56", ",", 123_456),
    ],
)  # fmt: skip
def test_amounts_as_banks_write_them(text, decimal, minor):
    assert tables.parsed(text, "EUR", decimal) == minor


def test_two_columns_of_money_and_a_side_beside_one():
    two = b"Date;Description;Money in;Money out\n20.11.2026;A;10,00;\n19.11.2026;B;;3,50\n"
    side = b"Datum;Betrag;Soll/Haben;Text\n20.11.2026;10,00;H;A\n19.11.2026;3,50;S;B\n"
    for content in (two, side):
        file = statements.keep(content, "x.csv", the.owner(), NOW)
        found = statements.look(file, how(file), NOW)
        assert [row.amount for row in found.found] == [1_000, -350]


def test_the_same_file_twice_and_one_that_overlaps_add_nothing_twice():
    owner = the.owner()
    assert taken("chase.csv", owner).added == 4
    again = taken("chase.csv", owner)
    assert (again.added, again.repeated) == (0, 4)
    head, *rows = sample("chase.csv").splitlines()
    more = b'CREDIT,11/21/2026,"NEW",1.00,X,1.00'
    later = statements.keep(b"\n".join([head, more, *rows[2:]]), "later.csv", owner, NOW)
    assert statements.look(later, how(later), NOW).new == 1
    assert statements.take(later, how(later), NOW).added == 1
    assert BankLine.select().count() == 5


def test_two_owners_have_movements_of_their_own():
    for _ in range(2):
        assert taken("chase.csv", the.owner()).added == 4


def test_a_file_is_taken_over_once_and_not_kept_beside_its_movements():
    file = taken("chase.csv", the.owner())
    assert (file.file_id, File.select().count()) == (None, 0)
    with pytest.raises(statements.TakenAlready):
        statements.take(file, how(file), NOW)
    with pytest.raises(statements.TakenAlready):
        statements.drop(file)


def test_a_file_that_is_not_taken_over_can_go():
    statements.drop(kept("chase.csv"))
    assert (BankFile.select().count(), File.select().count()) == (0, 0)


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;">]><Document><BkToCstmrStmt><Stmt><Ntry>&c;</Ntry></Stmt>
</BkToCstmrStmt></Document>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>
<Document><BkToCstmrStmt><Stmt><Acct><Id><IBAN>&x;</IBAN></Id></Acct></Stmt></BkToCstmrStmt>
</Document>"""


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (LAUGHS, StatementUnreadable),
        (OUTSIDE, StatementUnreadable),
        (b"<!DOCTYPE d SYSTEM 'http://127.0.0.1:9/d.dtd'><Document/>", StatementUnreadable),
        (b"<Document><BkToCstmrStmt><Stmt>", StatementUnreadable),
        (b"<html><body>Log in first</body></html>", StatementUnreadable),
        (b"<Document/>", StatementUnreadable),
        (b"<Document><BkToCstmrDbtCdtNtfctn/></Document>", camt.OtherMessage),
        (b"<Document><BkToCstmrStmt/></Document>", StatementEmpty),
        (b"", StatementEmpty),
        (b" \n\t", StatementEmpty),
        (b"Date,Amount\n", StatementEmpty),
        (b"\x89PNG\r\n\x1a\n\0\0\0\0", StatementUnreadable),
        (b"\xff\xfe\x00", StatementUnreadable),
        (b"<?xml version='1.0' encoding='UTF-8'?><D>\xff\xfe</D>", StatementUnreadable),
        (b"<" + b"a" * movements.LARGEST, StatementTooLarge),
        (b"<a>" * 5_000, StatementUnreadable),
    ],
)  # fmt: skip
def test_what_is_no_statement_is_refused_and_nothing_is_kept(content, refusal):
    with pytest.raises(refusal):
        statements.keep(content, "x.xml", the.owner(), NOW)
    assert (BankFile.select().count(), File.select().count()) == (0, 0)


def document(entries):
    return f"<Document><BkToCstmrStmt><Stmt>{entries}</Stmt></BkToCstmrStmt></Document>"


def entry(**changes):
    said = {"amount": "1.00", "ccy": "EUR", "side": "CRDT", "day": "2026-11-20", **changes}
    return (
        '<Ntry><Amt Ccy="{ccy}">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts>BOOK</Sts>'
        "<BookgDt><Dt>{day}</Dt></BookgDt></Ntry>"
    ).format(**said)


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"amount": "1,00"}, "amount"), ({"amount": "NaN"}, "amount"),
        ({"amount": "1e99"}, "amount"), ({"amount": "-1.00"}, "amount"),
        ({"amount": "1.005"}, "amount"), ({"amount": "0"}, "amount"),
        ({"ccy": "XYZ"}, "currency"), ({"ccy": ""}, "currency"), ({"side": "IN"}, "amount"),
        ({"day": "2026-02-30"}, "booked_on"), ({"day": ""}, "booked_on"),
        ({"day": "2026-11-23"}, "booked_on"),
    ],
)  # fmt: skip
def test_an_entry_that_is_wrong_is_told_of_and_the_others_are_read(changes, column):
    wrong, right = camt.rows(document(entry(**changes) + entry()).encode(), TODAY)
    assert isinstance(wrong, Problem) and (wrong.line, wrong.column) == (1, column)
    assert isinstance(right, Movement) and right.amount == 100


def test_utf_16_is_read_as_it_says():
    text = f"<?xml version='1.0' encoding='UTF-16'?>{document(entry())}"
    content = text.encode("utf-16")
    assert camt.looks_like(content)
    [row] = camt.rows(content, TODAY)
    assert row.amount == 100


def test_ten_thousand_rows_are_taken_over_at_once():
    owner = the.owner()
    rows = "".join(f"2026-11-20,Client {n},{n + 1}.00\n" for n in range(10_000))
    file = statements.keep(f"Date,Name,Amount\n{rows}".encode(), "many.csv", owner, NOW)
    assert statements.take(file, how(file), NOW).added == 10_000
    assert BankLine.select().count() == 10_000


def test_more_than_we_take_is_refused():
    rows = "2026-11-20,A,1.00\n" * (movements.MOST + 1)
    with pytest.raises(StatementTooLarge):
        statements.keep(f"Date,Name,Amount\n{rows}".encode(), "many.csv", the.owner(), NOW)


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"Date,Sum of it\n20.11.2026,1.00\n", tables.AmountColumnMissing),
        (b"When,Amount\n20.11.2026,1.00\n", tables.DayColumnMissing),
        (b"Date,Amount\n03/04/2026,1.00\n", tables.DayOrderUnclear),
    ],
)
def test_a_table_that_leaves_something_open_is_asked_about(content, refusal):
    file = statements.keep(content, "x.csv", the.owner(), NOW)
    with pytest.raises(refusal):
        statements.take(file, how(file), NOW)
    assert BankLine.select().count() == 0
