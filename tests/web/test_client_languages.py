"""A client reads their own language: pages, letters, documents, without an English leftover."""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from xml.etree.ElementTree import Element

import html5lib
import pytest

from billing.agreeing import agreements
from billing.changes import drafts
from billing.delivery import letters, pdf
from billing.delivery.failures import Undeliverable
from billing.delivery.occasion import TO_OWNER
from billing.sealing import narrative
from models import Agreement, ClientKind, Delivery, Invoice, Link, Project
from tests import cast as the
from tests import changes, story
from tests.cast import NOW
from tests.house.walk import Walk
from tests.web.visitor import BASE_URL, Visitor
from translations import catalogues

SPOKEN = ("title", "aria-label", "aria-description", "placeholder", "alt")


@lru_cache(maxsize=4)
def _english(language: str = "de") -> re.Pattern[str]:
    """Any English sentence with words of its own in a language, whatever is filled into it."""
    found = set()
    for each in catalogues.read(language):
        english = [each.id] if isinstance(each.id, str) else each.id
        said = [each.string] if isinstance(each.string, str) else each.string
        found |= {text for text in english if text not in said}
    patterns = []
    for text in found:
        plain = re.sub(r"</?bdi>", "", text).strip()
        if len(re.sub(r"%\(\w+\)s|\W", "", plain)) > 5:
            parts = re.split(r"%\(\w+\)s", plain.replace("%%", "%"))
            patterns.append(".+".join(re.escape(part) for part in parts))
    return re.compile("|".join(f"(?:{each})" for each in sorted(patterns)))


def leftovers(html: str, language: str = "de") -> list[str]:
    """The English sentences of ours in a page."""
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    return [text for text in _texts(tree) if _english(language).fullmatch(text)]


def _texts(element: Element) -> Iterator[str]:
    for each in element.iter():
        said = [each.get(name, "") for name in SPOKEN]
        if each.tag not in {"script", "style", "bdi"}:
            said.append(each.text or "")
        said += [inner.tail or "" for inner in each]
        yield from filter(None, (" ".join(text.split()) for text in said))


@pytest.fixture
def among_germans(monkeypatch) -> None:
    """Every client is a German one."""
    client = the.client

    def made(of, **columns):
        return client(of, **{"language": "de", "country": "DE", "currency": "EUR", **columns})

    monkeypatch.setattr(the, "client", made)


@pytest.fixture
def german(app, among_germans) -> story.Story:
    """A whole story with German businesses."""
    told = story.told()
    assert {row.client.language for row in Project.select()} == {"de"}
    return told


def test_the_clients_pages_are_in_german(app, german):
    walk = Walk(app, german)
    seen = 0
    for step in walk.portal("GET"):
        answer = step.by(walk.client)
        if answer.mimetype == "text/html" and answer.status_code == 200:
            assert '<html lang="de"' in answer.text, step
            assert leftovers(answer.text) == [], step
            seen += 1
    assert seen >= 6


@pytest.mark.parametrize(
    ("stage", "language"),
    [(the.offered, "de"), (the.active, "de"), (the.active, "fr"), (the.offered, "es")],
)
def test_a_consumers_pages_and_document_are_in_their_language(app, as_client, stage, language):
    owner = the.owner(country="DE", currency="EUR", tax_registered=True, tax_rate=19000)
    told = {"country": language.upper(), "currency": "EUR", "kind": ClientKind.CONSUMER}
    cast = stage(of=owner, for_client=the.client(owner, language=language, **told))
    visitor = as_client(cast.project, cast.contact)
    for page in ("", "agreement", "stopping", "changes", "withdrawal"):
        answer = visitor.client.get(f"{visitor.home}{page}", base_url=BASE_URL)
        assert page or answer.status_code == 200
        assert f'<html lang="{language}"' in answer.text
        assert leftovers(answer.text, language) == [], page
    said = agreements.read(cast.agreement)
    assert leftovers(pdf.compose("agreement.html", said, language), language) == []


