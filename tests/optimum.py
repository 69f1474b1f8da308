"""Independent inversion of the bounds of :mod:`tests.naive`: dense scans and brute force."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any

from tests.naive import Naive, Needs, doubles, mp, mpf, root

#: What doubles may get wrong of a ratio of bounds.
_ROUNDING = 1e-9


def digits(*counts: Any) -> int:
    """Decimal digits that tell these counts from their neighbours, with a margin."""
    return 40 + sum(len(str(int(count))) for count in counts)


def meets(own: Naive, method: str, variant: str, m: int, tau: int, epsilon: mpf) -> bool:
    """Whether the bound at (m, τ) is at most ε."""
    if method == "gd" and variant != "sharp":
        return _internal_meets(own, variant, mpf(m), mpf(tau), epsilon)
    return own.risk(method, variant, m, tau).risk <= epsilon


def _internal_meets(own: Naive, variant: str, m: mpf, tau: mpf, epsilon: mpf) -> bool:
    """Whether some internal ε' ≤ 4ε/9 asks for no more than (m, τ).

    Those that ask for no more than m form an interval of log ε', and so do those for τ; a search
    in doubles finds a point of each, and roots in full precision its ends.
    """
    top = mp.log(4 * epsilon / 9)
    grid, scanned = _scanned(own.scenario, variant, epsilon)
    grid = [*grid[:-1], top]
    lefts, rights = [], [top]
    for which, limit in (("m", m), ("tau", tau)):
        over = partial(_over, own, variant, which, limit)
        lowest = min(range(len(grid)), key=lambda k: getattr(scanned[k], which))
        inside = grid[lowest]
        if over(inside) > 0:
            around = grid[max(lowest - 1, 0) : lowest + 2]
            with doubles():
                rough = Naive(own.scenario)
                about, value = least(partial(_over, rough, variant, which, limit), around)
            if value > _ROUNDING:
                return False
            inside = min(mpf(about), top)
            if over(inside) > 0:
                inside, value = least(over, around)
                if value > 0:
                    return False
        lefts.append(root(over, grid[0], inside))
        rights.append(root(over, top, inside))
    return max(lefts) <= min(rights)


def _over(own: Naive, variant: str, which: str, limit: mpf, y: mpf) -> mpf:
    """How far what the internal ε' = e^y asks for is above the limit, in logarithms."""
    return mp.log(getattr(own.needs(variant, mp.exp(y)), which) / mpf(limit))


@cache
def _scanned(scenario: Any, variant: str, epsilon: mpf) -> tuple[list[mpf], list[Needs]]:
    """Internal ε' up to 4ε/9, in logarithms, and what they ask for, in low precision."""
    with mp.workdps(15):
        rough, top = Naive(scenario), mp.log(4 * epsilon / 9)
        grid = _grid(top - 40, top, 100)
        return grid, [rough.needs(variant, mp.exp(y)) for y in grid]


def least(function: Callable[[mpf], mpf], grid: list[mpf]) -> tuple[mpf, mpf]:
    """The minimiser on a grid, refined by golden sections, and the minimum."""
    values = [function(x) for x in grid]
    best = min(range(len(grid)), key=values.__getitem__)
    low, high = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    ratio = (mp.sqrt(5) - 1) / 2
    x, y = high - ratio * (high - low), low + ratio * (high - low)
    fx, fy = function(x), function(y)
    found = (grid[best], values[best])
    # Where it is, to half the digits: the minimum is then right to all of them.
    while high - low > mpf(10) ** ((5 - mp.dps) / 2):
        if fx <= fy:
            high, y, fy = y, x, fx
            x = high - ratio * (high - low)
            fx = function(x)
        else:
            low, x, fx = x, y, fy
            y = low + ratio * (high - low)
            fy = function(y)
    return min([found, (x, fx), (y, fy)], key=lambda pair: pair[1])


def _grid(low: Any, high: Any, count: int) -> list[mpf]:
    low, high = mpf(low), mpf(high)
    return [low + (high - low) * k / count for k in range(count + 1)]


