"""A mail server for tests: keeps what it is given, or answers as it is told to."""

import email
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default


@dataclass
class Postbox:
    """`answers` replaces the answer to a command, such as {"RCPT": "550 No such user"}."""

    answers: dict[str, str] = field(default_factory=dict)
    received: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    url: str = ""


class Conversation(socketserver.StreamRequestHandler):
    """One client, greeted and listened to until QUIT."""

    def handle(self) -> None:
        box: Postbox = self.server.box
        sender, recipients = "", []
        self._say(box.answers.get("CONNECT", "220 postbox"))
        while line := self.rfile.readline().decode("utf-8").strip():
            command = line.split(" ", 1)[0].split(":", 1)[0].upper()
            if command == "MAIL":
                sender, recipients = _between(line), []
            elif command == "RCPT":
                recipients.append(_between(line))
            if command in box.answers:
                self._say(box.answers[command])
            elif command == "DATA":
                self._say("354 go on")
                self._keep(box, sender, recipients)
                self._say(box.answers.get("END", "250 kept"))
            elif command == "EHLO":
                self._say("250-postbox\r\n250-8BITMIME\r\n250 SMTPUTF8")
            else:
                self._say("221 bye" if command == "QUIT" else "250 fine")
            if command == "QUIT":
                return

    def _keep(self, box: Postbox, sender: str, recipients: list[str]) -> None:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line[1:] if line.startswith(b"..") else line)
        raw = b"".join(lines)
        box.raw.append(raw)
        box.received.append(email.message_from_bytes(raw, policy=default))
        box.envelopes.append((sender, recipients))

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


def _between(line: str) -> str:
    return line.partition("<")[2].partition(">")[0]


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    box: Postbox


@contextmanager
def postbox() -> Iterator[Postbox]:
    """A server on loopback at `url`, for as long as the block lasts."""
    with _Server(("127.0.0.1", 0), Conversation) as server:
        server.box = Postbox(url=f"smtp://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server.box
        server.shutdown()
        thread.join()
