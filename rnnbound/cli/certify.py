"""`rnnbound certify`: the risk that training a given network on given data is sure to reach."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer

from rnnbound.cli import options
from rnnbound.cli.files import target_file, write_file
from rnnbound.cli.output import Answer
from rnnbound.numbers import numerals
from rnnbound.setting.faults import shown, wrong
from rnnbound.wording import people

if TYPE_CHECKING:
    from rnnbound.certificate import Certificate, Certified, Request, Training
    from rnnbound.charts.chart import Chart
    from rnnbound.cli.page import Page

_MOST_WIDTH: Final = "131072"
_MOST_ITERATIONS: Final = "1e6"


def _shape(values: Mapping[str, Any]) -> dict[str, Any]:
    from rnnbound.certificate import Certificate
    from rnnbound.cli.paths import Entries, of

    if values["check"] is not None:
        return {"valid": bool, "faults": Entries(str), "certificate": Certificate}
    if values["curve"]:
        row = {"initial_risk": float, "worst_case_bound": float, "linear_floor": float}
        return {"initial_risk": float, "curve": Entries({**of(Certificate), **row})}
    units = ["initial_risk", "risk_bound", "input_scale", "target_scale"]
    shape: dict[str, Any] = {
        "initial_risk": float, "certificate": Certificate, "worst_case_bound": float,
        "linear_floor": float, "vacuous": bool,
    }  # fmt: skip
    if values["train"]:
        trained = {"best_risk": float, "last_risk": float}
        trace = {"step": int, "risk": float}
        shape["training"] = {**trained, "first_below_bound": int, "trace": Entries(trace)}
        units += trained
    return {**shape, "original_units": dict.fromkeys(units, float)}


@options.command(
    result=_shape,
    examples=(
        "rnnbound certify --data series.csv --window 4 --width 1024 --iterations 1000",
        "rnnbound certify --data series.npz --width 1024 --iterations 1000 --train --save run.npz",
        "rnnbound certify --check run.npz",
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
    jobs: str | None = options.text("--jobs", "N", "Threads (default 2)."),
    max_width: str | None = options.text(
        "--max-width", "M", f"Limit of the search for a width (default {_MOST_WIDTH})."
    ),
    max_iterations: str | None = options.text(
        "--max-iterations", "N", f"Limit of the search for steps (default {_MOST_ITERATIONS})."
    ),
    train: bool = typer.Option(False, "--train", help="Train as the certificate says."),
    save: str | None = options.text("--save", "FILE", "Keep everything in an .npz file."),
    check: str | None = options.text("--check", "FILE", "Verify a saved certificate from scratch."),
    curve: bool = typer.Option(False, "--curve", help="Bounds up to this width and iterations."),
) -> Answer:
    """Find and prove a bound on the risk of the last iterate, before training starts."""
    given = {
        "data": dataset and dataset.origin.file,
        "width": width, "iterations": iterations, "epsilon": epsilon,
        "method": method, "alpha": alpha, "activation": activation, "seed": seed,
        "max_width": max_width, "max_iterations": max_iterations, "save": save,
    }  # fmt: skip
    threads = _whole("jobs", jobs or "2")
    if check is not None:
        _alone("check", given, train=train, curve=curve, plot=plotted)
        return _check(check, threads)
    if plotted and not curve:
        raise wrong("--plot", "draws bounds against width and iterations; add --curve")
    asked = _Asked.read(given, dataset)
    if curve:
        _alone("curve", {"epsilon": epsilon, "save": save}, train=train)
        return _curve(asked, threads)
    target = target_file("--save", save)
    return _single(asked, threads, train, target)


def _alone(place: str, given: Mapping[str, str | None], **flags: bool) -> None:
    """What has no meaning beside an option is refused."""
    others = [name for name, value in given.items() if value is not None]
    others += [name for name, value in flags.items() if value]
    if others:
        listed = ", ".join("--" + name.replace("_", "-") for name in others)
        raise wrong(place, f"cannot be combined with {listed}")


def _whole(place: str, text: str, least: int = 1) -> int:
    try:
        value = numerals.integer(text)
        if value < least:
            raise ValueError(f"must be an integer ≥ {least}")
    except ValueError as error:
        raise wrong(place, f"{error} (given: {shown(text)})") from None
    return value


def _real(place: str, text: str) -> float:
    try:
        value = numerals.real(text)
        if not value > 0:
            raise ValueError("must be > 0")
    except ValueError as error:
        raise wrong(place, f"{error} (given: {shown(text)})") from None
    return value


@dataclass(frozen=True, slots=True)
class _Asked:
    """The request, read."""

    data: Any
    width: int | None
    iterations: int | None
    epsilon: float | None
    most: int
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
            raise wrong("width", f"must be even: neurons come in pairs (given: {width})")
        limit = "max_iterations" if width is not None else "max_width"
        other = "max_width" if width is not None else "max_iterations"
        for name in {other, limit} if epsilon is None else {other}:
            if given[name] is not None:
                raise wrong(name, "limits a search with --epsilon for that size")
        default = _MOST_ITERATIONS if limit == "max_iterations" else _MOST_WIDTH
        most = _whole(limit, given[limit] or default, 2)
        chosen: dict[str, Any] = {"seed": _whole("seed", given["seed"] or "0", 0)}
        chosen |= {name: text for name in ("method", "activation") if (text := given[name])}
        if (alpha := given["alpha"]) is not None:
            chosen["alpha"] = None if alpha == "auto" else _real("alpha", alpha)
        return cls(data, width, iterations, epsilon, most, chosen)

    def request(self, jobs: int, note: Callable[[], None]) -> Request:
        from rnnbound.certificate import Problem, Request

        return Request(Problem.of_dataset(self.data), jobs=jobs, note=note, **self.options)


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int | None], None]]:
    """Shows how far things are, on stderr, if that is a terminal."""
    from rnnbound.execution.progress import tell

    yield tell


def _single(asked: _Asked, jobs: int, trains: bool, target: Path | None) -> Answer:
    from rnnbound import certificate as library

    with _progress() as show:
        seen = [0]

        def note() -> None:
            seen[0] += 1
            show("candidates", seen[0], None)

        request = asked.request(jobs, note)
        reached = True
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
            found, reached = result.certified, result.reached
        steps = found.certificate.iterations
        training = None
        if trains:
            training = library.train(found, jobs, lambda s: show("training", s, steps))
    if target is not None:
        write_file(target, library.save(found, training))
    data = _data(found, training)
    problem = None if reached else f"no size up to {asked.most:,} is certified to reach it"
    return Answer(
        "certify",
        data,
        lambda: [_row(found, training)],
        lambda page: _draw(page, found, training, problem),
        holds=reached,
        problem=problem,
        notes=() if target is None else (f"saved in {target}",),
    )


def _data(found: Certified, training: Training | None) -> dict[str, Any]:
    certificate, unit = found.certificate, found.problem.target_scale**2
    data: dict[str, Any] = {
        "initial_risk": found.initial_risk,
        "certificate": asdict(certificate),
        "worst_case_bound": _finite(found.worst_case_bound),
        "linear_floor": _finite(found.linear_floor),
        "vacuous": certificate.risk_bound >= found.initial_risk,
        "original_units": {
            "initial_risk": found.initial_risk * unit * (1 + 1e-14),
            "risk_bound": certificate.risk_bound * unit * (1 + 1e-14),
            "input_scale": found.problem.input_scale,
            "target_scale": found.problem.target_scale,
        },
    }
    if training is not None:
        data["training"] = {
            "best_risk": training.best_risk,
            "last_risk": training.last_risk,
            "first_below_bound": training.first_below_bound,
            "trace": [{"step": step, "risk": risk} for step, risk in training.trace],
        }
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


def _draw(page: Page, found: Certified, training: Training | None, problem: str | None) -> None:
    certificate, unit = found.certificate, found.problem.target_scale**2
    bound = people.real(certificate.risk_bound, up=True)
    head = f"The last iterate has risk at most {bound}, where R(0) = {found.initial_risk:.4g}."
    if certificate.risk_bound >= found.initial_risk:
        head = f"Nothing is guaranteed: the bound {bound} is no better than R(0)."
    if problem is not None:
        page.say(f"{problem[:1].upper()}{problem[1:]}.", "bold red")
    page.say(head, "bold")
    page.say(
        f"In the data's own units: at most {people.real(certificate.risk_bound * unit, up=True)}."
    )
    page.heading("What it adds up")
    page.pairs(
        [
            ("misfit ω²", people.real(certificate.misfit, up=True)),
            ("curvature 2κ_e + κ²", people.real(certificate.curvature, up=True)),
            ("rate N_V/(ητ)", people.real(certificate.rate, up=True)),
            ("worst-case constants", people.real(_finite(found.worst_case_bound), up=True)),
            ("floor (linear gd, estimated)", people.real(_finite(found.linear_floor))),
        ]
    )
    page.say(_advice(certificate))
    page.heading("How to train")
    page.pairs(_how(certificate))
    if training is None:
        return
    page.heading("Training")
    page.pairs(
        [
            ("best risk", people.real(training.best_risk)),
            ("last risk", people.real(training.last_risk)),
            ("first below the bound", _step(training.first_below_bound)),
        ]
    )
    rows = [(f"{step:,}", people.real(risk), bound) for step, risk in training.trace]
    page.table(("step", "risk", "certified at the end"), rows)


def _advice(certificate: Certificate) -> str:
    """What the largest part means, and what would make it smaller."""
    parts = {
        certificate.misfit: "the misfit: how well networks near the start fit the data",
        certificate.curvature: "the curvature, which falls with the width",
        certificate.rate: "the rate, which falls with the iterations",
    }
    return f"The largest part is {parts[max(parts)]}. --curve shows what width and steps buy."


def _step(value: int | None) -> str:
    return people.MISSING if value is None else f"step {value:,}"


def _how(certificate: Certificate) -> list[tuple[str, str]]:
    return [
        ("method", f"{certificate.method}, {certificate.activation}"),
        ("width m", people.count(certificate.width)),
        ("iterations τ", people.count(certificate.iterations)),
        ("step size η", repr(certificate.step_size)),
        ("radius ρ_w", repr(certificate.radius_w)),
        ("radius ρ_u", repr(certificate.radius_u)),
        ("α", f"{certificate.alpha:g}"),
        ("seed", str(certificate.seed)),
    ]


def _curve(asked: _Asked, jobs: int) -> Answer:
    from rnnbound import certificate as library

    assert asked.width is not None, "checked"
    assert asked.iterations is not None, "checked"
    found: list[Certified] = []
    with _progress() as show:
        request = asked.request(jobs, lambda: show("certificates", len(found), None))
        found.extend(library.curve(request, asked.width, asked.iterations))

    def table(page: Page) -> None:
        page.say(f"Certified risk; R(0) = {found[0].initial_risk:.4g}.", "bold")
        names = ("width", "iterations", "bound", "misfit", "curvature", "rate")
        rows = [
            (
                people.count(c.width),
                people.count(c.iterations),
                *(people.real(v, up=True) for v in (c.risk_bound, c.misfit, c.curvature, c.rate)),
            )
            for c in (one.certificate for one in found)
        ]
        page.table(names, rows)

    def charts() -> list[Chart]:
        from rnnbound.charts.pictures import of_certificates

        return [of_certificates(found[0].initial_risk, [asdict(c.certificate) for c in found])]

    return Answer(
        "certify",
        {"initial_risk": found[0].initial_risk, "curve": [_row(one) for one in found]},
        lambda: [_row(one) for one in found],
        table,
        charts=charts,
    )


def _check(path: str, jobs: int) -> Answer:
    from rnnbound import certificate as library

    certificate, faults = library.check(path, jobs)
    data = {"valid": not faults, "faults": faults, "certificate": asdict(certificate)}
    problem = f"refused: {'; '.join(faults)}" if faults else None

    def table(page: Page) -> None:
        if problem is not None:
            page.say(f"{problem[:1].upper()}{problem[1:]}.", "bold red")
            return
        bound = people.real(certificate.risk_bound, up=True)
        page.say(f"Verified from scratch: the last iterate has risk at most {bound}.", "bold")
        page.pairs(_how(certificate))

    return Answer(
        "certify",
        data,
        lambda: [{"valid": not faults, **asdict(certificate)}],
        table,
        holds=not faults,
        problem=problem,
    )
