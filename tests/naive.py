"""An independent reading of theory.md in mpmath: unrolled sums, naive loops, nothing shared.

Not one line of rnnbound is used here.  Values are computed at mpmath's current precision, so a
:class:`Naive` belongs to the ``mp.workdps`` block in which it is made; or in doubles, within a
:func:`doubles` block, where a scan needs no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from functools import cache, cached_property, lru_cache
from typing import Any, NamedTuple

import mpmath


class _Current:
    """mpmath's arbitrary precision, or its doubles, which are twenty times as fast."""

    def __init__(self) -> None:
        self.use(in_doubles=False)

    def use(self, in_doubles: bool) -> None:
        self.in_doubles = in_doubles
        self._kind = mpmath.fp if in_doubles else mpmath.mp
        # What is called often is not looked up again.
        for name in ("sqrt", "log", "exp", "fsum", "mpf"):
            setattr(self, name, getattr(self._kind, name))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._kind, name)

    def workdps(self, digits: int) -> Any:
        return nullcontext() if self.in_doubles else mpmath.mp.workdps(digits)


mp = _Current()


def mpf(x: Any) -> Any:
    """A real number of the current kind."""
    return mp.mpf(x)


@contextmanager
def doubles() -> Iterator[None]:
    """Reals are doubles in this block."""
    before = mp.in_doubles
    mp.use(in_doubles=True)
    try:
        yield
    finally:
        mp.use(before)


#: Up to this horizon every sum is written out in full; then term follows term.
UNROLLED = 24
#: Beyond this horizon, see `_extrapolated`.
RUNNING = 2000

#: t^i r^(jt): what each sum is made of when r ≠ 1, as pairs (i, j).
_GEOMETRIC = ((0, 0), (0, 1))
_MIXED = (*_GEOMETRIC, (1, 1))
_SQUARES = ((0, 0), (1, 0), (0, 1), (0, 2))
_MODES = {
    "mu0": _GEOMETRIC,
    "mu1": _MIXED,
    "mu1_before": _MIXED,
    "u": _GEOMETRIC,
    "w": _GEOMETRIC,
    "b": (*_MIXED, (0, 2)),
    "uu": _SQUARES,
    "uw": _SQUARES,
    "ww": _SQUARES,
    "bb": (*_SQUARES, (1, 1), (1, 2), (2, 2), (0, 3), (1, 3), (0, 4)),
}
#: When r = 1 all of them are polynomials in t.
_POWERS = tuple((i, 0) for i in range(9))


def sigmas(name: str) -> tuple[mpf, mpf, mpf]:
    """σ0, σ1, σ2 from the table of section 3."""
    return _sigmas(name, mp.in_doubles, mp.prec)


@cache
def _sigmas(name: str, in_doubles: bool, prec: int) -> tuple[mpf, mpf, mpf]:
    root3, pi, e = mp.sqrt(3), mp.pi, mp.e
    return {
        "tanh": (mpf(1), mpf(1), 4 * root3 / 9),
        "logistic": (mpf(1), mpf(1) / 4, root3 / 18),
        "gaussian": (mpf(1), mp.sqrt(2 / e), mpf(2)),
        "erf": (mpf(1), 2 / mp.sqrt(pi), 2 * mp.sqrt(2) / mp.sqrt(pi * e)),
        "sin": (mpf(1), mpf(1), mpf(1)),
        "arctan": (pi / 2, mpf(1), 3 * root3 / 8),
    }[name]


def mu0(t: int, z: mpf) -> mpf:
    """Σ_{k<t} z^k."""
    return mp.fsum(z**k for k in range(t))


def mu1(t: int, z: mpf) -> mpf:
    """Σ_{k<t} (k+1) z^k."""
    return mp.fsum((k + 1) * z**k for k in range(t))


class Sums(NamedTuple):
    """At the horizon: μ0, μ1, μ1 one step before, and section 4.3."""

    mu0: mpf
    mu1: mpf
    mu1_before: mpf
    u: mpf
    w: mpf
    b: mpf
    uu: mpf
    uw: mpf
    ww: mpf
    bb: mpf


