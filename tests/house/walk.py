"""A walk over the route map: every address of one story, and who may rightfully go there."""

import re
from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

import models
from billing.books import calendar
from billing.mailing import opting_out
from billing.people import accounts, links
from billing.planning import options
from billing.sealing import keys
from models import (
    AccountDocument,
    Attachment,
    BankFile,
    BankLine,
    Change,
    ChangeRequest,
    Claim,
    ClientLetter,
    CreditEntry,
    Delivery,
    Effort,
    Extension,
    Invoice,
    Link,
    Milestone,
    PackageDraft,
    Payment,
    Reading,
    Retainer,
    Session,
    SplitOffer,
    Supply,
    User,
    Wish,
    WorkKind,
    WriteOff,
)
from tests import cast as the
from tests.story import Story
from tests.web.visitor import BASE_URL, Visitor

# Pages that need nobody: the way in, the way back in, and whether we are alive.
PUBLIC = (
    "auth.", "calendar.", "health.", "links.open", "links.renew", "links.renewed", "sheets.",
    "static", "unsubscribing.",
    "verify.", "webhooks.",
)  # fmt: skip

BY_SIGNATURE = {"unsubscribing.stop"}
"""What a signed address alone may post: mail programs know no token of ours (RFC 8058)."""

MEASURES = ("measures", "portal_measures")


@dataclass(frozen=True)
class Step:
    """A method on a route, and the address it has in a story."""

    method: str
    rule: Rule
    address: str

    @property
    def is_public(self) -> bool:
        return self.rule.endpoint.startswith(PUBLIC)

    @property
    def is_portal(self) -> bool:
        return self.rule.rule.startswith("/p/")

    @property
    def ids(self) -> list[str]:
        """The rows it names, the outermost first."""
        return re.findall(r"<int:(\w+)>", self.rule.rule)

    def __str__(self) -> str:
        return f"{self.method} {self.rule.rule}"

    def by(self, visitor: Visitor, address: str = "") -> TestResponse:
        """What a visitor is answered there, posting with their token."""
        data = {"csrf_token": visitor.token} if self.method == "POST" else None
        answer = visitor.client.open(
            address or self.address, method=self.method, data=data, base_url=BASE_URL
        )
        answer.close()
        return answer


