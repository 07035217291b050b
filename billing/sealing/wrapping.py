"""Private keys at rest: wrapped with AES-256-GCM under a key that the database does not hold."""

import secrets
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from billing.installation import Installation, Misconfigured, kept_secret
from models import SealKey

FILE = "seal.key"
NONCE = 12  # bytes


class KeyLost(Misconfigured):
    """There are wrapped keys, but what they are wrapped under is not there or another one."""


def wrap(private: bytes, fingerprint: str, installation: Installation) -> bytes:
    """The private key of one certificate, for the database."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + _cipher(installation).encrypt(nonce, private, fingerprint.encode())


def unwrap(wrapped: bytes, fingerprint: str, installation: Installation) -> bytes:
    """The private key again. Raises KeyLost under another key, or if the bytes were changed."""
    nonce, rest = wrapped[:NONCE], wrapped[NONCE:]
    try:
        return _cipher(installation).decrypt(nonce, rest, fingerprint.encode())
    except InvalidTag as refused:
        raise KeyLost(
            "The sealing key cannot be unwrapped: SEAL_KEY is not the one it was wrapped under."
        ) from refused


def _cipher(installation: Installation) -> AESGCM:
    return AESGCM(sha256(b"milepost-seal-key-v1\0" + _key(installation)).digest())


def _key(installation: Installation) -> bytes:
    """SEAL_KEY, or a file of the data directory that is made on first need."""
    if installation.seal_key:
        return installation.seal_key
    path = installation.data_dir / FILE
    if not path.exists() and SealKey.select().exists():
        raise KeyLost(
            f"The sealing key is wrapped, but neither SEAL_KEY nor {path} is there."
            " Put it back, or make a new one: python -m billing keys rotate"
        )
    return kept_secret(path)
