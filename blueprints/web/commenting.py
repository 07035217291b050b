"""A thread of comments as both sides see it: in its place on a page, or as a page of its own."""

from typing import Any

from flask import Response, abort
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, MultipleFileField, TextAreaField

from billing import clock
from billing.accepting import comments
from billing.outbox import business_of
from blueprints.web import handing
from blueprints.web.forms import Form, KeyField, at_most, optional
from blueprints.web.hypermedia import is_partial, page, swap
from models import Comment, Contact, Milestone, User

PARTIAL = "comments/_comments.html"


class CommentForm(Form):
    """What is said, with files; `key` makes a double click one comment."""

    text = TextAreaField(_l("Your comment"), [at_most(comments.LONGEST)])
    files = MultipleFileField(_l("Files"), [optional()])
    key = KeyField()

    def said(self) -> dict[str, Any]:
        """The words with their files, in the verb's terms. Refuses what handing.given() does."""
        return {
            "text": self.text.data or "",
            "key": (self.key.data or "")[:64],
            "given": handing.given(),
            "room": handing.room(),
        }


class ErasureForm(Form):
    """Which comment's words are erased."""

    comment = IntegerField()

    def chosen(self, milestone: Milestone) -> Comment:
        """One of the milestone's; anything else is not there."""
        found = comments.of_milestone(milestone, self.comment.data or 0)
        return found or abort(404)


def thread(
    milestone: Milestone, here: str, reader: User | Contact, form: Form | None = None
) -> dict[str, Any]:
    """What the thread tells who reads it; a refused form comes along as it was typed."""
    shown = form if isinstance(form, CommentForm) else CommentForm(formdata=None)
    for each in shown:
        # A page may show the threads of several milestones.
        each.id = each.label.field_id = f"comment_{milestone.id}-{each.name}"
    return {
        "milestone": milestone,
        "seller": business_of(milestone.project).name,
        "said": comments.thread(milestone),
        "counted": comments.counted(milestone.project).get(milestone.id, comments.Counted()),
        "here": here,
        "comment": shown,
        "form": form,
        "erasable": comments.erasable(milestone, reader, clock.now()),
    }


def answer(
    template: str, told: dict[str, Any], status: int = 200, done: str = "", **more: Any
) -> Response:
    """The thread in its place for htmx, else its page; `done` is where a plain post leads."""
    if is_partial() or done:
        return swap(PARTIAL, done, status=status, **told, **more)
    return page(template, status, **told, **more)
