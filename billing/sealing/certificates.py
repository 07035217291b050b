"""The certificates of this installation: the one that seals, and all that ever did."""

from models import Certificate, CertificateRole

SEALING = (CertificateRole.LEAF, CertificateRole.BROUGHT)


def current() -> Certificate | None:
    """The certificate that seals now; None before the first seal."""
    found: Certificate | None = (
        Certificate.select()
        .where(Certificate.role.in_(SEALING), Certificate.retired_at.is_null())
        .order_by(Certificate.id.desc())
        .first()
    )
    return found


def by_fingerprint(fingerprint: str) -> Certificate | None:
    found: Certificate | None = Certificate.get_or_none(Certificate.fingerprint == fingerprint)
    return found


def chain(certificate: Certificate) -> list[str]:
    """The issuers of a sealing certificate, as PEM."""
    if certificate.role == CertificateRole.BROUGHT:
        return split(certificate.chain)
    return roots()


def roots() -> list[str]:
    """All installation roots as PEM, the newest first."""
    return _pems(CertificateRole.ROOT)


def anchors() -> list[str]:
    """What a seal's chain may end in: our roots, and what the operator brought itself."""
    return [*roots(), *_pems(CertificateRole.BROUGHT)]


def issuers() -> list[str]:
    """Issuers that came with certificates of the operator's own."""
    rows = Certificate.select().where(Certificate.role == CertificateRole.BROUGHT)
    return [pem for row in rows for pem in split(row.chain)]


def authorities() -> list[str]:
    """Certificates of timestamp authorities, as they were seen when they stamped a seal."""
    return _pems(CertificateRole.AUTHORITY)


def sealing() -> list[str]:
    """Fingerprints of all that ever sealed here."""
    return [row.fingerprint for row in Certificate.select().where(Certificate.role.in_(SEALING))]


def all_of_them() -> list[Certificate]:
    """The registry, the oldest first."""
    return list(Certificate.select().order_by(Certificate.id))


def split(bundle: str) -> list[str]:
    """The certificates of a PEM bundle."""
    end = "-----END CERTIFICATE-----\n"
    return [part + end for part in bundle.split(end) if part.strip()]


def _pems(role: str) -> list[str]:
    rows = Certificate.select().where(Certificate.role == role).order_by(Certificate.id.desc())
    return [row.pem for row in rows]
