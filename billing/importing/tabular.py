"""Tables in files as people have them: any usual encoding, any usual sign between the cells."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO

from billing import csv_files
from billing.refusals import N_, Refusal

LARGEST = 32 * 1024 * 1024
"""Bytes of a file: some 150,000 rows of tracked time."""

MOST_ROWS = 200_000

SEPARATORS = (",", ";", "\t", "|")
SAMPLE = 64 * 1024

MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
"""Byte order marks, which settle an encoding."""

SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
"""How files of Excel and LibreOffice begin, and old ones of Excel."""


class NotATable(Refusal):
    sentence = N_(
        "This file cannot be read as a table. Export it again as CSV, with a row of column names."
    )
    field = "file"


class IsASpreadsheet(Refusal):
    sentence = N_(
        "This is a spreadsheet or an archive, not CSV. "
        "Open it, save it as CSV, and bring that file."
    )
    field = "file"


class QuoteOpen(Refusal):
    sentence = N_(
        "A quotation mark opens in line %(line)s and is not closed where its cell ends, so the "
        "lines after it would be lost: %(text)s. Correct that line, and bring the file again."
    )
    field = "file"


class FileEmpty(Refusal):
    sentence = N_("This file holds no rows under its column names.")
    field = "file"


class TableTooLarge(Refusal):
    sentence = N_("This file is too large. Export it in parts of at most 200,000 rows and 32 MB.")
    field = "file"


@dataclass(frozen=True)
class Table:
    """A file's rows as text. `header` names the columns, `first` is the first row's line."""

    header: Sequence[str]
    text: str
    separator: str
    first: int

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Line number (from 1) and cells of every row below the header that is not blank."""
        reader = csv.reader(StringIO(self.text, newline=""), delimiter=self.separator)
        for line, cells in enumerate(reader, 1):
            if line > self.first and any(map(str.strip, cells)):
                yield line, cells


def read(content: bytes) -> Table:
    """A file as it was posted.

    Refuses TableTooLarge, IsASpreadsheet, NotATable, FileEmpty, QuoteOpen.
    """
    if len(content) > LARGEST:
        raise TableTooLarge
    if content.startswith(SPREADSHEETS):
        raise IsASpreadsheet
    # PostgreSQL holds no NUL in text, and no keyboard types one.
    text = _decoded(content).replace("\0", "")
    if not text.strip():
        raise FileEmpty
    separator, text = _separator(text)
    _refuse_open_quote(text, separator)
    try:
        table = _headed(text, separator)
        count = sum(1 for _row in table.rows())
    except csv.Error as broken:
        raise NotATable from broken
    if count == 0:
        raise FileEmpty
    if count > MOST_ROWS:
        raise TableTooLarge
    return table


def _decoded(content: bytes) -> str:
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return _text(content, encoding)
    if content[:SAMPLE].count(0) > len(content[:SAMPLE]) // 4:
        # Every other byte of Latin text in UTF-16 is nought, at odd places where little ends first.
        return _text(content, "utf-16-le" if content[1:2] == b"\0" else "utf-16-be")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _of_a_code_page(content)


WESTERN, CENTRAL, JAPANESE = "cp1252", "cp1250", "cp932"

SCRIPTS = ("cp1251", "cp1253", "cp1255", "cp1256", JAPANESE, "gb18030", "big5", "euc_kr")
"""Encodings of scripts other than Latin: Cyrillic, Greek, Hebrew, Arabic, and those of the East."""

BEYOND = re.compile(r"[^\x00-\x7f]+")
MANY = 3
"""Signs beyond ASCII that stand together on average only where letters are not Latin."""

KANA = re.compile(r"[\u3041-\u30ff][\u3041-\u30ff\u4e00-\u9fff]|[\u4e00-\u9fff][\u3041-\u30ff]")
"""Japanese script beside itself or Chinese signs, which no misread letters make."""

MISREAD = re.compile(r"[^\W\d_][¹³¿][^\W\d_]|[£¯¥][^\W\d_]|\ufffd")
"""What Polish words hold that are read as Western: “g³owna” for “główna”."""


