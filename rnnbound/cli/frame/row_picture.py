"""A picture of rows that are written as they come: what is drawn is computed along with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from rnnbound.cli.frame.output import NOTHING
from rnnbound.cli.frame.streams import remark
from rnnbound.parallel.progress_events import tell

if TYPE_CHECKING:
    from rnnbound.cli.frame.plot_option import Plot
    from rnnbound.presentation.charts.sweep_charts import Picture
    from rnnbound.sweeping.sweep import Sweep


@dataclass(slots=True)
class Drawing:
    """A picture of a sweep that is not there yet.

    Attributes:
        plot: where it goes.
        picture: how it is drawn.
        total: how many rows there will be.
        rows: what is drawn of each row, as far as they are known.
    """

    plot: Plot
    picture: Picture
    total: int
    rows: list[Sequence[Any]] = field(default_factory=list)

    @classmethod
    def of(cls, plot: Plot, sweep: Sweep) -> Drawing:
        """The picture of a sweep.

        Raises:
            RequestError: it cannot be drawn.
        """
        from rnnbound.presentation.charts.sweep_charts import Picture

        return cls(plot, Picture.of(sweep.grid, "--plot"), len(sweep))

    def beside(
        self, sweep: Sweep, encode: Callable[..., Any], keep: Callable[[Any], None], start: int
    ) -> tuple[Sweep, Callable[..., Any], Callable[[Any], None]]:
        """The same sweep, encoding and keeping, with what is drawn taken along.

        Rows before `start`, which a file has already, are computed for the picture alone.
        """
        from rnnbound.presentation.charts.sweep_charts import DRAWN

        if start:
            known = replace(sweep, columns=DRAWN)
            for _, rows in known.blocks(_rows):
                self.rows += rows
                if len(self.rows) >= start:
                    break
            del self.rows[start:]

        def both(made: tuple[Any, Sequence[Sequence[Any]]]) -> None:
            keep(made[0])
            self.rows += made[1]

        columns = tuple(dict.fromkeys((*sweep.columns, *DRAWN)))
        drawn = tuple(map(columns.index, DRAWN))
        beside = _Beside(len(sweep.columns), drawn, encode)
        return replace(sweep, columns=columns), beside, both

    def finish(self) -> None:
        """Draw it, if all rows are there."""
        tell("drawing")
        if len(self.rows) < self.total:
            remark("no picture was made, since not all rows are there")
            return
        charts = self.picture.charts(self.rows)
        if charts:
            self.plot.write(charts)
        else:
            remark(NOTHING)


def _rows(rows: Sequence[Sequence[Any]], first: int) -> Sequence[Sequence[Any]]:
    del first
    return rows


@dataclass(frozen=True, slots=True)
class _Beside:
    """Encodes the first columns of rows and takes those along that are drawn; picklable."""

    own: int
    drawn: tuple[int, ...]
    encode: Callable[..., Any]

    def __call__(self, rows: Sequence[Sequence[Any]], first: int) -> tuple[Any, Any]:
        made = self.encode([row[: self.own] for row in rows], first)
        return made, [tuple(row[place] for place in self.drawn) for row in rows]
