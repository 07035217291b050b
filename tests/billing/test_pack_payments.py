"""Money in an evidence pack: what was paid back is told of as that."""

import io
import zipfile

import pytest

from billing.accepting import reviews
from billing.actors import CLOCK
from billing.paying import payments
from tests import cast as the
from tests.billing.test_evidence_pack import built, run


@pytest.mark.usefixtures("database")
def test_money_paid_back_is_told_of_as_what_it_is(tmp_path):
    cast = the.submitted()
    reviews.accept(cast.milestone, cast.contact, the.NOW)
    [invoice] = cast.invoices
    payments.take(invoice, 700_000, the.NOW.date(), "card", CLOCK, the.NOW)
    payments.refund(invoice, the.NOW.date(), "back", cast.owner, the.NOW)
    home = tmp_path / "evidence"
    zipfile.ZipFile(io.BytesIO(built(cast.project))).extractall(home)
    _code, said = run(home)
    assert "1 × payment.refunded agree" in said
    assert "records/invoices.json: no event" not in said
