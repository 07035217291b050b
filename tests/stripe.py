"""A stand-in for Stripe on this machine: hands out sessions, and signs reports as it does."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

import stripe

API_KEY, WEBHOOK_SECRET = "sk_test_made_up", "whsec_made_up"


class Host(HTTPServer):
    """`asked` holds each request's form, key and credentials; `fails` makes it refuse."""

    asked: list[dict[str, Any]]
    fails = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Host

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        key = self.headers["Idempotency-Key"]
        self.server.asked.append(
            {"form": form, "key": key, "by": self.headers["Authorization"], "to": self.path}
        )
        told: dict[str, Any] = {
            "id": f"cs_{key[-8:]}",
            "object": "checkout.session",
            "url": f"https://checkout.stripe.test/c/{key}",
        }
        if self.server.fails:
            told = {"error": {"type": "invalid_request_error", "message": "no"}}
        answer = json.dumps(told).encode()
        self.send_response(400 if self.server.fails else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@contextmanager
def host() -> Iterator[Host]:
    """The stand-in, for as long as it is needed."""
    server = Host(("127.0.0.1", 0), _Handler)
    server.asked = []
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def report(account: Any, invoice: Any, event: str = "evt_1", **changes: Any) -> bytes:
    """The body of a report that a session over all of an invoice was paid."""
    session = {
        "id": "cs_1",
        "object": "checkout.session",
        "payment_status": "paid",
        "currency": str(invoice.currency).lower(),
        "amount_total": int(invoice.total),
        "metadata": {"milepost": account.key, "invoice": str(invoice.id)},
    }
    kind = changes.pop("type", "checkout.session.completed")
    told = {"id": event, "object": "event", "type": kind, "data": {"object": session | changes}}
    return json.dumps(told).encode()


def signature(body: bytes, secret: str = WEBHOOK_SECRET, at: int | None = None) -> str:
    """The header that goes with a body."""
    return stripe.WebhookSignature.generate_signature_header(body.decode(), secret, at)
