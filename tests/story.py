"""One owner's whole story, with every table of the trade filled."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from billing import events, files
from billing.accepting import comments, deeming, extensions, readings, reviews, submissions, uploads
from billing.actors import CLOCK
from billing.agreeing import (
    agreements,
    choosing,
    clause_choices,
    clause_sets,
    codes,
    paper,
    signing,
)
from billing.agreeing.clause_choices import Choice
from billing.agreeing.scans import Scan
from billing.changes import drafts, requests
from billing.disputing import disputes, offers, settling
from billing.einvoice import mapping
from billing.ending import withdrawal
from billing.invoicing import credit_notes, invoices, numbering, rates
from billing.invoicing.measures import Measure
from billing.invoicing.numbering import Wanted
from billing.invoicing.rates import Rate
from billing.outcomes import effort
from billing.paying import account_documents, account_letters, claims, payments
from billing.people import brands, links
from billing.planning import packages
from billing.planning.plan import Billing
from models import (
    Agreement,
    ClauseSet,
    ClientsFile,
    Dispute,
    DisputeSummary,
    EInvoice,
    HoursFile,
    Invoice,
    InvoiceKind,
    InvoiceState,
    Job,
    Milestone,
    Outcome,
    Package,
    Payment,
    Preview,
    Project,
    Rendition,
    TriggerDelivery,
    User,
    write,
)
from tests import cast as the
from tests import files as made
from tests import mailing, past, settlements, shifted, supplied
from tests.cast import NOW, later
from tests.pictures import drawn

MIDWEEK = NOW.replace(hour=15) + timedelta(days=3)
"""In business hours of the client, on a day on which a reminder is due."""


TELLTALE, EFFORT = "Quokka: slept over the draft twice", 13 * 3600 + 37 * 60
"""The owner's own note and time (seconds) on a piece of work: no client may ever meet them."""


@dataclass
class Story:
    """A project in full course, one that was paid and closed, an offer and a draft."""

    owner: User
    running: the.Engagement
    closed: the.Engagement
    measured: the.Engagement
    offered: the.Engagement
    on_paper: the.Engagement
    disputed: the.Engagement
    draft: Project
    package: Package
    clause_set: ClauseSet
    hours: HoursFile
    clients_file: ClientsFile
    archive: Job

    @property
    def issued(self) -> Invoice:
        return next(row for row in self.running.invoices if row.state == InvoiceState.ISSUED)

    @property
    def left_as_draft(self) -> Invoice:
        return next(row for row in self.running.invoices if row.state == InvoiceState.DRAFT)

    @property
    def unsent(self) -> Agreement:
        return Agreement.get(Agreement.project == self.draft.id)


def told(email: str | None = None) -> Story:
    """Everything that can happen to an engagement has happened in one of its projects."""
    owner = the.owner(email)
    brands.save("#b0306a", drawn(), owner)
    _withdrawn(owner)
    offered = the.offered(of=owner)
    codes.ask(offered.agreement, offered.contact, NOW)
    paper.ask(offered.agreement, "We sign on paper here", offered.contact, NOW)
    on_paper = _on_paper(owner)
    _proved(owner)
    package = packages.from_project(offered.project, "Content strategy", owner, NOW)
    draft = _draft(owner)
    kept = clause_sets.create("My terms", _clauses(draft), Choice("writing", "en"), owner, NOW)
    choosing.choose(draft, Choice("writing", "en", set_version=kept.versions[0]), NOW)
    running, closed, measured = _running(owner), _closed(owner), _measured(owner)
    disputed = _disputed(owner)
    _accounts(owner)
    settlements.told(owner, running.project.client)
    hours, archived = past.hours(owner), past.books(owner)
    mailing.told(owner, running.contact)
    shifted.told(owner, running.contact)
    worked = effort.Work(NOW.date(), EFFORT, TELLTALE)
    effort.add(running.milestones[3], worked, owner, NOW, f"effort:{owner.id}")
    return Story(
        owner,
        running,
        closed,
        measured,
        offered,
        on_paper,
        disputed,
        draft,
        package,
        kept,
        hours,
        past.clients(owner),
        archived,
    )


def _accounts(owner: User) -> None:
    """A table of rates of their own, and credit notes that go on at a higher number."""
    rates.save([Rate("No tax", "O")], owner)
    paid = Payment.select().join(Invoice).where(Invoice.owner == owner.id).order_by(Payment.id)
    made = account_documents.receipt(paid[-1], owner, NOW)
    with write(made.client):
        printed = files.document(owner, "receipt.pdf", the.PDF + b"receipt", NOW)
        account_documents.keep(made, printed)
    account_letters.send(made, NOW)
    later_on = Wanted("CN-{n:04}", False, 10, "The old program went to nine")
    numbering.revise(owner, InvoiceKind.CREDIT_NOTE, later_on, NOW.date(), NOW)


