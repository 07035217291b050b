"""Settings: the business's profile, the password, the browsers, what is left to set up."""

import pytest

from billing.people import accounts, checklist
from models import Business, Project, Session
from tests import cast as the
from tests.web.visitor import HTMX, Visitor

PROFILE = {
    "name": "Łódź Studio",
    "country": "DE",
    "asked": "DE",
    "street": "Weg 1\nHinterhaus",
    "postcode": "50667",
    "city": "Köln",
    "region": "",
    "email": "office@example.com",
    "phone": "",
    "currency": "EUR",
    "timezone": "Europe/Berlin",
    "terms_days": "30",
    "tax_registered": "y",
    "tax_label": "USt",
    "tax_id": "136695976",
    "tax_rate": "19 %",
    "bank_holder": "",
    "bank_name": "",
    "iban": "de89 3704 0044 0532 0130 00",
    "bic": "cobadeff",
    "account_number": "",
    "routing_number": "",
}


def save(visitor: Visitor, status: int = 303, **changes: str):
    visitor.get("/settings/business")
    return visitor.post("/settings/business", {**PROFILE, **changes}, status)


def test_settings_begin_with_the_business(signed_in):
    assert signed_in.get("/settings", status=303).headers["Location"] == "/settings/business"


def test_the_profile_is_kept_with_its_numbers_in_order(signed_in, alice):
    save(signed_in)
    business = accounts.business(alice)
    assert (business.name, business.country, business.timezone) == (
        "Łódź Studio",
        "DE",
        "Europe/Berlin",
    )
    assert (business.iban, business.bic) == ("DE89370400440532013000", "COBADEFF")
    assert (business.tax_id, business.tax_rate, business.terms_days) == ("DE136695976", 19000, 30)
    shown = signed_in.get("/settings/business").text
    assert 'value="Łódź Studio"' in shown and 'value="19"' in shown


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("name", "", "Enter a name."),
        ("country", "", "Choose a country."),
        ("email", "nonsense", "like name@example.com"),
        ("iban", "12345", "begins with two letters"),
        ("iban", "DE89370400440532013001", "check digits of this IBAN"),
        ("bic", "COBA", "8 or 11 characters"),
        ("tax_id", "DE136695977", "check digits of “DE136695977”"),
        ("tax_rate", "nineteen", "a rate from 0 to 100"),
        ("tax_rate", "101", "a rate from 0 to 100"),
        ("terms_days", "soon", "from 0 to 365"),
        ("terms_days", "400", "from 0 to 365"),
        ("timezone", "Mars/Olympus", "Not a valid choice"),
    ],
)
def test_what_does_not_fit_is_said_and_everything_typed_is_kept(
    signed_in, alice, field, typed, words
):
    before = accounts.business(alice).name
    text = save(signed_in, 422, **{field: typed}).text
    assert words in text
    assert 'id="errors"' in text
    if field not in {"country", "timezone"}:
        assert f'value="{typed}"' in text
    assert "Hinterhaus" in text
    assert accounts.business(alice).name == before


def test_saving_makes_every_page_of_the_owner_new_and_nobody_elses(signed_in, alice, stranger):
    mine, theirs = the.project(alice), the.project(the.owner())
    before = {row.id: row.version for row in Project.select()}
    save(signed_in)
    after = {row.id: row.version for row in Project.select()}
    assert after[mine.id] > before[mine.id]
    assert after[theirs.id] == before[theirs.id]


def test_another_country_asks_for_other_things_and_keeps_what_was_typed(signed_in, alice):
    signed_in.get("/settings/business")
    typed = {**PROFILE, "asked": "US", "country": "GB", "currency": "USD", "tax_label": "Sales tax"}
    typed["timezone"] = "UTC"
    shown = signed_in.htmx("/settings/business/country", typed, target="form#business").text
    assert shown.lstrip().startswith('<form id="business"')
    assert "Sort code" in shown and "Hinterhaus" in shown
    for chosen in ("GBP", "Europe/London"):
        assert f'<option selected value="{chosen}">' in shown
    assert 'value="VAT"' in shown
    assert accounts.business(alice).country == "US"


def test_what_was_chosen_by_hand_stays_when_the_country_changes(signed_in):
    signed_in.get("/settings/business")
    typed = {**PROFILE, "country": "FR", "currency": "CHF", "timezone": "Asia/Tokyo"}
    shown = signed_in.htmx("/settings/business/country", typed, target="form#business").text
    for chosen in ("CHF", "Asia/Tokyo"):
        assert f'<option selected value="{chosen}">' in shown
    assert 'value="USt"' in shown


def change_password(visitor: Visitor, status: int = 303, **changes: str):
    visitor.get("/settings/account")
    typed = {"current": the.PASSWORD, "password": "another long password", **changes}
    return visitor.post("/settings/account", typed, status)


