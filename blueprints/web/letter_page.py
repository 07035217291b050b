"""A letter to a client as it is written, with what it will look like beside it."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import ValidationError

from billing import clock
from billing.delivery import letters
from billing.delivery.letters import Letter
from billing.outcomes import client_letters, letter_facts
from billing.outcomes.client_letters import LONGEST, LONGEST_SUBJECT, Words
from blueprints.web.config import installation
from blueprints.web.fields import choices
from blueprints.web.forms import Form, KeyField, at_most, required
from models import Client, Contact, Delivery


class LetterForm(Form):
    contact = SelectField(_l("To"), coerce=int, validate_choice=False)
    subject = StringField(
        _l("Subject"), [required(_l("Write a subject.")), at_most(LONGEST_SUBJECT)]
    )
    text = TextAreaField(_l("Text"), [required(_l("Write the letter.")), at_most(LONGEST)])
    key = KeyField()

    def offer(self, contacts: list[Contact]) -> "LetterForm":
        """Whom it can go to."""
        self.offered = {row.id for row in contacts}
        self.contact.choices = choices({row.id: f"{row.name} ({row.email})" for row in contacts})
        return self

    def validate_contact(self, field: Any) -> None:
        if field.data not in self.offered:
            raise ValidationError(_l("Choose one of this client's contacts."))

    @property
    def words(self) -> Words:
        return Words(self.subject.data or "", self.text.data or "")


class PastNameForm(Form):
    """Under which name a client is in the imported hours."""

    name = SelectField(_l("In your past hours they are"), validate_choice=False)

    def about(self, client: Client) -> "PastNameForm":
        names = letter_facts.past_names(client.owner)
        self.name.choices = choices({"": _l("not there"), **{name: name for name in names}})
        return self


def present(client: Client) -> list[Contact]:
    """The contacts a letter can go to, in order."""
    return [row for row in client.contacts.order_by(Contact.id) if row.removed_at is None]


def fresh(client: Client) -> LetterForm:
    """The form with the draft, or with what it may begin with."""
    draft = client_letters.draft(client)
    words = draft or client_letters.suggested(client, letter_facts.past_name(client))
    form = LetterForm(formdata=None, data={"subject": words.subject, "text": words.text})
    return form.offer(present(client))


def told(client: Client, form: LetterForm) -> dict[str, Any]:
    """What the page shows: the form, the letter as it will arrive, and those that went out."""
    contacts = present(client)
    name = PastNameForm(formdata=None, data={"name": letter_facts.past_name(client)})
    return {
        "client": client,
        "form": form,
        "name_form": name.about(client),
        "contacts": contacts,
        "letter": preview(form, contacts),
        "sent": client_letters.sent(client),
        "sends_mail": installation().sends_mail,
    }


def preview(form: LetterForm, contacts: list[Contact]) -> Letter | None:
    """The letter as it would arrive; None where nobody could get it."""
    to = next((row for row in contacts if row.id == form.contact.data), None)
    contact = to or next(iter(contacts), None)
    return _composed(contact, {"words": [form.subject.data or "", form.text.data or ""]})


def _composed(contact: Contact | None, facts: dict[str, Any]) -> Letter | None:
    if contact is None:
        return None
    # It is never saved: a letter to be looked at waits in no outbox.
    unsent = Delivery(
        owner=contact.client.owner, contact=contact, channel="mail", kind="client_letter"
    )
    unsent.facts = facts
    return letters.compose(unsent, installation(), clock.now(), masked=True)


def sent_letter(contact: Contact, letter_id: int) -> Letter | None:
    """One that went out, as it was written."""
    return _composed(contact, {"letter": letter_id})
