"""From hours to outcomes: running hourly work becomes a draft project of what is left to do.

What was paid for hours is settled and billed already, so no invoice and no payment is made of
it here: it is said in a clause of the agreement, which both sides sign.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from peewee import fn

from billing import clock, format, languages
from billing.agreeing import composing
from billing.planning import plan, projects
from billing.planning.terms import Terms
from billing.refusals import N_, Refusal
from models import Client, HoursEntry, Project, ProjectState, User, write
from models.folding import fold

RECENT = timedelta(days=120)
"""Work that was tracked within this time still runs."""

MOST = 20
"""Projects that are shown."""

KEY = "own-before"
"""The clause's key: one that the owner wrote, and may write anew before anybody signs."""

CLAUSES = {
    "en": (
        "Work before this agreement",
        "Until {day}, work on this project was billed by the hour. {client} has paid {amount}"
        " for it. That work is settled: it is no part of the milestones of this agreement, and"
        " nothing more is billed for it.",
    ),
    "de": (
        "Arbeit vor dieser Vereinbarung",
        "Bis zum {day} wurde an diesem Projekt nach Stunden gearbeitet. {client} hat dafür"
        " {amount} bezahlt. Diese Arbeit ist abgegolten: Sie ist kein Teil der Meilensteine"
        " dieser Vereinbarung und wird nicht weiter berechnet.",
    ),
    "fr": (
        "Travail antérieur à cet accord",
        "Jusqu’au {day}, le travail sur ce projet a été facturé à l’heure. {client} a payé"
        " {amount} à ce titre. Ce travail est soldé : il ne fait pas partie des jalons de cet"
        " accord et ne donne lieu à aucune autre facturation.",
    ),
    "es": (
        "Trabajo anterior a este acuerdo",
        "Hasta el {day}, el trabajo en este proyecto se facturó por horas. {client} ha pagado"
        " {amount} por él. Ese trabajo está saldado: no forma parte de los hitos de este acuerdo"
        " y no se factura nada más por él.",
    ),
}
"""Heading and text by language, as clauses of the library are: a beginning, no advice."""


class NothingLeft(Refusal):
    sentence = N_("Write at least one outcome that is left to reach.")
    field = "outcomes"


class PaidBelowZero(Refusal):
    sentence = N_("What was paid cannot be below zero.")
    field = "paid"


class UntilLater(Refusal):
    sentence = N_("The last day of hourly work cannot lie in the future.")
    field = "until"


@dataclass(frozen=True)
class Hourly:
    """What was paid by the hour so far (minor units of the client's currency, tax included), and
    the last day of it."""

    paid: int
    until: date


def switch(
    client: Client, title: str, left: Sequence[str], hourly: Hourly, by: User, now: datetime
) -> Project:
    """A draft project with a milestone for each outcome that is left, without prices yet.

    Where something was paid, the draft agreement says so. Refuses NothingLeft, PaidBelowZero,
    UntilLater.
    """
    outcomes = [outcome.strip() for outcome in left if outcome.strip()]
    if not outcomes:
        raise NothingLeft
    if hourly.paid < 0:
        raise PaidBelowZero
    with write(by):
        project = projects.start(client, title, by, now)
        if hourly.until > clock.local_date(now, projects.zone_of(project)):
            raise UntilLater
        for outcome in outcomes:
            plan.add(project, Terms(title=outcome))
        if hourly.paid:
            draft = composing.compose(project, now)
            clauses = [said(client, hourly), *draft.clauses]
            composing.revise(project, clauses, draft.signer, None, now)
    return project


def said(client: Client, hourly: Hourly) -> dict[str, Any]:
    """The clause that says what was paid, in the client's language."""
    language = languages.spoken(str(client.language))
    heading, body = CLAUSES.get(language[:2], CLAUSES["en"])
    facts = {
        "day": format.date(hourly.until, language),
        "amount": format.money(hourly.paid, str(client.currency), language),
        # Filled when the agreement is frozen, as in any other clause.
        "client": "{client}",
    }
    return {"key": KEY, "heading": heading, "body": body.format(**facts), "on": True}


@dataclass(frozen=True)
class Running:
    """Hourly work that still runs, from imported hours: names as the files have them, what was
    billed (minor units), its last day, and the client here who has that name, if one does.

    `is_payable` says whether it was billed in that client's currency; `project_id` is what they
    have here under that title already, so that nobody switches it twice.
    """

    client: str
    project: str
    currency: str
    billed: int
    last: date
    client_id: int | None
    is_payable: bool
    project_id: int | None


def running(by: User, today: date) -> list[Running]:
    """What was worked on lately in one currency, the latest first.

    Names that differ in case or accents alone are one: trackers and their owners write them
    differently over the years.
    """
    alike: dict[tuple[str, str], list[Sequence[Any]]] = defaultdict(list)
    for row in _worked_on(by):
        alike[fold(row[0]), fold(row[1])].append(row)
    clients = {str(row.folded): row for row in Client.of(by).order_by(Client.id.desc())}
    there = {
        (project.client_id, fold(project.title)): int(project.id)
        for project in Project.of(by).where(Project.state != ProjectState.CANCELLED)
    }
    found = [_running(rows, clients.get(name), there) for (name, _), rows in alike.items()]
    return [each for each in found if each and each.last >= today - RECENT][:MOST]


def _worked_on(by: User) -> Any:
    """Client, project, currency, billed, last day; the latest first."""
    last = fn.MAX(HoursEntry.worked_on)
    billed = fn.COALESCE(fn.SUM(HoursEntry.amount), 0)
    entry = HoursEntry
    return (
        entry.of(by)
        .select(entry.client, entry.project, entry.currency, billed, last)
        .group_by(entry.client, entry.project, entry.currency)
        .order_by(last.desc(), entry.client, entry.project, entry.currency)
        .tuples()
    )


def _running(
    rows: Sequence[Sequence[Any]], known: Client | None, there: Mapping[tuple[int, str], int]
) -> Running | None:
    """What several rows say of one project; None where it is in two currencies."""
    client, project, *_rest, last = rows[0]
    currencies = {row[2] for row in rows if row[2]}
    if len(currencies) > 1:
        return None
    currency = next(iter(currencies), "")
    return Running(
        client,
        project,
        currency,
        sum(int(row[3]) for row in rows),
        last,
        known.id if known else None,
        known is not None and bool(currency) and known.currency == currency,
        there.get((known.id, fold(project or client))) if known else None,
    )
