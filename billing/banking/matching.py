"""Which invoice a movement is likely to pay, and the reason in words. It suggests, never books."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from stdnum import iso11649

from billing.banking import likeness, splitting, twins
from billing.banking.likeness import names
from billing.banking.movements import compact
from billing.banking.splitting import Parts
from billing.paying import withholding
from billing.refusals import N_
from models import BankLine, Client, Invoice, InvoiceKind, InvoiceState, Payment, User

REASONS = {
    "reference": N_("Its structured reference names this invoice."),
    "number": N_("Its text names this invoice."),
    "account": N_("It is exactly what is due, from the account that paid %(before)s."),
    "name": N_("It is exactly what is due, and the payer's name is like %(client)s."),
    "amount": N_("It is exactly what is due of this invoice alone; the name is another."),
    "numbers": N_("Its text names these invoices."),
    "numbers_part": N_("Its text names these invoices; it is less than is due of them."),
    "sum": N_("It is exactly what is due of these invoices of %(client)s together."),
    "payer": N_("The payer's name is like %(client)s, the amount is not what is due."),
}


@dataclass(frozen=True)
class Suggestion:
    """An invoice for a movement, or several with the `parts` of it that they get. Money in minor
    units; `before` is a payment already recorded over that amount, and may be this movement."""

    line: BankLine
    invoice: Invoice | None = None
    reason: str = ""
    facts: dict[str, str] | None = None
    before: Payment | None = None
    parts: Parts = ()

    @property
    def due(self) -> int:
        return max(0, self.invoice.left) if self.invoice is not None else 0

    @property
    def surplus(self) -> int:
        """What would become credit of the client."""
        return max(0, int(self.line.amount) - self.due) if self.invoice is not None else 0

    @property
    def rest(self) -> int:
        """What of the invoice would still be due."""
        return max(0, self.due - int(self.line.amount))

    @property
    def is_sure(self) -> bool:
        """Whether it is offered ready to be confirmed; the rest waits for a person to choose."""
        named = self.reason in ("reference", "number", "account", "name", "numbers", "sum")
        return named and not self.surplus and self.before is None


class Books:
    """What an owner's movements are compared with, read in a few queries."""

    def __init__(self, owner: User) -> None:
        issued = Invoice.of(owner).where(
            Invoice.state == InvoiceState.ISSUED, Invoice.kind == InvoiceKind.INVOICE
        )
        self.issued = list(issued.order_by(Invoice.due_on, Invoice.id))
        self.open = [row for row in self.issued if row.left > 0]
        self._numbers = [(row, compact(str(row.number))) for row in self.issued]
        self._payers = self._known_payers(owner)
        self._owner = owner

    def _known_payers(self, owner: User) -> dict[str, tuple[int, str]]:
        """By the account that paid before: whose invoice, and which."""
        rows = (
            BankLine.select(BankLine.iban, Invoice.client, Invoice.number)
            .join(Payment)
            .join(Invoice)
            .where(BankLine.owner == owner.id, BankLine.iban != "")
            .order_by(BankLine.id)
        )
        return {iban: (client, number) for iban, client, number in rows.tuples()}

    def suggestions(
        self, lines: Sequence[BankLine], chosen: Mapping[int, Invoice] | None = None
    ) -> list[Suggestion]:
        """One for each movement, in their order; without an invoice where none is likely.

        `chosen` are invoices a person has chosen, by the movement's id.
        """
        recorded, chosen, found = twins.of(lines, self._owner), chosen or {}, []
        for line in lines:
            before = recorded.get(line.id)
            found.append(
                Suggestion(line, chosen[line.id], before=before)
                if line.id in chosen
                else self._with(line, before)
            )
        return found

    def _with(self, line: BankLine, before: Payment | None) -> Suggestion:
        for reason, rule in RULES:
            parts = self._split(line, reason)
            if parts:
                return self._of_parts(line, parts, reason, before)
            found = rule(self, line)
            if found is not None:
                invoice, facts = found
                facts = {"client": str(invoice.client.name), **facts}
                return Suggestion(line, invoice, reason, facts, before)
        return Suggestion(line, before=before)

    def _split(self, line: BankLine, reason: str) -> Parts:
        """The invoices that a movement pays together, looked for in the order of RULES."""
        mine = [row for row in self.open if row.currency == line.currency]
        if reason == "number":
            text = f"{line.text} {line.reference}".upper()
            named = [row for row in mine if names(text, str(row.number))]
            return splitting.of_named(named, int(line.amount))
        if reason == "amount":
            known = self._payers.get(str(line.iban)) if line.iban else None
            theirs = {row.client_id for row in mine if alike(line, row.client)}
            client = known[0] if known else theirs.pop() if len(theirs) == 1 else None
            owed = [row for row in mine if row.client_id == client]
            return splitting.of_sum(owed, int(line.amount))
        return ()

    @staticmethod
    def _of_parts(line: BankLine, parts: Parts, rule: str, before: Payment | None) -> Suggestion:
        is_whole = all(part == withholding.payable(row) for row, part in parts)
        named = "numbers" if is_whole else "numbers_part"
        reason = named if rule == "number" else "sum"
        facts = {"client": str(parts[0][0].client.name)}
        return Suggestion(line, None, reason, facts, before, parts)

    def _named_by(self, line: BankLine, hits: Iterable[Invoice]) -> Invoice | None:
        """Of invoices that a movement names: one still open, the one it would pay exactly first."""
        named = [row for row in hits if row.currency == line.currency]
        exact = [row for row in named if line.amount in (row.left, withholding.payable(row))]
        still = [row for row in named if row.left > 0]
        return next(iter(exact or still or named), None)

    def by_reference(self, line: BankLine) -> "Found":
        told = core(str(line.reference))
        if not told:
            return None
        digits = told.lstrip("0")
        hits = [
            row
            for row, number in self._numbers
            if told == number or (digits and digits == re.sub(r"\D", "", number).lstrip("0"))
        ]
        found = self._named_by(line, hits)
        return None if found is None else (found, {})

    def by_number(self, line: BankLine) -> "Found":
        text = f"{line.text} {line.reference}".upper()
        found = self._named_by(line, [row for row in self.issued if names(text, str(row.number))])
        return None if found is None else (found, {})

    def by_account(self, line: BankLine) -> "Found":
        if not line.iban or line.iban not in self._payers:
            return None
        client, before = self._payers[str(line.iban)]
        found = next((row for row in self._exact(line) if row.client_id == client), None)
        return None if found is None else (found, {"before": before})

    def by_name(self, line: BankLine) -> "Found":
        found = next((row for row in self._exact(line) if alike(line, row.client)), None)
        return None if found is None else (found, {})

    def by_amount(self, line: BankLine) -> "Found":
        exact = self._exact(line)
        return (exact[0], {}) if len(exact) == 1 else None

    def by_payer(self, line: BankLine) -> "Found":
        owed = (row for row in self.open if row.currency == line.currency)
        found = next((row for row in owed if alike(line, row.client)), None)
        return None if found is None else (found, {})

    def _exact(self, line: BankLine) -> list[Invoice]:
        return [
            row
            for row in self.open
            if row.currency == line.currency and line.amount in (row.left, withholding.payable(row))
        ]


