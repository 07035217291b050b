"""Card payments through Stripe Checkout: the page to pay on, and what Stripe reports of it.

The library is imported where it is used: it weighs 30 MB, and most processes never need it.
"""

import json
from datetime import datetime
from hashlib import sha256
from typing import Any

from billing import clock, outbox
from billing.actors import CLOCK
from billing.installation import Installation
from billing.money import LARGEST, exponent
from billing.paying import card_accounts, claims, payments
from billing.refusals import N_, AlreadyClaimed, Conflict, NothingOwed, NotYours, Refusal
from models import CardAccount, CardEvent, Invoice, Link, write

TOLERANCE = 300
"""Seconds that a report may be old."""

PATIENCE = 10
"""Seconds that Stripe has to answer."""

ZERO = frozenset((
    "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF",
    "XOF", "XPF",
))  # fmt: skip
THREE = frozenset(("BHD", "JOD", "KWD", "OMR", "TND"))
"""Stripe's own digits after the point, docs.stripe.com/currencies; all others have two."""

PAID = ("checkout.session.completed", "checkout.session.async_payment_succeeded")


class NoCards(Conflict):
    sentence = N_("This invoice cannot be paid by card. Please pay by bank transfer.")


class NoAnswer(Refusal):
    sentence = N_(
        "The payment service does not answer at the moment. Try again later, or pay by bank"
        " transfer."
    )
    status = 503


class NotGenuine(Refusal):
    """Not from Stripe, too old, or about money that it cannot be about."""

    sentence = N_("This report is not genuine.")
    status = 400


def charged(amount: int, currency: str) -> int | None:
    """Our minor units in Stripe's; None where Stripe cannot charge exactly that."""
    places = _places(currency) - exponent(currency)
    scaled, rest = divmod(amount * 10 ** max(0, places), 10 ** max(0, -places))
    # Of three decimals the last has to be zero.
    is_exact = rest == 0 and not (currency in THREE and scaled % 10)
    return scaled if is_exact and scaled > 0 else None


def _received(amount: int, currency: str) -> int | None:
    places = _places(currency) - exponent(currency)
    ours, rest = divmod(amount * 10 ** max(0, -places), 10 ** max(0, places))
    return ours if rest == 0 else None


def _places(currency: str) -> int:
    return 0 if currency in ZERO else 3 if currency in THREE else 2


def offers(invoice: Invoice, due: int) -> bool:
    """Whether `due` minor units of an invoice can be paid by card."""
    account = card_accounts.of(invoice.owner_id)
    return card_accounts.is_ready(account) and charged(due, str(invoice.currency)) is not None


def begin(invoice: Invoice, link: Link, installation: Installation, now: datetime) -> str:
    """The address of a page at Stripe where what is due now can be paid. Books nothing.

    Asked again on the same day for the same amount, it is the same page.
    Refuses NotYours, NothingOwed, AlreadyClaimed, NoCards and NoAnswer.
    """
    due, account = _payable(invoice, link), card_accounts.of(invoice.owner_id)
    amount = charged(due, str(invoice.currency))
    if account is None or not card_accounts.is_ready(account) or amount is None:
        raise NoCards
    import stripe

    client = stripe.StripeClient(
        card_accounts.keys(account, installation).api,
        base_addresses={"api": installation.stripe_api_base},
        http_client=stripe.RequestsClient(timeout=PATIENCE),
        max_network_retries=1,
    )
    asked = _session(invoice, amount, account, f"{installation.base_url}/p/{link.key}")
    key = _idempotency(asked, payments.paid(invoice), now)
    try:
        session = client.v1.checkout.sessions.create(
            asked,  # type: ignore[arg-type]
            {"idempotency_key": key},
        )
    except stripe.StripeError as failed:
        raise NoAnswer from failed
    if not (session.url or "").startswith(("https://", "http://127.0.0.1:")):
        raise NoAnswer
    return str(session.url)


