"""Four verdicts: only the registered bytes are authentic, and nothing makes it fall."""

import io
import zlib

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pypdf import PdfReader, PdfWriter

from billing import checking
from billing.delivery import sealing as making
from billing.delivery.pdf_press import Press
from billing.installation import Installation
from billing.sealing import verifying
from models import Agreement, AgreementState, Certificate, Seal, SealKey
from tests import seals
from tests.cast import NOW, later
from tests.commands import command
from tests.properties import examples
from tests.tampering import lift_guards, put

pytestmark = pytest.mark.usefixtures("database")


def kind(content):
    return verifying.verify(content).kind


def _flip(content, at):
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def _appended(content):
    """A revision more, as any editor makes one."""
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    writer.root["/Lang"] = writer.root["/Type"]
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _rewritten(content, password=""):
    """The pages anew, without their signature."""
    writer = PdfWriter()
    for page in PdfReader(io.BytesIO(content)).pages:
        writer.add_page(page)
    if password:
        writer.encrypt(password)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _padding(content):
    return content.rindex(b"00>")


def _stripped(content):
    return content.replace(b"/AcroForm", b"/AcroFrom")


def _bomb(content):
    """A stream that grows a thousandfold, as the catalogue of a file."""
    packed = zlib.compress(b"0" * 50_000_000)
    return (
        b"%PDF-1.7\n1 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length "
        + str(len(packed)).encode() + b">>stream\n" + packed + b"\nendstream\nendobj\n"
        b"trailer\n<</Root 1 0 R/Size 2>>\nstartxref\n9\n%%EOF\n"
    )  # fmt: skip


TAMPERED = {
    "a byte of the body": lambda c: _flip(c, len(c) // 3),
    "a byte of the certificate pages": lambda c: _flip(c, len(c) - len(c) // 4),
    "a revision appended": _appended,
    "a trailing byte": lambda c: c + b"\n",
    "a flipped padding": lambda c: c[: _padding(c)] + b"01" + c[_padding(c) + 2 :],
    "a signature stripped": _rewritten,
    "a signature unlinked": _stripped,
    "a file in a file": lambda c: c + c,
    "the first half": lambda c: c[: len(c) // 2],
    "without its last byte": lambda c: c[:-2],
    "encrypted": lambda c: _rewritten(c, "secret"),
    "garbage": lambda c: b"garbage" * 1000,
    "empty": lambda c: b"",
    "only a head": lambda c: b"%PDF-1.7\n",
    "deep nesting": lambda c: b"%PDF-1.7\n" + b"[" * 500_000 + b"]" * 500_000,
    "deep dictionaries": lambda c: c[:-6] + b"<</A" * 100_000,
    "a bomb": _bomb,
    "50 MB": lambda c: c + b"\0" * 50_000_000,
}


def test_only_the_registered_bytes_are_authentic(installation):
    content = seals.seal(seals.signed(), installation)
    assert kind(content) == "authentic"
    verdicts = {what: kind(tamper(content)) for what, tamper in TAMPERED.items()}
    assert verdicts == dict.fromkeys(TAMPERED, "not_authentic")
    assert verifying.verify(seals.printed()).reason == "as_sent"
    assert kind(content) == "authentic"


@settings(
    max_examples=examples(60),
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(where=some.floats(0, 1), bit=some.integers(0, 7))
def test_no_single_bit_can_be_turned(installation, where, bit):
    seal = Seal.get_or_none()
    if seal is None:
        seals.seal(seals.signed(), installation)
        seal = Seal.get()
    content = bytearray(bytes(seal.document.file.content))
    content[int(where * (len(content) - 1))] ^= 1 << bit
    # The seal itself carries parts that nothing rests on; only the register knows those.
    assert kind(bytes(content)) in ("not_authentic", "unregistered")


def test_a_foreign_seal_of_the_same_name_is_a_strangers(installation, tmp_path):
    """Another installation that calls itself like ours, over our own document."""
    cast = seals.signed()
    elsewhere = Installation(**{**vars(installation), "data_dir": tmp_path, "seal_key": b"x" * 40})
    foreign = making.made(Agreement.get_by_id(cast.agreement.id), elsewhere, NOW).content
    for model in (SealKey, Certificate):
        lift_guards()
        model.delete().execute()
    ours = seals.seal(cast, installation)
    assert kind(ours) == "authentic"
    verdict = verifying.verify(foreign)
    assert (verdict.kind, verdict.reason) == ("not_authentic", "stranger")


def test_our_seal_on_bytes_that_are_not_registered(installation):
    cast = seals.signed()
    agreement = Agreement.get_by_id(cast.agreement.id)
    twin = making.made(agreement, installation, NOW).content
    ours = seals.seal(cast, installation)
    assert (kind(twin), kind(ours)) == ("unregistered", "authentic")


@pytest.mark.parametrize("state", ["amended", "terminated", "voided"])
def test_what_is_not_in_force_any_more(installation, state):
    cast = seals.signed()
    content = seals.seal(cast, installation)
    Agreement.update(state=state).where(Agreement.id == cast.agreement.id).execute()
    verdict = verifying.verify(content)
    assert (verdict.kind, verdict.reason) == ("superseded", state)


def test_parties_are_masked(installation):
    verdict = verifying.verify(seals.seal(seals.signed(), installation))
    assert verdict.facts["seller"] == "A… W… L…" and verdict.facts["client"] == "C… G…"
    assert verdict.facts["signers"] == ["C… Z…", "A…"]
    assert "Cleo" not in str(verdict.facts) and "example.com" not in str(verdict.facts)


def test_a_file_that_takes_too_long_or_fells_its_reader_is_not_authentic(monkeypatch):
    monkeypatch.setattr(verifying, "SECONDS", 0.001)
    assert verifying.verify(b"%PDF-1.7").reason == "unreadable"
    monkeypatch.undo()
    monkeypatch.setattr(Press, "_ready", lambda _self: (_ for _ in ()).throw(OSError("no fork")))
    assert verifying.verify(b"%PDF-1.7").reason == "busy"


def test_the_command_gives_the_verdict(installation, database_url, tmp_path, monkeypatch, capsys):
    content = seals.seal(seals.signed(), installation)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", database_url)
    (tmp_path / "good.pdf").write_bytes(content)
    (tmp_path / "bad.pdf").write_bytes(content + b" ")
    assert command(["verify", str(tmp_path / "good.pdf")]) == 0
    assert capsys.readouterr().out.startswith("AUTHENTIC\n")
    assert command(["verify", str(tmp_path / "bad.pdf")]) == 1
    assert capsys.readouterr().out.startswith("NOT AUTHENTIC (coverage)")
    assert command(["verify", str(tmp_path / "none.pdf")]) == 2
    assert command(["check", "--deep"]) == 0


def test_a_deep_check_names_a_seal_that_does_not_verify(installation):
    cast = seals.signed()
    content = seals.seal(cast, installation)
    assert checking.problems(verifying.faults) == []
    lift_guards()
    put(Certificate.get(Certificate.role == "leaf"), role="authority")
    found = checking.problems(verifying.faults)
    assert any("its signature does not verify: stranger" in each for each in found)
    assert not any("does not verify" in each for each in checking.problems())
    assert kind(content) == "not_authentic"


def test_the_state_of_an_unsealed_agreement_is_never_active(installation):
    cast = seals.signed()
    lift_guards()
    put(cast.agreement, state=AgreementState.ACTIVE, active_at=later(hours=3))
    found = checking.problems()
    assert f"agreement {cast.agreement.id}: it is in force without a seal" in found
