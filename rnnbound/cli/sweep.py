"""`rnnbound sweep`: plans or bounds at every point of a grid."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import typer

from rnnbound.cli import layers, options
from rnnbound.cli.exit_codes import ExitCode
from rnnbound.cli.files import replacing, target_file
from rnnbound.cli.progress import progress_bar
from rnnbound.cli.streams import abandon_stdout, remark
from rnnbound.setting.faults import RequestError, shown, suggestion, wrong

if TYPE_CHECKING:
    from rnnbound.cli.sweep_plot import Drawing
    from rnnbound.cli.sweep_text import Form
    from rnnbound.setting.faults import Fault
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
        from rnnbound.cli.sweep_plot import Drawing

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
            from rnnbound.cli.sweep_parquet import require_arrow

            require_arrow()
            if file is None:
                raise wrong("--format", "parquet goes to a file: give --output FILE.parquet")
        return cls(asked, file, False)

    @classmethod
    def _resumed(cls, resume: str, asked: str | None, output: str | None) -> _Place:
        from rnnbound.cli.sweep_file import form_of

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
        raise wrong(layers.OPTION[name], "is swept by --over; give one of the two")
    blocks, faults = layers.blocks(values, source)
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
    from rnnbound.cli.json_text import bare, pick
    from rnnbound.cli.sweep_text import whole

    rows: list[Sequence[Any]] = []
    status, _ = _follow(sweep, _unchanged, rows.extend, drawing)
    if status is ExitCode.INTERRUPTED:
        return status
    text = bare(pick(whole(sweep, rows), path)) + "\n"
    with _target(file) as target:
        target.write(text.encode())
    return ExitCode.DONE


def _resume(sweep: Sweep, place: _Place, drawing: Drawing | None) -> ExitCode:
    from rnnbound.cli.sweep_file import SweepFile

    assert place.file is not None
    kept = SweepFile(place.file, sweep, place.format)
    with kept.appending() as file:
        status, done = _write_text(sweep, kept.form, file, drawing, start=kept.there)
    there = f", of which {kept.there:,} were there" if kept.there else ""
    missing = f" of {len(sweep):,} (interrupted; the same command goes on)"
    remark(f"{place.file}: {done:,} rows{missing if done < len(sweep) else ''}{there}")
    return status


def _deliver(sweep: Sweep, place: _Place, drawing: Drawing | None) -> ExitCode:
    try:
        with _target(place.file) as target:
            if place.format == "parquet":
                status, done = _write_parquet(sweep, target, drawing)
            else:
                form = _form(sweep, place.format)
                status, done = _write_text(sweep, form, target, drawing, form.header)
                target.write(form.footer(done == len(sweep)).encode())
                target.flush()
    except BrokenPipeError:  # the reader has seen enough
        abandon_stdout()
        return ExitCode.DONE
    if status is ExitCode.INTERRUPTED:
        remark(f"interrupted after {done:,} of {len(sweep):,} rows, which are kept")
    return status


def _form(sweep: Sweep, name: str) -> Form:
    from rnnbound.cli import sweep_text as text

    makers: dict[str, Callable[[Sweep], Form]] = {
        "csv": text.csv_form,
        "jsonl": text.lines_form,
        "json": text.json_form,
        "table": text.table_form,
    }
    return makers[name](sweep)


@contextmanager
def _target(file: Path | None) -> Iterator[BinaryIO]:
    """Where bytes go: a file that appears when it is whole, or stdout."""
    if file is not None:
        with replacing(file) as target:
            yield target
        return
    if sys.stdout is None:
        raise OSError("standard output is closed")
    sys.stdout.flush()
    stream = getattr(sys.stdout, "buffer", None)
    if stream is None:  # a replaced stream may have no bytes
        yield _Encoding()  # type: ignore[misc]
    else:
        yield stream
        stream.flush()


class _Encoding:
    """Bytes for a stdout that takes text only."""

    def write(self, data: bytes) -> int:
        return sys.stdout.write(data.decode())

    def flush(self) -> None:
        sys.stdout.flush()

    def isatty(self) -> bool:
        return sys.stdout.isatty()


def _write_text(
    sweep: Sweep,
    form: Form,
    file: BinaryIO,
    drawing: Drawing | None,
    header: str = "",
    start: int = 0,
) -> tuple[ExitCode, int]:
    """Write rows as they come; returns the status and the number of rows there are.

    The header comes with the first of them: what fails before that leaves no output.
    """
    waiting = [header]

    def keep(text: str) -> None:
        file.write((waiting.pop() + text if waiting else text).encode())
        file.flush()

    found = _follow(sweep, form.encode, keep, drawing, start, torn=file.isatty())
    keep("")
    return found


def _write_parquet(sweep: Sweep, file: BinaryIO, drawing: Drawing | None) -> tuple[ExitCode, int]:
    from rnnbound.cli.sweep_parquet import ParquetRows

    rows = ParquetRows(file, sweep.columns)
    with closing(rows):
        found = _follow(sweep, _unchanged, rows.add, drawing)
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
    torn: bool = False,
) -> tuple[ExitCode, int]:
    """Compute what is missing and keep it, until all is there or somebody interrupts.

    A progress bar among rows on the same terminal would be `torn`, and is not shown.
    """
    done = start
    if drawing is not None:
        sweep, encode, keep = drawing.beside(sweep, encode, keep, start)
    with ExitStack() as stack:
        bar = None if torn else stack.enter_context(progress_bar())
        task = bar.add_task("rows", total=len(sweep), completed=done) if bar else None
        blocks = stack.enter_context(closing(sweep.blocks(encode, start)))
        try:
            for count, made in blocks:
                keep(made)
                done += count
                if bar is not None and task is not None:
                    bar.update(task, completed=done)
        except KeyboardInterrupt:
            return ExitCode.INTERRUPTED, done
    return ExitCode.DONE, done
