"""Command lines that a result points to."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from rnnbound.planning.results import Guarantee, Request
from rnnbound.scenario.scenario import Scenario
from rnnbound.theory.methods import METHODS

if TYPE_CHECKING:
    from rnnbound.comparison.results import Contender
    from rnnbound.data.dataset import Dataset, DataSummary

#: What the data call the file that they came from if it has no name.
_STDIN: Final = "standard input"
#: A size that certify proves within a minute or so, and one that is quick.
_WIDEST, _LONGEST = 2**14, 10**5
_QUICK: Final = (1024, 1000)


def data_options(data: Dataset | DataSummary, *, every: bool = False) -> Iterator[str]:
    """The words that read the same windows again.

    Args:
        data: the windows.
        every: name what is so by default, too.
    """
    origin = data.origin
    yield from ("--data", "-" if origin.file == _STDIN else origin.file)
    if origin.rows is not None:
        yield from ("--target", origin.target)
        if every or origin.inputs != (origin.target,):
            yield from ("--inputs", ",".join(origin.inputs))
        yield from ("--window", str(data.horizon))
        if every or origin.stride != 1:
            yield from ("--stride", str(origin.stride))
        if every or origin.lead != 1:
            yield from ("--lead", str(origin.lead))
    if origin.group is not None:
        yield from ("--group", origin.group)
    if data.scaling.bias is None:
        yield "--no-bias"
    elif every:
        yield "--bias"


def certify(
    data: Dataset | DataSummary,
    scenario: Scenario,
    request: Request,
    found: Guarantee | Contender | None,
) -> str:
    """The command that proves what training on the data is sure to reach, without a class.

    At the sizes of the guarantee, if a certificate of that size is soon made.
    """
    method = getattr(found, "method", request.method)
    width, iterations = (found.width, found.iterations) if found else (None, None)
    if width is None or iterations is None or width > _WIDEST or iterations > _LONGEST:
        width, iterations = _QUICK
    words = ["rnnbound", "certify", *data_options(data), "--alpha", str(scenario.alpha)]
    if not METHODS[method].tied:
        words += ["--method", "pgd"]
    return shlex.join([*words, "--width", str(width), "--iterations", str(iterations)])
