"""Documents: what is written is what can be read, in every script, on every page."""

import io
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest
from pypdf import PdfReader

from billing.delivery import pdf
from billing.delivery.pdf_press import press
from tests.billing import documents

CLAUSE_START = documents.CLAUSE[:40]
A4, LETTER = (595, 842), (612, 792)


@pytest.fixture(scope="module", autouse=True)
def no_child_left() -> Iterator[None]:
    yield
    press.close()


def read(template: str, content: dict[str, Any]) -> PdfReader:
    return PdfReader(io.BytesIO(pdf.render(template, content, content["language"])))


def texts(reader: PdfReader) -> list[str]:
    """The text of each page; Arabic in its letters, not in the shapes they take."""
    return [normalize("NFKC", page.extract_text()).replace("\u00a0", " ") for page in reader.pages]


@pytest.fixture(scope="module")
def scripts() -> PdfReader:
    """One invoice with a line in each script, and each in the buyer's address."""
    names = list(documents.SCRIPTS.values())
    content = documents.invoice(len(names))
    for row, name in zip(content["lines"], names, strict=True):
        row["description"] = name
    content["buyer"]["address"] = names
    content["project"]["title"] = " ".join(names)
    return read("invoice.html", content)


@pytest.mark.parametrize("script", documents.SCRIPTS)
def test_every_script_is_read_back_as_written(scripts: PdfReader, script: str) -> None:
    lines = [line.strip() for line in texts(scripts)[0].splitlines()]
    name = documents.SCRIPTS[script]
    assert lines.count(name) >= 1
    assert sum(name in line for line in lines) >= 3


def test_every_face_is_an_embedded_subset_of_noto(scripts: PdfReader) -> None:
    agreement = read("agreement.html", documents.agreement())
    faces = {}
    for page in [*scripts.pages, *agreement.pages]:
        for font in page["/Resources"]["/Font"].values():
            font = font.get_object()
            faces[font["/BaseFont"].split("+")[-1]] = font["/FontDescriptor"]
    assert set(faces) == {
        "NotoSans-Regular",
        "NotoSans-Bold",
        "NotoSansJP-Regular",
        "NotoSansArabic-Regular",
        "NotoSansHebrew-Regular",
        "NotoSansThai-Regular",
    }
    assert all("/FontFile2" in descriptor for descriptor in faces.values())


def test_what_no_face_can_draw_is_marked_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    [text] = texts(read("invoice.html", documents.invoice(note="한 and \ufe0f−5")))
    assert "\ufffd and -5" in text
    assert "U+D55C" in caplog.text
    assert "\u2212" not in text


def test_right_to_left_documents_are_laid_out_from_the_right() -> None:
    content = documents.invoice(1, language="he")
    page = read("invoice.html", content).pages[0]
    places: dict[str, float] = {}

    def visit(text: str, _user: Any, matrix: list[float], *_: Any) -> None:
        places.setdefault(text.strip(), matrix[4])

    page.extract_text(visitor_text=visit)
    assert places["Amount"] < places["Accepted"] < places["Outcome"]


def test_names_keep_their_direction_in_sentences_of_the_other() -> None:
    content = documents.agreement(1, 1, 1, language="he")
    content["milestones"][0]["deliverable"] = "English, all of it (PDF)."
    text = texts(read("agreement.html", content))[0]
    assert "English, all of it (PDF)." in text
    assert "+1 503 555 0100" in text
    assert "Northwind Trading Ltd." in text


def test_metadata_names_title_author_language_and_date() -> None:
    reader = read("invoice.html", documents.taxed())
    assert reader.metadata is not None
    assert reader.metadata.title == "Invoice INV-0001"
    assert reader.metadata.author == "Müller & Söhne"
    assert reader.metadata.creator == "Milepost"
    assert reader.metadata["/CreationDate"].startswith("D:20261122")
    assert reader.trailer["/Root"]["/Lang"] == "en"