def _unrolled(
    T: int, a: mpf, sigma: tuple[mpf, mpf, mpf], wanted: Iterable[int] | None = None
) -> list[Sums]:
    """The sums for horizons up to T (T alone), each b_t an explicit sum over its past."""
    s0, s1, s2 = sigma
    r = a * s1
    kappa = mp.sqrt(1 + s0**2)
    powers = [r**k for k in range(T)]
    mu = {t: mp.fsum(powers[: max(t, 0)]) for t in range(-1, T + 1)}
    u = {t: s1 * mu[t] for t in range(1, T + 1)}
    w = {t: s0 * s1 * mu[t - 1] for t in range(1, T + 1)}

    def source(s: int) -> mpf:
        bent = s2 * (mu[s] ** 2 + s0**2 * mu[s - 1] ** 2)
        return bent + s1**2 * (s0 * mu[s - 2] + kappa * mu[s - 1])

    sources = {s: source(s) for s in range(1, T + 1)}
    b = {t: mp.fsum(powers[t - s] * sources[s] for s in range(1, t + 1)) for t in range(1, T + 1)}
    found = []
    for t in wanted or (T,):
        past = range(1, t + 1)
        found.append(
            Sums(
                mu[t],
                mu1(t, r),
                mu1(t - 1, r),
                u[t],
                w[t],
                b[t],
                mp.fsum(u[s] ** 2 for s in past),
                mp.fsum(u[s] * w[s] for s in past),
                mp.fsum(w[s] ** 2 for s in past),
                mp.fsum(b[s] ** 2 for s in past),
            )
        )
    return found


def _solved(rows: list[list[mpf]]) -> list[mpf]:
    """The solution of a system whose right side is the last column, by elimination."""
    size = len(rows)
    for k in range(size):
        pivot = max(range(k, size), key=lambda i: abs(rows[i][k]))
        rows[k], rows[pivot] = rows[pivot], rows[k]
        for i in range(k + 1, size):
            share = rows[i][k] / rows[k][k]
            rows[i] = [x - share * y for x, y in zip(rows[i], rows[k], strict=True)]
    found = [mpf(0)] * size
    for k in reversed(range(size)):
        rest = mp.fsum(x * y for x, y in zip(rows[k], found, strict=False))
        found[k] = (rows[k][-1] - rest) / rows[k][k]
    return found


def _extrapolated(T: int, a: mpf, sigma: tuple[mpf, mpf, mpf]) -> Sums:
    """Every sum is Σ c_ij t^i r^(jt): what is so at T, too, is this mean of the first horizons."""
    r = a * sigma[1]
    near = 0 if r == 1 else int(abs(mp.log10(abs(r - 1)))) + int(abs(mp.log10(r)))
    with mp.workdps(mp.dps + 80 + 40 * near):
        r = a * sigma[1]
        most = max(map(len, (_POWERS, *_MODES.values())))
        first = _unrolled(most, a, sigma, range(1, most + 1))

        @cache
        def weights(modes: tuple[tuple[int, int], ...]) -> list[mpf]:
            times = [mpf(t) for t in (*range(1, len(modes) + 1), T)]
            return _solved([[t**i * r ** (j * t) for t in times] for i, j in modes])

        def value(name: str) -> mpf:
            known = [getattr(sums, name) for sums in first]
            shares = weights(_POWERS if r == 1 else _MODES[name])
            return mp.fsum(x * y for x, y in zip(shares, known, strict=False))

        return Sums(*map(value, Sums._fields))


def _running(T: int, a: mpf, sigma: tuple[mpf, mpf, mpf]) -> Sums:
    """The sums of a horizon of hundreds, term after term."""
    s0, s1, s2 = sigma
    r, kappa = a * s1, mp.sqrt(1 + s0**2)
    power, mu, M1, M1b = mpf(1), [mpf(0), mpf(0)], mpf(0), mpf(0)
    b = uu = uw = ww = bb = mpf(0)
    for t in range(1, T + 1):
        mu.append(mu[-1] + power)
        M1, M1b = M1 + t * power, M1
        power *= r
        b = r * b + s2 * (mu[-1] ** 2 + s0**2 * mu[-2] ** 2)
        b += s1**2 * (s0 * mu[-3] + kappa * mu[-2])
        u, w = s1 * mu[-1], s0 * s1 * mu[-2]
        uu, uw, ww, bb = uu + u**2, uw + u * w, ww + w**2, bb + b**2
    return Sums(mu[-1], M1, M1b, s1 * mu[-1], s0 * s1 * mu[-2], b, uu, uw, ww, bb)


def means(T: int, a: mpf, name: str) -> tuple[mpf, mpf, mpf]:
    """μ0, μ1 and μ1 one step before, which are all that sections 4.1 and 4.2 need."""
    if T > RUNNING:
        return sums(T, a, name)[:3]
    z = a * sigmas(name)[1]
    power, M0, M1, M1b = mpf(1), mpf(0), mpf(0), mpf(0)
    for t in range(1, T + 1):
        M0, M1, M1b, power = M0 + power, M1 + t * power, M1, power * z
    return M0, M1, M1b


