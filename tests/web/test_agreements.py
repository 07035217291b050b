"""The owner's side of an agreement over HTTP: composed, sent, withdrawn, counter-signed."""

import re
from datetime import timedelta

import pytest

from billing import agreements, composing, freezing, plan, signing
from billing.plan import Billing
from models import (
    Agreement,
    AgreementState,
    Business,
    Delivery,
    Event,
    Invoice,
    Milestone,
    Project,
    ProjectState,
    Signature,
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
def signed(offered):
    """An agreement the client has signed."""
    signing.sign(offered.agreement, the.intent(offered.agreement), offered.contact, NOW)
    return offered


def url(project: Project, rest: str = "") -> str:
    return f"/projects/{project.id}/agreement{rest}"


def typed(page: str) -> dict[str, str]:
    """The form of the editor as a browser would send it back."""
    fields = {}
    for name, value in re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page):
        box = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)[0]
        if 'type="checkbox"' not in box or " checked" in box:
            fields[name] = value
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\s*([^<]*)</textarea>', page):
        fields[name] = text.replace("&#39;", "'")
    chosen = re.search(r'<option selected value="(\d+)"', page)
    return {**fields, "signer": chosen[1] if chosen else ""}


def signature(agreement: Agreement, **changes: str) -> dict[str, str]:
    values = {
        "name": "Alice Doe",
        "agreed": "y",
        "consented": "y",
        "version": str(agreement.version),
        "shown": agreement.document.file.sha256,
        "key": "one",
    }
    return {**values, **changes}


def bodies(project: Project) -> dict[str, str]:
    return {row["key"]: row["body"] for row in composing.proposal(project, NOW).clauses}


# Composing


def test_looking_changes_nothing(signed_in, project):
    before = Event.select().count()
    for page in ("", "/preview", "/sending"):
        signed_in.get(url(project, page))
    assert (Agreement.select().count(), Event.select().count()) == (0, before)


def test_clauses_are_shown_with_their_variables_filled(signed_in, project):
    page = signed_in.get(url(project)).text
    assert 'title="{client}"><bdi>Cleo GmbH</bdi>' in page
    assert "Nothing is missing" in page


def test_a_draft_is_saved_and_a_clause_added(signed_in, project):
    form = typed(signed_in.get(url(project)).text)
    blank = max(int(n) for n in re.findall(r"clauses-(\d+)-key", " ".join(form)))
    form[f"clauses-{blank}-heading"] = "Travel"
    form[f"clauses-{blank}-body"] = "By train.\r\nAt cost."
    form["clauses-0-body"] = "Only what is written here."
    form["expires_on"] = "2026-12-24"
    saved = signed_in.post(url(project), form)
    page = signed_in.follow(saved).text
    assert "Saved." in page and "Travel" in page
    draft = composing.proposal(project, NOW)
    assert draft.clauses[0]["body"] == "Only what is written here."
    assert (draft.clauses[-1]["heading"], draft.clauses[-1]["body"]) == (
        "Travel",
        "By train.\nAt cost.",
    )
    assert draft.expires_on.isoformat() == "2026-12-24"
    assert len(draft.clauses) == blank + 1


def test_a_clause_of_ones_own_is_removed_and_a_starting_one_only_left_out(signed_in, project):
    rows = [{"key": "own-1", "heading": "Mine", "body": "x", "on": True}]
    draft = composing.proposal(project, NOW)
    composing.revise(project, draft.clauses[:1] + rows, draft.signer, None, NOW)
    form = typed(signed_in.get(url(project)).text)
    del form["clauses-0-on"]
    form |= {"clauses-0-remove": "y", "clauses-1-remove": "y"}
    signed_in.post(url(project), form)
    [kept] = composing.proposal(project, NOW).clauses
    assert (kept["key"], kept["on"]) == ("scope", False)


def test_a_clause_moves_and_takes_what_was_typed_along(signed_in, project):
    form = typed(signed_in.get(url(project)).text)
    form |= {"clauses-1-body": "typed", "move": "acceptance:up"}
    signed_in.post(url(project), form)
    first = composing.proposal(project, NOW).clauses[0]
    assert (first["key"], first["body"]) == ("acceptance", "typed")