@pytest.mark.parametrize(
    ("content", "size"), [(documents.invoice(), LETTER), (documents.taxed(), A4)]
)
def test_paper_follows_the_seller(content: dict[str, Any], size: tuple[int, int]) -> None:
    box = read("invoice.html", content).pages[0].mediabox
    assert (round(box.width), round(box.height)) == size


def test_an_invoice_says_first_what_to_pay_and_when() -> None:
    [text] = texts(read("invoice.html", documents.invoice()))
    head, _, rest = text.partition("Outcome")
    assert head.index("$5,000.00") < head.index("Dec 6, 2026") < head.index("From")
    assert "Strategy" not in head and "Nov 20, 2026" in rest
    assert "Please pay $5,000.00 by Dec 6, 2026 and quote INV-0001." in rest
    assert "000123456789" in rest and "IBAN" not in rest


def test_an_account_is_printed_in_groups_of_four() -> None:
    """As ISO 13616 has it: 22 signs in one row are typed off wrong."""
    for iban in ("DE89 3704 0044 0532 0130 00", "MT84 MALT 0110 0001 2345 MTLC AST0 01S"):
        bank = documents.invoice()["bank"] | {"iban": iban.replace(" ", ""), "account": ""}
        [text] = texts(read("invoice.html", {**documents.invoice(), "bank": bank}))
        assert iban in text


def test_without_an_account_no_half_of_one_is_shown() -> None:
    bank = documents.invoice()["bank"] | {"account": "", "routing": ""}
    [text] = texts(read("invoice.html", documents.invoice(bank=bank)))
    assert "Please pay" in text and "Account holder" not in text


def test_an_agreement_says_whether_tax_is_in_its_prices() -> None:
    tax = {"category": "S", "rate": 19000, "label": "USt", "note": ""}
    totals = {"net": 500000, "tax": 95000, "total": 595000}
    content = documents.agreement(1, 1, 1, tax=tax, totals=totals)
    text = " ".join(" ".join(texts(read("agreement.html", content))).split())
    assert "Total with USt $5,950.00" in text
    assert "Invoiced, plus USt $1,500.00 (30 %)" in text
    assert "Net $5,000.00 USt 19 % $950.00 Total $5,950.00" in text
    content["prices"] = "gross"
    text = " ".join(" ".join(texts(read("agreement.html", content))).split())
    assert "Total, USt included" in text and "Invoiced, USt included" in text


def test_a_seller_outside_tax_never_shows_any() -> None:
    [text] = texts(read("invoice.html", documents.invoice()))
    assert "VAT" not in text and "Net" not in text
    assert text.count("Total") == 1


def test_each_rate_has_its_net_and_tax() -> None:
    [text] = texts(read("invoice.html", documents.taxed()))
    assert "USt 19 % on €5,000.00" in text and "€950.00" in text
    assert "USt 7 % on €5,000.00" in text and "€350.00" in text
    assert "€11,300.00" in text


def test_reverse_charge_is_said_in_words_once() -> None:
    row = {"category": "AE", "rate": 0, "net": 500000, "tax": 0, "label": "VAT", "note": ""}
    assert "Reverse charge" in texts(read("invoice.html", documents.invoice(taxes=[row])))[0]
    rows = [row | {"note": "Steuerschuldnerschaft des Leistungsempfängers"}] * 2
    [text] = texts(read("invoice.html", documents.invoice(taxes=rows)))
    assert text.count("Steuerschuldnerschaft") == 1 and "Reverse charge" not in text


@pytest.mark.parametrize("lines", [15, 16, 49, 60])
def test_totals_of_a_long_invoice_stay_together_and_with_the_last_line(lines: int) -> None:
    """15 lines and the totals just fill a page; with 16, and with 49, they move on."""
    content = documents.taxed(lines)
    pages = [" ".join(page.split()) for page in texts(read("invoice.html", content))]
    [last] = [page for page in pages if "Total" in page]
    for part in ("Net €", "USt 19 % on €", "USt 7 % on €", f"Total €{content['total'] / 100:,.2f}"):
        assert last.count(part) == 1
    assert ", part " in last
    assert sum(page.count(", part ") for page in pages) == lines
    for page in pages:
        assert page.count("Outcome") == (", part " in page)


