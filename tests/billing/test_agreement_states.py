"""Every verb of an agreement in every state: the agreed ways are open, all others refused."""

from itertools import count

import pytest

from billing import events
from billing.agreeing import agreements, composing, signing
from billing.refusals import AlreadySent, Refusal
from models import Agreement, Project, Signature
from models import AgreementState as S
from tests import cast as the
from tests.cast import NOW, PDF

pytestmark = pytest.mark.usefixtures("database")

serial = count()


def intent(agreement: Agreement) -> signing.Intent:
    shown = agreement.document.file.sha256 if agreement.document else ""
    return signing.Intent(
        "Somebody", shown, "I agree", "I consent", True, True, f"key{next(serial)}"
    )


VERBS = {
    "revise": lambda cast, row: composing.revise(row.project, [], cast.contact, None, NOW),
    "send": lambda cast, row: agreements.send(row, cast.owner, NOW),
    "deliver": lambda cast, row: agreements.deliver(row, PDF, cast.owner, NOW),
    "view": lambda cast, row: agreements.view(row, cast.contact, NOW),
    "sign": lambda cast, row: signing.sign(row, intent(row), cast.contact, NOW),
    "countersign": lambda cast, row: signing.countersign(row, intent(row), cast.owner, NOW),
    "seal": lambda cast, row: the.seal(row),
    "decline": lambda cast, row: agreements.decline(row, "No", cast.contact, NOW),
    "void": lambda cast, row: agreements.void(row, cast.owner, NOW),
    "expire": lambda cast, row: agreements.expire(row, NOW),
}

WAYS = {
    ("revise", S.DRAFT): S.DRAFT,
    ("send", S.DRAFT): S.PREPARING,
    ("deliver", S.PREPARING): S.SENT,
    ("view", S.SENT): S.VIEWED,
    ("sign", S.SENT): S.CLIENT_SIGNED,
    ("sign", S.VIEWED): S.CLIENT_SIGNED,
    ("countersign", S.CLIENT_SIGNED): S.COUNTERSIGNED,
    ("seal", S.COUNTERSIGNED): S.ACTIVE,
    ("decline", S.SENT): S.DECLINED,
    ("decline", S.VIEWED): S.DECLINED,
    ("void", S.PREPARING): S.VOIDED,
    ("void", S.SENT): S.VOIDED,
    ("void", S.VIEWED): S.VOIDED,
    ("void", S.CLIENT_SIGNED): S.VOIDED,
    ("expire", S.SENT): S.EXPIRED,
    ("expire", S.VIEWED): S.EXPIRED,
    ("expire", S.CLIENT_SIGNED): S.EXPIRED,
}

STEPS = {
    S.DRAFT: (),
    S.PREPARING: ("send",),
    S.SENT: ("send", "deliver"),
    S.VIEWED: ("send", "deliver", "view"),
    S.CLIENT_SIGNED: ("send", "deliver", "sign"),
    S.COUNTERSIGNED: ("send", "deliver", "sign", "countersign"),
    S.ACTIVE: ("send", "deliver", "sign", "countersign", "seal"),
    S.AMENDED: ("send", "deliver", "sign", "countersign", "seal"),
    S.TERMINATED: ("send", "deliver", "sign", "countersign", "seal"),
    S.DECLINED: ("send", "deliver", "decline"),
    S.EXPIRED: ("send", "deliver", "expire"),
    S.VOIDED: ("send", "deliver", "void"),
}


def brought_to(state: S) -> the.Engagement:
    """An engagement whose agreement is in `state`; what no verb leads to yet is set."""
    owner = the.owner()
    project = the.project(owner)
    agreement = agreements.compose(project, NOW)
    cast = the.Engagement(owner, project, agreement.signer, agreement)
    for verb in STEPS[state]:
        VERBS[verb](cast, Agreement.get_by_id(agreement.id))
    Agreement.update(state=state).where(Agreement.id == agreement.id).execute()
    cast.agreement = Agreement.get_by_id(agreement.id)
    return cast


def record(project: Project) -> tuple[int, int, str]:
    state = Project.get_by_id(project.id).state
    return len(events.history(project)), Signature.select().count(), state


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("verb", VERBS)
def test_an_agreement_moves_only_along_its_ways(verb, state):
    cast = brought_to(state)
    before = record(cast.project)
    to = WAYS.get((verb, state))
    if to:
        VERBS[verb](cast, cast.agreement)
    elif verb == "view" or (verb == "revise" and state in agreements.ENDED):
        # Reading again is nothing new; what ended is followed by a next version.
        VERBS[verb](cast, cast.agreement)
    else:
        with pytest.raises(Refusal):
            VERBS[verb](cast, cast.agreement)
    assert Agreement.get_by_id(cast.agreement.id).state == (to or state)
    assert to or record(cast.project) == before
    assert events.broken_link(cast.project) is None


@pytest.mark.parametrize("state", agreements.ENDED)
def test_the_plan_is_open_again_after_an_offer_ended(state):
    cast = brought_to(state)
    assert agreements.compose(cast.project, NOW).version == 2
    with pytest.raises(AlreadySent):
        agreements.send(cast.agreement, cast.owner, NOW)
