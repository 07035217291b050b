"""An owner's invoices settled in unusual ways: too much, by credit, written off, by bank."""

from billing.accepting import reviews
from billing.banking import booking, statements, tables
from billing.invoicing import invoices
from billing.paying import client_credit, payments, write_offs
from models import BankLine, Client, User
from tests import cast as the
from tests import dunned
from tests.cast import NOW

TODAY = NOW.date()


def told(owner: User, client: Client) -> None:
    """Credit was kept, used, and paid back, each taken back once; so was what was written off."""
    cast = the.submitted(of=owner, for_client=client)
    reviews.accept(cast.milestone, cast.contact, NOW)
    [first] = cast.invoices
    key = f"much:{first.id}"
    payments.record(first, 600_000, TODAY, key, owner, NOW, surplus=100_000)
    lines = [invoices.Line("A talk", 90_000)]
    second = invoices.bill(cast.project, lines, owner, NOW, key=f"talk:{cast.project.id}")
    used = client_credit.use(second, 20_000, "wrong", TODAY, owner, NOW)
    payments.reverse(used, owner, NOW)
    client_credit.use(second, 40_000, "right", TODAY, owner, NOW)
    refund = client_credit.refund(client, first.currency, 1_000, TODAY, "wrong", NOW)
    client_credit.take_back(refund, owner, NOW)
    client_credit.refund(client, first.currency, 30_000, TODAY, "right", NOW, "TX 9")
    off = write_offs.write_off(second, 50_000, "Too small to chase", "a", TODAY, owner, NOW)
    write_offs.reverse(off, TODAY, owner, NOW)
    write_offs.write_off(second, 10_000, "Their bank's fee", "b", TODAY, owner, NOW)
    money = str(second.currency)
    content = f"""Date,Amount,Currency,Name,Memo
2026-11-20,10.00,{money},Cleo,{second.number}
2026-11-19,7.00,{money},Nobody,?
2026-11-31,1.00,{money},,
""".encode()
    file = statements.keep(content, "november.csv", owner, NOW)
    statements.take(file, tables.of(file.mapping), NOW)
    for line in BankLine.of(owner).where(BankLine.name == "Cleo"):
        booking.book(line, second, owner, NOW)
    statements.keep(content, "again.csv", owner, NOW)
    dunned.told(owner, client, second)