def test_every_page_says_which_of_how_many_it_is() -> None:
    pages = texts(read("agreement.html", documents.agreement()))
    assert len(pages) > 3
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in page


def test_an_agreement_holds_every_word_in_its_order() -> None:
    content = documents.agreement()
    words = " ".join(" ".join(texts(read("agreement.html", content))).split())
    place = 0
    for row in content["milestones"]:
        for part in (f"{row['title']} $5,000.00", "As a PDF", "Due Dec 15, 2026"):
            place = words.index(part, place)
        for criterion in row["criteria"]:
            place = words.index(criterion["text"], place)
        place = words.index("$3,500.00 (70 %) on acceptance", place)
    for number, clause in enumerate(content["clauses"], 1):
        place = words.index(f"{number}. {clause['heading']} {CLAUSE_START}", place)
    assert words.index("Dana Whitfield", place)
    assert words.count(CLAUSE_START) == 5 * len(content["clauses"])


def test_text_longer_than_a_page_is_cut_between_pages_and_not_shrunk() -> None:
    content = documents.invoice()
    content["lines"][0]["detail"] = "\n\n".join([documents.CLAUSE * 3] * 20)
    reader = read("invoice.html", content)
    assert len(reader.pages) > 1
    assert " ".join(" ".join(texts(reader)).split()).count(CLAUSE_START) == 60
    sizes: set[float] = set()

    def visit(text: str, _user: Any, matrix: list[float], _font: Any, size: float) -> None:
        if text.strip():
            sizes.add(round(size * abs(matrix[3]), 1))

    for page in reader.pages:
        page.extract_text(visitor_text=visit)
    assert min(sizes) >= 8


@pytest.fixture
def visitors() -> Iterator[tuple[str, list[str]]]:
    """A web server on this machine, and the paths that were asked of it."""
    asked: list[str] = []

    class Server(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


def test_typed_markup_is_printed_and_never_obeyed(
    visitors: tuple[str, list[str]], tmp_path: Path
) -> None:
    address, asked = visitors
    secret = tmp_path / "secret.txt"
    secret.write_text("nobody may read this")
    markup = (
        f'<img src="file://{secret}"><img src="{address}/a.png">'
        f'<style>@import url({address}/b.css);</style></p><pdf:insertpdf src="{secret}">'
        f'<p style="background:url({address}/c.png)"><img src="../../../secret.txt">'
        f'<!ENTITY e SYSTEM "file://{secret}">&e;'
    )
    content = documents.invoice(
        note=markup,
        seller=documents.party(markup),
        project={"id": 1, "title": markup},
        bank=documents.invoice()["bank"] | {"holder": markup},
    )
    reader = read("invoice.html", content)
    words = "".join("".join(texts(reader)).split())
    assert words.count("".join(markup.split())) >= 2
    assert "nobodymayreadthis" not in words
    assert asked == []
    assert reader.metadata is not None and reader.metadata.author == markup


@pytest.mark.parametrize(
    "element",
    [
        '<img src="file://{secret}">',
        '<img src="{address}/a.png">',
        '<link rel="stylesheet" href="{address}/a.css">',
        '<pdf:insertpdf src="{secret}">',
        "<style>@import url({address}/a.css);</style>",
        '<p style="background-image:url({address}/a.png)">y</p>',
        '<img src="../../../../../../../../../../{secret}">',
    ],
)
def test_a_page_that_reaches_out_is_refused(
    visitors: tuple[str, list[str]], tmp_path: Path, element: str
) -> None:
    address, asked = visitors
    secret = tmp_path / "secret.txt"
    secret.write_text("nobody may read this")
    with pytest.raises(pdf.RenderFailed) as failure:
        pdf.print_page(f"<body><p>x {element.format(address=address, secret=secret)}</p></body>")
    assert failure.value.reason == "refused"
    assert asked == []
