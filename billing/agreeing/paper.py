"""Agreements signed on paper: asked for by the signer, recorded by the owner with their scan."""

from dataclasses import dataclass
from datetime import date, datetime

from billing import clock, files
from billing.actors import CLOCK, Actor
from billing.agreeing import agreements, picking, signing, wishes
from billing.agreeing.agreements import OUT
from billing.agreeing.scans import Scan
from billing.planning import projects
from billing.refusals import N_, AlreadySigned, NameMissing, NotSignable, Refusal, WrongState
from billing.states import move
from models import (
    Agreement,
    AgreementState,
    Contact,
    Document,
    Paper,
    Project,
    ProjectState,
    Signature,
    User,
    Wish,
    write,
)

STATEMENT = N_("Signed on paper on %(day)s. Recorded by %(name)s together with the scan.")


class DayToCome(Refusal):
    sentence = N_("An agreement is recorded once it is signed: choose today or an earlier day.")
    field = "signed_on"


@dataclass(frozen=True)
class Signed:
    """What stands on the paper: the day and both names, and its scan."""

    on: date
    client_name: str
    owner_name: str
    scan: Scan


def ask(agreement: Agreement, note: str, by: Contact, now: datetime) -> Wish:
    """The signer would rather sign on paper; the offer stays open meanwhile.

    Refuses what wishes.ask() refuses.
    """
    with write(agreement.project):
        return wishes.ask(agreement, "paper", by, now, note=note.strip())


def of(agreement: Agreement) -> Paper | None:
    """What was recorded of a version that was signed on paper."""
    found: Paper | None = Paper.get_or_none(Paper.agreement == agreement.id)
    return found


def record(agreement: Agreement, signed: Signed, by: User, now: datetime) -> None:
    """Both have signed on paper: the version that is out, or a draft, which is frozen first.

    The same record again adds nothing. Refuses NameMissing, DayToCome, AlreadySigned,
    NotSignable, ChoiceOpen, and what agreements.send() refuses.
    """
    project = agreement.project
    _complete(signed, project, now)
    with write(project):
        stored: Agreement = Agreement.get_by_id(agreement.id)
        known = of(stored)
        if known is not None:
            if _is_same(known, signed):
                return
            raise AlreadySigned(name=known.client_name)
        was_sent = stored.state in OUT
        if not was_sent and stored.state != AgreementState.DRAFT:
            raise NotSignable(state=stored.state)
        picking.settled(stored)
        made = _kept(stored, signed, by, now, was_sent)
        if was_sent:
            _settle(made, by, now)
        else:
            agreements.send(stored, by, now)


def _is_same(known: Paper, signed: Signed) -> bool:
    return bool(
        known.signed_on == signed.on and bytes(known.scan.file.content) == signed.scan.content
    )


def _complete(signed: Signed, project: Project, now: datetime) -> None:
    if not signed.client_name.strip():
        raise NameMissing(field="client_name")
    if not signed.owner_name.strip():
        raise NameMissing(field="owner_name")
    if signed.on > clock.local_date(now, projects.zone_of(project)):
        raise DayToCome


def _kept(agreement: Agreement, signed: Signed, by: User, now: datetime, was_sent: bool) -> Paper:
    name = f"agreement-{agreement.project_id}-v{agreement.version}-signed.{signed.scan.ending}"
    file = files.put(signed.scan.content, signed.scan.media_type)
    scan: Document = Document.create(
        owner=agreement.project.owner_id, file=file, name=name, created_at=now
    )
    made: Paper = Paper.create(
        agreement=agreement,
        scan=scan,
        signed_on=signed.on,
        client_name=signed.client_name.strip(),
        owner_name=signed.owner_name.strip(),
        recorded_by=by,
        recorded_at=now,
        was_sent=was_sent,
    )
    return made


def is_pending(agreement: Agreement) -> bool:
    """Whether a version that is being made was signed on paper already."""
    return of(agreement) is not None


def deliver(agreement: Agreement, pdf: bytes, now: datetime) -> None:
    """Attach the rendered PDF for good: nobody is invited, for both have signed.

    Refuses WrongState if withdrawn.
    """
    project = agreement.project
    with write(project):
        paper: Paper = Paper.get(Paper.agreement == agreement.id)
        name = f"agreement-{project.id}-v{agreement.version}.pdf"
        document = files.document(project.owner, name, pdf, now)
        move(
            agreement,
            AgreementState.PREPARING,
            to=AgreementState.CLIENT_SIGNED,
            document=document,
            sent_at=now,
        )
        paper.agreement = agreement
        _sign(paper, paper.recorded_by, CLOCK, now)


def _settle(paper: Paper, by: User, now: datetime) -> None:
    """Both signatures under a version that was out."""
    try:
        move(paper.agreement, *OUT, to=AgreementState.CLIENT_SIGNED)
    except WrongState as refusal:
        raise NotSignable(**refusal.facts) from refusal
    wish = wishes.waiting(paper.agreement, "paper")
    if wish is not None:
        wishes.answer(wish, "followed", now)
    _sign(paper, by, by, now)


def _sign(paper: Paper, recorder: User, by: Actor, now: datetime) -> None:
    agreement: Agreement = paper.agreement
    move(agreement, AgreementState.CLIENT_SIGNED, to=AgreementState.COUNTERSIGNED)
    statement = STATEMENT % {"day": paper.signed_on.isoformat(), "name": paper.owner_name}
    sha256 = agreement.document.file.sha256
    for party, name, who in (
        ("client", paper.client_name, {"contact": agreement.signer}),
        ("owner", paper.owner_name, {"user": recorder}),
    ):
        Signature.create(
            agreement=agreement,
            party=party,
            name=name,
            kind="paper",
            statement=statement,
            consent="",
            document_sha256=sha256,
            key=f"{agreement.id}:{party}:paper",
            signed_at=now,
            signed_on=paper.signed_on,
            **who,
        )
    agreements.note(
        "agreement.recorded",
        agreement,
        by,
        now,
        document_sha256=sha256,
        scan_sha256=paper.scan.file.sha256,
        signed_on=paper.signed_on.isoformat(),
        client_name=paper.client_name,
        owner_name=paper.owner_name,
    )
    signing.both_signed(agreement, now)


def can_be_recorded(project: Project, agreement: Agreement | None) -> bool:
    """Whether the owner may record this one as signed on paper."""
    if project.state == ProjectState.DRAFT:
        return True
    return agreement is not None and agreement.state in OUT
