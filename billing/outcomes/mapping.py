"""Which column of a file holds what: known for the exports we know, else chosen by a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from billing.importing import cells
from billing.importing.tabular import Table
from billing.money import CURRENCIES
from billing.refusals import N_, Refusal
from models import HoursFormat

FIELDS = (
    "worked_on", "hours", "client", "project", "kind", "description", "person", "billable",
    "amount", "rate", "currency", "started_at", "ended_at",
)  # fmt: skip
"""What an entry is read from. Only the day must be there, and the hours or when it began
and ended.
"""

EXPORTS: dict[str, dict[str, tuple[str, ...]]] = {
    # Toggl Track, Reports › Detailed.
    HoursFormat.TOGGL: {
        "worked_on": ("start date",),
        "hours": ("duration",),
        "client": ("client",),
        "project": ("project",),
        "kind": ("task", "tags"),
        "description": ("description",),
        "person": ("user", "member"),
        "billable": ("billable",),
        "amount": ("amount",),
        "currency": ("currency",),
        "started_at": ("start time",),
        "ended_at": ("stop time", "end time"),
    },
    # Harvest, Reports › Detailed time.
    HoursFormat.HARVEST: {
        "worked_on": ("date",),
        "hours": ("hours",),
        "client": ("client",),
        "project": ("project",),
        "kind": ("task",),
        "description": ("notes",),
        "person": ("first name",),
        "billable": ("billable?",),
        "amount": ("billable amount",),
        "rate": ("billable rate",),
        "currency": ("currency",),
        "started_at": ("started at",),
        "ended_at": ("ended at",),
    },
    # Clockify, Reports › Detailed.
    HoursFormat.CLOCKIFY: {
        "worked_on": ("start date",),
        # To the second; decimals are of two digits.
        "hours": ("duration (h)", "duration (decimal)"),
        "client": ("client",),
        "project": ("project",),
        "kind": ("task", "tags", "tag"),
        "description": ("description",),
        "person": ("user",),
        "billable": ("billable",),
        "amount": ("billable amount",),
        "rate": ("billable rate",),
        "currency": ("currency",),
        "started_at": ("start time",),
        "ended_at": ("end time",),
    },
}

SIGNS: dict[str, tuple[set[str], ...]] = {
    HoursFormat.CLOCKIFY: ({"start date", "duration (decimal)"}, {"start date", "duration (h)"}),
    HoursFormat.HARVEST: ({"client", "project", "task", "notes", "hours", "billable?"},),
    # Its owner chooses the columns, even whether there is a duration.
    HoursFormat.TOGGL: (
        {"start date", "start time", "duration"},
        {"start date", "start time", "stop date", "stop time"},
    ),
}
"""Columns that together only this export has, the most telling first."""

NOTHING = frozenset({"", "-", "\u2013", "\u2014"})
"""Cells that say nothing: Toggl Track writes a dash where there is no client, tag or amount."""

USUAL: dict[str, tuple[str, ...]] = {
    "worked_on": (
        "date", "datum", "day", "tag", "jour", "fecha", "data", "start date", "startdatum",
        "date de debut", "fecha de inicio", "data inizio", "data di inizio", "data de inicio",
        "data rozpoczecia",
    ),
    "hours": (
        "hours", "duration", "time", "duration (h)", "duration (decimal)", "time (h)",
        "time (decimal)", "stunden", "dauer", "dauer (h)", "dauer (dezimal)", "zeit", "heures",
        "duree", "duree (h)", "duree (decimal)", "temps", "horas", "duracion", "duracion (h)",
        "duracion (decimal)", "tiempo", "godziny", "czas trwania", "durata", "ore", "duracao",
    ),
    "client": ("client", "customer", "kunde", "cliente", "klient", "company"),
    "project": ("project", "projekt", "projet", "proyecto", "progetto", "projeto", "job"),
    "kind": (
        "task", "kind", "activity", "service", "type", "tatigkeit", "aufgabe", "leistung",
        "tache", "tarea", "tags", "tag", "schlagworter", "etiquettes", "etiquetas",
    ),
    "description": (
        "description", "notes", "note", "beschreibung", "notiz", "notizen", "descripcion",
        "notas", "descrizione", "descricao", "opis",
    ),
    "person": (
        "person", "user", "member", "name", "first name", "mitarbeiter", "benutzer", "mitglied",
        "vorname", "employee", "utilisateur", "membre", "prenom", "usuario", "miembro", "nombre",
    ),
    "billable": ("billable", "billable?", "abrechenbar", "abrechenbar?", "facturable",
        "facturable?", "fatturabile", "faturavel"),
    "amount": (
        "amount", "billable amount", "billed", "total", "betrag", "abrechenbarer betrag", "summe",
        "montant", "montant facturable", "importe", "importe facturable", "importo", "kwota",
    ),
    "rate": (
        "rate", "billable rate", "hourly rate", "satz", "stundensatz", "abrechenbarer satz",
        "tarif", "taux facturable", "taux horaire", "tarifa", "tarifa facturable",
    ),
    "currency": ("currency", "wahrung", "devise", "moneda", "valuta", "waluta"),
    "started_at": (
        "start", "start time", "started at", "from", "von", "beginn", "startzeit", "debut",
        "heure de debut", "inicio", "hora de inicio",
    ),
    "ended_at": (
        "end", "end time", "ended at", "stop", "stop time", "to", "bis", "ende", "endzeit", "fin",
        "heure de fin", "hora de finalizacion", "hora de fin",
    ),
}  # fmt: skip
"""Names that columns usually have, folded, as a first guess."""


class ColumnMissing(Refusal):
    sentence = N_(
        "Choose the columns that hold the date and the hours, or when work began and ended."
    )
    field = "worked_on"


class OrderUnclear(Refusal):
    sentence = N_("Say whether the day or the month comes first in the dates.")
    field = "order"


class CurrencyMissing(Refusal):
    sentence = N_("Say which currency the amounts are in.")
    field = "currency_of_all"


@dataclass(frozen=True)
class Reading:
    """How a file is read: the place of each field's columns (the first that says something
    counts), the order of days and months, the decimal sign, the currency where no column says it,
    and whether a row may be a total over more than a day.
    """

    columns: Mapping[str, Sequence[int]]
    order: str = ""
    decimal: str = "."
    currency: str = ""
    totals: bool = False

    def stored(self) -> dict[str, Any]:
        """Plain data, as `of` reads it again."""
        return {**self.__dict__, "columns": {key: list(each) for key, each in self.columns.items()}}

    def text(self, cells: Sequence[str], field: str) -> str:
        """What the cells of a row say of a field."""
        for place in self.columns.get(field, ()):
            if place < len(cells) and (text := cells[place].strip()) not in NOTHING:
                return text
        return ""

    def texts(self, cells: Sequence[str], field: str) -> list[tuple[int, str]]:
        """The cells of a row that say something of a field, each with its column's place."""
        return [
            (place, text)
            for place in self.columns.get(field, ())
            if place < len(cells) and (text := cells[place].strip()) not in NOTHING
        ]

    def refuse_unfit(self, table: Table) -> None:
        """Refuse what cannot be read so: ColumnMissing, OrderUnclear, CurrencyMissing."""
        timed = self.columns.get("started_at") and self.columns.get("ended_at")
        if not (self.columns.get("worked_on") and (self.columns.get("hours") or timed)):
            raise ColumnMissing
        if not self.order and cells.is_ambiguous(cells.column(table, self.columns["worked_on"])):
            raise OrderUnclear
        has_money = self.columns.get("amount") or self.columns.get("rate")
        if has_money and not self.columns.get("currency") and self.currency not in CURRENCIES:
            raise CurrencyMissing


