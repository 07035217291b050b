"""The post office: an SMTP address understood, a letter put in an envelope and handed over."""

import hmac
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from ipaddress import ip_address
from urllib.parse import parse_qs, unquote, urlsplit

from billing.delivery import headers
from billing.delivery.failures import Undeliverable
from billing.delivery.letters import Letter
from billing.installation import Installation, Misconfigured
from models import Delivery

SECONDS = 15.0
"""Longest silence of the mail server in each step."""

STARTTLS = ("auto", "required", "off")

AS_WRITTEN = SMTP.clone(refold_source="none")
"""Headers go out as they were set: folding them again would undo what headers.py did."""


@dataclass(frozen=True)
class Server:
    """Where mail is handed over. `tls` is from the start (smtps); `sender` is the From address."""

    host: str
    port: int
    user: str
    password: str
    tls: bool
    starttls: str
    sender: str


def server_of(installation: Installation) -> Server:
    """SMTP_URL understood: ``smtp://user:password@host:587?starttls=required&from=a@b.example``.

    ``smtps://`` is TLS from the start; `starttls` is auto (the default), required or off.
    Without `from` the user is the sender, if it is an address. Raises Misconfigured.
    """
    parts = urlsplit(installation.smtp_url)
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    starttls = options.get("starttls", "auto")
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or starttls not in STARTTLS:
        raise Misconfigured("SMTP_URL must look like smtp://user:password@host:587.")
    tls, user = parts.scheme == "smtps", unquote(parts.username or "")
    fallback = user if "@" in user else f"milepost@{domain(installation)}"
    return Server(
        host=parts.hostname,
        port=parts.port or (465 if tls else 587 if user else 25),
        user=user,
        password=unquote(parts.password or ""),
        tls=tls,
        starttls=starttls,
        sender=options.get("from", fallback),
    )


def domain(installation: Installation) -> str:
    """The name that this installation's mail carries behind the @."""
    host = urlsplit(installation.base_url).hostname or "localhost"
    with suppress(ValueError):
        ip_address(host)
        return "localhost"
    return host


def message_id(delivery: Delivery, installation: Installation) -> str:
    """The same for every repeat of a delivery, telling nothing of how many there are."""
    digest = hmac.new(installation.secret, f"mail:{delivery.key}".encode(), sha256)
    return f"<{digest.hexdigest()[:32]}@{domain(installation)}>"


def envelope(
    letter: Letter, recipient: str, message_id: str, sender: str, now: datetime
) -> EmailMessage:
    """The letter as a message: text and HTML, its documents attached. Refuses Undeliverable."""
    message = EmailMessage(policy=AS_WRITTEN)
    message.set_raw("From", headers.mailbox(sender, letter.sender_name))
    message.set_raw("To", headers.mailbox(recipient, letter.recipient_name))
    if letter.reply_to:
        message.set_raw("Reply-To", headers.mailbox(letter.reply_to, letter.sender_name))
    message.set_raw("Subject", headers.subject(letter.subject))
    message["Date"] = format_datetime(now.replace(tzinfo=UTC))
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    if letter.unsubscribe:
        message.set_raw("List-Unsubscribe", f"<{letter.unsubscribe}>")
        if letter.unsubscribe.startswith("https://"):
            # RFC 8058 asks for encryption.
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    for name, content in letter.attachments:
        message.add_attachment(
            content, "application", "pdf", filename=headers.one_line(name).replace("/", "-")
        )
    # Set earlier it would move into one of the parts.
    message["Content-Language"] = letter.language
    return message


def send(message: EmailMessage, recipient: str, server: Server, hostname: str) -> None:
    """Hand a message over. Refuses Undeliverable, permanent where a repeat cannot help."""
    try:
        _send(message, headers.checked(recipient), server, hostname)
    except smtplib.SMTPRecipientsRefused as refused:
        answer = next(iter(refused.recipients.values()))
        raise _refused("recipient_refused", *answer, permanent=answer[0] >= 500) from refused
    except smtplib.SMTPDataError as refused:
        is_final = refused.smtp_code >= 500
        raise _refused(
            "message_refused", refused.smtp_code, refused.smtp_error, is_final
        ) from refused
    except smtplib.SMTPSenderRefused as refused:
        raise _refused("sender_refused", refused.smtp_code, refused.smtp_error) from refused
    except smtplib.SMTPAuthenticationError as refused:
        raise _refused("sign_in_refused", refused.smtp_code, refused.smtp_error) from refused
    except ssl.SSLError as error:
        raise Undeliverable("insecure", str(error)) from error
    except (smtplib.SMTPException, OSError) as error:
        raise Undeliverable("unreachable", str(error) or type(error).__name__) from error


def _refused(reason: str, code: int, words: bytes | str, permanent: bool = False) -> Undeliverable:
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    return Undeliverable(reason, f"{code} {text}", permanent)


def _send(message: EmailMessage, recipient: str, server: Server, hostname: str) -> None:
    smtp = _connected(server, hostname)
    try:
        if not server.tls and server.starttls != "off":
            _secure(smtp, server)
        if server.user:
            _sign_in(smtp, server)
        smtp.send_message(message, server.sender, [recipient])
        # The message is theirs now: what goes wrong from here on must not repeat it.
        with suppress(smtplib.SMTPException, OSError):
            smtp.quit()
    finally:
        smtp.close()


def _connected(server: Server, hostname: str) -> smtplib.SMTP:
    if server.tls:
        return smtplib.SMTP_SSL(
            server.host,
            server.port,
            local_hostname=hostname,
            timeout=SECONDS,
            context=ssl.create_default_context(),
        )
    # The host's full name is not asked for: where DNS is broken that takes half a minute.
    return smtplib.SMTP(server.host, server.port, local_hostname=hostname, timeout=SECONDS)


def _secure(smtp: smtplib.SMTP, server: Server) -> None:
    smtp.ehlo_or_helo_if_needed()
    if smtp.has_extn("starttls"):
        smtp.starttls(context=ssl.create_default_context())
        smtp.ehlo_or_helo_if_needed()
    elif server.starttls == "required":
        raise Undeliverable("insecure", "STARTTLS is not offered")


def _sign_in(smtp: smtplib.SMTP, server: Server) -> None:
    encrypted = isinstance(smtp.sock, ssl.SSLSocket)
    if not encrypted and server.starttls != "off" and not _is_loopback(server.host):
        raise Undeliverable("insecure", "the password would go out unencrypted")
    try:
        smtp.login(server.user, server.password)
    except smtplib.SMTPNotSupportedError as error:
        raise Undeliverable("sign_in_refused", str(error)) from error


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return False
