"""Choosing on the client's page: cards, a total by the server, and the version that follows."""

import re

import pytest

from billing.agreeing import agreements
from models import Agreement, AgreementState, Event, Milestone
from tests import cast as the
from tests.contents import contents
from tests.offers import Offer


@pytest.fixture
def offer(alice):
    made = Offer(tax_label="VAT")
    made.send()
    return made


@pytest.fixture
def visitor(offer, as_client):
    return as_client(offer.project, offer.signer)


def _page(visitor, **chosen):
    return visitor.get(f"{visitor.home}agreement/options", query_string=chosen).text


def _fields(page):
    region = page.split('id="choice"')[1].split("</section>")[0]
    return {
        name: re.findall(rf'name="{name}" value="(\w+)"', region)
        for name in ("version", "tier", "add_on")
    }


def test_the_agreement_leads_to_the_choice(visitor, offer):
    answer = visitor.get(f"{visitor.home}agreement", 303)
    page = visitor.follow(answer).text
    assert "Basic" in page
    assert "Premium" in page
    assert "Recommended" in page
    cards = page.split('class="choosing"')[1].split("</form>")[0]
    assert " checked" not in cards, "nothing is chosen beforehand"
    assert "Continue with this choice" not in page
    assert "Sign agreement" not in page
    home = visitor.get(visitor.home).text
    assert "Choose what you want, then sign" in home
    assert "$3,570.01" in home


def test_the_total_is_the_servers_and_asking_for_it_changes_nothing(visitor, offer):
    before = contents()
    page = _page(visitor, asked="1", tier=offer.premium.id, add_on=offer.video.id)
    # 1,000 + 5,000 + 700 and 19 %
    assert "$7,973.00" in page
    assert "$6,700.00" in page
    assert _fields(page)["tier"] == [str(offer.premium.id)]
    assert contents() == before
    part = visitor.client.get(
        f"{visitor.home}agreement/options",
        query_string={"asked": "1", "tier": offer.basic.id},
        headers={"HX-Request": "true", "HX-Request-Type": "partial"},
        base_url="http://127.0.0.1:8000",
    ).text
    assert part.lstrip().startswith("<section")
    assert "$3,570.01" in part
    assert "<html" not in part


def test_add_ons_alone_are_not_a_choice_where_there_are_tiers(visitor, offer):
    page = _page(visitor, asked="1", add_on=offer.video.id)
    assert "Choose one to see the total" in page
    assert "Continue with this choice" not in page


def test_what_is_chosen_is_made_and_then_signed(visitor, offer):
    page = _page(visitor, asked="1", tier=offer.basic.id, add_on=offer.photos.id)
    shown = re.search(r'id="choice_title">(?:<bdi>)?([^<]+)<', page)[1].strip()
    answer = visitor.post(f"{visitor.home}agreement/choice", _fields(page))
    making = visitor.follow(answer).text
    assert "is being made ready" in making
    assert 'hx-trigger="every 1s"' in making
    assert "The document with what you chose is being made." in visitor.get(visitor.home).text
    made = Agreement.get(Agreement.version == 2)
    waiting = visitor.get(f"{visitor.home}agreement", 303)
    assert waiting.headers["Location"].endswith("/agreement/making")
    offer.deliver(made)
    page = visitor.follow(visitor.get(f"{visitor.home}agreement/making", 303)).text
    assert shown in page
    assert "You chose:" in page
    assert "Change my choice" in page
    assert "Sign agreement" in page
    assert "$4,000.00" not in page, "what was not chosen is not in the document"
    said = agreements.read(made)
    assert {row["price"] for row in said["milestones"]} == {100_000, 200_001, 30_000}


def test_an_old_version_says_that_there_is_a_newer_one(visitor, offer):
    offer.deliver(offer.choose(offer.basic))
    page = visitor.get(f"{visitor.home}agreement", query_string={"version": 1}).text
    assert "There is a newer version" in page
    assert "Sign agreement" not in page


def test_a_choice_is_changed_before_signing(visitor, offer):
    offer.deliver(offer.choose(offer.basic))
    page = _page(visitor)
    assert "Change your choice" in page
    assert re.search(rf'name="tier" value="{offer.basic.id}" checked', page)
    page = _page(visitor, asked="1", tier=offer.premium.id)
    assert _fields(page)["version"] == ["2"]
    visitor.post(f"{visitor.home}agreement/choice", _fields(page))
    assert Agreement.get(Agreement.version == 2).state == AgreementState.VOIDED
    assert sorted(row.price for row in Milestone.live(offer.project)) == [100_000, 100_000, 400_000]


def test_a_page_that_is_out_of_date_is_told_so(visitor, offer):
    offer.deliver(offer.choose(offer.basic))
    stale = {"version": 1, "tier": offer.premium.id}
    answer = visitor.post(f"{visitor.home}agreement/choice", stale)
    assert "The offer has changed since you opened this page." in visitor.follow(answer).text
    assert Agreement.select().count() == 2


@pytest.mark.parametrize("version", ["", "7", "x"])
def test_what_names_no_version_or_no_option_changes_nothing(visitor, offer, version):
    _page(visitor)
    for fields in (
        {"version": version, "tier": offer.basic.id},
        {"version": 1, "tier": "999"},
        {"version": 1},
        {"version": 1, "tier": "²"},
    ):
        visitor.post(f"{visitor.home}agreement/choice", fields)
    assert Agreement.select().count() == 1


def test_only_the_signer_chooses(offer, as_client):
    colleague = the.contact(offer.project.client, name="Carl", is_signer=False)
    visitor = as_client(offer.project, colleague)
    page = visitor.get(f"{visitor.home}agreement").text
    assert "signs this for you" in page
    visitor.post(f"{visitor.home}agreement/choice", {"version": 1, "tier": offer.basic.id})
    assert Agreement.select().count() == 1


def test_none_of_it_is_declined_with_a_reason(visitor, offer):
    _page(visitor)
    page = visitor.post(f"{visitor.home}agreement/refusal", {"reason": ""}, 422).text
    assert "Choose what you want" in page
    assert "Sign agreement" not in page
    visitor.post(f"{visitor.home}agreement/refusal", {"reason": "Too dear"})
    assert Agreement.get().state == AgreementState.DECLINED


def test_without_a_token_nothing_is_chosen(visitor, offer):
    visitor.token = ""
    visitor.post(f"{visitor.home}agreement/choice", {"version": 1, "tier": offer.basic.id}, 400)
    assert Agreement.select().count() == 1


def test_opening_the_choice_a_hundred_times_changes_nothing(visitor, offer):
    before = Event.select().count()
    for _ in range(20):
        _page(visitor, asked="1", tier=offer.basic.id)
    assert Event.select().count() == before
    assert Agreement.get().state == AgreementState.SENT
