"""`rnnbound sweep`: plans or bounds at every point of a grid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rnnbound.cli.frame import options, scenario_layers
from rnnbound.cli.frame.exit_codes import ExitCode
from rnnbound.cli.frame.row_output import deliver
from rnnbound.errors import RequestError, wrong

if TYPE_CHECKING:
    from rnnbound.errors import Fault
    from rnnbound.sweeping.sweep import Sweep


@options.command(
    scenario=False,
    plot=True,
    rows=True,
    examples=(
        "rnnbound sweep --over horizon=1:200 --variant sharp",
        "rnnbound sweep --over alpha=0.1:1.5:0.05 --over epsilon=1e-4:1:log50 --variant sharp",
        "rnnbound sweep --over width=1000:100000:log50 --iterations 1000 --resume bounds.csv",
        "rnnbound sweep --scenario tasks.toml --over method=pgd,tied --variant tight --json",
        "rnnbound sweep --over alpha=0.1:1.5:0.05 --plot alpha.svg",
    ),
)
@options.with_scenario_values
def sweep(
    *,
    output: Any,
    over: list[str] = options.several(
        "--over",
        "AXIS",
        "What to vary: NAME=START:END, NAME=START:END:STEP, NAME=START:END:log50 or NAME=a,b,c; "
        "NAME is an option of the scenario or the request.  Several make a grid.",
    ),
    epsilon: str | None = options.text("--epsilon", "E", "Target risk (default 0.1)."),
    width: str | None = options.text("--width", "M", "Number of neurons, even."),
    iterations: str | None = options.text("--iterations", "N", "Number of gradient steps."),
    method: str | None = options.method(),
    variant: str | None = options.variant(),
    columns: str | None = options.text(
        "--columns", "LIST", "Columns, with commas between (default: the axes and the plan)."
    ),
    jobs: str | None = options.text("--jobs", "N", "Processes (default 1)."),
    dask: str | None = options.text(
        "--dask", "ADDRESS", "Compute on a running Dask cluster (needs the extra dask)."
    ),
    **values: Any,
) -> ExitCode:
    """Plan, or bound, at every point of a grid.

    A point is a plan as `rnnbound plan` makes it, or a bound where width and iterations are
    given or swept.  The first --over varies slowest.  Rows are printed as they are computed.
    """
    request = options.given(
        epsilon=epsilon, width=width, iterations=iterations, method=method, variant=variant
    )
    found = _sweep(values, over, request, columns, jobs or "1", dask)
    return deliver(found, output)


def _sweep(
    values: dict[str, Any],
    over: Sequence[str],
    request: Mapping[str, str],
    columns: str | None,
    jobs: str,
    dask: str | None,
) -> Sweep:
    """The sweep, every fault of the file and of the rest told at once."""
    from rnnbound.sweeping.sweep import sweep_blocks

    source = values.pop("file")
    faults: list[Fault] = []
    swept = {text.partition("=")[0].strip().replace("-", "_") for text in over}
    for name in swept & {name for name, value in values.items() if value is not None}:
        raise wrong(scenario_layers.OPTION[name], "is swept by --over; give one of the two")
    blocks, faults = scenario_layers.blocks(values, source)
    if not blocks:
        raise RequestError(faults)
    try:
        found = sweep_blocks(blocks, over, request, columns, jobs, dask)
    except RequestError as error:
        raise RequestError([*faults, *error.faults]) from None
    if faults:
        raise RequestError(faults)
    return found
