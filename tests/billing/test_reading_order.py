"""PDFs are read aloud in the order they are drawn in, so that is the order of their sense."""

import io
import re
from typing import Any

import pytest
from pypdf import PdfReader

from billing.delivery import pdf
from billing.delivery.pdf_press import press
from tests.billing import documents


@pytest.fixture(scope="module", autouse=True)
def no_child_left():
    yield
    press.close()


def drawn(content: dict[str, Any]) -> str:
    """All text in the order of the pages' content, blanks as one."""
    reader = PdfReader(io.BytesIO(pdf.render("invoice.html", content, content["language"])))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_a_label_is_followed_by_its_value_and_sums_by_nothing_of_before():
    text = drawn(documents.taxed())
    content = documents.taxed()
    places = [
        text.index(words)
        for words in (content["buyer"]["name"], content["lines"][0]["description"], "How to pay")
    ]
    assert places == sorted(places)
    assert re.search(r"Total \S*\d", text)


def test_sixty_lines_are_read_in_their_order():
    content = documents.invoice(60)
    names = [f"Outcome number {place:02}." for place in range(60)]
    for row, name in zip(content["lines"], names, strict=True):
        row["description"] = name
    text = drawn(content)
    places = [text.index(name) for name in names]
    assert places == sorted(places)