class Walk:
    """Where everything of `story` is."""

    def __init__(self, app: Flask, story: Story) -> None:
        self.app = app
        self.story = story
        self.option = _option(story.draft)
        # The root that /verify hands out.
        keys.holder(app.config["INSTALLATION"], the.NOW)
        self.secret = app.config["INSTALLATION"].secret
        self.owner = self.signed_in(story.owner)
        self.client = self._let_in()
        self.nobody = Visitor(app)
        self.nobody.get("/sign-in")

    def steps(self, *methods: str) -> list["Step"]:
        """Every route with every one of `methods` (GET and POST) it takes."""
        return [
            Step(method, rule, self.address(rule))
            for rule in sorted(self.app.url_map.iter_rules(), key=lambda rule: rule.rule)
            for method in methods or ("GET", "POST")
            if method in (rule.methods or ())
        ]

    def owners(self, *methods: str) -> list["Step"]:
        """The owner's routes."""
        return [each for each in self.steps(*methods) if not each.is_public and not each.is_portal]

    def portal(self, *methods: str) -> list["Step"]:
        """The client's routes."""
        return [each for each in self.steps(*methods) if each.is_portal]

    def mixed(self, step: "Step", inner: "Walk") -> str:
        """The address of a route under this story's outer row and another story's inner ones."""
        outer = step.ids[0]
        values = {
            name: (self if name in (outer, "key") else inner).value(name, step.rule)
            for name in step.rule.arguments
        }
        return self.built(step.rule, values)

    def address(self, rule: Rule) -> str:
        """The URL of a route with this story's ids."""
        return self.built(rule, {name: self.value(name, rule) for name in rule.arguments})

    def built(self, rule: Rule, values: dict[str, Any]) -> str:
        with self.app.test_request_context(base_url=BASE_URL):
            return self.app.url_for(rule.endpoint, _external=False, **values)

    def value(self, name: str, rule: Rule) -> object:
        """An argument's value. A new argument of a route has to be taught here."""
        story = self.story
        room = rule.endpoint.split(".")[0]
        in_draft = rule.endpoint in IN_DRAFT
        before_signing = ("portal_agreement", "portal_wishes", "papers", "wishes")
        engagement = story.offered if room in before_signing else story.running
        if room in ("disputes", "portal_disputes"):
            engagement = story.disputed
        if rule.endpoint.endswith(".scan"):
            engagement = story.on_paper
        if room in MEASURES:
            engagement = story.measured
        if room == "portal_account_documents":
            engagement = story.closed
        project = story.draft if in_draft else engagement.project
        of_project = Milestone.project == engagement.project.id
        known = {
            "bank_file_id": lambda: BankFile.of(story.owner).first().id,
            "line_id": lambda: BankLine.of(story.owner).first().id,
            "entry_id": lambda: CreditEntry.of(project.client).first().id,
            "write_off_id": lambda: WriteOff.get(WriteOff.invoice == self._invoice(rule)).id,
            "client_id": lambda: project.client_id,
            "contact_id": lambda: engagement.contact.id,
            "clause_set_id": lambda: story.clause_set.id,
            "job_id": lambda: story.archive.id,
            "letter_id": lambda: ClientLetter.of(story.owner).first().id,
            "file_id": lambda: (
                story.clients_file.id if room == "client_imports" else story.hours.id
            ),
            "kind_id": lambda: WorkKind.of(story.owner).first().id,
            "draft_id": lambda: PackageDraft.of(story.owner).first().id,
            "step": lambda: "milestones",
            "effort_id": lambda: Effort.of(story.owner).first().id,
            "retainer_id": lambda: Retainer.of(story.owner).first().id,
            "package_id": lambda: story.package.id,
            "project_id": lambda: project.id,
            "milestone_id": lambda: (
                story.measured.milestone.id if room in MEASURES else self._milestone(in_draft, room)
            ),
            "offer_id": lambda: self._offer(),
            "reading_id": lambda: self._reading(),
            "supply_id": lambda: Supply.in_project(engagement.project).get().id,
            "link_id": lambda: self.link(project).id,
            "invoice_id": lambda: self._invoice(rule),
            "einvoice": lambda: "peppol",
            "payment_id": lambda: Payment.get(Payment.invoice == story.closed.invoices[0].id).id,
            "claim_id": lambda: Claim.get(Claim.answered_at.is_null()).id,
            "delivery_id": lambda: self._letter(),
            "wish_id": lambda: Wish.get(Wish.agreement == story.offered.agreement.id).id,
            "option_id": lambda: self.option.id,
            "extension_id": lambda: Extension.select().join(Milestone).where(of_project).get().id,
            "change_id": lambda: next(iter(Change.of(story.running.project))).id,
            "attachment_id": lambda: Attachment.of(story.owner).order_by(Attachment.id).first().id,
            "request_id": lambda: (
                ChangeRequest.get(ChangeRequest.project == story.running.project.id).id
            ),
            "session_id": lambda: Session.get(Session.user == story.owner.id).id,
            "kind": lambda: "invoice",
            "document_id": lambda: AccountDocument.of(story.owner).first().id,
            "filename": lambda: "app.js",
            "name": lambda: "documents" if room == "books" else "base",
            "token": lambda: self._token(room),
            "key": lambda: "bank" if room == "settings" else self.link(engagement.project).key,
        }
        return known[name]()

    def _milestone(self, in_draft: bool, room: str) -> int:
        if room.endswith("disputes"):
            return int(self.story.disputed.milestones[1].id)
        if in_draft:
            return int(next(iter(models.Milestone.live(self.story.draft))).id)
        return int(self.story.running.milestones[3].id)

    def _offer(self) -> int:
        """The one that waits for an answer."""
        waiting = SplitOffer.answered_at.is_null()
        disputes = list(self.story.disputed.milestones[1].disputes)
        return int(SplitOffer.get(SplitOffer.dispute.in_(disputes), waiting).id)

    def _reading(self) -> int:
        """The one that waits for an answer."""
        triggers = list(self.story.measured.milestone.triggers)
        found = Reading.select().where(Reading.trigger.in_(triggers))
        return int(found.order_by(Reading.id.desc()).first().id)

    def _invoice(self, rule: Rule) -> int:
        if rule.endpoint in (
            "invoices.issue",
            "invoices.discard",
            "invoice_drafts.edit",
            "invoice_drafts.save",
        ):
            return int(self.story.left_as_draft.id)
        if "write_off_id" in rule.arguments:
            off = WriteOff.select().join(Invoice).where(Invoice.owner == self.story.owner.id)
            return int(off.order_by(WriteOff.id).first().invoice_id)
        if "payment_id" in rule.arguments:
            return int(self.story.closed.invoices[0].id)
        # The accepted milestone's: it has its document and a claim that waits.
        return int(self.story.running.invoices[1].id)

    def _letter(self) -> int:
        mails = Delivery.of(self.story.owner).where(Delivery.channel == "mail")
        return int(mails.order_by(Delivery.id).first().id)

    def _token(self, room: str) -> str:
        if room == "calendar":
            return calendar.token(calendar.of(self.story.owner), self.secret)
        if room == "unsubscribing":
            return opting_out.token(self.story.owner, opting_out.DIGEST, self.secret)
        if room == "webhooks":
            # What a service was given is no secret of a person's.
            return "given-to-a-service"
        return self.token if room == "links" else self._reset_token()

    def _reset_token(self) -> str:
        return accounts.reset_token(self.story.owner, self.secret)

    def link(self, project: models.Project) -> Link:
        """The open link into a project; made if there is none yet."""
        found = Link.get_or_none(Link.project == project.id, Link.revoked_at.is_null())
        if found is None:
            contact = next(iter(project.client.contacts))
            with models.write(project):
                found = links.for_contact(project, contact, the.NOW)
        return found

    @property
    def token(self) -> str:
        return links.token(self.link(self.story.running.project), self.secret)

    def _let_in(self) -> Visitor:
        """The contacts of the story in one browser, which has opened all their links."""
        visitor = Visitor(self.app)
        for engagement in (
            self.story.running,
            self.story.closed,
            self.story.measured,
            self.story.offered,
            self.story.on_paper,
            self.story.disputed,
        ):
            link = self.link(engagement.project)
            visitor.get(f"/l/{links.token(link, self.secret)}", status=303)
        visitor.get(f"/p/{self.link(self.story.running.project).key}/")
        return visitor

    def signed_in(self, user: User) -> Visitor:
        visitor = Visitor(self.app)
        visitor.enter(user)
        return visitor

    def rightful(self, step: "Step") -> Visitor:
        """Who may go there."""
        if step.is_public:
            return self.nobody
        return self.client if step.is_portal else self.owner


def _option(draft: models.Project) -> models.Option:
    """One option of the draft, ready to be offered: its first milestone may be left out."""
    made = options.add(draft, models.OptionKind.ADD_ON)
    options.revise(made, "Photos", "", recommended=False)
    first = next(iter(models.Milestone.live(draft)))
    models.Milestone.update(option=made.id).where(models.Milestone.id == first.id).execute()
    return made


# Pages that only a project in preparation has.
IN_DRAFT = {
    "agreements.review", "agreements.save", "agreements.send", "milestones.add",
    "milestones.save", "milestones.delete", "milestones.place", "milestones.restore",
    "milestones.split", "options.add", "options.remove", "options.save", "projects.cancel",
}  # fmt: skip
