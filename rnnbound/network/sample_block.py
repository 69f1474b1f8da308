"""Forward and backward through a few samples, tile by tile, or at once if they are small.

With s = c/√m, e = F − Y and μ_t = (∂/∂z_t of ½R)/s, which contains no c,

    μ_t = σ'(z_t) (e_t/n + W μ_{t+1}),   g_W = s Σ μ_t h_{t−1},   g_U = s Σ μ_t x_{t−1}ᵀ

so 1/n multiplies the few errors, and s the sums over all samples, which is left to the caller.
With σ(z) = κ φ(λz) the states are those of φ, and the factors go where there is little to multiply:

    y_t = κλW φ_{t−1} + λU x_{t−1},   F = κs Σ φ,   μ_t = φ'(y_t) (κλ e_t/n + κλW μ_{t+1})
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from rnnbound.activations.array_kernel import ArrayKernel
from rnnbound.network.array_checks import Array
from rnnbound.network.tiling import aligned, cut


class Block(Protocol):
    """The buffers of one thread for blocks of b ≤ `samples` samples."""

    def load(self, theta: Array) -> None:
        """Take the weights, shape (1 + d, m): row 0 is w, the others are Uᵀ."""

    def outputs(self, X: Array) -> Array:
        """F of the block X, shape (b, T, d); F has shape (T, b)."""

    def gradient(self, X: Array, Y: Array, n: int, out: Array, *, first: bool) -> float:
        """Σ e² over the block; its share of g/s is added to `out`, or copied if `first`."""


def make_block(
    samples: int,
    tile: int,
    horizon: int,
    dim: int,
    scaled: Array,
    sigma: ArrayKernel,
    *,
    small: bool,
) -> Block:
    """The buffers that suit the size of a block.

    Args:
        samples: the most samples of a block.
        tile: neurons of a tile.
        horizon: T.
        dim: d.
        scaled: s = c/√m, shape (m,).
        sigma: the activation.
        small: whether to handle a block as a whole.
    """
    if small:
        return SmallBlock(samples, horizon, dim, scaled, sigma)
    return TiledBlock(samples, tile, horizon, dim, scaled, sigma)


@dataclass(frozen=True, slots=True)
class _Tile:
    """Views for b samples and k neurons; over time, y turns into h = φ(y), and h into μ.

    Attributes:
        neurons: which.
        scaled: their κs, shape (k,).
        w: their κλW_ii, once for every sample, shape (b, k).
        states: the states, shape (T·b, k).
        h: the same, T arrays of shape (b, k).
        slopes: φ'(y_t), T arrays of shape (b, k); empty if h determines them.
        temp: scratch, shape (b, k).
        g: the gradient of the block, shape (1 + d, k).
    """

    neurons: slice
    scaled: Array
    w: Array
    states: Array
    h: list[Array]
    slopes: list[Array]
    temp: Array
    g: Array


class TiledBlock:
    """A block whose tiles of neurons take their turns, so that each call stays in cache."""

    def __init__(
        self, samples: int, tile: int, horizon: int, dim: int, scaled: Array, sigma: ArrayKernel
    ) -> None:
        self.horizon, self.dim, self.sigma = horizon, dim, sigma
        self.scaled: Array = scaled * scaled.dtype.type(sigma.outer)
        width, dtype, k = scaled.size, scaled.dtype, tile
        self.cuts = cut(width, k)
        self.states = aligned((horizon * samples * width,), dtype)
        stored = 0 if sigma.slope else self.states.size
        self.slopes = aligned((stored,), dtype)
        self.w = aligned((samples * width,), dtype)
        self.u = aligned((dim, width), dtype)
        self.temp = aligned((samples * k,), dtype)
        self.g = aligned(((1 + dim) * k,), dtype)
        self.made: dict[int, list[_Tile]] = {}
        self.ready = 0

    def load(self, theta: Array) -> None:
        np.multiply(theta[1:], self.sigma.inner, self.u)
        self.theta, self.ready = theta, 0

    def _tiles(self, b: int) -> list[_Tile]:
        if b not in self.made:
            self.made[b] = [self._tile(b, neurons) for neurons in self.cuts]
        if self.ready != b:
            factor = self.sigma.inner * self.sigma.outer
            for tile in self.made[b]:
                np.multiply(self.theta[0, tile.neurons], factor, tile.w)
            self.ready = b
        return self.made[b]

    def _tile(self, b: int, neurons: slice) -> _Tile:
        k, rows = neurons.stop - neurons.start, self.horizon * b
        part = slice(rows * neurons.start, rows * neurons.stop)
        states, slopes = self.states[part].reshape(rows, k), self.slopes[part]
        return _Tile(
            neurons,
            self.scaled[neurons],
            self.w[b * neurons.start : b * neurons.stop].reshape(b, k),
            states,
            list(states.reshape(self.horizon, b, k)),
            list(slopes.reshape(self.horizon, b, k)) if slopes.size else [],
            self.temp[: b * k].reshape(b, k),
            self.g[: (1 + self.dim) * k].reshape(1 + self.dim, k),
        )

    def outputs(self, X: Array) -> Array:
        return self._forward(np.ascontiguousarray(X.transpose(1, 0, 2)), slopes=False)

    def _forward(self, x: Array, *, slopes: bool) -> Array:
        """F, shape (T, b), of inputs of shape (T, b, d); the states stay in the buffers."""
        multiply, add, matmul = np.multiply, np.add, np.matmul
        value, both = self.sigma.value, self.sigma.both
        product = multiply if self.dim == 1 else matmul
        total: Array | None = None
        for tile in self._tiles(x.shape[1]):
            u, s = self.u[:, tile.neurons], tile.temp
            before: Array | None = None
            for t, z in enumerate(tile.h):
                product(x[t], u, z)
                if before is not None:
                    multiply(tile.w, before, s)
                    add(z, s, z)
                if slopes:
                    both(z, tile.slopes[t])
                else:
                    value(z)
                before = z
            part = matmul(tile.states, tile.scaled)
            total = part if total is None else total + part
        assert total is not None, "there is at least one tile"
        return total.reshape(x.shape[:2])

    def gradient(self, X: Array, Y: Array, n: int, out: Array, *, first: bool) -> float:
        x = np.ascontiguousarray(X.transpose(1, 0, 2))
        E = self._forward(x, slopes=self.sigma.slope is None)
        np.subtract(E, Y.T, E)
        risk = _square_sum(E)
        np.multiply(E, self.sigma.inner * self.sigma.outer / n, E)
        errors = list(E[:, :, None])
        xt = x.reshape(-1, self.dim).T
        # The last tile is still warm.
        for tile in reversed(self._tiles(len(Y))):
            self._backward(tile, errors)
            np.matmul(xt, tile.states, tile.g[1:])
            share = out[:, tile.neurons]
            if first:
                np.copyto(share, tile.g)
            else:
                np.add(share, tile.g, share)
        return risk

    def _backward(self, tile: _Tile, errors: list[Array]) -> None:
        """Turn h into μ, and sum up g_W."""
        multiply, add, slope = np.multiply, np.add, self.sigma.slope
        h, w, last, temp = tile.h, tile.w, len(errors) - 1, tile.temp
        sum_w, term = tile.g[0], temp[0]
        sum_w.fill(0)
        for t in range(last, -1, -1):
            state = h[t]
            if t < last:
                # One pass for both the products and their sums.
                np.einsum("jk,jk->k", h[t + 1], state, out=term)
                add(sum_w, term, sum_w)
            # Nobody needs h_t any more; calls in place are the fastest.
            if slope is None:
                np.copyto(state, tile.slopes[t])
            else:
                slope(state, state)
            if t < last:
                multiply(h[t + 1], w, temp)
                add(temp, errors[t], temp)
                multiply(state, temp, state)
            else:
                multiply(state, errors[t], state)
        multiply(sum_w, self.sigma.outer, sum_w)


class SmallBlock:
    """A block that is handled as a whole, in as few calls as possible.

    The inputs get a column of zeros, against the row of theta that holds w, and the errors a row:
    products then have no inner size of 1, which NumPy's matmul is slow at.
    """

    def __init__(
        self, samples: int, horizon: int, dim: int, scaled: Array, sigma: ArrayKernel
    ) -> None:
        self.horizon, self.sigma, self.slope = horizon, sigma, sigma.slope
        self.given, self.scaled = scaled, scaled * scaled.dtype.type(sigma.outer)
        self.samples, rows, m, dtype = samples, horizon * samples, scaled.size, scaled.dtype
        self.x = aligned((rows, 1 + dim), dtype)
        self.errors = aligned((2, rows), dtype)
        self.row = aligned((2, m), dtype)
        self.outer = np.full(rows, sigma.outer, dtype)
        self.factors: Array | None = None
        if (sigma.inner, sigma.outer) != (1, 1):
            self.factors = np.full((1 + dim, 1), sigma.inner, dtype)
            self.factors[0] *= sigma.outer
        self.w = aligned((samples, m), dtype)
        self.a = aligned((samples, m), dtype)
        self.states, self.slopes, self.mu = aligned((3, rows, m), dtype)
        self.g = aligned((1 + dim, m), dtype)
        self.smaller: dict[int, SmallBlock] = {}
        self.dim = dim

        shape = (horizon, samples, m)
        self.h = list(self.states.reshape(shape))
        self.d = list(self.slopes.reshape(shape))
        self.m = list(self.mu.reshape(shape))
        self.inputs = self.x.reshape(horizon, samples, 1 + dim)[:, :, 1:]
        self.e = self.errors[0].reshape(horizon, samples)

    def load(self, theta: Array) -> None:
        self.theta = theta
        self.weights = theta if self.factors is None else theta * self.factors
        np.copyto(self.w, self.weights[0])

    def _for(self, b: int) -> SmallBlock:
        """The buffers for exactly b samples."""
        if b not in self.smaller:
            self.smaller[b] = SmallBlock(b, self.horizon, self.dim, self.given, self.sigma)
        self.smaller[b].load(self.theta)
        return self.smaller[b]

    def outputs(self, X: Array) -> Array:
        if len(X) != self.samples:
            return self._for(len(X)).outputs(X)
        return self._forward(X, slopes=False)

    def _forward(self, X: Array, *, slopes: bool) -> Array:
        """F, shape (T, b), of inputs of shape (b, T, d)."""
        multiply, add = np.multiply, np.add
        np.copyto(self.inputs, X.transpose(1, 0, 2))
        np.matmul(self.x, self.weights, self.states)
        before: Array | None = None
        for t, z in enumerate(self.h):
            if before is not None:
                multiply(self.w, before, self.a)
                add(z, self.a, z)
            if slopes:
                self.sigma.both(z, self.d[t])
            else:
                self.sigma.value(z)
            before = z
        F: Array = np.matmul(self.states, self.scaled).reshape(self.horizon, self.samples)
        return F

    def gradient(self, X: Array, Y: Array, n: int, out: Array, *, first: bool) -> float:
        if len(X) != self.samples:
            return self._for(len(X)).gradient(X, Y, n, out, first=first)
        multiply, add, a = np.multiply, np.add, self.a
        E = self._forward(X, slopes=self.slope is None)
        if self.slope is not None:
            self.slope(self.states, self.slopes)
        np.subtract(E, Y.T, self.e)
        self.row[0] = self.sigma.inner * self.sigma.outer / n
        np.matmul(self.errors.T, self.row, self.mu)
        multiply(self.mu, self.slopes, self.mu)
        after: Array | None = None
        for mu, slope in zip(reversed(self.m), reversed(self.d), strict=True):
            if after is not None:
                multiply(after, self.w, a)
                multiply(a, slope, a)
                add(mu, a, mu)
            after = mu
        g = out if first else self.g
        np.matmul(self.x.T, self.mu, g)
        b = self.samples
        if self.horizon > 1:
            products = self.slopes[b:]
            multiply(self.mu[b:], self.states[:-b], products)
            np.matmul(self.outer[b:], products, g[0])
        if not first:
            add(out, g, out)
        return _square_sum(self.errors[0])


def _square_sum(E: Array) -> float:
    """Σ e², in double precision."""
    flat = E.reshape(-1)
    if flat.dtype != np.float64:
        flat = flat.astype(np.float64)
    return float(np.dot(flat, flat))
