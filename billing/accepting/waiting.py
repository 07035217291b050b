"""What agreed milestones wait for, and which begin: worked out from a project's books alone.

Nothing is read or written here. bookkeeping reads the books, as they are and as they would be
after a deed, so that what is announced and what is done come from the same rules.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from billing.accepting.gate_clauses import Gates
from models import MilestoneState

OVER = (MilestoneState.DRAFT, MilestoneState.CANCELLED, MilestoneState.SUPERSEDED)
"""A milestone in one of these is neither begun nor to begin."""

ACCEPTED = (MilestoneState.ACCEPTED, MilestoneState.DEEMED_ACCEPTED)


@dataclass(frozen=True)
class Bill:
    """An invoice or its draft: what is due of it (minor units, tax included) and for what."""

    id: int
    number: str
    due: int
    due_on: date | None
    milestones: frozenset[int]
    is_deposit: bool = False


@dataclass(frozen=True)
class Outcome:
    """A milestone: `unbilled` is what no invoice asks for yet, payable in minor units."""

    id: int
    title: str
    state: str
    unbilled: int

    @property
    def is_begun(self) -> bool:
        return self.state not in (*OVER, MilestoneState.AGREED)


@dataclass(frozen=True)
class Wait:
    """Why a milestone has not begun.

    `kind` is withdrawal (until a day), bill (an invoice to be paid), draft (one to be issued),
    acceptance (of the milestone `title` before), exposure (`amount` of `cap` is open), or order
    (after the milestone `title`, which waits itself). Amounts are payable, in minor units.
    """

    kind: str
    number: str = ""
    amount: int = 0
    cap: int = 0
    day: date | None = None
    title: str = ""


@dataclass(frozen=True)
class Books:
    """A project's milestones in the order of the plan, its bills, and what was agreed of both."""

    gates: Gates
    outcomes: tuple[Outcome, ...]
    bills: tuple[Bill, ...]
    withdrawal: date | None = None

    @property
    def exposure(self) -> int:
        """What the owner has given or is giving and has not been paid: all that is due, and of
        milestones that have begun all that is still to be billed. Payable, in minor units."""
        begun = (row.unbilled for row in self.outcomes if row.is_begun)
        return sum(bill.due for bill in self.bills) + sum(begun)

    def agreeing(self) -> "Books":
        """As they would be once both have signed: what is planned is agreed."""
        agreed = (
            replace(row, state=MilestoneState.AGREED) if row.state == MilestoneState.DRAFT else row
            for row in self.outcomes
        )
        return replace(self, outcomes=tuple(agreed))

    def billing(self, total: int, milestones: Iterable[int], is_deposit: bool = False) -> "Books":
        """The same with one more invoice, if it is not over nothing."""
        if not total:
            return self
        bill = Bill(0, "", total, None, frozenset(milestones), is_deposit)
        return replace(self, bills=(*self.bills, bill))

    def paying(self, bill: int, amount: int) -> "Books":
        """The same with `amount` paid (or credited) of an invoice, by its id."""
        bills = (
            replace(each, due=max(0, each.due - amount)) if each.id == bill else each
            for each in self.bills
        )
        return replace(self, bills=tuple(each for each in bills if each.due))

    def starting(self, milestone: int) -> "Books":
        """The same with a milestone begun."""
        return replace(
            self,
            outcomes=tuple(
                replace(row, state=MilestoneState.ACTIVE) if row.id == milestone else row
                for row in self.outcomes
            ),
        )


def begins(books: Books) -> list[int]:
    """The milestones (ids) whose gates are open, in the order of the plan."""
    return _opened(books)[0]


def waits(books: Books) -> dict[int, Wait]:
    """Why each milestone waits that does not begin, by its id."""
    _begun, rest = _opened(books)
    found: dict[int, Wait] = {}
    first = _next(rest)
    if first is None:
        return found
    reason = _wait(rest, first)
    for row in rest.outcomes:
        if row.state == MilestoneState.AGREED and reason is not None:
            shared = row.id == first.id or reason.kind == "withdrawal" or _is_deposit(rest, reason)
            found[row.id] = reason if shared else Wait("order", title=first.title)
            first = first if shared else row
    return found


def _opened(books: Books) -> tuple[list[int], Books]:
    """What begins, and the books after it."""
    begun: list[int] = []
    while (row := _next(books)) is not None and _wait(books, row) is None:
        begun.append(row.id)
        books = books.starting(row.id)
    return begun, books


def _next(books: Books) -> Outcome | None:
    """Milestones begin in the order of the plan."""
    return next((row for row in books.outcomes if row.state == MilestoneState.AGREED), None)


def _wait(books: Books, row: Outcome) -> Wait | None:
    if books.withdrawal is not None:
        return Wait("withdrawal", day=books.withdrawal)
    deposit = next((bill for bill in books.bills if bill.is_deposit), None)
    if deposit is not None:
        return _for(deposit)
    return _previous(books, row) or _exposure(books, row)


def _for(bill: Bill) -> Wait:
    return Wait("bill" if bill.number else "draft", bill.number, bill.due, day=bill.due_on)


def _is_deposit(books: Books, reason: Wait) -> bool:
    return any(bill.is_deposit and _for(bill) == reason for bill in books.bills)


def _previous(books: Books, row: Outcome) -> Wait | None:
    """The milestone before must be accepted and all that was invoiced of it paid."""
    if not books.gates.previous:
        return None
    ids = [each.id for each in books.outcomes]
    before = [each for each in books.outcomes[: ids.index(row.id)] if each.state not in OVER]
    if not before:
        return None
    last = before[-1]
    if last.state not in ACCEPTED:
        return Wait("acceptance", title=last.title)
    unpaid = (bill for bill in books.bills if last.id in bill.milestones)
    bill = next(unpaid, None)
    return _for(bill) if bill is not None else None


def _exposure(books: Books, row: Outcome) -> Wait | None:
    """With this milestone no more may be open than agreed; one may always be under way."""
    cap, is_open = books.gates.exposure, books.exposure
    if cap is None or not is_open or is_open + row.unbilled <= cap:
        return None
    return Wait("exposure", amount=is_open, cap=cap)
