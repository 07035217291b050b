"""An owner's account with Stripe: keys that are kept wrapped, and the address it reports to."""

import secrets
from dataclasses import dataclass

from billing.installation import Installation
from billing.refusals import N_, Refusal
from models import CardAccount, User, write


class NotApiKey(Refusal):
    sentence = N_("A secret key begins with sk_ or rk_. Copy it from your Stripe account.")
    field = "api_key"


class NotWebhookSecret(Refusal):
    sentence = N_("A signing secret begins with whsec_. Copy it from the endpoint in Stripe.")
    field = "webhook_secret"


@dataclass(frozen=True)
class Keys:
    """What we speak to Stripe with, and what tells that it is Stripe that speaks to us."""

    api: str
    webhook: str


def of(owner: User | int) -> CardAccount | None:
    """The owner's account, whether complete or not."""
    found: CardAccount | None = CardAccount.get_or_none(CardAccount.owner == owner)
    return found


def is_ready(account: CardAccount | None) -> bool:
    """Whether clients can pay by card: both keys are there."""
    return account is not None and None not in (account.api_key, account.webhook_secret)


def save(api_key: str, webhook_secret: str, by: User, installation: Installation) -> CardAccount:
    """Keep keys; an empty one stays what it was. Refuses NotApiKey and NotWebhookSecret."""
    api_key, webhook_secret = api_key.strip(), webhook_secret.strip()
    if api_key and not api_key.startswith(("sk_", "rk_")):
        raise NotApiKey
    if webhook_secret and not webhook_secret.startswith("whsec_"):
        raise NotWebhookSecret
    with write(by):
        account = of(by) or CardAccount.create(owner=by, key=secrets.token_urlsafe(18))
        if api_key:
            account.api_key = _wrapped(api_key, account, "api", installation)
        if webhook_secret:
            account.webhook_secret = _wrapped(webhook_secret, account, "webhook", installation)
        account.save()
    return account


def forget(by: User) -> None:
    """Destroy the keys: nobody pays by card any more. What was booked stays."""
    with write(by):
        CardAccount.update(api_key=None, webhook_secret=None).where(
            CardAccount.owner == by.id
        ).execute()


def keys(account: CardAccount, installation: Installation) -> Keys:
    """The keys of an account that is ready. Raises KeyLost."""
    from billing.sealing import wrapping  # what it imports weighs more than most pages need

    api, webhook = (
        wrapping.unwrap(bytes(wrapped), _name(account, use), installation).decode()
        for use, wrapped in (("api", account.api_key), ("webhook", account.webhook_secret))
    )
    return Keys(api, webhook)


def _wrapped(key: str, account: CardAccount, use: str, installation: Installation) -> bytes:
    from billing.sealing import wrapping

    return wrapping.wrap(key.encode(), _name(account, use), installation)


def _name(account: CardAccount, use: str) -> str:
    """What a wrapped key is bound to, so that it opens in its own place alone."""
    return f"card:{account.key}:{use}"