Found = tuple[Invoice, dict[str, str]] | None

RULES = (
    ("reference", Books.by_reference),
    ("number", Books.by_number),
    ("account", Books.by_account),
    ("name", Books.by_name),
    ("amount", Books.by_amount),
    ("payer", Books.by_payer),
)
"""The surest first."""


def core(reference: str) -> str:
    """What a structured reference (ISO 11649 RF, or a Swiss QR reference) says without its check
    digits; "" where these are wrong or it is neither."""
    bare = compact(reference)
    if bare.startswith("RF") and iso11649.is_valid(bare):
        return bare[4:]
    if len(bare) == 27 and bare.isdecimal() and _mod10(bare[:-1]) == int(bare[-1]):
        return bare[:-1].lstrip("0")
    return ""


CARRY = (0, 9, 4, 6, 8, 2, 7, 1, 3, 5)


def _mod10(digits: str) -> int:
    """The check digit of a Swiss reference: modulo 10, recursive."""
    carry = 0
    for digit in digits:
        carry = CARRY[(carry + int(digit)) % 10]
    return (10 - carry) % 10


def alike(line: BankLine, client: Client) -> bool:
    """Whether the payer's name is like the client's."""
    wanted = filter(None, (str(client.name), str(client.legal_name or "")))
    return bool(line.name) and likeness.alike(str(line.name), wanted)
