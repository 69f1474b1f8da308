"""Where a result goes, in which form, and how it gets there whole."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rnnbound.cli.frame.exit_codes import ExitCode
from rnnbound.cli.frame.output_files import target_file, write_file
from rnnbound.cli.frame.streams import (
    SURROGATES,
    UnwrittenError,
    abandon_stdout,
    reconfigure,
    remark,
    say,
)
from rnnbound.parallel.progress import tell
from rnnbound.scenario.errors import shown, suggestion, wrong

if TYPE_CHECKING:
    from rnnbound.cli.frame.plot_option import Plot
    from rnnbound.presentation.charts.chart import Chart
    from rnnbound.presentation.terminal_page import Page

FORMATS: Final = ("table", "json", "csv")

#: What is said where a plot was asked for and there is nothing to show.
NOTHING: Final = "nothing to draw: no picture was made"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command found, in every form that can be asked for.

    Attributes:
        command: its name, for the JSON schema.
        data: the result; its fields are the JSON keys.
        rows: the CSV rows.
        table: draws the table for people.
        promise: what is guaranteed, for whom and under which assumption, in words; a key of the
            JSON object, and a column of CSV rows that have none of their own.
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
    promise: str | None = None
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
        from rnnbound.cli.frame.plot_option import Plot

        return replace(asked, plot=Plot.asked(plot, asked.format, asked.file))

    def deliver(self, answer: Answer) -> ExitCode:
        """Write the answer and say what else there is to say."""
        if answer.status is ExitCode.INTERRUPTED and self.file is not None:
            remark(f"interrupted; {self.file} is as it was")
            return answer.status
        self.write(self.text(answer))
        if self.plot is not None:
            tell("drawing")
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
            from rnnbound.presentation.terminal_page import Page

            page = Page.for_file() if self.file else Page.for_stdout()
            answer.table(page)
            return page.text
        if self.format == "csv":
            from rnnbound.presentation.writers.csv import table

            return table(_promising(answer))
        from rnnbound.cli.frame.result_paths import pick
        from rnnbound.presentation.writers.json import bare, document, dumps

        data = document(answer.command, answer.data)
        if answer.promise is not None:
            data["promise"] = answer.promise
        return dumps(data) if self.path is None else bare(pick(data, self.path))

    def write(self, text: str) -> None:
        """Write `text` as lines to where it was asked for."""
        if self.file is not None:
            write_file(self.file, text + "\n")
            return
        if self.format != "table":
            reconfigure(sys.stdout, encoding="utf-8", errors=SURROGATES)
        try:
            say(text)
        except UnwrittenError as error:
            if not error.gone:  # else the reader has seen enough; the answer stands
                raise
            abandon_stdout()


def _promising(answer: Answer) -> Iterable[Mapping[str, Any]]:
    if answer.promise is None:
        return answer.rows()
    return ({**row, "promise": row.get("promise", answer.promise)} for row in answer.rows())
