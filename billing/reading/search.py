"""One owner's clients, contacts, projects, milestones, invoices and documents, found by words."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from unicodedata import normalize

from models import (
    AccountDocument,
    Agreement,
    Attachment,
    Client,
    Contact,
    Invoice,
    Milestone,
    Package,
    Project,
    User,
    full_text,
    unspaced,
)
from models.folding import fold

LONGEST = full_text.LONGEST
A_FEW, MANY = 5, 50


@dataclass(frozen=True)
class Group:
    """What is found of one kind, the newest first; whether there is `more` than is shown."""

    kind: str
    rows: list[Any]
    more: bool


def groups(by: User, typed: str, kind: str = "", at_most: int = A_FEW) -> list[Group]:
    """What has, for each word typed, a word that begins with it, or that holds it in scripts
    without spaces; all kinds, or one.

    Case, accents, and whatever is no letter or digit do not matter.
    """
    asked = (by.id, typed, at_most + 1, kind)
    found = full_text.ids(*asked) or unspaced.ids(*asked)
    return [_group(by, each, found[each], at_most) for each in SCOPES if each in found]


def _group(by: User, kind: str, ids: list[int], at_most: int) -> Group:
    # The owner's own scope once more: the index is no permission.
    scope = SCOPES[kind](by)
    rows = scope.where(scope.model.id.in_(ids[:at_most])).order_by(scope.model.id.desc())
    return Group(kind, list(rows), len(ids) > at_most)


def _in_projects(model: Any) -> Callable[[User], Any]:
    """Rows of one owner's projects, with project and client."""

    def of(by: User) -> Any:
        rows = model.select(model, Project, Client).join(Project).join(Client)
        return rows.where(Project.owner == by.id)

    return of


SCOPES: dict[str, Callable[[User], Any]] = {
    "client": Client.of,
    "contact": Contact.of,
    "project": Project.of,
    "milestone": _in_projects(Milestone),
    "invoice": Invoice.of,
    "agreement": _in_projects(Agreement),
    "account_document": AccountDocument.of,
    "attachment": Attachment.of,
    "package": Package.of,
}


def fits(text: str, typed: str) -> bool:
    """Whether a text has, for each word typed, a word that begins with it."""
    there = [fold(word) for word in full_text.words(text)]
    wanted = [fold(word) for word in full_text.words(typed)]
    return all(any(word.startswith(each) for word in there) for each in wanted)


def marked(text: str, typed: str) -> list[tuple[str, bool]]:
    """A text in pieces, each with whether it is a word that was looked for."""
    wanted = [fold(word) for word in full_text.words(typed)]
    pieces = re.split(r"([^\W_]+)", normalize("NFC", text))
    return [
        (piece, any(fold(piece).startswith(word) for word in wanted)) for piece in pieces if piece
    ]
