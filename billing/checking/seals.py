"""Whether all that is in force carries two signatures and its seal, and nothing else does."""

from collections.abc import Callable, Iterator

from billing import events, files
from models import Agreement, AgreementState, Event, Seal

IN_FORCE = (AgreementState.ACTIVE, AgreementState.AMENDED, AgreementState.TERMINATED)

Examiner = Callable[[bytes], list[str]]
"""What is wrong with a sealed file, in words for an operator; empty if nothing is."""


def problems(examine: Examiner | None = None) -> Iterator[str]:
    """Seals that are missing, that nobody signed, or whose bytes are others.

    With `examine` each seal's signature is verified as well, some 30 ms each.
    """
    sealed = {row.agreement_id: row for row in Seal.select()}
    for agreement in Agreement.select().where(Agreement.state.in_(IN_FORCE)):
        if {row.party for row in agreement.signatures} != {"client", "owner"}:
            yield f"agreement {agreement.id}: it is in force without both signatures"
        if agreement.id not in sealed:
            yield f"agreement {agreement.id}: it is in force without a seal"
    for seal in sealed.values():
        yield from _of_seal(seal, examine)


def _of_seal(seal: Seal, examine: Examiner | None) -> Iterator[str]:
    agreement: Agreement = seal.agreement
    if agreement.state not in IN_FORCE:
        yield f"seal {seal.id}: agreement {agreement.id} is sealed, but {agreement.state}"
    try:
        content, frozen = files.read(seal.document), files.read(agreement.document)
    except OSError as problem:
        yield f"seal {seal.id}: {problem}"
        return
    if not content.startswith(frozen):
        yield f"seal {seal.id}: it does not begin with the document of agreement {agreement.id}"
    if not _is_in_chain(seal):
        yield f"seal {seal.id}: the chain's head that it names is not in the chain"
    if examine is not None:
        for fault in examine(content):
            yield f"seal {seal.id}: {fault}"


def _is_in_chain(seal: Seal) -> bool:
    bodies = Event.select(Event.body).where(
        Event.project == seal.agreement.project_id, Event.hash == seal.chain_head
    )
    found = bodies.scalar()
    return found is not None and events.chained(str(found).encode()) == seal.chain_head
