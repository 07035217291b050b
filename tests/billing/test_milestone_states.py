"""Every verb of a milestone by everybody in every state: allowed, or refused with its sentence."""

import ast
from pathlib import Path

import pytest

from billing.accepting import gates, moves, reviews, submissions
from billing.actors import CLOCK
from billing.disputing import disputes
from billing.ending import stopping
from billing.refusals import NotYours, Refusal
from models import Milestone, MilestoneState, db
from tests import cast as the
from tests.cast import NOW

pytestmark = pytest.mark.usefixtures("database")

# As product.md has it: what is not here cannot be done.
WAYS = """
draft              both signing   agree            agreed
agreed             anybody        begin            active
agreed             owner          override         active
active             owner          submit           submitted
changes_requested  owner          submit           submitted
submitted          approver       accept           accepted
partly_accepted    approver       accept           accepted
submitted          approver       accept_part      partly_accepted
partly_accepted    approver       accept_part      partly_accepted
submitted          approver       ask_for_changes  changes_requested
partly_accepted    approver       ask_for_changes  changes_requested
submitted          clock          deem             deemed_accepted
partly_accepted    clock          deem             deemed_accepted
accepted           approver       undo             submitted
partly_accepted    approver       undo             submitted
accepted           approver       undo_part        partly_accepted
partly_accepted    approver       undo_part        partly_accepted
changes_requested  approver       undo             submitted
changes_requested  approver       undo_part        partly_accepted
submitted          owner approver dispute          disputed
partly_accepted    owner approver dispute          disputed
changes_requested  owner          refuse_changes   disputed
disputed           owner approver settle           accepted
disputed           owner approver settle_part      partly_accepted
disputed           owner approver settle_review    submitted
disputed           owner approver settle_round     changes_requested
disputed           owner approver settle_nothing   cancelled
disputed           owner approver resume           submitted
disputed           owner approver resume_part      partly_accepted
disputed           owner approver resume_round     changes_requested
agreed             both signing   supersede        superseded
active             both signing   supersede        superseded
changes_requested  both signing   supersede        superseded
agreed             owner signer   stop             cancelled
active             owner signer   stop             cancelled
submitted          owner signer   stop             cancelled
changes_requested  owner signer   stop             cancelled
partly_accepted    owner signer   stop             cancelled
disputed           owner signer   stop             cancelled
agreed             any contact    withdraw         cancelled
active             any contact    withdraw         cancelled
submitted          any contact    withdraw         cancelled
changes_requested  any contact    withdraw         cancelled
partly_accepted    any contact    withdraw         cancelled
disputed           any contact    withdraw         cancelled
"""

ACTORS = ("owner", "other owner", "signer", "approver", "payer", "other client's", "clock")
PARTIES = {
    "owner": {"owner"},
    "owner signer": {"owner", "signer"},
    "owner approver": {"owner", "approver"},
    "approver": {"approver"},
    "any contact": {"signer", "approver", "payer"},
    "clock": {"clock"},
    # Who signs or pays last is checked where that is done.
    "both signing": set(ACTORS),
    "anybody": set(ACTORS),
}

# What somebody reads who may, but not now.
SAID = {
    "draft": "Both sides sign it first",
    "agreed": "has not begun yet",
    "active": "not been handed over yet",
    "submitted": "awaits acceptance",
    "changes_requested": "Changes to “It” were already asked for",
    "partly_accepted": "The rest awaits acceptance",
    "accepted": "is already accepted",
    "deemed_accepted": "already counts as accepted",
    "disputed": "once both sides have settled that",
    "cancelled": "was stopped",
    "superseded": "replaced by a change",
}

BEGUN = ("active", "submitted", "partly_accepted", "changes_requested")
SAID_INSTEAD = {
    **{("override", state): "has already begun" for state in BEGUN},
    **{(verb, "submitted"): "nothing to undo" for verb in ("undo", "undo_part")},
    ("supersede", "submitted"): "It is answered before it can be replaced",
}

# What somebody reads who may not at all.
NAMED = {
    "owner": "Only Alice Writes LLC may do this.",
    "owner signer": "Only Alice Writes LLC, Sigrid may do this.",
    "owner approver": "Only Alice Writes LLC, Ada may do this.",
    "approver": "Only Ada may do this.",
    "any contact": "Only Cleo GmbH may do this.",
    "clock": "happens by itself",
}

