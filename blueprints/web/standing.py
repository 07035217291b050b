"""How a version that was sent is shown to its owner, with the form to counter-sign it."""

from datetime import datetime
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, PasswordField, StringField

from billing import clock, sealing
from billing.agreeing import agreements, drawings, forwarding, paper, reminders, signing, wishes
from billing.changes import consequences
from billing.refusals import NameMissing
from blueprints.web.forms import Form, KeyField, at_most, required
from blueprints.web.security import visitor
from models import Agreement, AgreementState, Delivery, DeliveryState, Project


class CountersignForm(Form):
    """`version` and `shown`, the SHA-256 of its PDF, say what exactly is signed."""

    name = StringField(_l("Your full name"), [required(_l(NameMissing.sentence)), at_most(200)])
    agreed = BooleanField(validators=[required(_l("Tick the box that says you agree."))])
    consented = BooleanField(
        validators=[required(_l("Tick the box about signing electronically."))]
    )
    password = PasswordField(
        _l("Your password"), [required(_l("Type your password once more to sign."))]
    )
    version = HiddenField()
    shown = HiddenField()
    key = KeyField()

    def about(self, agreement: Agreement) -> "CountersignForm":
        """Put the statements about this version beside the boxes."""
        self.agreed.label.text = _(signing.statement(agreement), **signing.named(agreement))
        self.consented.label.text = _(signing.CONSENT)
        self.version.data = self.version.data or agreement.version
        if self.shown.raw_data is None:
            # Never in a form that was posted: what names no document was shown none.
            self.shown.data = agreement.document.file.sha256
        return self

    @property
    def intent(self) -> signing.Intent:
        return signing.Intent(
            name=self.name.data,
            document_sha256=self.shown.data,
            statement=str(self.agreed.label.text),
            consent=str(self.consented.label.text),
            agreed=self.agreed.data,
            consented=self.consented.data,
            key=self.key.data,
            address=visitor(),
            user_agent=request.user_agent.string,
        )


def _around(project: Project, agreement: Agreement, now: datetime) -> dict[str, Any]:
    """What stands beside the signatures: wishes, reminders, paper, who chose the address."""
    return {
        "wish": wishes.open_of(project),
        "paper": paper.of(agreement),
        "origin": forwarding.origin(agreement),
        "reminders_off": reminders.is_paused(agreement),
        "reminded_at": reminders.next_at(agreement, now),
        "drawing_of": drawings.shown,
    }


def standing(
    project: Project, form: CountersignForm | None = None, version: int | None = None
) -> dict[str, Any]:
    """What the page of a version says, of what is out or in force without one.

    `form` is one that was refused.
    """
    agreement = agreements.current(project)
    if version is not None:
        agreement = agreements.version(project, version)
    if agreement is None or agreement.payload is None:
        return {"project": project, "agreement": None, "is_waiting": False}
    printed = agreements.printed(agreement)
    now, shown = clock.now(), {}
    if agreement.state == AgreementState.CLIENT_SIGNED:
        shown = {
            "form": (form or CountersignForm(formdata=None)).about(agreement),
            "consequence": consequences.of(agreement, now),
        }
    return {
        "project": project,
        "agreement": agreement,
        "payload": agreements.read(agreement),
        "story": agreements.story(agreement),
        "signatures": {row.party: row for row in agreement.signatures},
        "mailed": agreements.mailed(agreement),
        "printed": printed,
        "making": (making := sealing.making(agreement)),
        "seal": sealing.of(agreement),
        "may_do_without": sealing.may_do_without(agreement, now),
        "is_waiting": _is_waiting(agreement, printed, making),
        "earlier": [row for row in agreements.versions(project) if row.id != agreement.id],
        "is_over": agreements.is_over(agreement, now),
        "refused": form,
        **_around(project, agreement, now),
        **shown,
    }


def _is_waiting(agreement: Agreement, printed: Delivery | None, making: Delivery | None) -> bool:
    """Whether the worker is at its document, so that the page looks again by itself."""
    awaited = {AgreementState.PREPARING: printed, AgreementState.COUNTERSIGNED: making}
    delivery = awaited.get(agreement.state)
    return agreement.state in awaited and not (
        delivery is not None and delivery.state == DeliveryState.FAILED
    )
