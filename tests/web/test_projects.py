"""Projects: the list by state, a new one, its page in every state, its settings, its history."""

import re

import pytest

from billing.accepting import reviews, submissions
from billing.agreeing import agreements
from billing.paying import claims, payments
from billing.planning import packages, plan
from billing.planning.plan import Billing
from models import Client, Contact, Milestone, Project, ProjectState
from tests import cast as the
from tests.cast import NOW
from tests.queries import counted


@pytest.fixture
def draft(alice) -> Project:
    return the.project(alice)


# The list


def test_the_first_page_offers_the_first_project(signed_in):
    page = signed_in.get("/projects").text
    assert "No projects yet." in page
    assert 'href="/projects/new"' in page


def test_projects_are_listed_by_state_with_their_numbers(signed_in, alice, draft):
    cast = the.active(of=alice)
    page = signed_in.get("/projects").text
    assert page.count("Content strategy</bdi>") == 2
    assert re.search(r'href="/projects\?state=active">Active <span class="num">1<', page)
    page = signed_in.get("/projects?state=active").text
    assert f'href="/projects/{cast.project.id}"' in page
    assert f'href="/projects/{draft.id}"' not in page
    assert "0 of 1 accepted" in page


def test_a_state_nobody_is_in_says_so(signed_in, draft):
    assert "No project is in this state." in signed_in.get("/projects?state=closed").text


def test_what_is_no_state_or_page_is_ignored(signed_in, draft):
    page = signed_in.get("/projects?state=x&page=-3").text
    assert "Content strategy</bdi>" in page


def test_a_long_list_has_pages(signed_in, alice):
    client = the.client(alice)
    for _ in range(26):
        the.project(alice, for_client=client)
    first = signed_in.get("/projects").text
    assert "Page 1 of 2" in first and 'href="/projects?page=2"' in first
    assert signed_in.get("/projects?page=2").text.count('scope="row"') == 1


def test_the_list_costs_the_same_however_long_it_is(signed_in, alice):
    client = the.client(alice)
    the.project(alice, for_client=client)
    with counted() as few:
        signed_in.get("/projects")
    for _ in range(5):
        the.project(alice, the.terms(), the.terms(), for_client=client)
    with counted() as many:
        signed_in.get("/projects")
    assert len(many) == len(few)


def test_strangers_see_nothing_of_it(stranger, alice, draft):
    assert "No projects yet." in stranger.get("/projects").text
    stranger.get(f"/projects/{draft.id}", status=404)
    stranger.post(f"/projects/{draft.id}", {"title": "Mine"}, status=404)
    stranger.post(f"/projects/{draft.id}/cancellation", status=404)
    assert Project.get().title == "Content strategy"


def test_nobody_is_asked_to_sign_in(nobody, alice, draft):
    for path in ("/projects", "/projects/new", f"/projects/{draft.id}"):
        assert "/sign-in" in nobody.get(path, status=303).headers["Location"]


# A new one


def test_a_project_starts_with_a_client_made_on_the_way(signed_in, alice):
    form = signed_in.get("/projects/new").text
    assert 'name="client"' not in form
    made = signed_in.post(
        "/projects/new", {"name": "Łódź Press", "email": "ana@press.example", "title": "Launch"}
    )
    page = signed_in.follow(made).text
    assert "Launch" in page and "Łódź Press" in page
    [client] = Client.of(alice)
    assert (client.country, client.currency) == ("US", "USD")
    assert Contact.get().email == "ana@press.example"
    assert Project.get().state == ProjectState.DRAFT


def test_a_project_starts_for_a_client_there_is(signed_in, alice):
    client = the.client(alice, name="Cleo GmbH")
    form = signed_in.get(f"/projects/new?client={client.id}").text
    assert f'<option selected value="{client.id}">Cleo GmbH' in form
    signed_in.post("/projects/new", {"client": client.id, "title": "Launch"})
    assert Project.get().client == client
    assert Client.of(alice).count() == 1


def test_archived_clients_are_not_offered(signed_in, alice):
    the.client(alice, name="Gone Ltd", archived_at=NOW)
    assert "Gone Ltd" not in signed_in.get("/projects/new").text


def test_a_project_starts_from_a_package(signed_in, alice):
    client, finished = the.client(alice), the.project(alice)
    package = packages.from_project(finished, "Launch package", alice, NOW)
    form = signed_in.get(f"/projects/new?client={client.id}&package={package.id}").text
    assert f'<option selected value="{package.id}">Launch package (USD)</option>' in form
    typed = {"client": client.id, "package": package.id, "title": "Again"}
    page = signed_in.follow(signed_in.post("/projects/new", typed)).text
    assert "Strategy document approved</textarea>" in page


