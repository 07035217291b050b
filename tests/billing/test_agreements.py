"""Agreements from sending to their end: frozen as shown, moved only along the agreed ways."""

from datetime import date, datetime
from hashlib import sha256

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as some

from billing import events
from billing.agreeing import agreements, composing, freezing
from billing.agreeing.agreements import PlanChanged
from billing.planning import plan
from billing.refusals import Incomplete, NotYours, PlanLocked, ReasonMissing, Refusal
from models import (
    Agreement,
    AgreementState,
    Delivery,
    Link,
    Milestone,
    Project,
    ProjectState,
)
from tests import cast as the
from tests.cast import NOW, PDF
from tests.properties import stateful

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

texts = some.text(some.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=60)
plans = some.lists(
    some.builds(
        plan.Terms,
        title=texts,
        deliverable=texts,
        criteria=some.lists(texts, min_size=1, max_size=3).map(tuple),
        price=some.integers(0, 10**9),
        review_days=some.integers(3, 14),
        billing=some.builds(plan.Billing, signing_share=some.integers(0, 10000)),
    ),
    min_size=1,
    max_size=4,
)
bodies = some.lists(
    some.one_of(texts, some.sampled_from(["{client}", "{total} in {terms_days}", "{rounds} {x"])),
    max_size=4,
)


def letters(project: Project) -> list[str]:
    written = Delivery.select().where(Delivery.project == project.id).order_by(Delivery.id)
    return [row.kind for row in written]


def prepared():
    """An agreement whose PDF is being made."""
    owner = the.owner()
    agreement = agreements.compose(the.project(owner), NOW)
    agreements.send(agreement, owner, NOW)
    return owner, Agreement.get_by_id(agreement.id)


@stateful
@given(planned=plans, written=bodies)
def test_what_is_frozen_is_what_was_previewed(planned, written):
    owner = the.owner()
    project = the.project(owner, *planned)
    clauses = [
        {"key": f"own-{n}", "heading": "Clause", "body": body, "on": True}
        for n, body in enumerate(written)
    ]
    agreement = composing.revise(
        project, clauses, composing.proposal(project, NOW).signer, None, NOW
    )
    shown = freezing.payload(agreement, NOW)
    if agreements.missing(agreement, NOW):
        return
    agreements.send(agreement, owner, NOW, seen=freezing.digest(shown))

    stored = Agreement.get_by_id(agreement.id)
    assert agreements.read(stored) == shown
    assert bytes(stored.payload) == rfc8785.dumps(shown)
    assert stored.payload_sha256 == sha256(stored.payload).hexdigest()
    assert shown["totals"]["net"] == sum(row["price"] for row in shown["milestones"])
    for row in shown["milestones"]:
        assert sum(trigger["amount"] for trigger in row["triggers"]) == row["price"]


def test_sending_locks_the_plan_and_asks_for_the_document():
    owner, agreement = prepared()
    project = Project.get_by_id(agreement.project_id)
    assert (agreement.state, project.state) == (AgreementState.PREPARING, ProjectState.OFFERED)
    assert letters(project) == ["agreement"]
    assert Link.get().contact == agreement.signer
    with pytest.raises(PlanLocked):
        plan.add(project)
    agreements.deliver(agreement, PDF, owner, NOW)
    assert letters(project) == ["agreement", "agreement_sent"]
    assert events.broken_link(project) is None


def test_a_plan_changed_since_it_was_shown_is_not_sent():
    owner = the.owner()
    project = the.project(owner)
    agreement = agreements.compose(project, NOW)
    seen = freezing.digest(freezing.payload(agreement, NOW))
    row = Milestone.live(project).first()
    plan.revise(row, the.terms(price=1), row.revision)
    with pytest.raises(PlanChanged):
        agreements.send(agreement, owner, NOW, seen)
    assert Agreement.get().state == AgreementState.DRAFT


def test_the_day_alone_does_not_make_another_document():
    agreement = agreements.compose(the.project(the.owner()), NOW)
    today, tomorrow = (freezing.payload(agreement, at) for at in (NOW, the.later(days=1)))
    assert today != tomorrow
    assert freezing.digest(today) == freezing.digest(tomorrow)


