"""QR codes for transfers say the account, what is due and the number; or there is none."""

import pytest
import segno

from billing.paying import transfer_codes

SELLER = {"street": "Bahnhofstrasse 1", "postcode": "8001", "city": "Zürich", "country": "CH"}
GERMAN = {"holder": "Alice Özil", "iban": "DE89 3704 0044 0532 0130 00", "bic": "COBADEFFXXX"}
SWISS = {"holder": "Alice Meier", "iban": "CH93 0076 2011 6238 5295 7", "bic": ""}
QR_IBAN = {**SWISS, "iban": "CH44 3199 9123 0008 8901 2"}


def content(bank, currency="EUR", **seller):
    return {
        "bank": bank,
        "currency": currency,
        "number": "INV-0007",
        "seller": {**SELLER, **seller},
    }


@pytest.fixture
def encoded(monkeypatch):
    """What goes into the codes made."""
    seen = []
    made = segno.make_qr

    def make_qr(text, **given):
        seen.append(text if isinstance(text, str) else text.decode("utf-8"))
        return made(text, **given)

    monkeypatch.setattr(segno, "make_qr", make_qr)
    return seen


def test_a_swiss_code_names_the_creditor_in_parts_and_the_exact_amount(encoded):
    code = transfer_codes.of(content(SWISS, "CHF"), 123_405)
    assert code.kind == "swiss"
    said = encoded[0].split("\r\n")
    assert said[:4] == ["SPC", "0200", "1", "CH9300762011623852957"]
    assert said[4:11] == ["S", "Alice Meier", "Bahnhofstrasse 1", "", "8001", "Zürich", "CH"]
    assert said[18:20] == ["1234.05", "CHF"]
    assert said[27:31] == ["NON", "", "INV-0007", "EPD"]
    assert code.svg.startswith(b"<svg")
    assert b'class="cross"' in code.svg


def test_an_epc_code_is_for_euros(encoded):
    code = transfer_codes.of(content(GERMAN), 5)
    assert code.kind == "epc"
    assert b"<svg" in code.svg
    said = encoded[-1].split("\n")
    assert said[0] == "BCD"
    assert {"Alice Özil", "DE89370400440532013000", "EUR0.05", "INV-0007"} <= set(said)


@pytest.mark.parametrize(
    ("told", "due"),
    [
        (content(GERMAN, "USD"), 100),
        (content(GERMAN, "CHF"), 100),
        (content({**GERMAN, "iban": ""}), 100),
        (content(GERMAN), 0),
        (content(GERMAN), 10**12),
        (content({**GERMAN, "holder": "x" * 71}), 100),
        (content(SWISS, "CHF", postcode=""), 100),
        (content(QR_IBAN, "CHF"), 100),
    ],
)
def test_where_no_scheme_fits_there_is_no_code(told, due):
    assert transfer_codes.of(told, due) is None
