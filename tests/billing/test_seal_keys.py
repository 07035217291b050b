"""The keys that seal: made on first need, wrapped at rest, rotated, brought along."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from billing import sealing
from billing.delivery import worker
from billing.installation import Misconfigured, from_environment
from billing.sealing import certificates, keys, verifying, wrapping
from models import Agreement, AgreementState, Certificate, SealKey
from tests import seals
from tests.cast import NOW, later
from tests.commands import command
from tests.crowd import at_once

pytestmark = pytest.mark.usefixtures("database")

LONG = b"a key of at least thirty-two characters"


def test_a_root_and_a_leaf_are_made_on_first_need_and_kept(installation):
    holder = keys.holder(installation, NOW)
    assert keys.holder(installation, NOW) == holder
    assert [row.role for row in certificates.all_of_them()] == ["root", "leaf"]
    leaf = x509.load_pem_x509_certificate(holder.certificate.pem.encode())
    usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.content_commitment and usage.digital_signature and not usage.key_cert_sign
    purposes = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert {each.dotted_string for each in purposes} == {
        "1.3.6.1.5.5.7.3.36", "1.3.6.1.5.5.7.3.4",
    }  # fmt: skip
    assert isinstance(leaf.public_key().curve, ec.SECP256R1)
    leaf.verify_directly_issued_by(x509.load_pem_x509_certificate(certificates.roots()[0].encode()))


def test_several_workers_at_once_make_one_leaf(installation):
    holders = at_once(4, lambda _: keys.holder(installation, NOW))
    assert len({each.certificate.fingerprint for each in holders}) == 1
    assert Certificate.select().count() == 2


def test_no_private_key_lies_in_the_database(installation):
    holder = keys.holder(installation, NOW)
    for row in SealKey.select():
        assert holder.private not in bytes(row.wrapped)
        # Wrapped twice, the same key looks different each time.
        again = wrapping.wrap(holder.private, "a", installation)
        assert again != wrapping.wrap(holder.private, "a", installation)
    assert oct((installation.data_dir / "seal.key").stat().st_mode)[-3:] == "600"


def test_another_key_of_the_environment_unwraps_nothing(installation):
    keys.holder(replace(installation, seal_key=LONG), NOW)
    for other in (b"another key of at least thirty-two characters", b""):
        with pytest.raises(wrapping.KeyLost):
            keys.holder(replace(installation, seal_key=other), NOW)
    assert keys.holder(replace(installation, seal_key=LONG), NOW)


def test_a_wrapped_key_moved_to_another_certificate_is_refused(installation):
    holder = keys.holder(installation, NOW)
    wrapped = wrapping.wrap(holder.private, holder.certificate.fingerprint, installation)
    with pytest.raises(wrapping.KeyLost):
        wrapping.unwrap(wrapped, "0" * 64, installation)


def test_a_lost_key_keeps_agreements_waiting_and_says_so(installation):
    keys.holder(installation, NOW)
    (installation.data_dir / "seal.key").rename(installation.data_dir / "aside")
    cast = seals.signed()
    while worker.work_once(installation, later(hours=3)):
        pass
    assert sealing.making(cast.agreement).last_error.startswith("seal_key: ")
    assert Agreement.get_by_id(cast.agreement.id).state == AgreementState.COUNTERSIGNED
    (installation.data_dir / "aside").rename(installation.data_dir / "seal.key")
    assert verifying.verify(seals.seal(cast, installation)).kind == "authentic"


def test_after_rotation_old_seals_hold_and_the_old_private_key_is_gone(installation):
    old = seals.seal(seals.signed(), installation)
    first = keys.holder(installation, NOW).certificate
    second = keys.rotate(installation, later(days=1))
    assert Certificate.get_by_id(first.id).retired_at == later(days=1)
    assert not SealKey.select().where(SealKey.certificate == first.id).exists()
    new = seals.seal(seals.signed(), installation)
    assert keys.holder(installation, NOW).certificate == second
    assert len(certificates.roots()) == 1, "the root is the same"
    assert [verifying.verify(each).kind for each in (old, new)] == ["authentic"] * 2


def test_rotation_after_the_key_was_lost_begins_with_a_new_root(installation):
    old = seals.seal(seals.signed(), installation)
    (installation.data_dir / "seal.key").unlink()
    keys.rotate(installation, later(days=1))
    new = seals.seal(seals.signed(), installation)
    assert len(certificates.roots()) == 2
    assert [verifying.verify(each).kind for each in (old, new)] == ["authentic"] * 2


def bundle(key, days=30, passphrase=b"open sesame", **usage):
    """A PKCS#12 as an authority hands it out: a leaf and its issuer."""
    now = datetime.now(UTC)
    root_key = ec.generate_private_key(ec.SECP256R1())
    root = _certificate("A real authority", "A real authority", root_key, root_key, now, 300)
    leaf = _certificate("Alice Writes LLC", "A real authority", key, root_key, now, days, **usage)
    lock = serialization.BestAvailableEncryption(passphrase)
    return pkcs12.serialize_key_and_certificates(b"seal", key, leaf, [root], lock)


