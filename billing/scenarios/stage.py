"""Deeds of the demo's people, dated back from now."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from billing import languages, outbox
from billing.accepting import comments, reviews, submissions, uploads
from billing.agreeing import agreements, composing, signing
from billing.changes import drafts, offers
from billing.delivery import worker
from billing.installation import Installation
from billing.paying import payments
from billing.people import accounts, clients, contacts
from billing.people.contacts import Person
from billing.planning import plan, projects
from billing.planning.terms import Billing, Terms
from models import (
    Agreement,
    Business,
    Client,
    Contact,
    Delivery,
    DeliveryState,
    Invoice,
    Milestone,
    Project,
    User,
)

ATTEMPTS = 5


@dataclass
class Stage:
    """One installation being filled; `at(days)` is that many days before now (UTC)."""

    installation: Installation
    now: datetime

    def at(self, days: float) -> datetime:
        return self.now - timedelta(days=days)

    def work(self, days: float) -> None:
        """Let the worker make what is due by then. Nothing is mailed: the demo has no server.

        A document that a busy machine did not print in time is asked for again at once: what
        comes next rests on it, and a worker would only come back to it in minutes.
        """
        for _attempt in range(ATTEMPTS):
            while worker.work_once(
                replace(self.installation, smtp_url="", tsa_url=""), self.at(days)
            ):
                pass
            late = list(
                Delivery.select().where(
                    Delivery.channel == "document",
                    Delivery.state.in_([DeliveryState.QUEUED, DeliveryState.FAILED]),
                    Delivery.attempts > 0,
                )
            )
            if not late:
                return
            for each in late:
                outbox.retry(each, self.at(days))


def owner(stage: Stage, login: str, **profile: Any) -> tuple[User, str]:
    password = secrets.token_urlsafe(9)
    user = accounts.sign_up(login, password, stage.at(200))
    Business.update(**profile).where(Business.owner == user.id).execute()
    return user, password


def new_client(stage: Stage, by: User, profile: clients.Profile, *people: Person) -> Client:
    made = clients.add(profile, by, stage.at(190), people[0])
    for person in people[1:]:
        contacts.add(made, person, by, stage.at(190))
    return made


def short(title: str, price: int, criterion: str, billing: Billing | None = None) -> Terms:
    return Terms(title=title, criteria=(criterion,), price=price, billing=billing or Billing())


def planned(
    stage: Stage, by: User, client: Client, title: str, days: float, *terms: Terms
) -> Project:
    project = projects.start(client, title, by, stage.at(days))
    for each in terms:
        plan.add(project, each)
    return project


def sent(stage: Stage, project: Project, by: User, days: float) -> Agreement:
    agreements.send(composing.compose(project, stage.at(days)), by, stage.at(days))
    stage.work(days)
    found: Agreement = Agreement.get(Agreement.project == project.id)
    return found


def signed(stage: Stage, project: Project, by: User, days: float) -> None:
    _signed_by_both(stage, sent(stage, project, by, days), by, days)


def changed(stage: Stage, project: Project, by: User, days: float) -> None:
    """The draft of a change order goes out, is signed by both and comes into force."""
    draft = drafts.proposal(project, stage.at(days))
    offers.send(draft, by, stage.at(days))
    stage.work(days)
    _signed_by_both(stage, Agreement.get_by_id(draft.id), by, days)


def _signed_by_both(stage: Stage, agreement: Agreement, by: User, days: float) -> None:
    signer = agreement.signer
    agreements.view(agreement, signer, stage.at(days - 0.5))
    signing.sign(agreement, _intent(agreement, signer.name), signer, stage.at(days - 0.6))
    owner = _intent(agreement, Business.get(Business.owner == by.id).bank_holder)
    signing.countersign(agreement, owner, by, stage.at(days - 0.8))
    stage.work(days - 0.8)


def _intent(agreement: Agreement, name: str) -> signing.Intent:
    language = agreements.read(agreement)["language"]
    return signing.Intent(
        name=name,
        document_sha256=agreement.document.file.sha256,
        statement=languages.say(signing.STATEMENT, language) % signing.named(agreement),
        consent=languages.say(signing.CONSENT, language),
        agreed=True,
        consented=True,
        key=secrets.token_hex(8),
        address="192.0.2.10",
        user_agent="Demo",
    )


def milestones(project: Project) -> list[Milestone]:
    return list(Milestone.live(project))


def invoices_of(project: Project) -> list[Invoice]:
    return list(Invoice.select().where(Invoice.project == project.id).order_by(Invoice.id))


def submit(
    stage: Stage, milestone: Milestone, by: User, days: float, note: str, **files: str
) -> None:
    """Hand over, with text files named after the `files`."""
    for name, text in files.items():
        upload = uploads.looked_at(f"{name}.md", text.encode())
        uploads.attach(milestone, upload, by, stage.at(days))
    shown = {row.id: "Done; see the link and the note." for row in milestone.criteria}
    links_shown = ["https://example.com/work"]
    submissions.submit(milestone, note, links_shown, shown, by, stage.at(days))


def ask(stage: Stage, milestone: Milestone, days: float, text: str) -> None:
    """The client's approver writes a comment."""
    approver: Contact = next(row for row in milestone.project.client.contacts if row.is_approver)
    comments.say(milestone, text, approver, stage.at(days), key=secrets.token_hex(8))
    stage.work(days)


def accept(stage: Stage, milestone: Milestone, days: float) -> None:
    approver: Contact = next(row for row in milestone.project.client.contacts if row.is_approver)
    reviews.accept(milestone, approver, stage.at(days))
    stage.work(days)


def paid(stage: Stage, project: Project, by: User, days: float) -> None:
    """All that is open on the project is paid."""
    for invoice in invoices_of(project):
        owed = payments.due(invoice)
        if owed:
            key = f"demo-{invoice.id}"
            payments.record(invoice, owed, stage.at(days).date(), key, by, stage.at(days))
    stage.work(days)
