"""The owner's side of an agreement over HTTP: sent, withdrawn, kept, and nobody else's."""

import re
from datetime import timedelta

import pytest

from billing.agreeing import agreements, composing, freezing, signing
from billing.planning import plan
from models import (
    Agreement,
    AgreementState,
    Delivery,
    Milestone,
    Project,
)
from tests import cast as the
from tests.cast import NOW, PDF


@pytest.fixture
def project(alice):
    return the.project(alice)


@pytest.fixture
def offered(alice):
    return the.offered(of=alice)


@pytest.fixture
def signed(alice):
    """An agreement the client has signed."""
    cast = the.offered(of=alice)
    signing.sign(cast.agreement, the.intent(cast.agreement), cast.contact, NOW)
    return cast


def url(project: Project, rest: str = "") -> str:
    return f"/projects/{project.id}/agreement{rest}"


def seen(page: str) -> dict[str, str]:
    return {"seen": re.search(r'name="seen"[^>]*value="(\w+)"', page)[1]}


def test_it_is_asked_once_what_sending_does_and_then_done(signed_in, project):
    form = signed_in.get(url(project, "/sending")).text
    for said in (
        "<bdi>$5,000.00</bdi> in total",
        "The plan and the terms are locked",
        "Cleo Zając",
    ):
        assert said in form
    sent = signed_in.post(url(project, "/sending"), seen(form))
    page = signed_in.follow(sent).text
    agreement = Agreement.get()
    assert agreement.state == AgreementState.PREPARING
    assert 'hx-trigger="every 2s"' in page and "Look again" in page
    assert seen(form) == {"seen": freezing.digest(agreements.read(agreement))}


def test_a_plan_changed_meanwhile_is_shown_again_instead_of_sent(signed_in, project):
    page = signed_in.get(url(project, "/sending")).text
    row = Milestone.live(project).first()
    plan.revise(row, the.terms(price=700_000), row.revision)
    again = signed_in.post(url(project, "/sending"), seen(page), status=409).text
    assert "was changed since you opened this page" in again and "$7,000.00" in again
    signed_in.post(url(project, "/sending"), seen(again))
    assert agreements.read(Agreement.get())["totals"]["total"] == 700_000


def test_polling_stops_once_the_document_is_there(signed_in, project, alice):
    signed_in.get(url(project))
    signed_in.post(url(project, "/sending"))
    headers = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#standing"}
    signed_in.get(url(project), status=204, headers=headers)
    agreements.deliver(Agreement.get(), PDF, alice, NOW)
    part = signed_in.get(url(project), headers=headers).text
    assert part.lstrip().startswith('<div class="beside" id="standing">')
    assert "every 2s" not in part and "Out to sign" in part


def test_a_poll_that_finds_the_plan_open_again_leaves_the_page(signed_in, project):
    headers = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#standing"}
    answer = signed_in.get(url(project), headers=headers)
    assert answer.headers["HX-Redirect"] == url(project)


def test_a_document_that_cannot_be_made_says_so(signed_in, project):
    signed_in.get(url(project))
    signed_in.post(url(project, "/sending"))
    Delivery.update(state="failed").execute()
    page = signed_in.get(url(project)).text
    assert "The document could not be made" in page and "every 2s" not in page


def test_without_mail_nothing_claims_to_be_sent(signed_in, offered):
    page = signed_in.get(url(offered.project)).text
    assert "No mail is set up here, so nothing was sent." in page
    assert "is on its way" not in page


def test_an_offer_is_withdrawn_and_the_next_version_begins_with_its_terms(signed_in, offered):
    Agreement.get()
    signed_in.get(url(offered.project))
    done = signed_in.post(url(offered.project, "/voiding"))
    page = signed_in.follow(done).text
    assert "You withdrew version 1" in page and "Version 2, not sent yet" in page
    assert Agreement.get().state == AgreementState.VOIDED
    signed_in.post(url(offered.project, "/voiding"), status=409)


def test_a_reason_to_decline_is_read_where_the_next_version_is_composed(signed_in, offered):
    agreements.decline(offered.agreement, "Too <dear>", offered.contact, NOW)
    page = signed_in.get(url(offered.project)).text
    assert "declined version 1" in page and "Too &lt;dear&gt;" in page


def test_an_expired_offer_says_so(signed_in, alice, project, frozen):
    draft = composing.proposal(project, NOW)
    day = NOW.date()
    agreement = composing.revise(project, draft.clauses, draft.signer, day, NOW)
    agreements.send(agreement, alice, NOW)
    agreements.deliver(agreement, PDF, alice, NOW)
    frozen(NOW + timedelta(days=2))
    assert "The last day has passed" in signed_in.get(url(project)).text
    agreements.expire_lapsed(NOW + timedelta(days=2))
    assert "Version 1 has expired" in signed_in.get(url(project)).text


def test_the_frozen_document_is_downloaded_as_it_is(signed_in, offered):
    answer = signed_in.get(f"/projects/{offered.project.id}/agreement.pdf")
    assert answer.data == PDF
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    older = f"/projects/{offered.project.id}/agreement.pdf?version=1"
    assert signed_in.get(older).data == PDF


def test_earlier_versions_stay_at_hand(signed_in, offered):
    agreements.void(offered.agreement, offered.owner, NOW)
    again = agreements.compose(Project.get_by_id(offered.project.id), NOW)
    agreements.send(again, offered.owner, NOW)
    agreements.deliver(again, PDF + b"2", offered.owner, NOW)
    page = signed_in.get(url(offered.project)).text
    older = f"/projects/{offered.project.id}/agreement.pdf?version=1"
    assert f'href="{older}"' in page
    assert signed_in.get(older).data == PDF


def test_there_is_no_document_before_it_is_made(signed_in, project):
    signed_in.get(f"/projects/{project.id}/agreement.pdf", status=404)
    signed_in.get(f"/projects/{project.id}/agreement.pdf?version=7", status=404)


PAGES = ("", "/preview", "/sending", ".pdf")
DEEDS = ("", "/sending", "/voiding", "/countersignature")


def test_a_strangers_agreement_does_not_exist(stranger, signed):
    for page in PAGES:
        stranger.get(url(signed.project, page), status=404)
    for deed in DEEDS:
        stranger.post(url(signed.project, deed), status=404)
    assert Agreement.get().state == AgreementState.CLIENT_SIGNED


def test_nobody_is_asked_to_sign_in(nobody, signed):
    for page in PAGES:
        assert nobody.get(url(signed.project, page), status=303).location.startswith("/sign-in")


def test_nothing_is_done_without_the_forms_token(signed_in, signed):
    for deed in DEEDS:
        signed_in.token = ""
        signed_in.post(url(signed.project, deed), status=400)
    assert Agreement.get().state == AgreementState.CLIENT_SIGNED


def test_the_projects_page_says_where_it_stands(signed_in, alice):
    cast = the.offered(of=alice)
    page = signed_in.get(f"/projects/{cast.project.id}").text
    assert "It waits for Cleo Zając to sign." in page
    agreements.decline(cast.agreement, "No", cast.contact, NOW)
    page = signed_in.get(f"/projects/{cast.project.id}").text
    assert "declined version 1." in page and "Nothing is missing." in page
