"""What both have signed is sealed, once, and only then in force."""

import io
import json
import shutil
import subprocess

import pytest
from pypdf import PdfReader

from billing import events, sealing
from billing.delivery import lease, letters, worker
from billing.delivery import sealing as making
from billing.delivery.pdf_press import Press, RenderFailed
from billing.people import links
from billing.refusals import WrongState
from billing.sealing import evidence, narrative
from models import (
    Agreement,
    AgreementState,
    Certificate,
    Delivery,
    DeliveryState,
    Invoice,
    Link,
    Project,
    ProjectState,
    Seal,
)
from tests import cast as the
from tests import seals
from tests.cast import NOW, later
from tests.crowd import at_once

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

AFTER = later(hours=3)


def finish(installation, now=AFTER):
    while worker.work_once(installation, now):
        pass


def attached(content: bytes) -> dict:
    [said] = PdfReader(io.BytesIO(content)).attachments["evidence.json"]
    return json.loads(said)


def stored(cast):
    return Agreement.get_by_id(cast.agreement.id)


def test_what_was_signed_is_the_beginning_of_what_is_sealed(installation):
    cast = seals.signed()
    assert stored(cast).state == AgreementState.COUNTERSIGNED
    finish(installation)
    assert stored(cast).state == AgreementState.ACTIVE
    assert Project.get_by_id(cast.project.id).state == ProjectState.ACTIVE
    content, frozen = seals.content(cast), seals.printed()
    assert content.startswith(frozen)
    assert content.count(b"%%EOF") == frozen.count(b"%%EOF") + 1, "one update and no more"
    read = PdfReader(io.BytesIO(content))
    text = " ".join(page.extract_text() for page in read.pages)
    assert "Certificate of signature" in text and "Cleo Zając" in text and "UTC" in text
    assert cast.agreement.document.file.sha256 in text


def test_the_record_in_the_sealed_file_recomputes(installation):
    cast = seals.signed()
    said = attached(seals.seal(cast, installation))
    assert evidence.holds(said)
    assert said["head"] == sealing.of(cast.agreement).chain_head
    assert said["document"] == {
        "sha256": cast.agreement.document.file.sha256,
        "size": len(seals.printed()),
    }
    assert {row["party"] for row in said["signatures"]} == {"client", "owner"}
    # The record goes on: the seal is told of, and what it put in force.
    told = [each.kind for each in reversed(events.history(cast.project))]
    at = told.index("agreement.sealed")
    assert len(said["events"]) == at and "agreement.active" in told[at:]
    for forged in (
        {**said, "head": "0" * 64},
        {**said, "events": said["events"][1:]},
        {**said, "events": said["events"][:-1]},
    ):
        assert not evidence.holds(forged)


def test_texts_that_only_the_owner_sees_stay_out_of_the_sealed_file(installation):
    cast = seals.signed()
    said = attached(seals.seal(cast, installation))
    for event in said["events"]:
        kind = json.loads(event["body"])["kind"]
        assert ("texts" in event) == (kind in {
            "agreement.sent", "agreement.client_signed", "agreement.countersigned",
        }), kind  # fmt: skip


def test_the_embedded_faces_stay_and_the_paper_is_the_same(installation):
    for paper, country in (("a4", "DE"), ("letter", "US")):
        owner = the.owner(country=country)
        cast = seals.signed(owner, paper=paper)
        read = PdfReader(io.BytesIO(seals.seal(cast, installation)))
        sizes = {tuple(map(round, page.mediabox[2:])) for page in read.pages}
        assert len(sizes) == 1, (paper, sizes)
        for page in read.pages:
            for font in page["/Resources"]["/Font"].values():
                assert "/FontFile2" in font.get_object()["/FontDescriptor"]


@pytest.mark.skipif(not shutil.which("pdfsig"), reason="poppler's pdfsig is not here")
def test_pdfsig_finds_one_valid_signature_over_the_total_document(installation, tmp_path):
    cast = seals.signed()
    (tmp_path / "sealed.pdf").write_bytes(seals.seal(cast, installation))
    said = subprocess.run(
        [shutil.which("pdfsig"), tmp_path / "sealed.pdf"], capture_output=True, text=True
    ).stdout
    assert said.count("Signature #") == 1
    for line in (
        "Signature Type: ETSI.CAdES.detached",
        "Total document signed",
        "Signature Validation: Signature is Valid.",
    ):
        assert line in said


def test_two_workers_seal_once(installation):
    cast = seals.signed()
    at_once(3, lambda _: making.seal(cast.agreement.id, installation, AFTER))
    assert Seal.select().count() == 1
    assert Certificate.select().where(Certificate.role == "leaf").count() == 1
    told = [each.kind for each in events.history(cast.project)]
    assert told.count("agreement.sealed") == told.count("agreement.active") == 1
    making.seal(cast.agreement.id, installation, AFTER)
    with pytest.raises(WrongState):
        the.seal(stored(cast))
    assert Seal.select().count() == 1


def test_an_engine_that_fails_leaves_it_signed_and_waiting(installation, monkeypatch):
    cast = seals.signed()

    def fails(*_):
        raise RenderFailed("crashed", "no memory")

    with monkeypatch.context() as broken:
        broken.setattr(Press, "ask", fails)
        finish(installation)
    assert stored(cast).state == AgreementState.COUNTERSIGNED
    assert Seal.select().count() == Invoice.select().count() == 0
    waiting = sealing.making(cast.agreement)
    assert waiting.state == DeliveryState.QUEUED and waiting.last_error.startswith("seal: ")
    assert AFTER < waiting.due_at <= AFTER + lease.FIRST_PAUSE * 1.2
    finish(installation, waiting.due_at)
    assert stored(cast).state == AgreementState.ACTIVE


def test_other_bytes_are_no_seal(installation):
    cast = seals.signed()
    head = sealing.head(cast.agreement)
    for content in (b"", seals.printed(), b"x" + seals.printed()):
        with pytest.raises(sealing.OtherBytes):
            sealing.keep(cast.agreement, sealing.Sealed(content, the.certificate(), head), NOW)
    assert stored(cast).state == AgreementState.COUNTERSIGNED


def test_both_are_mailed_the_sealed_file(installation):
    cast = seals.signed()
    content = seals.seal(cast, installation)
    for kind in ("agreement_active", "agreement_in_force"):
        delivery = Delivery.get(Delivery.kind == kind)
        letter = letters.compose(delivery, installation, AFTER)
        [(name, sent)] = letter.attachments
        assert name.endswith("-sealed.pdf") and sent == content


def test_the_time_limit_of_a_seal_holds_before_the_lease(installation):
    assert lease.LEASE.total_seconds() > making.SECONDS
    assert making.AUTHORITY_SECONDS * 2 < making.SECONDS


def test_the_certificate_tells_that_the_owner_was_shown_the_signers_link(installation):
    cast = seals.signed()
    links.copy(Link.get(), cast.owner, later(minutes=30))
    # After the signature it says nothing about who signed.
    links.copy(Link.get(), cast.owner, later(hours=2, minutes=30))
    scene = narrative.Scene(stored(cast), installation, AFTER)
    kinds = [step["kind"] for step in narrative.steps(scene)]
    assert kinds == ["sent", "copied", "signed", "signed"]
