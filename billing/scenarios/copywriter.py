"""Maya writes in New York: her clients and four projects."""

from datetime import timedelta

from billing.people import clients
from billing.people.contacts import Person
from billing.planning import projects
from billing.planning.terms import Terms
from billing.scenarios import past
from billing.scenarios.stage import (
    Stage,
    accept,
    ask,
    milestones,
    new_client,
    owner,
    paid,
    planned,
    short,
    signed,
    submit,
)
from models import Client, Package, PackageMilestone, User


def copywriter(stage: Stage) -> tuple[User, str]:
    """Maya writes in New York, in dollars and without tax."""
    maya, password = owner(
        stage,
        "maya@example.com",
        name="Maya Hart Copywriting",
        email="maya@example.com",
        street="212 Court Street",
        city="Brooklyn",
        region="NY",
        postcode="11201",
        country="US",
        currency="USD",
        timezone="America/New_York",
        bank_holder="Maya Hart",
        bank_name="First Demo Bank",
        account_number="000123456789",
        routing_number="021000021",
    )
    harbor = new_client(
        stage,
        maya,
        clients.Profile(
            "Harbor & Finch Coffee", country="US", street="88 Pine Street", city="Seattle",
            region="WA", postcode="98101", timezone="America/Los_Angeles",
        ),
        Person("Ana Ruiz", "ana@harborfinch.example", "Head of marketing", is_payer=False),
        Person("Tom Okafor", "ap@harborfinch.example", "Accounts", False, False, True),
    )  # fmt: skip
    lodz = new_client(
        stage,
        maya,
        clients.Profile(
            "Łódź Lighting Ltd", country="GB", street="5 Mill Lane", city="Leeds",
            postcode="LS1 4DY",
        ),
        Person("Zofia Zając", "zofia@lodz-lighting.example", "Director"),
    )  # fmt: skip
    _website(stage, maya, lodz)
    _abandoned(stage, maya, lodz)
    _launch(stage, maya, harbor)
    past.billed_by_the_hour(stage, maya)
    _newsletter(stage, maya, harbor)
    return maya, password


PUBLISHED = """# What was published

- Landing page: live, tracked
- Six e-mails: one a week, on Tuesdays at nine
- Eight posts: two a week, each with its own link
"""


def _launch(stage: Stage, by: User, client: Client) -> None:
    """Active, the article's own project: one outcome is paid, the next awaits acceptance."""
    today = stage.now.date()
    project = planned(
        stage, by, client, "Content strategy for a product launch", 40,
        Terms(
            title="Strategy document approved",
            deliverable="A content strategy with audiences, messages and a channel plan",
            criteria=("Covers the three audiences named in the brief", "Names a channel plan with"
                      " dates", "Approved by the head of marketing"),
            price=500_000,
            due_on=today - timedelta(days=18),
        ),
        Terms(
            title="Campaign launched",
            deliverable="Landing page, six e-mails and eight posts, live",
            criteria=("All pieces are published", "Links and tracking work"),
            price=650_000,
            due_on=today - timedelta(days=1),
        ),
        Terms(
            title="Performance report delivered",
            deliverable="What the campaign achieved after four weeks, and what to do next",
            criteria=("Shows reach, sign-ups and cost per sign-up", "Recommends three next steps"),
            price=250_000,
            due_on=today + timedelta(days=30),
        ),
    )  # fmt: skip
    signed(stage, project, by, 38)
    first, second = milestones(project)[:2]
    submit(stage, first, by, 20, "The strategy as discussed, with the channel plan on page 14.")
    accept(stage, first, 18)
    paid(stage, project, by, 9)
    note = "Everything is live. The dashboard link is in the list, what was sent when in the file."
    submit(stage, second, by, 1, note, published=PUBLISHED)
    ask(stage, second, 0.5, "Which of the eight posts did best so far?")
    past.worked(stage, by, first, 24, 1.25, "Research and outline, with AI")
    past.worked(stage, by, first, 22, 1.75, "Draft, and Ana's remarks")
    past.worked(stage, by, second, 6, 5.5, "Landing page and e-mails")


def _website(stage: Stage, by: User, client: Client) -> None:
    """Closed: all accepted and paid months ago."""
    project = planned(
        stage, by, client, "Website texts", 150,
        short("Texts for five pages approved", 280_000, "Reads well to a lighting engineer"),
        short("Product descriptions delivered", 160_000, "Forty products, two sentences each"),
    )  # fmt: skip
    signed(stage, project, by, 146)
    for milestone, days, hours in zip(milestones(project), (120, 95), (9.5, 4.25), strict=True):
        past.worked(stage, by, milestone, days + 6, hours, "Texts, with AI for the first draft")
        submit(stage, milestone, by, days + 4, "Ready for your review.")
        accept(stage, milestone, days)
        paid(stage, project, by, days - 11)


def _newsletter(stage: Stage, by: User, client: Client) -> None:
    """Draft, started from a package."""
    package = Package.create(
        owner=by,
        name="Newsletter in three outcomes",
        summary="From a plan to the first issue that is read",
        currency="USD",
        created_at=stage.at(30),
    )
    outcomes = (
        ("Editorial plan approved", "Twelve topics with a date each", 90_000),
        ("Welcome series live", "Five mails go out to a new subscriber", 180_000),
        ("First issue sent", "Sent to the whole list", 60_000),
    )
    for position, (title, criterion, price) in enumerate(outcomes):
        PackageMilestone.create(
            package=package, position=position, title=title, criteria=[criterion], price=price
        )
    projects.start(client, "Newsletter relaunch", by, stage.at(2), package)


def _abandoned(stage: Stage, by: User, client: Client) -> None:
    """Cancelled before it was sent."""
    project = planned(
        stage, by, client, "Trade fair brochure", 60,
        short("Brochure approved for print", 120_000, "Sixteen pages, print-ready"),
    )  # fmt: skip
    projects.cancel(project, "The fair was called off", by, stage.at(52))
