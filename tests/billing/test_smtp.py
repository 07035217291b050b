"""The mail server's address understood, and nothing sent unencrypted that must not be."""

from dataclasses import replace

import pytest

from billing.delivery import letters, mail
from billing.delivery.failures import Undeliverable
from billing.installation import Misconfigured
from tests.cast import NOW
from tests.postbox import postbox

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def box():
    with postbox() as made:
        yield made


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example", ("mail.example", 25, "", "", False, "auto")),
        ("smtp://mail.example:2525", ("mail.example", 2525, "", "", False, "auto")),
        ("smtp://a%40b.de:p%3Aw@mx.example", ("mx.example", 587, "a@b.de", "p:w", False, "auto")),
        ("smtps://a:b@mail.example", ("mail.example", 465, "a", "b", True, "auto")),
        ("smtp://mail.example?starttls=required", ("mail.example", 25, "", "", False, "required")),
    ],
)  # fmt: skip
def test_smtp_urls_are_understood(installation, url, expected):
    server = mail.server_of(replace(installation, smtp_url=url))
    names = ("host", "port", "user", "password", "tls", "starttls")
    assert tuple(getattr(server, name) for name in names) == expected


@pytest.mark.parametrize("url", ["mail.example", "http://x", "smtp://", "smtp://x?starttls=maybe"])
def test_smtp_urls_that_mean_nothing_are_refused(installation, url):
    with pytest.raises(Misconfigured):
        mail.server_of(replace(installation, smtp_url=url))


def test_the_sender_is_named_or_the_user_or_this_installation(installation):
    def sender(url):
        return mail.server_of(replace(installation, smtp_url=url)).sender

    assert sender("smtp://x?from=post@a.example") == "post@a.example"
    assert sender("smtp://me%40a.example:pw@x") == "me@a.example"
    assert sender("smtp://x") == "milepost@localhost"


@pytest.mark.parametrize(
    ("user", "option"), [("", "&starttls=required"), ("me%40a.example:secret@", "")]
)
def test_nothing_that_needs_encryption_goes_without(installation, box, monkeypatch, user, option):
    """Where STARTTLS is not offered: neither what requires it, nor a password over the net."""
    monkeypatch.setattr(mail, "_is_loopback", lambda host: False)
    address = box.url.replace("smtp://", f"smtp://{user}")
    server = mail.server_of(replace(installation, smtp_url=f"{address}?from=a@a.example{option}"))
    letter = letters.Letter("S", "t", "<p>t</p>", "en", "A", "B", "", ())
    with pytest.raises(Undeliverable, match="insecure"):
        message = mail.envelope(letter, "a@b.example", "<1@x>", server.sender, NOW)
        mail.send(message, "a@b.example", server, "localhost")
    assert not box.received
