"""Files of certificates, and the command."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from rnnbound.certificate import Request, certify, check, save, train
from rnnbound.certificate.certificate_file import _digest
from rnnbound.errors import RequestError
from tests.certificate.data import series
from tests.cli.conftest import Run, run  # noqa: F401  # the fixture


@pytest.fixture(scope="module")
def content() -> bytes:
    found = certify(Request(series("chaotic", 12, 2)), 8, 10)
    return save(found, train(found))


def _altered(content: bytes, path: Path, change: str, *, sign: bool) -> Path:
    path.write_bytes(content)
    with np.load(path) as file:
        held = {name: file[name] for name in file.files}
    said = json.loads(str(held["document"]))
    if change in said["certificate"]:
        said["certificate"][change] *= 0.99 if change != "iterations" else 2
    elif change in said:
        said[change] *= 1.01
    elif change == "final_w":
        held[change] = held[change] + 1.0
    else:
        held[change] = held[change] * (1 + 1e-4)
    text = json.dumps(said, sort_keys=True)
    arrays = {n: a for n, a in held.items() if n not in {"document", "digest"}}
    if sign:
        held["digest"] = np.array(_digest(arrays, text))
    held["document"] = np.array(text)
    np.savez(path, **held)
    return path


CHANGES = ("risk_bound", "misfit", "rate", "step_size", "radius_w", "iterations", "moves", "Y", "X")


@pytest.mark.parametrize("change", [*CHANGES, "w", "final_w"])
def test_an_altered_file_is_refused(content: bytes, tmp_path: Path, change: str) -> None:
    for sign in (True, False):
        path = _altered(content, tmp_path / "a.npz", change, sign=sign)
        if change == "iterations" and sign:
            # More steps make the rate smaller than stated.
            assert any("rate" in fault for fault in check(str(path)).faults)
        assert check(str(path)).faults


def test_a_good_file_is_verified(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "good.npz"
    path.write_bytes(content)
    found = check(str(path))
    assert found.valid
    assert found.claimed.width == 8


def test_no_certificate(tmp_path: Path) -> None:
    for name, write in (("a.npz", lambda p: np.savez(p, X=1)), ("b", lambda p: p.write_text("x"))):
        path = tmp_path / name
        write(path)
        with pytest.raises(RequestError):
            check(str(path))
    with pytest.raises(RequestError, match="No such file"):
        check(str(tmp_path / "none"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[(name, value) for name in ("rate", "alpha", "radius_w") for value in ("x", True, None)],
        ("step_size", 10**400),
        ("iterations", 10**400),
        ("seed", "0"),
        ("activation", 3),
        ("width", -64),
    ],
)
def test_a_certificate_of_nonsense_is_none(
    content: bytes, tmp_path: Path, name: str, value: object
) -> None:
    path = tmp_path / "a.npz"
    path.write_bytes(content)
    with np.load(path) as file:
        held = {key: file[key] for key in file.files}
    said = json.loads(str(held["document"]))
    said["certificate"][name] = value
    np.savez(path, **held | {"document": np.array(json.dumps(said))})
    with pytest.raises(RequestError, match="holds no certificate"):
        check(str(path))


def test_what_is_beyond_doubles_is_no_certificate_and_makes_no_noise() -> None:
    """Warnings are errors here."""
    problem = series("chaotic", 20, 2)
    for jobs in (1, 2):
        request = Request(problem, alpha=1e40, jobs=jobs)
        with pytest.raises(RequestError, match="alpha: is too large"):
            certify(request, 8, 3)
    few = certify(Request(problem, alpha=1e3), 8, 3)
    assert few.certificate.risk_bound > 1e3


def test_command(run: Run, tmp_path: Path) -> None:  # noqa: F811
    problem, path, kept = series("noise", 20, 2), tmp_path / "d.npz", tmp_path / "c.npz"
    np.savez(path, X=problem.X[..., :1] * 3, Y=problem.Y * 5)
    sizes = f"certify --data {path} --width 32 --iterations 20"
    done = run(f"{sizes} --train --json --save {kept}")
    assert done.status == 0
    found = done.json
    bound = found["certificate"]["risk_bound"]
    assert found["training"]["best_risk"] <= bound
    unit = found["original_units"]["target_scale"] ** 2
    assert found["original_units"]["risk_bound"] == pytest.approx(unit * bound)
    centred = (5 * problem.Y - (5 * problem.Y).mean()) ** 2
    assert unit == pytest.approx(centred.sum() / len(centred), rel=1e-9)
    assert run(f"certify --check {kept}").status == 0
    _altered(kept.read_bytes(), kept, "risk_bound", sign=True)
    refused = run(f"certify --check {kept} --json")
    assert refused.status == 1
    assert not refused.json["valid"]
    assert "risk at most" in run(f"{sizes} --train").out
    curve = run(f"{sizes} --curve --format csv")
    assert len(curve.out.splitlines()) == 3
    assert run(f"certify --data {path} --width 8 --epsilon 1e-9 --max-iterations 4").status == 1
    for wrong in ("--width 64", "--width 3 --iterations 1", "--width 8 --iterations 2 --epsilon 1"):
        assert run(f"certify --data {path} {wrong}").status == 2
    assert run("certify --width 4 --iterations 2").status == 2
    assert run(f"certify --check {kept} --train").status == 2
