"""Errata of arXiv:2402.12241v1 (section 8): what is printed, what is true, and why.

Symbols as in the theory: a bar over ν is left out, μ0 and μ1 are taken at α_mσ1 and horizon T
unless an argument says otherwise, μ1⁻ is μ1 at T − 1, φ = F_max + y_max, g = ½∂R.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from rnnbound.errors import shown, wrong
from rnnbound.numbers import number_reader
from rnnbound.theory import counterexamples
from rnnbound.theory.counterexamples import Counterexample

SOURCE: Final = "arXiv:2402.12241v1"

#: Between the slips of one erratum, in `printed` and `repaired` alike.
SEPARATOR: Final = "; "


@dataclass(frozen=True, slots=True)
class Erratum:
    """One item of the errata.

    Attributes:
        number: its number.
        where: statement or equation of :data:`SOURCE`.
        printed: the printed formulas, separated by :data:`SEPARATOR`.
        repaired: what they should be, as many and in the same order.
        reason: why.
        counterexample: computed when asked for; None where none is known or needed.
    """

    number: int
    where: str
    printed: str
    repaired: str
    reason: str
    counterexample: Counterexample | None = None

    @property
    def slips(self) -> tuple[tuple[str, str], ...]:
        """Pairs of a printed formula and its repair."""
        pairs = zip(self.printed.split(SEPARATOR), self.repaired.split(SEPARATOR), strict=True)
        return tuple(pairs)


@dataclass(frozen=True, slots=True)
class _Item:
    where: str
    slips: tuple[tuple[str, str], ...]
    reason: str
    counterexample: Callable[[], Counterexample] | None = None


_ITEMS: Final = (
    _Item(
        "Lemma 1, part 1 (L_t)",
        (("L = μ0²(σ0²+1)σ1²", "L = √(σ0²+1)·σ1μ0"),),
        "The printed L bounds the square of the gradient norm.",
        counterexamples.lipschitz,
    ),
    _Item(
        "Lemma 1, part 2 (β_t): equation (31) and the four blocks before it",
        (
            ("♣ = σ2(ασ1μ0+1)μ1", "♣ = σ2(α_mσ1μ0+1)μ1"),
            ("♦ = σ1²μ0² + σ0σ1μ0μ1", "♦ = σ1²μ0² + σ0♣"),
            ("♥ = μ1(σ1 + σ2 + ασ1σ2μ0)", "♥ = σ1²μ1⁻ + σ0♣"),
            ("♠ = σ1²μ0² + σ0σ2(ασ1μ0+1)μ1", "♠ = σ0σ1²(μ1⁻+μ0²) + σ0²♣"),
        ),
        "α_m, not α, bounds |W_ii| during training; factors σ0 and σ2 are lost and the "
        "derivative of W^k is left out of ♠. The printed β is unproved; no violation is known.",
    ),
    _Item(
        "Lemma 2, part 2 (γ_t)",
        (("γ = √2(L + α_mβ)", "γ = 2L + α_mβ"),),
        "The mixed term of the Hessian occurs twice and is counted once.",
        counterexamples.preactivation_smoothness,
    ),
    _Item(
        "Proposition 2 and the completion of (8)",
        (
            ("κ_t = E[Σ_{k,l=1}^{t−1} …]", "κ_t = E[Σ_{k,l=0}^{t−1} …]"),
            ("completion of (8) = RKHS of κ_t", "a proper part of it for odd σ"),
        ),
        "Proposition 1 starts at k = 0. For an odd σ (tanh, erf, sin, arctan) v_w(w0) and the "
        "odd part of v_u(u0) contribute nothing, so the class (8) does not fill the RKHS.",
    ),
    _Item(
        "Propositions 3 and 4",
        (
            ("2μ0(ασ1)σ1(ν_u+σ0ν_w)√(log(1/δ)/m)", "2μ0(ασ1)σ1(ν_u+σ0ν_w)√(log(2/δ)/m)"),
            ("Proposition 4 for any Θ", "for Θ with every |W_ii| ≤ α_m"),
        ),
        "The event has two sides. The proof of Proposition 3 has log(2/δ), but also a "
        "superfluous √2 and μ0(α_mσ1) for μ0(ασ1).",
        counterexamples.two_tails,
    ),
    _Item(
        "Theorem 1: equations (19) and (22), from Proposition 5",
        (
            (
                "err = L‖ν‖√log(2nT/δ) + …",
                "err = 2μ0(ασ1)σ1(ν_u+σ0ν_w)√log(2nT/δ) + …",
            ),
        ),
        "L‖ν‖ takes the place of Proposition 5's constant without a reason and can be smaller.",
        counterexamples.sampling_error,
    ),
    _Item(
        "Theorem 1, proof: before (22), (23), (24), (25)",
        (
            ("before (22): … ≥ 2‖ρ‖²(σ2Λ²+σ1γ)/√m", "… ≥ −2‖ρ‖²(σ2Λ²+σ1γ)/√m"),
            ("before (22): … ≥ L‖ν‖√(log(2nT/δ)/m)", "… ≥ −2y_max√(log(2nT/δ)/m)"),
            ("(23): … ≥ 2ηR − φ·err/√m", "… ≥ R − Tφ·err/√m"),
            ("(24): … ≤ TφL/m", "… ≤ TφL/√m"),
            ("(25): (T/√τ)(‖ν‖² + (Fφ)²L²) + …", "(T/√τ)(‖ν‖² + φ²L²)/2 + …"),
        ),
        "Lost signs and factors, a stray 2η and a stray F. The statement (18) has the right "
        "shape for steps along g = ½∂R.",
    ),
    _Item(
        "Corollary 1",
        (
            ("(6/m)(Λ²σ2+γσ1)‖ρ‖²", "(24T/m)(Λ²σ2+γσ1)²‖ρ‖⁴"),
            ("R^Lin = (1/2n) Σ_j Σ_t (…)²", "R^Lin = (1/n) Σ_j Σ_t (…)²"),
        ),
        "The linearisation error enters squared and summed over t; (1) has 1/n.",
    ),
    _Item(
        "Theorem 2: λ, m, τ_0 and the drift before (27)",
        (
            ("λ = L‖ν‖²/√ε", "λ = max((3/2)√T·L‖ν‖²/√ε, ν_w, ν_u)"),
            ("m ≥ (err² + λ²)/(2ε)", "m ≥ max(T·err²/ε, λ²/(2ε))"),
            ("τ_0 = ‖ν‖²/((1+√2)²ηε)", "τ_0 = ‖ν‖²/(ηε)"),
            ("−4ηR + 4η√R·err/√m + η²T²L²φ²", "−2ηR + 2η√(TR)·err/√m + η²T²L²φ²"),
        ),
        "λ lacks the √T of the proof and must reach ν_w and ν_u. Cauchy–Schwarz over t costs "
        "√T. The drift mixes the gradients of R and ½R. err/√m ≤ √(2ε) does not complete the "
        "square. (29) drops the cross term √(εR), so the printed τ_0 is too short.",
        counterexamples.stopping_time,
    ),
    _Item(
        "Remark 1 and Theorem 1 (informal)",
        (
            ("μ_T = O(1) if α < σ1", "μ_T = O(1) if α < 1/σ1"),
            ("μ_T = e^Ω(T) if α_m ≥ 1/σ1", "only if α_m > 1/σ1"),
        ),
        "The cutoff is 1/σ1. At α_m = 1/σ1 growth is polynomial: μ0 = T, μ1 = T(T+1)/2.",
    ),
    _Item(
        "Lemma 2, part 1 (Λ_t)",
        (("Λ = √2(σ0 + 1 + α_mμ0²(σ0²+1)σ1²)", "Λ = √2(σ0 + 1 + α_m√(σ0²+1)·σ1μ0)"),),
        "Λ contains the L of Lemma 1. Where that is too small and α_m is large, Λ is too small.",
        counterexamples.preactivation_lipschitz,
    ),
)

NUMBERS: Final = tuple(range(1, len(_ITEMS) + 1))


def errata(number: object = None) -> tuple[Erratum, ...]:
    """The errata of version 1 of the paper, with counterexamples computed now.

    Args:
        number: that erratum alone, 1 to 11; all of them if None.

    Raises:
        RequestError: there is no erratum of that number.
    """
    return tuple(map(_erratum, NUMBERS if number is None else (_read(number),)))


def _read(number: object) -> int:
    allowed = f"allowed: {', '.join(map(str, NUMBERS))}"
    try:
        read = number_reader.integer(number)
    except ValueError as error:
        raise wrong("number", f"{error} (given: {shown(number)}; {allowed})") from None
    if read not in NUMBERS:
        raise wrong("number", f"there is no such erratum (given: {shown(number)}; {allowed})")
    return read


def _erratum(number: int) -> Erratum:
    item = _ITEMS[number - 1]
    printed, repaired = (SEPARATOR.join(side) for side in zip(*item.slips, strict=True))
    found = item.counterexample() if item.counterexample else None
    return Erratum(number, item.where, printed, repaired, item.reason, found)
