"""Money in an evidence pack: what was paid back is told of as that."""

import io
import zipfile

import pytest

from billing.accepting import reviews
from billing.actors import CLOCK
from billing.invoicing import credit_notes
from billing.paying import client_credit, payments
from tests import cast as the
from tests.billing.test_evidence_pack import built, run


@pytest.mark.usefixtures("database")
def test_money_paid_back_is_told_of_as_what_it_is(tmp_path):
    cast = the.submitted()
    reviews.accept(cast.milestone, cast.contact, the.NOW)
    [invoice] = cast.invoices
    today = the.NOW.date()
    payments.record(invoice, 700_000, today, "a", CLOCK, the.NOW, "card", surplus=None)
    part = {invoice.lines[0].id: 100_000}
    credit_notes.issue(invoice, part, "Less", "b", cast.owner, the.NOW)
    payments.refund(invoice, today, "back", cast.owner, the.NOW)
    credit_notes.issue(invoice, part, "Less", "c", cast.owner, the.NOW)
    client_credit.keep(invoice, "d", today, cast.owner, the.NOW)
    home = tmp_path / "evidence"
    zipfile.ZipFile(io.BytesIO(built(cast.project))).extractall(home)
    _code, said = run(home)
    assert "1 × payment.refunded agree" in said
    assert "2 × credit.kept agree" in said
    assert "records/invoices.json: no event" not in said
