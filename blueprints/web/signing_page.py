"""The agreement as its client sees it, and the form to sign it: name, boxes, drawing, code."""

from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, EmailField, HiddenField, StringField, TextAreaField
from wtforms.validators import Length

from billing import clock, pictures
from billing.agreeing import agreements, codes, consumers, drawings, paper, signing, wishes
from billing.agreeing.versions import SIGNED, UNSEALED
from billing.changes import consequences
from billing.refusals import NameMissing, OtherDocument, ReasonMissing
from blueprints.web.config import installation
from blueprints.web.forms import Form, KeyField, at_most, email, obey, optional, required
from blueprints.web.security import visitor
from blueprints.web.visiting import Visit
from models import Agreement


class SignForm(Form):
    """The name is the signature; a drawing may go with it, as drawn or as a file."""

    name = StringField(_l("Your full name"), [required(_l(NameMissing.sentence)), at_most(200)])
    agreed = BooleanField(
        validators=[required(_l("Tick the box that says you agree, or decline below."))]
    )
    consented = BooleanField(
        validators=[required(_l("Tick the box about signing electronically."))]
    )
    early = BooleanField()
    drawing = HiddenField()
    picture = FileField(_l("A picture of your signature"))
    undraw = BooleanField(_l("Sign without this picture"))
    code = StringField(_l("Code from the mail"), [Length(max=20)])
    document_sha256 = HiddenField()
    key = KeyField()

    drawn = b""

    @property
    def boxes(self) -> list[BooleanField]:
        """What has to be ticked, in order."""
        return [self.agreed, self.consented]

    def validate_picture(self, field: FileField) -> None:
        """One picture at most: the file if there is one, else what was drawn."""
        given, posted = b"", self.drawing.data
        # Nothing is shown again that was not made anew.
        self.drawing.data = ""
        if field.data:
            with field.data.stream as file:
                given = file.read(pictures.LARGEST + 1)
        elif posted and not self.undraw.data:
            given = obey(drawings.posted, posted)
        self.drawn = obey(drawings.cleaned, given) if given else b""
        self.drawing.data = drawings.address(self.drawn) if given else ""
        self.undraw.data = False

    @property
    def intent(self) -> signing.Intent:
        return signing.Intent(
            name=self.name.data,
            document_sha256=self.document_sha256.data,
            statement=str(self.agreed.label.text),
            consent=str(self.consented.label.text),
            agreed=self.agreed.data,
            consented=self.consented.data,
            key=self.key.data,
            address=visitor(),
            user_agent=request.user_agent.string,
            drawing=self.drawn,
            early=str(self.early.label.text) if self.early.data else "",
        )

    @property
    def given(self) -> codes.Given | None:
        """The code as typed; None where no mail is set up to bring one."""
        if not installation().sends_mail:
            return None
        return codes.Given(self.code.data or "", installation().secret)


class DeclineForm(Form):
    reason = TextAreaField(
        _l("What would have to be different?"),
        [required(_l(ReasonMissing.sentence)), at_most(5000)],
    )


class PaperForm(Form):
    paper_note = TextAreaField(
        _l("Anything to know, such as where to send it?"), [optional(), at_most(2000)]
    )


class ForwardForm(Form):
    """Who signs in place of the reader."""

    person = StringField(_l("Name of who signs"), [required(_l("Say who signs.")), at_most(200)])
    email = EmailField(_l("Their e-mail address"), email())
    forward_note = TextAreaField(_l("A note"), [optional(), at_most(2000)])


class ObjectionForm(Form):
    objection = TextAreaField(
        _l("What is not right?"), [required(_l("Say what is not right.")), at_most(2000)]
    )


FORMS: dict[str, type[Form]] = {
    "signing_form": SignForm,
    "declining_form": DeclineForm,
    "paper_form": PaperForm,
    "forward_form": ForwardForm,
    "objection_form": ObjectionForm,
}


def versions(visit: Visit) -> list[Agreement]:
    """The versions this client was sent, the newest first."""
    return [row for row in agreements.versions(visit.project) if row.sent_at is not None]


def first(visit: Visit) -> Agreement | None:
    """What a client reads first: what waits for a signature, else what holds, else the newest."""
    sent = versions(visit)
    for states in (UNSEALED, SIGNED):
        found = next((row for row in sent if row.state in states), None)
        if found is not None:
            return found
    return next(iter(sent), None)


def shown(visit: Visit, agreement: Agreement, **sent: Form) -> dict[str, Any]:
    """What the page says; `sent` is the one form that was posted. Refuses OtherDocument."""
    forms = {
        name: sent[name] if name in sent else made(formdata=None) for name, made in FORMS.items()
    }
    form, now = forms["signing_form"], clock.now()
    digest = agreement.document.file.sha256
    if form.document_sha256.data not in (None, "", digest):
        raise OtherDocument
    form.document_sha256.data = digest
    form.agreed.label.text = _(signing.statement(agreement), **signing.named(agreement))
    form.consented.label.text = _(signing.CONSENT)
    form.early.label.text = _(consumers.EARLY)
    newest = first(visit) or agreement
    is_newest = newest.id == agreement.id and agreement.state in agreements.OUT
    is_open = is_newest and not agreements.is_over(agreement, now)
    payload = agreements.read(agreement)
    may = agreement.signer_id == visit.contact.id
    signs = is_open and may and not payload.get("options")
    return {
        **forms,
        "agreement": agreement,
        "newest": newest,
        "payload": payload,
        "following": consequences.of(agreement, now) if signs else None,
        "form": next(iter(sent.values()), form),
        "is_open": is_open,
        "may": may,
        "signatures": {row.party: row for row in agreement.signatures},
        "paper": paper.of(agreement),
        "wishes": {kind: wishes.latest(agreement, kind) for kind in wishes.ASKED},
        "sends_mail": installation().sends_mail,
        "drawing_of": drawings.shown,
    }