def _clauses(project: Project) -> list[dict[str, Any]]:
    return [{**row, "body": f"{row['body']} Mine."} for row in clause_choices.starting(project)]


def _running(owner: User) -> the.Engagement:
    """A deposit paid, one milestone accepted in its second round, one under review, one draft."""
    by_hand = Billing(acceptance_delivery=TriggerDelivery.DRAFT)
    cast = the.active(
        the.terms(billing=Billing(signing_share=3000)),
        the.terms(title="Campaign launched", price=333_333, billing=by_hand),
        the.terms(title="Report delivered", price=100_001, billing=by_hand),
        the.terms(title="Lessons shared", price=50_000, duties=supplied.NEEDED),
        of=owner,
    )
    [deposit] = cast.invoices
    wrong = payments.record(deposit, 100, NOW.date(), f"wrong:{deposit.id}", owner, NOW)
    payments.reverse(wrong, owner, NOW)
    payments.record(deposit, deposit.total, NOW.date(), f"deposit:{deposit.id}", owner, NOW)
    _reject_then_accept(cast)
    _accept(cast, cast.milestones[1])
    discarded = _accept(cast, cast.milestones[2])
    invoices.discard(discarded, owner, later(hours=3))
    _submit(cast, cast.milestones[3])
    supplied.in_two_goes(cast, cast.milestones[3])
    _reviewed_slowly(cast, cast.milestones[3])
    accepted = cast.invoices[1]
    claims.claim(accepted, "our bank says it is out", cast.contact, later(hours=4))
    with write(cast.project):
        document = files.document(owner, f"{accepted.number}.pdf", the.PDF + b"%", NOW)
        Rendition.create(invoice=accepted, document=document)
        total = mapping.amount(accepted.total, accepted.currency)
        xml = f"<Invoice><TaxInclusiveAmount>{total}</TaxInclusiveAmount></Invoice>".encode()
        written = files.document(owner, f"{accepted.number}.xml", xml, NOW, files.XML)
        EInvoice.create(invoice=accepted, format="peppol", document=written)
        events.record(
            "invoice.document_made",
            cast.project,
            CLOCK,
            NOW,
            invoice=accepted.id,
            number=accepted.number,
            document_sha256=document.file.sha256,
        )
    project, milestone = cast.project, cast.milestones[1]
    # Both criteria are on one draft: one of their charges is made smaller.
    credit_notes.credit_milestone(project, milestone, 33_333, "favour", owner, NOW)
    links.revoke(_link(cast), owner, NOW)
    wish = f"wish:{cast.project.id}"
    requests.propose(cast.project, "A third language", None, wish, cast.contact, NOW)
    drafts.favour(cast.project, "A second logo", "For the good start", 40_000, NOW)
    return cast


def _closed(owner: User) -> the.Engagement:
    cast = the.submitted(of=owner)
    extensions.ask(cast.milestone, 2, "We may be late", cast.contact, NOW)
    reviews.accept(cast.milestone, cast.contact, NOW)
    [invoice] = cast.invoices
    claim = claims.claim(invoice, "paid on Monday", cast.contact, NOW)
    claims.confirm(claim, "America/New_York", owner, NOW)
    finished = [invoices.Line("A workshop", 75_000)]
    billed = invoices.bill(cast.project, finished, owner, NOW, key=f"workshop:{cast.project.id}")
    payments.record(billed, billed.total, NOW.date(), f"workshop:{billed.id}", owner, NOW)
    part = {billed.lines[0].id: 5000}
    credit_notes.issue(billed, part, "A shorter workshop", f"{billed.id}", owner, NOW)
    return cast


def _measured(owner: User) -> the.Engagement:
    """A share that a measure decides: a reading refused, and another that waits."""
    window = {"window_from": NOW.date(), "window_to": later(days=90).date()}
    measure = Measure("Sign-ups", "sign-ups", 100_000, 500_000, "The shop", **window)
    cast = the.submitted(the.terms(billing=Billing(metric_share=5000, measure=measure)), of=owner)
    milestone = cast.milestone
    reviews.accept(milestone, cast.contact, NOW)
    first = readings.enter(milestone, 412_000, NOW.date(), owner, NOW, "first")
    readings.refuse(first, "Ours says 380", cast.contact, NOW)
    readings.enter(milestone, 380_000, NOW.date(), owner, NOW, "second", "You are right")
    return cast


