"""A change order as its owner composes it: picked, typed, read through, sent."""

import pytest

from billing.accepting import judging
from billing.agreeing import agreements, versions
from billing.changes import drafts, outlook
from billing.delivery import pdf
from models import AgreementState, Change, Trigger, TriggerKind
from tests import cast as the
from tests import changes

TERMS = {
    "title": "Strategy document approved",
    "deliverable": "A content strategy of some thirty pages",
    "criteria": "Covers three audiences\nNames a channel plan",
    "price": "6,200.00",
    "due_on": "2026-12-20",
    "review_days": "5",
    "rounds": "2",
    "place": "",
}


@pytest.fixture
def cast(app, alice):
    return the.active(the.terms(), the.terms(title="Campaign launched"), of=alice)


def url(cast, path=""):
    return f"/projects/{cast.project.id}/changes{path}"


def milestone_url(cast, path=""):
    return url(cast, f"/milestones/{cast.milestone.id}{path}")


def test_a_change_is_composed_read_through_and_sent(cast, signed_in):
    page = signed_in.get(url(cast)).text
    assert "Nothing yet. Pick a milestone below" in page
    page = signed_in.get(milestone_url(cast)).text
    assert "As agreed" in page
    assert 'value="5,000.00"' in page or 'value="5000.00"' in page
    saved = signed_in.post(milestone_url(cast), TERMS)
    page = signed_in.follow(saved).text
    assert "New price" in page
    assert "+<bdi>$1,200.00</bdi>" in page
    assert "<del>" in page and "<ins>" in page

    sending = signed_in.post(
        url(cast), {"reason": "You asked for more", "signer": str(cast.contact.id), "review": "1"}
    )
    page = signed_in.follow(sending).text
    assert "You asked for more" in page
    assert "$11,200.00" in page
    document = page.split('id="document"')[1]
    assert document.count(f"<bdi>{cast.contact.email}</bdi>") == 1
    # Both where the sides are named and where they sign, as its PDF has it.
    assert document.count(f"<bdi>{cast.owner.businesses[0].email}</bdi>") == 2
    seen = page.split('name="seen" type="hidden" value="')[1].split('"')[0]
    sent = signed_in.post(url(cast, "/sending"), {"seen": seen})
    page = signed_in.follow(sent).text
    assert "The work goes on meanwhile" in page
    assert agreements.standing(cast.project).state == AgreementState.PREPARING
    assert signed_in.get(url(cast), status=303)


def test_what_is_typed_is_kept_and_what_is_wrong_is_said(cast, signed_in):
    signed_in.get(milestone_url(cast))
    page = signed_in.post(
        milestone_url(cast), {**TERMS, "price": "much", "criteria": ""}, status=422
    ).text
    assert 'value="much"' in page
    assert "Write at least one criterion." in page
    assert drafts.draft_of(cast.project) is None


def test_each_kind_of_change_has_its_page(cast, signed_in):
    second = cast.milestones[1]
    signed_in.get(url(cast, "/addition"))
    signed_in.post(
        url(cast, "/addition"),
        {**TERMS, "title": "Newsletter", "signing_share": "30", "place": "1"},
    )
    signed_in.get(milestone_url(cast, "/replacement"))
    signed_in.post(milestone_url(cast, "/replacement"), {**TERMS, "title": "A film instead"})
    signed_in.post(url(cast, f"/milestones/{second.id}/removal"), {"note": "Not needed"})
    signed_in.get(url(cast, "/favour"))
    signed_in.post(url(cast, "/favour"), {"title": "A second logo", "worth": "400"})
    draft = drafts.draft_of(cast.project)
    seen = outlook.of(draft)
    assert [step.kind for step in seen.steps] == ["add", "swap", "remove", "favour"]
    assert [each["title"] for each in seen.after] == ["Newsletter", "A film instead"]
    page = signed_in.get(url(cast)).text
    assert "worth <bdi>$400.00</bdi>, at no charge" in page

    favour = seen.steps[3].change
    page = signed_in.get(url(cast, f"/favour?change={favour.id}")).text
    assert "A second logo" in page
    signed_in.post(url(cast, f"/{favour.id}/deletion"))
    assert len(outlook.of(draft).steps) == 3
    signed_in.post(url(cast, "/discarding"))
    assert drafts.draft_of(cast.project) is None


def test_the_sum_follows_the_price_that_is_typed(cast, signed_in):
    here = url(cast, f"/sum?price=6,000.00&replaced={cast.milestone.id}")
    answer = signed_in.get(here).text
    assert "$11,000.00" in answer
    assert "once the price is complete" in signed_in.get(url(cast, "/sum?price=abc")).text
    assert drafts.draft_of(cast.project) is None


def test_a_change_since_it_was_read_is_read_again(cast, signed_in):
    changes_draft(cast)
    signed_in.get(url(cast, "/sending"))
    page = signed_in.post(url(cast, "/sending"), {"seen": "0" * 64}, status=409).text
    assert "Read it again before you send it" in page


def changes_draft(cast):
    drafts.favour(cast.project, "A second logo", "", None, the.NOW)


