"""What somebody could change of credit and write-offs who lifted the guards."""

from collections.abc import Callable

from models import CreditEntry, WriteOff
from tests.story import Story
from tests.tampering import put

SETTLED: dict[str, tuple[Callable[[Story], object], str]] = {
    "a client's credit is raised": (
        lambda s: put(CreditEntry.get(CreditEntry.kind == "kept"), amount=10**9),
        "it is not the other side of payment",
    ),
    "credit is paid back that was never there": (
        lambda s: put(CreditEntry.get(CreditEntry.kind == "refunded"), amount=-(10**9)),
        "of credit in",
    ),
    "more is written off than was left": (
        lambda s: put(WriteOff.select().order_by(WriteOff.id.desc()).get(), amount=10**9),
        "1000000000 written off of",
    ),
}
