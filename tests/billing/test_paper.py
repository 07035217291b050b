"""Agreements signed on paper: asked for, recorded with their scan, objected to."""

from datetime import timedelta

import pytest

from billing import checking, events
from billing.agreeing import agreements, paper, signing, wishes
from billing.agreeing.paper import DayToCome
from billing.agreeing.scans import Scan
from billing.delivery import documents, pdf
from billing.refusals import AlreadySigned, NameMissing, NotSignable, NotYours
from models import (
    Agreement,
    AgreementState,
    Delivery,
    Paper,
    Project,
    ProjectState,
    Signature,
    Wish,
)
from tests import cast as the
from tests.cast import NOW, PDF

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

SCAN = Scan(PDF + b"as it was signed", "application/pdf", "pdf")


def signed(**changes):
    values = {"on": NOW.date(), "client_name": "Cleo Z.", "owner_name": "Alice A.", "scan": SCAN}
    return paper.Signed(**{**values, **changes})


@pytest.fixture
def cast():
    return the.offered()


def state(cast):
    return Agreement.get_by_id(cast.agreement.id).state


def letters(kind):
    return list(Delivery.select().where(Delivery.kind == kind).order_by(Delivery.id))


def test_asking_for_paper_tells_the_owner_and_leaves_the_offer_open(cast):
    paper.ask(cast.agreement, " By post, please ", cast.contact, NOW)
    assert wishes.open_of(cast.project).note == "By post, please"
    assert len(letters("agreement_paper_asked")) == 1
    paper.ask(cast.agreement, "again", cast.contact, NOW)
    assert Wish.select().count() == 1
    signing.sign(cast.agreement, the.intent(cast.agreement), cast.contact, NOW)


def test_only_the_signer_asks(cast):
    with pytest.raises(NotYours):
        paper.ask(cast.agreement, "", the.contact(cast.project.client, name="Paul"), NOW)


def test_what_was_signed_on_paper_is_two_signatures_and_one_scan(cast):
    paper.ask(cast.agreement, "", cast.contact, NOW)
    paper.record(cast.agreement, signed(), cast.owner, NOW)
    client, owner = Signature.select().order_by(Signature.id)
    assert [client.name, owner.name] == ["Cleo Z.", "Alice A."]
    assert {client.kind, owner.kind} == {"paper"}
    assert {client.signed_on, owner.signed_on} == {NOW.date()}
    assert "Recorded by Alice A. together with the scan" in client.statement
    assert client.document_sha256 == cast.agreement.document.file.sha256
    assert state(cast) == AgreementState.COUNTERSIGNED
    assert Wish.get().answer == "followed"
    [letter] = letters("agreement_recorded")
    assert letter.contact_id == cast.contact.id
    told = events.history(cast.project)[0]
    assert told.kind == "agreement.recorded"
    assert told.facts["scan_sha256"] == Paper.get().scan.file.sha256
    assert letters("agreement_signed_receipt") == letters("agreement_client_signed") == []
    assert checking.problems() == []


def test_it_is_sealed_and_in_force_like_any_other(cast):
    paper.record(cast.agreement, signed(), cast.owner, NOW)
    assert len(letters("seal")) == 1
    the.seal(cast.agreement)
    assert state(cast) == AgreementState.ACTIVE
    assert Project.get_by_id(cast.project.id).state == ProjectState.ACTIVE
    assert checking.problems() == []


def test_the_same_record_again_adds_nothing(cast):
    for _ in range(2):
        paper.record(cast.agreement, signed(), cast.owner, NOW)
    assert (Paper.select().count(), Signature.select().count()) == (1, 2)
    with pytest.raises(AlreadySigned):
        paper.record(cast.agreement, signed(on=NOW.date() - timedelta(days=1)), cast.owner, NOW)


def test_a_record_needs_both_names_and_a_day_that_was(cast):
    for refusal, changes in (
        (NameMissing, {"client_name": " "}),
        (NameMissing, {"owner_name": ""}),
        (DayToCome, {"on": NOW.date() + timedelta(days=1)}),
    ):
        with pytest.raises(refusal):
            paper.record(cast.agreement, signed(**changes), cast.owner, NOW)
    assert Paper.select().count() == 0 and state(cast) == AgreementState.SENT


def test_what_is_signed_or_withdrawn_is_not_recorded(cast):
    other = the.offered()
    signing.sign(cast.agreement, the.intent(cast.agreement), cast.contact, NOW)
    agreements.void(other.agreement, other.owner, NOW)
    for each in (cast, other):
        with pytest.raises(NotSignable):
            paper.record(each.agreement, signed(), each.owner, NOW)


def test_a_draft_is_frozen_first_and_nobody_is_invited(monkeypatch, installation):
    monkeypatch.setattr(pdf, "render", lambda template, said, language: PDF)
    owner = the.owner()
    project = the.project(owner)
    draft = agreements.compose(project, NOW)
    paper.record(draft, signed(), owner, NOW)
    assert Agreement.get().state == AgreementState.PREPARING
    assert Signature.select().count() == 0
    [making] = letters("agreement")
    for _ in range(2):
        documents.make(making, installation, NOW)
    agreement = Agreement.get()
    assert agreement.state == AgreementState.COUNTERSIGNED
    assert {row.document_sha256 for row in Signature.select()} == {agreement.document.file.sha256}
    assert letters("agreement_sent") == []
    assert [row.contact_id for row in letters("agreement_recorded")] == [agreement.signer_id]
    assert checking.problems() == []


def test_a_draft_that_is_withdrawn_before_it_is_made_stays_withdrawn(monkeypatch, installation):
    monkeypatch.setattr(pdf, "render", lambda template, said, language: PDF)
    owner = the.owner()
    draft = agreements.compose(the.project(owner), NOW)
    paper.record(draft, signed(), owner, NOW)
    agreements.void(Agreement.get(), owner, NOW)
    documents.make(letters("agreement")[0], installation, NOW)
    assert Agreement.get().state == AgreementState.VOIDED
    assert Signature.select().count() == 0
    assert checking.problems() == []


def test_the_client_can_object_to_what_was_recorded(cast):
    with pytest.raises(NotSignable):
        wishes.object_to(cast.agreement, "I never did", cast.contact, NOW)
    paper.record(cast.agreement, signed(), cast.owner, NOW)
    wish = wishes.object_to(cast.agreement, " I never did ", cast.contact, NOW)
    assert wish.note == "I never did"
    assert len(letters("agreement_objected")) == 1
    assert wishes.open_for(cast.owner).count() == 1
    wishes.settle(wish, cast.owner, NOW)
    assert wishes.open_for(cast.owner).count() == 0
