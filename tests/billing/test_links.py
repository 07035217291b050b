"""Links: derived and never stored, revoked, replaced, asked for again, and who has had them."""

import pytest

from billing import events
from billing.agreeing import agreements
from billing.people import links
from billing.people.links import LinkShut, NotAtClient
from models import Contact, Delivery, Link, Project
from tests import cast as the
from tests.cast import NOW

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

SECRET = b"a secret for tests"


@pytest.fixture
def cast() -> the.Engagement:
    return the.offered()


def link_of(cast: the.Engagement) -> Link:
    return Link.get(Link.project == cast.project.id, Link.contact == cast.contact.id)


def kinds(cast: the.Engagement) -> list[str]:
    return [told.kind for told in events.history(cast.project) if told.kind.startswith("link.")]


def letters(kind: str) -> int:
    return Delivery.select().where(Delivery.kind == kind).count()


def test_a_token_is_long_derived_and_in_no_column(cast):
    link = link_of(cast)
    token = links.token(link, SECRET)
    assert links.opens(link, token, SECRET, NOW)
    assert not links.opens(link, token, b"another secret", NOW)
    assert len(token) == links.KEY_LENGTH + 43
    assert token[links.KEY_LENGTH :] not in str(list(Link.select().dicts()))


@pytest.mark.parametrize("given", ["", "x", "é" * 59, "ł"])
def test_what_is_no_token_opens_nothing(cast, given):
    assert not links.opens(link_of(cast), given, SECRET, NOW)
    assert not links.was_good(link_of(cast), given, SECRET)


def test_reissuing_kills_the_old_token_and_mails_the_new_one(cast):
    link = link_of(cast)
    old = links.token(link, SECRET)
    links.reissue(link, cast.owner, NOW)
    link = link_of(cast)
    assert not links.opens(link, old, SECRET, NOW)
    assert links.was_good(link, old, SECRET)
    assert links.opens(link, links.token(link, SECRET), SECRET, NOW)
    assert (kinds(cast)[0], letters("link_reissued")) == ("link.reissued", 1)


def test_revoking_shuts_it_and_is_told_once(cast):
    link = link_of(cast)
    links.revoke(link, cast.owner, NOW)
    links.revoke(link, cast.owner, NOW)
    assert not links.is_open(link_of(cast), NOW)
    assert kinds(cast).count("link.revoked") == 1


def test_what_the_owner_revoked_is_not_renewed_by_the_client(cast):
    links.revoke(link_of(cast), cast.owner, NOW)
    links.renew(link_of(cast), NOW)
    assert not links.is_open(link_of(cast), NOW)
    assert letters("link_sent") + letters("link_reissued") == 0
    links.reissue(link_of(cast), cast.owner, NOW)
    assert links.is_open(link_of(cast), NOW)


def test_a_contact_who_was_removed_gets_no_link(cast):
    Contact.update(removed_at=NOW).execute()
    links.renew(link_of(cast), NOW)
    assert letters("link_sent") + letters("link_reissued") == 0
    with pytest.raises(NotAtClient):
        links.invite(cast.project, Contact.get(), cast.owner, NOW)


def test_an_expired_link_is_renewed_under_a_new_token(cast):
    old = links.token(link_of(cast), SECRET)
    Link.update(expires_at=NOW).execute()
    assert not links.opens(link_of(cast), old, SECRET, NOW)
    links.renew(link_of(cast), NOW)
    link = link_of(cast)
    assert (link.generation, link.expires_at) == (2, None)
    assert (kinds(cast)[0], letters("link_reissued")) == ("link.reissued", 1)


def test_who_kept_an_old_token_cannot_shut_the_present_one(cast):
    links.reissue(link_of(cast), cast.owner, NOW)
    present = links.token(link_of(cast), SECRET)
    links.renew(link_of(cast), the.later(minutes=1))
    assert links.opens(link_of(cast), present, SECRET, NOW)
    assert (kinds(cast)[0], letters("link_sent")) == ("link.requested", 1)


def test_two_clicks_are_one_letter(cast):
    links.send_again(link_of(cast), cast.owner, NOW)
    links.send_again(link_of(cast), cast.owner, NOW)
    assert letters("link_sent") == 1
    links.send_again(link_of(cast), cast.owner, the.later(minutes=2))
    assert letters("link_sent") == 2
    assert Delivery.get(Delivery.kind == "link_sent").recipient == cast.contact.email


def test_that_the_owner_took_a_link_is_on_record_once_for_each_token(cast):
    assert [holder.copied_at for holder in links.holders(cast.project, NOW)] == [None]
    links.copy(link_of(cast), cast.owner, NOW)
    links.copy(link_of(cast), cast.owner, the.later(hours=1))
    assert kinds(cast).count("link.copied") == 1
    assert [holder.copied_at for holder in links.holders(cast.project, NOW)] == [NOW]
    links.reissue(link_of(cast), cast.owner, NOW)
    assert [holder.copied_at for holder in links.holders(cast.project, NOW)] == [None]
    links.copy(link_of(cast), cast.owner, NOW)
    assert kinds(cast).count("link.copied") == 2
    assert events.broken_link(cast.project) is None


def test_a_shut_link_is_neither_copied_nor_sent(cast):
    link = link_of(cast)
    links.revoke(link, cast.owner, NOW)
    for act in (links.copy, links.send_again):
        with pytest.raises(LinkShut):
            act(link, cast.owner, NOW)


def test_a_further_contact_is_invited(cast):
    dora = the.contact(cast.project.client, name="Dora")
    assert [holder.link for holder in links.holders(cast.project, NOW)] == [link_of(cast), None]
    links.invite(cast.project, dora, cast.owner, NOW)
    assert [holder.is_open for holder in links.holders(cast.project, NOW)] == [True, True]
    assert kinds(cast)[:2] == ["link.requested", "link.made"]


def test_nobody_from_elsewhere_is_invited(cast):
    with pytest.raises(NotAtClient):
        links.invite(cast.project, the.offered().contact, cast.owner, NOW)


def test_sending_a_new_version_opens_a_link_that_was_shut(cast):
    links.revoke(link_of(cast), cast.owner, NOW)
    agreements.void(cast.agreement, cast.owner, NOW)
    again = agreements.compose(Project.get_by_id(cast.project.id), NOW)
    agreements.send(again, cast.owner, NOW)
    link = link_of(cast)
    assert (links.is_open(link, NOW), link.generation) == (True, 2)
