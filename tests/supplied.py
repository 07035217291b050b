"""What a client supplies in a story: handed in, not complete, and handed in again."""

from datetime import timedelta

from billing.accepting import supplies, uploads
from billing.planning.duties import Duty
from models import Milestone, Supply
from tests import cast as the
from tests.cast import NOW, later

NEEDED = (Duty("Logo files", (NOW + timedelta(days=30)).date()),)


def in_two_goes(cast: the.Engagement, milestone: Milestone) -> Supply:
    """The last of them, which stands."""
    content = f"Logo of project {cast.project.id}".encode()
    given = [uploads.looked_at("logo.txt", content)]
    by, first = cast.contact, f"first:{milestone.id}"
    made = supplies.supply(milestone, "Logo files", by, NOW, first, "Here", given=given)
    supplies.reopen(made, "The white one is missing", cast.owner, later(hours=1))
    where = "https://files.example/logo"
    return supplies.supply(milestone, "Logo files", by, later(hours=2), "second", link=where)
