"""`rnnbound sweep`: plans or bounds at every point of a grid."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import typer

from rnnbound.cli.frame import options, scenario_layers
from rnnbound.cli.frame.exit_codes import ExitCode
from rnnbound.cli.frame.output_files import replacing, target_file, write_file
from rnnbound.cli.frame.streams import (
    SURROGATES,
    UnwrittenError,
    abandon_stdout,
    remark,
    require_stdout,
    say,
    writing,
)
from rnnbound.parallel.lost_work import WorkerLostError
from rnnbound.parallel.progress import tell
from rnnbound.scenario.errors import RequestError, shown, suggestion, wrong

if TYPE_CHECKING:
    from rnnbound.cli.commands.sweep_plot import Drawing
    from rnnbound.presentation.writers.sweep_rows import Form
    from rnnbound.scenario.errors import Fault
    from rnnbound.sweeping.sweep import Sweep

FORMATS: Final = ("table", "json", "csv", "jsonl", "parquet")
_BY_SUFFIX: Final = {".parquet": "parquet", ".csv": "csv", ".jsonl": "jsonl", ".json": "json"}


@options.command(
    scenario=False,
    output=False,
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
    resume: str | None = options.text(
        "--resume", "FILE", "Append rows to FILE (.csv, .jsonl), after those already there."
    ),
    jobs: str | None = options.text("--jobs", "N", "Processes (default 1)."),
    dask: str | None = options.text(
        "--dask", "ADDRESS", "Compute on a running Dask cluster (needs the extra dask)."
    ),
    format: str | None = options.text(
        "--format", "NAME", f"{', '.join(FORMATS)} (default table).", names=FORMATS
    ),
    json: bool = typer.Option(False, "--json", help="Short for --format json."),
    get: str | None = options.text("--get", "PATH", "Print one value, such as rows.0.width."),
    output: str | None = options.text("--output", "FILE", "Write the result to a file.", "-o"),
    plot: str | None = options.plot_option(),
    **values: Any,
) -> ExitCode:
    """Plan, or bound, at every point of a grid.

    A point is a plan as `rnnbound plan` makes it, or a bound where width and iterations are
    given or swept.  The first --over varies slowest.  Rows are printed as they are computed.
    """
    place = _Place.asked(format, json, get, output, resume)
    request = options.given(
        epsilon=epsilon, width=width, iterations=iterations, method=method, variant=variant
    )
    drawing = None
    if plot is not None:
        from rnnbound.cli.commands.sweep_plot import Drawing

        drawing = Drawing.asked(plot, "value" if get is not None else place.format, place.file)
    found = _sweep(values, over, request, columns, jobs or "1", dask)
    if drawing is not None:
        drawing.begin(found)
    if get is not None:
        status = _value(found, get, place.file, drawing)
    elif place.resume:
        status = _resume(found, place, drawing)
    else:
        status = _deliver(found, place, drawing)
    if drawing is not None:
        drawing.finish()
    return status


@dataclass(frozen=True, slots=True)
class _Place:
    """The form of the rows and where they go.

    Attributes:
        format: one of the formats.
        file: None for stdout.
        resume: whether the file is appended to.
    """

    format: str
    file: Path | None
    resume: bool

    @classmethod
    def asked(
        cls, format: str | None, json: bool, get: str | None, output: str | None, resume: str | None
    ) -> _Place:
        if format is not None and format not in FORMATS:
            raise wrong("--format", f"{shown(format)} is unknown; {suggestion(format, FORMATS)}")
        data_only = "--get" if get is not None else "--json"
        if (json or get is not None) and format not in {None, "json"}:
            raise wrong("--format", f"{shown(format)} contradicts {data_only}, which means JSON")
        asked = "json" if json or get is not None else format
        if resume is not None:
            return cls._resumed(resume, asked, output)
        file = target_file("--output", output)
        if asked is None:
            asked = _BY_SUFFIX.get(file.suffix.lower(), "table") if file else "table"
        if asked == "parquet":
            from rnnbound.presentation.writers.sweep_parquet import require_arrow

            require_arrow()
            if file is None:
                raise wrong("--format", "parquet goes to a file: give --output FILE.parquet")
        if file is None:
            require_stdout()
        return cls(asked, file, False)

    @classmethod
    def _resumed(cls, resume: str, asked: str | None, output: str | None) -> _Place:
        from rnnbound.presentation.writers.resumable_file import form_of

        if output is not None:
            raise wrong("--output", "goes without --resume, which names the file of the rows")
        file = target_file("--resume", resume)
        if file is None:
            raise wrong("--resume", f"must name a file (given: {shown(resume)})")
        return cls(form_of(file, asked), file, True)


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


def _value(sweep: Sweep, path: str, file: Path | None, drawing: Drawing | None) -> ExitCode:
    from rnnbound.cli.frame.result_paths import Entries, check, pick
    from rnnbound.presentation.writers.json import bare
    from rnnbound.presentation.writers.sweep_rows import summary, whole

    row = dict.fromkeys(sweep.columns, float)
    check({**summary(sweep), "rows": Entries(row, len(sweep)), "complete": bool}, path)
    rows: list[Sequence[Any]] = []
    _, ended = _follow(sweep, _unchanged, rows.extend, drawing)
    if ended is not None:
        raise ended
    text = bare(pick(whole(sweep, rows), path))
    if file is None:
        say(text)
    else:
        write_file(file, text + "\n")
    return ExitCode.DONE


def _resume(sweep: Sweep, place: _Place, drawing: Drawing | None) -> ExitCode:
    from rnnbound.presentation.writers.resumable_file import SweepFile

    assert place.file is not None
    kept = SweepFile(place.file, sweep, place.format)
    with kept.appending() as file:
        target = _Target(file, place.file)
        done, ended = _write_text(sweep, kept.form, target, drawing, start=kept.there)
    there = f", of which {kept.there:,} were there" if kept.there else ""
    missing = f" of {len(sweep):,} (interrupted; the same command goes on)"
    remark(f"{place.file}: {done:,} rows{missing if done < len(sweep) else ''}{there}")
    return _status(ended)


def _status(ended: BaseException | None) -> ExitCode:
    """The exit code of a sweep that came so far."""
    if ended is None:
        return ExitCode.DONE
    if isinstance(ended, KeyboardInterrupt):
        return ExitCode.INTERRUPTED
    raise ended


def _deliver(sweep: Sweep, place: _Place, drawing: Drawing | None) -> ExitCode:
    if place.file is not None:
        _write_file(sweep, place.format, place.file, drawing)
        return ExitCode.DONE
    form = _form(sweep, place.format)
    try:
        target = _Target(_stdout())
        done, ended = _write_text(sweep, form, target, drawing, form.header)
        target.write(form.footer(done == len(sweep)))
    except UnwrittenError as error:
        if not error.gone:  # else the reader has seen enough
            raise
        abandon_stdout()
        return ExitCode.DONE
    if ended is not None:
        remark(f"stopped after {done:,} of {len(sweep):,} rows")
    return _status(ended)


def _write_file(sweep: Sweep, format: str, path: Path, drawing: Drawing | None) -> None:
    """Write all rows to a file, or leave it as it is."""
    with replacing(path) as file:
        if format == "parquet":
            done, ended = _write_parquet(sweep, file, path, drawing)
        else:
            form, target = _form(sweep, format), _Target(file, path)
            done, ended = _write_text(sweep, form, target, drawing, form.header)
            target.write(form.footer(True))
        if ended is not None:
            remark(
                f"stopped after {done:,} of {len(sweep):,} rows; {path} is as it was "
                "(--resume FILE keeps the rows there are, and goes on)"
            )
            raise ended


def _form(sweep: Sweep, name: str) -> Form:
    from rnnbound.presentation.writers import sweep_rows as text

    makers: dict[str, Callable[[Sweep], Form]] = {
        "csv": text.csv_form,
        "jsonl": text.lines_form,
        "json": text.json_form,
        "table": text.table_form,
    }
    return makers[name](sweep)


def _stdout() -> BinaryIO:
    """Standard output, for bytes."""
    with writing():
        sys.stdout.flush()
    # A replaced stream may have no bytes.
    return getattr(sys.stdout, "buffer", None) or _Encoding()  # type: ignore[return-value]


class _Encoding:
    """Bytes for a stdout that takes text only."""

    def write(self, data: bytes) -> int:
        return sys.stdout.write(data.decode())

    def flush(self) -> None:
        sys.stdout.flush()


@dataclass(frozen=True, slots=True)
class _Target:
    """Where text goes, piece by piece.

    Attributes:
        file: takes its bytes.
        path: the name of that file; None for stdout.
    """

    file: BinaryIO
    path: Path | None = None

    def write(self, text: str) -> None:
        """Write a piece so that it is seen at once.

        Raises:
            UnwrittenError: it could not be.
        """
        with writing(str(self.path or "")):
            self.file.write(text.encode("utf-8", SURROGATES))
            self.file.flush()


def _write_text(
    sweep: Sweep,
    form: Form,
    target: _Target,
    drawing: Drawing | None,
    header: str = "",
    start: int = 0,
) -> tuple[int, BaseException | None]:
    """Write rows as they come; returns how many there are, and what ended it early.

    The header comes with the first of them: what fails before that leaves no output.
    """
    waiting = [header]

    def keep(text: str) -> None:
        target.write(waiting.pop() + text if waiting else text)

    found = _follow(sweep, form.encode, keep, drawing, start)
    keep("")
    return found


def _write_parquet(
    sweep: Sweep, file: BinaryIO, path: Path, drawing: Drawing | None
) -> tuple[int, BaseException | None]:
    from rnnbound.presentation.writers.sweep_parquet import ParquetRows

    with writing(str(path)):
        rows = ParquetRows(file, sweep.columns)

    def keep(made: Sequence[Any]) -> None:
        with writing(str(path)):
            rows.add(made)

    found = _follow(sweep, _unchanged, keep, drawing)
    with writing(str(path)):
        rows.close()
    if rows.beyond:
        remark(
            f"{rows.beyond:,} numbers are beyond what Parquet columns hold and are null; "
            "columns such as width_log10 hold their logarithms"
        )
    return found


def _unchanged(rows: Sequence[Any], first: int) -> Sequence[Any]:
    del first
    return rows


def _follow(
    sweep: Sweep,
    encode: Callable[..., Any],
    keep: Callable[[Any], None],
    drawing: Drawing | None,
    start: int = 0,
) -> tuple[int, BaseException | None]:
    """Compute what is missing and keep it, until all is there or something ends it.

    Returns:
        How many rows there are, and the interruption or the loss that ended it, if one did.
    """
    done = start
    if drawing is not None:
        sweep, encode, keep = drawing.beside(sweep, encode, keep, start)
    tell("rows", done, len(sweep))
    with closing(sweep.blocks(encode, start)) as blocks:
        try:
            for count, made in blocks:
                keep(made)
                done += count
                tell("rows", done, len(sweep))
        except (KeyboardInterrupt, WorkerLostError) as error:
            return done, error
    return done, None
