"""The pages of invoices: found, read, issued, discarded, billed by hand; nobody else's."""

import re

import pytest

from billing.accepting import reviews
from billing.delivery import worker
from billing.invoicing import invoices
from billing.paying import payments
from billing.planning.plan import Billing
from models import (
    Business,
    Contact,
    Delivery,
    Invoice,
    InvoiceState,
    Project,
    TriggerDelivery,
)
from tests import cast as the
from tests import press
from tests.cast import NOW
from tests.queries import counted

WORK = {
    "outcome": "Landing page copy",
    "price": "1,200.50",
    "delivered_on": "2026-11-20",
    "terms_days": "14",
    "detail": "",
}


@pytest.fixture
def accepted(alice):
    """Alice's milestone of 5,000.00 was accepted: INV-0001 is issued."""
    cast = the.submitted(of=alice, for_client=the.client(alice, name="Łódź Studio"))
    reviews.accept(cast.milestone, cast.contact, NOW)
    return cast


@pytest.fixture
def drafted(alice):
    """Acceptance left a draft."""
    cast = the.submitted(
        the.terms(billing=Billing(acceptance_delivery=TriggerDelivery.DRAFT)), of=alice
    )
    reviews.accept(cast.milestone, cast.contact, NOW)
    return cast


@pytest.fixture
def made(app, monkeypatch):
    """Documents are made, without the engine."""
    press.idle(monkeypatch)

    def make():
        while worker.work_once(app.config["INSTALLATION"], NOW):
            pass

    return make


def only_invoice():
    return Invoice.with_paid().get()


def test_the_first_page_says_how_invoices_come_about(signed_in):
    page = signed_in.get("/invoices").text
    assert "No invoices yet." in page
    assert 'href="/invoices/new"' in page


def test_an_accepted_milestone_is_in_the_list(signed_in, accepted):
    page = signed_in.get("/invoices").text
    for shown in ("INV-0001", "Łódź Studio", "Content strategy", "$5,000.00", "Dec 6, 2026"):
        assert shown in page


@pytest.mark.parametrize("words", ["inv-0001", "0001", "LODZ", "łódź studio"])
def test_search_works_by_number_and_client(signed_in, alice, accepted, words):
    the.submitted(of=alice, for_client=the.client(alice, name="Đường Sáng"))
    page = signed_in.get("/invoices", query_string={"q": words}).text
    assert "1 invoice found" in page
    assert "INV-0001" in page


def test_a_search_without_result_says_so(signed_in, accepted):
    page = signed_in.get("/invoices", query_string={"q": "<b>%"}).text
    assert "No invoice fits “&lt;b&gt;%”." in page


def test_the_list_is_narrowed_by_what_invoices_need(signed_in, frozen, accepted):
    for state, is_there in (("draft", 0), ("open", 1), ("overdue", 0), ("paid", 0)):
        assert ("INV-0001" in signed_in.get(f"/invoices?state={state}").text) == bool(is_there)
    frozen(the.later(days=40))
    signed_in.sign_in(accepted.owner.email, the.PASSWORD)
    page = signed_in.get("/invoices?state=overdue").text
    assert "INV-0001" in page and "26 days ago" in page
    signed_in.get("/invoices?state=nonsense&page=minus")


def test_paid_shows_everywhere_as_paid(signed_in, accepted, frozen):
    invoice = only_invoice()
    payments.record(invoice, invoice.total, NOW.date(), "k", accepted.owner, NOW)
    frozen(the.later(days=400))
    signed_in.sign_in(accepted.owner.email, the.PASSWORD)
    assert "INV-0001" in signed_in.get("/invoices?state=paid").text
    assert "Nothing is overdue." in signed_in.get("/invoices?state=overdue").text
    assert "Paid in full" in signed_in.get(f"/invoices/{invoice.id}").text


def test_the_list_takes_as_many_queries_for_many_as_for_one(signed_in, alice):
    def queries():
        with counted() as seen:
            signed_in.get("/invoices")
        return len(seen)

    def another():
        cast = the.submitted(of=alice)
        reviews.accept(cast.milestone, cast.contact, NOW)

    another()
    few = queries()
    for _ in range(4):
        another()
    assert queries() == few


def test_pages_of_many_and_sums_by_currency(signed_in, alice):
    dollars, yen = the.client(alice), the.client(alice, currency="JPY")
    for number in range(30):
        project = the.project(alice, for_client=yen if number % 2 else dollars)
        invoices.bill(project, [invoices.Line("Work", 1000)], alice, NOW)
    page = signed_in.get("/invoices?page=2").text
    assert "Page 2 of 2" in page
    assert "$150.00" in page and "¥15,000" in page


def test_an_invoice_shows_amount_state_lines_and_history(signed_in, accepted):
    page = signed_in.get(f"/invoices/{only_invoice().id}").text
    for shown in (
        "Invoice INV-0001",
        "Due on Dec 6, 2026",
        "in 14 days",
        "Strategy document approved",
        "Nov 22, 2026",
        accepted.contact.email,
        "was issued, due on Dec 6, 2026",
    ):
        assert shown in page, shown


def test_tax_is_shown_with_its_rate_and_reason(signed_in, alice):
    Business.update(tax_registered=True, tax_rate=19000, country="DE").execute()
    cast = the.submitted(of=alice, for_client=the.client(alice, country="DE"))
    reviews.accept(cast.milestone, cast.contact, NOW)
    page = signed_in.get(f"/invoices/{only_invoice().id}").text
    assert "VAT 19 %" in page and "$950.00" in page and "$5,950.00" in page


