"""Add milestones that wait for acceptance to the demo's data; prints link and id of each."""

import json
import sys
from contextlib import suppress
from datetime import datetime

import models
from billing import clock, files, sealing
from billing.accepting import submissions
from billing.agreeing import agreements, composing, signing
from billing.installation import from_environment
from billing.people import links
from billing.planning import plan, projects
from billing.planning.terms import Terms
from billing.refusals import WrongState
from models import Agreement, Certificate, Client, Contact, Milestone, Project, User

PER_PROJECT = 25
PDF = b"%PDF-1.7 stands for a document\n%%EOF\n"


def main(count: int) -> None:
    installation = from_environment()
    models.connect(installation.database_url, 4)
    with models.connection():
        owner = User.select().order_by(User.id).first()
        client = Client.of(owner).first()
        found = []
        for _ in range(count // PER_PROJECT):
            found += _project(owner, client, installation.secret, installation.base_url)
    sys.stdout.write(json.dumps(found))


def _project(owner: User, client: Client, secret: bytes, base_url: str) -> list[dict[str, object]]:
    now = clock.now()
    project = projects.start(client, "Measured", owner, now)
    for number in range(PER_PROJECT):
        plan.add(project, Terms(title=f"Outcome {number}", criteria=("Done",), price=100_000))
    agreement = composing.compose(project, now)
    agreements.send(agreement, owner, now)
    # The running worker may have been faster, with a document of its own.
    with suppress(WrongState):
        agreements.deliver(agreement, PDF, owner, now)
    agreement = Agreement.get_by_id(agreement.id)
    signer: Contact = agreement.signer
    signing.sign(agreement, _intent(agreement, "client"), signer, now)
    signing.countersign(agreement, _intent(agreement, "owner"), owner, now)
    # What is measured begins once it is in force; the running worker may be faster here too.
    content = files.read(agreement.document) + b"% sealed in name\n"
    with suppress(WrongState):
        named = sealing.Sealed(content, _certificate(now), sealing.head(agreement))
        sealing.keep(agreement, named, now)
    for milestone in list(Milestone.live(project)):
        shown = {criterion.id: "Done" for criterion in milestone.criteria}
        submissions.submit(milestone, "", [], shown, owner, now)
    with models.write(project):
        link = links.for_contact(Project.get_by_id(project.id), signer, now)
    address = f"{base_url}/l/{links.token(link, secret)}"
    return [{"link": address, "milestone": row.id} for row in Milestone.live(project)]


def _certificate(now: datetime) -> Certificate:
    """A certificate in name only, retired, so that nothing real is sealed with it."""
    known: Certificate | None = Certificate.get_or_none(Certificate.pem == "")
    return known or Certificate.create(
        fingerprint="0" * 64, role="leaf", subject="Bench", pem="", created_at=now, retired_at=now
    )


def _intent(agreement: Agreement, party: str) -> signing.Intent:
    return signing.Intent(
        name="Bench",
        document_sha256=agreement.document.file.sha256,
        statement=signing.STATEMENT,
        consent=signing.CONSENT,
        agreed=True,
        consented=True,
        key=f"bench-{agreement.id}-{party}",
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
