"""E-invoices: valid by the official rules, right to the cent, and the same as the page says."""

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

import facturx
import pytest
from lxml import etree

from billing import format
from billing.delivery import pdf
from billing.delivery.pdf_press import press
from billing.einvoice import formats
from models import EInvoiceFormat
from tests import schematron
from tests.billing import einvoices

SCENARIOS = einvoices.scenarios()


@pytest.fixture(scope="module", autouse=True)
def no_child_left():
    yield
    press.close()


@cache
def made(name: str) -> tuple[dict[str, bytes], bytes]:
    """The XMLs and the PDF of a scenario, as the worker makes them."""
    content = SCENARIOS[name]
    written, document = pdf.archive("invoice.html", content, "en", formats.possible(content))
    return {each: xml.encode() for each, xml in written.items()}, document


class Tree:
    """An XML by the local names of its elements."""

    def __init__(self, xml: bytes) -> None:
        self.root = etree.fromstring(xml)

    def all(self, *names: str) -> list[etree._Element]:
        return self.root.xpath("//" + "/".join(f"*[local-name()='{name}']" for name in names))

    def texts(self, *names: str) -> list[str]:
        return [each.text or "" for each in self.all(*names)]

    def sum(self, *names: str) -> Decimal:
        return sum((Decimal(text) for text in self.texts(*names)), Decimal(0))


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_format_keeps_the_official_rules(name: str) -> None:
    written, _ = made(name)
    assert "factur-x" in written and "xrechnung" in written
    for each, xml in written.items():
        facturx.xml_check_xsd(xml)
        assert schematron.broken(xml) == [], each


@pytest.mark.parametrize("name", SCENARIOS)
def test_amounts_are_right_to_the_cent_and_those_of_the_page(name: str) -> None:
    content, (written, document) = SCENARIOS[name], made(name)
    tree, places = Tree(written["factur-x"]), 0 if content["currency"] == "JPY" else 2
    cent = Decimal(1).scaleb(-places)
    summation = "SpecifiedTradeSettlementHeaderMonetarySummation"
    net, total = (tree.sum(summation, f"{x}Amount") for x in ("TaxBasisTotal", "GrandTotal"))
    tax, due = (tree.sum(summation, f"{x}Amount") for x in ("TaxTotal", "DuePayable"))
    lines = tree.sum("SpecifiedTradeSettlementLineMonetarySummation", "LineTotalAmount")
    off = tree.sum(
        "ApplicableHeaderTradeSettlement", "SpecifiedTradeAllowanceCharge", "ActualAmount"
    )
    assert net == lines - off and total == due == net + tax
    group = "ApplicableHeaderTradeSettlement", "ApplicableTradeTax"
    assert tree.sum(*group, "BasisAmount") == net and tree.sum(*group, "CalculatedAmount") == tax
    if content["prices"] == "net":
        for row in tree.all(*group):
            base, rate = (_of(row, each) for each in ("BasisAmount", "RateApplicablePercent"))
            assert _of(row, "CalculatedAmount") == (base * rate / 100).quantize(cent, ROUND_HALF_UP)
    for line in tree.all("IncludedSupplyChainTradeLineItem"):
        price, quantity = _of(line, "ChargeAmount"), _of(line, "BilledQuantity")
        exact = price * quantity - _of(line, "ActualAmount")
        assert exact.quantize(cent, ROUND_HALF_UP) == _of(line, "LineTotalAmount")
    printed = einvoices.printed(document)
    assert _money(total, content) in printed
    if tax:
        assert _money(net, content) in printed
        for row in tree.all(*group):
            assert _money(_of(row, "CalculatedAmount"), content) in printed


def _of(element: etree._Element, name: str) -> Decimal:
    found = element.xpath(f".//*[local-name()='{name}']")
    return Decimal(found[0].text) if found else Decimal(0)


