"""Laws of what is posted: an id in a field is looked up in the visitor's scope like any other."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import html5lib
import pytest

from models import Client, Contact, Milestone, Package, Project
from tests import cast as the
from tests import story
from tests.contents import contents
from tests.house.walk import Walk
from tests.tenancy import crossings
from tests.web.visitor import BASE_URL

# What a field by this name chooses. Other numbers are amounts, days and counters.
CHOSEN = {
    "client": Client,
    "contact": Contact,
    "package": Package,
    "project": Project,
    "signer": Contact,
    "milestone": Milestone,
}


@dataclass
class Posted:
    """A form as a browser would send it."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)


def _forms(page: str, html: str) -> Iterator[Posted]:
    for form in html5lib.parse(html, namespaceHTMLElements=False).iter("form"):
        if (form.get("method") or "get").lower() == "post":
            found = Posted(form.get("action") or page)
            for element in form.iter():
                name = element.get("name")
                if name and element.tag in ("input", "button", "textarea", "select"):
                    found.fields.setdefault(name, _value(element))
            yield found


def _value(element) -> str:
    if element.tag == "textarea":
        return "".join(element.itertext())
    if element.tag == "select":
        options = list(element.iter("option"))
        chosen = [each for each in options if each.get("selected") is not None] or options
        return (chosen[0].get("value") or "") if chosen else ""
    return element.get("value") or ""


def _all_forms(of: Walk) -> Iterator[Posted]:
    """The forms of all the owner's pages, those of a project in preparation included."""
    pages = [step.address for step in of.owners("GET")]
    for step in of.owners("GET"):
        if step.ids == ["project_id"]:
            pages.append(of.built(step.rule, {"project_id": of.story.draft.id}))
    for page in pages:
        answer = of.owner.client.get(page, base_url=BASE_URL)
        if answer.mimetype == "text/html" and answer.status_code == 200:
            yield from _forms(page, answer.text)
        answer.close()


@pytest.fixture
def alices(walk: Walk) -> dict:
    """All there was before Bob came."""
    return contents(but={"session", "attempt"})


@pytest.fixture
def bob(alices: dict, walk: Walk) -> Walk:
    """Another owner with a whole story, and a contact who has no link yet."""
    told = story.told("bob@example.com")
    the.contact(told.running.project.client)
    return Walk(walk.app, told)


def test_no_posted_id_reaches_another_owners_rows(alices, walk, bob):
    tried: set[tuple[str, str]] = set()
    for form in list(_all_forms(bob)):
        for name in CHOSEN.keys() & form.fields.keys():
            tried.add((form.action, name))
            for row in CHOSEN[name].of(walk.story.owner):
                data = {**form.fields, name: str(row.id), "csrf_token": bob.owner.token}
                answer = bob.owner.client.post(form.action, data=data, base_url=BASE_URL)
                answer.close()
                told = f"{form.action} with {name}={row.id} was answered {answer.status_code}"
                assert answer.status_code in (404, 409, 422), told
    assert {name for _action, name in tried} >= {"client", "contact", "package", "signer"}
    assert crossings() == []
    now = contents()
    for table, rows in alices.items():
        changed = [row for row in rows if row not in now[table]]
        assert changed == [], f"something of Alice's {table} has changed"


def test_a_field_that_nobody_asked_for_is_not_taken(walk):
    """Columns are named by forms, never by what is posted."""
    extra = {"owner": "999", "owner_id": "999", "state": "closed", "id": "1", "is_admin": "1"}
    for form in list(_all_forms(walk)):
        # A page of the account would sign us out in the middle.
        if not form.action.startswith(("/sign-out", "/settings/sessions", "/settings/account")):
            data = {**form.fields, **extra, "csrf_token": walk.owner.token}
            walk.owner.client.post(form.action, data=data, base_url=BASE_URL).close()
    owners = {row.owner_id for scope in (Client, Project, Package) for row in scope.select()}
    assert owners == {walk.story.owner.id}
    assert crossings() == []
