"""Seals on PDF files: put on in one incremental update, and examined strictly.

Runs in the press's child process and imports pyHanko, which nothing else does. It knows no
database: what it needs comes with the order, what it finds goes back as plain data.
"""

import asyncio
import io
import re
import urllib.request
from base64 import b64decode
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from asn1crypto import keys, parser, pem, tsp, x509
from pyhanko.pdf_utils import embed, generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers, timestamps
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.validation import (
    SignatureCoverageLevel,
    read_certification_data,
    validate_pdf_signature,
)
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

FIELD = "Seal"

HOLE = re.compile(rb"<(?:[0-9A-Fa-f]{2})+>")

LARGEST_ANSWER = 200_000
"""Bytes that a timestamp authority's answer may have; real ones have some six thousand."""


class TimestampFailed(Exception):
    """No timestamp: the authority did not answer, or not with one."""


def seal(order: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """The frozen bytes, and behind them one update: pages, evidence and the signature.

    Raises TimestampFailed if the order names an authority that gives none.
    """
    frozen = b64decode(order["frozen"])
    writer = IncrementalPdfFileWriter(io.BytesIO(frozen))
    _append_pages(writer, b64decode(order["pages"]))
    _embed(writer, b64decode(order["evidence"]))
    stamper = _Authority(order["authority"], order["patience"]) if order["authority"] else None
    sealed = _sign(writer, _signer(order), stamper, order["reason"])
    if not sealed.startswith(frozen):
        raise ValueError("the frozen bytes are no prefix of what was sealed")
    seen = [_told(each) for each in stamper.seen()] if stamper else []
    _look_again(sealed, order, [each["pem"] for each in seen])
    return {
        "authority": seen,
        "stamped_at": stamper.last.isoformat() if stamper and stamper.last else None,
    }, sealed


def _look_again(sealed: bytes, order: dict[str, Any], authorities: list[str]) -> None:
    """Verify what was just made: an authority may answer well-formed nonsense."""
    certificate = _certificate(order["certificate"])
    asked = {
        "anchors": [order["certificate"], *order["chain"]],
        "others": [],
        "authorities": authorities,
        "sealing": [certificate.sha256.hex()],
    }
    faults = list(_faults(sealed, asked))
    if faults and order["authority"]:
        raise TimestampFailed(f"its timestamp does not verify: {faults}")
    if faults:
        raise ValueError(f"the seal just made does not verify: {faults}")


def _told(certificate: x509.Certificate) -> dict[str, str]:
    der = certificate.dump()
    return {
        "fingerprint": sha256(der).hexdigest(),
        "pem": pem.armor("CERTIFICATE", der).decode(),
    }


def _append_pages(writer: IncrementalPdfFileWriter, pages: bytes) -> None:
    """Copy the pages of another document, in one go so that their fonts come once."""
    tree = PdfFileReader(io.BytesIO(pages)).root["/Pages"]
    for page in tree["/Kids"]:
        # It leads to all other pages, and the copies get a new one.
        del page.get_object()["/Parent"]
    copies = writer.import_object(tree["/Kids"])
    home = writer.root.raw_get("/Pages")
    root = home.get_object()
    for copy in copies:
        copy.get_object()["/Parent"] = generic.IndirectObject(home.idnum, home.generation, writer)
        root["/Kids"].append(copy)
    root["/Count"] = generic.NumberObject(root["/Count"] + len(copies))
    writer.update_container(root["/Kids"])
    writer.mark_update(home)


def _embed(writer: IncrementalPdfFileWriter, evidence: bytes) -> None:
    data = embed.EmbeddedFileObject.from_file_data(
        writer, data=evidence, mime_type="application/json"
    )
    spec = embed.FileSpec(
        file_spec_string="evidence.json",
        file_name="evidence.json",
        embedded_data=data,
        description="How this agreement was signed",
    )
    embed.embed_file(writer, spec)


def _signer(order: dict[str, Any]) -> signers.SimpleSigner:
    chain = SimpleCertificateStore()
    chain.register_multiple([_certificate(each) for each in order["chain"]])
    return signers.SimpleSigner(
        signing_cert=_certificate(order["certificate"]),
        signing_key=keys.PrivateKeyInfo.load(b64decode(order["key"])),
        cert_registry=chain,
    )


def _certificate(text: str) -> x509.Certificate:
    _kind, _headers, der = pem.unarmor(text.encode())
    return x509.Certificate.load(der)


def _sign(
    writer: IncrementalPdfFileWriter,
    signer: signers.SimpleSigner,
    stamper: "_Authority | None",
    reason: str,
) -> bytes:
    said = signers.PdfSignatureMetadata(
        field_name=FIELD,
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        md_algorithm="sha256",
        reason=reason,
    )
    sealer = signers.PdfSigner(
        said, signer, timestamper=stamper, new_field_spec=fields.SigFieldSpec(FIELD)
    )
    out: io.BytesIO = sealer.sign_pdf(writer, output=io.BytesIO())
    return out.getvalue()


class _Authority(timestamps.TimeStamper):  # type: ignore[misc]
    """An RFC 3161 authority over HTTP: one address, a time limit, no redirects."""

    def __init__(self, url: str, patience: float) -> None:
        super().__init__()
        self._url, self._patience = url, patience
        self.last: datetime | None = None

    def seen(self) -> list[x509.Certificate]:
        """The certificates that came with its answers."""
        return list(self.cert_registry)

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        return await asyncio.to_thread(self._ask, req.dump())

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> Any:
        try:
            token = await super().async_timestamp(message_digest, md_algorithm)
            said = token["content"]["encap_content_info"]["content"].parsed
            self.last = said["gen_time"].native.astimezone(UTC).replace(tzinfo=None)
            return token
        except Exception as problem:
            words = f"{type(problem).__name__}: {problem}"
            raise TimestampFailed(words[:200]) from problem

    def _ask(self, body: bytes) -> tsp.TimeStampResp:
        request = urllib.request.Request(  # noqa: S310 - the operator's own address
            self._url, body, {"Content-Type": "application/timestamp-query"}
        )
        opener = urllib.request.build_opener(_NoRedirect)
        with opener.open(request, timeout=self._patience) as answer:
            return tsp.TimeStampResp.load(answer.read(LARGEST_ANSWER), strict=True)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def examine(order: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """What is wrong with a file that claims our seal: `faults`, none if it is whole.

    Strict: exactly one signature, by a certificate of the order, over every byte of the file,
    certifying that nothing may change, nothing changed, and nothing hidden in its padding.
    Every failure to read it is the fault `unreadable`.
    """
    content = b64decode(order["pdf"])
    try:
        faults = list(dict.fromkeys(_faults(content, order)))
    except Exception:
        # Whatever a hostile file makes a parser do, it does not make it authentic.
        faults = ["unreadable"]
    return {"faults": faults}, b""


def _faults(content: bytes, order: dict[str, Any]) -> Iterator[str]:
    reader = PdfFileReader(io.BytesIO(content), strict=True)
    if reader.encrypted:
        yield "encrypted"
        return
    found = reader.embedded_signatures
    if len(found) != 1:
        yield "unsigned" if not found else "several"
        return
    [signature] = found
    if signature.signer_cert.sha256.hex() not in order["sealing"]:
        yield "stranger"
        return
    yield from _of_bytes(content, signature)
    yield from _of_permissions(reader, signature)
    yield from _of_status(signature, order)


def _of_bytes(content: bytes, signature: EmbeddedPdfSignature) -> Iterator[str]:
    """Whether two ranges cover all but the signature itself, which fills its place with zeros."""
    ranges = [int(each) for each in signature.byte_range]
    if len(ranges) != 4:
        yield "coverage"
        return
    start, before, after, rest = ranges
    hole = content[before:after]
    if start != 0 or after + rest != len(content) or not HOLE.fullmatch(hole):
        yield "coverage"
        return
    padded = bytes.fromhex(hole[1:-1].decode())
    if padded[parser.peek(padded) :].strip(b"\0"):
        yield "padding"


def _of_permissions(reader: PdfFileReader, signature: EmbeddedPdfSignature) -> Iterator[str]:
    said = read_certification_data(reader)
    is_this = said is not None and said.author_sig == signature.sig_object
    if not is_this or said.permission != MDPPerm.NO_CHANGES:
        yield "permissions"


def _of_status(signature: EmbeddedPdfSignature, order: dict[str, Any]) -> Iterator[str]:
    """What pyHanko finds, with the certificates of the order alone."""
    # A retired certificate may have expired since. Whoever could lie about the time holds the
    # key, and the registry knows the bytes.
    at = signature.self_reported_timestamp
    status = validate_pdf_signature(
        signature,
        _trusting(order["anchors"], order["others"], at),
        _trusting(order["authorities"], [], at),
        key_usage_settings=KeyUsageConstraints(
            key_usage={"non_repudiation", "digital_signature"}, match_all_key_usages=False
        ),
    )
    if not (status.intact and status.valid):
        yield "broken"
    if status.coverage != SignatureCoverageLevel.ENTIRE_FILE:
        yield "coverage"
    if status.modification_level not in (None, ModificationLevel.NONE) or not status.docmdp_ok:
        yield "changed"
    if not status.trusted:
        yield "untrusted"
    if not status.bottom_line:
        yield "refused"


def _trusting(anchors: list[str], others: list[str], at: datetime | None) -> ValidationContext:
    """Only these certificates, nothing fetched. `at` is when they had to be valid."""
    return ValidationContext(
        trust_roots=[_certificate(each) for each in anchors],
        other_certs=[_certificate(each) for each in others],
        allow_fetching=False,
        revocation_mode="soft-fail",
        moment=at if at and at.tzinfo else None,
    )