def test_htmx_gets_the_editor_alone_with_the_preview_renewed(signed_in, project):
    page = signed_in.get(url(project)).text
    form = typed(page) | {"clauses-0-body": "Changed"}
    part = signed_in.htmx(url(project), form, target="div#compose").text
    assert part.lstrip().startswith('<div class="compose" id="compose">')
    [before], [after] = (re.findall(r'src="([^"]*/preview[^"]*)"', each) for each in (page, part))
    assert before != after


def test_what_cannot_be_saved_stays_typed(signed_in, project):
    form = typed(signed_in.get(url(project)).text)
    form |= {"clauses-0-body": "still here", "expires_on": "2026-11-01"}
    page = signed_in.post(url(project), form, status=422).text
    assert "The last day must be today or later." in page and "still here" in page
    page = signed_in.post(url(project), form | {"expires_on": "soon"}, status=422).text
    assert "Write the date like 2026-12-31." in page and "still here" in page
    assert Agreement.select().count() == 0


def test_a_second_window_is_told_and_keeps_its_text(signed_in, project):
    form = typed(signed_in.get(url(project)).text)
    signed_in.post(url(project), form | {"clauses-0-body": "first"})
    page = signed_in.post(url(project), form | {"clauses-0-body": "second"}, status=409).text
    assert "changed in another window" in page and "second" in page
    assert bodies(project)["scope"] == "first"
    signed_in.post(url(project), typed(page))
    assert bodies(project)["scope"] == "second"


def test_nobody_but_a_signer_of_the_client_can_be_chosen(signed_in, project, alice):
    foreign = the.contact(the.client(alice), name="Elsewhere")
    form = typed(signed_in.get(url(project)).text)
    signed_in.post(url(project), form | {"signer": str(foreign.id)}, status=422)


def test_what_is_missing_is_listed_with_links_and_sends_nothing(signed_in, alice):
    project = the.project(alice, plan.Terms())
    row = Milestone.live(project).first()
    page = signed_in.get(url(project)).text
    assert f'href="/projects/{project.id}#milestone_{row.id}">Milestone 1 has no price yet.' in page
    assert signed_in.get(url(project, "/sending"), status=303).location == url(project)
    signed_in.post(url(project, "/sending"))
    assert Project.get_by_id(project.id).state == ProjectState.DRAFT


def test_a_business_without_a_name_is_sent_to_where_it_gets_one(signed_in, project):
    Business.update(name="").execute()
    page = signed_in.get(url(project)).text
    assert 'href="/settings/business">Your business has no name yet.' in page


def test_the_preview_alone_may_be_framed(signed_in, project):
    framed = signed_in.get(url(project, "/preview"))
    assert "frame-ancestors 'self'" in framed.headers["Content-Security-Policy"]
    assert "Strategy document approved" in framed.text and "$5,000.00" in framed.text
    page = signed_in.get(url(project))
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]


# Sending


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


# The document


def test_the_frozen_document_is_downloaded_as_it_is(signed_in, offered):
    answer = signed_in.get(f"/projects/{offered.project.id}/agreement.pdf")
    assert answer.data == PDF
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    older = f"/projects/{offered.project.id}/agreement.pdf?version=1"
    assert signed_in.get(older).data == PDF


def test_there_is_no_document_before_it_is_made(signed_in, project):
    signed_in.get(f"/projects/{project.id}/agreement.pdf", status=404)
    signed_in.get(f"/projects/{project.id}/agreement.pdf?version=7", status=404)


# Counter-signing


def test_before_counter_signing_the_owner_reads_what_follows(signed_in, alice):
    cast = the.offered(the.terms(billing=Billing(signing_share=3000)), of=alice)
    signing.sign(cast.agreement, the.intent(cast.agreement), cast.contact, NOW)
    page = signed_in.get(url(cast.project)).text
    assert "An invoice for <bdi>$1,500.00</bdi> goes to" in page
    assert "starts when that is paid" in page
    assert "version 1, and agree to it: $5,000.00 in total" in page


def test_both_have_signed_and_it_is_in_force(signed_in, signed):
    signed_in.get(url(signed.project))
    done = signed_in.post(url(signed.project, "/countersignature"), signature(signed.agreement))
    page = signed_in.follow(done).text
    assert "Both sides have signed" in page and "Counter-signed by Alice Doe" in page
    kept = Signature.get(Signature.party == "owner")
    assert "“Content strategy”, version 1" in kept.statement
    assert Project.get_by_id(signed.project.id).state == ProjectState.ACTIVE


