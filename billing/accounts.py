"""Accounts of owners: sign-up, passwords, and sessions that are rows."""

import secrets
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from itsdangerous import BadSignature, URLSafeTimedSerializer
from peewee import IntegrityError

from billing.refusals import EmailTaken
from models import Business, Delivery, Session, User, write

IDLE = timedelta(days=14)
ABSOLUTE = timedelta(days=60)
RESET_SECONDS = 3600
SEEN_EVERY = timedelta(minutes=5)

# OWASP: argon2id with 19 MiB, two passes, one lane.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return HASHER.hash(secrets.token_hex(16))


def sign_up(email: str, password: str, now: datetime) -> User:
    """A new owner with an empty business. Refuses EmailTaken."""
    digest = HASHER.hash(password)
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


def authenticate(email: str, password: str) -> User | None:
    """The owner with this password. An unknown address costs the same time as a known one."""
    user: User | None = User.get_or_none(User.email == normal(email))
    try:
        HASHER.verify(user.password_hash if user else _nobodys_hash(), password)
    except VerificationError:
        return None
    return user


def open_session(user: User, now: datetime, address: str, user_agent: str) -> str:
    """A new session; answers its token, which is kept nowhere else."""
    token = secrets.token_urlsafe(32)
    with write():
        Session.create(
            token_hash=_hashed(token),
            user=user,
            created_at=now,
            seen_at=now,
            address=address,
            user_agent=user_agent[:400],
        )
    return token


def session_of(token: str, now: datetime) -> Session | None:
    """The living session of a token with its user, or None. Notes now and then that it is in use."""
    row: Session | None = (
        Session.select(Session, User)
        .join(User)
        .where(
            Session.token_hash == _hashed(token),
            Session.seen_at > now - IDLE,
            Session.created_at > now - ABSOLUTE,
        )
        .first()
    )
    if row is not None and now - row.seen_at > SEEN_EVERY:
        Session.update(seen_at=now).where(Session.id == row.id).execute()
    return row


def close_session(token: str) -> None:
    """End one session on the server."""
    with write():
        Session.delete().where(Session.token_hash == _hashed(token)).execute()


def sessions(user: User) -> list[Session]:
    """All sessions of an owner, the latest used first."""
    return list(Session.select().where(Session.user == user.id).order_by(Session.seen_at.desc()))


def revoke_session(user: User, session_id: int) -> None:
    """End one session of the owner's list."""
    with write():
        Session.delete().where(Session.id == session_id, Session.user == user.id).execute()


def set_password(user: User, password: str, keep: str = "") -> None:
    """Change the password and end every session but the one whose token is `keep`."""
    digest = HASHER.hash(password)
    with write():
        User.update(password_hash=digest).where(User.id == user.id).execute()
        Session.delete().where(
            Session.user == user.id, Session.token_hash != _hashed(keep)
        ).execute()


def ask_for_reset(email: str, now: datetime) -> None:
    """Queue a letter with a way to a new password, if the address is known; silent if not."""
    user: User | None = User.get_or_none(User.email == normal(email))
    if user is None:
        return
    with write():
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
    return str(_serializer(secret).dumps([user.id, user.password_hash[-12:]]))


def user_of_reset(token: str, secret: bytes) -> User | None:
    """The owner a reset token belongs to, if it is still good."""
    try:
        user_id, mark = _serializer(secret).loads(token, max_age=RESET_SECONDS)
    except (BadSignature, ValueError):
        return None
    user: User | None = User.get_or_none(User.id == user_id)
    return user if user and user.password_hash.endswith(mark) else None


def business(user: User) -> Business:
    """What the owner trades as."""
    found: Business = Business.get(Business.owner == user.id)
    return found


def _serializer(secret: bytes) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt="password-reset")


def _hashed(token: str) -> str:
    return sha256(token.encode()).hexdigest()