def test_what_a_client_did_wrong_is_said_in_german(app, german):
    walk = Walk(app, german)
    walk.client.get(f"/p/{walk.link(german.offered.project).key}/")
    for step in walk.portal("POST"):
        answer = step.by(walk.client)
        if answer.mimetype == "text/html" and answer.status_code >= 400:
            assert '<html lang="de"' in answer.text, step
            assert leftovers(answer.text) == [], step


def test_a_file_is_refused_in_german(as_client, among_germans):
    cast = the.submitted()
    client = as_client(cast.project, cast.contact)
    there = f"{client.home}milestones/{cast.milestone.id}/comments"
    client.get(there)
    page = client.post(there, {"key": "1", "files": [(BytesIO(b""), "a.txt")]}, 422).text
    assert "„a.txt“ ist leer: null Byte." in page and leftovers(page) == []


def test_letters_to_the_client_are_in_german(app, german):
    read = 0
    for row in Delivery.select().where(Delivery.channel == "mail"):
        try:
            letter = letters.compose(row, app.config["INSTALLATION"], NOW, masked=True)
        except Undeliverable:
            # It waits for a document that no worker has made here.
            continue
        if row.kind in TO_OWNER:
            assert letter.language == "en"
            continue
        assert letter.language == "de"
        assert leftovers(letter.html) == [], row.kind
        assert not _english().fullmatch(letter.subject), letter.subject
        assert letter.text.startswith("Guten Tag")
        read += 1
    assert read >= 5


def test_documents_are_in_german(german):
    for agreement in Agreement.select().where(Agreement.payload.is_null(False)):
        said = agreements.read(agreement)
        assert said["language"] == "de"
        assert leftovers(pdf.compose("agreement.html", said, "de")) == []
    for project in Project.select():
        assert project.client.language == "de"
    for invoice in Invoice.select().where(Invoice.state == "issued"):
        said = json.loads(str(invoice.content))
        assert leftovers(pdf.compose("invoice.html", said, "de")) == []


def test_a_change_order_and_a_certificate_are_in_german(app, among_germans, as_client):
    owner = the.owner(country="DE", currency="EUR", tax_registered=True, tax_rate=19000)
    cast = the.active(the.terms(), the.terms(title="Kampagne", price=90_000), of=owner)
    drafts.alter(cast.milestone, the.terms(price=620_000), None, NOW)
    drafts.favour(cast.project, "Ein zweites Logo", "Zum guten Anfang", 40_000, NOW)
    order = changes.sent(cast)
    visitor = as_client(cast.project, cast.contact)
    for page in ("", "agreement", "changes"):
        answer = visitor.get(f"{visitor.home}{page}")
        assert leftovers(answer.text) == [], page
    assert leftovers(pdf.compose("change_order.html", agreements.read(order), "de")) == []
    scene = narrative.Scene(cast.agreement, app.config["INSTALLATION"], NOW)
    told = narrative.certificate(scene, "0" * 64, the.certificate(), "", False)
    assert told["language"] == "de"
    assert leftovers(pdf.compose("certificate.html", told, "de")) == []


def test_a_closed_link_and_a_made_up_one_speak_german(app, german):
    link = Walk(app, german).link(german.running.project)
    Link.update(revoked_at=NOW).where(Link.id == link.id).execute()
    visitor = Visitor(app)
    answer = visitor.client.get(
        "/l/made-up", base_url=BASE_URL, headers={"Accept-Language": "de-DE,de;q=0.9,en;q=0.5"}
    )
    assert '<html lang="de"' in answer.text and leftovers(answer.text) == []


def test_an_owner_reads_english_around_the_clients_german_document(app, german):
    owner = Visitor(app)
    owner.sign_in(german.owner.email, the.PASSWORD)
    page = owner.get(f"/projects/{german.offered.project.id}/agreement").text
    assert '<html lang="en"' in page
    assert '<div lang="de">' in page and "Was geliefert wird" in page
