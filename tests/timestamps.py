"""A timestamp authority for tests, on loopback: answers, says nonsense, or is slow."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper


@dataclass
class Authority:
    """`mood` is up, garbage, lying, refusing or slow; `asked` counts the requests."""

    mood: str = "up"
    asked: int = 0
    url: str = ""


@lru_cache(maxsize=1)
def _stamper() -> Any:
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An authority for tests")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(key, hashes.SHA256())
    )
    der = key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    own = asn1.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))
    return DummyTimeStamper(own, keys.PrivateKeyInfo.load(der))


class Desk(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        authority: Authority = self.server.authority
        authority.asked += 1
        body = self.rfile.read(int(self.headers["Content-Length"]))
        while authority.mood == "slow":
            time.sleep(0.02)
        answer = b"what was that?"
        if authority.mood in ("up", "lying"):
            asked = tsp.TimeStampReq.load(body)
            if authority.mood == "lying":
                # A timestamp of something else, in answer to this very question.
                asked["message_imprint"]["hashed_message"] = bytes(32)
            answer = _stamper().request_tsa_response(asked).dump()
        self.send_response(503 if authority.mood == "refusing" else 200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.end_headers()
        # Who was too slow speaks to nobody.
        with suppress(BrokenPipeError):
            self.wfile.write(answer)

    def log_message(self, *_: Any) -> None:
        """Tests are quiet."""


@contextmanager
def authority(mood: str = "up") -> Iterator[Authority]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    made = server.authority = Authority(mood, url=f"http://127.0.0.1:{server.server_port}/")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.mood = "up"
        server.shutdown()
        server.server_close()
        thread.join()
