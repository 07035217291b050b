"""The versions of what both sides sign: the agreement and its change orders, counted together."""

import json
from typing import Any

from models import Agreement, AgreementKind, AgreementState, Project
from models.once import Once

OUT = (AgreementState.SENT, AgreementState.VIEWED)
"""States in which the client may sign."""

OPEN = (*OUT, AgreementState.CLIENT_SIGNED)
"""States of an offer that somebody still has to sign."""

ENDED = (AgreementState.DECLINED, AgreementState.EXPIRED, AgreementState.VOIDED)
"""States of an offer that came to nothing."""

UNSEALED = (AgreementState.PREPARING, *OPEN, AgreementState.COUNTERSIGNED)
"""States on the way from sending to being in force."""

SIGNED = (AgreementState.ACTIVE, AgreementState.AMENDED, AgreementState.TERMINATED)
"""States of what both sides have signed and what then came into force."""


def version(project: Project, number: int | None) -> Agreement | None:
    """One version, of whatever kind."""
    if number is None or not 0 < number < 2**31:
        # A database refuses numbers beyond its own, and no row has one.
        return None
    found: Agreement | None = Agreement.get_or_none(
        (Agreement.project == project.id) & (Agreement.version == number)
    )
    return found


def versions(project: Project) -> list[Agreement]:
    """All versions that were sent or prepared, the newest first."""
    return list(
        Agreement.select()
        .where(Agreement.project == project.id, Agreement.state != AgreementState.DRAFT)
        .order_by(Agreement.version.desc())
    )


def newest(project: Project, *kinds: AgreementKind) -> Agreement | None:
    """The newest version, drafts included, of one kind or of any."""
    found: Agreement | None = (
        Agreement.select()
        .where(Agreement.project == project.id, Agreement.kind.in_(kinds or list(AgreementKind)))
        .order_by(Agreement.version.desc())
        .first()
    )
    return found


_BASE = Once(
    lambda project: (
        Agreement.select()
        .where(Agreement.project == project, Agreement.kind == AgreementKind.AGREEMENT)
        .order_by(Agreement.version.desc())
        .limit(1)
    )
)


def base(project: Project) -> Agreement | None:
    """The newest version of the agreement itself, which change orders build on."""
    found: Agreement | None = _BASE.model(project.id)
    return found


def standing(project: Project) -> Agreement | None:
    """The offer that is out, being prepared or sealed, and not in force yet; of either kind."""
    found: Agreement | None = Agreement.get_or_none(
        (Agreement.project == project.id) & Agreement.state.in_(UNSEALED)
    )
    return found


def in_force(project: Project) -> list[Agreement]:
    """What holds between both sides: the agreement, then its signed changes, the oldest first."""
    return list(
        Agreement.select()
        .where(Agreement.project == project.id, Agreement.state.in_(SIGNED))
        .order_by(Agreement.version)
    )


def current(project: Project) -> Agreement | None:
    """What a page of the agreement shows first: an offer that is out, what holds, or the draft."""
    held = in_force(project)
    return standing(project) or (held[-1] if held else base(project))


def is_change(agreement: Agreement) -> bool:
    """Whether it is a change order."""
    return bool(agreement.kind == AgreementKind.CHANGE_ORDER)


def number_of(agreement: Agreement) -> int:
    """Which change of its project a change order is, counted from 1; 0 for an agreement."""
    if not is_change(agreement):
        return 0
    earlier = Agreement.select().where(
        Agreement.project == agreement.project_id,
        Agreement.kind == AgreementKind.CHANGE_ORDER,
        Agreement.version < agreement.version,
    )
    return int(earlier.count()) + 1


def read(agreement: Agreement) -> dict[str, Any]:
    """The frozen payload of a version that was sent."""
    found: dict[str, Any] = json.loads(bytes(agreement.payload))
    return found
