"""The part of the certificate's story that is about proof: codes, drawings, paper, who chose."""

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from billing import events
from billing.agreeing import drawings, forwarding, paper
from models import Agreement, Signature

Step = dict[str, Any]


class Scene(Protocol):
    """What these tellers look at of narrative.Scene."""

    @property
    def agreement(self) -> Agreement: ...

    @property
    def signatures(self) -> dict[str, Signature]: ...

    def of(self, *kinds: str) -> list[events.Told]: ...


def codes(scene: Scene) -> Iterator[Step]:
    """Each code that was mailed, wrong tries, and the one that was right, with its Message-ID."""
    for each in scene.of("agreement.code_sent"):
        yield {"kind": "code_sent", "at": each.at, "to": each.facts["recipient"]}
    for each in scene.of("agreement.code_failed"):
        yield {"kind": "code_failed", "at": each.at, "tries": each.facts["tries"]}
    for each in scene.of("agreement.code_confirmed"):
        message_id = scene.signatures["client"].proof_message
        yield {"kind": "code_confirmed", "at": each.at, "message_id": message_id}


def forwarded(scene: Scene) -> Iterator[Step]:
    """Who named this signer, where it was not the seller."""
    wish = forwarding.origin(scene.agreement)
    if wish is not None:
        yield {
            "kind": "forwarded",
            "at": wish.asked_at,
            "who": wish.contact.name,
            "name": wish.name,
            "email": wish.email,
        }


def on_paper(scene: Scene) -> Iterator[Step]:
    """What was recorded of signatures on paper."""
    recorded = paper.of(scene.agreement)
    for each in scene.of("agreement.recorded"):
        if recorded is not None:
            yield {
                "kind": "recorded",
                "at": each.at,
                "name": recorded.client_name,
                "other": recorded.owner_name,
                "day": recorded.signed_on.isoformat(),
                "scan_sha256": recorded.scan.file.sha256,
            }


TELLERS: Iterable[Any] = (forwarded, codes, on_paper)


def proof(scene: Scene) -> dict[str, Any]:
    """What showed who signed: for the words about how the signer is known."""
    wish = forwarding.origin(scene.agreement)
    return {
        "proof": scene.signatures["client"].proof,
        "owner_proof": scene.signatures["owner"].proof,
        "named_by": wish.contact.name if wish is not None else "",
        "on_paper": scene.signatures["client"].kind == "paper",
        "drawings": {party: drawings.shown(row) for party, row in scene.signatures.items()},
    }


def of_signature(row: Signature) -> dict[str, Any]:
    """What evidence.json tells of one signature beside its words."""
    recorded = paper.of(row.agreement) if row.kind == "paper" else None
    return {
        "proof": row.proof,
        "proof_message": row.proof_message,
        "drawing_sha256": row.drawing_sha256 or "",
        "signed_on": row.signed_on.isoformat() if row.signed_on else "",
        "scan_sha256": recorded.scan.file.sha256 if recorded is not None else "",
    }
