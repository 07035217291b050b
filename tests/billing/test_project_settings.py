"""A signed plan's tax: it may follow the law, the agreed net prices stay."""

import pytest

from billing import checking, events
from billing.accepting import reviews
from billing.invoicing import invoice_content
from billing.planning import project_settings
from billing.planning.project_settings import ExemptionMissing, RateMissing, Tax, TaxAgreed
from billing.refusals import WrongState
from models import Project
from tests import cast as the
from tests.cast import NOW

pytestmark = pytest.mark.usefixtures("database")

REVERSED = Tax("AE", 0, "Reverse charge")


def test_a_vat_id_that_came_late_changes_the_invoices_to_come():
    owner = the.owner(country="DE", tax_registered=True, tax_rate=19_000, currency="EUR")
    buyer = the.client(owner, country="FR", currency="EUR", language="fr")
    cast = the.submitted(of=owner, for_client=buyer)
    assert (cast.project.tax_category, cast.project.tax_rate) == ("S", 19_000)
    project_settings.retax(cast.project, REVERSED, owner, NOW)
    reviews.accept(cast.milestone, cast.contact, NOW)
    said = invoice_content.said(cast.invoices[0])
    assert (said["net"], said["tax"]) == (500_000, 0)
    assert said["taxes"][0]["note"] == "Autoliquidation de la TVA"
    assert said["taxes"][0]["reason_code"] == "VATEX-EU-AE"
    told = next(row for row in events.history(cast.project) if row.kind == "project.taxed")
    assert told.facts["category"] == "AE"
    assert checking.problems() == []


def test_what_cannot_be_printed_or_was_agreed_with_tax_is_refused():
    cast = the.active()
    for tax, refusal in ((Tax("S", 0), RateMissing), (Tax("E", 0), ExemptionMissing)):
        with pytest.raises(refusal):
            project_settings.retax(cast.project, tax, cast.owner, NOW)
    draft = the.project(cast.owner)
    with pytest.raises(WrongState):
        project_settings.retax(draft, REVERSED, cast.owner, NOW)
    consumer = the.project(cast.owner, for_client=the.client(cast.owner, kind="consumer"))
    with pytest.raises(TaxAgreed):
        project_settings.retax(Project.get_by_id(consumer.id), REVERSED, cast.owner, NOW)
