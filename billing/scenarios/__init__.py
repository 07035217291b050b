"""The demo's scenarios: two owners who never see each other, clients in five countries, and
projects in every state, made by the same verbs that people use and dated back from now."""

import json
import os
from pathlib import Path
from typing import Any

from billing import clock
from billing.installation import Installation
from billing.people import accounts, links
from billing.scenarios.copywriter import copywriter
from billing.scenarios.developer import developer
from billing.scenarios.stage import Stage
from models import Contact, Link, Project, User, write

FILE = "demo.json"


def fill(installation: Installation) -> str:
    """Fill an empty installation and write demo.json; answers what to print, each time anew."""
    path = installation.data_dir / FILE
    if not User.select().exists():
        stage = Stage(installation, clock.now())
        people = [copywriter(stage), developer(stage)]
        stage.work(0)
        _keep(path, _described(installation, people))
    elif not path.exists():
        return "This data directory has owners of its own, so no demo was added to it."
    return _printed(json.loads(path.read_text()))


def _described(installation: Installation, people: list[tuple[User, str]]) -> dict[str, Any]:
    """What demo.json holds: logins, and per project its state, page and contacts' links."""
    return {
        "base_url": installation.base_url,
        "owners": [
            {
                "name": accounts.business(user).name,
                "email": user.email,
                "password": password,
                "projects": [
                    _project(installation, project)
                    for project in Project.of(user).order_by(Project.id)
                ],
            }
            for user, password in people
        ],
    }


def _project(installation: Installation, project: Project) -> dict[str, Any]:
    return {
        "id": project.id,
        "title": project.title,
        "client": project.client.name,
        "state": str(project.state),
        "url": f"{installation.base_url}/projects/{project.id}",
        "contacts": [
            {
                "name": contact.name,
                "email": contact.email,
                "roles": [
                    role
                    for role in ("signer", "approver", "payer")
                    if getattr(contact, f"is_{role}")
                ],
                "link": _link(installation, project, contact),
            }
            for contact in project.client.contacts
        ],
    }


def _link(installation: Installation, project: Project, contact: Contact) -> str:
    with write(project):
        found: Link = links.for_contact(project, contact, clock.now(), project.owner)
    return f"{installation.base_url}/l/{links.token(found, installation.secret)}"


def _keep(path: Path, described: dict[str, Any]) -> None:
    """Write for the owner of the data directory alone: it holds passwords and links."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(described, file, ensure_ascii=False, indent=2)


def _printed(described: dict[str, Any]) -> str:
    lines = []
    for owner in described["owners"]:
        lines += ["", f"{owner['name']}: sign in as {owner['email']} with {owner['password']}"]
        for project in owner["projects"]:
            lines.append(f"  {project['title']} ({project['state']}) for {project['client']}")
            lines += [f"    {each['name']}: {each['link']}" for each in project["contacts"]]
    return "\n".join([*lines, ""])
