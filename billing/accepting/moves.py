"""A milestone's moves: the one table of who may take it from which state to which.

Every verb that moves a milestone does it by `make`, a compare-and-set in the verb's transaction.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from billing import states
from billing.actors import Actor
from billing.outbox import business_of, contacts
from billing.refusals import N_, NotYours, WrongState
from models import Contact, Milestone, Project, User
from models import MilestoneState as S


class Verb(StrEnum):
    """What can be done to a milestone so that its state changes."""

    AGREE = "agree"
    BEGIN = "begin"
    OVERRIDE = "override"
    SUBMIT = "submit"
    ACCEPT = "accept"
    ACCEPT_PART = "accept_part"
    ASK_FOR_CHANGES = "ask_for_changes"
    DEEM = "deem"
    UNDO = "undo"
    UNDO_PART = "undo_part"
    DISPUTE = "dispute"
    REFUSE_CHANGES = "refuse_changes"
    SETTLE = "settle"
    SETTLE_PART = "settle_part"
    SETTLE_REVIEW = "settle_review"
    SETTLE_ROUND = "settle_round"
    SETTLE_NOTHING = "settle_nothing"
    RESUME = "resume"
    RESUME_PART = "resume_part"
    RESUME_ROUND = "resume_round"
    STOP = "stop"
    WITHDRAW = "withdraw"
    SUPERSEDE = "supersede"


class Who(StrEnum):
    """Who makes a move.

    `BOTH` and `SYSTEM` follow from a deed of anybody's that is checked elsewhere: the second
    signature (by its seal), a payment. `CLIENT` is any contact of the client, the others in
    their role.
    """

    OWNER = "owner"
    SIGNER = "signer"
    APPROVER = "approver"
    CLIENT = "client"
    CLOCK = "clock"
    BOTH = "both"
    SYSTEM = "system"


class Move(NamedTuple):
    who: tuple[Who, ...]
    sources: tuple[S, ...]
    to: S


IN_REVIEW = (S.SUBMITTED, S.PARTLY_ACCEPTED)
OPEN = (S.AGREED, S.ACTIVE, *IN_REVIEW, S.CHANGES_REQUESTED, S.DISPUTED)
UNDECIDED = (S.AGREED, S.ACTIVE, S.CHANGES_REQUESTED)
DECIDED = (S.ACCEPTED, S.PARTLY_ACCEPTED)
UNDOABLE = (*DECIDED, S.CHANGES_REQUESTED)
IN_WORK = (S.ACTIVE, S.CHANGES_REQUESTED)
BOTH_SIDES = (Who.OWNER, Who.APPROVER)

# fmt: off
TABLE: dict[Verb, Move] = {
    # verb                     who may                      from                 to
    Verb.AGREE:           Move((Who.BOTH,),                (S.DRAFT,),         S.AGREED),
    Verb.BEGIN:           Move((Who.SYSTEM,),              (S.AGREED,),        S.ACTIVE),
    Verb.OVERRIDE:        Move((Who.OWNER,),               (S.AGREED,),        S.ACTIVE),
    Verb.SUBMIT:          Move((Who.OWNER,),               IN_WORK,            S.SUBMITTED),
    Verb.ACCEPT:          Move((Who.APPROVER,),            IN_REVIEW,          S.ACCEPTED),
    Verb.ACCEPT_PART:     Move((Who.APPROVER,),            IN_REVIEW,          S.PARTLY_ACCEPTED),
    Verb.ASK_FOR_CHANGES: Move((Who.APPROVER,),            IN_REVIEW,          S.CHANGES_REQUESTED),
    Verb.DEEM:            Move((Who.CLOCK,),               IN_REVIEW,          S.DEEMED_ACCEPTED),
    Verb.UNDO:            Move((Who.APPROVER,),            UNDOABLE,           S.SUBMITTED),
    Verb.UNDO_PART:       Move((Who.APPROVER,),            UNDOABLE,           S.PARTLY_ACCEPTED),
    Verb.DISPUTE:         Move(BOTH_SIDES,                 IN_REVIEW,          S.DISPUTED),
    Verb.REFUSE_CHANGES:  Move((Who.OWNER,),               (S.CHANGES_REQUESTED,), S.DISPUTED),
    Verb.SETTLE:          Move(BOTH_SIDES,                 (S.DISPUTED,),      S.ACCEPTED),
    Verb.SETTLE_PART:     Move(BOTH_SIDES,                 (S.DISPUTED,),      S.PARTLY_ACCEPTED),
    Verb.SETTLE_REVIEW:   Move(BOTH_SIDES,                 (S.DISPUTED,),      S.SUBMITTED),
    Verb.SETTLE_ROUND:    Move(BOTH_SIDES,                 (S.DISPUTED,),      S.CHANGES_REQUESTED),
    Verb.SETTLE_NOTHING:  Move(BOTH_SIDES,                 (S.DISPUTED,),      S.CANCELLED),
    Verb.RESUME:          Move(BOTH_SIDES,                 (S.DISPUTED,),      S.SUBMITTED),
    Verb.RESUME_PART:     Move(BOTH_SIDES,                 (S.DISPUTED,),      S.PARTLY_ACCEPTED),
    Verb.RESUME_ROUND:    Move(BOTH_SIDES,                 (S.DISPUTED,),      S.CHANGES_REQUESTED),
    Verb.STOP:            Move((Who.OWNER, Who.SIGNER),    OPEN,               S.CANCELLED),
    Verb.WITHDRAW:        Move((Who.CLIENT,),              OPEN,               S.CANCELLED),
    Verb.SUPERSEDE:       Move((Who.BOTH,),                UNDECIDED,          S.SUPERSEDED),
}
# fmt: on


class OutOfTurn(WrongState):
    """A move that the table does not have; its sentence says how things stand.

    Facts: `title`, `state`, `verb`.
    """


class AlreadyAccepted(OutOfTurn):
    sentence = N_("“%(title)s” is already accepted.")


class AlreadyAsked(OutOfTurn):
    sentence = N_(
        "Changes to “%(title)s” were already asked for. It is decided on when it is handed over"
        " again."
    )


class AlreadyDisputed(OutOfTurn):
    sentence = N_("“%(title)s” is disputed. It goes on once both sides have settled that.")


class OnlyByItself(NotYours):
    sentence = N_("Nobody does this by hand: it happens by itself when its time has come.")


STANDING: dict[str, str] = {
    S.DRAFT: N_("“%(title)s” is not agreed yet. Both sides sign it first."),
    S.AGREED: N_("Work on “%(title)s” has not begun yet."),
    S.ACTIVE: N_("“%(title)s” is being worked on. It has not been handed over yet."),
    S.SUBMITTED: N_("“%(title)s” was handed over and awaits acceptance."),
    S.PARTLY_ACCEPTED: N_("A part of “%(title)s” is accepted. The rest awaits acceptance."),
    S.CHANGES_REQUESTED: AlreadyAsked.sentence,
    S.ACCEPTED: AlreadyAccepted.sentence,
    S.DEEMED_ACCEPTED: N_(
        "“%(title)s” already counts as accepted, as the time to review it has passed."
    ),
    S.DISPUTED: AlreadyDisputed.sentence,
    S.CANCELLED: N_("“%(title)s” was stopped, so nothing more happens to it."),
    S.SUPERSEDED: N_("“%(title)s” was replaced by a change that both sides have signed."),
}
"""Why most moves cannot be made from a state."""

KINDS: dict[str, type[OutOfTurn]] = {
    S.ACCEPTED: AlreadyAccepted,
    S.DEEMED_ACCEPTED: AlreadyAccepted,
    S.CHANGES_REQUESTED: AlreadyAsked,
    S.DISPUTED: AlreadyDisputed,
}
"""Refusals that callers tell apart."""

BEGUN = N_("Work on “%(title)s” has already begun.")

NOTHING_ACCEPTED = N_("Nothing of “%(title)s” is accepted, so there is nothing to undo.")

SAID: dict[tuple[Verb, str], str] = {
    **{(Verb.OVERRIDE, state): BEGUN for state in (S.ACTIVE, *IN_REVIEW, S.CHANGES_REQUESTED)},
    **{(verb, S.SUBMITTED): NOTHING_ACCEPTED for verb in (Verb.UNDO, Verb.UNDO_PART)},
    (Verb.SUPERSEDE, S.SUBMITTED): N_(
        "“%(title)s” was handed over. It is answered before it can be replaced."
    ),
}
"""What is said instead where the way on is another one."""


def may(verb: Verb, milestone: Milestone) -> bool:
    """Whether a milestone as it stands could make this move, by whoever may."""
    return milestone.state in TABLE[verb].sources


def make(milestone: Milestone, verb: Verb, by: Actor) -> None:
    """Move a milestone; exactly one caller wins. Runs in the caller's write().

    Refuses NotYours and OutOfTurn (AlreadyAccepted, AlreadyAsked), each with what explains it.
    """
    refuse_others(milestone.project, verb, by)
    _, sources, to = TABLE[verb]
    try:
        states.move(milestone, *sources, to=to)
    except WrongState as refused:
        raise _out_of_turn(milestone, verb, refused.facts["state"]) from refused


def refuse_out_of_turn(milestone: Milestone, verb: Verb) -> None:
    """Refuse OutOfTurn where the milestone as it is stored could not make this move."""
    state = Milestone.select(Milestone.state).where(Milestone.id == milestone.id).scalar()
    if state not in TABLE[verb].sources:
        raise _out_of_turn(milestone, verb, state)


def _out_of_turn(milestone: Milestone, verb: Verb, state: str) -> OutOfTurn:
    kind = KINDS.get(state, OutOfTurn)
    refusal = kind(title=milestone.title, state=state, verb=verb)
    refusal.sentence = SAID.get((verb, state), STANDING[state])
    return refusal


def refuse_others(project: Project, verb: Verb, by: Actor) -> None:
    """Refuse NotYours to everybody who is not among those that make this move."""
    who = TABLE[verb].who
    if any(_is(each, project, by) for each in who):
        return
    if who == (Who.CLOCK,):
        raise OnlyByItself
    raise NotYours(role=", ".join(name for each in who for name in _names(each, project)))


def _is(who: Who, project: Project, by: Actor) -> bool:
    if who in (Who.BOTH, Who.SYSTEM):
        return True
    if isinstance(by, User):
        return who == Who.OWNER and by.id == project.owner_id
    if isinstance(by, Contact):
        roles = {Who.SIGNER: by.is_signer, Who.APPROVER: by.is_approver, Who.CLIENT: True}
        return bool(by.client_id == project.client_id and roles.get(who))
    return who == Who.CLOCK


def _names(who: Who, project: Project) -> Iterable[str]:
    """How a refusal names those who may."""
    if who == Who.OWNER:
        return [str(business_of(project).name)]
    if who == Who.CLIENT:
        return [str(project.client.name)]
    named = [contact.name for contact in contacts(project, str(who))]
    return named or [str(project.client.name)]
