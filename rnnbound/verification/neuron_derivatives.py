"""One neuron's state and its exact derivatives, for many neurons at once.

``H_t = σ(z_t)``, ``z_t = W H_{t−1} + U·X_{t−1}``, ``H_0 = 0`` (section 1 of the theory).  All
derivatives are with respect to Θ = (W, U) and exact to rounding.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnnbound.network.array_checks import Array
from rnnbound.verification.scaled_activation_derivatives import Curve


@dataclass(frozen=True, slots=True)
class Neurons:
    """Weights, inputs and a direction, N of each.

    Attributes:
        W: recurrent weights, shape (N,).
        U: input weights, shape (N, d).
        X: inputs X_0, X_1, ..., shape (N, T, d), or (1, T, d) if all have the same.
        omega: W-part of the direction, shape (N,).
        v: U-part of the direction, shape (N, d).
    """

    W: Array
    U: Array
    X: Array
    omega: Array
    v: Array

    def moved(self, by: Array | float) -> Neurons:
        """The same neurons with weights Θ + by · direction."""
        step = np.broadcast_to(by, self.W.shape)
        U = self.U + step[:, None] * self.v
        return Neurons(self.W + step * self.omega, U, self.X, self.omega, self.v)

    @property
    def past(self) -> Neurons:
        """Without the last input, which only the next pre-activation sees."""
        return Neurons(self.W, self.U, self.X[:, :-1], self.omega, self.v)


@dataclass(frozen=True, slots=True)
class Jets:
    """Derivatives along the direction, by time.

    Attributes:
        H: H[k][t − 1] is the k-th derivative of H_t, shape (N,).
        z: z[k][t − 1] is the k-th derivative of z_t, shape (N,).
    """

    H: list[list[Array]]
    z: list[list[Array]]


def jets(curve: Curve, neurons: Neurons, order: int) -> Jets:
    """Derivatives of H_t and z_t along the direction up to `order` ≤ 3, for every t.

    With D the derivative along (ω, v), ``D^k z_t = k ω D^{k−1}H_{t−1} + W D^k H_{t−1}``, plus v·X
    for k = 1; then the chain rule (Faà di Bruno) for σ.
    """
    drive = _project(neurons.U, neurons.X)
    turn = _project(neurons.v, neurons.X) if order else drive
    W, omega = neurons.W, neurons.omega
    zero = np.zeros_like(W)
    before = [zero] * (order + 1)
    states: list[list[Array]] = [[] for _ in range(order + 1)]
    inputs: list[list[Array]] = [[] for _ in range(order + 1)]
    for t in range(len(drive)):
        z = [W * before[0] + drive[t]]
        for k in range(1, order + 1):
            z.append(k * omega * before[k - 1] + W * before[k])
        if order:
            z[1] = z[1] + turn[t]
        before = _chain(curve.derivatives(z[0], order), z, order)
        for k in range(order + 1):
            states[k].append(before[k])
            inputs[k].append(z[k])
    return Jets(states, inputs)


def _project(U: Array, X: Array) -> Array:
    """U_i·X_{i,t}, shape (T, N); one sequence of inputs may serve all."""
    found: Array = X[0] @ U.T if len(X) == 1 else np.einsum("nd,ntd->tn", U, X)
    return found


def _chain(s: list[Array], z: list[Array], order: int) -> list[Array]:
    """Derivatives of σ(z), given those of σ at z and those of z."""
    found = [s[0]]
    if order >= 1:
        found.append(s[1] * z[1])
    if order >= 2:
        found.append(s[2] * z[1] ** 2 + s[1] * z[2])
    if order >= 3:
        found.append(s[3] * z[1] ** 3 + 3 * s[2] * z[1] * z[2] + s[1] * z[3])
    return found


@dataclass(frozen=True, slots=True)
class Expansion:
    """Full derivatives at the last time step.

    Attributes:
        gradient: of H_T, shape (N, 1 + d), the W coordinate first.
        hessian: of H_T, shape (N, 1 + d, 1 + d).
        input_hessian: of the pre-activation that would follow, Γ_T = W H_T + U·X_T.
    """

    gradient: Array
    hessian: Array
    input_hessian: Array


def expansion(curve: Curve, neurons: Neurons) -> Expansion:
    """Gradient and Hessian after all steps of X, by forward recursion.

    ``∂z_t = [H; X]_{t−1} + W ∂H_{t−1}``, ``∂²z_t = e∂Hᵀ + ∂Heᵀ + W∂²H`` with e the W direction,
    ``∂²H = σ''∂z∂zᵀ + σ'∂²z``.
    """
    W, X = neurons.W, np.broadcast_to(neurons.X, (len(neurons.W), *neurons.X.shape[1:]))
    size, wide = len(W), neurons.U.shape[1] + 1
    H: Array = np.zeros(size)
    gradient = np.zeros((size, wide))
    hessian = np.zeros((size, wide, wide))
    for t in range(X.shape[1]):
        s = curve.derivatives(W * H + np.einsum("nd,nd->n", neurons.U, X[:, t]), 2)
        bent = _input_hessian(W, gradient, hessian)
        slope = np.concatenate([H[:, None], X[:, t]], axis=1) + W[:, None] * gradient
        outer = slope[:, :, None] * slope[:, None, :]
        hessian = s[2][:, None, None] * outer + s[1][:, None, None] * bent
        gradient, H = s[1][:, None] * slope, s[0]
    return Expansion(gradient, hessian, _input_hessian(W, gradient, hessian))


def _input_hessian(W: Array, gradient: Array, hessian: Array) -> Array:
    """∂²(W H): the cross term with the W direction counts twice."""
    found = W[:, None, None] * hessian
    found[:, 0, :] += gradient
    found[:, :, 0] += gradient
    return found
