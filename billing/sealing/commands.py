"""The command line's part of sealing: ``keys show | rotate | import FILE``, ``verify FILE``."""

import os
import sys
from getpass import getpass
from pathlib import Path

import models
from billing import clock
from billing.installation import Installation, Misconfigured
from billing.serving import prepare

SAID = {
    "authentic": "AUTHENTIC",
    "unregistered": "GENUINE SEAL, BUT NOT THE REGISTERED BYTES",
    "superseded": "SUPERSEDED OR VOIDED",
    "not_authentic": "NOT AUTHENTIC",
}


def keys(installation: Installation, deed: str, file: str | None = None) -> int:
    """Show the certificates, or change which key seals from now on."""
    prepare(installation)
    with models.connection():
        if deed == "rotate":
            return _rotate(installation)
        if deed == "import":
            return _bring(installation, file)
        return _show()


def _show() -> int:
    from billing.sealing import certificates

    rows = certificates.all_of_them()
    if not rows:
        _say("No key yet: it is made with the first seal, or by: keys rotate")
    for row in rows:
        seals = models.Seal.select().where(models.Seal.certificate == row.id).count()
        state = f"retired {row.retired_at:%Y-%m-%d}" if row.retired_at else "in use"
        _say(f"{row.role:9} {row.fingerprint}  since {row.created_at:%Y-%m-%d}, {state}")
        _say(f"          {row.subject or 'seen with a timestamp'}; seals: {seals}")
    return 0


def _rotate(installation: Installation) -> int:
    from billing.sealing import keys as made

    row = made.rotate(installation, clock.now())
    _say(f"From now on {row.fingerprint} seals. All certificates before it stay known.")
    return 0


def _bring(installation: Installation, file: str | None) -> int:
    from billing.sealing import keys as made

    if file is None:
        raise Misconfigured("Name the PKCS#12 file: keys import FILE.p12")
    try:
        row = made.bring(_read(file), _passphrase(), installation, clock.now())
    except made.NotUsable as refused:
        _say(str(refused))
        return 1
    _say(f"From now on {row.fingerprint} seals: {row.subject}")
    return 0


def _passphrase() -> str:
    """From SEAL_PASSPHRASE or SEAL_PASSPHRASE_FILE, else asked for."""
    path = os.environ.get("SEAL_PASSPHRASE_FILE")
    if path:
        return Path(path).read_text().rstrip("\n")
    given = os.environ.get("SEAL_PASSPHRASE")
    if given is not None:
        return given
    return getpass("Passphrase of the PKCS#12 file: ") if sys.stdin.isatty() else ""


def verify(installation: Installation, file: str) -> int:
    """Print the verdict on a file; the exit status is 0 for *authentic* alone."""
    from billing.sealing import verifying

    prepare(installation)
    with models.connection():
        verdict = verifying.verify(_read(file))
    _say(SAID[verdict.kind] + (f" ({verdict.reason})" if verdict.reason else ""))
    for name, value in verdict.facts.items():
        _say(f"  {name}: {value}")
    return 0 if verdict.kind == verifying.Kind.AUTHENTIC else 1


def _read(file: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError as problem:
        raise Misconfigured(f"{file} cannot be read: {problem.strerror}") from problem


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
