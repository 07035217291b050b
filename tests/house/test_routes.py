"""Laws of the route map: who may go where, and what a visit may change."""

import re

import pytest

from billing import health
from tests import cast as the
from tests import story
from tests.contents import contents
from tests.house.walk import BY_SIGNATURE, Walk
from tests.web.visitor import BASE_URL, Visitor


@pytest.fixture
def bob(walk: Walk) -> Walk:
    """Another owner, who has a whole story too."""
    return Walk(walk.app, story.told("bob@example.com"))


def test_every_page_opens_and_opening_it_changes_nothing(walk):
    health.beat(the.NOW)
    before = contents()
    for step in walk.steps("GET"):
        client = walk.rightful(step).client
        for method in ("GET", "HEAD"):
            answer = client.open(step.address, method=method, base_url=BASE_URL)
            assert answer.status_code < 400, f"{method} {step.address}: {answer.status_code}"
            assert method == "GET" or answer.data == b"", step
            answer.close()
        assert contents() == before, f"{step} changes something"


def test_what_a_mail_scanner_opens_changes_nothing(walk):
    """It follows every link without our cookies, and keeps what it is given."""
    before = contents()
    scanner = Visitor(walk.app)
    for step in walk.steps("GET"):
        step.by(scanner)
    assert contents() == before


def test_every_post_needs_its_token(walk):
    before = contents()
    for step in walk.steps("POST"):
        if step.rule.endpoint in BY_SIGNATURE:
            continue
        client = walk.rightful(step).client
        another = walk.owner if step.is_portal else walk.client
        for token in ({}, {"csrf_token": "made-up"}, {"csrf_token": another.token}):
            answer = client.post(step.address, data=token, base_url=BASE_URL)
            assert answer.status_code == 400, f"{step}: {answer.status_code}"
        assert contents() == before, f"{step} changes something"


@pytest.mark.parametrize("number", [2**31, 2**63, 10**20])
def test_a_number_that_no_row_can_have_is_not_there(walk, number):
    before = contents()
    for step in walk.steps():
        for found in re.finditer(r"(?<=/)[0-9]+(?=/|$)", step.address):
            address = step.address[: found.start()] + str(number) + step.address[found.end() :]
            answer = step.by(walk.rightful(step), address)
            # 405 where another rule of the same address takes other methods.
            assert answer.status_code in (404, 405), f"{step.method} {address}"
    for address in ("agreement?version=", "agreement.pdf?version=", "scan?version="):
        page = f"/projects/{walk.story.running.project.id}/{address}{number}"
        answer = walk.owner.client.get(page, base_url=BASE_URL)
        assert answer.status_code < 500, f"{page}: {answer.status_code}"
    assert contents() == before


def test_nobody_is_sent_to_sign_in(walk):
    before = contents()
    for step in walk.owners():
        answer = step.by(walk.nobody)
        assert answer.status_code == 303, f"{step}: {answer.status_code}"
        assert answer.location.startswith("/sign-in"), f"{step}: {answer.location}"
        assert contents() == before, f"{step} changes something"


def test_another_owners_rows_do_not_exist(walk, bob):
    before = contents()
    steps = [step for step in walk.owners() if step.ids]
    assert len(steps) >= 40
    for step in steps:
        assert step.by(bob.owner).status_code == 404, step
        assert contents() == before, f"{step} changes something"


def test_my_row_does_not_lead_to_another_owners(walk, bob):
    """The outer id is mine, the inner one is not."""
    before = contents()
    for step in bob.owners():
        if len(step.ids) > 1:
            assert step.by(bob.owner, bob.mixed(step, walk)).status_code == 404, step
            assert contents() == before, f"{step} changes something"


def test_a_clients_page_needs_its_own_link(walk, bob):
    before = contents()
    for step in walk.portal():
        for visitor in (walk.nobody, bob.client, bob.owner):
            assert step.by(visitor).status_code == 404, step
        assert contents() == before, f"{step} changes something"


def test_a_token_of_another_link_opens_nothing(walk, bob):
    forger = Visitor(walk.app)
    forger.get("/sign-in")
    for engagement in (walk.story.running, walk.story.offered):
        name = f"link_{walk.link(engagement.project).key}".replace("-", "_")
        forger.client.set_cookie(name, bob.token, domain="127.0.0.1", path="/")
    for step in walk.portal():
        answer = step.by(forger)
        assert answer.status_code == 404, f"{step}: {answer.status_code}"


def test_my_link_does_not_lead_to_another_projects_rows(walk, bob):
    """The link is mine; the milestone or invoice is of another project, of mine or of others."""
    before = contents()
    story = walk.story
    settled, theirs = (each.disputed.milestones for each in (story, bob.story))
    foreign = {
        "milestone_id": [story.closed.milestone.id, bob.story.running.milestone.id],
        "invoice_id": [story.closed.invoices[0].id, bob.story.issued.id],
        "offer_id": [settled[0].disputes[0].offers[0].id, theirs[1].disputes[0].offers[0].id],
        "reading_id": [bob.value("reading_id", step.rule) for step in walk.portal()[:1]],
        "document_id": [bob.value("document_id", step.rule) for step in walk.portal()[:1]],
        "attachment_id": [bob.value("attachment_id", step.rule) for step in walk.portal()[:1]],
    }
    for step in walk.portal():
        for name in step.ids:
            for number in foreign[name]:
                key = walk.value("key", step.rule)
                values = {each: walk.value(each, step.rule) for each in step.rule.arguments}
                values |= {"key": key, name: number}
                answer = step.by(walk.client, walk.built(step.rule, values))
                assert answer.status_code == 404, f"{step}: {answer.status_code}"
                assert contents() == before, f"{step} changes something"


def test_the_owner_only_looks_at_the_clients_page(walk):
    before = contents()
    for step in walk.portal("POST"):
        assert step.by(walk.owner).status_code == 403, step
        assert contents() == before, f"{step} changes something"


def test_a_draft_invoice_is_not_on_the_clients_page(walk):
    """Its owner may still change it."""
    for step in walk.portal():
        if step.ids == ["invoice_id"]:
            values = {each: walk.value(each, step.rule) for each in step.rule.arguments}
            values["invoice_id"] = walk.story.left_as_draft.id
            assert step.by(walk.client, walk.built(step.rule, values)).status_code == 404, step


@pytest.mark.parametrize("number", ["0", "-1", "x", "1.5", "9" * 30])
def test_what_is_no_id_is_not_there(walk, number):
    for step in walk.owners("GET"):
        if step.ids:
            parts = (number if part[:1] == "<" else part for part in step.rule.rule.split("/"))
            answer = walk.owner.client.get("/".join(parts), base_url=BASE_URL)
            assert answer.status_code == 404, f"{step}: {answer.status_code}"


def test_routes_take_get_and_post_alone(walk):
    for rule in walk.app.url_map.iter_rules():
        assert (rule.methods or set()) <= {"GET", "HEAD", "OPTIONS", "POST"}, rule.rule