def _certificate(subject, issuer, key, by, now, days, **usage):
    def name(text):
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    is_root = key is by
    built = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=2))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(is_root, None), critical=True)
    )
    granted = {"digital_signature": not is_root, "key_cert_sign": is_root, **usage}
    return built.add_extension(keys._usage(**granted), critical=True).sign(by, hashes.SHA256())


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_a_certificate_of_the_operators_own_seals(installation, kind):
    old = seals.seal(seals.signed(), installation)
    key = ec.generate_private_key(ec.SECP256R1())
    if kind == "rsa":
        key = rsa.generate_private_key(65537, 2048)
    brought = keys.bring(bundle(key), "open sesame", installation, later(days=1))
    assert brought.subject == "CN=Alice Writes LLC" and brought.chain
    new = seals.seal(seals.signed(), installation)
    assert [verifying.verify(each).kind for each in (old, new)] == ["authentic"] * 2
    with pytest.raises(keys.NotUsable):
        # A certificate is brought once.
        keys.bring(_same(installation, brought, key), "", installation, NOW)


def _same(installation, brought, key):
    certificate = x509.load_pem_x509_certificate(brought.pem.encode())
    return pkcs12.serialize_key_and_certificates(
        b"seal", key, certificate, None, serialization.NoEncryption()
    )


def test_what_cannot_seal_is_refused_and_changes_nothing(installation):
    key = ec.generate_private_key(ec.SECP256R1())
    held = keys.holder(installation, NOW)
    for given, passphrase in (
        (b"garbage", ""),
        (bundle(key), "wrong"),
        (bundle(key, days=-1), "open sesame"),
        (bundle(key, digital_signature=False, key_encipherment=True), "open sesame"),
    ):
        with pytest.raises(keys.NotUsable):
            keys.bring(given, passphrase, installation, NOW)
    assert keys.holder(installation, NOW) == held


def test_a_short_key_and_a_strange_address_are_refused_at_the_start(tmp_path):
    given = {"DATA_DIR": str(tmp_path)}
    for wrong in ({"SEAL_KEY": "short"}, {"TSA_URL": "ftp://example.com"}):
        with pytest.raises(Misconfigured):
            from_environment({**given, **wrong})
    (tmp_path / "key").write_bytes(LONG)
    kept = from_environment({**given, "SEAL_KEY_FILE": str(tmp_path / "key")})
    assert kept.seal_key == LONG


def test_the_commands_show_rotate_and_bring(database_url, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", database_url)
    assert command(["keys", "show"]) == 0 and "No key yet" in capsys.readouterr().out
    assert command(["keys", "rotate"]) == 0
    (tmp_path / "own.p12").write_bytes(bundle(ec.generate_private_key(ec.SECP256R1())))
    assert command(["keys", "import", str(tmp_path / "own.p12")]) == 1
    monkeypatch.setenv("SEAL_PASSPHRASE", "open sesame")
    assert command(["keys", "import", str(tmp_path / "own.p12")]) == 0
    assert command(["keys", "import"]) == 2
    capsys.readouterr()
    assert command(["keys", "show"]) == 0
    told = capsys.readouterr().out
    assert "CN=Alice Writes LLC" in told and "retired" in told and "root" in told
