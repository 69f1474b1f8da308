"""The network of section 1 in NumPy: initialisation, outputs, exact gradients, training.

    >>> from rnnbound.network import Schedule, initialise, train
    >>> start = initialise(width=1024, dim=1, alpha=0.5, seed=0)
    >>> run = train(start, "tanh", X, Y, Schedule("pgd", 0.05, 100, radius_w=0.5))
    >>> run.best_risk, run.best_step

Arrays: X has shape (n, T, d) with ‖X_t‖ ≤ 1 for the theorems to hold (nothing here needs it),
Y and the outputs F have shape (n, T), row t − 1 belonging to time t.  Everything is computed in
the dtype of the network, float64 or float32.
"""

from __future__ import annotations

from rnnbound.network.parameters import Network, initialise
from rnnbound.network.risk_and_gradient import Gradient, gradient, outputs, risk
from rnnbound.network.training_options import Schedule
from rnnbound.network.training_run import Run, Step, train
from rnnbound.theory.methods import METHODS

__all__ = [
    "METHODS",
    "Gradient",
    "Network",
    "Run",
    "Schedule",
    "Step",
    "gradient",
    "initialise",
    "outputs",
    "risk",
    "train",
]
