"""Accounts of owners: sign-up, passwords, and sessions that are rows."""

import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from itsdangerous import BadData, URLSafeTimedSerializer
from peewee import IntegrityError, OperationalError

from billing.people import passwords
from billing.refusals import EmailTaken, WrongCredentials, WrongPassword
from models import Attempt, Business, Delivery, Session, User, write
from models.once import Once

IDLE = timedelta(days=14)
ABSOLUTE = timedelta(days=60)
RESET_SECONDS = 3600
SEEN_EVERY = timedelta(minutes=5)

# OWASP: argon2id with 19 MiB, two passes, one lane.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return HASHER.hash(secrets.token_hex(16))


def is_empty() -> bool:
    """Whether nobody has signed up to this installation yet."""
    return not User.select(User.id).exists()


def sign_up(email: str, password: str, now: datetime) -> User:
    """A new owner with an empty business. Refuses EmailTaken and what passwords.check() refuses."""
    passwords.check(password, normal(email))
    digest = _digest(password)
    try:
        with write():
            user: User = User.create(email=normal(email), password_hash=digest, created_at=now)
            Business.create(owner=user, email=normal(email))
    except IntegrityError as error:
        raise EmailTaken from error
    return user


def normal(email: str) -> str:
    """Addresses are compared in lower case."""
    return email.strip().lower()


def authenticate(email: str, password: str) -> User:
    """The owner with this password. Refuses WrongCredentials.

    An unknown address costs the same time as a known one.
    """
    user: User | None = User.get_or_none(User.email == normal(email))
    if not _is_password(user.password_hash if user else _nobodys_hash(), password) or user is None:
        raise WrongCredentials
    return user


def open_session(user: User, now: datetime, address: str, user_agent: str) -> str:
    """A new session; answers its token, which is kept nowhere else. Clears away dead ones."""
    token = secrets.token_urlsafe(32)
    with write():
        Session.delete().where(Session.user == user.id, ~_living(now)).execute()
        Session.create(
            token_hash=_hashed(token),
            user=user,
            created_at=now,
            seen_at=now,
            address=address,
            user_agent=user_agent[:400],
        )
    return token


_BY_TOKEN = Once(
    lambda token_hash, seen_after, created_after: (
        Session.select(Session, User)
        .join(User)
        .where(
            Session.token_hash == token_hash,
            Session.seen_at > seen_after,
            Session.created_at > created_after,
        )
    )
)


def session_of(token: str, now: datetime) -> Session | None:
    """The living session of a token with its user, or None. Notes now and then that it lives."""
    row: Session | None = _BY_TOKEN.model(_hashed(token), now - IDLE, now - ABSOLUTE)
    if row is not None and now - row.seen_at > SEEN_EVERY:
        # A page must open although nothing can be written at this moment.
        with suppress(OperationalError):
            Session.update(seen_at=now).where(Session.id == row.id).execute()
    return row


def lives(token: str, now: datetime) -> bool:
    """Whether a session lives, asked by what runs by itself: it does not keep the session alive."""
    return _BY_TOKEN.first(_hashed(token), now - IDLE, now - ABSOLUTE) is not None


def _living(now: datetime) -> Any:
    return (Session.seen_at > now - IDLE) & (Session.created_at > now - ABSOLUTE)


def close_session(token: str) -> None:
    """End one session on the server."""
    with write():
        Session.delete().where(Session.token_hash == _hashed(token)).execute()


def sessions(user: User, now: datetime) -> Any:
    """The living sessions of an owner, the latest used first."""
    return (
        Session.select()
        .where(Session.user == user.id, _living(now))
        .order_by(Session.seen_at.desc(), Session.id.desc())
    )


def end_session(session: Session) -> None:
    """End one session of the owner's list."""
    with write():
        Session.delete().where(Session.id == session.id).execute()


def end_other_sessions(user: User, keep: str) -> None:
    """End every session but the one whose token is `keep`."""
    with write():
        Session.delete().where(
            Session.user == user.id, Session.token_hash != _hashed(keep)
        ).execute()


def prove(user: User, password: str, field: str = "password") -> None:
    """That it is the owner who sits there: they know the password. Refuses WrongPassword."""
    if not _is_password(user.password_hash, password):
        raise WrongPassword(field=field)


def change_password(user: User, present: str, password: str, keep: str) -> None:
    """Change the password of who knows the present one. Refuses WrongPassword; see set_password."""
    prove(user, present, "current")
    set_password(user, password, keep)


def set_password(user: User, password: str, keep: str = "") -> None:
    """Change the password and end every session but the one whose token is `keep`.

    Refuses what passwords.check() refuses.
    """
    passwords.check(password, user.email)
    digest = _digest(password)
    with write():
        User.update(password_hash=digest).where(User.id == user.id).execute()
        end_other_sessions(user, keep)


def ask_for_reset(email: str, now: datetime) -> None:
    """Queue a letter with a way to a new password, if the address is known; silent if not."""
    user: User | None = User.get_or_none(User.email == normal(email))
    with write():
        if user is None:
            # One durable write on either way, so that the time tells nothing.
            Attempt.insert(key=f"nobody:{secrets.token_hex(8)}", window=0).execute()
            return
        Delivery.create(
            owner=user,
            channel="mail",
            kind="password_reset",
            recipient=user.email,
            facts={"user": user.id},
            key=f"password_reset:{user.id}:{secrets.token_hex(8)}",
            created_at=now,
            due_at=now,
        )


def reset_token(user: User, secret: bytes) -> str:
    """A token good for one hour and one change: it is bound to the present password."""
    return str(_serializer(secret).dumps([user.id, _mark(user)]))


def user_of_reset(token: str, secret: bytes) -> User | None:
    """The owner a reset token belongs to, if it is still good."""
    try:
        user_id, mark = _serializer(secret).loads(token, max_age=RESET_SECONDS)
    except (BadData, ValueError):
        return None
    user: User | None = User.get_or_none(User.id == user_id)
    return user if user and secrets.compare_digest(_mark(user), str(mark)) else None


_BUSINESS = Once(lambda owner: Business.select().where(Business.owner == owner))


def business(user: User) -> Business:
    """What the owner trades as."""
    found: Business | None = _BUSINESS.model(user.id)
    if found is None:
        raise Business.DoesNotExist
    return found


def _serializer(secret: bytes) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt="password-reset")


def _mark(user: User) -> str:
    """What changes with the password and tells nothing of it."""
    return _hashed(user.password_hash)[:16]


def _digest(password: str) -> str:
    return HASHER.hash(passwords.normal(password))


def _is_password(digest: str, password: str) -> bool:
    try:
        return HASHER.verify(digest, passwords.normal(password))
    except VerificationError:
        return False


def _hashed(token: str) -> str:
    return sha256(token.encode()).hexdigest()