def _money(amount: Decimal, content: dict) -> str:
    places = 0 if content["currency"] == "JPY" else 2
    return format.money(int(amount.scaleb(places)), content["currency"], "en")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("thirds", ("99.99", "19.00", "118.99")),
        ("cents", ("1.00", "0.19", "1.19")),
        ("a half", ("50.50", "2.53", "53.03")),
        ("gross", ("8.39", "1.60", "9.99")),
        ("three rates", ("175.00", "22.50", "197.50")),
        ("yen", ("150000", "0", "150000")),
    ],
)
def test_sums_that_are_easily_got_wrong(name: str, expected: tuple[str, str, str]) -> None:
    tree = Tree(made(name)[0]["factur-x"])
    summation = "SpecifiedTradeSettlementHeaderMonetarySummation"
    names = ("TaxBasisTotalAmount", "TaxTotalAmount", "GrandTotalAmount")
    assert tuple(tree.texts(summation, each)[0] for each in names) == expected


def test_each_rate_has_a_row_of_its_own() -> None:
    tree = Tree(made("three rates")[0]["factur-x"])
    group = "ApplicableHeaderTradeSettlement", "ApplicableTradeTax"
    assert tree.texts(*group, "RateApplicablePercent") == ["19", "7", "0"]
    assert tree.texts(*group, "CalculatedAmount") == ["19.00", "3.50", "0.00"]


def test_ubl_says_the_same_sums_as_factur_x() -> None:
    for name in SCENARIOS:
        written, _ = made(name)
        cii = Tree(written["factur-x"])
        for each in written.keys() - {"factur-x"}:
            ubl = Tree(written[each])
            pairs = (
                ("PayableAmount", "DuePayableAmount"),
                ("TaxExclusiveAmount", "TaxBasisTotalAmount"),
            )
            for theirs, ours in pairs:
                assert ubl.texts("LegalMonetaryTotal", theirs) == cii.texts(ours)
            assert ubl.texts("TaxSubtotal", "TaxAmount") == cii.texts(
                "ApplicableHeaderTradeSettlement", "ApplicableTradeTax", "CalculatedAmount"
            )


def test_a_credit_note_is_one_and_names_its_invoice() -> None:
    written, document = made("credit note")
    tree = Tree(written["factur-x"])
    assert tree.texts("ExchangedDocument", "TypeCode") == ["381"]
    assert tree.texts("InvoiceReferencedDocument", "IssuerAssignedID") == ["INV-0001"]
    assert Tree(written["peppol"]).root.tag.endswith("CreditNote")
    assert "Credit note" in einvoices.printed(document)


def test_a_deposit_is_an_invoice_that_says_so_and_declares_its_own_tax() -> None:
    tree = Tree(made("deposit")[0]["factur-x"])
    assert tree.texts("ExchangedDocument", "TypeCode") == ["380"]
    assert tree.texts("IncludedNote", "Content")[0].startswith("Advance payment.")
    assert not tree.all("TotalPrepaidAmount")
    assert tree.texts("ShipToTradeParty", "Name") == tree.texts("BuyerTradeParty", "Name")


def test_who_has_no_vat_number_is_known_by_another() -> None:
    small = Tree(made("small business")[0]["factur-x"])
    assert small.texts("SellerTradeParty", "ID") == ["1234567890"]
    assert small.texts("ApplicableTradeTax", "ExemptionReason")[0].startswith("Gemäß § 19")
    outside = Tree(made("outside scope")[0]["factur-x"])
    assert outside.texts("SellerTradeParty", "ID") == ["DE123456789"]
    assert not outside.all("SpecifiedTaxRegistration")
    assert not outside.all("ApplicableTradeTax", "RateApplicablePercent")


def test_what_is_withheld_is_said_and_still_due() -> None:
    written, _ = made("withholding")
    tree = Tree(written["factur-x"])
    assert tree.texts("IncludedNote", "Content") == ["IRPF 15 %: -€150.00"]
    assert tree.texts("DuePayableAmount") == ["1210.00"]