def real_steps(own: Naive, method: str, variant: str, m: mpf, epsilon: mpf) -> mpf | None:
    """The real τ at which the bound of a projected method at width m is ε; None if never."""
    forms = ("drift", "descent") if (method, variant) == ("pgd", "sharp") else (method,)
    found = []
    for form in forms:
        if variant == "sharp":
            once = own.sharp_form(form, m, mpf(1))
        else:
            once = own.paper_risk(method, variant, m, mpf(1))
        summed = variant != "sharp" or form == "descent"
        budget = epsilon if summed else mp.sqrt(epsilon)
        rest = mp.fsum(x for name, x in once.terms.items() if name != "optimization")
        if rest < budget:
            ratio = once.terms["optimization"] / (budget - rest)
            found.append(ratio if form == "descent" else ratio**2)
    return max(mpf(1), min(found)) if found else None


def projected_work(own: Naive, method: str, variant: str, epsilon: mpf, near: int) -> mpf:
    """log of the least m·τ over real m ≥ 2, τ ≥ 1: a scan of 24 e-folds around `near`."""

    def work(x: mpf) -> mpf:
        tau = real_steps(own, method, variant, mp.exp(x), epsilon)
        return mpf("inf") if tau is None else x + mp.log(tau)

    return _scan(work, near)


def sharp_gd_work(own: Naive, epsilon: mpf, near: int) -> mpf:
    """The same for sharp gd: the least τ at each width, from a scan over a."""

    def work(x: mpf) -> mpf:
        tau = sharp_gd_steps(own, mp.exp(x), epsilon)
        return mpf("inf") if tau is None else x + mp.log(max(tau, 1))

    return _scan(work, near)


def sharp_gd_steps(own: Naive, m: mpf, epsilon: mpf) -> mpf | None:
    """The least real τ: at the smallest a > α where the τ needed is one that a allows."""

    def lack(z: mpf) -> mpf:
        a = own.alpha + mp.exp(z)
        c = own.sharp(a)
        left = mp.sqrt(epsilon) - c["K"] / mp.sqrt(m)
        if left <= 0:
            return mpf(100)
        needed = max(c["S"] * own.nu2 / left**2, 1)
        return mp.log(own.reach(a, m, needed) - own.alpha) - z

    first = mp.log(max(own.nu_w, mpf("1e-9")) / mp.sqrt(m))
    grid = _grid(first, mp.log(10 * own.alpha + 10), 30)
    before = first - 40
    for z in grid:
        if lack(z) <= 0:
            c = own.sharp(own.alpha + mp.exp(root(lack, before, z)))
            return c["S"] * own.nu2 / (mp.sqrt(epsilon) - c["K"] / mp.sqrt(m)) ** 2
        before = z
    return None


def internal_work(own: Naive, variant: str, epsilon: mpf) -> mpf:
    """log of the least m·τ over internal ε ≤ 4ε/9 of Theorem 2, printed or corrected."""
    top = mp.log(4 * epsilon / 9)

    def work(below: mpf) -> mpf:
        need = own.needs(variant, mp.exp(top - below))
        return mp.log(max(need.m, 2)) + mp.log(max(need.tau, 1))

    return least(work, _grid(0, 80, 160))[1]


def _scan(work: Callable[[mpf], mpf], near: int) -> mpf:
    middle = mp.log(near)
    low = max(mp.log(2), middle - 12)
    coarse = _grid(low, middle + 12, 24)
    best = min(coarse, key=work)
    fine = _grid(max(mp.log(2), best - 1), best + 1, 8)
    with mp.workdps(15 + max(0, int(mp.log10(abs(middle) + 1)))):
        return least(work, fine)[1]


def brute_force(meets_at: Callable[[int, int], bool], most: int) -> int:
    """The least m·τ ≤ `most` over even m and all τ, every pair that could be better tried."""
    best = most
    for m in range(2, most + 1, 2):
        for tau in range(1, best // m + 1):
            if m * tau < best and meets_at(m, tau):
                best = m * tau
                break
    return best