def test_the_pdf_is_there_once_it_is_made(signed_in, accepted, made):
    invoice = only_invoice()
    waiting = signed_in.get(f"/invoices/{invoice.id}").text
    assert "The PDF is being made." in waiting and 'hx-trigger="every 2s"' in waiting
    early = signed_in.get(f"/invoices/{invoice.id}/invoice.pdf", status=202)
    assert "being made" in early.text

    made()
    assert "Download PDF" in signed_in.get(f"/invoices/{invoice.id}").text
    file = signed_in.get(f"/invoices/{invoice.id}/invoice.pdf")
    assert file.data == the.PDF
    assert "attachment" in file.headers["Content-Disposition"]
    assert "INV-0001.pdf" in file.headers["Content-Disposition"]


def test_a_failing_engine_is_told_on_the_page(signed_in, accepted, app, monkeypatch):
    press.broken(monkeypatch, "timed_out")
    while worker.work_once(app.config["INSTALLATION"], NOW):
        pass
    page = signed_in.get(f"/invoices/{only_invoice().id}").text
    assert "The PDF could not be made yet" in page and "What it says stands." in page
    waiting = Delivery.get(Delivery.kind == "invoice")
    back = signed_in.post(f"/outbox/{waiting.id}/retry", {"next": "invoice"})
    assert back.headers["Location"].endswith(f"/invoices/{only_invoice().id}")
    assert Delivery.get_by_id(waiting.id).attempts == 0


def test_a_draft_says_what_issuing_does_and_is_issued_once(signed_in, drafted):
    invoice = only_invoice()
    page = signed_in.get(f"/invoices/{invoice.id}").text
    assert "Draft invoice" in page
    assert "INV-0001" in page and f"It is mailed to {drafted.contact.email}" in page
    issued = signed_in.follow(signed_in.post(f"/invoices/{invoice.id}/issue")).text
    assert "INV-0001 is issued." in issued
    again = signed_in.post(f"/invoices/{invoice.id}/issue", status=409).text
    assert "already issued as INV-0001" in again
    assert only_invoice().sequence == 1


def test_a_draft_without_payer_says_that_nobody_gets_it(signed_in, drafted):
    Contact.update(is_payer=False).execute()
    page = signed_in.get(f"/invoices/{only_invoice().id}").text
    assert "is marked as payer, so it is mailed to nobody" in page


def test_a_draft_is_discarded_an_issued_invoice_never(signed_in, drafted, alice):
    invoice = only_invoice()
    signed_in.get(f"/invoices/{invoice.id}")
    page = signed_in.follow(signed_in.post(f"/invoices/{invoice.id}/discarding")).text
    assert "The draft is deleted." in page
    assert Invoice.select().count() == 0

    other = the.submitted(of=alice)
    reviews.accept(other.milestone, other.contact, NOW)
    signed_in.post(f"/invoices/{only_invoice().id}/discarding", status=409)
    assert only_invoice().state == InvoiceState.ISSUED


def test_a_draft_has_no_pdf(signed_in, drafted):
    signed_in.get(f"/invoices/{only_invoice().id}/invoice.pdf", status=404)


def test_the_projects_page_shows_its_invoices(signed_in, accepted):
    page = signed_in.get(f"/projects/{accepted.project.id}").text
    panel = re.search(r'id="invoice_panel".*?</section>', page, re.S)[0]
    assert "INV-0001" in panel and "$5,000.00" in panel


def addresses(invoice, client):
    here = f"/invoices/{invoice.id}"
    return [
        ("get", here),
        ("get", f"{here}/invoice.pdf"),
        ("post", f"{here}/issue"),
        ("post", f"{here}/discarding"),
        ("get", f"/invoices/new?client={client.id}"),
        ("get", f"/invoices/new?project={invoice.project_id}"),
        ("post", f"/invoices/new?client={client.id}"),
        ("post", f"/invoices/new?project={invoice.project_id}"),
    ]


def test_a_stranger_finds_nothing(stranger, drafted):
    assert "INV" not in stranger.get("/invoices").text
    invoice = only_invoice()
    for method, address in addresses(invoice, invoice.client):
        getattr(stranger, method)(address, status=404)
    assert only_invoice().state == InvoiceState.DRAFT


def test_nobody_is_asked_to_sign_in(nobody, drafted):
    for address in ("/invoices", "/invoices/new", f"/invoices/{only_invoice().id}"):
        assert "/sign-in" in nobody.get(address, status=303).location


def test_without_its_token_a_post_does_nothing(signed_in, drafted):
    invoice = only_invoice()
    for method, address in addresses(invoice, invoice.client):
        signed_in.token = ""
        if method == "post":
            signed_in.post(address, WORK, status=400)
    assert only_invoice().state == InvoiceState.DRAFT


def test_looking_changes_nothing(signed_in, accepted, drafted):
    before = [(row.id, row.version) for row in Project.select().order_by(Project.id)]
    for invoice in Invoice.select():
        signed_in.get(f"/invoices/{invoice.id}")
        signed_in.get(f"/invoices/{invoice.id}/issue", status=405)
        signed_in.get(f"/invoices/{invoice.id}/discarding", status=405)
    assert [(row.id, row.version) for row in Project.select().order_by(Project.id)] == before


def test_a_hostile_name_is_shown_not_run(signed_in, alice):
    client = the.client(alice, name='<img src=x onerror="alert(1)">')
    cast = the.submitted(the.terms(title="<script>alert(1)</script>"), of=alice, for_client=client)
    reviews.accept(cast.milestone, cast.contact, NOW)
    for address in (
        "/invoices",
        f"/invoices/{only_invoice().id}",
        f"/invoices/new?client={client.id}",
    ):
        page = signed_in.get(address).text
        assert "<img src=x" not in page and "<script>alert" not in page