def test_the_same_post_again_is_the_same_signature(signed_in, signed):
    signed_in.get(url(signed.project))
    form = signature(signed.agreement)
    for _ in range(2):
        signed_in.post(url(signed.project, "/countersignature"), form)
    assert Signature.select().count() == 2
    again = signature(signed.agreement, key="two")
    page = signed_in.post(url(signed.project, "/countersignature"), again, status=409).text
    assert "already signed" in page


@pytest.mark.parametrize(
    ("left_out", "said"),
    [
        ("name", "Type your full name to sign."),
        ("agreed", "Tick the box that says you agree."),
        ("consented", "Tick the box about signing electronically."),
    ],
)
def test_what_a_signature_lacks_is_said(signed_in, signed, left_out, said):
    signed_in.get(url(signed.project))
    form = signature(signed.agreement)
    del form[left_out]
    page = signed_in.post(url(signed.project, "/countersignature"), form, status=422).text
    assert said in page
    assert left_out == "name" or "Alice Doe" in page
    assert Signature.select().count() == 1


def test_another_document_is_refused_and_the_right_one_shown(signed_in, signed):
    signed_in.get(url(signed.project))
    form = signature(signed.agreement, shown="0" * 64)
    page = signed_in.post(url(signed.project, "/countersignature"), form, status=409).text
    assert "The document has changed" in page and "Alice Doe" in page
    assert signed.agreement.document.file.sha256 in page
    assert " checked" not in page.split('id="signing"')[1].split("</form>")[0]


def test_an_old_version_is_not_counter_signed(signed_in, signed):
    old = signed.agreement
    agreements.void(old, signed.owner, NOW)
    new = agreements.compose(Project.get_by_id(signed.project.id), NOW)
    agreements.send(new, signed.owner, NOW)
    agreements.deliver(new, PDF, signed.owner, NOW)
    signed_in.get(url(signed.project))
    page = signed_in.post(url(signed.project, "/countersignature"), signature(old), status=409).text
    assert "can no longer be signed" in page
    missing = signature(old, version="9")
    signed_in.post(url(signed.project, "/countersignature"), missing, status=404)


# Whose it is


PAGES = ("", "/preview", "/sending", ".pdf")
DEEDS = ("", "/sending", "/voiding", "/countersignature")


def test_a_strangers_agreement_does_not_exist(stranger, signed):
    for page in PAGES:
        stranger.get(url(signed.project, page), status=404)
    for deed in DEEDS:
        stranger.post(url(signed.project, deed), signature(signed.agreement), status=404)
    assert Agreement.get().state == AgreementState.CLIENT_SIGNED


def test_nobody_is_asked_to_sign_in(nobody, signed):
    for page in PAGES:
        assert nobody.get(url(signed.project, page), status=303).location.startswith("/sign-in")


def test_nothing_is_done_without_the_forms_token(signed_in, signed):
    for deed in DEEDS:
        signed_in.token = ""
        signed_in.post(url(signed.project, deed), signature(signed.agreement), status=400)
    assert Agreement.get().state == AgreementState.CLIENT_SIGNED


def test_the_projects_page_says_where_it_stands(signed_in, alice):
    cast = the.offered(of=alice)
    page = signed_in.get(f"/projects/{cast.project.id}").text
    assert "It waits for Cleo Zając to sign." in page
    agreements.decline(cast.agreement, "No", cast.contact, NOW)
    page = signed_in.get(f"/projects/{cast.project.id}").text
    assert "declined version 1." in page and "Nothing is missing." in page


def test_an_invoice_is_raised_on_counter_signing_over_http(signed_in, alice):
    cast = the.offered(the.terms(billing=Billing(signing_share=3000)), of=alice)
    signing.sign(cast.agreement, the.intent(cast.agreement), cast.contact, NOW)
    signed_in.get(url(cast.project))
    signed_in.post(url(cast.project, "/countersignature"), signature(cast.agreement))
    assert [row.total for row in Invoice.select()] == [150_000]
