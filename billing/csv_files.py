"""CSV as spreadsheets open it: UTF-8 with its mark, and no cell that is taken for a formula."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from io import StringIO

Cell = str | int | Decimal | date | None

FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def inert(text: str) -> str:
    """A text that no spreadsheet evaluates (OWASP: CSV injection)."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULAS) else text


def written(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A file of rows. Texts are made inert; numbers and days (ISO 8601) stay what they are."""
    out = StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([_cell(each) for each in header])
    writer.writerows([_cell(each) for each in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _cell(value: Cell) -> str | int:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, int):
        return value
    return inert(value or "")
