"""Numbers without gaps: a series for each kind of document, taken in the issuing transaction."""

from models import InvoiceKind, Series, User
from models.once import Once

PREFIXES = {InvoiceKind.INVOICE: "INV-", InvoiceKind.CREDIT_NOTE: "CN-"}
"""Of series that no one has named yet."""

_TAKE = Once(
    lambda owner, kind: (
        Series.update(next_number=Series.next_number + 1)
        .where(Series.owner == owner, Series.kind == kind)
        .returning(Series.id, Series.prefix, Series.next_number)
    )
)


def take(owner: int, kind: str) -> tuple[int, str, int]:
    """The owner's series of a kind, its prefix and next number, the row locked until commit."""
    taken = _TAKE.rows(owner, kind)
    if not taken:
        prefix = PREFIXES[InvoiceKind(kind)]
        Series.insert(owner=owner, kind=kind, prefix=prefix).on_conflict_ignore().execute()
        taken = _TAKE.rows(owner, kind)
    [(series, prefix, after)] = taken
    return series, prefix, after - 1


def following(owner: User, kind: InvoiceKind = InvoiceKind.INVOICE) -> str:
    """What the next of a kind will be called, unless another is issued before it."""
    series: Series | None = Series.get_or_none(Series.owner == owner.id, Series.kind == kind)
    prefix, number = (series.prefix, series.next_number) if series else (PREFIXES[kind], 1)
    return f"{prefix}{number:04d}"
