"""Certificates in files, and their verification from scratch."""

from __future__ import annotations

import hashlib
import io
import json
import math
from dataclasses import asdict, fields
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rnnbound.certificate.certify import (
    WAYS,
    Certificate,
    Certified,
    norm_of,
    pairs_of,
    prove,
    set_of,
)
from rnnbound.certificate.problem import Problem
from rnnbound.certificate.sigmas import SIGMAS
from rnnbound.certificate.trained import Training
from rnnbound.data.npz import Archive
from rnnbound.data.source import LARGEST, told
from rnnbound.network import Network, initialise, risk
from rnnbound.setting.faults import shown, wrong
from rnnbound.setting.input_file import read_bytes
from rnnbound.setting.nesting import require_shallow

Floats = NDArray[np.float64]

SCHEMA: Final = "rnnbound.certificate/1"
#: Another machine may round the parts of a bound differently, by no more than this.
_SAME: Final = 1e-7
_ARRAYS: Final = {"X": 3, "Y": 2, "w": 1, "u": 2, "c": 1, "moves": 2}
#: Characters of a document, which has about a thousand.
_LONGEST: Final = 2**20
_FINAL: Final = {"final_w": 1, "final_u": 2, "final_c": 1}


def save(found: Certified, training: Training | None) -> bytes:
    """The content of an `.npz` file.

    It keeps the scaled data, Θ(0), D̄ (Θ̄ = Θ(0) ± D̄), Θ(τ) if trained, the scaling, the
    certificate, and a digest of them all.
    """
    arrays: dict[str, NDArray[Any]] = {
        "X": found.problem.X,
        "Y": found.problem.Y,
        "w": found.network.w,
        "u": found.network.u,
        "c": found.network.c,
        "moves": found.moves,
    }
    if training is not None:
        last = training.last
        arrays |= {"final_w": last.w, "final_u": last.u, "final_c": last.c}
    said = {
        "schema": SCHEMA,
        "initial_risk": found.initial_risk,
        "input_scale": found.problem.input_scale,
        "target_scale": found.problem.target_scale,
        "certificate": asdict(found.certificate),
    }
    text = json.dumps(said, sort_keys=True)
    content = io.BytesIO()
    np.savez_compressed(
        content,
        allow_pickle=False,
        **arrays,
        document=np.array(text),
        digest=np.array(_digest(arrays, text)),
    )
    return content.getvalue()


def _digest(arrays: dict[str, NDArray[Any]], text: str) -> str:
    total = hashlib.sha256(text.encode())
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name], np.float64)
        total.update(f"{name}{array.shape}".encode())
        total.update(array.tobytes())
    return total.hexdigest()


def check(path: str, jobs: int = 1) -> tuple[Certificate, list[str]]:
    """Verify a saved certificate from scratch.

    The digest only tells accidents apart; the bound is proved anew from data, Θ(0) and Θ̄.

    Returns:
        What the file says, and what is wrong with it: nothing if the list is empty.

    Raises:
        RequestError: it is no such file.
    """
    arrays = _read_arrays(path)
    said, certificate = _document(path, arrays)
    names = _ARRAYS | (_FINAL if any(name in arrays for name in _FINAL) else {})
    for name, ndim in names.items():
        array = arrays.get(name)
        if array is None or array.ndim != ndim or array.dtype != np.float64 or not array.size:
            raise wrong("check", f"{shown(path)} holds no array {name} of {ndim} dimensions")
    held: dict[str, Any] = {name: arrays[name] for name in names}
    faults = []
    if str(arrays.get("digest")) != _digest(held, str(arrays["document"])):
        faults.append("the digest does not fit the content")
    if not all(np.isfinite(array).all() for array in held.values()):
        return certificate, [*faults, "an array holds an infinity or NaN"]
    faults += _shapes(held, certificate)
    return certificate, faults if faults else _proved(said, certificate, held, jobs)


def _read_arrays(path: str) -> dict[str, NDArray[Any]]:
    """All arrays of an `.npz` file.

    Raises:
        RequestError: the file cannot be read.
    """
    try:
        data = read_bytes(path, LARGEST, "a certificate")
    except ValueError as error:
        raise wrong("check", f"{shown(path)} {error}") from None
    if not data.startswith(b"PK"):
        raise wrong("check", f"{shown(path)} is not an .npz file of arrays")
    arrays = {}
    with told("check", shown(path)), Archive(data) as archive:
        for name in archive.names:
            with told("check", f"{shown(path)}: {shown(name)}"):
                arrays[name] = archive.array(name)
    return arrays


