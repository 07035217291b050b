"""Letters that the owner passes on, where no mail server is set up."""

from datetime import datetime

from billing.delivery import letters
from billing.delivery.failures import Undeliverable
from billing.delivery.occasion import TO_OWNER
from billing.installation import Installation
from billing.people import links
from billing.refusals import N_, Conflict
from models import Delivery, DeliveryState, Link, User


class NotByHand(Conflict):
    sentence = N_(
        "Only a message to a client that is kept because no mail is set up can be copied."
    )


def can_be_copied(delivery: Delivery, installation: Installation) -> bool:
    """Whether its owner must pass a letter on: else it goes to its reader and to nobody else.

    What is for the owner holds nothing to pass on, and a token for a new password must not
    be had from a session that somebody left open. A code that the owner has had proves nothing.
    """
    return (
        not installation.sends_mail
        and delivery.channel == "mail"
        and delivery.kind not in TO_OWNER
        and delivery.kind != "signing_code"
        and delivery.state == DeliveryState.HELD
    )


def copy(delivery: Delivery, installation: Installation, by: User, now: datetime) -> letters.Letter:
    """The whole letter; that the owner has had the link in it, if it has one, goes on record.

    Refuses NotByHand, and LinkShut for a link that was closed.
    """
    if not can_be_copied(delivery, installation):
        raise NotByHand
    try:
        letter = letters.compose(delivery, installation, now)
    except Undeliverable as gone:
        raise NotByHand from gone
    if delivery.project_id is None:
        return letter
    link: Link = Link.get(Link.project == delivery.project_id, Link.contact == delivery.contact_id)
    links.copy(link, by, now)
    return letter
