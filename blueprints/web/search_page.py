"""What is shown of each thing that search finds, and the pages that can be gone to by name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from billing.reading import search
from models import AgreementKind, InvoiceKind


@dataclass(frozen=True)
class Shown:
    """`state` is a chip's, `of` says which kind of chip it is."""

    title: str
    detail: str
    address: str
    state: str = ""
    of: str = ""


def shown(kind: str, row: Any) -> Shown:
    return SHOWN[kind](row)


def places(words: str) -> list[tuple[str, str]]:
    """(address, label) of the pages whose name has a word that begins with each one typed."""
    named = [(url_for(endpoint), str(label)) for endpoint, label in PLACES]
    return [(address, label) for address, label in named if search.fits(label, words)]


def _client(row: Any) -> Shown:
    where = ", ".join(filter(None, (row.city, row.country)))
    detail = " · ".join(filter(None, (where, _("archived") if row.archived_at else "")))
    return Shown(row.name, detail, url_for("clients.show", client_id=row.id))


def _contact(row: Any) -> Shown:
    detail = " · ".join(filter(None, (row.email, row.title, row.client.name)))
    return Shown(row.name, detail, url_for("clients.show", client_id=row.client_id))


def _project(row: Any) -> Shown:
    address = url_for("projects.show", project_id=row.id)
    return Shown(row.title, row.client.name, address, row.state, "project")


def _milestone(row: Any) -> Shown:
    title = row.title or _("A milestone without a title")
    anchor = f"milestone_{row.id}"
    address = url_for("projects.show", project_id=row.project_id, _anchor=anchor)
    return Shown(title, _of_project(row.project), address, row.state, "milestone")


def _invoice(row: Any) -> Shown:
    is_credit = row.kind == InvoiceKind.CREDIT_NOTE
    title = row.number or _("A draft")
    detail = f"{row.client.name} · {row.project.title}"
    if is_credit:
        detail = f"{_('Credit note')} · {detail}"
    return Shown(title, detail, url_for("invoices.show", invoice_id=row.id))


def _agreement(row: Any) -> Shown:
    is_change = row.kind == AgreementKind.CHANGE_ORDER
    name = _("Change order") if is_change else _("Agreement")
    room = "changes.show" if is_change else "agreements.show"
    address = url_for(room, project_id=row.project_id)
    title = f"{name} {row.version}"
    return Shown(title, _of_project(row.project), address, row.state, "agreement")


def _account_document(row: Any) -> Shown:
    names = {"statement": _("Statement"), "receipt": _("Receipt"), "dunning": _("Dunning letter")}
    number = row.invoice.number if row.invoice else ""
    detail = " · ".join(filter(None, (row.client.name, number)))
    address = url_for("account_documents.show", document_id=row.id)
    return Shown(names[row.kind], detail, address)


def _attachment(row: Any) -> Shown:
    milestone = row.milestone
    anchor = f"milestone_{milestone.id}"
    address = url_for("projects.show", project_id=milestone.project_id, _anchor=anchor)
    return Shown(row.name, f"{milestone.title} · {milestone.project.title}", address)


def _package(row: Any) -> Shown:
    return Shown(row.name, row.summary, url_for("packages.show", package_id=row.id))


def _of_project(project: Any) -> str:
    return f"{project.title} · {project.client.name}"


SHOWN: dict[str, Callable[[Any], Shown]] = {
    "client": _client,
    "contact": _contact,
    "project": _project,
    "milestone": _milestone,
    "invoice": _invoice,
    "agreement": _agreement,
    "account_document": _account_document,
    "attachment": _attachment,
    "package": _package,
}

PLACES = (
    ("home.index", _l("Home")),
    ("projects.new", _l("New project")),
    ("clients.new", _l("New client")),
    ("invoices.new", _l("New invoice")),
    ("packages.new", _l("New package")),
    ("projects.index", _l("Projects")),
    ("clients.index", _l("Clients")),
    ("invoices.index", _l("Invoices")),
    ("packages.index", _l("Packages")),
    ("outbox.index", _l("Outbox")),
    ("client_imports.index", _l("Import clients")),
    ("insights.index", _l("Insights: your year")),
    ("insights.month", _l("Insights: this month in review")),
    ("insights.hourly", _l("Effective hourly rates")),
    ("effort.index", _l("Effort and timers")),
    ("transition.index", _l("From hours to outcomes")),
    ("hours.index", _l("Import past hours")),
    ("switching.index", _l("From hours to outcomes: switch running work")),
    ("retainers.index", _l("Repeating work")),
    ("audit.index", _l("Audit of past work")),
    ("audit_packages.index", _l("Packages from past work")),
    ("replay.index", _l("Replay of past hours")),
    ("bank.index", _l("Bank statements")),
    ("mails.settings", _l("Settings: mails")),
    ("books.index", _l("Books and exports")),
    ("clause_sets.index", _l("Clauses")),
    ("settings.index", _l("Settings")),
    ("settings.business", _l("Settings: business")),
    ("settings.account", _l("Settings: account and password")),
    ("settings.sessions", _l("Settings: signed-in browsers")),
    ("numbering.show", _l("Settings: invoice numbers")),
    ("tax_rates.show", _l("Settings: tax rates")),
    ("cards.settings", _l("Settings: card payments")),
    ("brands.settings", _l("Settings: logo and colours")),
    ("einvoices.settings", _l("Settings: e-invoices")),
)
