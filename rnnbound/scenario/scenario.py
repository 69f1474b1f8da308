"""The scenario: every assumption of the theorems, as data.

A real number in a scenario is a double and means the shortest decimal that rounds to it, so
``0.1`` is one tenth, exactly, on the command line, in a file and in Python.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from rnnbound.activations.activation import LONGEST_FORMULA
from rnnbound.activations.lookup import ACTIVATIONS, find
from rnnbound.errors import Fault, RequestError, shown
from rnnbound.numbers import number_reader


@dataclass(frozen=True, slots=True)
class Field:
    """One row of the scenario: its name, meaning and rule.

    Attributes:
        name: the key, and with dashes the option.
        symbol: what the theory calls it.
        meaning: one line for people.
        allowed: the rule, in words.
        read: turns what was given into the value, or raises ValueError.
        holds: the rule.
        schema: the rule as JSON Schema.
    """

    name: str
    symbol: str
    meaning: str
    allowed: str
    read: Callable[[object], Any]
    holds: Callable[[Any], bool]
    schema: Mapping[str, object]

    def parse(self, value: object) -> Any:
        """The validated value of this field.

        Raises:
            ValueError: with what is wrong, the value given and what is allowed.
        """
        try:
            parsed = self.read(value)
        except ValueError as error:
            raise ValueError(f"{error} (given: {shown(value)}; allowed: {self.allowed})") from None
        if not self.holds(parsed):
            raise ValueError(f"must be {self.allowed} (given: {shown(value)})")
        return parsed


def _count(name: str, symbol: str, meaning: str) -> Field:
    schema = {"type": "integer", "minimum": 1}
    return Field(
        name, symbol, meaning, "an integer ≥ 1", number_reader.integer, lambda x: x >= 1, schema
    )


def _radius(name: str, symbol: str, meaning: str, allowed: str = "a number ≥ 0") -> Field:
    schema = {"type": "number", "minimum": 0}
    return Field(name, symbol, meaning, allowed, number_reader.real, lambda x: x >= 0, schema)


FIELDS: Final = (
    _count("horizon", "T", "time steps per sequence"),
    _count("samples", "n", "training sequences"),
    _count("dim", "d", "input dimension"),
    Field(
        "alpha",
        "α",
        "initial size of the recurrent weights",
        "a number > 0",
        number_reader.real,
        lambda x: x > 0,
        {"type": "number", "exclusiveMinimum": 0},
    ),
    _radius("nu_w", "ν_w", "recurrent radius of the target class"),
    _radius("nu_u", "ν_u", "input radius of the target class"),
    _radius("rho_w", "ρ_w", "recurrent projection radius (default: ν_w)", "a number ≥ ν_w"),
    _radius("rho_u", "ρ_u", "input projection radius (default: ν_u)", "a number ≥ ν_u"),
    Field(
        "delta",
        "δ",
        "probability that the guarantee may fail",
        "a number in (0, 1)",
        number_reader.real,
        lambda x: 0 < x < 1,
        {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
    ),
    Field(
        "activation",
        "σ",
        "activation function",
        "one of " + ", ".join(ACTIVATIONS) + ", or a formula such as 'tanh(z)/2'",
        find,
        lambda _: True,
        {
            "type": "string",
            "anyOf": [{"enum": list(ACTIVATIONS)}, {"pattern": "z", "maxLength": LONGEST_FORMULA}],
        },
    ),
)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A learning task and its constants, validated at construction.

    Numbers may be given as numbers or as text (``"1e6"``).  Units: none, inputs satisfy
    ``‖X_t‖₂ ≤ 1``.

    Attributes:
        horizon: T, time steps per sequence.
        samples: n, training sequences.
        dim: d, input dimension.
        alpha: α, initial size of the recurrent weights.
        nu_w: ν_w, recurrent radius of the target class.
        nu_u: ν_u, input radius of the target class.
        rho_w: ρ_w ≥ ν_w, projection radius of W; ν_w if not given.
        rho_u: ρ_u ≥ ν_u, projection radius of U; ν_u if not given.
        delta: δ, the probability that a guarantee may fail.
        activation: the name of σ, or a formula for it in z.

    Raises:
        RequestError: with all faults at once.
    """

    horizon: int = 10
    samples: int = 1000
    dim: int = 1
    alpha: float = 0.5
    nu_w: float = 0.5
    nu_u: float = 0.5
    rho_w: float = None  # type: ignore[assignment]  # becomes nu_w
    rho_u: float = None  # type: ignore[assignment]  # becomes nu_u
    delta: float = 0.01
    activation: str = "tanh"

    def __post_init__(self) -> None:
        given = {f.name: getattr(self, f.name) for f in FIELDS}
        values, faults = validate(given)
        if faults:
            raise RequestError(faults)
        for name, value in values.items():
            object.__setattr__(self, name, value)


DEFAULTS: Final[Mapping[str, Any]] = {f.name: f.default for f in fields(Scenario)}


def validate(given: Mapping[str, object]) -> tuple[dict[str, Any], list[Fault]]:
    """Parse all fields of `given` (missing ones take their default) and check how they relate.

    Returns:
        The values that could be read, and every fault; each fault's place is a field's name.
    """
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for field in FIELDS:
        value = given.get(field.name, DEFAULTS[field.name])
        partner = field.name.replace("rho", "nu")
        if value is None and partner != field.name and field.name.startswith("rho"):
            if partner in values:
                values[field.name] = values[partner]
            continue
        try:
            values[field.name] = field.parse(value)
        except ValueError as error:
            faults.append(Fault(field.name, str(error)))
    if values.get("nu_w") == 0 and values.get("nu_u") == 0:
        faults.append(Fault("nu_u", "ν_w and ν_u must not both be 0 (the target would be 0)"))
    for letter in "wu":
        rho, nu = values.get(f"rho_{letter}"), values.get(f"nu_{letter}")
        if rho is not None and nu is not None and rho < nu:
            message = f"must be at least ν_{letter} = {nu} (given: {rho})"
            faults.append(Fault(f"rho_{letter}", message))
    return values, faults
