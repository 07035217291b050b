"""Change orders are sealed by the same hands, and say that they are change orders."""

import io
import subprocess
import sys

import pytest
from pypdf import PdfReader

from billing.agreeing import agreements, signing
from billing.changes import drafts, offers
from billing.delivery import sealing as making
from billing.sealing import verifying
from models import Agreement, AgreementState
from tests import cast as the
from tests import seals
from tests.cast import NOW, later
from tests.house.source import ROOT

pytestmark = pytest.mark.usefixtures("database")


def changed(cast):
    """A milestone more, sent as a change order, signed by both."""
    drafts.add(cast.project, the.terms(title="Newsletter", price=120_000), None, NOW)
    order = drafts.proposal(cast.project, NOW)
    offers.send(order, cast.owner, NOW)
    agreements.deliver(order, seals.printed(), cast.owner, NOW)
    order = Agreement.get_by_id(order.id)
    signing.sign(order, the.intent(order), cast.contact, later(hours=1))
    signing.countersign(order, the.intent(order, name="Alice"), cast.owner, later(hours=2))
    return order


def test_a_change_order_is_sealed_and_what_it_amends_is_superseded(installation):
    cast = seals.signed()
    before = seals.seal(cast, installation)
    order = changed(cast)
    making.seal(order.id, installation, later(hours=4))
    content = seals.content(the.Engagement(cast.owner, cast.project, cast.contact, order))
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    assert "Change order" in text and "$6,200.00" in text
    verdict = verifying.verify(content)
    assert (verdict.kind, verdict.facts["kind"]) == ("authentic", "change_order")
    assert Agreement.get_by_id(cast.agreement.id).state == AgreementState.AMENDED
    verdict = verifying.verify(before)
    assert (verdict.kind, verdict.reason) == ("superseded", "amended")


def test_a_web_process_loads_nothing_that_reads_or_seals_files(tmp_path):
    asked = (
        "import sys; from billing.installation import from_environment as env;"
        f"sys.path.insert(0, {str(ROOT)!r}); from app import create_app;"
        f"create_app(env({{'DATA_DIR': {str(tmp_path)!r}}}));"
        "print({'pyhanko', 'cryptography', 'asn1crypto', 'aiohttp', 'xhtml2pdf'} & {*sys.modules})"
    )
    said = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "set()"
