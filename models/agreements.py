"""Agreements: versions frozen at sending, and their signatures."""

from enum import StrEnum

from peewee import (
    BlobField,
    Check,
    DateField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    JSONField,
    TextField,
)

from models.base import KindField, Row
from models.people import Contact, User
from models.record import Document
from models.work import Project


class AgreementKind(StrEnum):
    AGREEMENT = "agreement"
    CHANGE_ORDER = "change_order"


class AgreementState(StrEnum):
    DRAFT = "draft"
    PREPARING = "preparing"
    SENT = "sent"
    VIEWED = "viewed"
    CLIENT_SIGNED = "client_signed"
    COUNTERSIGNED = "countersigned"
    ACTIVE = "active"
    AMENDED = "amended"
    TERMINATED = "terminated"
    DECLINED = "declined"
    EXPIRED = "expired"
    VOIDED = "voided"


class Agreement(Row):
    """One version of what both sides sign.

    While a draft, `clauses` is edited: a list of {key, heading, body, on}. Sending
    freezes `payload` (RFC 8785 bytes) with its SHA-256; the worker adds the PDF.
    """

    project = ForeignKeyField(Project, backref="agreements", on_delete="RESTRICT")
    version = IntegerField()
    kind = KindField(AgreementKind, "kind", default=AgreementKind.AGREEMENT)
    state = KindField(AgreementState, "state", default=AgreementState.DRAFT)
    signer = ForeignKeyField(Contact, null=True, on_delete="RESTRICT")
    clauses = JSONField(default=list)
    payload = BlobField(null=True)
    payload_sha256 = TextField(null=True)
    document = ForeignKeyField(Document, null=True, on_delete="RESTRICT")
    created_at = DateTimeField()
    sent_at = DateTimeField(null=True)
    expires_on = DateField(null=True)
    active_at = DateTimeField(null=True)

    class Meta:
        indexes = ((("project", "version"), True),)
        constraints = [Check("state = 'draft' OR payload IS NOT NULL")]


class Signature(Row):
    """One party's signature under one version. `document_sha256` is what was shown."""

    agreement = ForeignKeyField(Agreement, backref="signatures", on_delete="RESTRICT")
    party = TextField(constraints=[Check("party IN ('client', 'owner')")])
    contact = ForeignKeyField(Contact, null=True, on_delete="RESTRICT")
    user = ForeignKeyField(User, null=True, on_delete="RESTRICT")
    name = TextField(constraints=[Check("name <> ''")])
    kind = TextField(default="typed", constraints=[Check("kind IN ('typed', 'drawn', 'paper')")])
    statement = TextField()
    consent = TextField()
    document_sha256 = TextField()
    key = TextField(unique=True)
    address = TextField(default="")
    user_agent = TextField(default="")
    signed_at = DateTimeField()

    class Meta:
        indexes = ((("agreement", "party"), True),)
