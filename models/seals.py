"""Seals: the certificates of this installation, their wrapped keys, and what was sealed."""

from enum import StrEnum

from peewee import BlobField, DateTimeField, TextField

from models.agreements import Agreement
from models.base import KindField, Row
from models.record import Document
from models.references import ForeignKeyField


class CertificateRole(StrEnum):
    ROOT = "root"
    LEAF = "leaf"
    BROUGHT = "brought"
    AUTHORITY = "authority"


class Certificate(Row):
    """A certificate that seals rest on, kept for ever; `fingerprint` is the SHA-256 of its DER.

    A *root* issued our own *leaf*; a *brought* one is the operator's, with its issuers in
    `chain`; an *authority* has stamped the time on a seal. A retired one seals no more.
    """

    fingerprint = TextField(unique=True)
    role = KindField(CertificateRole, "role")
    subject = TextField()
    pem = TextField()
    chain = TextField(default="")
    created_at = DateTimeField()
    retired_at = DateTimeField(null=True)


class SealKey(Row):
    """The private key of a certificate, wrapped under a key that the database does not hold."""

    certificate = ForeignKeyField(Certificate, unique=True, on_delete="RESTRICT")
    wrapped = BlobField()


class Seal(Row):
    """The sealed bytes of one agreement, once. Without `stamped_at`, `untimed` says why not.

    `chain_head` is the event chain's head that the certificate pages name.
    """

    agreement = ForeignKeyField(Agreement, unique=True, backref="seals", on_delete="RESTRICT")
    document = ForeignKeyField(Document, on_delete="RESTRICT")
    certificate = ForeignKeyField(Certificate, on_delete="RESTRICT")
    chain_head = TextField()
    stamped_at = DateTimeField(null=True)
    untimed = TextField(default="")
    sealed_at = DateTimeField()
