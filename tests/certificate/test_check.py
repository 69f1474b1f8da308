"""Verification from scratch: whatever a file says, only what is proved passes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnnbound.certificate import Checked, Problem, Request, certify, check, save, train
from rnnbound.certificate.certificate_file import _digest
from rnnbound.data.dataset import Dataset
from rnnbound.data.read import read_dataset
from rnnbound.errors import RequestError

Arrays = dict[str, np.ndarray]
Said = dict[str, Any]
SIGNED = ("X", "Y", "w", "u", "c", "moves", "final_w", "final_u", "final_c")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    rng = np.random.default_rng(5)
    path = tmp_path_factory.mktemp("data") / "own.npz"
    np.savez(path, X=rng.standard_normal((6, 2, 1)) * 3 + 1, Y=rng.standard_normal((6, 2)) * 5 + 2)
    return read_dataset(path)


@pytest.fixture(scope="module", params=["tied", "pgd"])
def kept(request: pytest.FixtureRequest, data: Dataset) -> tuple[Arrays, Said]:
    """A certificate of a trained network, opened up."""
    method = str(request.param)
    found = certify(Request(Problem.of_dataset(data), method=method, alpha=0.3, seed=1), 8, 20)
    return _opened(save(found, train(found)))


def _opened(content: bytes) -> tuple[Arrays, Said]:
    import io

    with np.load(io.BytesIO(content)) as file:
        held = {name: file[name] for name in file.files if name not in {"document", "digest"}}
        return held, json.loads(str(file["document"]))


Verdict = Callable[..., Checked]


@pytest.fixture
def verdict(tmp_path: Path, kept: tuple[Arrays, Said]) -> Verdict:
    """Checks a forgery, signed as well as its forger can."""

    def of(
        change: Callable[[Arrays, Said], object] = lambda held, said: None,
        data: Dataset | None = None,
    ) -> Checked:
        held = {name: array.copy() for name, array in kept[0].items()}
        said = json.loads(json.dumps(kept[1]))
        change(held, said)
        text = json.dumps(said, sort_keys=True)
        signed = _digest({name: held[name] for name in SIGNED if name in held}, text)
        path = tmp_path / "forged.npz"
        np.savez(path, document=np.array(text), digest=np.array(signed), **held)
        return check(str(path), 1, data)

    return of


def _in_certificate(name: str, value: object) -> Callable[[Arrays, Said], object]:
    return lambda held, said: said["certificate"].update({name: value})


def test_what_was_saved_is_proved_again_and_by_others_too(verdict: Verdict, data: Dataset) -> None:
    for given in (None, data):
        found = verdict(data=given)
        assert found.valid, found.faults
        assert found.certificate is not None
        for name in ("risk_bound", "misfit", "curvature", "rate"):
            claimed, proved = getattr(found.claimed, name), getattr(found.certificate, name)
            # The margin that lets another machine prove it, which rounds otherwise.
            assert proved * (1 + 1e-10) < claimed < proved * (1 + 1e-8)
        assert found.final_risk is not None
        assert found.final_risk <= found.certificate.risk_bound
    assert verdict().ties[0].to is None
    assert verdict(data=data).ties[0].to == data.origin.file
    assert "to the last bit" in verdict(data=data).ties[0].statement


@pytest.mark.parametrize("factor", [1 - 9e-8, 1 - 2e-9, 0.99, 0.5, 1.00001, 2.0])
def test_no_number_may_say_anything_else(verdict: Verdict, factor: float) -> None:
    """Neither less than is proved, nor so much more that it is not of its own numbers."""
    names = ("risk_bound", "misfit", "curvature", "rate", "step_size", "radius_w", "radius_u")
    for name in (*names, "alpha"):
        found = verdict(lambda held, said, n=name: said["certificate"].update(
            {n: said["certificate"][n] * factor}
        ))  # fmt: skip
        assert not found.valid, name
        assert found.certificate is None
    for name in ("initial_risk", "final_risk"):
        assert not verdict(lambda held, said, n=name: said.update({n: said[n] * factor})).valid


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("width", (6, 10)),
        ("iterations", (19, 21, 40, 10**30)),
        ("seed", (0, 2, 10**30)),
        ("activation", ("erf", "sin", "arctan", "gaussian", "logistic")),
    ],
)
def test_nothing_else_may_be_exchanged(
    verdict: Verdict, name: str, values: tuple[object, ...]
) -> None:
    for value in values:
        assert not verdict(_in_certificate(name, value)).valid, value


def test_the_method_may_not_be_exchanged(verdict: Verdict, kept: tuple[Arrays, Said]) -> None:
    other = {"tied": "pgd", "pgd": "tied"}[kept[1]["certificate"]["method"]]
    assert not verdict(_in_certificate("method", other)).valid


@pytest.mark.parametrize(
    "name", ["X", "Y", "w", "u", "c", "moves", "final_w", "final_u", "final_c"]
)
def test_no_array_may_be_touched(verdict: Verdict, name: str) -> None:
    def changed(change: Callable[[np.ndarray], np.ndarray]) -> Checked:
        return verdict(lambda held, said: held.update({name: change(held[name])}))

    def first(array: np.ndarray, value: float) -> np.ndarray:
        array.flat[0] = value
        return array

    changes: tuple[Callable[[np.ndarray], np.ndarray], ...] = (
        lambda a: a * (1 + 1e-6),
        lambda a: -a,
        lambda a: 0 * a,
        lambda a: np.roll(a, 1, 0),
        lambda a: first(a, np.nan),
        lambda a: first(a, np.inf),
        lambda a: a[:-1],
        lambda a: a * 1e200,
    )
    for number, change in enumerate(changes):
        assert not changed(change).valid, number
    for change in (lambda a: a.astype(np.float32), lambda a: a[None], lambda a: a.astype(int)):
        with pytest.raises(RequestError, match=f"no array {name}"):
            changed(change)


def test_nothing_may_be_added(verdict: Verdict) -> None:
    for change in (
        lambda held, said: said.update(probability=1.0),
        lambda held, said: said["certificate"].update(risk_of="new data"),
        lambda held, said: held.update(note=np.ones(1)),
    ):
        assert any("what no certificate holds" in fault for fault in verdict(change).faults)


def test_final_weights_are_in_the_set_tied_and_as_good_as_said(
    verdict: Verdict, kept: tuple[Arrays, Said]
) -> None:
    tied = kept[1]["certificate"]["method"] == "tied"
    radius = kept[1]["certificate"]["radius_w"] / np.sqrt(8)
    start = kept[0]["w"]

    def moved(by: float) -> Callable[[Arrays, Said], object]:
        def change(held: Arrays, said: Said) -> None:
            held["final_w"][0] = start[0] + by
            held["final_w"][4] = start[4] - by
            said["final_risk"] = None

        return change

    out = verdict(moved(radius * (1 + 1e-9))).faults
    assert any("outside the set" in fault and "neuron 1" in fault for fault in out)
    assert not any("outside" in fault for fault in verdict(moved(radius * (1 - 1e-9))).faults)

    def alone(held: Arrays, said: Said) -> None:
        held["final_u"][1] += 1e-12

    faults = verdict(alone).faults
    assert any("not tied: U of pair 2" in fault for fault in faults) is tied
    unsaid = verdict(lambda held, said: said.update(final_risk=None)).faults
    assert unsaid == ("it holds final weights and does not state their risk",)

    def untrained(held: Arrays, said: Said) -> None:
        for name in ("final_w", "final_u", "final_c"):
            del held[name]

    assert verdict(untrained).faults == ("it states the risk of final weights and holds none",)


def test_final_weights_above_the_bound_are_refused(
    verdict: Verdict, kept: tuple[Arrays, Said]
) -> None:
    """The start is in the set and tied, its risk is 1, and that may be said of it."""

    def back(held: Arrays, said: Said) -> None:
        held["final_w"], held["final_u"] = held["w"], held["u"]
        said["final_risk"] = 1 + 1e-12

    (fault,) = verdict(back).faults
    assert "above the bound" in fault


def test_the_scaling_is_that_of_the_arrays(verdict: Verdict, data: Dataset) -> None:
    for name, value in (
        ("bias", 0.4),
        ("bias", None),
        ("input_scale", []),
        ("input_scale", [-1.0]),
        ("input_offset", [0.0, 0.0]),
        ("target_scale", 0.0),
        ("target_scale", "5"),
        ("target_offset", float("inf")),
    ):
        assert not verdict(lambda held, said, n=name, v=value: said["scaling"].update({n: v})).valid
    assert not verdict(lambda held, said: said.update(scaling=None)).valid
    # Without the file nobody can tell the units; with it, everybody can.
    for name in ("target_scale", "target_offset"):

        def other(held: Arrays, said: Said, name: str = name) -> None:
            said["scaling"][name] *= 1.5

        assert verdict(other).valid
        assert any("target" in fault for fault in verdict(other, data).faults)


def test_data_of_another_file_are_told_apart(verdict: Verdict, tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    X, Y = rng.standard_normal((6, 2, 1)) * 3 + 1, rng.standard_normal((6, 2)) * 5 + 2
    X[3, 1, 0] += 1e-6
    np.savez(tmp_path / "other.npz", X=X, Y=Y)
    (fault,) = verdict(data=read_dataset(tmp_path / "other.npz")).faults
    assert fault.startswith("input at sample 4, step 2, channel 1 is ")
    assert "more differ" not in fault
    np.savez(tmp_path / "fewer.npz", X=X[:5], Y=Y[:5])
    faults = verdict(data=read_dataset(tmp_path / "fewer.npz")).faults
    assert [fault.split(" in the certificate")[0] for fault in faults] == [
        "X has shape (6, 2, 2)",
        "Y has shape (6, 2)",
    ]


def test_a_bound_lowered_by_nine_in_a_hundred_million_is_refused(tmp_path: Path) -> None:
    """Nothing can be learnt here: R stays 1."""
    X = np.array([[[1.0]], [[-1.0]], [[0.5]], [[-0.5]], [[0.3]]])
    Y = np.array([[1.0], [1.0], [-2.0], [-2.0], [0.0]])
    found = certify(Request(Problem.of(X, Y)), 8, 20)
    held, said = _opened(save(found, None))
    said["certificate"]["risk_bound"] = 0.99999991
    text = json.dumps(said, sort_keys=True)
    path = tmp_path / "lowered.npz"
    signed = _digest(held, text)
    np.savez(path, document=np.array(text), digest=np.array(signed), **held)
    faults = check(str(path)).faults
    assert any(fault.startswith("risk_bound is 0.99999991 there, and only") for fault in faults)
