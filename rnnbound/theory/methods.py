"""The training methods that have guarantees: one record each, which everything else asks.

A record loads its theorems when they are first asked for, so that a command line can list the
methods without loading the theory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final

from rnnbound.theory.guarantee import VARIANTS, Theorem

if TYPE_CHECKING:
    from rnnbound.theory.projected_descent import SharpTheorem

#: The forms of a statement, the preferred one first, which share their constants: each is a
#: :class:`rnnbound.theory.guarantee.Theorem`, or there is one, a Theorem2.
Forms = tuple[Any, ...]
#: The forms by variant.
Theorems = Mapping[str, Forms]


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """How to train, and which theorems speak of it.

    Attributes:
        name: what the command line calls it.
        title: in words.
        refines: the method whose pairs of neurons it keeps mirrored (section 6.3); None if it
            does not tie pairs.
        stochastic: whether a step visits a mini-batch instead of all the samples.
        averages: whether the guarantee is about the average iterate.
        projects: whether the weights are projected.
        absent: why there is no theorem, by variant; there is one of every other variant.
        theorems: makes the theorems, by variant.
        formula: what `formula` calls the bound of its theorems.
        formula_title: what the statement is called there.
        requirements: further statements of `formula` that say what its plans take.
    """

    name: str
    title: str
    refines: str | None
    stochastic: bool
    averages: bool
    projects: bool
    absent: Mapping[str, str]
    theorems: Callable[[], Theorems]
    formula: str
    formula_title: str
    requirements: tuple[str, ...]

    def __post_init__(self) -> None:
        for field in fields(self):
            if getattr(self, field.name) == "":
                raise self._wrong(field.name, "is empty")
        for variant in self.absent:
            if variant not in VARIANTS:
                raise self._wrong("absent", f"speaks of {variant!r}, which is no variant")

    def _wrong(self, field: str, what: str) -> ValueError:
        return ValueError(f"method {self.name!r}: {field} {what}")

    @property
    def tied(self) -> bool:
        """Whether the two neurons of each pair stay mirrored."""
        return self.refines is not None

    @property
    def variants(self) -> tuple[str, ...]:
        """The variants that have a theorem."""
        return tuple(variant for variant in VARIANTS if variant not in self.absent)

    def forms(self, variant: str) -> Forms:
        """The theorem of a variant in all its forms.

        Raises:
            KeyError: there is none; `absent` says why.
        """
        if self.name not in _MADE or _MADE[self.name][0] is not self:
            _MADE[self.name] = self, self._checked()
        return _MADE[self.name][1][variant]

    def _checked(self) -> Theorems:
        """The theorems, which must be what the record says that they are."""
        from rnnbound.theory.unprojected_descent import Theorem2

        made = self.theorems()
        for variant in VARIANTS:
            if (variant in made) == (variant in self.absent):
                both = "a theorem and a reason for its absence" if variant in made else "neither"
                raise self._wrong("theorems", f"and absent have {both} for {variant!r}")
        for variant, forms in made.items():
            if not forms:
                raise self._wrong("theorems", f"has no form of {variant!r}")
            for form in forms:
                if not isinstance(form, Theorem | Theorem2):
                    raise self._wrong("theorems", f"has {form!r}, which is no theorem")
                for field, seen in (
                    ("stochastic", form.expectation == "sampling"),
                    ("averages", form.iterate == "average"),
                    ("projects", form.projects),
                ):
                    if getattr(self, field) != seen:
                        raise self._wrong(field, f"is {not seen}, but {form.title} says {seen}")
        return made


#: The theorems that were made, and of which record.
_MADE: Final[dict[str, tuple[Method, Theorems]]] = {}


def register(method: Method) -> None:
    """Make a method known to everything.

    Raises:
        ValueError: the record contradicts itself, its theorems, or the others; names the field.
    """
    if method.name in METHODS:
        raise ValueError(f"method {method.name!r}: name is that of another method")
    if method.refines is not None and method.refines not in METHODS:
        raise ValueError(f"method {method.name!r}: refines {method.refines!r}, which is no method")
    if any(one.formula == method.formula for one in METHODS.values()):
        raise ValueError(f"method {method.name!r}: formula is that of another method")
    method.forms(method.variants[0])
    METHODS[method.name] = method


def tied_form(name: str) -> Method | None:
    """The method that keeps pairs mirrored and trains as `name` does otherwise."""
    return next((method for method in METHODS.values() if method.refines == name), None)


def statements() -> tuple[tuple[str, str], ...]:
    """Every method with every variant that has a theorem."""
    return tuple((name, variant) for name, one in METHODS.items() for variant in one.variants)


def _tight(*forms: type[SharpTheorem]) -> Forms:
    """Sharp theorems with tight constants."""
    from rnnbound.theory.tight_constants import TightConstants

    return tuple(form(TightConstants, form.statement.replace("Sharp", "Tight")) for form in forms)


def _pgd() -> Theorems:
    from rnnbound.theory.long_steps import TightDescent, TightLongSteps, from_start
    from rnnbound.theory.paper_constants import CorrectedConstants, PrintedConstants
    from rnnbound.theory.projected_descent import SharpDescent, SharpDrift, Theorem1
    from rnnbound.theory.sharp_constants import SharpConstants

    return {
        "printed": (Theorem1(PrintedConstants),),
        "corrected": (Theorem1(CorrectedConstants),),
        "sharp": (SharpDescent(SharpConstants), SharpDrift(SharpConstants)),
        "tight": _tight(
            from_start(TightLongSteps),
            TightLongSteps,
            from_start(TightDescent),
            TightDescent,
            SharpDrift,
        ),
    }


def _pgd_average() -> Theorems:
    from rnnbound.theory.average_iterate import Corollary1Corrected, Corollary1Printed, SharpAverage
    from rnnbound.theory.sharp_constants import SharpConstants

    return {
        "printed": (Corollary1Printed(),),
        "corrected": (Corollary1Corrected(),),
        "sharp": (SharpAverage(SharpConstants),),
        "tight": _tight(SharpAverage),
    }


def _sgd() -> Theorems:
    from rnnbound.theory.paper_constants import CorrectedConstants
    from rnnbound.theory.projected_descent import Theorem1SGD
    from rnnbound.theory.sharp_constants import SharpConstants
    from rnnbound.theory.stochastic_descent import SharpSGD

    return {
        "corrected": (Theorem1SGD(CorrectedConstants, "Theorem 1 for sgd, in expectation"),),
        "sharp": (SharpSGD(SharpConstants),),
        "tight": _tight(SharpSGD),
    }


def _gd() -> Theorems:
    from rnnbound.theory.sharp_constants import SharpConstants
    from rnnbound.theory.unprojected_descent import (
        SharpTheorem2,
        Theorem2Corrected,
        Theorem2Printed,
    )

    return {
        "printed": (Theorem2Printed(),),
        "corrected": (Theorem2Corrected(),),
        "sharp": (SharpTheorem2(SharpConstants),),
        "tight": _tight(SharpTheorem2),
    }


def _tied() -> Theorems:
    from rnnbound.theory.long_steps import TiedDescent, TiedLongSteps, from_start
    from rnnbound.theory.tied import TiedDrift

    return {
        "tight": _tight(
            from_start(TiedLongSteps),
            TiedLongSteps,
            from_start(TiedDescent),
            TiedDescent,
            TiedDrift,
        )
    }


def _tied_average() -> Theorems:
    from rnnbound.theory.tied import TiedAverage

    return {"tight": _tight(TiedAverage)}


def _tied_sgd() -> Theorems:
    from rnnbound.theory.tied import TiedSGD

    return {"tight": _tight(TiedSGD)}


_TIGHT_ALONE: Final = dict.fromkeys(
    ("printed", "corrected", "sharp"), "tied pairs have the variant tight alone"
)

_LISTED: Final = (
    Method(
        name="pgd",
        title="projected gradient descent",
        refines=None,
        stochastic=False,
        averages=False,
        projects=True,
        absent={},
        theorems=_pgd,
        formula="theorem1",
        formula_title="Theorem 1: projected gradient descent",
        requirements=(),
    ),
    Method(
        name="pgd-average",
        title="projected gradient descent, average iterate",
        refines=None,
        stochastic=False,
        averages=True,
        projects=True,
        absent={},
        theorems=_pgd_average,
        formula="corollary1",
        formula_title="Corollary 1: average iterate",
        requirements=(),
    ),
    Method(
        name="sgd",
        title="projected stochastic gradient descent",
        refines=None,
        stochastic=True,
        averages=False,
        projects=True,
        absent={
            "printed": "version 1 of the paper states no bound for stochastic gradient descent"
        },
        theorems=_sgd,
        formula="sgd",
        formula_title="Projected SGD",
        requirements=(),
    ),
    Method(
        name="gd",
        title="gradient descent without projection",
        refines=None,
        stochastic=False,
        averages=False,
        projects=False,
        absent={},
        theorems=_gd,
        formula="theorem2",
        formula_title="Theorem 2: gradient descent without projection",
        requirements=("theorem2-m", "theorem2-tau"),
    ),
    Method(
        name="tied",
        title="projected gradient descent with tied pairs",
        refines="pgd",
        stochastic=False,
        averages=False,
        projects=True,
        absent=_TIGHT_ALONE,
        theorems=_tied,
        formula="tied",
        formula_title="Tied pairs: projected gradient descent",
        requirements=(),
    ),
    Method(
        name="tied-average",
        title="projected gradient descent with tied pairs, average iterate",
        refines="pgd-average",
        stochastic=False,
        averages=True,
        projects=True,
        absent=_TIGHT_ALONE,
        theorems=_tied_average,
        formula="tied-average",
        formula_title="Tied pairs (average iterate)",
        requirements=(),
    ),
    Method(
        name="tied-sgd",
        title="projected stochastic gradient descent with tied pairs",
        refines="sgd",
        stochastic=True,
        averages=False,
        projects=True,
        absent=_TIGHT_ALONE,
        theorems=_tied_sgd,
        formula="tied-sgd",
        formula_title="Tied SGD",
        requirements=(),
    ),
)

#: The methods by name, in the order in which they are listed.
METHODS: Final[dict[str, Method]] = {method.name: method for method in _LISTED}
