"""Training curves against the bounds, and the ratios of all checks, as a picture."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

from rnnbound.network import train
from rnnbound.planning.registry import SOLVERS
from rnnbound.setting.faults import wrong
from rnnbound.theory.guarantee import METHODS, TRUSTED, VARIANTS
from rnnbound.verification.tasks import Trial, trials
from rnnbound.verification.verify import Verification

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_KIND: Final = "constant"
_COLORS: Final = ("C0", "C1", "C2", "C3", "C4", "C5", "C6", "C7")


def require_matplotlib() -> None:
    """See that there is something to draw with.

    Raises:
        RequestError: matplotlib is not installed.
    """
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError:
        raise wrong(
            "--plot", "needs matplotlib; install it with: pip install 'rnnbound[plot]'"
        ) from None


def draw(found: Verification, format: str) -> bytes:
    """The picture in a format that matplotlib writes, such as ``svg``."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    # A fixed salt, and no date: the same checks give the same file.
    with rc_context({"svg.hashsalt": "rnnbound", "axes.spines.top": False}):
        if found.plan is not None:
            figure = Figure(figsize=(7, 4.5), layout="constrained")
            _plan(figure.subplots(), found)
        else:
            ratios = [check for check in found.checks if check.trusted and check.ratio]
            height = max(4.5, 0.2 * len(ratios))
            figure = Figure(figsize=(14, height), layout="constrained")
            curves, bars = figure.subplots(1, 2)
            _curves(curves, found)
            _ratios(bars, ratios)
        stream = io.BytesIO()
        metadata: dict[str, Any] = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}
        figure.savefig(stream, format=format, metadata=metadata.get(format), dpi=150)
    return stream.getvalue()


def _plan(axes: Axes, found: Verification) -> None:
    ran = found.plan
    assert ran is not None
    axes.set_yscale("log")
    if ran.curve_steps:
        axes.plot(ran.curve_steps, ran.curve_risks, label="risk of the trained network")
    axes.axhline(ran.epsilon, color="C3", linestyle="--", label=f"target ε = {ran.epsilon:g}")
    if ran.curve_steps and ran.iterations is not None:
        axes.axvline(
            float(ran.iterations), color="0.6", linestyle=":", label=f"planned τ = {ran.iterations}"
        )
    axes.set(xlabel="step", ylabel="risk", title=f"{ran.method}, {ran.variant}, m = {ran.width}")
    axes.legend(frameon=False)


def _curves(axes: Axes, found: Verification) -> None:
    """One run for each method, last and best iterate, in the best trusted variant."""
    axes.set_yscale("log")
    colors = iter(_COLORS * 3)
    for method in METHODS:
        variant = next(v for v in reversed(VARIANTS) if TRUSTED[v] and (method, v) in SOLVERS)
        drawn = set()
        for trial in trials(method, variant, found.scenario, _KIND, found.seed):
            if isinstance(trial, Trial) and not trial.powerless and trial.form not in drawn:
                drawn.add(trial.form)
                _curve(axes, trial, next(colors), found.seed)
    axes.set(
        xlabel="step",
        ylabel="risk / R(0)",
        title="trained networks (lines) and what is guaranteed (dashes, at the last step)",
    )
    axes.legend(frameon=False, fontsize="small")


def _curve(axes: Axes, trial: Trial, color: str, seed: int) -> None:
    task = trial.task
    ran = train(
        trial.start(seed * 1000), task.scenario.activation, task.X, task.goal.Y, trial.schedule()
    )
    form = f", {trial.form}" if trial.form else ""
    label = f"{trial.method}{form}: T = {task.scenario.horizon}, m = {trial.width}"
    axes.plot(ran.steps, ran.risks / task.goal.risk, color=color, label=label)
    share = trial.bound / task.goal.risk
    axes.plot([0, trial.iterations], [share, share], "--", color=color, linewidth=1)


def _ratios(axes: Axes, checks: list[Any]) -> None:
    names = [f"{check.statement} ({check.variant})" for check in checks]
    places = range(len(checks))
    colors = ["C3" if c.failed else "0.7" if c.verdict == "no power" else "C0" for c in checks]
    axes.barh(places, [check.ratio for check in checks], color=colors)
    axes.set_yticks(places, names, fontsize=6)
    axes.invert_yaxis()
    axes.set_xscale("log")
    axes.axvline(1, color="0.3", linewidth=1)
    axes.set(xlabel="observed / bound (grey: no power)", title="trusted statements")
