"""The tight constants at many points at once.

The chords of :class:`rnnbound.theory.worst_direction_sums.TightLemma` and their ends are shared:
what is computed for one point, here or in ball arithmetic, serves all.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cache, cached_property
from typing import Any

import numpy as np
from flint import arb

from rnnbound.activations.lookup import resolve
from rnnbound.numbers.balls import BALLS, precision
from rnnbound.numbers.error_bounded_arrays import ARRAYS, UNIT, Approximate
from rnnbound.numbers.limits import MagnitudeError
from rnnbound.scenario.scenario_in_number_system import Quantities
from rnnbound.theory.gaussian_preactivations import least_mean_square
from rnnbound.theory.sharp_constants import SharpConstants
from rnnbound.theory.tight_constants import TightConstants, tight_lemma
from rnnbound.theory.worst_direction_sums import Target, TightLemma

_BITS = 128


class TightArrays(TightConstants):
    """The constants in arrays; all points have the same horizon."""

    @cached_property
    def lemma(self) -> TightLemma:
        assert self.q.activation is not None
        horizon: Any = getattr(self.q.T, "v", self.q.T)
        return tight_lemma(self.q.activation, int(np.max(horizon)))

    @property
    def no_target(self) -> bool:
        # Where it is, numbers are missing and the point is in doubt.
        return False

    def _capped(self, name: str, value: Any) -> Any:
        return value if self.searching else ARRAYS.minimum(getattr(self.sharp, name), value)

    @cached_property
    def _target(self) -> Target:
        q = self.q
        symbols = np.broadcast_arrays(*(np.asarray(x.v) for x in (q.alpha, q.nu_w, q.nu_u)))
        found = _each(self.lemma.target, symbols)
        names = ("last", "square", "mean_square")
        values: list[Any] = [
            _gathered([t and getattr(t, name) for t in found[0]], found[1]) for name in names
        ]
        return Target(*values)

    @cached_property
    def S_mean(self) -> Any:
        found = _each(self.lemma.mean_S, [np.atleast_1d(self.q.alpha.v)])
        return ARRAYS.minimum(self.S_alpha, _gathered(*found))

    def _along(self, lemma: TightLemma, name: str, a: Approximate) -> Approximate:
        v = np.atleast_1d(a.v)
        low, high = _around(lemma, v, a.e)
        known = np.isfinite(low)
        ends, back = np.unique(np.concatenate([low[known], high[known]]), return_inverse=True)
        values = np.array([_node(lemma, name, end) for end in ends.tolist()])
        at_low, at_high = np.full(v.shape, np.nan), np.full(v.shape, np.nan)
        at_low[known], at_high[known] = np.split(values[back], 2)
        step, rise = np.log1p((high - low) / low), np.log(at_high / at_low)
        flat = (low == high) | (at_low == 0)
        share = np.where(flat, 0.0, np.log1p((v - low) / low) / step)
        steep = np.where(flat, 0.0, rise / step)
        found = at_low * np.where(flat, 1.0, np.exp(rise * share))
        return Approximate(found, 16.0 + np.abs(steep) * (a.e + 16.0))


def mean_squares(q: Quantities) -> Approximate:
    """B_rms² of points that may differ in their horizon; B_H² where it cannot be computed."""
    assert q.activation is not None
    activation: str = q.activation
    plain = SharpConstants(q, q.alpha).B_H_squared

    def found(horizon: arb, *symbols: arb) -> arb:
        try:
            target = tight_lemma(activation, int(float(horizon))).target(*symbols)
        except MagnitudeError:
            return arb("inf")
        return target.square.min(target.mean_square)

    symbols = (q.T, q.alpha, q.nu_w, q.nu_u)
    values = np.broadcast_arrays(*(np.atleast_1d(np.asarray(x.v, float)) for x in symbols))
    return ARRAYS.minimum(plain, _gathered(*_each(found, values)))


def least_mean_squares(q: Quantities) -> Approximate:
    """What B_rms² is not below, and quicker: φ_t² ≥ E σ'(g)², p_t ≥ ν_u μ_t and, later, ν_w σ0."""
    assert q.activation is not None
    slope = _least_slope(q.activation, float(q.sigma2.v) * (1 + 16 * UNIT))
    from_u = q.nu_u**2 * SharpConstants(q, q.alpha).at_alpha.sum_uu / q.sigma1**2
    from_w = q.nu_w**2 * q.sigma0**2 * (q.T - 1)
    return ARRAYS.maximum(from_u, from_w) * Approximate(slope)


@cache
def _least_slope(activation: str, sigma2: float) -> float:
    return least_mean_square(resolve(activation).support, sigma2)


def _around(lemma: TightLemma, a: Any, e: Any) -> tuple[Any, Any]:
    """The nodes on both sides of each a; NaN where doubles do not tell how fine they are."""
    r = a * float(lemma.sigma1)
    distance, off = np.abs(1 - r), (e + 8.0) * UNIT * r
    bits = [_spanned(lemma.horizon, np.maximum(distance + sign * off, 0.0)) for sign in (-1, 1)]
    mantissa, exponent = np.frexp(a)
    fine = bits[0] + lemma.fineness
    low, high = (np.ldexp(end(np.ldexp(mantissa, fine)), exponent - fine) for end in _ENDS)
    clear = bits[0] == bits[1]
    return np.where(clear, low, np.nan), np.where(clear, high, np.nan)


_ENDS = (np.floor, np.ceil)


def _spanned(horizon: int, distance: Any) -> Any:
    """How many bits the number of steps that the memory spans has."""
    steps = np.where(distance * horizon < 1, horizon, np.floor(1 / distance) + 1)
    return np.frexp(np.minimum(steps, horizon))[1]


def _node(lemma: TightLemma, name: str, a: float) -> float:
    try:
        return float(lemma.node(name, a).mid())
    except MagnitudeError:
        return np.nan


def _each(
    function: Callable[..., Any], symbols: list[Any] | tuple[Any, ...]
) -> tuple[list[Any], Any]:
    """A function of exact numbers where they differ, and which of them each point has.

    None stands for what is out of range.
    """

    def value(row: list[float]) -> Any:
        with suppress(MagnitudeError):
            return function(*map(BALLS.number, row))
        return None

    rows, back = np.unique(np.stack(symbols), axis=1, return_inverse=True)
    with precision(_BITS):
        found = [value(row) for row in rows.T.tolist()]
    return found, back.ravel()


def _gathered(values: list[arb | None], back: Any) -> Approximate:
    """One value for each point; NaN, which decides nothing, where there is none."""
    doubles = [np.nan if x is None else float(x.mid()) for x in values]
    return Approximate(np.array(doubles)[back], 4.0)