def test_what_is_missing_is_said(cast, signed_in):
    page = signed_in.get(url(cast)).text
    assert "Nothing is changed yet." in page
    back = signed_in.get(url(cast, "/sending"), status=303)
    assert "Some things are missing" in signed_in.follow(back).text


def test_strangers_and_forgers_get_nothing(cast, signed_in, stranger, nobody):
    for path in ("", "/addition", "/favour", "/sending", "/preview", "/sum"):
        stranger.get(url(cast, path), status=404)
    for path in ("", "/addition", "/favour", "/sending", "/discarding"):
        stranger.post(url(cast, path), TERMS, status=404)
    signed_in.token = "forged"
    signed_in.post(url(cast, "/favour"), {"title": "A second logo"}, status=400)
    assert drafts.draft_of(cast.project) is None


def test_reading_changes_nothing(cast, signed_in):
    before = cast.project.version
    for path in ("", "/addition", "/favour", "/preview"):
        signed_in.get(url(cast, path))
    signed_in.get(milestone_url(cast))
    cast.project = type(cast.project).get_by_id(cast.project.id)
    assert cast.project.version == before
    assert drafts.draft_of(cast.project) is None


def test_the_owner_counter_signs_a_change(cast, signed_in):
    drafts.add(cast.project, the.terms(title="Newsletter", price=120_000), None, the.NOW)
    order = changes.signed(cast)
    page = signed_in.get(f"/projects/{cast.project.id}/agreement").text
    assert "Change 1" in page
    assert "change 1 of “Content strategy”" in page
    form = {
        "name": "Alice", "agreed": "y", "consented": "y", "password": the.PASSWORD,
        "version": str(order.version), "shown": order.document.file.sha256, "key": "k",
    }  # fmt: skip
    signed_in.post(f"/projects/{cast.project.id}/agreement/countersignature", form)
    the.seal(type(order).get_by_id(order.id))
    page = signed_in.get(f"/projects/{cast.project.id}").text
    assert "Value of the contract" in page
    assert "$11,200.00" in page


def test_a_declined_change_is_proposed_again(cast, signed_in, stranger):
    changes_draft(cast)
    order = changes.sent(cast)
    agreements.decline(order, "Not so", cast.contact, the.NOW)
    page = signed_in.get(f"/projects/{cast.project.id}/agreement?version={order.version}").text
    assert "Propose it again" in page
    stranger.post(url(cast, "/repetition"), {"version": str(order.version)}, status=404)
    back = signed_in.post(url(cast, "/repetition"), {"version": str(order.version)})
    assert "A second logo" in signed_in.follow(back).text


def test_a_wish_beyond_the_rounds_is_a_prefilled_change_order(signed_in, alice):
    german = the.client(alice, language="de")
    cast = the.submitted(the.terms(rounds=0), of=alice, for_client=german)
    unmet = {cast.milestone.criteria[1].id: "Also in French"}
    judgement = judging.Judgement(unmet=unmet, note="One more thing")
    judging.judge(cast.milestone, judgement, judging.Rest.IS_ASKED, cast.contact, the.NOW)
    page = signed_in.get(f"/projects/{cast.project.id}/changes").text
    assert "Beyond the agreed rounds." in page
    [wish] = cast.project.change_requests
    answer = signed_in.post(f"/change-requests/{wish.id}/taking-up")
    page = signed_in.follow(answer).text
    # The client is to sign it, so that its name is in their language.
    assert "Weitere Änderungen an „Strategy document approved“" in page
    assert "Place in the plan" in page
    assert "One more thing" in page and "Also in French</textarea>" in page
    typed = {"title": "In French", "criteria": "Also in French", "price": "400"}
    typed |= {"review_days": "5", "rounds": "2"}
    signed_in.post(answer.headers["Location"], typed)
    [change] = Change.of(cast.project)
    assert change.terms["price"] == 40_000
    assert cast.milestone.state == "submitted"


MEASURED = {
    "title": "Sign-ups doubled",
    "criteria": "The page is live",
    "metric_share": "40",
    "metric_name": "Sign-ups",
    "metric_unit": "a week",
    "metric_baseline": "100",
    "metric_target": "200.5",
    "metric_from": "2026-12-01",
    "metric_to": "2026-12-31",
    "metric_fallback": "500.00",
}


def test_a_milestone_is_added_with_a_share_that_a_measure_decides(cast, signed_in):
    here = url(cast, "/addition")
    signed_in.get(here)
    page = signed_in.post(here, {**TERMS, **MEASURED, "metric_target": ""}, status=422).text
    assert "Say which share a measure decides" in page and 'value="Sign-ups"' in page
    signed_in.post(here, {**TERMS, **MEASURED})
    [change] = Change.select()
    page = signed_in.get(f"{here}?change={change.id}").text
    assert 'value="200.5"' in page and 'value="2026-12-31"' in page
    page = signed_in.get(url(cast, "/sending")).text
    assert "By its measure" in page and "Jan 14, 2027" in page
    printed = pdf.compose("change_order.html", versions.read(changes.in_force(cast)), "en")
    assert "read from Dec 1, 2026 to Dec 31, 2026" in printed
    [trigger] = [row for row in Trigger.select() if row.kind == TriggerKind.ON_METRIC]
    assert (trigger.measure["target"], trigger.measure["fallback"]) == (200_500, 50_000)
