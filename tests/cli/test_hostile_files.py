"""Every option that reads a file opens it in the same way, and says in one line why it does not."""

from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnnbound.certificate import Request, certify, save
from rnnbound.verification.saved_verification import read_verification
from tests.certificate.data import series
from tests.cli.conftest import Ran, Run
from tests.cli.test_report import SAVED

#: Each option that reads a file, with the suffix that the file must have.
READERS = {
    "data FILE --window 1": ".csv",
    "plan --window 1 --data FILE": ".csv",
    "bound --width 4 --iterations 4 --scenario FILE": ".toml",
    "sweep --epsilon 0.5 --scenario FILE": ".json",
    "certify --check FILE": ".npz",
    "report --verification FILE": ".json",
}


def asked(run: Run, reader: str, name: str) -> Ran:
    ran = run(*reader.split(" FILE")[:1], name, *reader.partition("FILE")[2].split())
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("Error: ")
    assert ran.err.count("\n") == 1
    assert ran.err.removesuffix("\n").isprintable()
    return ran


@pytest.mark.parametrize("reader", READERS)
def test_what_is_no_regular_file_is_not_opened(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reader: str
) -> None:
    monkeypatch.chdir(tmp_path)
    suffix = READERS[reader]
    for name in ("pipe", "zero", "loop", "folder", "dangling"):
        path = Path(name + suffix)
        if name == "pipe":
            os.mkfifo(path)
        elif name == "folder":
            path.mkdir()
        else:
            targets = {"zero": "/dev/zero", "loop": path.name, "dangling": "nowhere"}
            path.symlink_to(targets[name])
        assert "cannot be read: " in asked(run, reader, path.name).err
    for name in ("n" * 245 + suffix, "n" * 300 + suffix, "", f"folder{suffix}/x{suffix}"):
        assert "cannot be read: " in asked(run, reader, name).err
    Path(f"empty{suffix}").touch()
    asked(run, reader, f"empty{suffix}")


@pytest.mark.parametrize("reader", READERS)
def test_names_command_no_terminal(run: Run, tmp_path: Path, reader: str) -> None:
    for name in ("a\n\x1b[31mb", os.fsdecode(b"\xff\xfe")):
        asked(run, reader, str(tmp_path / (name + READERS[reader])))
        (tmp_path / (name + READERS[reader])).write_text("x")
        asked(run, reader, str(tmp_path / (name + READERS[reader])))


def test_a_note_on_a_file_commands_no_terminal(run: Run, tmp_path: Path) -> None:
    data = tmp_path / "a.csv"
    data.write_text("1\n2\n4\n3\n")
    kept = tmp_path / "a\n\x1b[31mb.npz"
    line = f"certify --data {data} --window 2 --width 4 --iterations 2 --save"
    ran = run(line, str(kept))
    assert (ran.status, kept.exists()) == (0, True)
    assert ran.err.splitlines()[-1].isprintable()


@pytest.mark.parametrize(
    ("saved", "said"),
    [
        ("[" * 100_000, "Invalid JSON"),
        (json.dumps(SAVED).encode("utf-16"), "is UTF-16 text"),
        (json.dumps(SAVED | {"seed": "x"}), "seed: "),
        (json.dumps(SAVED).replace('"seed": 7', '"seed": ' + "9" * 100_000), "JSON"),
        (json.dumps(SAVED | {"version": "\ud800"}), "Invalid JSON"),
        (json.dumps(SAVED | {"scenario": {"k" * 100_000: []}}), "(100002 characters)"),
        (json.dumps(SAVED | {"scenario": {"\x1b[31m\n": []}}), "scenario."),
        (" " * (2**24 + 1), "is larger than a saved result may be"),
    ],
)
def test_what_is_no_saved_result(run: Run, tmp_path: Path, saved: Any, said: str) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(saved if isinstance(saved, bytes) else saved.encode())
    ran = run(f"report --verification {path}")
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err
    assert all(line.isprintable() and len(line) < 500 for line in ran.err.splitlines())


def test_a_saved_result_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(SAVED), encoding="utf-8-sig")
    assert read_verification("--verification", str(path)).seed == SAVED["seed"]


@pytest.fixture(scope="module")
def certificate() -> dict[str, bytes]:
    """The files of the archive that a certificate is."""
    with zipfile.ZipFile(io.BytesIO(save(certify(Request(series("chaotic")), 4, 2), None))) as kept:
        return {name: kept.read(name) for name in kept.namelist()}


def members(**arrays: Any) -> dict[str, bytes]:
    """The files of an archive, an array or bytes each."""
    found = {}
    for name, array in arrays.items():
        content = io.BytesIO()
        if not isinstance(array, bytes):
            np.save(content, array)
        found[f"{name}.npy"] = array if isinstance(array, bytes) else content.getvalue()
    return found


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "verified"),
        ({"X": b"hello"}, "'X' is damaged or no NumPy array"),
        ({"X": b"\x93NUMPY\1\0\x88\x13" + b"(" * 5_000}, "'X' is damaged"),
        ({"document": np.array("[" * 100_000)}, "holds no certificate"),
        ({"document": np.array("é")}, "holds no certificate"),
        ({"document": np.array(["{}", "{}"])}, "holds no certificate"),
        ({"document": np.zeros(3)}, "holds no certificate"),
        ({"document": np.array("x" * (2**20 + 1))}, "holds no certificate"),
        ({"document": np.array('{"initial_risk": ' + "9" * 5_000 + "}")}, "holds no certificate"),
    ],
)
def test_what_is_no_certificate(
    run: Run, tmp_path: Path, certificate: dict[str, bytes], changed: dict[str, Any], said: str
) -> None:
    path = tmp_path / "a.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (certificate | members(**changed)).items():
            archive.writestr(name, content)
    if not changed:
        assert run(f"certify --check {path}").status == 0
    else:
        assert said in asked(run, "certify --check FILE", str(path)).err
