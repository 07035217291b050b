"""Jonas builds software in Berlin: his clients and three projects."""

from datetime import timedelta

from billing import clients, payments, reviews
from billing.contacts import Person
from billing.scenarios.stage import (
    Stage,
    accept,
    invoices_of,
    milestones,
    new_client,
    owner,
    paid,
    planned,
    sent,
    short,
    signed,
    submit,
)
from billing.terms import Billing
from models import Client, User


def developer(stage: Stage) -> tuple[User, str]:
    """Jonas builds software in Berlin, in euros and with German VAT."""
    jonas, password = owner(
        stage,
        "jonas@example.com",
        name="Jonas Weiß Softwareentwicklung",
        email="jonas@example.com",
        street="Oranienstraße 14",
        city="Berlin",
        postcode="10999",
        country="DE",
        currency="EUR",
        timezone="Europe/Berlin",
        tax_registered=True,
        tax_label="VAT",
        tax_id="DE136695976",
        tax_rate=19000,
        bank_holder="Jonas Weiß",
        bank_name="Demo-Bank Berlin",
        iban="DE02120300000000202051",
        bic="BYLADEM1001",
    )
    nguyen = new_client(
        stage,
        jonas,
        clients.Profile(
            "Đường Lumière SARL", country="FR", currency="EUR", street="3 rue des Lilas",
            postcode="69003", city="Lyon", tax_id="FR40303265045",
        ),
        Person("Đường Minh Anh", "minh.anh@duong-lumiere.example", "Gérante"),
    )  # fmt: skip
    sakura = new_client(
        stage,
        jonas,
        clients.Profile(
            "株式会社さくら", country="JP", currency="JPY", street="神宮前 1-2-3",
            postcode="150-0001", city="東京都渋谷区",
        ),
        Person("佐藤 花子", "hanako@sakura.example", "部長"),
    )  # fmt: skip
    bakery = new_client(
        stage,
        jonas,
        clients.Profile(
            "Bäckerei Größ GmbH", country="DE", currency="EUR", street="Hauptstraße 7",
            postcode="50667", city="Köln",
        ),
        Person("Jürgen Größ", "juergen@baeckerei-groess.example", "Geschäftsführer"),
    )  # fmt: skip
    _shop(stage, jonas, nguyen)
    _booking(stage, jonas, sakura)
    _orders(stage, jonas, bakery)
    return jonas, password


def _shop(stage: Stage, by: User, client: Client) -> None:
    """Active with a deposit: changes asked for, and an invoice that is overdue."""
    deposit = Billing(signing_share=3000)
    project = planned(
        stage, by, client, "Boutique en ligne", 75,
        short("Shop accepts its first order", 480_000, "A test order is paid and mailed", deposit),
        short("Catalogue imported", 210_000, "All 320 articles with pictures", deposit),
        short("Team trained", 90_000, "Two people can run the shop", deposit),
    )  # fmt: skip
    signed(stage, project, by, 70)
    paid(stage, project, by, 63)
    first, second = milestones(project)[:2]
    submit(stage, first, by, 34, "The shop is live; the test order is number 1001.")
    accept(stage, first, 31)
    submit(stage, second, by, 4, "The catalogue is in.")
    contact = second.project.client.contacts[0]
    unmet = [criterion.id for criterion in second.criteria]
    note = "Some forty articles still have no picture."
    reviews.ask_for_changes(second, note, unmet, contact, stage.at(2))


def _booking(stage: Stage, by: User, client: Client) -> None:
    """Active, in yen, with a part-payment and one part billed on a date."""
    dated = Billing(date_share=5000, billed_on=(stage.now - timedelta(days=5)).date())
    project = planned(
        stage, by, client, "予約システム", 45,
        short("Booking page live", 600_000, "A guest can book on a phone"),
        short("Calendar connected", 350_000, "Bookings show in the team's calendar", dated),
    )  # fmt: skip
    signed(stage, project, by, 41)
    first = milestones(project)[0]
    submit(stage, first, by, 14, "Please try a booking on your phone.")
    accept(stage, first, 12)
    [invoice] = invoices_of(project)[:1]
    payments.record(invoice, 250_000, stage.at(3).date(), "demo-part", by, stage.at(3))


def _orders(stage: Stage, by: User, client: Client) -> None:
    """Offered: sent and waiting for the client's signature."""
    project = planned(
        stage, by, client, "Online-Bestellung für sechs Filialen", 6,
        short("Orders reach every branch", 720_000, "A test order arrives in all six branches"),
        short("Ovens plan from orders", 310_000, "The night list is printed by itself"),
    )  # fmt: skip
    sent(stage, project, by, 3)
