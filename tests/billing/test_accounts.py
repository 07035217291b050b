"""Accounts: passwords, sessions that are rows, and limits."""

from datetime import timedelta

import pytest

from billing import limits
from billing.people import accounts, passwords
from billing.refusals import (
    EmailTaken,
    PasswordCommon,
    PasswordTooLong,
    PasswordTooShort,
    WrongCredentials,
    WrongPassword,
)
from models import Delivery, Session, User
from tests import cast as the
from tests.cast import NOW

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]


def opened(owner: User, now=NOW) -> str:
    return accounts.open_session(owner, now, "127.0.0.1", "a browser")


def test_an_installation_is_empty_until_somebody_signs_up():
    assert accounts.is_empty()
    the.owner()
    assert not accounts.is_empty()


def test_addresses_are_one_whatever_their_case():
    accounts.sign_up("Ana@Example.com", the.PASSWORD, NOW)
    with pytest.raises(EmailTaken):
        accounts.sign_up("ana@example.COM", the.PASSWORD, NOW)
    assert accounts.authenticate(" ANA@example.com", the.PASSWORD).email == "ana@example.com"


@pytest.mark.usefixtures("as_shipped")
def test_trying_passwords_is_costly():
    owner = the.owner()
    # OWASP: argon2id, 19 MiB, two passes, one lane.
    assert owner.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert accounts.authenticate(owner.email, the.PASSWORD) == owner


def test_who_does_not_know_the_password_is_not_told_what_was_wrong():
    owner = the.owner()
    for email, password in ((owner.email, "wrong"), ("who@example.com", the.PASSWORD)):
        with pytest.raises(WrongCredentials):
            accounts.authenticate(email, password)


def test_one_password_spelled_in_two_ways_is_one():
    accounts.sign_up("ana@example.com", "cafe\u0301 au lait ici", NOW)
    accounts.authenticate("ana@example.com", "caf\u00e9 au lait ici")


@pytest.mark.parametrize(
    ("password", "refusal"),
    [
        ("123456789", PasswordTooShort),
        ("ab cd ef " * 15, PasswordTooLong),
        ("password123", PasswordCommon),
        ("Password123", PasswordCommon),
        ("aaaaaaaaaaaa", PasswordCommon),
        ("ana@example.com", PasswordCommon),
        ("ana.zajac2026!", PasswordCommon),
        ("Milepost2026", PasswordCommon),
    ],
)
def test_weak_passwords_are_refused(password, refusal):
    with pytest.raises(refusal):
        passwords.check(
            password, "ana.zajac@example.com" if "zajac" in password else "ana@example.com"
        )


@pytest.mark.parametrize(
    "password", ["ten signs.", "w" * 60 + "xyz" * 22, "ばらとすみれとゆりのはな"]
)
def test_no_kind_of_character_is_asked_for(password):
    passwords.check(password, "ana@example.com")


def test_a_session_dies_of_idleness_of_age_and_of_being_closed():
    owner = the.owner()
    token = opened(owner)
    assert accounts.session_of(token, NOW).user == owner
    assert accounts.session_of("made up", NOW) is None
    assert accounts.session_of(token, NOW + accounts.IDLE) is None

    day = NOW
    while day < NOW + accounts.ABSOLUTE - timedelta(days=7):
        day += timedelta(days=7)
        assert accounts.session_of(token, day) is not None
    assert accounts.session_of(token, NOW + accounts.ABSOLUTE) is None

    other = opened(owner)
    accounts.close_session(other)
    assert accounts.session_of(other, NOW) is None


def test_dead_sessions_are_not_listed_and_are_cleared_away():
    owner = the.owner()
    opened(owner)
    later = NOW + accounts.IDLE
    assert list(accounts.sessions(owner, later)) == []
    opened(owner, later)
    assert Session.select().count() == 1


def test_a_changed_password_ends_all_other_sessions():
    owner = the.owner()
    here, there, bobs = opened(owner), opened(owner), opened(the.owner())
    with pytest.raises(WrongPassword):
        accounts.change_password(owner, "wrong", "another long one", keep=here)
    accounts.change_password(owner, the.PASSWORD, "another long one", keep=here)
    assert accounts.session_of(here, NOW) and accounts.session_of(bobs, NOW)
    assert accounts.session_of(there, NOW) is None
    assert accounts.authenticate(owner.email, "another long one") == owner


def test_a_weak_password_changes_nothing():
    owner = the.owner()
    token = opened(owner)
    with pytest.raises(PasswordCommon):
        accounts.set_password(owner, "1234567890")
    assert accounts.session_of(token, NOW)
    assert accounts.authenticate(owner.email, the.PASSWORD)


def test_a_letter_about_the_password_goes_to_a_known_address_only():
    owner = the.owner("ana@example.com")
    accounts.ask_for_reset("Ana@example.com", NOW)
    accounts.ask_for_reset("who@example.com", NOW)
    [letter] = Delivery.select()
    assert (letter.owner, letter.recipient) == (owner, "ana@example.com")


def test_a_reset_token_is_bound_to_the_secret_and_to_the_present_password():
    owner = the.owner()
    token = accounts.reset_token(owner, b"secret")
    assert accounts.user_of_reset(token, b"secret") == owner
    assert accounts.user_of_reset(token, b"another") is None
    accounts.set_password(owner, "another long one")
    assert accounts.user_of_reset(token, b"secret") is None


def test_a_limit_counts_by_the_hour_and_can_be_forgotten():
    assert [limits.count("a", 2, NOW) for _try in range(3)] == [0, 0, 3600]
    assert limits.count("a", 2, NOW + timedelta(minutes=59)) == 60
    assert limits.count("b", 2, NOW) == 0
    assert limits.count("a", 2, NOW + timedelta(hours=1)) == 0
    assert [limits.count("c", 1, NOW) for _try in range(2)] == [0, 3600]
    limits.forget("c", "d")
    assert limits.count("c", 1, NOW) == 0


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("", ""),
    ],
)
def test_an_address_stands_for_its_network(address, network):
    assert limits.network(address) == network
