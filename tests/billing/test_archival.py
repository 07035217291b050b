"""An invoice's PDF as PDF/A-3b: what ISO 19005-3 asks for, looked at in the file itself.

Not a validator's word: none is at hand. Each test names the clause that it holds to.
"""

import io
from hashlib import md5
from typing import Any

import pikepdf
import pytest
from lxml import etree
from pikepdf import Name

from billing.delivery import archival, pdf
from billing.delivery.pdf_press import press
from billing.einvoice import formats
from billing.people import brands
from models import File
from tests.billing import documents, einvoices
from tests.pictures import drawn

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
FX = "{urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#}"


def content(**other: Any) -> dict[str, Any]:
    """An invoice with every script, a logo and a brand's colour."""
    rows = [einvoices.line(100, description=name) for name in documents.SCRIPTS.values()]
    logo = File(content=brands.cleaned(drawn((900, 300))))
    brand = brands.printed(brands.Look("#b0306a", logo))
    return {**einvoices.invoice(*rows), "brand": brand, **other}


@pytest.fixture(scope="module")
def made() -> Any:
    said = content()
    written, document = pdf.archive("invoice.html", said, "en", formats.possible(said))
    yield written, document
    press.close()


@pytest.fixture(scope="module")
def opened(made: Any) -> Any:
    with pikepdf.open(io.BytesIO(made[1])) as file:
        yield file


def text(root: etree._Element, name: str) -> str:
    [found] = root.iter(name)
    return "".join(found.itertext()).strip()


@pytest.fixture(scope="module")
def xmp(opened: Any) -> etree._Element:
    return etree.fromstring(bytes(opened.Root.Metadata.read_bytes()))


def test_every_font_is_embedded_and_its_text_can_be_copied(opened: Any) -> None:
    """6.2.11.4.1 and 6.2.11.7."""
    fonts = [font for page in opened.pages for font in page.Resources.Font.values()]
    assert len(fonts) >= 5
    for font in fonts:
        below = font.get(Name.DescendantFonts, [font])
        assert all(Name.FontFile2 in each.FontDescriptor for each in below)
        assert Name.ToUnicode in font


def test_colours_are_srgb(opened: Any) -> None:
    """6.2.3: one output intent with its profile, and no colour that it does not stand for."""
    [intent] = opened.Root.OutputIntents
    assert intent.S == Name.GTS_PDFA1 and intent.OutputConditionIdentifier == "sRGB"
    profile = intent.DestOutputProfile
    assert profile.N == 3
    assert profile.read_bytes()[16:20] == b"RGB " and profile.read_bytes()[36:40] == b"acsp"
    for page in opened.pages:
        operators = {str(each.operator) for each in pikepdf.parse_content_stream(page)}
        assert not operators & {"k", "K"}, "CMYK"
        for image in page.get_images().values():
            assert image.ColorSpace in (Name.DeviceRGB, Name.DeviceGray)


def test_nothing_shines_through_runs_or_moves(opened: Any) -> None:
    """6.2.10, 6.6.1 and 6.4: no transparency, no actions, no forms."""
    for page in opened.pages:
        assert Name.Group not in page and Name.AA not in page and Name.Trans not in page
        states = page.Resources.get(Name.ExtGState, {})
        assert all(float(state.get(Name.ca, 1)) == 1 for state in states.values())
        assert all(Name.SMask not in image for image in page.get_images().values())
    root = opened.Root
    assert not {Name.AcroForm, Name.AA, Name.OpenAction, Name.OCProperties} & set(root.keys())
    assert Name.JavaScript not in root.get(Name.Names, {})


