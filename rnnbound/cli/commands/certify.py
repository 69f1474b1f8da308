"""`rnnbound certify`: the risk that training a given network on given data is sure to reach."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer

from rnnbound.cli.frame import options
from rnnbound.cli.frame.exit_codes import ExitCode
from rnnbound.cli.frame.output_files import target_file, write_file
from rnnbound.cli.frame.streams import remark
from rnnbound.presentation.answer import Answer
from rnnbound.scenario.errors import shown, wrong
from rnnbound.scenario.value_reader import positive, read_value, whole

if TYPE_CHECKING:
    from rnnbound.certificate import Certified, Checked, Request, Training
    from rnnbound.planning.results import Assumption
    from rnnbound.presentation.charts.chart import Chart

_MOST_WIDTH: Final = "131072"
_MOST_ITERATIONS: Final = "1e6"
_MOST_SECONDS: Final = "600"
_MOST_MEMORY: Final = "4e9"


def _shape(values: Mapping[str, Any]) -> dict[str, Any]:
    from rnnbound.certificate import Certificate, Tie
    from rnnbound.cli.frame.result_paths import Entries, of
    from rnnbound.planning.results import Assumption

    about = {
        "risk_of": str, "iterate": str, "expectation": str, "assumptions": Entries(Assumption),
    }  # fmt: skip
    scales = ["bias", "target_offset", "target_scale"]
    units = dict.fromkeys(["initial_risk", "risk_bound", *scales], float) | {
        "input_offset": Entries(float), "input_scale": Entries(float),
    }  # fmt: skip
    if values["check"] is not None:
        return {
            "valid": bool, "faults": Entries(str), **about, "certificate": Certificate,
            "claimed": Certificate, "initial_risk": float, "final_risk": float, "data_file": str,
            "ties": Entries(Tie), "original_units": units,
        }  # fmt: skip
    row = {"initial_risk": float, "worst_case_bound": float, "linear_floor": float}
    if values["curve"]:
        return {**about, "initial_risk": float, "curve": Entries({**of(Certificate), **row})}
    steps = ["step_size", "step_size_on_risk", "cap_w", "cap_u"]
    shape: dict[str, Any] = {
        **about, **row, "certificate": Certificate, "how_to_train": dict.fromkeys(steps, float),
        "vacuous": bool, "original_units": units,
    }  # fmt: skip
    if values["train"]:
        trained = {"best_risk": float, "last_risk": float}
        trace = {"step": int, "risk": float}
        shape["training"] = {**trained, "first_below_bound": int, "trace": Entries(trace)}
        shape["original_units"] = units | trained
    return shape


@options.command(
    result=_shape,
    examples=(
        "rnnbound certify --data series.csv --window 4 --width 1024 --iterations 1000",
        "rnnbound certify --data series.npz --width 1024 --iterations 1000 --train --save run.npz",
        "rnnbound certify --check run.npz --data series.npz",
        "rnnbound certify --data series.npz --iterations 1000 --epsilon 0.3 --json",
    ),
    scenario=False,
    data=True,
    plot=True,
)
def certify(
    dataset: Any,
    plotted: bool,
    width: str | None = options.text("--width", "M", "Number of neurons, even."),
    iterations: str | None = options.text("--iterations", "N", "Number of gradient steps."),
    epsilon: str | None = options.text(
        "--epsilon", "E", "Find the least width or number of steps for this risk (scaled units)."
    ),
    method: str | None = options.text(
        "--method", "NAME", "tied or pgd (default tied).", names=("tied", "pgd")
    ),
    alpha: str | None = options.text("--alpha", "X", "α, or auto (default 0.1)."),
    activation: str | None = options.text("--activation", "NAME", "σ, a name (default tanh)."),
    seed: str | None = options.text("--seed", "N", "Seed of the initialisation (default 0)."),
    jobs: str | None = options.text("--jobs", "N", "Processes (default 2)."),
    max_width: str | None = options.text(
        "--max-width", "M", f"Limit of the search for a width (default {_MOST_WIDTH})."
    ),
    max_iterations: str | None = options.text(
        "--max-iterations", "N", f"Limit of the search for steps (default {_MOST_ITERATIONS})."
    ),
    train: bool = typer.Option(False, "--train", help="Train as the certificate says."),
    max_seconds: str | None = options.text(
        "--max-seconds", "X", f"Refuse a longer --train (default {_MOST_SECONDS})."
    ),
    max_memory: str | None = options.text(
        "--max-memory", "BYTES", f"Refuse a larger --train (default {_MOST_MEMORY})."
    ),
    save: str | None = options.text("--save", "FILE", "Keep everything in an .npz file."),
    check: str | None = options.text(
        "--check", "FILE", "Verify a saved certificate from scratch; with --data, against a file."
    ),
    curve: bool = typer.Option(False, "--curve", help="Bounds up to this width and iterations."),
) -> Answer | ExitCode:
    """Find and prove a bound on the risk of the last iterate, before training starts."""
    given = {
        "width": width, "iterations": iterations, "epsilon": epsilon,
        "method": method, "alpha": alpha, "activation": activation, "seed": seed,
        "max_width": max_width, "max_iterations": max_iterations, "save": save,
        "max_seconds": max_seconds, "max_memory": max_memory,
    }  # fmt: skip
    try:
        threads = _whole("jobs", jobs or "2")
        if check is not None:
            _alone("check", given, train=train, curve=curve, plot=plotted)
            return _check(check, dataset, threads)
        if plotted and not curve:
            raise wrong("--plot", "draws bounds against width and iterations; add --curve")
        asked = _Asked.read(given, dataset)
        if not train:
            _without_train(max_seconds=max_seconds, max_memory=max_memory)
        if curve:
            _alone("curve", {"epsilon": epsilon, "save": save}, train=train)
            return _curve(asked, threads)
        target = target_file("--save", save)
        return _single(asked, threads, train, target)
    except MemoryError:
        remark("Error: the memory of this machine does not suffice; ask for less, or free some")
        return ExitCode.DEFECT


def _alone(place: str, given: Mapping[str, str | None], **flags: bool) -> None:
    """What has no meaning beside an option is refused."""
    others = [name for name, value in given.items() if value is not None]
    others += [name for name, value in flags.items() if value]
    if others:
        listed = ", ".join("--" + name.replace("_", "-") for name in others)
        raise wrong(place, f"cannot be combined with {listed}")


def _without_train(**limits: str | None) -> None:
    for name, value in limits.items():
        if value is not None:
            raise wrong(name, "limits --train, and has no meaning without it")


def _whole(place: str, text: str, least: int = 1) -> int:
    return read_value(place, text, whole(least))


def _real(place: str, text: str) -> float:
    return read_value(place, text, positive)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The request, read."""

    data: Any
    width: int | None
    iterations: int | None
    epsilon: float | None
    most: int
    seconds: float
    memory: int
    options: dict[str, Any]

    @classmethod
    def read(cls, given: Mapping[str, str | None], data: Any) -> _Asked:
        """From the options and the data set, if there is one."""
        if data is None:
            raise wrong("--data", "is missing; give a file of series, or arrays X and Y (.npz)")
        sizes = {
            name: None if (text := given[name]) is None else _whole(name, text)
            for name in ("width", "iterations")
        }
        width, iterations = sizes["width"], sizes["iterations"]
        epsilon = None if (text := given["epsilon"]) is None else _real("epsilon", text)
        missing = [name for name, value in sizes.items() if value is None]
        if epsilon is None and missing:
            raise wrong(missing[0], "is missing; without --epsilon both sizes are needed")
        if epsilon is not None and len(missing) != 1:
            raise wrong("epsilon", "needs one of --width and --iterations, and finds the other")
        if width is not None and width % 2:
            raise wrong("width", f"must be even: neurons come in pairs (given: {shown(width)})")
        limit = "max_iterations" if width is not None else "max_width"
        other = "max_width" if width is not None else "max_iterations"
        for name in {other, limit} if epsilon is None else {other}:
            if given[name] is not None:
                raise wrong(name, "limits a search with --epsilon for that size")
        default = _MOST_ITERATIONS if limit == "max_iterations" else _MOST_WIDTH
        most = _whole(limit, given[limit] or default, 1 if limit == "max_iterations" else 2)
        chosen: dict[str, Any] = {"seed": _whole("seed", given["seed"] or "0", 0)}
        chosen |= {name: text for name in ("method", "activation") if (text := given[name])}
        if (alpha := given["alpha"]) is not None:
            chosen["alpha"] = None if alpha == "auto" else _real("alpha", alpha)
        seconds = _real("max_seconds", given["max_seconds"] or _MOST_SECONDS)
        memory = int(_real("max_memory", given["max_memory"] or _MOST_MEMORY))
        return cls(data, width, iterations, epsilon, most, seconds, memory, chosen)

    def request(self, jobs: int, note: Callable[[str, int, int | None], None]) -> Request:
        from rnnbound.certificate import Problem, Request

        return Request(Problem.of_dataset(self.data), jobs=jobs, note=note, **self.options)


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int | None], None]]:
    """Shows how far things are, on stderr, if that is a terminal."""
    from rnnbound.parallel.progress import tell

    yield tell


