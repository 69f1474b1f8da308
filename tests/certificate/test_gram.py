"""Derivatives through inner products of the inputs, against the tensors themselves."""

from __future__ import annotations

import numpy as np
import pytest

from rnnbound.certificate import Problem, Request, certify, train
from rnnbound.certificate.derivatives_by_components import ByComponents, reduced
from rnnbound.certificate.derivatives_by_inner_products import ByInnerProducts, Inner
from rnnbound.certificate.fixed_size_certificate import pairs_of
from rnnbound.certificate.mirrored_network_outputs import residual
from rnnbound.certificate.neuron_curvature import affordable, tensors
from rnnbound.certificate.neuron_pair_passes import Pairs
from rnnbound.certificate.symmetric_tensors import symmetric
from rnnbound.certificate.weight_derivatives import factorial, indices
from rnnbound.network import initialise


def _pairs(n: int = 4, horizon: int = 3, d: int = 2, width: int = 10) -> Pairs:
    rng = np.random.default_rng(n * horizon * d)
    data = Problem.of(rng.standard_normal((n, horizon, d)), rng.standard_normal((n, horizon)))
    return pairs_of(data, initialise(width, d, 0.4, 3), "tanh", 1)


def _forms(pairs: Pairs, order: int) -> np.ndarray:
    """∂^k h of every row in the directions of the weights, shape (T, k, p, …, p, n)."""
    p = pairs.parameters
    every = indices(p, order)
    found = []
    for jet in pairs.jets(pairs.w, pairs.u, order):
        none = np.zeros((pairs.count, pairs.samples))
        entries = [jet.get(index, none) * factorial(index) for index in every]
        found.append(symmetric(np.stack(entries, -1), p, order))
    return np.array(found)


@pytest.mark.parametrize("order", [2, 3, 5])
def test_inner_products_are_those_of_the_tensors(order: int) -> None:
    pairs = _pairs()
    flat = _forms(pairs, order).swapaxes(0, 1).swapaxes(1, 2)
    rows = flat.reshape(pairs.count, pairs.samples * pairs.horizon, -1)
    exact = rows @ rows.swapaxes(1, 2) / pairs.samples
    way, entries = ByInnerProducts.of(pairs), []
    for jet in pairs.jets(pairs.w, pairs.u, order, along_inputs=True):
        none = np.zeros((pairs.count, pairs.samples))
        entries.append([jet.get(i, none) for i in indices(way.directions, order)])
    mine = np.array(entries).transpose(2, 1, 0, 3).reshape(pairs.count, len(entries[0]), -1)
    square, (products, lost) = way.squares(mine, order)
    # Rounding of sums of a few hundred products, by either way.
    assert np.abs(products - exact).max() <= 1e-13 * np.abs(exact).max()
    assert (np.abs(products - exact).max((1, 2)) <= lost).all()
    top = np.linalg.eigvalsh(exact)[:, -1]
    assert (top * (1 - 1e-13) <= square).all()
    assert (square <= top * (1 + 1e-9)).all()


def test_both_ways_say_the_same() -> None:
    pairs = _pairs()
    found = residual(pairs, 0.05 * np.ones((pairs.count, pairs.parameters)))
    one = reduced(pairs, (3, 5), found, ByComponents.of(pairs))
    two = reduced(pairs, (3, 5), found, ByInnerProducts.of(pairs))
    for a, b in zip(one, two, strict=True):
        # They add different allowances for the error of the derivatives.
        assert b.spread == pytest.approx(a.spread, rel=1e-7)
    # The third order is looked at as a matrix by both, the fifth as one long vector by one.
    assert two[0].against == pytest.approx(one[0].against, rel=1e-6)
    assert (two[1].against >= one[1].against * (1 - 1e-9)).all()
    assert (two[1].against <= two[1].spread * found.size * (1 + 1e-9)).all()


def test_more_channels_than_rows_are_no_obstacle() -> None:
    """With inputs that are orthogonal to each other nothing adds up over the samples."""
    eye = np.eye(40)[:, None]
    data = Problem.of(eye[:20], np.ones((20, 1)))
    pairs = pairs_of(data, initialise(8, 40, 0.3, 0), "tanh", 1)
    assert affordable(pairs, 7)
    found = residual(pairs, np.zeros((4, 41)))
    (third,) = tensors(pairs, (3,), found)
    (jet,) = pairs.jets(pairs.w, pairs.u, 3, along_inputs=True)
    exact = np.abs(jet[1, 1, 1] * 6).max(1) / np.sqrt(20)
    assert third.spread == pytest.approx(exact, rel=1e-9)


def test_the_inner_products_know_how_far_their_root_is_off() -> None:
    pairs = _pairs(5, 2, 3)
    inner = Inner.of(pairs)
    n, q = inner.sizes
    whole = inner.blocks.swapaxes(1, 2).reshape(n * q, n * q)
    off = np.linalg.norm(whole - inner.factor @ inner.factor.T, 2)
    assert off <= inner.missed <= 1e-10


@pytest.mark.parametrize("d", [12, 100])
def test_many_channels_are_certified_and_trained(d: int) -> None:
    rng = np.random.default_rng(d)
    data = Problem.of(rng.standard_normal((8, 2, d)), rng.standard_normal((8, 2)))
    for method, most in (("tied", 0.75), ("pgd", 0.95)):
        found = certify(Request(data, method=method), 32, 50)
        assert train(found).last_risk <= found.certificate.risk_bound <= most
