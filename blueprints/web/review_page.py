"""A milestone in review as its client sees it: what was handed over, the criteria, what follows."""

from collections.abc import Collection
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import HiddenInput

from billing import clock
from billing.accepting import consequences, judging, moves, undoing, verdicts
from billing.accepting.judging import Judgement
from billing.changes import requests
from billing.reading import engagements, overview
from billing.reading.engagements import Judged
from blueprints.web.forms import Form, at_most, optional
from blueprints.web.visiting import Visit

MET, UNMET = "met", "unmet"


class ReviewForm(Form):
    """What is said of each criterion: see of(). `mark` is the judgement whose consequence was
    shown, `seen` the round."""

    note = TextAreaField(_l("Anything else?"), [optional(), at_most(5000)])
    seen = IntegerField(widget=HiddenInput())
    mark = HiddenField()

    @property
    def judgement(self) -> Judgement:
        """What was marked."""
        return Judgement(self._said(MET), self._said(UNMET), self.note.data or "")

    def _said(self, verdict: str) -> dict[int, str]:
        return {
            int(name.removeprefix("verdict_")): self[f"remark_{name[8:]}"].data or ""
            for name, field in self._fields.items()
            if name.startswith("verdict_") and field.data == verdict
        }

    def loose_remarks(self) -> None:
        """Complain of remarks on criteria that are marked neither way: they would be lost."""
        for name, field in self._fields.items():
            if name.startswith("verdict_") and field.data not in (MET, UNMET):
                remark = self[f"remark_{name[8:]}"]
                if remark.data:
                    message = _("Say whether this is met, so that your remark counts.")
                    remark.errors = [*remark.errors, message]


def form(criteria: Collection[Judged]) -> ReviewForm:
    """The form for criteria, beginning with what was said in this round of those not met."""

    class Composed(ReviewForm):
        pass

    choices = [
        SelectChoice(MET, _("Met")),
        SelectChoice(UNMET, _("Not met")),
        SelectChoice("", _("Leave open")),
    ]
    for row in criteria:
        # What is posted says all of it; a criterion that is left out there is left open.
        is_kept = row.met is False and request.method == "GET"
        said, remark = (UNMET, row.remark) if is_kept else ("", "")
        verdict = RadioField(row.text, choices=choices, default=said, validate_choice=False)
        setattr(Composed, f"verdict_{row.id}", verdict)
        field = TextAreaField(_l("Remark"), [optional(), at_most(2000)], default=remark)
        setattr(Composed, f"remark_{row.id}", field)
    return Composed()


def told(
    visit: Visit, milestone_id: int, met: Collection[int] | None = None
) -> dict[str, Any] | None:
    """The milestone, what was handed over, and what accepting (all or those that are `met`) does.

    None where the client may see no such milestone.
    """
    engagement = engagements.read(visit.project, clock.now())
    milestone = engagement.milestone(milestone_id)
    if milestone is None:
        return None
    still = {row.id for row in verdicts.still_open(milestone, verdicts.told(milestone))}
    payers, day = engagement.who("payer"), undoing.billed_on(visit.business, clock.now())
    return {
        "engagement": engagement,
        "milestone": milestone,
        "round": next(iter(milestone.submissions), None),
        "criteria": [row for row in engagement.judged(milestone) if row.id in still],
        "rounds_left": overview.rounds_left(milestone),
        "told": consequences.on(milestone, day, payers, met, engagement.gates.facts),
        "asked": requests.beyond(milestone),
        "may": bool(visit.contact.is_approver) and milestone.state in moves.IN_REVIEW,
    }


def outcome(seen: dict[str, Any], judged: ReviewForm) -> dict[str, Any]:
    """What a judgement that is being made would do, and which ways it leaves open."""
    judgement = judged.judgement
    milestone, engagement = seen["milestone"], seen["engagement"]
    payers, day = engagement.who("payer"), undoing.billed_on(engagement.business, clock.now())
    told = consequences.on(milestone, day, payers, judgement.met, engagement.gates.facts)
    ways = judging.ways(judgement, seen["rounds_left"])
    return {**seen, "judgement": judgement, "told": told, "ways": ways}
