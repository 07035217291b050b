"""What an agreement says, in plain data: shown while it is composed, frozen when it is sent."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

import rfc8785

from billing import clock, format, languages
from billing.accepting import gate_clauses
from billing.agreeing import clause_choices, clauses, consumers
from billing.ending import kill_fees
from billing.invoicing import charges, measures, tax, tax_modes
from billing.outbox import business_of
from billing.people import parties
from billing.planning import options
from models import Agreement, Client, Milestone, Project

FORMAT = "milepost-agreement-1"


def payload(agreement: Agreement, now: datetime) -> dict[str, Any]:
    """All that both sides sign, in plain data; money in minor units, dates ISO."""
    project = agreement.project
    milestones = list(Milestone.live(project))
    sums = totals(project, milestones)
    choice = options.frozen(project, milestones)
    return {
        **head(agreement, now),
        "milestones": [outcome(row, number) for number, row in enumerate(milestones, 1)],
        # Where a choice is left, no sum over the alternatives is anybody's price.
        "totals": choice["least"] if choice else options.summary(sums),
        "options": choice,
        "stopping": kill_fees.proposed(agreement),
        "gates": gate_clauses.proposed(agreement),
        "deemed_acceptance": clause_choices.deems(agreement),
        "library": clause_choices.choice_of(project).origin(),
        "clauses": _clauses(agreement, values(project, milestones)),
    }


def head(agreement: Agreement, now: datetime) -> dict[str, Any]:
    """What agreements and change orders say alike: who signs what, by when, in which money."""
    project = agreement.project
    business = business_of(project)
    client: Client = project.client
    language = languages.spoken(str(client.language))
    return {
        "format": FORMAT,
        "kind": agreement.kind,
        "version": agreement.version,
        "project": {"id": project.id, "title": project.title},
        "language": language,
        "currency": project.currency,
        "sent_on": clock.local_date(now, business.timezone).isoformat(),
        "expires_on": agreement.expires_on.isoformat() if agreement.expires_on else None,
        "seller": parties.seller(business, language),
        "client": parties.buyer(client, language),
        "signer": _signer(agreement),
        "prices": "gross" if project.prices_gross else "net",
        "tax": {
            "category": project.tax_category,
            "rate": project.tax_rate,
            "label": parties.tax_label(business, language),
            "note": tax_modes.reason(str(project.tax_note), language),
        },
        "terms_days": project.terms_days,
        "consumer": consumers.said(client, business),
    }


def digest(said: dict[str, Any]) -> str:
    """SHA-256 over all a payload says but its date: the same wherever the same is shown."""
    return sha256(rfc8785.dumps({**said, "sent_on": None})).hexdigest()


def values(project: Project, milestones: Sequence[Milestone]) -> dict[str, str]:
    """What the clauses' variables stand for; "" for what is not known yet."""
    business, client = business_of(project), project.client
    language = languages.spoken(str(client.language))
    choice = options.frozen(project, milestones)
    least = choice["least"]["total"] if choice else totals(project, milestones).total
    most = choice["most"]["total"] if choice else least
    due = [row.due_on for row in milestones if row.due_on]
    return {
        "client": client.name,
        "business": business.name,
        "project": project.title,
        "total": _range_of_money(least, most, project.currency, language) if milestones else "",
        "terms_days": str(project.terms_days),
        "review_days": _range([int(row.review_days) for row in milestones]),
        "rounds": _range([int(row.rounds) for row in milestones]),
        "country": parties.country_name(business.country, language),
        "jurisdiction": parties.jurisdiction(business, language),
        "city": business.city,
        "last_due": format.date(max(due), language) if due else "",
        "kill_not_begun": format.share(project.fee_not_begun, language),
        "kill_in_progress": format.share(project.fee_in_progress, language),
        "kill_submitted": format.share(project.fee_submitted, language),
        "exposure": _money(project.exposure_cap, project.currency, language),
    }


def totals(project: Project, milestones: Sequence[Milestone]) -> tax.Totals:
    """Net, tax and total of the plan, unpriced milestones counted as nothing."""
    rate, category = int(project.tax_rate), str(project.tax_category)
    lines = [tax.Taxable(int(row.price or 0), category, rate) for row in milestones]
    return tax.totals(lines, bool(project.prices_gross))


def _range_of_money(least: int, most: int, currency: str, language: str) -> str:
    low, high = (format.money(each, currency, language) for each in (least, most))
    return low if low == high else f"{low} – {high}"


def _money(amount: int | None, currency: str, language: str) -> str:
    return "" if amount is None else format.money(amount, currency, language)


def _range(numbers: list[int]) -> str:
    if not numbers:
        return ""
    low, high = min(numbers), max(numbers)
    return str(low) if low == high else f"{low}-{high}"


def _signer(agreement: Agreement) -> dict[str, str]:
    signer = agreement.signer
    if signer is None:
        return {"name": "", "email": "", "title": ""}
    return {"name": signer.name, "email": signer.email, "title": signer.title}


def _clauses(agreement: Agreement, known: dict[str, str]) -> list[dict[str, str]]:
    return [
        {
            "key": clause["key"],
            "heading": clauses.fill(clause["heading"], known),
            "body": clauses.fill(clause["body"], known),
        }
        for clause in clause_choices.standing(agreement)
    ]


def outcome(milestone: Milestone, number: int) -> dict[str, Any]:
    """A milestone as a payload holds it; `number` is its place in the plan."""
    amounts = charges.trigger_amounts(milestone)
    return {
        "id": milestone.id,
        "position": number,
        "title": milestone.title,
        "deliverable": milestone.deliverable,
        "criteria": [
            {"id": row.id, "text": row.text, "weight": row.weight}
            for row in sorted(milestone.criteria, key=lambda row: int(row.position))
        ],
        "price": milestone.price or 0,
        "option": milestone.option_id,
        "due_on": milestone.due_on.isoformat() if milestone.due_on else None,
        "review_days": milestone.review_days,
        "rounds": milestone.rounds,
        "duties": list(milestone.duties),
        "triggers": [
            {
                "id": row.id,
                "kind": row.kind,
                "share": row.share,
                "amount": amounts[row.id],
                "on": row.on.isoformat() if row.on else None,
                "delivery": row.delivery,
                "measure": measures.frozen(row.measure, amounts[row.id]),
            }
            for row in sorted(milestone.triggers, key=lambda row: int(row.position))
        ],
    }
