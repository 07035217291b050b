"""Whether credit notes take back no more than was billed, with the tax that was on it."""

from collections.abc import Iterator

from peewee import fn

from billing.invoicing import credit_notes, tax
from billing.invoicing import lines as rows
from models import Charge, Invoice, InvoiceKind, InvoiceLine, InvoiceState


def problems(note: Invoice) -> Iterator[str]:
    """What of one credit note does not follow from the invoice it names."""
    said = f"credit note {note.number}"
    of: Invoice | None = note.credits
    if of is None or of.kind != InvoiceKind.INVOICE or of.state != InvoiceState.ISSUED:
        yield f"{said}: it credits no issued invoice"
        return
    if note.project_id != of.project_id or note.currency != of.currency:
        yield f"{said}: it is of another project than invoice {of.number}"
    lines = rows.of(note)
    for line in lines:
        yield from _of_line(line, of, said)
    sums = _sums(note, of)
    if (sums.net, sums.tax, sums.total) != (note.net, note.tax, note.total) or not lines:
        yield f"{said}: its totals do not follow from its lines"
    if [row.__dict__ for row in sums.rows] != note.taxes:
        yield f"{said}: its tax does not follow from invoice {of.number}"
    held = [(line.net, line.allowance, line.allowance_net) for line in lines]
    if list(zip(sums.nets, sums.shares, sums.net_shares, strict=True)) != held:
        yield f"{said}: the nets of its lines do not follow from their amounts"


def _of_line(line: InvoiceLine, of: Invoice, said: str) -> Iterator[str]:
    credited: InvoiceLine | None = line.credits
    if credited is None or credited.invoice_id != of.id or line.amount <= 0:
        yield f"{said}: line {line.position + 1} credits nothing of invoice {of.number}"
        return
    if credited.milestone_id != line.milestone_id:
        yield f"{said}: line {line.position + 1} is of another milestone"
    whole = _before(credited, None)
    if whole > credited.amount:
        yield f"invoice {of.number}: {whole} credited of {credited.amount} in a line"
    standing = Charge.select().where(Charge.line == credited.id, Charge.freed_at.is_null())
    if whole == credited.amount and standing.exists():
        yield f"invoice {of.number}: a line credited whole still bills its milestone"


def _sums(note: Invoice, of: Invoice) -> tax.Totals:
    """What the note has to come to, after the notes before it."""
    taken = {line.credits_id: int(line.amount) for line in rows.of(note)}
    return tax.credit(
        [
            credit_notes.creditable(line, _before(line, note), taken.get(line.id, 0))
            for line in rows.of(of)
        ],
        bool(note.project.prices_gross),
    )


def _before(line: InvoiceLine, note: Invoice | None) -> int:
    """What was credited of a line before a note, or in all."""
    credited = (
        InvoiceLine.select(fn.COALESCE(fn.SUM(InvoiceLine.amount), 0))
        .join(Invoice)
        .where(InvoiceLine.credits == line.id)
    )
    if note is not None:
        credited = credited.where(Invoice.sequence < note.sequence)
    return int(credited.scalar())