DEEDS = {
    "override": lambda row, by: gates.override(row, by, NOW),
    "submit": lambda row, by: submissions.submit(row, "", [], the.shown(row), by, NOW),
    "accept": lambda row, by: reviews.accept(row, by, NOW),
    "accept_part": lambda row, by: reviews.accept(row, by, NOW, met=[row.criteria[0].id]),
    "ask_for_changes": lambda row, by: reviews.ask_for_changes(
        row, "More", [row.criteria[0].id], by, NOW
    ),
    "dispute": lambda row, by: disputes.dispute(row, [row.criteria[0].id], "No", by, NOW),
    "refuse_changes": lambda row, by: disputes.refuse_changes(
        row, [row.criteria[0].id], "No", by, NOW
    ),
    "stop": lambda row, by: stopping.stop(row.project, "", _mark(row), by, NOW),
}


def _mark(milestone: Milestone) -> str:
    price = stopping.price(milestone.project, NOW)
    return price.mark if price else ""


def ways() -> dict[tuple[str, str], tuple[str, str]]:
    """(who, to) by verb and state."""
    found = {}
    for line in WAYS.strip().splitlines():
        state, *who, verb, to = line.split()
        assert (verb, state) not in found, "one way from each state by each verb"
        found[verb, state] = (" ".join(who), to)
    return found


def who_by_verb() -> dict[str, str]:
    return {verb: who for (verb, _state), (who, _to) in ways().items()}


@pytest.fixture
def cast(database):
    return the.submitted(the.terms(title="It"))


@pytest.fixture
def everybody(cast):
    at = cast.project.client
    type(cast.contact).update(is_approver=False, is_signer=False).execute()
    of_others = the.contact(the.client(the.owner()), name="Otto")

    def one(name: str, role: str) -> object:
        roles = {f"is_{each}": each == role for each in ("signer", "approver", "payer")}
        return the.contact(at, name=name, **roles)

    people = [
        cast.owner,
        the.owner(),
        one("Sigrid", "signer"),
        one("Ada", "approver"),
        one("Paul", "payer"),
        of_others,
        CLOCK,
    ]
    return dict(zip(ACTORS, people, strict=True))


def tried(deed, state: str) -> tuple[str, Refusal | None]:
    """The state after a deed, and how it was refused; all is as it was before afterwards."""
    with db.atomic() as transaction:
        Milestone.update(state=state).execute()
        milestone = Milestone.get()
        refusal = None
        try:
            deed(milestone)
        except Refusal as refused:
            refusal = refused
        after = Milestone.get().state
        transaction.rollback()
    return after, refusal


@pytest.mark.parametrize("verb", moves.Verb)
def test_a_milestone_moves_only_along_its_ways(cast, everybody, verb):
    who = who_by_verb()[verb]
    for state in MilestoneState:
        for name, by in everybody.items():
            after, refusal = tried(lambda row, by=by: moves.make(row, verb, by), state)
            case = f"{name} {verb} {state}"
            if name not in PARTIES[who]:
                assert after == state and isinstance(refusal, NotYours), case
                assert NAMED[who] in str(refusal), case
            elif (verb, state) in ways():
                assert (after, refusal) == (ways()[verb, state][1], None), case
            else:
                assert after == state and isinstance(refusal, moves.OutOfTurn), case
                assert refusal.status == 409 and "“It”" in str(refusal), case
                assert SAID_INSTEAD.get((verb, state), SAID[state]) in str(refusal), case


@pytest.mark.parametrize("verb", DEEDS)
def test_the_verbs_themselves_keep_to_it(cast, everybody, verb):
    who = who_by_verb()[verb]
    for state in MilestoneState:
        for name, by in everybody.items():
            after, refusal = tried(lambda row, by=by: DEEDS[verb](row, by), state)
            case = f"{name} {verb} {state}"
            if name in PARTIES[who] and (verb, state) in ways():
                assert (after, refusal) == (ways()[verb, state][1], None), case
            else:
                assert after == state and refusal is not None and str(refusal), case


def test_every_move_is_in_the_table_and_every_state_is_explained():
    assert set(who_by_verb()) == set(moves.Verb) == set(moves.TABLE)
    assert set(moves.STANDING) == set(MilestoneState)


def test_nobody_else_moves_a_milestone():
    """Only the table names the state that a milestone comes to; books are only thought of."""
    for path in sorted(Path("billing").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text())):
            for word in getattr(call, "keywords", []) if isinstance(call, ast.Call) else []:
                if word.arg in ("to", "state") and "MilestoneState" in ast.unparse(word.value):
                    what = ast.unparse(call)
                    # A copy of a row moves nothing.
                    allowed = what.startswith(("Milestone.create(", "replace("))
                    assert allowed, f"{path}: {what}"