def _of_a_code_page(content: bytes) -> str:
    """What programs on Windows wrote before UTF-8.

    A library that guesses the code page tells scripts apart, but not those of Latin script: a
    table has too few words for it, and “M³ller” came out for Müller. So Latin, which has an accent
    here and there, is Western unless that leaves no words.
    """
    japanese = _text(content, JAPANESE)
    if "\ufffd" not in japanese and KANA.search(japanese):
        # Half of its bytes are ASCII's, so that it does not look unlike Latin.
        return japanese
    western = _text(content, WESTERN)
    apart = BEYOND.findall(western[:SAMPLE])
    if sum(map(len, apart)) > MANY * len(apart):
        # Only a file that needs it pays for the library's tables.
        from charset_normalizer import from_bytes

        guess = from_bytes(content[:SAMPLE], cp_isolation=list(SCRIPTS)).best()
        return _text(content, guess.encoding if guess else WESTERN)
    return _text(content, CENTRAL) if MISREAD.search(western) else western


def _text(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding, errors="strict" if "16" in encoding else "replace")
    except UnicodeDecodeError as broken:
        raise NotATable from broken


def _separator(text: str) -> tuple[str, str]:
    """The sign between cells, and the text without a line that only names it, as Excel writes."""
    if text[:4].casefold() == "sep=" and text[4:5]:
        return text[4], text[5:].lstrip("\r\n")
    head = [line for line in text[:SAMPLE].splitlines() if line.strip()][:20]
    widths = {sign: _width(head, sign) for sign in SEPARATORS}
    best = max(SEPARATORS, key=lambda sign: widths[sign])
    if widths[best] < (2, 0):
        raise NotATable
    return best, text


def _width(head: list[str], sign: str) -> tuple[int, int]:
    """How many columns most of the first lines have with this sign, and how many lines those are:
    in a short table decimal commas part as many columns as semicolons, but not in every line."""
    try:
        counts = [len(cells) for cells in csv.reader(head, delimiter=sign) if any(cells)]
    except csv.Error:
        return 0, 0
    most = max(set(counts), key=lambda count: (counts.count(count), count), default=0)
    return most, counts.count(most)


def _headed(text: str, separator: str) -> Table:
    """The header is the first row of which at least two cells say something."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator)
    for line, cells in enumerate(reader, 1):
        if sum(bool(cell.strip()) for cell in cells) >= 2:
            return Table([cell.strip() for cell in cells], text, separator, line)
    raise NotATable


def _refuse_open_quote(text: str, separator: str) -> None:
    """Refuse QuoteOpen where one row goes on over the lines of others.

    A quotation mark at fault within its own line harms no other row, and is read as it stands.
    """
    try:
        for _cells in csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True):
            pass
    except csv.Error:
        # Only a file that has one pays for finding where.
        _refuse_lines_in_one(text, separator)


def _refuse_lines_in_one(text: str, separator: str) -> None:
    lines: list[str] = []
    reader = csv.reader(_noted(StringIO(text, newline=""), lines), delimiter=separator)
    while True:
        lines.clear()
        try:
            if next(reader, None) is None:
                return
            is_proper = len(lines) < 2 or _is_proper(lines, separator)
        except csv.Error:
            is_proper = len(lines) < 2
        if not is_proper:
            raise QuoteOpen(line=reader.line_num - len(lines) + 1, text=_quoted(lines[0]))


def _noted(source: Iterable[str], lines: list[str]) -> Iterator[str]:
    for line in source:
        lines.append(line)
        yield line


def _is_proper(lines: Iterable[str], separator: str) -> bool:
    """Whether lines are one row whose quotation marks are all closed where a cell ends."""
    try:
        return sum(1 for _cells in csv.reader(lines, delimiter=separator, strict=True)) == 1
    except csv.Error:
        return False


def _quoted(line: str) -> str:
    text = harmless(line)
    return f"{text[:60]}…" if len(text) > 60 else text


def harmless(cell: str) -> str:
    """A cell's text without what no keyboard types: signs that control, hide or turn around."""
    return "".join(sign for sign in cell if sign == "\n" or sign.isprintable()).strip()


REASONS = ("Line", "Field", "Why it was not imported")


def returned(
    table: Table,
    told: Mapping[int, tuple[str, Refusal]],
    columns: Mapping[str, Sequence[int]],
    say: Callable[[Refusal], str],
) -> bytes:
    """The rows that were not taken as a CSV file: as they were, with line, column and why.

    They can be corrected there and imported again; `told` is by line, `columns` says where a
    field stands, so that its column is named as the file names it, `say` puts a refusal into
    words.
    """
    width = len(table.header)
    named = {field: table.header[at] for field, [at, *_more] in columns.items() if at < width}
    rows: Iterator[list[csv_files.Cell]] = (
        [*(cells + [""] * width)[:width], line, named.get(told[line][0], ""), say(told[line][1])]
        for line, cells in table.rows()
        if line in told
    )
    return csv_files.written([*table.header, *REASONS], rows)
