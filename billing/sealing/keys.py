"""The keys that seal: an installation root, a leaf under it, or what the operator brings.

Imports cryptography: only the worker and the command line come here, and only when they seal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from billing.installation import Installation
from billing.sealing import certificates, wrapping
from models import Certificate, CertificateRole, SealKey, alone, write

Private = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")
"""RFC 9336. Some readers know emailProtection only, so a leaf names both."""

ROOT_YEARS, LEAF_YEARS = 30, 10
LOCK = 7_305_003  # any number, the same in every process


class NotUsable(Exception):
    """A PKCS#12 that cannot seal; the message says why."""


@dataclass(frozen=True)
class Holder:
    """A certificate with its private key (PKCS#8, DER): what seals now."""

    certificate: Certificate
    private: bytes


@dataclass(frozen=True)
class Pair:
    """A certificate and its private key, not stored yet."""

    certificate: x509.Certificate
    private: Private


def holder(installation: Installation, now: datetime) -> Holder:
    """What seals now; made on first need. Raises KeyLost."""
    current = certificates.current() or _first(installation, now)
    stored: SealKey = SealKey.get(SealKey.certificate == current.id)
    private = wrapping.unwrap(bytes(stored.wrapped), current.fingerprint, installation)
    return Holder(current, private)


def _first(installation: Installation, now: datetime) -> Certificate:
    root = _root(installation)
    leaf = _leaf(installation, root)
    with write():
        alone(LOCK)
        # Another process may have been first.
        if certificates.current() is None:
            _store(root, CertificateRole.ROOT, installation, now)
            _store(leaf, CertificateRole.LEAF, installation, now)
    made = certificates.current()
    if made is None:
        raise LookupError("no certificate is there after one was made")
    return made


def rotate(installation: Installation, now: datetime) -> Certificate:
    """A new leaf; the one before seals no more and its private key is destroyed.

    Its certificate stays for ever, as what it has sealed rests on it. Where the root's key
    cannot be unwrapped any more, there is a new root too.
    """
    root, is_new = _own_root(installation)
    leaf = _leaf(installation, root)
    with write():
        alone(LOCK)
        _retire(now)
        if is_new:
            _forget(CertificateRole.ROOT)
            _store(root, CertificateRole.ROOT, installation, now)
        return _store(leaf, CertificateRole.LEAF, installation, now)


def bring(bundle: bytes, passphrase: str, installation: Installation, now: datetime) -> Certificate:
    """Seal with the operator's own certificate from now on. Refuses NotUsable."""
    pair, others = _opened(bundle, passphrase)
    if certificates.by_fingerprint(fingerprint(pair.certificate)):
        raise NotUsable("This certificate is known here already.")
    with write():
        alone(LOCK)
        _retire(now)
        chain = "".join(map(_pem, others))
        return _store(pair, CertificateRole.BROUGHT, installation, now, chain)


def fingerprint(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA256()).hex()


def _store(
    pair: Pair, role: str, installation: Installation, now: datetime, chain: str = ""
) -> Certificate:
    name = fingerprint(pair.certificate)
    made: Certificate = Certificate.create(
        fingerprint=name,
        role=role,
        subject=pair.certificate.subject.rfc4514_string(),
        pem=_pem(pair.certificate),
        chain=chain,
        created_at=now,
    )
    wrapped = wrapping.wrap(_der(pair.private), name, installation)
    SealKey.create(certificate=made, wrapped=wrapped)
    return made


def _retire(now: datetime) -> None:
    Certificate.update(retired_at=now).where(
        Certificate.role.in_(certificates.SEALING), Certificate.retired_at.is_null()
    ).execute()
    for role in certificates.SEALING:
        _forget(role)


def _forget(role: str) -> None:
    of_role = Certificate.select(Certificate.id).where(Certificate.role == role)
    SealKey.delete().where(SealKey.certificate.in_(of_role)).execute()


def _own_root(installation: Installation) -> tuple[Pair, bool]:
    """The newest root and whether it is a new one."""
    stored = (
        SealKey.select(SealKey, Certificate)
        .join(Certificate)
        .where(Certificate.role == CertificateRole.ROOT)
        .order_by(SealKey.id.desc())
        .first()
    )
    if stored is None:
        return _root(installation), True
    kept = stored.certificate
    try:
        private = wrapping.unwrap(bytes(stored.wrapped), kept.fingerprint, installation)
    except wrapping.KeyLost:
        SealKey.delete().execute()
        return _root(installation), True
    key = serialization.load_der_private_key(private, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("the root's key is of another kind")
    return Pair(x509.load_pem_x509_certificate(kept.pem.encode()), key), False


def _root(installation: Installation) -> Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("Milepost root", installation)
    usage = _usage(key_cert_sign=True, crl_sign=True)
    built = (
        _builder(name, name, key, ROOT_YEARS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
    )
    return Pair(built.sign(key, hashes.SHA256()), key)


def _leaf(installation: Installation, root: Pair) -> Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    purposes = [DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION]
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(root.private.public_key())
    built = (
        _builder(_name("Milepost seal", installation), root.certificate.subject, key, LEAF_YEARS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True, content_commitment=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
        .add_extension(issuer, critical=False)
    )
    return Pair(built.sign(root.private, hashes.SHA256()), key)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: Private, years: int
) -> x509.CertificateBuilder:
    # A certificate is about the real time, whatever moment the deed is dated.
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=365 * years))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _name(what: str, installation: Installation) -> x509.Name:
    host = urlsplit(installation.base_url).hostname or "localhost"
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, host[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{what} of {host}"[:64]),
        ]
    )


def _usage(**granted: bool) -> x509.KeyUsage:
    names = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
        "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: granted.get(name, False) for name in names})


def _opened(bundle: bytes, passphrase: str) -> tuple[Pair, Sequence[x509.Certificate]]:
    try:
        found = pkcs12.load_key_and_certificates(bundle, passphrase.encode() or None)
    except ValueError as problem:
        raise NotUsable("It is no PKCS#12 file, or the passphrase is another one.") from problem
    private, certificate, others = found
    if certificate is None or not isinstance(private, Private):
        raise NotUsable("It must hold a certificate and its private key, EC or RSA.")
    if private.public_key() != certificate.public_key():
        raise NotUsable("The private key is not that of the certificate.")
    _may_seal(certificate)
    return Pair(certificate, private), others


def _may_seal(certificate: x509.Certificate) -> None:
    if not (
        certificate.not_valid_before_utc <= datetime.now(UTC) < certificate.not_valid_after_utc
    ):
        raise NotUsable("The certificate is not valid today.")
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return
    if not (usage.content_commitment or usage.digital_signature):
        raise NotUsable("The certificate may not sign: its key usage says so.")


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _der(private: Private) -> bytes:
    return private.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