def test_french_notes_carry_their_codes() -> None:
    notes = [{"code": code, "text": f"Mention {code}"} for code in ("PMT", "PMD", "AAB")]
    content = {**SCENARIOS["standard"], "legal_notes": notes}
    written, _ = pdf.archive("invoice.html", content, "en", formats.possible(content))
    xml = written["factur-x"].encode()
    assert Tree(xml).texts("IncludedNote", "SubjectCode") == ["PMT", "PMD", "AAB"]
    assert schematron.broken(xml) == []


def test_unlucky_text_neither_breaks_the_xml_nor_reads_a_file() -> None:
    hostile = '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]>&y;]]>\x00\x0b\ufffe'
    content = einvoices.invoice(
        einvoices.line(100, description=hostile, detail=hostile),
        note=hostile,
        buyer=einvoices.party("FR", hostile),
    )
    written, document = pdf.archive("invoice.html", content, "en", formats.possible(content))
    assert set(written) == {"factur-x", "xrechnung", "peppol"}
    for xml in written.values():
        assert "&lt;!DOCTYPE" in xml and "root:" not in xml
        assert schematron.broken(xml.encode()) == []
    assert "root:" not in einvoices.printed(document)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"currency": "KWD"}, "E-invoices know two decimals at most, and KWD has three"),
        ({"buyer": einvoices.party("", "Nobody")}, "The client's country is missing"),
        (
            {"seller": einvoices.party("DE", vat_id="", tax_ids=[])},
            "Your tax number is missing",
        ),
        ({"total": 1}, "The amounts do not add up"),
    ],
)
def test_what_cannot_be_an_e_invoice_is_refused_in_words(changed: dict, sentence: str) -> None:
    content = {**SCENARIOS["standard"], **changed}
    for wanted in EInvoiceFormat:
        assert sentence in " ".join(map(str, formats.obstacles(content, wanted)))
    assert formats.possible(content) == {}


def test_reverse_charge_needs_both_numbers() -> None:
    nameless = {"vat_id": "", "tax_ids": []}
    buyer = {**SCENARIOS["reverse charge"], "buyer": einvoices.party("FR", "X", **nameless)}
    assert [str(each)[:32] for each in formats.obstacles(buyer, EInvoiceFormat.FACTUR_X)] == [
        "The client's VAT ID is missing, "
    ]


def test_xrechnung_and_peppol_say_what_they_need() -> None:
    bare = {"buyer_reference": "", "purchase_order": ""}
    mute = einvoices.party("DE", phone="")
    content = {**SCENARIOS["standard"], **bare, "seller": mute}
    told = {each: " ".join(map(str, formats.obstacles(content, each))) for each in EInvoiceFormat}
    assert told[EInvoiceFormat.FACTUR_X] == ""
    assert "Leitweg-ID" in told[EInvoiceFormat.XRECHNUNG]
    assert "phone number" in told[EInvoiceFormat.XRECHNUNG]
    assert "purchase order" in told[EInvoiceFormat.PEPPOL]
    assert list(formats.possible(content)) == ["factur-x"]


def test_a_seller_outside_the_union_makes_none() -> None:
    content = {**SCENARIOS["standard"], "seller": einvoices.party("US")}
    assert not formats.is_due(content) and formats.possible(content) == {}


def test_an_invoice_frozen_before_there_were_e_invoices_is_one_too() -> None:
    """Without a street by itself, without units, discounts, allowances or a kind of document."""
    content = SCENARIOS["standard"]
    new = {"document_type", "buyer_reference", "allowances", "withholding"}
    old = {key: value for key, value in content.items() if key not in new}
    keys = ("name", "address", "country", "email", "phone", "tax_ids")
    for side in ("seller", "buyer"):
        old[side] = {key: content[side][key] for key in keys}
    old["lines"] = [
        {key: value for key, value in row.items() if key not in ("unit", "discount")}
        for row in content["lines"]
    ]
    assert list(formats.possible(old)) == ["factur-x", "peppol"]
    written, _ = pdf.archive("invoice.html", old, "en", formats.possible(old))
    assert schematron.broken(written["factur-x"].encode()) == []
    assert re.search("<ram:LineOne>Hauptstraße 5", written["factur-x"])