def test_what_was_typed_stays_when_something_is_missing(signed_in, alice):
    the.client(alice)
    signed_in.get("/projects/new")
    typed = {"client": "", "name": "Łódź Press", "email": "ana@", "title": " "}
    page = signed_in.post("/projects/new", typed, status=422).text
    assert "Enter a title." in page
    assert "Enter an e-mail address, like name@example.com." in page
    assert 'value="Łódź Press"' in page and 'value="ana@"' in page
    assert Client.of(alice).count() == 1 and not Project.select().count()


def test_another_owners_client_or_package_cannot_be_posted(signed_in, stranger, alice):
    bobs = the.client(the.owner("bert@example.com"))
    signed_in.get("/projects/new")
    signed_in.post("/projects/new", {"client": bobs.id, "title": "Launch"}, status=422)
    the.client(alice)
    signed_in.post("/projects/new", {"client": bobs.id, "title": "Launch"}, status=422)
    assert not Project.select().count()


def test_without_the_token_nothing_happens(signed_in, alice, draft):
    for path in ("new", f"{draft.id}", f"{draft.id}/cancellation"):
        signed_in.token = ""
        signed_in.post(f"/projects/{path}", {"title": "Launch"}, status=400)
    assert Project.get().title == "Content strategy"
    assert Project.get().state == ProjectState.DRAFT


# Its page and the next step


def page_of(signed_in, project: Project) -> str:
    return signed_in.get(f"/projects/{project.id}").text


def step_of(signed_in, project: Project) -> str:
    found = re.search(
        r'<p class="project-next__what">\s*(.*?)\s*</p>', page_of(signed_in, project), re.S
    )
    return found[1]


def test_opening_a_project_changes_nothing(signed_in, alice, draft):
    before = Project.get().version
    page_of(signed_in, draft)
    assert Project.get().version == before


def test_the_next_step_of_a_draft_follows_its_plan(signed_in, alice):
    project = the.project(alice, the.terms(price=None))
    assert step_of(signed_in, project) == (
        "1 milestone still needs an outcome, a price or a criterion."
    )
    [row] = Milestone.live(project)
    plan.revise(row, the.terms(), 0)
    assert "The plan is complete." in step_of(signed_in, project)
    assert f'href="/projects/{project.id}/agreement"' in page_of(signed_in, project)
    plan.delete(row, NOW)
    assert "Write the first milestone" in step_of(signed_in, project)


def test_the_next_step_of_an_offer_is_a_signature(signed_in, alice):
    cast = the.offered(of=alice)
    assert step_of(signed_in, cast.project) == "Cleo Zając has the agreement to sign."
    the.signing.sign(cast.agreement, the.intent(cast.agreement), cast.contact, NOW)
    assert "Your signature puts the agreement in force." in step_of(signed_in, cast.project)


def test_a_declined_offer_is_a_draft_again(signed_in, alice):
    cast = the.offered(of=alice)
    agreements.decline(cast.agreement, "Too dear", cast.contact, NOW)
    assert "declined version 1" in step_of(signed_in, cast.project)
    assert 'id="plan_rows"' in page_of(signed_in, cast.project)
    assert "Too dear" in page_of(signed_in, cast.project)


def test_money_comes_before_work(signed_in, alice, frozen):
    deposit = the.terms(billing=Billing(signing_share=3000))
    cast = the.active(deposit, of=alice)
    assert "has not begun. Waits for invoice INV-0001" in step_of(signed_in, cast.project)
    frozen(the.later(days=30))
    signed_in.sign_in(alice.email, the.PASSWORD)
    assert "INV-0001 is 16 days overdue: " in step_of(signed_in, cast.project)
    [invoice] = cast.invoices
    claims.claim(invoice, "Sent", cast.contact, NOW)
    assert "says that INV-0001 is paid." in step_of(signed_in, cast.project)
    payments.record(invoice, invoice.total, NOW.date(), "k", alice, NOW)
    assert "is in progress, due on" in step_of(signed_in, cast.project)


def test_review_changes_and_payment_are_the_steps_that_follow(signed_in, alice):
    cast = the.submitted(of=alice)
    assert "has “Strategy document approved” to review." in step_of(signed_in, cast.project)
    unmet = cast.milestone.criteria[0].id
    reviews.ask_for_changes(cast.milestone, "Not yet", [unmet], cast.contact, NOW)
    assert "asked for changes to “Strategy document approved”" in step_of(signed_in, cast.project)
    submissions.submit(cast.milestone, "", [], the.shown(cast.milestone), alice, NOW)
    reviews.accept(cast.milestone, cast.contact, NOW)
    assert "of INV-0001 is to come" in step_of(signed_in, cast.project)
    [invoice] = cast.invoices
    payments.record(invoice, invoice.total, NOW.date(), "k", alice, NOW)
    assert step_of(signed_in, cast.project) == "Nothing is left to do here."


def test_a_draft_invoice_is_to_be_issued(signed_in, alice):
    cast = the.active(the.terms(billing=Billing(3000, signing_delivery="draft")), of=alice)
    assert "A draft invoice for" in step_of(signed_in, cast.project)


