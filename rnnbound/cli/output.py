"""Where a result goes, in which form, and how it gets there whole."""

from __future__ import annotations

import codecs
import os
import stat
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from rnnbound.cli.exit_codes import ExitCode
from rnnbound.setting.faults import shown, suggestion, wrong

if TYPE_CHECKING:
    from rnnbound.charts.chart import Chart
    from rnnbound.cli.page import Page
    from rnnbound.cli.plotting import Plot

FORMATS: Final = ("table", "json", "csv")

#: What is said where a plot was asked for and there is nothing to show.
NOTHING: Final = "nothing to draw: no picture was made"
#: The error handler that spells symbols out.
SPELLED: Final = "rnnbound.spelled"
#: How a terminal that has no Unicode sees our symbols.
_SPELLINGS: Final = {
    "≤": "<=", "≥": ">=", "−": "-", "–": "-", "—": "-", "·": "*", "×": "x", "√": "sqrt", "…": "...",
    "α": "alpha", "δ": "delta", "ε": "epsilon", "η": "eta", "ν": "nu", "π": "pi", "ρ": "rho",
    "σ": "sigma", "τ": "tau", "Λ": "Lambda", "β": "beta", "γ": "gamma", "μ": "mu", "κ": "kappa",
    "‖": "||", "⟂": " perp ", "Θ": "Theta", "Γ": "Gamma", "Σ": "Sum", "Ω": "Omega", "φ": "phi",
    "λ": "lambda", "∂": "d", "⁻": "^-", "⁴": "^4", "♣": "club", "♦": "diamond", "♥": "heart",
    "♠": "spade", "²": "^2", "½": "1/2", "∞": "infinity", "─": "-", "━": "-", "’": "'",
    "†": "(1)",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command found, in every form that can be asked for.

    Attributes:
        command: its name, for the JSON schema.
        data: the result; its fields are the JSON keys.
        rows: the CSV rows.
        table: draws the table for people.
        holds: whether the answer is yes.
        notes: lines for stderr in every format.
        problem: why the answer is no; for stderr unless the table says it.
        status: the exit code, where `holds` does not say it.
        charts: what `--plot` draws; none if there is nothing to draw.
    """

    command: str
    data: object
    rows: Callable[[], Iterable[Mapping[str, Any]]]
    table: Callable[[Page], None]
    holds: bool = True
    notes: tuple[str, ...] = ()
    problem: str | None = None
    status: ExitCode | None = None
    charts: Callable[[], Sequence[Chart]] | None = None


@dataclass(frozen=True, slots=True)
class Output:
    """The form and the place that were asked for, checked before anything is computed."""

    format: str
    path: str | None
    file: Path | None
    plot: Plot | None = None

    @classmethod
    def asked(
        cls,
        format: str | None,
        json: bool,
        get: str | None,
        output: str | None,
        plot: str | None = None,
    ) -> Output:
        """Read the output options.

        Raises:
            RequestError: they contradict each other, or the file cannot be written.
        """
        if format is not None and format not in FORMATS:
            raise wrong("--format", f"{shown(format)} is unknown; {suggestion(format, FORMATS)}")
        data_only = "--get" if get is not None else "--json"
        if (json or get is not None) and format not in {None, "json"}:
            raise wrong("--format", f"{shown(format)} contradicts {data_only}, which means JSON")
        form = "json" if json or get is not None else format or "table"
        asked = cls(form, get, target_file("--output", output))
        if plot is None:
            return asked
        from rnnbound.cli.plotting import Plot

        return replace(asked, plot=Plot.asked(plot, asked.format, asked.file))

    def deliver(self, answer: Answer) -> ExitCode:
        """Write the answer and say what else there is to say."""
        self.write(self.text(answer))
        if self.plot is not None:
            charts = answer.charts() if answer.charts else ()
            if charts:
                self.plot.write(charts)
            else:
                remark(NOTHING)
        problem = answer.problem if self.format != "table" and not answer.holds else None
        for note in (*answer.notes, *([problem] if problem else [])):
            remark(note)
        if answer.status is not None:
            return answer.status
        return ExitCode.DONE if answer.holds else ExitCode.NO

    def text(self, answer: Answer) -> str:
        """The answer in the form that was asked for."""
        if self.format == "table":
            from rnnbound.cli.page import Page

            page = Page.for_file() if self.file else Page.for_stdout()
            answer.table(page)
            return page.text
        if self.format == "csv":
            from rnnbound.cli.csv_text import table

            return table(answer.rows())
        from rnnbound.cli.json_text import bare, document, dumps, pick

        data = document(answer.command, answer.data)
        return dumps(data) if self.path is None else bare(pick(data, self.path))

    def write(self, text: str) -> None:
        """Write `text` as lines to where it was asked for."""
        if self.file is not None:
            write_file(self.file, text + "\n")
            return
        if sys.stdout is None:
            raise OSError("standard output is closed")
        if self.format != "table":
            _reconfigure(sys.stdout, encoding="utf-8", errors="strict")
        try:
            print(text, flush=True)  # noqa: T201
        except BrokenPipeError:  # the reader has seen enough; the answer stands
            abandon_stdout()


def target_file(option: str, name: str | None) -> Path | None:
    """The file that an option names; None for stdout.

    Raises:
        RequestError: it cannot be written.
    """
    if name is None or name == "-":
        return None
    path = Path(name)
    if not name or path.is_dir():
        raise wrong(option, f"{shown(name)} is a directory; give the name of a file")
    folder = Path(os.path.realpath(path)).parent
    if not path.exists() and not folder.is_dir():
        raise wrong(option, f"there is no directory {shown(str(folder))} (given: {shown(name)})")
    if not os.access(path if path.exists() and not path.is_file() else folder, os.W_OK):
        raise wrong(option, f"{shown(name)} cannot be written: permission denied")
    return path


def write_file(path: Path, content: str | bytes) -> None:
    """Replace a file by `content` in one step; a device or a pipe is written to."""
    with replacing(path) as file:
        file.write(content.encode("utf-8") if isinstance(content, str) else content)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file that takes the place of `path` once all is written; a device or a pipe itself."""
    exists = path.exists()
    mode = path.stat().st_mode if exists else stat.S_IFREG
    if not stat.S_ISREG(mode):
        with path.open("wb") as file:
            yield file
        return
    target = Path(os.path.realpath(path))
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(stat.S_IMODE(mode) if exists else 0o666 & ~_umask())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def remark(line: str) -> None:
    """Say something on stderr, if there is anyone to hear it."""
    if sys.stderr is not None:
        with suppress(OSError):
            print(line, file=sys.stderr, flush=True)  # noqa: T201


def degrade_gracefully() -> None:
    """Spell out symbols that the terminal's encoding lacks, rather than fail on them."""
    codecs.register_error(SPELLED, _spell)
    for stream in (sys.stdout, sys.stderr):
        _reconfigure(stream, errors=SPELLED)


def _spell(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    missing = error.object[error.start : error.end]
    return "".join(_SPELLINGS.get(c, "?") for c in missing), error.end


def _reconfigure(stream: Any, **settings: str) -> None:
    if hasattr(stream, "reconfigure"):  # a replaced stream may not have it
        stream.reconfigure(**settings)


def abandon_stdout() -> None:
    """Let the rest of stdout go nowhere, so that closing it cannot fail again."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    except (OSError, ValueError, AttributeError):
        pass
