"""Jonas builds software in Berlin: his clients, who read French, English and German."""

from dataclasses import replace
from datetime import timedelta

from billing.accepting import reviews
from billing.changes import drafts, requests
from billing.paying import payments
from billing.people import clients
from billing.people.contacts import Person
from billing.planning import options, plan
from billing.planning.terms import Billing
from billing.scenarios.stage import (
    Stage,
    accept,
    changed,
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
from models import Client, OptionKind, Project, User


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
            postcode="69003", city="Lyon", tax_id="FR40303265045", language="fr",
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
            postcode="50667", city="Köln", language="de",
        ),
        Person("Jürgen Größ", "juergen@baeckerei-groess.example", "Geschäftsführer"),
    )  # fmt: skip
    _shop(stage, jonas, nguyen)
    _booking(stage, jonas, sakura)
    _orders(stage, jonas, bakery)
    _loyalty(stage, jonas, bakery)
    return jonas, password


def _shop(stage: Stage, by: User, client: Client) -> None:
    """Active with a deposit and a change order: changes asked for, and an overdue invoice."""
    deposit = Billing(signing_share=3000)
    project = planned(
        stage, by, client, "Boutique en ligne", 75,
        short("La boutique prend sa première commande", 480_000,
              "Une commande d'essai est payée et expédiée", deposit),
        short("Catalogue importé", 210_000, "Les 320 articles ont leur image", deposit),
        short("Équipe formée", 90_000, "Deux personnes savent tenir la boutique", deposit),
    )  # fmt: skip
    signed(stage, project, by, 70)
    paid(stage, project, by, 63)
    first, second = milestones(project)[:2]
    submit(
        stage, first, by, 34, "La boutique est en ligne ; la commande d'essai porte le numéro 1001."
    )
    accept(stage, first, 31)
    _newsletter(stage, project, by)
    submit(stage, second, by, 4, "Le catalogue est en place.")
    contact = second.project.client.contacts[0]
    unmet = [criterion.id for criterion in second.criteria]
    note = "Il manque encore l'image d'une quarantaine d'articles."
    reviews.ask_for_changes(second, note, unmet, contact, stage.at(2))


def _newsletter(stage: Stage, project: Project, by: User) -> None:
    """The client wished for it; it came into the plan by a change order, with a favour on top."""
    contact = project.client.contacts[0]
    wish = "Pourriez-vous aussi mettre en place une lettre d'information ?"
    asked = requests.propose(project, wish, None, "demo", contact, stage.at(24))
    requests.take_up(asked, by, stage.at(23))
    terms = short("Lettre d'information envoyée", 60_000, "Une première lettre part à la liste")
    drafts.add(project, terms, None, stage.at(23))
    title, note = "Bannière pour la page d'accueil", "Pour bien commencer"
    drafts.favour(project, title, note, 25_000, stage.at(23))
    changed(stage, project, by, 22)


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
        short("Bestellungen erreichen jede Filiale", 720_000,
              "Eine Testbestellung kommt in allen sechs Filialen an"),
        short("Öfen planen nach Bestellungen", 310_000, "Die Nachtliste druckt sich selbst"),
    )  # fmt: skip
    sent(stage, project, by, 3)


def _loyalty(stage: Stage, by: User, client: Client) -> None:
    """Offered with a choice: two tiers, and an add-on."""
    project = planned(
        stage, by, client, "Kundenkarte", 4,
        short("Anforderungen geklärt", 90_000, "Alle sechs Filialen sind befragt"),
    )  # fmt: skip
    offered = (
        (OptionKind.TIER, "Stempelkarte", "Elf Kaffees für zehn", 180_000, False),
        (OptionKind.TIER, "Punkte und Prämien", "Mit Guthaben und Auswertung", 420_000, True),
        (OptionKind.ADD_ON, "Gutscheine", "Zum Verschenken, auch online", 75_000, False),
    )
    for kind, title, note, price, recommended in offered:
        option = options.add(project, kind)
        options.revise(option, title, note, recommended)
        terms = short(f"{title}: eingeführt", price, "In allen Filialen in Gebrauch")
        plan.add(project, replace(terms, option=option.id))
    sent(stage, project, by, 1)
