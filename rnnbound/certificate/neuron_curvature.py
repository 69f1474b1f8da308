"""Curvature of single neurons on the data: S-norms of derivatives, at the start and on balls."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import partial
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rnnbound.certificate import derivatives_by_inner_products as inner_products
from rnnbound.certificate.derivative_suprema import ROUNDINGS, norms
from rnnbound.certificate.derivatives_by_components import ByComponents, Tensors, reduced
from rnnbound.certificate.mirrored_network_outputs import Residual
from rnnbound.certificate.neuron_pair_passes import Pairs, sized_states
from rnnbound.certificate.rounding_error_bounds import gamma, up

Floats = NDArray[np.float64]

#: Up to so many components, a tensor of derivatives is added up over the data.
MOST_COMPONENTS: Final = 130
#: Products of coefficients on the way through all time steps: each is an operation on arrays, and
#: one on bounds of their errors, however few the data are.  Those beyond the third order matter
#: less, and less so the longer the series are.
_MOST_PRODUCTS: Final = {2: 200_000, 3: 200_000, 4: 60_000, 5: 60_000, 7: 60_000}
#: Operations, over pairs and rows, up to which derivatives of an order are computed.
_MOST_EFFORT: Final = {3: 4e10, 4: 1.3e10, 5: 1.3e10, 7: 2.5e9}


def _by_components(pairs: Pairs, order: int) -> bool | None:
    """Whether tensors of that order are added up by components, or else by inner products.

    None: either would take too long.
    """
    p, q, horizon = pairs.parameters, 1 + pairs.horizon, pairs.horizon
    few = math.comb(p + order - 1, order) <= MOST_COMPONENTS
    if math.comb(2 * (p if few else q) + order, order) * horizon > _MOST_PRODUCTS[order]:
        return None
    return True if few else False if inner_products.fits(pairs, order) else None


def affordable(pairs: Pairs, order: int) -> bool:
    """Whether the tensors of that order can be computed for all pairs within a minute."""
    few = _by_components(pairs, order)
    if few is None:
        return False
    q = pairs.parameters if few else 1 + pairs.horizon
    effort = float(math.comb(2 * q + order, order) * pairs.samples * pairs.horizon)
    if not few:
        effort += inner_products.work(pairs, order)
    return effort * pairs.count <= _MOST_EFFORT[order]


def tensors(
    pairs: Pairs, orders: tuple[int, ...], residual: Residual, *, computed: bool = True
) -> list[Tensors]:
    """The derivatives of some orders at the start, against ē.

    Args:
        pairs: data and neurons.
        orders: which.
        residual: ē.
        computed: as tensors, all of which must be small enough; else from their norms.
    """
    if not computed:
        return [_by_norms(pairs, order, residual) for order in orders]
    few = tuple(order for order in orders if _by_components(pairs, order))
    many = tuple(order for order in orders if order not in few)
    found: dict[int, Tensors] = {}
    if few:
        found |= zip(few, reduced(pairs, few, residual, ByComponents.of(pairs)), strict=True)
    if many:
        way = inner_products.ByInnerProducts.of(pairs)
        found |= zip(many, reduced(pairs, many, residual, way), strict=True)
    return [found[order] for order in orders]


def _by_norms(pairs: Pairs, order: int, residual: Residual) -> Tensors:
    """The same from the norms of ∂^k h at every row."""
    found = _on_balls(pairs, 0.0, order, partial(_against, order, np.abs(residual.values)))
    spread, against = (np.concatenate(parts) for parts in zip(*found, strict=True))
    spread = _root_mean(spread, pairs)
    slack = 1 + gamma(pairs.horizon * (ROUNDINGS + pairs.samples) + 64)
    return Tensors(spread, against / pairs.samples * slack + residual.doubt * spread)


def on_ball(pairs: Pairs, radius: float, orders: tuple[int, ...]) -> list[Floats]:
    """S-norms of sup‖∂^k h‖ over balls around the start, shape (pairs,) for each k in `orders`."""
    found = _on_balls(pairs, radius, max(orders), partial(_squares, orders))
    return [_root_mean(np.concatenate(parts), pairs) for parts in zip(*found, strict=True)]


#: Norms of the derivatives of a block, by time and order, shape (b, n) each.
Norms: TypeAlias = "list[list[Floats]]"


def _against(order: int, size: Floats, eta: Norms) -> list[Floats]:
    square = np.sum([(e[order] ** 2).sum(1) for e in eta], axis=0)
    return [square, np.sum([e[order] @ size[t] for t, e in enumerate(eta)], axis=0)]


def _squares(orders: tuple[int, ...], eta: Norms) -> list[Floats]:
    return [np.sum([(e[k] ** 2).sum(1) for e in eta], axis=0) for k in orders]


def _on_balls(
    pairs: Pairs, radius: float, order: int, reduce: Callable[[Norms], list[Floats]]
) -> list[list[Floats]]:
    """What `reduce` makes of the norms of every block."""
    lengths = [np.sqrt((x**2).sum(0)) * (1 + gamma(x.shape[0] + 8)) for x in pairs.x]
    states = sized_states(pairs, pairs.w, pairs.u, 0)
    weight = float(np.abs(pairs.w).max())
    # z is off by no more than its state over σ1 ≥ 1/4, and its own roundings.
    blur = up(sum(jet[()].error for jet in states) * (1 + weight) * 4 + 2.0**-48)
    ball = partial(norms, lengths=lengths, radius=radius, order=order, blur=blur)
    return pairs.run(partial(_reduced, ball, reduce), 1)


def _reduced(
    ball: Callable[..., Iterable[list[Floats]]],
    reduce: Callable[[Norms], list[Floats]],
    pairs: Pairs,
    block: slice,
) -> list[Floats]:
    drives = pairs.drives(pairs.u[block])
    eta = ball(pairs.w[block][:, None], drives, sigma=pairs.sigma)
    return reduce([[np.broadcast_to(e, drives[0].shape) for e in row] for row in eta])


def _root_mean(squares: Floats, pairs: Pairs) -> Floats:
    """√(squares/n), raised by all the relative roundings on the way."""
    steps = pairs.horizon * (ROUNDINGS + pairs.samples) + 64
    return np.asarray(np.sqrt(squares / pairs.samples) * (1 + gamma(steps)))