def _disputed(owner: User) -> the.Engagement:
    """Two milestones: one settled after an offer was declined, one with an offer to answer."""
    cast = the.active(the.terms(), the.terms(title="Workshop held", price=80_000), of=owner)
    for milestone in cast.milestones:
        _submit(cast, milestone)
        criterion = milestone.criteria[1].id
        disputes.dispute(milestone, [criterion], "No channel plan", cast.contact, NOW)
        dispute = disputes.standing(milestone)
        assert dispute is not None
        with write(cast.project):
            document = files.document(owner, "Dispute.pdf", the.PDF + b"%%", NOW)
            DisputeSummary.create(dispute=dispute, document=document, seq=1, made_at=NOW)
        less = {criterion: offers.Wanted(Outcome.ACCEPTED, 10_000)}
        offers.decline(offers.make(dispute, less, "", cast.contact, NOW), "No", owner, NOW)
        offers.make(dispute, less, "Half of half", owner, NOW)
    first = Dispute.get(Dispute.milestone == cast.milestone.id)
    settling.take(next(row for row in first.offers if row.answer is None), cast.contact, NOW)
    return cast


def _withdrawn(owner: User) -> None:
    """A consumer asked to begin at once, and withdrew."""
    buyer = the.client(owner, name="Jan Nowak", kind="consumer", country="PL")
    cast = the.offered(of=owner, for_client=buyer)
    asked = the.intent(cast.agreement, early="Please begin within the 14 days.")
    signing.sign(cast.agreement, asked, cast.contact, NOW)
    signing.countersign(cast.agreement, the.intent(cast.agreement, name="Alice"), owner, NOW)
    the.seal(cast.agreement)
    said = withdrawal.Declaration("Jan Nowak", "jan@example.com", "I withdraw.")
    withdrawal.withdraw(cast.project, said, cast.contact, NOW)


def _on_paper(owner: User) -> the.Engagement:
    """Asked for and signed on paper, its scan kept."""
    cast = the.offered(of=owner)
    paper.ask(cast.agreement, "", cast.contact, NOW)
    scan = Scan(the.PDF + b"signed", "application/pdf", "pdf")
    signed = paper.Signed(NOW.date(), cast.contact.name, "Alice", scan)
    paper.record(cast.agreement, signed, owner, NOW)
    return cast


def _proved(owner: User) -> None:
    """Signed with a code, and waiting for the owner's signature."""
    cast, secret = the.offered(of=owner), b"a secret for stories"
    code = codes.ask(cast.agreement, cast.contact, NOW)
    given = codes.Given(codes.digits(code, secret), secret)
    signing.sign(cast.agreement, the.intent(cast.agreement), cast.contact, NOW, given)


def _draft(owner: User) -> Project:
    project = the.project(owner)
    agreements.compose(project, NOW)
    return project


def _reject_then_accept(cast: the.Engagement) -> None:
    milestone = cast.milestones[0]
    _gather(cast, milestone)
    _submit(cast, milestone)
    _discuss(cast, milestone)
    unmet = milestone.criteria[0].id
    reviews.ask_for_changes(milestone, "One audience is missing", [unmet], cast.contact, NOW)
    _accept(cast, milestone)


def _gather(cast: the.Engagement, milestone: Milestone) -> None:
    """A picture that is shown small, and a text of this project alone."""
    words = f"Notes on project {cast.project.id}".encode()
    for name, content in (("plan.png", made.picture()), ("notes.txt", words)):
        given = uploads.looked_at(name, content)
        attached = uploads.attach(milestone, given, cast.owner, NOW)
    small, shown = made.picture("WEBP"), attached.milestone.attachments[0].file
    Preview.insert(
        file=shown, picture=small, width=40, height=30, made_at=NOW
    ).on_conflict_ignore().execute()


def _discuss(cast: the.Engagement, milestone: Milestone) -> None:
    """A question with a file, and its answer, which a later question follows."""
    sketch = uploads.looked_at("sketch.txt", f"Sketch of project {cast.project.id}".encode())
    for by, words, given in (
        (cast.contact, "Which channel comes first?", [sketch]),
        (cast.owner, "The first one", []),
        (cast.contact, "And then?", []),
    ):
        comments.say(milestone, words, by, NOW, f"{milestone.id}:{words}", given)


def _submit(cast: the.Engagement, milestone: Milestone) -> None:
    submissions.submit(milestone, "Here it is", [], the.shown(milestone), cast.owner, NOW)


def _reviewed_slowly(cast: the.Engagement, milestone: Milestone) -> None:
    """More time was asked for in vain, then given; the client was reminded."""
    asked = extensions.ask(milestone, 5, "Our lawyer is away", cast.contact, NOW)
    extensions.answer(asked, False, "It is urgent", cast.owner, NOW)
    deeming.remind(milestone, MIDWEEK)
    extensions.grant(milestone, 2, "A holiday", cast.owner, MIDWEEK)


def _accept(cast: the.Engagement, milestone: Milestone) -> Invoice:
    _submit(cast, milestone)
    reviews.accept(milestone, cast.contact, later(hours=1))
    return cast.invoices[-1]


def _link(cast: the.Engagement) -> object:
    with write(cast.project):
        return links.for_contact(cast.project, the.contact(cast.project.client), NOW)