def _document(path: str, arrays: dict[str, Any]) -> tuple[dict[str, Any], Certificate]:
    try:
        said = json.loads(_text(arrays["document"]))
        given = said["certificate"]
        values = {f.name: given[f.name] for f in fields(Certificate)}
        certificate = Certificate(**values)
        numbers = [said[name] for name in ("initial_risk", "input_scale", "target_scale")]
        numbers += [values[f.name] for f in fields(Certificate) if f.type == "float"]
        sane = said["schema"] == SCHEMA and all(
            type(v) in {int, float} and math.isfinite(v) and v >= 0 for v in numbers
        )
        sane &= all(type(values[name]) is int for name in ("width", "iterations", "seed"))
        sane &= min(certificate.step_size, certificate.alpha, certificate.iterations) > 0
        sane &= min(certificate.width, certificate.seed) >= 0
        if not sane or certificate.method not in WAYS or certificate.activation not in SIGMAS:
            raise ValueError("values")
        float(certificate.iterations)
    except (KeyError, TypeError, ValueError, OverflowError):
        raise wrong("check", f"{shown(path)} holds no certificate of rnnbound") from None
    return said, certificate


def _text(array: NDArray[Any]) -> str:
    """The text that an array of no dimensions holds; JSON as we write it is ASCII.

    Raises:
        ValueError: it holds something else, or is nested too deeply.
    """
    if array.shape or array.dtype.kind != "U" or array.nbytes > 4 * _LONGEST:
        raise ValueError("no text")
    text = str(array)
    if not text.isascii():
        raise ValueError("no JSON of ours")
    require_shallow(text)
    return text


def _shapes(held: dict[str, Floats], certificate: Certificate) -> list[str]:
    (n, horizon, d), m = held["X"].shape, certificate.width
    wanted = {
        "Y": (n, horizon), "w": (m,), "u": (m, d), "c": (m,), "moves": (m // 2, 1 + d),
        "final_w": (m,), "final_u": (m, d), "final_c": (m,),
    }  # fmt: skip
    return [
        f"{name} has shape {held[name].shape}, not {shape}"
        for name, shape in wanted.items()
        if name in held and held[name].shape != shape
    ]


def _proved(
    said: dict[str, Any], certificate: Certificate, held: dict[str, Floats], jobs: int
) -> list[str]:
    network = Network(held["w"], held["u"], held["c"])
    drawn = initialise(certificate.width, network.dim, certificate.alpha, certificate.seed)
    if not all(np.array_equal(held[a], getattr(drawn, a)) for a in ("w", "u", "c")):
        return ["the initialisation is not the one of the seed"]
    problem = Problem(held["X"], held["Y"], said["input_scale"], said["target_scale"])
    pairs = pairs_of(problem, network, certificate.activation, jobs)
    radii = set_of(certificate.radius_w, certificate.radius_u, certificate.width)
    try:
        way = WAYS[certificate.method]
        parts, _ = prove(pairs, way, radii, held["moves"], norm_of(pairs))
    except ArithmeticError as error:
        return [str(error)]
    terms = parts.terms(certificate.step_size, certificate.iterations)
    faults = []
    for name, value in zip(("misfit", "curvature", "rate"), terms, strict=True):
        stated = getattr(certificate, name)
        if not abs(stated - value) <= _SAME * value:
            faults.append(f"{name} is {value:.9g}, not {stated:.9g}")
    if not certificate.risk_bound >= sum(terms) * (1 - _SAME):
        faults.append(f"only {sum(terms):.9g} is proved, not {certificate.risk_bound:.9g}")
    if not abs(said["initial_risk"] - parts.initial) <= _SAME * parts.initial:
        faults.append(f"R(0) is {parts.initial:.9g}, not {said['initial_risk']:.9g}")
    if "final_w" in held:
        last = Network(held["final_w"], held["final_u"], held["final_c"])
        reached = risk(last, certificate.activation, problem.X, problem.Y)
        if not (reached <= certificate.risk_bound and np.array_equal(last.c, network.c)):
            faults.append(f"the final weights have risk {reached:.9g}, above the bound")
    return faults
