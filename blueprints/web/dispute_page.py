"""The pages of a dispute, alike for both sides: raising it, what stands, and making an offer."""

from dataclasses import dataclass
from typing import Any

from flask import Response, abort, request, url_for
from flask_babel import gettext as _

from billing import clock
from billing.accepting import reviews, submissions, verdicts
from billing.disputing import (
    disputes,
    effects,
    offers,
    settling,
    standpoint,
    summaries,
    withdrawing,
)
from billing.invoicing import charges
from billing.outbox import business_of
from billing.refusals import Refusal
from blueprints.web.dispute_forms import AnswerForm, DisputeForm, OfferForm, offer_form
from blueprints.web.downloads import download
from blueprints.web.errors import words
from blueprints.web.hypermedia import go, page, refuse
from models import Contact, Dispute, Milestone, MilestoneState, Side, SplitOffer, User

PAGES = {
    "disputing": ("disputes/disputing.html", "portal/disputing.html"),
    "dispute": ("disputes/dispute.html", "portal/dispute.html"),
    "offering": ("disputes/offering.html", "portal/offering.html"),
}
"""The owner's and the client's."""


@dataclass(frozen=True)
class Place:
    """Where a side stands: who reads, of which milestone, and where its pages are.

    `may` is whether the reader may act for that side.
    """

    by: User | Contact
    milestone: Milestone
    arguments: dict[str, Any]
    home: str
    may: bool

    @property
    def side(self) -> Side:
        return standpoint.of(self.by)

    @property
    def project(self) -> Any:
        return self.milestone.project

    @property
    def currency(self) -> str:
        return str(self.project.currency)

    def url(self, what: str, **values: Any) -> str:
        room = "disputes" if self.side == Side.OWNER else "portal_disputes"
        return url_for(f"{room}.{what}", **self.arguments, **values)

    def template(self, what: str) -> str:
        return PAGES[what][self.side == Side.CLIENT]

    def name(self, side: str) -> str:
        """What a side is called."""
        return standpoint.name(Side(side), self.project)

    @property
    def other(self) -> str:
        return self.name(standpoint.other(self.side))


def show(place: Place) -> Response:
    """The dispute, or what disputing would do where there is none."""
    if disputes.may(place.milestone, place.side):
        form = DisputeForm(formdata=None)
        return page(place.template("disputing"), **_raising(place, form))
    return page(place.template("dispute"), **_standing(place, AnswerForm(formdata=None)))


def dispute(place: Place) -> Response:
    """Raise it; what was chosen and typed comes back where that is refused."""
    form, chosen = DisputeForm(), _chosen()
    if not form.validate():
        return _raise_again(place, form, 422)
    asked = place.milestone.state == MilestoneState.CHANGES_REQUESTED
    verb: Any = disputes.refuse_changes if asked and place.side == "owner" else disputes.dispute
    try:
        verb(place.milestone, chosen, form.reason.data, place.by, clock.now(), form.seen.data)
    except Refusal as refusal:
        form.refused(refusal)
        return _raise_again(place, form, refusal.status)
    told = _("It is disputed now. %(name)s is told, and each side can offer a split.")
    return go(place.url("show"), told % {"name": place.other})


def _raise_again(place: Place, form: DisputeForm, status: int) -> Response:
    if not disputes.may(_fresh(place), place.side):
        if _is_raised(place, form):
            # Sent twice: what was wanted is done.
            return go(place.url("show"))
        return _too_late(place, form)
    form.seen.data = form.seen.raw_data = None
    return refuse(place.template("disputing"), status, **_raising(place, form))


def _too_late(place: Place, form: DisputeForm) -> Response:
    """What stands now, with what was typed to be copied."""
    if disputes.latest(place.milestone) is None:
        return refuse(place.template("disputing"), 409, **_raising(place, form))
    answer = AnswerForm(formdata=None)
    answer.form_errors.extend(form.form_errors)
    told = {**_standing(place, answer), "lost": form.reason.data}
    return refuse(place.template("dispute"), 409, **told)


def _is_raised(place: Place, form: DisputeForm) -> bool:
    """Whether what stands is what was just sent, by the same person."""
    found = disputes.standing(place.milestone)
    return found is not None and (
        found.side == place.side
        and found.contact == standpoint.contact(place.by)
        and found.reason == (form.reason.data or "").strip()
    )


def _fresh(place: Place) -> Milestone:
    """What the milestone is by now."""
    found = reviews.milestone(place.project, place.milestone.id) or abort(404)
    place.milestone.state = found.state
    return place.milestone


def _chosen() -> list[int]:
    return request.values.getlist("criteria", type=int)


def _raising(place: Place, form: DisputeForm) -> dict[str, Any]:
    milestone = place.milestone
    still = verdicts.still_open(milestone, verdicts.accepted(milestone))
    chosen = [row.id for row in still if row.id in _chosen()]
    if "criteria" not in request.values and len(still) == 1:
        chosen = [still[0].id]
    newest = submissions.latest(milestone)
    if newest is not None and form.seen.data is None:
        form.seen.data = newest.round
    return {
        **_around(place),
        "form": form,
        "is_open": disputes.may(milestone, place.side),
        "still": still,
        "chosen": chosen,
        "worths": charges.worths(milestone),
        "stakes": disputes.stakes(milestone, chosen, place.side, clock.now()),
    }


def _around(place: Place) -> dict[str, Any]:
    return {
        "place": place,
        "project": place.project,
        "milestone": place.milestone,
        "business": business_of(place.project),
    }


