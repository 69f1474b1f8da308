"""`rnnbound certify`: the risk that training a given network on given data is sure to reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer

from rnnbound.cli.frame import options
from rnnbound.cli.frame.exit_codes import ExitCode
from rnnbound.cli.frame.output_files import target_file, write_file
from rnnbound.cli.frame.streams import remark
from rnnbound.errors import wrong
from rnnbound.parallel.progress_events import tell
from rnnbound.presentation.command_result import Answer

if TYPE_CHECKING:
    from rnnbound.certificate import Asked, Certified
    from rnnbound.presentation.charts.chart import Chart

_MOST_WIDTH: Final = "131072"
_MOST_ITERATIONS: Final = "1e6"
_MOST_SECONDS: Final = "600"
_MOST_MEMORY: Final = "4e9"


def _shape(values: Mapping[str, Any]) -> dict[str, Any]:
    from rnnbound import certificate as library
    from rnnbound.cli.frame.result_paths import of

    if values["check"] is not None:
        return of(library.CertificateCheck)
    if values["curve"]:
        return of(library.CertificateCurve)
    return of(library.TrainedCertification if values["train"] else library.Certification)


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
        if check is not None:
            _alone("check", given, train=train, curve=curve, plot=plotted)
            return _check(check, dataset, jobs)
        if plotted and not curve:
            raise wrong("--plot", "draws bounds against width and iterations; add --curve")
        asked = _asked({**given, "jobs": jobs}, dataset)
        if not train:
            _without_train(max_seconds=max_seconds, max_memory=max_memory)
        if curve:
            _alone("curve", {"epsilon": epsilon, "save": save}, train=train)
        return _curve(asked) if curve else _single(asked, train, target_file("--save", save))
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


def _asked(given: Mapping[str, str | None], dataset: Any) -> Asked:
    from rnnbound.certificate.request_reader import Asked, problem_of

    return Asked.read(given, problem_of(dataset))


def _single(asked: Asked, trains: bool, target: Path | None) -> Answer:
    from rnnbound import certificate as library

    found = library.find(asked, trains=trains)
    certified, training, problem = found.certified, found.training, found.problem
    if target is not None:
        write_file(target, library.save(certified, training))

    def table(page: Any) -> None:
        from rnnbound.presentation.certificate_page import draw

        draw(page, certified, training, problem)

    def rows() -> list[dict[str, Any]]:
        row = asdict(library.CurvePoint.of(certified))
        if training is not None:
            names = ("best_risk", "last_risk", "first_below_bound")
            row |= {name: getattr(training, name) for name in names}
        return [row]

    return Answer(
        "certify",
        library.Certification.of(certified, training),
        rows,
        table,
        holds=problem is None,
        problem=problem,
        notes=() if target is None else (f"saved in {target}",),
    )


def _curve(asked: Asked) -> Answer:
    from rnnbound import certificate as library

    assert asked.width is not None, "checked"
    assert asked.iterations is not None, "checked"
    found: list[Certified] = []
    total = library.sizes(asked.width, asked.iterations)
    request = asked.request(lambda *_: tell("certificates", len(found), total))
    found.extend(library.curve(request, asked.width, asked.iterations))
    data = library.CertificateCurve.of(found)

    def table(page: Any) -> None:
        from rnnbound.presentation.certificate_page import draw_curve

        draw_curve(page, found)

    def charts() -> list[Chart]:
        from rnnbound.presentation.charts.guarantee_charts import of_certificates

        return [of_certificates(data.initial_risk, [asdict(c.certificate) for c in found])]

    return Answer("certify", data, lambda: map(asdict, data.curve), table, charts=charts)


def _check(path: str, dataset: Any, jobs: str | None) -> Answer:
    from rnnbound import certificate as library
    from rnnbound.certificate.request_reader import read_jobs

    found = library.check(path, read_jobs(jobs), dataset, tell)
    data = library.CertificateCheck.of(found, None if dataset is None else dataset.origin.file)
    problem = None if found.valid else f"refused: {'; '.join(found.faults)}"

    def table(page: Any) -> None:
        from rnnbound.presentation.certificate_page import draw_check

        draw_check(page, found, data.original_units, problem)

    def rows() -> list[dict[str, Any]]:
        proved = data.certificate and asdict(data.certificate)
        return [{"valid": found.valid, **(proved or dict.fromkeys(asdict(found.claimed)))}]

    return Answer("certify", data, rows, table, holds=found.valid, problem=problem)