def test_what_is_frozen_is_the_draft_as_saved_last():
    owner = the.owner()
    project = the.project(owner)
    stale = agreements.compose(project, NOW)
    composing.revise(project, [], stale.signer, None, NOW)
    agreements.send(stale, owner, NOW)
    assert agreements.read(Agreement.get())["clauses"] == []


def test_an_incomplete_agreement_is_refused_with_what_is_missing():
    owner = the.owner()
    agreement = agreements.compose(the.project(owner, the.terms(price=None)), NOW)
    with pytest.raises(Incomplete) as refused:
        agreements.send(agreement, owner, NOW)
    assert [each.where for each in refused.value.facts["missing"]] == ["plan"]


def test_only_the_signers_reading_counts_and_only_once():
    cast = the.offered()
    other = the.contact(cast.project.client, name="Dora")
    agreements.view(cast.agreement, other, NOW)
    assert Agreement.get().state == AgreementState.SENT
    agreements.view(cast.agreement, cast.contact, NOW)
    agreements.view(cast.agreement, cast.contact, NOW)
    assert [told.kind for told in events.history(cast.project)].count("agreement.viewed") == 1


def test_only_the_signer_may_decline_and_says_why():
    cast = the.offered()
    with pytest.raises(NotYours):
        agreements.decline(cast.agreement, "No", the.contact(cast.project.client), NOW)
    with pytest.raises(ReasonMissing):
        agreements.decline(cast.agreement, " ", cast.contact, NOW)
    agreements.decline(cast.agreement, " Too dear ", cast.contact, NOW)
    assert agreements.ending(cast.agreement).facts["reason"] == "Too dear"
    assert Project.get_by_id(cast.project.id).state == ProjectState.DRAFT


def test_withdrawing_before_the_client_heard_of_it_tells_nobody():
    owner, agreement = prepared()
    agreements.void(agreement, owner, NOW)
    assert "agreement_voided" not in letters(agreement.project)
    with pytest.raises(Refusal):
        agreements.deliver(agreement, PDF, owner, NOW)


def test_withdrawing_tells_the_client_and_opens_the_plan():
    cast = the.offered()
    agreements.void(cast.agreement, cast.owner, NOW)
    assert "agreement_voided" in letters(cast.project)
    project = Project.get_by_id(cast.project.id)
    plan.add(project)
    again = agreements.compose(project, NOW)
    assert (again.version, again.state) == (2, AgreementState.DRAFT)


def offered_until(day: date, zone: str):
    owner = the.owner(timezone=zone)
    project = the.project(owner)
    draft = composing.proposal(project, NOW)
    agreement = composing.revise(project, draft.clauses, draft.signer, day, NOW)
    agreements.send(agreement, owner, NOW)
    agreements.deliver(agreement, PDF, owner, NOW)
    return Agreement.get_by_id(agreement.id)


@pytest.mark.parametrize(
    ("zone", "stands", "ends"),
    [
        ("America/New_York", (2026, 11, 26, 4, 59), (2026, 11, 26, 5, 0)),
        ("UTC", (2026, 11, 25, 23, 59), (2026, 11, 26, 0, 0)),
        ("Pacific/Kiritimati", (2026, 11, 25, 9, 59), (2026, 11, 25, 10, 0)),
    ],
)
def test_an_offer_expires_when_its_last_day_ends_where_the_seller_is(zone, stands, ends):
    agreement = offered_until(date(2026, 11, 25), zone)
    assert agreements.expire_lapsed(datetime(*stands)) == 0
    assert agreements.expire_lapsed(datetime(*ends)) == 1
    assert agreements.expire_lapsed(datetime(*ends)) == 0
    assert Agreement.get().state == AgreementState.EXPIRED
    assert Project.get().state == ProjectState.DRAFT
    assert letters(agreement.project)[-2:] == ["agreement_expired", "agreement_expired_unsigned"]
    assert agreements.ending(agreement).party == "clock"


def test_an_offer_without_a_last_day_stays_open():
    the.offered()
    assert agreements.expire_lapsed(the.later(days=4000)) == 0
