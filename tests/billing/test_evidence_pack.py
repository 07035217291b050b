"""The evidence pack of a real story, checked by its own program in a process of its own."""

import ast
import io
import json
import os
import subprocess
import sys
import zipfile
from hashlib import sha256

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

import models
from billing import evidence_pack
from billing.evidence_pack import source
from billing.evidence_pack.checker.reading import canonical
from billing.installation import Installation
from billing.scenarios.copywriter import copywriter
from billing.scenarios.stage import Stage
from models import Project
from models.schema import migrate
from tests import cast as the

OFFLINE = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    """The pack of the demo's project under way: sealed, accepted, billed and paid in part."""
    folder = tmp_path_factory.mktemp("pack")
    url = f"sqlite:///{folder / 'demo.db'}"
    models.connect(url)
    migrate()
    installation = Installation(
        data_dir=folder,
        database_url=url,
        base_url="http://127.0.0.1:8000",
        secret=b"a secret for tests",
        seal_key=b"a key for tests that is long enough",
    )
    stage = Stage(installation, the.NOW)
    copywriter(stage)
    stage.work(0)
    project = Project.get(Project.title.startswith("Content strategy"))
    first, second = built(project), built(project)
    models.db.close_all()
    assert first == second, "an unchanged project gives unchanged bytes"
    return first


def built(project):
    with evidence_pack.build(project) as file:
        return file.read()


@pytest.fixture
def unpacked(packed, tmp_path):
    home = tmp_path / "evidence"
    zipfile.ZipFile(io.BytesIO(packed)).extractall(home)
    return home


def run(place, path=None):
    """check.py as it is made, run on a directory or file: how it ended, and what it printed."""
    program = place.parent / "the-checker.py"
    program.write_bytes(source.check_py())
    environment = OFFLINE if path is None else {**OFFLINE, "PATH": path}
    done = subprocess.run(
        [sys.executable, "-I", program, place],
        env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    return done.returncode, done.stdout


def failing(place):
    """The lines that name what fails."""
    code, said = run(place)
    assert code == 1, said
    lines = [line for line in said.splitlines() if line.startswith("FAIL")]
    assert lines
    return lines


def resealed(home):
    """List the files anew, as somebody would who covers their tracks."""
    said = json.loads((home / "manifest.json").read_text())
    files = [path for path in sorted(home.rglob("*")) if path.is_file()]
    said["files"] = sorted(
        (
            {
                "path": path.relative_to(home).as_posix(),
                "size": path.stat().st_size,
                "sha256": sha256(path.read_bytes()).hexdigest(),
            }
            for path in files
            if path.name != "manifest.json"
        ),
        key=lambda row: row["path"],
    )
    lines = (home / "events.jsonl").read_text().splitlines()
    said["head"] = json.loads(lines[-1])["hash"]
    text = json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    (home / "manifest.json").write_text(text)


def edited(home, name, change):
    path = home / f"records/{name}.json"
    rows = json.loads(path.read_text())
    change(rows)
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=1, sort_keys=True) + "\n")


def test_the_pack_holds_in_a_directory_and_as_it_was_downloaded(packed, unpacked, tmp_path):
    whole = tmp_path / "evidence.zip"
    whole.write_bytes(packed)
    for place in (unpacked, whole):
        code, said = run(place)
        assert code == 0, said
        assert "FAIL" not in said
        assert "skip" not in said
        assert "its signature verifies against certificates/root-" in said
        assert "events sealed in it are those here" in said


