"""Real seals for tests: an agreement with a real document, signed by both, sealed by the engine."""

from datetime import timedelta
from functools import lru_cache
from typing import Any

from billing import sealing
from billing.agreeing import agreements, signing
from billing.delivery import pdf
from billing.delivery import sealing as making
from billing.installation import Installation
from models import Agreement, Client, Seal, User
from tests import cast as the
from tests.cast import NOW


@lru_cache(maxsize=4)
def printed(paper: str = "a4") -> bytes:
    """A small document of the press, the same for all tests of a process."""
    html = (
        f"<html><head><style>@page {{ size: {paper} }} html {{ font-family: milepost }}"
        "</style></head><body><p>Zażółć what will be delivered</p></body></html>"
    )
    faces = f"<style>{pdf._faces(html)}</style></head>"
    return pdf.print_page(html.replace("</head>", faces))


def signed(owner: User | None = None, client: Client | None = None, **options: Any):
    """An engagement that both have signed and that waits for its seal."""
    user = owner or the.owner()
    project = the.project(user, for_client=client)
    agreement = agreements.compose(project, NOW)
    agreements.send(agreement, user, NOW)
    agreements.deliver(agreement, printed(**options), user, NOW)
    agreement = Agreement.get_by_id(agreement.id)
    signing.sign(agreement, the.intent(agreement), agreement.signer, NOW + timedelta(hours=1))
    intent = the.intent(agreement, name="Alice")
    signing.countersign(agreement, intent, user, NOW + timedelta(hours=2))
    return the.Engagement(user, agreement.project, agreement.signer, agreement)


def seal(cast: the.Engagement, installation: Installation) -> bytes:
    """Seal it as the worker does; the sealed bytes."""
    making.seal(cast.agreement.id, installation, NOW + timedelta(hours=3))
    return content(cast)


def content(cast: the.Engagement) -> bytes:
    """The sealed bytes as they are stored."""
    made = sealing.of(cast.agreement)
    assert isinstance(made, Seal), "there is no seal"
    return bytes(made.document.file.content)