def sums(T: int, a: mpf, name: str) -> Sums:
    """All sums at horizon T when |W_ii| ≤ a."""
    return _sums(T, a, name, mp.in_doubles, mp.prec)


@lru_cache(maxsize=4096)
def _sums(T: int, a: mpf, name: str, in_doubles: bool, prec: int) -> Sums:
    sigma = sigmas(name)
    if T > RUNNING:
        return _extrapolated(T, a, sigma)
    return _running(T, a, sigma) if T > UNROLLED else _unrolled(T, a, sigma)[-1]


class Risk(NamedTuple):
    """A bound: the risk, the step size, its terms, the form and the a in play."""

    risk: mpf
    step: mpf
    terms: dict[str, mpf]
    form: str | None
    a: mpf


class Needs(NamedTuple):
    """What Theorem 2, printed or corrected, asks for at an internal ε."""

    m: mpf
    tau: mpf
    eta: mpf
    lam: mpf
    a: mpf


class Naive:
    """A scenario and every statement of sections 4 to 6.2 about it.

    Attributes are the symbols of theory.md; a double means the decimal that prints it.
    """

    def __init__(self, scenario: Any) -> None:
        self.scenario = scenario
        self.T = scenario.horizon
        self.n, self.d = mpf(scenario.samples), mpf(scenario.dim)
        names = ("alpha", "nu_w", "nu_u", "rho_w", "rho_u", "delta")
        self.alpha, self.nu_w, self.nu_u, self.rho_w, self.rho_u, self.delta = (
            mpf(repr(getattr(scenario, name))) for name in names
        )
        self.activation = scenario.activation
        self.s0, self.s1, self.s2 = sigmas(self.activation)
        self.nu2 = self.nu_w**2 + self.nu_u**2
        self.rho2 = self.rho_w**2 + self.rho_u**2

    def alpha_m(self, m: Any) -> mpf:
        return self.alpha + self.rho_w / mp.sqrt(m)

    def sums(self, a: mpf) -> Sums:
        return sums(self.T, a, self.activation)

    @cached_property
    def y_max(self) -> mpf:
        M0, _, _ = means(self.T, self.alpha, self.activation)
        return self.s1 * M0 * (self.nu_u + self.s0 * self.nu_w)

    def paper(self, variant: str, a: mpf, rho2: mpf | None = None) -> dict[str, mpf]:
        """Sections 4.1 and 4.2, with φ, err and the bracket Λ²σ2 + γσ1."""
        s0, s1, s2, d, al = self.s0, self.s1, self.s2, self.d, self.alpha
        M0, M1, M1b = means(self.T, a, self.activation)
        if variant == "printed":
            L = M0**2 * (s0**2 + 1) * s1**2
            beta = (
                d * s2 * (al * s1 * M0 + 1) * M1
                + mp.sqrt(d)
                * (s1**2 * M0**2 + s0 * s1 * M0 * M1 + M1 * (s1 + s2 + al * s1 * s2 * M0))
                + s1**2 * M0**2
                + s0 * s2 * M1 * (al * s1 * M0 + 1)
            )
            gamma = mp.sqrt(2) * (L + a * beta)
            noise = L * mp.sqrt(self.nu2)
        else:
            L = mp.sqrt(s0**2 + 1) * s1 * M0
            curl = (a * s1 * M0 + 1) * M1
            beta = (
                d * s2 * curl
                + mp.sqrt(d) * (s1**2 * M0**2 + s0 * s2 * curl + s1**2 * M1b + s0 * s2 * curl)
                + s0 * s1**2 * M1b
                + s0 * s1**2 * M0**2
                + s0**2 * s2 * curl
            )
            gamma = 2 * L + a * beta
            noise = 2 * self.y_max
        rho2 = self.rho2 if rho2 is None else rho2
        Lambda = mp.sqrt(2) * (s0 + 1 + a * L)
        bracket = s2 * Lambda**2 + s1 * gamma
        F_max = L * mp.sqrt(rho2)
        err = (
            noise * mp.sqrt(mp.log(2 * self.n * self.T / self.delta))
            + 2 * rho2 * bracket
            + 2 * beta * rho2
        )
        return {
            "mu0": M0,
            "mu1": M1,
            "L": L,
            "beta": beta,
            "Lambda": Lambda,
            "gamma": gamma,
            "F_max": F_max,
            "y_max": self.y_max,
            "phi": F_max + self.y_max,
            "err": err,
            "bracket": bracket,
        }

    @cached_property
    def B_H(self) -> mpf:
        z = self.sums(self.alpha)
        return mp.sqrt(self.nu_w**2 * z.ww + 2 * self.nu_w * self.nu_u * z.uw + self.nu_u**2 * z.uu)

    @cached_property
    def noise(self) -> mpf:
        return mp.sqrt(2) * self.B_H * (1 + mp.sqrt(2 * mp.log(1 / self.delta)))

    def sharp(self, a: mpf) -> dict[str, mpf]:
        """Section 4.3 and the K's of section 6.2."""
        x, z = self.sums(a), self.sums(self.alpha)
        b_H = mp.sqrt(x.bb)
        D2 = (self.rho_w + self.nu_w) ** 2 + (self.rho_u + self.nu_u) ** 2
        return {
            "u": x.u,
            "w": x.w,
            "L": mp.sqrt(x.u**2 + x.w**2),
            "b": x.b,
            "B": self.nu_w * z.w + self.nu_u * z.u,
            "S": x.uu + x.ww,
            "S_w": x.ww,
            "b_H": b_H,
            "B_H": self.B_H,
            "K": b_H * self.nu2 + self.noise,
            "K_D": b_H * (D2 + self.nu2) / 2 + self.noise,
        }

    def constants(self, variant: str, a: mpf) -> dict[str, mpf]:
        return self.sharp(a) if variant == "sharp" else self.paper(variant, a)

    # --- guarantees -----------------------------------------------------------------------

    def risk(self, method: str, variant: str, m: Any, tau: Any) -> Risk:
        """The right-hand side at (m, τ); the smaller form where there are two."""
        m, tau = mpf(m), mpf(tau)
        if variant == "sharp":
            if method == "gd":
                return self.gd_sharp(m, tau)
            if method != "pgd":
                return self.sharp_form(method, m, tau)
            drift, descent = (self.sharp_form(form, m, tau) for form in ("drift", "descent"))
            # Where the working precision cannot tell them apart, the last iterate is preferred.
            return drift if drift.risk < descent.risk * (1 - mpf(10) ** -40) else descent
        if method == "gd":
            internal = self.gd_internal(variant, m, tau)
            need = self.needs(variant, internal)
            return Risk(9 * internal / 4, need.eta, {}, None, need.a)
        return self.paper_risk(method, variant, m, tau)

    def paper_risk(self, method: str, variant: str, m: mpf, tau: mpf) -> Risk:
        a, T = self.alpha_m(m), self.T
        c = self.paper(variant, a)
        root = mp.sqrt(tau)
        step = 1 / (T * root)
        if method != "pgd-average":
            terms = {
                "optimization": (T / root) * (self.nu2 / 2 + c["L"] ** 2 * c["phi"] ** 2 / 2),
                "approximation": (T * c["phi"] / mp.sqrt(m)) * c["err"],
            }
            return Risk(mp.fsum(terms.values()), step, terms, None, a)
        bracket = c["bracket"]
        last = {
            "printed": (6 / m) * bracket * self.rho2,
            "corrected": (24 * T / m) * bracket**2 * self.rho2**2,
        }
        terms = {
            "optimization": (2 * T / root) * (self.nu2 + c["L"] ** 2 * c["phi"] ** 2),
            "approximation": (4 * T * c["phi"] / mp.sqrt(m)) * c["err"],
            "linearization": last[variant],
        }
        return Risk(mp.fsum(terms.values()), step, terms, None, a)

    def sharp_form(self, form: str, m: mpf, tau: mpf, a: mpf | None = None) -> Risk:
        """One of drift, descent, sgd, pgd-average at |W_ii| ≤ a (α_m if not given)."""
        a = self.alpha_m(m) if a is None else a
        c = self.sharp(a)
        name = form if form in {"drift", "descent"} else None
        if form == "descent":
            S = c["S"] + c["B_H"] * c["b_H"] / mp.sqrt(m)
            terms = {"optimization": S * self.nu2 / tau, "approximation": c["K"] ** 2 / m}
            return Risk(mp.fsum(terms.values()), 1 / S, terms, name, a)
        A = mp.sqrt(self.nu2) * mp.sqrt(c["S"] / tau)
        k = c["K" if form == "drift" else "K_D"] / mp.sqrt(m)
        terms = {"optimization": A, "approximation": k}
        if form == "pgd-average":
            terms["linearization"] = c["b_H"] * self.rho2 / (2 * mp.sqrt(m))
        return Risk(mp.fsum(terms.values()) ** 2, A / ((A + k) * c["S"]), terms, name, a)

    # --- sharp Theorem 2 ------------------------------------------------------------------

    def reach(self, a: mpf, m: mpf, tau: mpf) -> mpf:
        x = self.sums(a)
        moved = mp.sqrt(self.nu2) * mp.sqrt(tau * x.ww / (x.uu + x.ww))
        return self.alpha + max(self.nu_w, moved) / mp.sqrt(m)

    def gd_sharp(self, m: mpf, tau: mpf) -> Risk:
        """At the smallest a with reach(a) ≤ a, by bisection and then a bracketing secant."""
        low = self.alpha
        high = self.alpha + max(self.nu_w, mp.sqrt(self.nu2 * tau)) / mp.sqrt(m)
        a = root(lambda x: self.reach(x, m, tau) - x, low, high)
        found = self.sharp_form("drift", m, tau, a)
        return found._replace(form=None)

    # --- Theorem 2, printed and corrected -------------------------------------------------

    def needs(self, variant: str, epsilon: mpf) -> Needs:
        a = self.alpha + mp.sqrt(2 * epsilon)
        lam = self.paper(variant, a)["L"] * self.nu2 / mp.sqrt(epsilon)
        if variant == "corrected":
            lam = max(mpf(3) / 2 * mp.sqrt(self.T) * lam, self.nu_w, self.nu_u)
        c = self.paper(variant, a, 2 * lam**2)
        assert mp.almosteq(c["F_max"], c["L"] * mp.sqrt(2 * lam**2))
        eta = epsilon / (2 * self.T**2 * c["L"] ** 2 * c["phi"] ** 2)
        if variant == "printed":
            m = (c["err"] ** 2 + lam**2) / (2 * epsilon)
            tau = self.nu2 / ((1 + mp.sqrt(2)) ** 2 * eta * epsilon)
        else:
            m = max(self.T * c["err"] ** 2 / epsilon, lam**2 / (2 * epsilon))
            tau = self.nu2 / (eta * epsilon)
        return Needs(m, tau, eta, lam, a)

    def excess(self, variant: str, y: mpf, m: mpf, tau: mpf) -> mpf:
        """How far the internal ε = e^y is from being met at (m, τ): ≤ 0 if it is."""
        need = self.needs(variant, mp.exp(y))
        return max(mp.log(need.m / m), mp.log(need.tau / tau))

    def gd_internal(self, variant: str, m: mpf, tau: mpf) -> mpf:
        """The smallest internal ε whose requirements (m, τ) meets: scan, then bisect."""
        stride = mpf(1) / 4
        with mp.workdps(20):
            rough, y = Naive(self.scenario), mpf(-40)
            while rough.excess(variant, y, m, tau) > 0:
                y += stride
                if y > 30:
                    raise LookupError("no internal ε serves")
        return mp.exp(root(lambda x: self.excess(variant, x, m, tau), y - stride, y))


