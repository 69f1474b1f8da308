"""Rows that are written as they come: to standard output, to a file, after those of a file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from rnnbound.cli.frame.exit_codes import ExitCode
from rnnbound.cli.frame.output_files import replacing
from rnnbound.cli.frame.streams import UnwrittenError, abandon_stdout, remark, writing
from rnnbound.parallel.lost_work import WorkerLostError
from rnnbound.parallel.progress_events import tell

if TYPE_CHECKING:
    from rnnbound.cli.frame.output import Output
    from rnnbound.cli.frame.row_picture import Drawing
    from rnnbound.presentation.output_formats import RowSink, RowWriter
    from rnnbound.sweeping.sweep import Sweep


def deliver(sweep: Sweep, output: Output) -> ExitCode:
    """Compute the rows and write them in the form and to the place that were asked for."""
    from rnnbound.presentation.sweep_table import of_sweep

    drawing = None
    if output.plot is not None:
        from rnnbound.cli.frame.row_picture import Drawing

        drawing = Drawing.of(output.plot, sweep)
    run = _Run(sweep, output, drawing)
    if output.path is not None:
        status = run.value(output.path)
    elif output.resumed:
        status = run.resume()
    else:
        writer = output.format.rows(of_sweep(sweep))
        status = run.print(writer) if output.file is None else run.file(writer)
    if drawing is not None:
        drawing.finish()
    return status


@dataclass(frozen=True, slots=True)
class _Run:
    """A sweep on its way to where it goes.

    Attributes:
        drawing: what is drawn of it along the way, if anything.
    """

    sweep: Sweep
    output: Output
    drawing: Drawing | None

    def value(self, path: str) -> ExitCode:
        """Write one value of the JSON object."""
        from rnnbound.cli.frame.result_paths import Entries, check, pick
        from rnnbound.presentation.sweep_table import summary, whole
        from rnnbound.presentation.writers.json import bare

        row = dict.fromkeys(self.sweep.columns, float)
        check(
            {**summary(self.sweep), "rows": Entries(row, len(self.sweep)), "complete": bool}, path
        )
        rows: list[Sequence[Any]] = []
        _, ended = self._follow(_unchanged, rows.extend)
        if ended is not None:
            raise ended
        self.output.write(bare(pick(whole(self.sweep, rows), path)))
        return ExitCode.DONE

    def resume(self) -> ExitCode:
        """Append the rows that a file lacks."""
        from rnnbound.cli.frame.resumable_file import SweepFile
        from rnnbound.presentation.sweep_table import of_sweep

        path = self.output.file
        assert path is not None, "a file is resumed"
        kept = SweepFile(path, self.sweep, self.output.format, of_sweep(self.sweep))
        with kept.appending() as file:
            sink = kept.writer.sink(file, begun=True)
            done, ended = self._write(kept.writer, sink, start=kept.there)
        there = f", of which {kept.there:,} were there" if kept.there else ""
        missing = f" of {len(self.sweep):,} (interrupted; the same command goes on)"
        missing = missing if done < len(self.sweep) else ""
        remark(f"{path}: {done:,} rows{missing}{there}")
        return _status(ended)

    def print(self, writer: RowWriter) -> ExitCode:
        """Write them to standard output."""
        try:
            done, ended = self._write(writer, writer.sink(_stdout()))
        except UnwrittenError as error:
            if not error.gone:  # else the reader has seen enough
                raise
            abandon_stdout()
            return ExitCode.DONE
        if ended is not None:
            remark(f"stopped after {done:,} of {len(self.sweep):,} rows")
        return _status(ended)

    def file(self, writer: RowWriter) -> ExitCode:
        """Write all of them to a file, or leave it as it is."""
        path = self.output.file
        assert path is not None, "they go to a file"
        with replacing(path) as file:
            with writing(str(path)):
                sink = writer.sink(file)
            done, ended = self._write(writer, sink)
            if ended is not None:
                remark(
                    f"stopped after {done:,} of {len(self.sweep):,} rows; {path} is as it was "
                    "(--resume FILE keeps the rows there are, and goes on)"
                )
                raise ended
        return ExitCode.DONE

    def _write(
        self, writer: RowWriter, sink: RowSink, start: int = 0
    ) -> tuple[int, BaseException | None]:
        """Write rows as they come; returns how many there are, and what ended it early."""
        where = str(self.output.file or "")

        def keep(piece: Any) -> None:
            with writing(where):
                sink.write(piece)

        done, ended = self._follow(writer.encode, keep, start)
        with writing(where):
            said = sink.close(done == len(self.sweep))
        if said:
            remark(said)
        return done, ended

    def _follow(
        self, encode: Callable[..., Any], keep: Callable[[Any], None], start: int = 0
    ) -> tuple[int, BaseException | None]:
        """Compute what is missing and keep it, until all is there or something ends it.

        Returns:
            How many rows there are, and the interruption or the loss that ended it, if one did.
        """
        done, sweep = start, self.sweep
        if self.drawing is not None:
            sweep, encode, keep = self.drawing.beside(sweep, encode, keep, start)
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


def _status(ended: BaseException | None) -> ExitCode:
    """The exit code of a sweep that came so far."""
    if ended is None:
        return ExitCode.DONE
    if isinstance(ended, KeyboardInterrupt):
        return ExitCode.INTERRUPTED
    raise ended


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


def _unchanged(rows: Sequence[Any], first: int) -> Sequence[Any]:
    del first
    return rows