def test_the_checker_in_the_pack_runs_by_itself(unpacked):
    done = subprocess.run(
        [sys.executable, "-I", unpacked / "check.py"],
        env=OFFLINE, cwd="/", capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_checker_needs_the_standard_library_alone():
    text = source.check_py().decode()
    assert "billing" not in text
    for line in text.splitlines():
        if line.startswith(("import ", "from ")):
            assert line.split()[1].split(".")[0] in sys.stdlib_module_names | {"__future__"}
    assert not {"socket", "urllib", "http"} & set(text.replace(".", " ").split())


def test_without_openssl_it_says_what_it_could_not_check(unpacked, tmp_path):
    code, said = run(unpacked, path=str(tmp_path))
    assert code == 0
    assert "skip  agreements/v1/sealed.pdf: its signature was not checked" in said
    assert "1 could not be checked here." in said


def test_the_checker_is_written_in_python_3_9():
    compile(source.check_py(), "check.py", "exec", dont_inherit=True)
    ast.parse(source.check_py(), feature_version=(3, 9))


def _names(packed):
    return zipfile.ZipFile(io.BytesIO(packed)).namelist()


def test_a_flipped_byte_is_named_in_every_file(packed, unpacked):
    names = _names(packed)
    assert len(names) >= 15
    for name in names:
        path = unpacked / name
        whole = path.read_bytes()
        for at in {0, len(whole) // 2, len(whole) - 1}:
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            lines = failing(unpacked)
            # A manifest that lists another hash shows at the file it is of.
            known = "the manifest" if name == "manifest.json" else name
            assert any(name in line or known in line for line in lines), (name, at, lines)
        path.write_bytes(whole)
    assert run(unpacked)[0] == 0


def test_a_missing_and_an_added_file_are_named(packed, unpacked):
    for name in _names(packed):
        path = unpacked / name
        whole = path.read_bytes()
        path.unlink()
        assert any(name in line for line in failing(unpacked)), name
        path.write_bytes(whole)
    (unpacked / "agreements/v1/annex.pdf").write_bytes(b"%PDF we agreed on more")
    for cover in (lambda home: None, resealed):
        cover(unpacked)
        assert any("agreements/v1/annex.pdf" in line for line in failing(unpacked))


def _without(number):
    def remove(home):
        path = home / "events.jsonl"
        lines = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(b"".join(lines[: number - 1] + lines[number:]))

    return remove


def _renumbered(home):
    """The third event taken out, and all after it chained anew."""
    path = home / "events.jsonl"
    rows = [json.loads(line) for line in path.read_bytes().splitlines()]
    del rows[2]
    previous = ""
    for seq, row in enumerate(rows, 1):
        row["body"] |= {"seq": seq, "prev": previous}
        previous = row["hash"] = sha256(
            b"milepost-event-v1\0" + rfc8785.dumps(row["body"])
        ).hexdigest()
    path.write_bytes(b"".join(rfc8785.dumps(row) + b"\n" for row in rows))


def _payload(home):
    path = home / "agreements/v1/payload.json"
    path.write_bytes(path.read_bytes().replace(b'"price":500000', b'"price":400000'))


def _payload_and_its_record(home):
    _payload(home)
    digest = sha256((home / "agreements/v1/payload.json").read_bytes()).hexdigest()
    edited(home, "agreements", lambda rows: rows[0].update(payload_sha256=digest))


def _paid_less(rows):
    row = next(row for row in rows if row["payments"])
    row["payments"][0]["amount"] -= 1


def _unpaid(rows):
    next(row for row in rows if row["payments"])["payments"].clear()


def _renamed(home):
    path = home / "texts.jsonl"
    path.write_bytes(path.read_bytes().replace(b"Ana Ruiz", b"Ann Ruiz"))


def _longer(home):
    with (home / "agreements/v1/sealed.pdf").open("ab") as file:
        file.write(b"\n")
    digest = sha256((home / "agreements/v1/sealed.pdf").read_bytes()).hexdigest()
    edited(home, "agreements", lambda rows: rows[0].update(sealed_sha256=digest))


def _other_root(home):
    leaf = next((home / "certificates").glob("leaf-*")).read_bytes()
    path = next((home / "certificates").glob("root-*"))
    path.write_bytes(path.read_bytes().replace(b"MII", b"MIJ", 1) if not leaf else b"")


TAMPERED = {
    "the first event removed": (_without(1), "events.jsonl, event 2"),
    "an event in the middle removed": (_without(6), "events.jsonl, event 7"),
    "the last event removed": (_without(0), ""),
    "an event removed, the chain made anew": (_renumbered, "agreements/v1/sealed.pdf has sealed"),
    "a changed payload": (_payload, "agreements/v1/payload.json"),
    "a changed payload with its record": (_payload_and_its_record, "payload_sha256"),
    "a changed payment": (
        lambda home: edited(home, "invoices", _paid_less), "records/invoices.json: payment",
    ),
    "a payment left out": (
        lambda home: edited(home, "invoices", _unpaid), "tells of payment",
    ),
    "a made-up acceptance": (
        lambda home: edited(
            home, "submissions",
            lambda rows: rows[1]["decisions"].append(
                {**rows[0]["decisions"][0], "id": 99, "verdicts": []}
            ),
        ),
        "no event tells of decision 99",
    ),
    "a file left out": (
        lambda home: edited(home, "files", list.clear), "belongs to nothing in this pack",
    ),
    "another file in a round": (
        lambda home: edited(
            home, "submissions", lambda rows: rows[1]["files"][0].update(sha256="0" * 64)
        ),
        "says files",
    ),
    "another comment": (
        lambda home: edited(home, "comments", lambda rows: rows[0].update(text="Good")), "the words"
    ),
    "a changed name": (_renamed, "texts.jsonl, event"),
    "another signer": (
        lambda home: edited(
            home, "agreements", lambda rows: rows[0]["signatures"][0].update(name="Ann Ruiz")
        ),
        "says name 'Ann Ruiz'",
    ),
    "a byte behind the seal": (_longer, "does not cover the whole file"),
    "another root": (_other_root, "its signature does not verify"),
}  # fmt: skip


@pytest.mark.parametrize("how", TAMPERED)
def test_what_was_tampered_with_is_named_even_where_the_manifest_was_made_anew(unpacked, how):
    tamper, named = TAMPERED[how]
    if how == "the last event removed":
        tamper = _without(len((unpacked / "events.jsonl").read_bytes().splitlines()))
        named = "records/"
    tamper(unpacked)
    if how != "the last event removed":
        resealed(unpacked)
    lines = failing(unpacked)
    assert any(named in line for line in lines), lines


def test_nothing_of_one_side_alone_is_in_it(packed):
    archive = zipfile.ZipFile(io.BytesIO(packed))
    texts = [json.loads(line) for line in archive.read("texts.jsonl").splitlines()]
    events = [json.loads(line)["body"] for line in archive.read("events.jsonl").splitlines()]
    kinds = {body["seq"]: body["kind"] for body in events}
    assert texts
    assert not [row for row in texts if kinds[row["seq"]].startswith("link.")]
    everything = b"".join(map(archive.read, archive.namelist()))
    for word in (b"minutes", b"effort", b"/l/"):
        assert word not in everything or word == b"/l/", word


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


@given(JSONS)
def test_the_checkers_canonical_form_is_that_of_rfc_8785(value):
    assert canonical(value) == rfc8785.dumps(value)


def test_keys_go_by_their_utf_16_code_units():
    value = {
        "\U0001f600": 1,
        "\ufb33": 2,
        "é": 3,
        "a": 4,
        "\u20ac": 5,
        "\r": 6,
        "1": 7,
        "\u0080": 8,
    }
    assert canonical(value) == rfc8785.dumps(value)
    for refused in (1.5, 2**53):
        with pytest.raises(ValueError):
            canonical({"a": refused})