def _standing(place: Place, form: AnswerForm) -> dict[str, Any]:
    found = disputes.latest(_fresh(place)) or abort(404)
    made = sorted(found.offers, key=lambda row: -int(row.number))
    waiting = offers.waiting(found) if found.ended_at is None else None
    effect = effects.of_offer(waiting, clock.now()) if waiting else None
    form.seen.data, form.seen.raw_data = effect.mark if effect else "", None
    return {
        **_around(place),
        "form": form,
        "lost": "",
        "dispute": found,
        "criteria": [row.criterion for row in sorted(found.criteria, key=lambda row: row.id)],
        "worths": charges.worths(place.milestone),
        "waiting": waiting,
        "effect": effect,
        "earlier": [row for row in made if row.answered_at is not None],
        "summary": summaries.newest(found),
        "resumes": withdrawing.leads_to(found) if found.ended_at is None else None,
    }


def answer(place: Place, offer_id: int, takes: bool) -> Response:
    """Take an offer or decline it; where that comes too late, what stands now is shown."""
    form, offer, now = AnswerForm(), _offer(place, offer_id), clock.now()
    try:
        if takes:
            settling.take(offer, place.by, now, form.seen.data or "")
            return go(place.home, _("The dispute about “%(title)s” is settled.", **_titled(place)))
        if not form.validate():
            return refuse(place.template("dispute"), **_standing(place, form))
        offers.decline(offer, form.why.data, place.by, now)
    except Refusal as refusal:
        if takes and isinstance(refusal, offers.OfferTaken):
            # Sent twice, or by somebody else of this side: what was wanted is done.
            return go(place.home, words(refusal), "info")
        if not takes and _offer(place, offer_id).why == (form.why.data or "").strip():
            # By these very words.
            return go(place.url("show"), words(refusal), "info")
        form.refused(refusal)
        return refuse(place.template("dispute"), refusal.status, **_standing(place, form))
    return go(place.url("show"), _("The offer is declined. %(name)s is told.", name=place.other))


def withdraw(place: Place) -> Response:
    """Take it back; where it is over already, what stands now is shown."""
    found = disputes.latest(place.milestone) or abort(404)
    try:
        withdrawing.withdraw(found, place.by, clock.now())
    except standpoint.DisputeOver as late:
        return go(place.url("show"), words(late), "info")
    return go(place.home, _("The dispute about “%(title)s” is withdrawn.", **_titled(place)))


def _titled(place: Place) -> dict[str, str]:
    return {"title": str(place.milestone.title)}


def _offer(place: Place, offer_id: int) -> SplitOffer:
    found = disputes.latest(place.milestone) or abort(404)
    offer = next((row for row in found.offers if row.id == offer_id), None) or abort(404)
    offer.dispute = found
    return offer


def compose(place: Place) -> Response:
    """An offer being thought about: what it does is shown before it is made."""
    found = disputes.standing(place.milestone)
    if found is None:
        return go(place.url("show"))
    form = _form(place, found, only_looks=True)
    return page(place.template("offering"), **_composing(place, found, form))


def make(place: Place) -> Response:
    """Make the offer that was looked at."""
    found = disputes.latest(place.milestone) or abort(404)
    form = _form(place, found)
    if not form.validate():
        return refuse(place.template("offering"), **_composing(place, found, form))
    note, seen = form.note.data or "", form.seen.data
    try:
        offers.make(found, form.wanted, note, place.by, clock.now(), seen)
    except standpoint.DisputeOver as late:
        return go(place.url("show"), words(late), "info")
    except offers.OfferedMeanwhile as late:
        form.seen.data, form.seen.raw_data = _newest(found), None
        # With what follows from it, beside which the note stands.
        told = _composing(place, found, form)
        form.refused(late)
        return refuse(place.template("offering"), late.status, **told)
    except Refusal as refusal:
        form.refused(refusal)
        told = _composing(place, found, form)
        return refuse(place.template("offering"), refusal.status, **told)
    return go(place.url("show"), _("Your offer is made. %(name)s is told.", name=place.other))


def _form(place: Place, found: Dispute, only_looks: bool = False) -> OfferForm:
    found.milestone = place.milestone
    disputed = {row.criterion_id for row in found.criteria}
    criteria = [row for row in place.milestone.criteria if row.id in disputed]
    worths = charges.worths(place.milestone)
    country = str(business_of(place.project).country)
    form = offer_form(criteria, worths, place.currency, country, only_looks)
    if only_looks:
        form.seen.data = _newest(found)
    return form


def _newest(found: Dispute) -> int:
    newest = offers.latest(found)
    return int(newest.number) if newest else 0


def _composing(place: Place, found: Dispute, form: OfferForm) -> dict[str, Any]:
    effect = None
    if request.values.get("look") and not form.errors and form.validate():
        try:
            effect = effects.of(found, offers.parts(found, form.wanted), clock.now())
        except Refusal as refusal:
            form.refused(refusal)
    return {
        **_around(place),
        "form": form,
        "dispute": found,
        "effect": effect,
        "waiting": offers.waiting(found),
        "answer_by": offers.answer_by(found, clock.now()),
    }


def summary(place: Place) -> Response:
    """The newest summary as a file."""
    found = disputes.latest(place.milestone) or abort(404)
    made = summaries.newest(found) or abort(404)
    return download(made.document)


def renew(place: Place) -> Response:
    """Have a summary made of what there is by now."""
    found = disputes.latest(place.milestone) or abort(404)
    summaries.ask(found, clock.now())
    told = _("The summary is being made. It is here in a moment.")
    return go(place.url("show"), told)
