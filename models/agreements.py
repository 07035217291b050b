"""Agreements: versions frozen at sending, and their signatures."""

from enum import StrEnum

from peewee import (
    SQL,
    BlobField,
    Check,
    DateField,
    DateTimeField,
    IntegerField,
    JSONField,
    TextField,
)

from models.base import KindField, Row
from models.people import Contact, User
from models.record import Document, File
from models.references import ForeignKeyField
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


class Code(Row):
    """A one-time code mailed to the signer of one document, without its digits.

    They follow from the installation's secret, the id and `nonce`, so a copy of the database
    cannot tell them. `ended_at`: another code or too many tries put an end to it.
    """

    agreement = ForeignKeyField(Agreement, backref="codes", on_delete="RESTRICT")
    contact = ForeignKeyField(Contact, on_delete="RESTRICT")
    document_sha256 = TextField()
    nonce = TextField()
    created_at = DateTimeField()
    expires_at = DateTimeField()
    tries = IntegerField(default=0, constraints=[Check("tries BETWEEN 0 AND 5")])
    used_at = DateTimeField(null=True)
    ended_at = DateTimeField(null=True)


Code.add_index(
    SQL(
        "CREATE UNIQUE INDEX IF NOT EXISTS code_open ON code (agreement_id, contact_id)"
        " WHERE used_at IS NULL AND ended_at IS NULL"
    )
)


class Signature(Row):
    """One party's signature under one version. `document_sha256` is what was shown.

    `proof` is what showed who signed: a code from the invited mailbox (with the Message-ID of
    its mail), the owner's password, or nothing. One on paper was `signed_on` a day.
    """

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
    proof = TextField(
        default="none",
        constraints=[SQL("DEFAULT 'none'"), Check("proof IN ('none', 'code', 'password')")],
    )
    code = ForeignKeyField(Code, null=True, unique=True, on_delete="RESTRICT")
    proof_message = TextField(default="", constraints=[SQL("DEFAULT ''")])
    drawing = ForeignKeyField(
        File, field="sha256", column_name="drawing_sha256", null=True, on_delete="RESTRICT"
    )
    signed_on = DateField(null=True)

    class Meta:
        indexes = ((("agreement", "party"), True),)
