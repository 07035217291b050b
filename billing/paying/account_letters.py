"""Receipts and statements handed to the client: mailed, and on their page from then on."""

from datetime import datetime
from typing import Any

from peewee import JOIN

from billing import events, outbox
from billing.paying import account_documents
from billing.refusals import N_, Conflict, WrongState
from models import (
    AccountDocument,
    AccountKind,
    Contact,
    Delivery,
    Invoice,
    InvoiceState,
    Project,
    write,
)

LETTER = "account_document"
KINDS = (AccountKind.RECEIPT, AccountKind.STATEMENT)
"""A dunning letter goes its own way."""


class NobodyToMail(Conflict):
    sentence = N_("There is nobody to mail this to. Add a contact who pays first.")


def recipients(made: AccountDocument) -> list[Contact]:
    """Who gets it: those who pay."""
    return list(outbox.contacts_of_client(made.client_id, "payer"))


def send(made: AccountDocument, now: datetime) -> list[Contact]:
    """Mail a receipt or a statement to those who pay, once each, and show it on their page.

    Refuses WrongState (a dunning letter), NobodyToMail.
    """
    if made.kind not in KINDS:
        raise WrongState(state=made.kind)
    readers, project = recipients(made), _project(made)
    if not readers or project is None:
        raise NobodyToMail
    waits = Delivery.get_or_none(Delivery.key == f"document:account:{made.id}")
    with write(project):
        for contact in readers:
            key = f"{LETTER}:{made.id}:{contact.id}"
            outbox.mail(LETTER, project, contact, key, now, {"account": made.id}, waits)
        AccountDocument.update(sent_at=now).where(
            AccountDocument.id == made.id, AccountDocument.sent_at.is_null()
        ).execute()
        events.touch(project)
    return readers


def _project(made: AccountDocument) -> Project | None:
    """Whose page its mail leads to: the invoice's, or that of the latest invoice."""
    if made.invoice_id is not None:
        found: Project = made.invoice.project
        return found
    issued = (
        Invoice.select(Invoice, Project)
        .join(Project)
        .where(Invoice.client == made.client_id, Invoice.state == InvoiceState.ISSUED)
    )
    latest = issued.order_by(Invoice.id.desc()).first()
    return latest.project if latest is not None else None


said = account_documents.said
"""What a document says."""


def shown(project: Project) -> Any:
    """What was sent to the client and is printed, the newest first: of the client, and of this
    project's invoices."""
    return (
        AccountDocument.select(AccountDocument)
        .join(Invoice, JOIN.LEFT_OUTER)
        .where(
            AccountDocument.client == project.client_id,
            AccountDocument.sent_at.is_null(False),
            AccountDocument.document.is_null(False),
            AccountDocument.invoice.is_null() | (Invoice.project == project.id),
        )
        .order_by(AccountDocument.id.desc())
    )