def root(function: Callable[[mpf], mpf], outside: mpf, inside: mpf) -> mpf:
    """Where `function` turns ≤ 0 between `outside` (> 0) and `inside` (≤ 0), to full precision.

    A few bisections, then free secant steps; the answer is accepted only if `function` changes
    sign around it, else bisection goes on to the end.
    """
    if function(outside) <= 0:
        return outside
    for _ in range(8):
        outside, inside = _halved(function, outside, inside)
    margin = mpf(2) ** (20 - mp.prec) * max(abs(inside), abs(outside))
    older, newer = (outside, function(outside)), (inside, function(inside))
    while newer[1] != older[1] and abs(newer[0] - older[0]) > margin / 64:
        x = newer[0] - newer[1] * (newer[0] - older[0]) / (newer[1] - older[1])
        if not min(outside, inside) <= x <= max(outside, inside):
            break
        older, newer = newer, (x, function(x))
    side = margin if inside > outside else -margin
    if function(newer[0] + side) <= 0 < function(newer[0] - side):
        return newer[0] + side
    while abs(inside - outside) > margin:
        outside, inside = _halved(function, outside, inside)
    return inside


def _halved(function: Callable[[mpf], mpf], outside: mpf, inside: mpf) -> tuple[mpf, mpf]:
    middle = (outside + inside) / 2
    return (outside, middle) if function(middle) <= 0 else (middle, inside)
