"""What this installation knows about itself, read from the environment once."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

SHORTEST_KEY = 32
"""Characters: a key, not a password that somebody could guess."""


MEGABYTE = 1_000_000


class Misconfigured(Exception):
    """The environment does not allow a safe start; the message says what to set."""


@dataclass(frozen=True)
class Installation:
    """Where data lives, how the world reaches us, how we send mail, and what may be uploaded.

    `largest_file` and `quota` are bytes: of one upload, and of all that one owner's projects hold.
    """

    data_dir: Path
    database_url: str
    base_url: str
    secret: bytes
    smtp_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    trusted_proxies: int = 0
    seal_key: bytes = b""
    tsa_url: str = ""
    stripe_api_base: str = "https://api.stripe.com"
    largest_file: int = 25 * MEGABYTE
    quota: int = 2048 * MEGABYTE

    @property
    def secure(self) -> bool:
        """Whether browsers reach us over https."""
        return self.base_url.startswith("https://")

    @property
    def sends_mail(self) -> bool:
        return bool(self.smtp_url)


def from_environment(environment: dict[str, str] | None = None) -> Installation:
    """Read HOST, PORT, DATA_DIR, DATABASE_URL, BASE_URL, SECRET_KEY, SMTP_URL, WORKERS,
    TRUSTED_PROXIES, SEAL_KEY, TSA_URL, STRIPE_API_BASE, MAX_FILE_MB and QUOTA_MB.

    Each may also be given as NAME_FILE. On loopback a missing secret is made and kept in
    the data directory; anywhere else a missing BASE_URL or SECRET_KEY is Misconfigured.
    """
    values = dict(os.environ if environment is None else environment)
    host, port = _value(values, "HOST") or "127.0.0.1", _number(values, "PORT", 8000)
    data_dir = Path(_value(values, "DATA_DIR") or "data").absolute()
    base_url = _value(values, "BASE_URL").rstrip("/")
    secret = _value(values, "SECRET_KEY").encode()
    is_local = host in {"127.0.0.1", "localhost", "::1"} and not base_url.startswith("https://")
    if not is_local and not (base_url and secret):
        raise Misconfigured(
            f"Milepost is to be reached on {base_url or host}: set BASE_URL and SECRET_KEY"
            " (or SECRET_KEY_FILE). See docs/operating.md."
        )
    data_dir.mkdir(parents=True, exist_ok=True)
    return Installation(
        data_dir=data_dir,
        database_url=_value(values, "DATABASE_URL") or f"sqlite:///{data_dir / 'milepost.db'}",
        base_url=base_url or f"http://{host}:{port}",
        secret=secret or kept_secret(data_dir / "secret.key"),
        smtp_url=_value(values, "SMTP_URL"),
        host=host,
        port=port,
        workers=_number(values, "WORKERS", 2),
        trusted_proxies=_number(values, "TRUSTED_PROXIES", 0),
        seal_key=_seal_key(values),
        tsa_url=_address(values, "TSA_URL"),
        stripe_api_base=_address(values, "STRIPE_API_BASE") or Installation.stripe_api_base,
        largest_file=_number(values, "MAX_FILE_MB", 25) * MEGABYTE,
        quota=_number(values, "QUOTA_MB", 2048) * MEGABYTE,
    )


def _value(values: dict[str, str], name: str) -> str:
    path = values.get(f"{name}_FILE")
    return Path(path).read_text().strip() if path else values.get(name, "").strip()


def _number(values: dict[str, str], name: str, otherwise: int) -> int:
    text = _value(values, name)
    if not text:
        return otherwise
    if not text.isdecimal():
        raise Misconfigured(f"{name} must be a whole number, not {text!r}.")
    return int(text)


def _seal_key(values: dict[str, str]) -> bytes:
    key = _value(values, "SEAL_KEY").encode()
    if key and len(key) < SHORTEST_KEY:
        raise Misconfigured(f"SEAL_KEY must have {SHORTEST_KEY} characters or more.")
    return key


def _address(values: dict[str, str], name: str) -> str:
    url = _value(values, name)
    if url and not url.startswith(("http://", "https://")):
        raise Misconfigured(f"{name} must begin with http:// or https://.")
    return url.rstrip("/") if name == "STRIPE_API_BASE" else url


def kept_secret(path: Path) -> bytes:
    """The secret of a first run on this machine, made once and readable by its owner alone."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_hex(32).encode())
        file.flush()
        os.fsync(file.fileno())
    return path.read_bytes()
