"""Counter-signing over HTTP: what follows is said before, and it happens once."""

import pytest

from billing.agreeing import agreements, signing
from billing.planning.plan import Billing
from blueprints.web import tries
from models import (
    Agreement,
    Invoice,
    Project,
    ProjectState,
    Signature,
)
from tests import cast as the
from tests.cast import NOW, PDF


@pytest.fixture
def signed(alice):
    """An agreement the client has signed."""
    cast = the.offered(of=alice)
    signing.sign(cast.agreement, the.intent(cast.agreement), cast.contact, NOW)
    return cast


def url(project: Project, rest: str = "") -> str:
    return f"/projects/{project.id}/agreement{rest}"


def signature(agreement: Agreement, **changes: str) -> dict[str, str]:
    values = {
        "name": "Alice Doe",
        "agreed": "y",
        "consented": "y",
        "password": the.PASSWORD,
        "version": str(agreement.version),
        "shown": agreement.document.file.sha256,
        "key": "one",
    }
    return {**values, **changes}


def test_before_counter_signing_the_owner_reads_what_follows(signed_in, alice):
    cast = the.offered(the.terms(billing=Billing(signing_share=3000)), of=alice)
    signing.sign(cast.agreement, the.intent(cast.agreement), cast.contact, NOW)
    page = signed_in.get(url(cast.project)).text
    assert "An invoice for <bdi>$1,500.00</bdi> goes to" in page
    assert "starts when that is paid" in page
    assert "version 1, and agree to it: $5,000.00 in total" in page


def test_both_have_signed_and_with_its_seal_it_is_in_force(signed_in, signed):
    signed_in.get(url(signed.project))
    done = signed_in.post(url(signed.project, "/countersignature"), signature(signed.agreement))
    page = signed_in.follow(done).text
    assert "Both have signed. The sealed copy is being made" in page
    assert "Counter-signed by Alice Doe" in page
    kept = Signature.get(Signature.party == "owner")
    assert "“Content strategy”, version 1" in kept.statement
    assert Project.get_by_id(signed.project.id).state == ProjectState.OFFERED
    the.seal(signed.agreement)
    assert "Sealed and in force" in signed_in.get(url(signed.project)).text
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


@pytest.mark.parametrize("named", ["", "0" * 64])
def test_what_names_no_document_that_was_shown_signs_nothing(signed_in, signed, named):
    signed_in.get(url(signed.project))
    form = signature(signed.agreement, shown=named)
    page = signed_in.post(url(signed.project, "/countersignature"), form, status=409).text
    assert signed.agreement.document.file.sha256 in page
    assert Signature.select().count() == 1


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


def test_an_invoice_is_raised_on_counter_signing_over_http(signed_in, alice):
    cast = the.offered(the.terms(billing=Billing(signing_share=3000)), of=alice)
    signing.sign(cast.agreement, the.intent(cast.agreement), cast.contact, NOW)
    signed_in.get(url(cast.project))
    signed_in.post(url(cast.project, "/countersignature"), signature(cast.agreement))
    assert Invoice.select().count() == 0
    the.seal(cast.agreement)
    assert [row.total for row in Invoice.select()] == [150_000]


def test_a_wrong_password_signs_nothing_and_keeps_the_rest(signed_in, signed):
    signed_in.get(url(signed.project))
    for password, says in (("wrong password", "not your present"), ("", "password once more")):
        form = signature(signed.agreement, password=password)
        page = signed_in.post(url(signed.project, "/countersignature"), form, status=422).text
        assert says in page and "Alice Doe" in page
        assert not password or password not in page
    assert Signature.select().count() == 1
    signed_in.post(url(signed.project, "/countersignature"), signature(signed.agreement))
    assert Signature.get(Signature.party == "owner").proof == "password"


def test_guessing_the_password_is_limited_like_signing_in(signed_in, signed):
    signed_in.get(url(signed.project))
    form = signature(signed.agreement, password="wrong password")
    for _ in range(tries.PER_ACCOUNT):
        signed_in.post(url(signed.project, "/countersignature"), form, status=422)
    signed_in.post(url(signed.project, "/countersignature"), form, status=429)
    right = signature(signed.agreement)
    signed_in.post(url(signed.project, "/countersignature"), right, status=429)
    assert Signature.select().count() == 1