def test_what_was_sent_is_locked_and_says_what_is_invoiced_when(signed_in, alice):
    first = the.terms(billing=Billing(3000, 2000, NOW.date(), acceptance_delivery="draft"))
    cast = the.offered(first, the.terms(title="Second", price=100), of=alice)
    page = page_of(signed_in, cast.project)
    assert 'id="plan_rows"' not in page and "Price and scope are fixed" in page
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert "On signing 30 % of Strategy document approved sent at once $1,500.00" in text
    assert "On Nov 22, 2026 20 % of Strategy document approved sent at once $1,000.00" in text
    assert "On acceptance 50 % of Strategy document approved left as a draft $2,500.00" in text
    assert "On acceptance Second sent at once $1.00" in text
    assert "Total $5,001.00" in text


def test_instalments_are_what_is_to_be_paid(signed_in, alice):
    project = the.project(alice, the.terms(price=1000))
    Project.update(tax_category="S", tax_rate=19_000).where(Project.id == project.id).execute()
    agreements.send(agreements.compose(project, NOW), alice, NOW)
    page = page_of(signed_in, Project.get_by_id(project.id))
    assert "$11.90" in page and "19 % tax is included." in page


def test_the_page_costs_the_same_however_many_rows_it_has(signed_in, alice):
    small, large = the.project(alice), the.project(alice, *[the.terms()] * 8)
    with counted() as few:
        page_of(signed_in, small)
    with counted() as many:
        page_of(signed_in, large)
    assert len(many) == len(few)
    few_work, much_work = the.active(of=alice), the.active(*[the.terms()] * 6, of=alice)
    with counted() as few:
        page_of(signed_in, few_work.project)
    with counted() as many:
        page_of(signed_in, much_work.project)
    assert len(many) == len(few)


# Settings


SETTINGS = {
    "title": "Renamed",
    "terms_days": "0",
    "tax_category": "S",
    "tax_rate": "8.875",
    "tax_note": "",
}


def test_settings_are_saved(signed_in, alice, draft):
    page_of(signed_in, draft)
    answer = signed_in.post(f"/projects/{draft.id}", SETTINGS)
    page = signed_in.follow(answer).text
    assert "The settings are saved." in page and "8.875 % tax" in page
    saved = Project.get()
    assert (saved.title, saved.terms_days, saved.tax_category, saved.tax_rate) == (
        "Renamed",
        0,
        "S",
        8875,
    )


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"title": ""}, "Enter a title."),
        ({"terms_days": "soon"}, "Enter a number of days from 0 to 365."),
        ({"tax_rate": "0"}, "Say the rate in percent, or choose another kind of tax."),
        ({"tax_rate": "x"}, "data-summary"),
        ({"tax_category": "E", "tax_rate": ""}, "Say why it is exempt."),
        ({"tax_category": "Q"}, "data-summary"),
    ],
)
def test_settings_that_cannot_be_are_explained(signed_in, alice, draft, wrong, words):
    page_of(signed_in, draft)
    typed = {**SETTINGS, **wrong}
    page = signed_in.post(f"/projects/{draft.id}", typed, status=422).text
    assert words in page and "<title>Error: " in page
    assert re.search(r'<details class="disclosure" id="settings" open>', page)
    assert f'value="{typed["terms_days"]}"' in page
    assert Project.get().title == "Content strategy"


def test_another_kind_of_tax_drops_the_rate(signed_in, alice, draft):
    page_of(signed_in, draft)
    typed = {**SETTINGS, "tax_category": "E", "tax_note": "§ 19 UStG"}
    signed_in.post(f"/projects/{draft.id}", typed)
    assert (Project.get().tax_rate, Project.get().tax_note) == (0, "§ 19 UStG")


def test_settings_are_part_of_what_was_offered(signed_in, alice):
    cast = the.offered(of=alice)
    page = page_of(signed_in, cast.project)
    assert "they can no longer be edited here" in page
    signed_in.post(f"/projects/{cast.project.id}", SETTINGS, status=409)
    assert Project.get_by_id(cast.project.id).title == "Content strategy"


def test_a_project_can_be_given_up_before_it_is_in_force(signed_in, alice, draft):
    page_of(signed_in, draft)
    answer = signed_in.post(f"/projects/{draft.id}/cancellation")
    assert "was given up." in signed_in.follow(answer).text
    assert Project.get().state == ProjectState.CANCELLED
    assert "The project was cancelled." in page_of(signed_in, draft)


def test_the_plan_can_be_saved_as_a_package_before_and_after_signing(signed_in, alice, draft):
    for project in (draft, the.active(of=alice).project):
        saving = f"/projects/{project.id}/package"
        assert f'href="{saving}"' in signed_in.get(f"/projects/{project.id}").text
        signed_in.get(saving)