def test_changing_the_password_ends_all_other_sessions(app, signed_in, alice):
    elsewhere = Visitor(app)
    elsewhere.sign_in(alice.email, the.PASSWORD)
    change_password(signed_in)
    signed_in.get("/settings/account")
    elsewhere.get("/settings/account", status=303)
    accounts.authenticate(alice.email, "another long password")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"current": "wrong password"}, "not your present password"),
        ({"current": ""}, "Enter your present password."),
        ({"password": "short"}, "at least 10 characters"),
        ({"password": "password123"}, "among the first"),
    ],
)
def test_a_password_is_not_changed_without_the_present_one_or_for_a_weak_one(
    signed_in, alice, changes, words
):
    assert words in change_password(signed_in, 422, **changes).text
    accounts.authenticate(alice.email, the.PASSWORD)


def test_guessing_the_present_password_is_limited(signed_in, alice):
    for _try in range(10):
        change_password(signed_in, 422, current="wrong password")
    change_password(signed_in, 429)


def test_a_browser_is_signed_out_from_the_list(app, signed_in, alice):
    phone = Visitor(app)
    phone.get("/sign-in")
    phone.post(
        "/sign-in",
        {"email": alice.email, "password": the.PASSWORD},
        headers={
            "User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) Version/17.0 Safari/604.1"
        },
    )
    shown = signed_in.get("/settings/sessions").text
    assert "Safari, iPhone" in shown and "This browser" in shown

    row = Session.get(Session.user_agent.contains("iPhone"))
    signed_in.post(f"/settings/sessions/{row.id}/revocation")
    phone.get("/settings/sessions", status=303)
    signed_in.get("/settings/sessions")


def test_all_other_browsers_are_signed_out_at_once(app, signed_in, alice):
    for _browser in range(2):
        Visitor(app).sign_in(alice.email, the.PASSWORD)
    assert "all other browsers" in signed_in.get("/settings/sessions").text
    signed_in.post("/settings/sessions/revocation")
    assert Session.select().where(Session.user == alice).count() == 1


def test_nobody_ends_the_session_of_another_owner(signed_in, stranger, alice):
    hers = Session.get(Session.user == alice)
    stranger.get("/settings/sessions")
    stranger.post(f"/settings/sessions/{hers.id}/revocation", status=404)
    signed_in.get("/settings/sessions")


@pytest.mark.parametrize(
    "url",
    [
        "/settings/business",
        "/settings/business/country",
        "/settings/account",
        "/settings/sessions/1/revocation",
        "/settings/sessions/revocation",
        "/settings/checklist/bank/dismissal",
    ],
)
def test_every_form_needs_its_token(signed_in, alice, url):
    signed_in.post(url, {**PROFILE, "csrf_token": ""}, status=400)
    assert accounts.business(alice).name == "Alice Writes LLC"


def steps(business: Business, sends_mail: bool = True) -> list[str]:
    return [step.key for step in checklist.left(business, sends_mail)]


def test_the_checklist_names_what_is_missing_until_it_is_there(signed_in, alice):
    nobody = accounts.business(accounts.sign_up("new@example.com", the.PASSWORD, the.NOW))
    assert steps(nobody, sends_mail=False) == ["name", "address", "bank", "zone", "mail"]
    assert steps(accounts.business(alice)) == ["bank"]
    save(signed_in)
    assert steps(accounts.business(alice)) == []


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ({}, True),
        ({"tax_registered": True}, False),
        ({"small_business": True}, False),
        ({"country": "US"}, False),
    ],
)
def test_how_one_is_taxed_is_asked_where_invoices_have_to_say_it(said, asked):
    business = Business(**{"country": "DE", **said})
    assert ("tax" in steps(business)) is asked


def test_a_step_is_dismissed_for_good(signed_in, alice):
    signed_in.get("/settings/business")
    answer = signed_in.htmx("/settings/checklist/bank/dismissal", target="section#checklist")
    assert 'id="checklist"' in answer.text and "where to pay" not in answer.text
    signed_in.post("/settings/checklist/mail/dismissal")
    assert accounts.business(alice).dismissed == "bank mail"
    assert steps(accounts.business(alice), sends_mail=False) == []
    signed_in.post("/settings/checklist/nonsense/dismissal", status=404)


def test_a_dead_session_saves_nothing_and_says_so(nobody, alice):
    nobody.get("/sign-in")
    answer = nobody.client.post(
        "/settings/business",
        data={**PROFILE, "csrf_token": nobody.token},
        headers=HTMX,
        base_url="http://127.0.0.1:8000",
    )
    assert answer.status_code == 401
    assert accounts.business(alice).name == "Alice Writes LLC"