def _payable(invoice: Invoice, link: Link) -> int:
    payers = [contact.name for contact in outbox.contacts(invoice.project, "payer")]
    if payers and not link.contact.is_payer:
        raise NotYours(role=", ".join(payers))
    if claims.open_claim(invoice) is not None:
        raise AlreadyClaimed
    due = payments.payable(invoice)
    if due <= 0 or not payments.is_bill(invoice):
        raise NothingOwed
    return due


def _session(invoice: Invoice, amount: int, account: CardAccount, home: str) -> dict[str, Any]:
    page = f"{home}/invoices/{invoice.id}"
    about = {"milepost": account.key, "invoice": str(invoice.id)}
    return {
        "mode": "payment",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": str(invoice.currency).lower(),
                    "unit_amount": amount,
                    "product_data": {"name": invoice.number},
                },
            }
        ],
        "metadata": about,
        "payment_intent_data": {"metadata": about, "description": invoice.number},
        "success_url": f"{page}/card",
        "cancel_url": page,
    }


def _idempotency(asked: dict[str, Any], paid: int, now: datetime) -> str:
    """One for each invoice, amount and day; another after each payment, so that no page which
    is used up comes back."""
    told = json.dumps([asked, paid, now.date().isoformat()], sort_keys=True)
    return f"milepost-{sha256(told.encode()).hexdigest()}"


def receive(
    key: str, body: bytes, signature: str, installation: Installation, now: datetime
) -> None:
    """Book what Stripe reports to have been paid: each session once, whatever comes how often.

    What it reports of other things is heard and left. More than is due is booked too, as it
    was paid, and becomes credit of the client. Refuses NotGenuine, booking nothing.
    """
    account: CardAccount | None = CardAccount.get_or_none(CardAccount.key == key)
    if account is None or not card_accounts.is_ready(account):
        raise NotGenuine
    event = _verified(body, signature, card_accounts.keys(account, installation).webhook)
    try:
        session = event["data"]["object"]
        about = session.get("metadata") or {}
        is_ours = event["type"] in PAID and about.get("milepost") == account.key
        # Not paid yet, such as by a direct debit: another report follows.
        if is_ours and session["payment_status"] == "paid":
            _book(account, str(event["id"]), session, now)
    except (KeyError, TypeError, AttributeError) as strange:
        raise NotGenuine from strange


def _verified(body: bytes, signature: str, secret: str) -> Any:
    import stripe

    try:
        stripe.WebhookSignature.verify_header(body, signature, secret, TOLERANCE)
        return json.loads(body)
    except (stripe.SignatureVerificationError, ValueError) as refused:
        raise NotGenuine from refused


def _book(account: CardAccount, event: str, session: dict[str, Any], now: datetime) -> None:
    invoice = _invoice(account, session["metadata"]["invoice"])
    amount = session["amount_total"]
    if session["currency"].upper() != invoice.currency or type(amount) is not int:
        raise NotGenuine
    ours = _received(amount, str(invoice.currency))
    if not ours or not 0 < ours <= LARGEST:
        raise NotGenuine
    with write(invoice.project):
        known = CardEvent.select().where(CardEvent.account == account.id, CardEvent.event == event)
        if known.exists():
            return
        zone = str(outbox.business_of(invoice.project).timezone)
        today = clock.local_date(now, zone)
        key = f"card:{session['id']}"
        # It is there, whatever we say, so more than is due is booked as well.
        paid = payments.record(invoice, ours, today, key, CLOCK, now, "card", surplus=None)
        CardEvent.create(account=account, event=event, payment=paid, received_at=now)


def _invoice(account: CardAccount, number: Any) -> Invoice:
    found: Invoice | None = None
    if str(number).isdecimal() and len(str(number)) < 10:
        found = Invoice.get_or_none(Invoice.id == int(number), Invoice.owner == account.owner_id)
    if found is None or not payments.is_bill(found):
        raise NotGenuine
    return found