def _single(asked: _Asked, jobs: int, trains: bool, target: Path | None) -> Answer:
    from rnnbound import certificate as library

    problem, training = None, None
    with _progress() as show:
        request = asked.request(jobs, show)
        if asked.epsilon is None:
            assert asked.width is not None, "checked"
            assert asked.iterations is not None, "checked"
            found = library.certify(request, asked.width, asked.iterations)
        else:
            result = library.reach(
                request,
                asked.epsilon,
                width=asked.width,
                iterations=asked.iterations,
                most=asked.most,
            )
            found, problem = result.certified, result.shortfall
        if trains:
            limits = library.Limits(asked.seconds, asked.memory)
            refused = library.refusal(found, jobs, limits)
            if refused is None:
                steps = found.certificate.iterations
                training = library.train(found, jobs, lambda s: show("training", s, steps))
            else:
                problem = f"training was not run: it {refused}"
    if target is not None:
        write_file(target, library.save(found, training))

    def table(page: Any) -> None:
        from rnnbound.presentation.certificate_page import draw

        draw(page, found, training, problem)

    return Answer(
        "certify",
        _data(found, training),
        lambda: [_row(found, training)],
        table,
        holds=problem is None,
        problem=problem,
        notes=() if target is None else (f"saved in {target}",),
    )


