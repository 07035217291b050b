"""Picking from an offer: the choice becomes a version of its own, frozen at once, to be signed.

What is said of prices here is read from the frozen offer, never from the plan.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import rfc8785

from billing.agreeing import agreements, freezing
from billing.invoicing import tax
from billing.planning import options
from billing.refusals import N_, Conflict, NotYours, Refusal
from billing.states import move
from models import Agreement, AgreementState, Contact, ProjectState, write


class TierMissing(Refusal):
    sentence = N_("Choose one of the alternatives first.")
    field = "tier"


class NotOffered(Refusal):
    sentence = N_("That is not part of this offer.")


class ChosenMeanwhile(Conflict):
    sentence = N_("The offer has changed since you opened this page. Look at it again.")


class OfferClosed(Conflict):
    sentence = N_("The last day of this offer has passed. A new one has to be sent.")


OPEN = (AgreementState.PREPARING, *agreements.OUT)
"""States in which the client may still choose otherwise."""


@dataclass(frozen=True)
class Choice:
    """One tier where there are any, and any add-ons; by their ids."""

    tier: int | None = None
    add_ons: frozenset[int] = frozenset()

    @property
    def ids(self) -> frozenset[int]:
        return self.add_ons if self.tier is None else self.add_ons | {self.tier}


def offered(said: dict[str, Any]) -> dict[str, Any] | None:
    """The alternatives of a frozen offer; None where nothing is left to choose."""
    return said.get("options") or None


def chosen(said: dict[str, Any]) -> dict[str, Any] | None:
    """What the client chose to make this version: the offer's version, the tier, the add-ons."""
    return said.get("chosen") or None


def choice_in(said: dict[str, Any]) -> Choice:
    """The choice that a chosen version holds."""
    found = chosen(said) or {}
    tier = found.get("tier")
    return Choice(tier and tier["id"], frozenset(row["id"] for row in found.get("add_ons", ())))


def milestones(said: dict[str, Any], choice: Choice) -> list[dict[str, Any]]:
    """What of an offer a choice comes to: what is always included, and what was chosen."""
    return [row for row in said["milestones"] if row.get("option") in {None, *choice.ids}]


def price(said: dict[str, Any], choice: Choice) -> tax.Totals:
    """Net, tax and total of a choice, to the smallest coin as it will be signed."""
    category, rate = said["tax"]["category"], said["tax"]["rate"]
    lines = [tax.Taxable(row["price"], category, rate) for row in milestones(said, choice)]
    return tax.totals(lines, said["prices"] == "gross")


def check(said: dict[str, Any], choice: Choice) -> None:
    """Refuses NotOffered for what the offer does not hold, TierMissing where one must be chosen."""
    found = offered(said) or {"tiers": [], "add_ons": []}
    tiers = {row["id"] for row in found["tiers"]}
    if not choice.add_ons <= {row["id"] for row in found["add_ons"]}:
        raise NotOffered
    if choice.tier is not None and choice.tier not in tiers:
        raise NotOffered
    if tiers and choice.tier is None:
        raise TierMissing


def offer_of(agreement: Agreement) -> Agreement | None:
    """The offer that a version leaves to choose from, or was chosen from; None without options."""
    said = agreements.read(agreement)
    made = chosen(said)
    if made:
        return agreements.version(agreement.project, made["offer"])
    return agreement if offered(said) else None


def pick(agreement: Agreement, choice: Choice, by: Contact, now: datetime) -> Agreement:
    """Make the choice a version to sign; `agreement` is the offer, or what was chosen before.

    The version it replaces ends; a repeat answers with the same new version. Refuses NotYours,
    TierMissing, NotOffered, OfferClosed, and ChosenMeanwhile where another version stands.
    """
    if agreement.signer_id != by.id:
        raise NotYours(role=agreement.signer.name)
    with write(agreement.project):
        before: Agreement = Agreement.get_by_id(agreement.id)
        offer = offer_of(before)
        if offer is None:
            raise NotOffered
        check(agreements.read(offer), choice)
        newest = _newest(before)
        if _is_made(newest, offer, choice):
            return newest
        if newest.id != before.id or before.state not in OPEN:
            raise ChosenMeanwhile
        if agreements.is_over(before, now):
            raise OfferClosed
        return _freeze(before, offer, choice, by, now)


def _newest(agreement: Agreement) -> Agreement:
    rows = Agreement.select().where(Agreement.project == agreement.project_id)
    found: Agreement = rows.order_by(Agreement.version.desc()).get()
    return found


def _is_made(version: Agreement, offer: Agreement, choice: Choice) -> bool:
    """Whether a version that has not come to nothing holds just this choice from this offer."""
    if version.payload is None or version.state in agreements.ENDED:
        return False
    said = agreements.read(version)
    made = chosen(said)
    return bool(made and made["offer"] == offer.version and choice_in(said) == choice)


def _freeze(
    before: Agreement, offer: Agreement, choice: Choice, by: Contact, now: datetime
) -> Agreement:
    project, terms = before.project, agreements.read(offer)
    move(before, *OPEN, to=AgreementState.VOIDED)
    options.leave_out(project, [row["id"] for row in milestones(terms, choice)], now)
    made = Agreement(
        project=project,
        version=before.version + 1,
        kind=offer.kind,
        state=AgreementState.PREPARING,
        signer=before.signer,
        clauses=offer.clauses,
        created_at=now,
        expires_on=before.expires_on,
    )
    said = {**freezing.payload(made, now), "chosen": _said(terms, offer, choice)}
    if said["totals"] != options.summary(price(terms, choice)):
        raise ChosenMeanwhile
    made.payload = rfc8785.dumps(said)
    made.payload_sha256 = sha256(made.payload).hexdigest()
    made.save(force_insert=True)
    tier = said["chosen"]["tier"]
    agreements.note(
        "agreement.chosen",
        before,
        by,
        now,
        chosen=made.id,
        chosen_version=made.version,
        tier=tier["title"] if tier else "",
        add_ons=[row["title"] for row in said["chosen"]["add_ons"]],
    )
    agreements.note("agreement.prepared", made, by, now, payload_sha256=made.payload_sha256)
    return made


def _said(terms: dict[str, Any], offer: Agreement, choice: Choice) -> dict[str, Any]:
    found = terms["options"]
    tiers = _named(found["tiers"], choice.ids)
    return {
        "offer": offer.version,
        "tier": tiers[0] if tiers else None,
        "add_ons": _named(found["add_ons"], choice.ids),
    }


def _named(rows: list[dict[str, Any]], ids: Collection[int]) -> list[dict[str, Any]]:
    return [{"id": row["id"], "title": row["title"]} for row in rows if row["id"] in ids]


def is_open(version: Agreement | None) -> bool:
    """Whether a version stands that leaves a choice."""
    if version is None or version.state not in OPEN:
        return False
    return offered(agreements.read(version)) is not None


def settled(version: Agreement) -> None:
    """Refuses ChoiceOpen for an offer, or a draft of one, that leaves a choice."""
    if version.payload is not None:
        options.settled(agreements.read(version))
    elif version.project.state == ProjectState.DRAFT and options.are_in(version.project):
        raise options.ChoiceOpen


def is_being_made(version: Agreement) -> bool:
    """Whether the document of a choice is still being made."""
    preparing = version.state == AgreementState.PREPARING
    return preparing and chosen(agreements.read(version)) is not None
