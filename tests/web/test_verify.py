"""The page where anybody has a sealed file checked."""

import io
from datetime import timedelta

import pytest

from billing import sealing
from billing.sealing import verifying
from models import Certificate
from tests import cast as the
from tests import seals
from tests.web.visitor import BASE_URL


def bring(visitor, content, status=200, **more):
    """Choose a file on the page and send it, as a browser without JavaScript does."""
    visitor.get("/verify")
    file = (io.BytesIO(content), "sealed.pdf")
    return visitor.post("/verify", {"file": file, **more}, status).text


def test_a_sealed_file_is_authentic_and_its_parties_are_masked(nobody, installation):
    content = seals.seal(seals.signed(), installation)
    page = bring(nobody, content)
    assert "<strong>Authentic</strong>" in page and "C… G…" in page
    assert "Cleo" not in page.replace("cleo", "") and "Content strategy" not in page
    root = nobody.client.get("/verify/root.pem", base_url=BASE_URL)
    assert root.text == Certificate.get(Certificate.role == "root").pem
    assert "attachment" in root.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda content: content + b" ", "Something was added to it"),
        (lambda content: content[:4000] + b"X" + content[4001:], "It was changed"),
        (lambda content: b"", "The file is empty."),
        (lambda content: b"hello", "not a PDF file"),
        (lambda content: content + b" " * verifying.LARGEST, "larger than any file"),
    ],
)
def test_what_is_not_authentic_says_why(nobody, installation, spoil, said):
    content = seals.seal(seals.signed(), installation)
    page = bring(nobody, spoil(content))
    assert "<strong>Not authentic</strong>" in page and said in page


def test_fifty_megabytes_are_too_many_and_keep_the_page(nobody):
    form = {"data": b"0" * 50_000_000, "content_type": "multipart/form-data; boundary=x"}
    answer = nobody.client.post("/verify", base_url=BASE_URL, **form)
    assert answer.status_code == 413
    assert "<strong>Not authentic</strong>" in answer.text and 'type="file"' in answer.text


def test_without_a_file_it_says_so(nobody):
    nobody.get("/verify")
    assert "Choose the PDF file first." in nobody.post("/verify", {}, 422).text


def test_before_the_first_seal_there_is_no_root(nobody):
    assert "/verify/root.pem" not in nobody.get("/verify").text
    nobody.get("/verify/root.pem", 404)


def test_the_form_needs_its_token_and_a_get_changes_nothing(nobody):
    nobody.get("/verify")
    file = (io.BytesIO(b"x"), "x.pdf")
    answer = nobody.client.post("/verify", data={"file": file}, base_url=BASE_URL)
    assert answer.status_code == 400


def test_an_address_may_ask_so_often_an_hour(nobody, monkeypatch):
    monkeypatch.setattr("blueprints.verify.PER_HOUR", 2)
    for _ in range(2):
        bring(nobody, b"x")
    assert "Too many attempts" in bring(nobody, b"x", 429)


def test_when_nothing_can_be_checked_it_gives_no_verdict(nobody, monkeypatch):
    monkeypatch.setattr(verifying, "examine", lambda _content: ["busy"])
    page = bring(nobody, b"x", 503)
    assert "Not checked yet" in page and "Not authentic" not in page


def test_both_download_the_sealed_file_and_the_one_they_signed(
    signed_in, alice, as_client, installation
):
    cast = seals.signed(alice)
    owner = f"/projects/{cast.project.id}/agreement.pdf"
    assert signed_in.get(owner).data == seals.printed()
    content = seals.seal(cast, installation)
    assert signed_in.get(owner).data == content
    assert signed_in.get(f"{owner}?as_signed=1").data == seals.printed()
    cleo = as_client(cast.project, cast.contact)
    assert cleo.get(f"{cleo.home}agreement.pdf").data == content
    assert cleo.get(f"{cleo.home}agreement.pdf?as_signed=1").data == seals.printed()
    assert "/verify" in cleo.get(f"{cleo.home}agreement").text


def test_both_see_that_it_is_being_sealed(signed_in, alice, as_client):
    cast = seals.signed(alice)
    words = "Both have signed. The sealed copy is being made; the agreement takes effect with it."
    cleo = as_client(cast.project, cast.contact)
    for page in (
        signed_in.get(f"/projects/{cast.project.id}/agreement"),
        signed_in.get(f"/projects/{cast.project.id}"),
        cleo.get(f"{cleo.home}agreement"),
        cleo.get(cleo.home),
    ):
        assert words in page.text
    polled = signed_in.client.get(
        f"/projects/{cast.project.id}/agreement",
        headers={"HX-Request": "true", "HX-Request-Type": "partial"},
        base_url=BASE_URL,
    )
    assert polled.status_code == 204


def test_the_owner_may_do_without_a_timestamp_after_an_hour(signed_in, alice, stranger, frozen):
    cast = seals.signed(alice)
    waiting = sealing.making(cast.agreement)
    type(waiting).update(last_error="timestamp: no route").execute()
    here = f"/projects/{cast.project.id}/agreement"
    assert "Seal without a timestamp" not in signed_in.get(here).text
    early = signed_in.follow(signed_in.post(f"{here}/sealing")).text
    assert "still being asked" in early
    frozen(the.NOW + timedelta(hours=3, minutes=1))
    page = signed_in.get(here).text
    assert "Seal without a timestamp" in page and "The timestamp authority did not answer" in page
    stranger.get("/")
    stranger.post(f"{here}/sealing", status=404)
    signed_in.post(f"{here}/sealing")
    assert sealing.is_untimed(cast.agreement)
    assert "Seal without a timestamp" not in signed_in.get(here).text