def _about(found: Certified | Checked) -> dict[str, Any]:
    """What the numbers are about."""
    from rnnbound.certificate import assumptions

    certificate, problem = found.certificate, found.problem
    rests: tuple[Assumption, ...] = ()
    if certificate is not None and problem is not None:
        rests = assumptions(problem, certificate)
    return {
        "risk_of": "training data",
        "iterate": "last",
        "expectation": None,
        "assumptions": rests,
    }


def _data(found: Certified, training: Training | None) -> dict[str, Any]:
    from rnnbound.certificate import in_units, recipe

    certificate = found.certificate
    data: dict[str, Any] = {
        **_about(found),
        "initial_risk": found.initial_risk,
        "certificate": asdict(certificate),
        "how_to_train": recipe(certificate),
        "worst_case_bound": _finite(found.worst_case_bound),
        "linear_floor": _finite(found.linear_floor),
        "vacuous": certificate.risk_bound >= found.initial_risk,
        "original_units": in_units(found.problem, found.initial_risk, certificate.risk_bound),
    }
    if training is not None:
        data["training"] = {
            "best_risk": training.best_risk,
            "last_risk": training.last_risk,
            "first_below_bound": training.first_below_bound,
            "trace": [{"step": step, "risk": risk} for step, risk in training.trace],
        }
        unit = found.problem.scaling.target_scale**2
        data["original_units"]["best_risk"] = training.best_risk * unit
        data["original_units"]["last_risk"] = training.last_risk * unit
    return data


def _finite(value: float) -> float | None:
    return value if value < float("inf") else None


def _row(found: Certified, training: Training | None = None) -> dict[str, Any]:
    row = {"initial_risk": found.initial_risk, **asdict(found.certificate)}
    row["worst_case_bound"] = _finite(found.worst_case_bound)
    row["linear_floor"] = _finite(found.linear_floor)
    if training is not None:
        row |= {"best_risk": training.best_risk, "last_risk": training.last_risk}
        row["first_below_bound"] = training.first_below_bound
    return row


def _curve(asked: _Asked, jobs: int) -> Answer:
    from rnnbound import certificate as library

    assert asked.width is not None, "checked"
    assert asked.iterations is not None, "checked"
    found: list[Certified] = []
    total = library.sizes(asked.width, asked.iterations)
    with _progress() as show:
        request = asked.request(jobs, lambda *_: show("certificates", len(found), total))
        found.extend(library.curve(request, asked.width, asked.iterations))

    def table(page: Any) -> None:
        from rnnbound.presentation.certificate_page import draw_curve

        draw_curve(page, found)

    def charts() -> list[Chart]:
        from rnnbound.presentation.charts.result_charts import of_certificates

        return [of_certificates(found[0].initial_risk, [asdict(c.certificate) for c in found])]

    rows = [_row(one) for one in found]
    data = {**_about(found[-1]), "initial_risk": found[0].initial_risk, "curve": rows}
    return Answer("certify", data, lambda: rows, table, charts=charts)


def _check(path: str, dataset: Any, jobs: int) -> Answer:
    from rnnbound import certificate as library

    with _progress() as show:
        found = library.check(path, jobs, dataset, show)
    problem = None if found.valid else f"refused: {'; '.join(found.faults)}"
    proved = None if found.certificate is None else asdict(found.certificate)
    units = None
    if dataset is not None and found.problem is not None:
        assert found.certificate is not None, "proved of these data"
        assert found.initial_risk is not None, "proved of these data"
        bound = found.certificate.risk_bound
        units = library.in_units(found.problem, found.initial_risk, bound)
    data = {
        "valid": found.valid,
        "faults": found.faults,
        **_about(found),
        "certificate": proved,
        "claimed": asdict(found.claimed),
        "initial_risk": found.initial_risk,
        "final_risk": found.final_risk,
        "data_file": None if dataset is None else dataset.origin.file,
        "ties": found.ties,
        "original_units": units,
    }
    columns = proved or dict.fromkeys(asdict(found.claimed))

    def table(page: Any) -> None:
        from rnnbound.presentation.certificate_page import draw_check

        draw_check(page, found, units, problem)

    return Answer(
        "certify",
        data,
        lambda: [{"valid": found.valid, **columns}],
        table,
        holds=found.valid,
        problem=problem,
    )
