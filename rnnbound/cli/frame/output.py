"""Where a result goes, in which form, and how it gets there whole."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rnnbound.cli.frame.exit_codes import ExitCode
from rnnbound.cli.frame.output_files import target_file, write_file
from rnnbound.cli.frame.streams import (
    UnwrittenError,
    abandon_stdout,
    reconfigure,
    remark,
    say,
)
from rnnbound.errors import shown, suggestion, wrong
from rnnbound.parallel.progress_events import tell
from rnnbound.presentation.command_result import Answer
from rnnbound.presentation.output_formats import DEFAULT, SURROGATES, Format, formats

if TYPE_CHECKING:
    from rnnbound.cli.frame.plot_option import Plot

#: What is said where a plot was asked for and there is nothing to show.
NOTHING: Final = "nothing to draw: no picture was made"


@dataclass(frozen=True, slots=True)
class Output:
    """The form and the place that were asked for, checked before anything is computed.

    Attributes:
        format: the form of the result.
        path: of the one value of the JSON result that was asked for; None for all of it.
        file: where it goes; None for standard output.
        plot: the picture that was asked for as well.
        resumed: whether the file holds rows already, and is appended to.
    """

    format: Format
    path: str | None
    file: Path | None
    plot: Plot | None = None
    resumed: bool = False

    @classmethod
    def asked(
        cls,
        format: str | None,
        json: bool,
        get: str | None,
        output: str | None,
        plot: str | None = None,
        *,
        rows: bool = False,
        resume: str | None = None,
    ) -> Output:
        """Read the output options.

        Args:
            format, json, get, output, plot, resume: their values.
            rows: the result is rows that are written as they come, to a file whose name says
                their format.

        Raises:
            RequestError: they contradict each other, or the file cannot be written.
        """
        known = formats()
        if format is not None and format not in known:
            hint = suggestion(format, tuple(known))
            raise wrong("--format", f"{shown(format)} is unknown; {hint}")
        data_only = "--get" if get is not None else "--json"
        if (json or get is not None) and format not in {None, "json"}:
            raise wrong("--format", f"{shown(format)} contradicts {data_only}, which means JSON")
        name = "json" if json or get is not None else format
        file: Path | None
        if resume is not None:
            if output is not None:
                raise wrong("--output", "goes without --resume, which names the file of the rows")
            form, file = _resumed(resume, name)
        else:
            file = target_file("--output", output)
            meant = _of_suffix(file) if rows and file is not None else None
            form = known[name or meant or DEFAULT]
        if form.require is not None:
            form.require()
        if form.to_file and file is None:
            suffix = form.suffixes[0]
            raise wrong("--format", f"{form.name} goes to a file: give --output FILE{suffix}")
        picture = None
        if plot is not None:
            from rnnbound.cli.frame.plot_option import Plot

            picture = Plot.asked(plot, form, file)
        return cls(form, get, file, picture, resume is not None)

    def deliver(self, answer: Answer) -> ExitCode:
        """Write the answer and say what else there is to say."""
        if answer.status == ExitCode.INTERRUPTED and self.file is not None:
            remark(f"interrupted; {self.file} is as it was")
            return ExitCode.INTERRUPTED
        self.write(*self._made(answer))
        if self.plot is not None:
            tell("drawing")
            charts = answer.charts() if answer.charts else ()
            if charts:
                self.plot.write(charts)
            else:
                remark(NOTHING)
        problem = None if self.format.for_people or answer.holds else answer.problem
        for note in (*answer.notes, *([problem] if problem else [])):
            remark(note)
        if answer.status is not None:
            return ExitCode(answer.status)
        return ExitCode.DONE if answer.holds else ExitCode.NO

    def _made(self, answer: Answer) -> tuple[str | bytes, str]:
        """The answer in the form that was asked for, and what is to be said of that."""
        if self.path is None:
            return self.format.of(answer, to_file=self.file is not None)
        from rnnbound.cli.frame.result_paths import pick
        from rnnbound.presentation.writers.json import bare, of_answer

        return bare(pick(of_answer(answer), self.path)), ""

    def write(self, content: str | bytes, said: str = "") -> None:
        """Write lines or bytes to where they were asked for, and what there is to say of them."""
        if self.file is not None:
            write_file(self.file, content + "\n" if isinstance(content, str) else content)
        else:
            assert isinstance(content, str), "what is no text has a file"
            self._print(content)
        if said:
            remark(said)

    def _print(self, text: str) -> None:
        if not self.format.for_people:
            reconfigure(sys.stdout, encoding="utf-8", errors=SURROGATES)
        try:
            say(text)
        except UnwrittenError as error:
            if not error.gone:  # else the reader has seen enough; the answer stands
                raise
            abandon_stdout()


def _of_suffix(file: Path) -> str | None:
    """The format that the name of a file means."""
    suffix = file.suffix.lower()
    return next((one.name for one in formats().values() if suffix in one.suffixes), None)


def _resumed(resume: str, asked: str | None) -> tuple[Format, Path]:
    """The format and the file of rows that may be there already."""
    file = target_file("--resume", resume)
    if file is None:
        raise wrong("--resume", f"must name a file (given: {shown(resume)})")
    suffixes = {x: one for one in formats().values() if one.resumable for x in one.suffixes}
    found = suffixes.get(file.suffix.lower())
    if found is None:
        ends = " or ".join(suffixes)
        raise wrong("--resume", f"must end in {ends} (given: {shown(str(file))})")
    if asked not in {None, found.name}:
        raise wrong("--format", f"{shown(asked)} contradicts --resume {file.name}")
    return found, file
