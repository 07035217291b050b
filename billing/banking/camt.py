"""CAMT.053 (ISO 20022, BankToCustomerStatement), by local names: all versions of it alike.

Versions differ in their namespace and in where a few things lie: from 08 on a party is wrapped
(`Dbtr/Pty/Nm`), a status has a code inside (`Sts/Cd`), a transaction its own `Amt`.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from billing import money
from billing.banking.movements import Fault, Movement, Row, StatementUnreadable, checked
from billing.importing.cells import NotADay
from billing.refusals import N_, NotAnAmount, Refusal

MESSAGE = "BkToCstmrStmt"
OTHERS = {"BkToCstmrAcctRpt": "CAMT.052", "BkToCstmrDbtCdtNtfctn": "CAMT.054"}


class OtherMessage(Refusal):
    sentence = N_("This is a %(kind)s message. Export the statement, CAMT.053.")
    field = "file"


def looks_like(content: bytes) -> bool:
    """Whether a file is XML at all, whatever its encoding."""
    head = content[:200].replace(b"\0", b"").removeprefix(b"\xef\xbb\xbf")
    return head.removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff").lstrip().startswith(b"<")


def rows(content: bytes, today: date) -> Iterator[Row]:
    """The booked movements of all statements in a file, in its order; a pending one is none yet.

    Refuses StatementUnreadable, OtherMessage.
    """
    root = _parsed(content)
    message = next((each for each in root if isinstance(each.tag, str)), None)
    name = "" if message is None else message.tag.rpartition("}")[2]
    if name in OTHERS:
        raise OtherMessage(kind=OTHERS[name])
    if message is None or name != MESSAGE:
        raise StatementUnreadable
    return _rows(message, today)


def _parsed(content: bytes) -> Any:
    """The tree, without entities, DTD or network: what declares any of them is refused."""
    # Only a process that reads a statement pays for the library.
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
        huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as broken:
        raise StatementUnreadable from broken
    if root.getroottree().docinfo.doctype or root.getroottree().docinfo.internalDTD is not None:
        raise StatementUnreadable
    return root


def _rows(message: Any, today: date) -> Iterator[Row]:
    number = 0
    for statement in message.iterfind("{*}Stmt"):
        account = _text(statement, "Acct/Id/IBAN") or _text(statement, "Acct/Id/Othr/Id")
        for entry in statement.iterfind("{*}Ntry"):
            number += 1
            if _text(entry, "Sts/Cd", "Sts") not in ("BOOK", ""):
                continue
            try:
                # All of an entry or nothing: a part of it would hide the rest.
                yield from [checked(each, today) for each in _entry(entry, account)]
            except Fault as fault:
                yield fault.problem(number)


def _entry(entry: Any, account: str) -> Iterator[Movement]:
    """What one entry stands for: itself, or the transfers that a bank has put together in it."""
    whole = _amount(entry.find("{*}Amt"))
    sign = _sign(entry)
    details = list(entry.iterfind("{*}NtryDtls/{*}TxDtls"))
    amounts = [_detail_amount(each) for each in details]
    parts = [amount for amount in amounts if amount is not None]
    if len(details) > 1 and len(parts) == len(details) and _add_up(parts, whole):
        for detail, (amount, currency) in zip(details, parts, strict=True):
            yield _movement(entry, detail, account, sign * amount, currency)
        return
    amount, currency = whole
    detail = details[0] if len(details) == 1 else None
    yield _movement(entry, detail, account, sign * amount, currency)


def _add_up(parts: list[tuple[int, str]], whole: tuple[int, str]) -> bool:
    return sum(part for part, _ in parts) == whole[0] and {each for _, each in parts} == {whole[1]}


def _movement(entry: Any, detail: Any, account: str, amount: int, currency: str) -> Movement:
    side = "Dbtr" if amount > 0 else "Cdtr"
    said = entry if detail is None else detail
    names = (f"RltdPties/{side}/Pty/Nm", f"RltdPties/{side}/Nm", f"RltdPties/Ultmt{side}/Pty/Nm",
             f"RltdPties/Ultmt{side}/Nm")  # fmt: skip
    accounts = f"RltdPties/{side}Acct/Id/IBAN", f"RltdPties/{side}Acct/Id/Othr/Id"
    end_to_end = _text(said, "Refs/EndToEndId")
    return Movement(
        booked_on=_day(entry),
        amount=amount,
        currency=currency,
        account=account,
        name=_text(said, *names),
        iban=_text(said, *accounts),
        reference=_text(said, "RmtInf/Strd/CdtrRefInf/Ref"),
        text=_told(entry, said, "" if end_to_end == "NOTPROVIDED" else end_to_end),
        ours=_text(said, "Refs/AcctSvcrRef") or _text(entry, "AcctSvcrRef"),
    )


def _told(entry: Any, said: Any, end_to_end: str) -> str:
    """What the payer wrote, or else what the bank did."""
    written = [each.text or "" for each in said.iterfind("{*}RmtInf/{*}Ustrd")]
    written += [_text(said, "RmtInf/Strd/AddtlRmtInf"), end_to_end]
    told = " ".join(filter(None, written))
    return told or _text(said, "AddtlTxInf") or _text(entry, "AddtlNtryInf")


def _detail_amount(detail: Any) -> tuple[int, str] | None:
    for path in ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt"):
        found = detail.find(_path(path))
        if found is not None:
            return _amount(found)
    return None


def _amount(element: Any) -> tuple[int, str]:
    """Minor units and currency of an amount, which is never below zero here. Raises Fault."""
    text = "" if element is None else (element.text or "").strip()
    currency = "" if element is None else element.get("Ccy", "")
    try:
        amount = Decimal(text)
    except InvalidOperation as wrong:
        raise Fault("amount", text, NotAnAmount(text=text[:40])) from wrong
    minor = money.to_minor(amount, currency) if amount.is_finite() and amount < 10**12 else -1
    if minor < 0 or money.to_decimal(minor, currency) != amount:
        raise Fault("amount", text, NotAnAmount(text=text[:40]))
    return minor, currency


def _sign(entry: Any) -> int:
    direction = _text(entry, "CdtDbtInd")
    if direction not in ("CRDT", "DBIT"):
        raise Fault("amount", direction, NotAnAmount(text=direction[:40]))
    return 1 if direction == "CRDT" else -1


def _day(entry: Any) -> date:
    text = _text(entry, "BookgDt/Dt", "BookgDt/DtTm", "ValDt/Dt", "ValDt/DtTm")
    try:
        return date.fromisoformat(text[:10])
    except ValueError as wrong:
        raise Fault("booked_on", text, NotADay(text=text[:40])) from wrong


def _text(element: Any, *paths: str) -> str:
    """The first of some paths that says something."""
    for path in paths:
        found = element.find(_path(path))
        said = "" if found is None else (found.text or "").strip()
        if said:
            return str(said)
    return ""


def _path(path: str) -> str:
    return "/".join(f"{{*}}{name}" for name in path.split("/"))
