"""Guarantees on a page: the answer first, then what it rests on, then all variants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rnnbound.numbers import numerals
from rnnbound.planning.results import Guarantee, Request
from rnnbound.presentation.words import suggested_commands
from rnnbound.presentation.words.guarantees import (
    grounds,
    meaning,
    only_sizes,
    problem,
    promise,
    task,
    training,
)
from rnnbound.presentation.writers.json import plain
from rnnbound.scenario.scenario import Scenario
from rnnbound.theory.guarantee import WHY_NOT
from rnnbound.theory.methods import METHODS

if TYPE_CHECKING:
    from rnnbound.data.dataset import Dataset, DataSummary
    from rnnbound.presentation.terminal_page import Page


class Shown:
    """A plan or a bound in all variants, in the forms that a command gives it.

    Args:
        scenario, request, headline, variants: what was found.
        dataset: the data that the request is about, or None.
    """

    def __init__(
        self,
        scenario: Scenario,
        request: Request,
        headline: str,
        variants: Mapping[str, Guarantee],
        dataset: Dataset | DataSummary | None,
    ) -> None:
        self._scenario, self._request, self._dataset = scenario, request, dataset
        self._headline, self._variants = headline, variants

    def _promise(self, variant: str) -> str:
        found, certify = self._variants[variant], None
        if self._dataset is not None:
            certify = suggested_commands.certify(
                self._dataset, self._scenario, self._request, found
            )
        return promise(self._scenario, self._request, variant, found, certify)

    @property
    def promise(self) -> str:
        """The headline in words."""
        return self._promise(self._headline)

    @property
    def notes(self) -> tuple[str, ...]:
        """What is said beside the answer in every format."""
        return () if self._dataset is None else (only_sizes(self._dataset),)

    @property
    def problem(self) -> str | None:
        """Why there is no guarantee, as a line for stderr."""
        return problem(self._headline, self._variants[self._headline])

    def rows(self) -> Iterator[dict[str, Any]]:
        """CSV rows, one for each variant."""
        for name, found in self._variants.items():
            yield {"variant": name, **plain(found), "promise": self._promise(name)}

    def draw(self, page: Page) -> None:
        """Put it on a page."""
        best, method = self._variants[self._headline], self._request.method
        style = "bold red" if not best.feasible else "bold yellow" if best.vacuous else "bold"
        page.say(self.promise, style)
        if best.feasible:
            page.say(meaning(self._scenario), "dim")
        page.heading("Scenario")
        page.pairs([("task", task(self._scenario)), ("method", METHODS[method].title)])
        if best.feasible:
            page.heading("How to train")
            page.pairs(training(self._scenario, best, method))
            page.heading("What it rests on")
            page.pairs(grounds(best))
        page.heading("Variants")
        header = ("variant", "width", "iterations", "risk bound", "theorem")
        rows = (_row(name, found) for name, found in self._variants.items())
        page.table(header, rows, strong=self._headline)
        self._reasons(page)

    def _reasons(self, page: Page) -> None:
        """Why other variants have no answer, or none to trust."""
        reasons: dict[str | None, list[str]] = {}
        for name, found in self._variants.items():
            if not found.feasible and name != self._headline:
                reasons.setdefault(found.reason, []).append(name)
        for reason, names in reasons.items():
            page.say(f"{', '.join(names)}: {reason}", indent=2)
        for name in self._variants:
            if name in WHY_NOT:
                page.say(f"{name} is not a guarantee: {WHY_NOT[name]}.", indent=2)


def _row(name: str, found: Guarantee) -> tuple[str, ...]:
    return (
        name,
        numerals.count(found.width),
        numerals.count(found.iterations),
        numerals.real(found.risk_bound, up=True),
        numerals.MISSING if not found.feasible else "yes" if found.trusted else "no",
    )
