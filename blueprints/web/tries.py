"""Tries to come in, limited per hour by account and by address, without locking an owner out.

A browser that an account has signed in from is counted apart, so that nobody else's tries,
from the owner's own network or from a thousand others, use up what the owner has.
"""

import secrets
from hashlib import sha256

from flask import Response, request
from itsdangerous import BadData, URLSafeTimedSerializer

from billing import limits
from billing.people import accounts
from blueprints.web.config import installation
from blueprints.web.security import limit, visitor

PER_ACCOUNT = 10
PER_ADDRESS = 60
PER_ACCOUNT_FROM_ANYWHERE = 100
YEAR = 365 * 24 * 3600


def count(deed: str, email: str) -> None:
    """Count a try at `deed`. Raises TooManyAttempts."""
    limit(deed, limits.network(visitor()), per_hour=PER_ADDRESS)
    limit(deed, accounts.normal(email), per_hour=PER_ACCOUNT)


def count_sign_in(email: str) -> None:
    """Count a try to sign in. Raises TooManyAttempts."""
    account = accounts.normal(email)
    if not _browser_of(account):
        limit("sign_in", limits.network(visitor()), per_hour=PER_ADDRESS)
        limit("sign_in", account, per_hour=PER_ACCOUNT_FROM_ANYWHERE)
    limit("sign_in", _here(account), per_hour=PER_ACCOUNT)


def forget_sign_ins(email: str) -> None:
    """Start afresh with the account, which has proved whose it is."""
    account = accounts.normal(email)
    limits.forget(f"sign_in:{account}", f"sign_in:{_here(account)}")


def know_browser(response: Response, email: str) -> Response:
    """Let this browser be recognised as the account's for a year."""
    account = accounts.normal(email)
    if not _browser_of(account):
        response.set_cookie(
            _cookie(),
            str(_serializer().dumps([_mark(account), secrets.token_hex(8)])),
            max_age=YEAR,
            secure=installation().secure,
            httponly=True,
            samesite="Lax",
        )
    return response


def _here(account: str) -> str:
    """The account as tried from this browser if it is known, else from this network."""
    return f"{account} {_browser_of(account) or limits.network(visitor())}"


def _browser_of(account: str) -> str:
    """This browser's name if the account has signed in from it, else nothing."""
    try:
        whose, name = _serializer().loads(request.cookies.get(_cookie(), ""), max_age=YEAR)
    except (BadData, ValueError):
        return ""
    return str(name) if secrets.compare_digest(str(whose), _mark(account)) else ""


def _cookie() -> str:
    return "__Host-known" if installation().secure else "known"


def _mark(account: str) -> str:
    return sha256(account.encode()).hexdigest()[:16]


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(installation().secret, salt="known-browser")
