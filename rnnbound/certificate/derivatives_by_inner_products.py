"""Derivatives of single neurons through the inner products of the inputs: for many channels.

h_t sees U only through the numbers uᵀx_0, …, uᵀx_{t−1}.  So ∂^k h_t is a form P in q = 1 + T
variables, of w and of these numbers, whatever d is: at y, it is P(V_jᵀy), V_j = [e_w, x_0, …,
x_{T−1}] for sample j.  Norms of sums over the data need no more than the matrices
G_jj' = V_jᵀV_j', or what they do to forms: with Taylor coefficients c_I, c'_J and S_IJ that of v^I
in (G_jj'ᵀ v)^J,

    ⟨∂^k h_r, ∂^k h_r'⟩ = k! Σ_I I! c_I Σ_J S_IJ c'_J,    β² = λ_max of (1/n) [⟨∂^k h_r, ∂^k h_r'⟩].

Φ = (1/n) Σ_r ē_r ∂^k h_r has the squared Frobenius norm ēᵀ[⟨·,·⟩]ē/n².  Its norm as a matrix of
p × p^{k−1} is smaller: the square is λ_max of V M Vᵀ, or of Lᵀ M L for VᵀV = L Lᵀ, where M_jj'
holds the inner products of the slices of Σ_t ē_jt ∂^k h_jt and of Σ_t ē_j't ∂^k h_j't, over n².
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rnnbound.certificate.derivatives_by_components import factorials
from rnnbound.certificate.largest_eigenvalue_bounds import largest
from rnnbound.certificate.neuron_pair_passes import Pairs
from rnnbound.certificate.rounding_error_bounds import gamma, up
from rnnbound.certificate.weight_derivatives import indices

Floats = NDArray[np.float64]

#: Rows of the data, and numbers S_IJ, up to which that is done.
MOST_ROWS: Final = 400
_MOST_NUMBERS: Final = 8_000_000
#: The order whose Φ is looked at as a matrix; those beyond matter less.
_AS_MATRIX: Final = 3


def fits(pairs: Pairs, order: int) -> bool:
    """Whether the data are few enough for that."""
    q, n = 1 + pairs.horizon, pairs.samples
    numbers = (n * math.comb(q + order - 1, order)) ** 2
    return n * pairs.horizon <= MOST_ROWS and numbers <= _MOST_NUMBERS


def work(pairs: Pairs, order: int) -> float:
    """About how many operations that takes for each pair."""
    q, n, horizon = 1 + pairs.horizon, pairs.samples, pairs.horizon
    products = n * n * horizon * math.comb(q + order - 1, order) ** 2
    rank = min(pairs.parameters, n * q)
    return float(2 * products + 10 * (n * horizon) ** 3 + (n * q) ** 2 * rank + 10 * rank**3)


@dataclass(frozen=True, slots=True, eq=False)
class Inner:
    """The inner products of the data.

    Attributes:
        blocks: G_jj' as computed, shape (n, n, q, q).
        factor: L, shape (n·q, rank).
        missed: a bound of ‖VᵀV − L Lᵀ‖.
        lengths: bounds of ‖V_j‖_F, shape (n,).
        channels: d.
        powers: S_IJ by order, as far as they were asked for.
    """

    blocks: Floats
    factor: Floats
    missed: float
    lengths: Floats
    channels: int
    powers: dict[int, Floats] = field(default_factory=dict)

    @classmethod
    def of(cls, pairs: Pairs) -> Inner:
        """For the inputs of some data."""
        horizon, d, n = pairs.x.shape
        q = 1 + horizon
        whole = np.zeros((n, q, 1 + d))
        whole[:, 0, 0] = 1
        whole[:, 1:, 1:] = pairs.x.transpose(2, 0, 1)
        flat = whole.reshape(n * q, 1 + d)
        inner = flat @ flat.T
        inner = (inner + inner.T) / 2
        values, vectors = np.linalg.eigh(inner)
        kept = values > 1e-13 * values[-1]
        factor = vectors[:, kept] * np.sqrt(values[kept])
        lengths = np.sqrt((whole**2).sum((1, 2))) * (1 + gamma(whole[0].size + 8))
        total = up(float((lengths**2).sum()), n)
        missed = up(float(np.sqrt(((inner - factor @ factor.T) ** 2).sum())), inner.size)
        missed += gamma(2 * d + 2 * n * q + 16) * 4 * total
        blocks = np.ascontiguousarray(inner.reshape(n, q, n, q).swapaxes(1, 2))
        return cls(blocks, factor, up(missed), lengths, d)

    @property
    def sizes(self) -> tuple[int, int]:
        """n and q."""
        return self.blocks.shape[0], self.blocks.shape[2]

    def power(self, order: int) -> Floats:
        """S_IJ of (G_jj'ᵀ v)^J, shape (n, n, components, components)."""
        n, q = self.sizes
        if order == 0:
            return np.ones((n, n, 1, 1))
        if order not in self.powers:
            lower, before = self.power(order - 1), indices(q, order - 1)
            here = {index: at for at, index in enumerate(indices(q, order))}
            found = np.zeros((n, n, len(here), len(here)))
            for index, at in here.items():
                # (Gᵀv)^J = (Gᵀv)_a (Gᵀv)^{J − a}: coefficients of v_b v^I.
                shorter = lower[:, :, :, before.index(index[1:])]
                for b in range(q):
                    rows = [here[tuple(sorted((*one, b)))] for one in before]
                    found[:, :, rows, at] += self.blocks[:, :, b, index[0], None] * shorter
            self.powers[order] = found
        return self.powers[order]

    def products(self, forms: Floats, order: int) -> Floats:
        """⟨∂^k h, ∂^k h'⟩ for some forms of each sample, shape (b, n, s, n, s).

        Args:
            forms: Taylor coefficients, shape (b, n, s, components).
            order: k.
        """
        power = self.power(order)
        weighted = forms * (factorials(self.sizes[1], order) * math.factorial(order))
        found = np.empty((*forms.shape[:3], *forms.shape[1:3]))
        columns = forms.swapaxes(2, 3)
        for j in range(self.sizes[0]):
            turned = power[:, j] @ columns[:, j, None]
            found[:, :, :, j] = weighted @ turned
        return found

    def sizes_of(self, forms: Floats, order: int) -> Floats:
        """Bounds of ‖∂^k h‖_F even if no two terms had different signs, shape (b, n, s)."""
        weights = factorials(self.sizes[1], order) * math.factorial(order)
        norms = np.sqrt((forms**2) @ weights) * (1 + gamma(forms.shape[-1] + 16))
        return np.asarray(norms * self.lengths[:, None] ** order)

    def rounding(self, order: int) -> float:
        """What rounding does to an inner product, relative to such norms."""
        _, q = self.sizes
        return gamma(order * (q + self.channels + 16) + 2 * len(indices(q, order)) + 64)


@dataclass(frozen=True, slots=True)
class ByInnerProducts:
    """Tensors in the directions of W and of the numbers uᵀx_0, …, added up by inner products.

    Attributes:
        inner: of the data.
        directions: q = 1 + T.
    """

    inner: Inner
    directions: int
    along_inputs: bool = True

    @classmethod
    def of(cls, pairs: Pairs) -> ByInnerProducts:
        """For some data."""
        return cls(pairs.remembered("inner", lambda: Inner.of(pairs)), 1 + pairs.horizon)

    def held(self, orders: Sequence[int]) -> int:
        n, q = self.inner.sizes
        # The products of all rows, and their forms in the directions of every other sample.
        return len(orders) * n * q + max(n * len(indices(q, order)) for order in orders)

    def unit(self, order: int) -> float:
        longest = up(float(self.inner.lengths.max()))
        return up(math.sqrt(self.directions**order) * longest**order)

    def squares(self, flat: Floats, order: int) -> tuple[Floats, tuple[Floats, Floats]]:
        n, q = self.inner.sizes
        forms = flat.reshape(*flat.shape[:2], q - 1, n).transpose(0, 3, 2, 1)
        products = self.inner.products(forms, order) / n
        products = products.reshape(len(flat), n * (q - 1), -1)
        squares = (self.inner.sizes_of(forms, order) ** 2).sum((1, 2))
        lost = squares * (2 * self.inner.rounding(order) / n)
        return largest(products, lost), (products, lost)

    def forms(
        self, flat: Floats, order: int, residual: Floats, kept: tuple[Floats, Floats]
    ) -> tuple[Floats, None]:
        n, _ = self.inner.sizes
        products, lost = kept
        e = np.ascontiguousarray(residual.T).reshape(-1)
        lost = lost + 2 * gamma(2 * e.size + 16) * np.abs(products).sum((1, 2))
        frobenius = np.maximum((products @ e) @ e, 0) + (e @ e) * lost
        found = np.sqrt(frobenius / n) * (1 + gamma(2 * e.size + 16))
        return np.minimum(found, self._as_matrix(flat, order, residual)) if (
            order == _AS_MATRIX
        ) else found, None

    def _as_matrix(self, flat: Floats, order: int, residual: Floats) -> Floats:
        """Bounds of the norm of Φ as a matrix of p × p^{k−1}, shape (b,)."""
        n, q = self.inner.sizes
        every = {index: at for at, index in enumerate(indices(q, order))}
        sums = np.einsum("bcte,te->bec", flat.reshape(*flat.shape[:2], q - 1, n), residual)
        # The derivative in direction a has the coefficients (I_a + 1) c_{I + a}.
        slices = np.empty((len(flat), n, q, len(indices(q, order - 1))))
        for at, index in enumerate(indices(q, order - 1)):
            for a in range(q):
                more = every[tuple(sorted((*index, a)))]
                slices[:, :, a, at] = (index.count(a) + 1) * sums[:, :, more]
        matrix = self.inner.products(slices, order - 1).reshape(len(flat), n * q, -1) / n**2
        matrix = (matrix + matrix.swapaxes(1, 2)) / 2
        sizes = np.sqrt((self.inner.sizes_of(slices, order - 1) ** 2).sum(2))
        trace, whole = (sizes.sum(1) / n) ** 2, ((sizes * self.inner.lengths).sum(1) / n) ** 2
        lost = 4 * (self.inner.rounding(order) + gamma(4 * n * q + 64)) * whole
        square = self.inner.factor.T @ (matrix @ self.inner.factor)
        return np.sqrt(largest(square, lost + self.inner.missed * trace * (1 + 2.0**-30)))
