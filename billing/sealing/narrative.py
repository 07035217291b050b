"""What the certificate pages tell: not only that it was signed, but how it came to that.

Plain data for templates/pdf/certificate.html. Each part of the story is one of TELLERS: a
function of the Scene that yields steps. The template has the words of each kind of step.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from billing import events
from billing.agreeing import agreements
from billing.installation import Installation
from billing.outbox import business_of
from billing.sealing import ceremony
from models import Agreement, Certificate, DeliveryState, Project, Signature

Step = dict[str, Any]
"""`kind` names the sentence, `at` is when (naive UTC); the rest are its facts."""


@dataclass(frozen=True)
class Scene:
    """All that the tellers look at."""

    agreement: Agreement
    installation: Installation
    now: datetime

    @property
    def project(self) -> Project:
        found: Project = self.agreement.project
        return found

    @cached_property
    def said(self) -> dict[str, Any]:
        """The frozen payload."""
        return agreements.read(self.agreement)

    @cached_property
    def told(self) -> list[events.Told]:
        """The project's events, the oldest first."""
        return events.history(self.project)[::-1]

    @cached_property
    def signatures(self) -> dict[str, Signature]:
        return {row.party: row for row in self.agreement.signatures}

    def of(self, *kinds: str) -> list[events.Told]:
        """The events of these kinds about this version, the oldest first."""
        return [
            each
            for each in self.told
            if each.kind in kinds and each.facts.get("agreement") == self.agreement.id
        ]


def _sent(scene: Scene) -> Iterator[Step]:
    for each in scene.of("agreement.sent"):
        yield {"kind": "sent", "at": each.at, "to": each.facts["recipient"]}


def _mailed(scene: Scene) -> Iterator[Step]:
    letter = agreements.mailed(scene.agreement)
    if letter is not None and letter.state == DeliveryState.DONE and letter.done_at:
        yield {
            "kind": "mailed",
            "at": letter.done_at,
            "to": letter.recipient,
            "message_id": letter.message_id,
        }


def _copied(scene: Scene) -> Iterator[Step]:
    """The owner was shown a link of the client: whoever reads this should know."""
    for each in scene.told:
        if each.kind == "link.copied" and each.at <= scene.signatures["client"].signed_at:
            yield {"kind": "copied", "at": each.at, "contact": each.facts["contact"]}


def _opened(scene: Scene) -> Iterator[Step]:
    for each in scene.of("agreement.viewed"):
        yield {"kind": "opened", "at": each.at, "name": scene.agreement.signer.name}


def _signed(scene: Scene) -> Iterator[Step]:
    for party in ("client", "owner"):
        row = scene.signatures[party]
        if row.kind == "paper":
            continue
        yield {
            "kind": "signed",
            "at": row.signed_at,
            "party": party,
            "how": row.kind,
            "name": row.name,
            "statement": row.statement,
            "consent": row.consent,
            "address": row.address,
            "user_agent": row.user_agent,
            "proof": row.proof,
            "drawing_sha256": row.drawing_sha256,
        }


def _without_time(scene: Scene) -> Iterator[Step]:
    for each in scene.of("agreement.untimed"):
        yield {"kind": "untimed", "at": each.at}


TELLERS: tuple[Callable[[Scene], Iterable[Step]], ...] = (
    _sent,
    _mailed,
    _copied,
    _opened,
    *ceremony.TELLERS,
    _signed,
    _without_time,
)


def steps(scene: Scene) -> list[Step]:
    """The story in the order it happened; what happened at once in the order of TELLERS."""
    found = [step for teller in TELLERS for step in teller(scene)]
    return sorted(found, key=lambda step: step["at"])


def attribution(scene: Scene) -> dict[str, Any]:
    """How the signer is known to be who they say: the address, and who chose it."""
    return {
        "email": scene.said["signer"]["email"],
        "chosen_by": scene.said["seller"]["name"],
        "mails": scene.installation.sends_mail,
        **ceremony.proof(scene),
    }


def certificate(
    scene: Scene, head: str, sealing: Certificate, authority: str = "", waived: bool = False
) -> dict[str, Any]:
    """The context of the certificate pages. `authority` is where a timestamp comes from.

    `waived`: one is configured, but the owner has let it be sealed without.
    """
    said = scene.said
    return {
        "language": said["language"],
        "seller": said["seller"],
        "client": said["client"],
        "signer": said["signer"],
        "project": said["project"],
        "kind": said["kind"],
        "version": said["version"],
        "currency": said["currency"],
        "total": said["totals"]["total"],
        "sent_on": said["sent_on"],
        "document_sha256": scene.agreement.document.file.sha256,
        "payload_sha256": scene.agreement.payload_sha256,
        "head": head,
        "events": len(scene.told),
        "zone": str(business_of(scene.project).timezone),
        "steps": steps(scene),
        "attribution": attribution(scene),
        "signatures": scene.signatures,
        "fingerprint": sealing.fingerprint,
        "sealed_by": sealing.subject,
        "sealed_at": scene.now,
        "authority": urlsplit(authority).hostname or "",
        "waived": waived,
        "verify_url": f"{scene.installation.base_url}/verify",
    }