def test_metadata_says_what_it_is_and_what_the_information_says(opened: Any, xmp: Any) -> None:
    """6.6.2, 6.6.4: PDF/A part 3, level B; both kinds of metadata speak of one document."""
    pdfaid = "{http://www.aiim.org/pdfa/ns/id/}"
    assert (text(xmp, f"{pdfaid}part"), text(xmp, f"{pdfaid}conformance")) == ("3", "B")
    info, basic = opened.docinfo, "{http://ns.adobe.com/xap/1.0/}"
    assert text(xmp, f"{basic}CreateDate") == "2026-11-22T00:00:00+00:00"
    assert text(xmp, f"{basic}CreateDate") == text(xmp, f"{basic}ModifyDate")
    assert str(info["/CreationDate"]) == str(info["/ModDate"]) == "D:20261122000000+00'00'"
    dc = "{http://purl.org/dc/elements/1.1/}"
    assert text(xmp, f"{dc}title") == str(info["/Title"]) == "Invoice INV-0001"
    assert text(xmp, f"{dc}creator") == str(info["/Author"]) == "Müller & Söhne"
    assert text(xmp, "{http://ns.adobe.com/pdf/1.3/}Producer") == str(info["/Producer"])
    metadata = opened.Root.Metadata
    assert metadata.Subtype == Name.XML and Name.Filter not in metadata


def test_the_extension_schema_names_every_property_of_factur_x(xmp: Any) -> None:
    """6.6.2.3.3; Factur-X 1.0, 6.2.2."""
    prop = "{http://www.aiim.org/pdfa/ns/property#}name"
    named = {"".join(each.itertext()) for each in xmp.iter(prop)}
    used = {each.tag.removeprefix(FX) for each in xmp.iter(f"{FX}*")}
    assert used == named == {"DocumentType", "DocumentFileName", "Version", "ConformanceLevel"}
    assert text(xmp, f"{FX}ConformanceLevel") == "EN 16931"
    assert text(xmp, f"{FX}DocumentFileName") == archival.NAME


def test_the_xml_inside_is_the_one_beside(made: Any, opened: Any) -> None:
    """6.8: an associated file with its kind, its date and its relation to the page."""
    [spec] = opened.Root.AF
    assert spec.AFRelationship == Name.Alternative
    assert str(spec.F) == str(spec.UF) == archival.NAME
    inside = spec.EF.F
    assert inside.Subtype == Name("/text/xml")
    assert inside.read_bytes() == made[0]["factur-x"].encode()
    assert bytes(inside.Params.CheckSum) == md5(inside.read_bytes()).digest()  # noqa: S324
    assert str(inside.Params.ModDate).startswith("D:20261122")
    assert list(opened.attachments) == [archival.NAME]


def test_the_file_is_pdf_17_with_an_id_a_language_and_its_title_shown(made: Any) -> None:
    """6.1.2 and 6.1.3; the rest is for those who read by ear."""
    document = made[1]
    assert document.startswith(b"%PDF-1.7\n%") and min(document[10:14]) > 127
    with pikepdf.open(io.BytesIO(document)) as opened:
        first, second = opened.trailer.ID
        assert bytes(first) == bytes(second) and len(bytes(first)) == 16
        assert not opened.is_encrypted
        assert str(opened.Root.Lang) == "en" and opened.Root.ViewerPreferences.DisplayDocTitle


def test_links_are_printed() -> None:
    """6.3.2: annotations are there on paper as they are on the screen."""
    page = pdf.print_page('<body><p><a href="https://example.com">x</a></p></body>')
    created = archival.datetime(2026, 11, 22, tzinfo=archival.UTC)
    with pikepdf.open(io.BytesIO(archival._conforming(page, None, created))) as opened:
        annotations = [each for page in opened.pages for each in page.get(Name.Annots, [])]
        assert annotations and all(int(each.F) == 4 for each in annotations)


def test_one_invoice_is_one_sequence_of_bytes() -> None:
    said = content()
    first = pdf.archive("invoice.html", said, "en", formats.possible(said))
    press.close()
    assert pdf.archive("invoice.html", said, "en", formats.possible(said)) == first


def test_an_xml_that_cannot_be_written_does_not_hold_up_the_invoice(
    caplog: pytest.LogCaptureFixture,
) -> None:
    said = content()
    terms = {**formats.possible(said)["factur-x"], "BT-5": "euro"}
    written, document = pdf.archive("invoice.html", said, "en", {"factur-x": terms})
    assert written == {} and document.startswith(b"%PDF")
    assert "no factur-x" in caplog.text
    with pikepdf.open(io.BytesIO(document)) as opened:
        assert Name.AF not in opened.Root and Name.OutputIntents in opened.Root
