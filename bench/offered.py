"""Add agreements that wait for their client's signature to the demo's data; prints their links."""

import json
import sys
from contextlib import suppress

import models
from bench.submitted import PDF
from billing import clock
from billing.agreeing import agreements, composing
from billing.installation import from_environment
from billing.people import links
from billing.planning import plan, projects
from billing.planning.terms import Terms
from billing.refusals import WrongState
from models import Agreement, Client, Project, User


def main(count: int) -> None:
    installation = from_environment()
    models.connect(installation.database_url, 4)
    with models.connection():
        owner = User.select().order_by(User.id).first()
        client = Client.of(owner).first()
        tokens = [links.token(link, installation.secret) for link in _links(owner, client, count)]
    sys.stdout.write(json.dumps([f"/l/{token}" for token in tokens]))


def _links(owner: User, client: Client, count: int) -> list[models.Link]:
    found = []
    for number in range(count):
        now = clock.now()
        project = projects.start(client, f"Offered {number}", owner, now)
        plan.add(project, Terms(title="One outcome", criteria=("Done",), price=100_000))
        agreement = composing.compose(project, now)
        agreements.send(agreement, owner, now)
        # The running worker may have been faster, with a document of its own.
        with suppress(WrongState):
            agreements.deliver(agreement, PDF, owner, now)
        signer = Agreement.get_by_id(agreement.id).signer
        with models.write(project):
            found.append(links.for_contact(Project.get_by_id(project.id), signer, now))
    return found


if __name__ == "__main__":
    main(int(sys.argv[1]))
