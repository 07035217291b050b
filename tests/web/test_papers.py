"""Recording an agreement signed on paper: the day, both names, the scan."""

from io import BytesIO

import pytest

from billing.agreeing import agreements, signing
from models import Agreement, AgreementState, Paper, Project, Signature
from tests import cast as the
from tests.cast import NOW
from tests.pictures import drawn

PDF = b"%PDF-1.7 the signed paper\n%%EOF\n"


@pytest.fixture
def cast(alice):
    return the.offered(of=alice)


def at(project, rest="/paper"):
    return f"/projects/{project.id}/agreement{rest}"


def given(content=PDF, **changes):
    values = {
        "signed_on": "2026-11-20",
        "client_name": "Cleo Z.",
        "owner_name": "Alice A.",
        "scan": (BytesIO(content), "signed.pdf"),
    }
    return {**values, **changes}


def test_a_version_that_is_out_is_recorded(signed_in, cast):
    page = signed_in.get(at(cast.project)).text
    assert 'value="Cleo Zając"' in page
    page = signed_in.follow(signed_in.post(at(cast.project), given())).text
    assert "It is on record. Cleo Zając is told by mail." in page
    assert "Signed on paper by Cleo Z. and Alice A." in page
    assert Agreement.get().state == AgreementState.COUNTERSIGNED
    scan = signed_in.get(at(cast.project, "/scan"))
    assert scan.data == PDF and scan.headers["Content-Disposition"].startswith("attachment")
    signed_in.get(at(cast.project), 404)


def test_a_draft_is_recorded_from_its_offer(signed_in, alice):
    project = the.project(alice)
    assert "It is signed on paper already" in signed_in.get(at(project, "/sending")).text
    signed_in.get(at(project))
    photo = (BytesIO(drawn((2000, 3000), "RGB", "JPEG")), "signed.jpg")
    signed_in.post(at(project), given(scan=photo))
    assert Agreement.get().state == AgreementState.PREPARING
    assert Paper.get().scan.file.media_type == "image/jpeg"
    assert Paper.get().scan.name.endswith(".jpg")


def test_a_draft_that_lacks_something_says_so_first(signed_in, alice):
    project = the.project(alice, the.terms(price=None))
    page = signed_in.get(at(project)).text
    assert "Some things are missing before it can be recorded" in page
    signed_in.post(at(project), given(), 422)
    assert Paper.select().count() == 0
    assert Project.get().state == "draft"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"signed_on": ""}, "Say on which day it was signed."),
        ({"signed_on": "2026-11-23"}, "choose today or an earlier day"),
        ({"client_name": ""}, "Say who signed."),
        ({"scan": (BytesIO(b""), "")}, "Choose the scan."),
        ({"scan": (BytesIO(b"<html>"), "x.pdf")}, "cannot be read"),
    ],
)
def test_what_is_missing_is_said_and_the_rest_is_kept(signed_in, cast, changes, says):
    signed_in.get(at(cast.project))
    page = signed_in.post(at(cast.project), given(**changes), 422).text
    assert says in page and 'value="Alice A."' in page
    assert Signature.select().count() == 0


def test_ten_megabytes_are_taken_and_more_are_not(signed_in, cast):
    signed_in.get(at(cast.project))
    large = b"%PDF-1.7\n" + b"\0" * (10 * 1024 * 1024)
    page = signed_in.post(at(cast.project), given(large + b"%%EOF"), 422).text
    assert "too large" in page
    page = signed_in.post(at(cast.project), given(large * 2), 422).text
    assert "too large" in page and 'value="Alice A."' in page
    assert Paper.select().count() == 0
    signed_in.post(at(cast.project), given(large[:-1024] + b"%%EOF"))


def test_what_the_client_has_signed_is_not_recorded(signed_in, cast):
    signed_in.get(at(cast.project))
    signing.sign(cast.agreement, the.intent(cast.agreement), cast.contact, NOW)
    signed_in.get(at(cast.project), 404)
    signed_in.post(at(cast.project), given(), 404)


def test_another_owners_paper_does_not_exist(stranger, cast):
    stranger.get("/")
    stranger.get(at(cast.project), 404)
    stranger.get(at(cast.project, "/scan"), 404)
    stranger.post(at(cast.project), given(), 404)
    assert agreements.current(cast.project).state == AgreementState.SENT


def test_without_a_token_nothing_is_recorded(signed_in, cast):
    signed_in.post(at(cast.project), given(csrf_token=""), 400)
    assert Paper.select().count() == 0