def of(stored: Mapping[str, Any]) -> Reading:
    """A reading as it was kept."""
    return Reading(**stored)


def recognise(table: Table) -> HoursFormat:
    """Whose export this is, by its columns; MAPPED where it is nobody's we know."""
    names = set(_names(table))
    for format, signs in SIGNS.items():
        if any(each <= names for each in signs):
            return HoursFormat(format)
    return HoursFormat.MAPPED


def guess(table: Table, format: HoursFormat, currency: str) -> Reading:
    """How a file is most likely read; `currency` is the owner's, for amounts that name none."""
    known = EXPORTS.get(format, USUAL)
    names = _names(table)
    columns = {
        field: [at for name in known[field] for at, each in enumerate(names) if each == name]
        for field in FIELDS
        if field in known
    }
    columns = {field: places for field, places in columns.items() if places}
    began = columns.get("started_at", [])
    if "worked_on" not in columns and cells.has_days(cells.column(table, began)):
        columns["worked_on"] = began
    return completed(Reading(columns, currency=_currency(table, columns) or currency), table)


def completed(given: Reading, table: Table) -> Reading:
    """With the order of days and the decimal sign, where the file itself tells them."""
    days = list(cells.column(table, given.columns.get("worked_on", ())))
    numbers = [
        *cells.column(table, given.columns.get("hours", ())),
        *cells.column(table, given.columns.get("amount", ())),
    ]
    return replace(
        given,
        order=given.order or cells.order_of(days),
        decimal="," if cells.has_commas(numbers) else ".",
    )


def _names(table: Table) -> list[str]:
    """The columns' names, folded, without the currency behind some."""
    return [cells.bare(name) for name in table.header]


def _currency(table: Table, columns: Mapping[str, Sequence[int]]) -> str:
    """The currency that the heads of the columns of money name."""
    for field in ("amount", "rate"):
        for place in columns.get(field, ()):
            code = cells.currency_in(table.header[place])
            if code in CURRENCIES:
                return code
    return ""
