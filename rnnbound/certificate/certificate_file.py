"""Certificates in files."""

from __future__ import annotations

import hashlib
import io
import json
import math
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rnnbound.activations.lookup import ACTIVATIONS
from rnnbound.certificate.certified_training import Training
from rnnbound.certificate.fixed_size_certificate import (
    WAYS,
    Certificate,
    Certified,
    pairs_of,
    stated,
)
from rnnbound.certificate.mirrored_network_outputs import risk_at
from rnnbound.data.file_limits import LARGEST, told
from rnnbound.data.npz_files import Archive
from rnnbound.errors import shown, wrong
from rnnbound.scenario.input_file import read_bytes
from rnnbound.scenario.nesting_depth_limit import require_shallow

Floats = NDArray[np.float64]

SCHEMA: Final = "rnnbound.certificate/2"
_SAID: Final = ("schema", "initial_risk", "final_risk", "scaling", "certificate")
_FIELDS: Final = tuple(field.name for field in fields(Certificate))
_ARRAYS: Final = {"X": 3, "Y": 2, "w": 1, "u": 2, "c": 1, "moves": 2}
#: Characters of a document, which has about a thousand.
_LONGEST: Final = 2**20
_FINAL: Final = {"final_w": 1, "final_u": 2, "final_c": 1}


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """What a file holds, of the right types and dimensions, and nothing proved yet.

    Attributes:
        said: the document.
        certificate: the one in it.
        arrays: by name, those of :func:`save` alone.
        faults: what the file lacks, has too much, or holds in shapes that do not fit.
    """

    said: dict[str, Any]
    certificate: Certificate
    arrays: dict[str, Floats]
    faults: tuple[str, ...]

    @property
    def trained(self) -> bool:
        """Whether there are final weights."""
        return "final_w" in self.arrays


def save(found: Certified, training: Training | None) -> bytes:
    """The content of an `.npz` file.

    It keeps the scaled data, Θ(0), D̄ (Θ̄ = Θ(0) ± D̄), Θ(τ) and a bound of its risk if trained, the
    scaling, the certificate, and a digest of them all.
    """
    problem, network = found.problem, found.network
    arrays: dict[str, NDArray[Any]] = {
        "X": problem.X,
        "Y": problem.Y,
        "w": network.w,
        "u": network.u,
        "c": network.c,
        "moves": found.moves,
    }
    final_risk = None
    if training is not None:
        last = training.last
        arrays |= {"final_w": last.w, "final_u": last.u, "final_c": last.c}
        pairs = pairs_of(problem, network, found.certificate.activation, 1)
        final_risk = stated(risk_at(pairs, last), found.initial_risk)
    said = {
        "schema": SCHEMA,
        "initial_risk": found.initial_risk,
        "final_risk": final_risk,
        "scaling": asdict(problem.scaling),
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


def load(path: str) -> Stored:
    """Read a saved certificate, and look at its form.

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
    # The digest only tells accidents apart: whoever forges a file can sign it.
    if str(arrays.get("digest")) != _digest(held, str(arrays["document"])):
        faults.append("the digest does not fit the content")
    more = [shown(name) for name in arrays if name not in {*names, "document", "digest"}]
    more += [shown(name) for name in said if name not in _SAID]
    more += [shown(name) for name in said["certificate"] if name not in _FIELDS]
    if more:
        faults.append(f"it holds what no certificate holds: {', '.join(more[:5])}")
    if not all(np.isfinite(array).all() for array in held.values()):
        faults.append("an array holds an infinity or NaN")
    return Stored(said, certificate, held, (*faults, *_shapes(held, certificate)))


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
        final = said["final_risk"]
        numbers = [said["initial_risk"], 0.0 if final is None else final]
        numbers += [values[f.name] for f in fields(Certificate) if f.type == "float"]
        sane = said["schema"] == SCHEMA and all(
            type(v) in {int, float} and math.isfinite(v) and v >= 0 for v in numbers
        )
        sane &= all(type(values[name]) is int for name in ("width", "iterations", "seed"))
        sane &= min(certificate.step_size, certificate.alpha, certificate.iterations) > 0
        sane &= min(certificate.width, certificate.seed) >= 0
        if not sane or certificate.method not in WAYS or certificate.activation not in ACTIVATIONS:
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
