"""`rnnbound formula`: every notation, what is substituted, the number beside it."""

from __future__ import annotations

import math
import multiprocessing
import shutil
import subprocess
import threading
import xml.etree.ElementTree as ET
from functools import partial
from pathlib import Path

import pytest
import sympy as sp
from math_core import LatexToMathML

from rnnbound import Scenario, bound, constants
from rnnbound.symbolic import formula, growth
from rnnbound.symbolic.constant_abbreviations import BY_NAME
from rnnbound.symbolic.simplify import simplified
from rnnbound.symbolic.statements import STATEMENTS

from .conftest import Run

LINES = [(s, v) for s, statement in STATEMENTS.items() for v in statement.lines if v != "tight"]
TEX = next((name for name in ("pdflatex", "lualatex", "xelatex") if shutil.which(name)), None)
TASK = "--horizon 6 --alpha 0.75 --nu-w 0.25 --dim 3"
SCENARIO = Scenario(horizon=6, alpha=0.75, nu_w=0.25, dim=3)


def test_the_list(run: Run) -> None:
    ran = run("formula")
    assert (ran.status, ran.err) == (0, "")
    assert all(name in ran.out for name in STATEMENTS)
    listed = run("formula --json").json["statements"]
    assert [row["statement"] for row in listed] == list(STATEMENTS)
    assert listed[0]["variants"] == ["printed", "corrected", "sharp", "tight"]
    assert run("formula --format csv").out.count("\n") == len(STATEMENTS) + 1


def test_json(run: Run) -> None:
    ran = run("formula theorem1 --variant corrected --json")
    assert (ran.status, ran.err) == (0, "")
    found = ran.json
    assert found["schema"] == "rnnbound.formula/1"
    assert (found["statement"], found["variant"]) == ("theorem1", "corrected")
    assert found["value"] is None
    assert found["trusted"]
    assert r"\frac{T \mathrm{err} \phi}{\sqrt{m}}" in found["latex"]
    expression = sp.Add(*sp.Add.make_args(_sympy(found["sympy"])))
    assert str(expression) == found["text"]
    names = [definition["name"] for definition in found["definitions"]]
    assert {"L", "err", "phi", "mu0", "alpha_m"} <= set(names)


def _sympy(text: str) -> sp.Expr:
    """srepr is Python; the names in it are SymPy's."""
    return eval(text, dict(vars(sp)))  # noqa: S307


@pytest.mark.parametrize("variant", ["printed", "corrected", "sharp"])
def test_the_value_is_that_of_bound_and_constants(run: Run, variant: str) -> None:
    at = "--width 20000 --iterations 300"
    methods = {"theorem1": "pgd", "corollary1": "pgd-average", "sgd": "sgd"}
    for statement, method in methods.items():
        if variant in STATEMENTS[statement].lines:
            ran = run(f"formula {statement} --variant {variant} --evaluate --json {TASK} {at}")
            exact = bound(SCENARIO, width=20000, iterations=300, method=method, variant=variant)
            value = ran.json["value"]  # the nearest double; a bound is rounded up
            assert exact.bounds[variant].risk_bound in {value, math.nextafter(value, math.inf)}
            assert ran.json["point"]["m"] == 20000
    known = constants(SCENARIO, variant=variant).constants[variant]
    ids = {"L": "lemma1-L", "b_H": "sharp-b_H", "K_D": "sharp-K_D", "gamma": "lemma2-gamma"}
    for name, statement in ids.items():
        if name in known:
            ran = run(f"formula {statement} --variant {variant} --evaluate --get value {TASK}")
            assert float(ran.out) == known[name]


def test_digits(run: Run) -> None:
    ran = run("formula sharp-b_H --evaluate --digits 60 --json")
    low, high = ran.json["enclosure"]
    assert low[:59] == high[:59]
    assert float(low) == ran.json["value"]
    assert low in run("formula sharp-b_H --evaluate --digits 60").out.replace("\n", "")
    assert run("formula sharp-b_H --evaluate --digits 0").status == 2


def test_only_what_is_given_is_substituted(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    free = run("formula sharp-S --json --get text").out
    assert "T" in free
    assert "sigma1" in free
    some = run("formula sharp-S --horizon 10 --json --get text").out
    assert "T" not in some.replace("True", "")
    assert "sigma1" in some
    monkeypatch.setenv("RNNBOUND_ACTIVATION", "tanh")
    assert "sigma" not in run("formula sharp-S --json --get text").out
    same = run("formula sharp-S --alpha-m 1 -T 4 --json --get text").out
    assert same == "30*sigma0**2*sigma1**2/1 + 30\n" or "Piecewise" not in same


def test_a_default_that_is_given_counts(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "task.toml"
    file.write_text("alpha = 0.5")
    for way in ("--alpha 0.5", f"--scenario {file}"):
        assert run(f"formula prop6-y {way} --json").json["definitions"][0]["text"] == "sigma1/2"
    assert run("formula prop6-y --json").json["definitions"][0]["text"] == "alpha*sigma1"


def test_other_symbols(run: Run) -> None:
    ran = run("formula requirement-m --epsilon 0.1 --theta 0.5 --get text")
    assert ran.out == "40*K**2\n"
    text = run("formula theorem1-drift --width 100 --iterations 400 --get text").out
    assert "m" not in text
    assert "tau" not in text


def test_r_equal_to_one_is_chosen_when_it_is_known(run: Run) -> None:
    ran = run("formula sharp-u --alpha-m 4 --activation logistic --get text")
    assert ran.out == "T/4\n"
    assert run("formula sharp-u --alpha-m 3.9 --activation logistic --get text").out != ran.out


def test_expanded(run: Run) -> None:
    found = run("formula lemma2-Lambda --variant corrected --expand --json").json
    assert found["definitions"] == []
    assert "alpha + rho_w/sqrt(m)" in found["text"]
    long = run("formula sharp-S --expand --alpha-m 0.5 --activation tanh -T 1000000 --json").json
    assert len(long["text"]) < 1000


@pytest.mark.parametrize(("statement", "variant"), LINES[::4])
def test_python(run: Run, statement: str, variant: str) -> None:
    at = "--width 20000 --iterations 300 --epsilon 0.1 --theta 0.5 --alpha-m 0.8"
    ran = run(f"formula {statement} --variant {variant} --as python {TASK} {at} --activation sin")
    value = run(
        f"formula {statement} --variant {variant} --evaluate --get value {TASK} {at} "
        "--activation sin"
    )
    space: dict[str, object] = {}
    exec(ran.out, space)  # noqa: S102
    function = space[f"{statement}_{variant}".replace("-", "_")]
    assert callable(function)
    known = {
        "n": 1000,
        "nu_u": 0.5,
        "rho_w": 0.25,
        "rho_u": 0.5,
        "delta": 0.01,
        "distance": 0.3125**0.5,
    }
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    result = function(**{name: known[name] for name in names})
    assert math.isclose(result, float(value.out), rel_tol=1e-8)


@pytest.mark.parametrize(("statement", "variant"), LINES[::5])
def test_mathml_is_xml(run: Run, statement: str, variant: str) -> None:
    ran = run(f"formula {statement} --variant {variant} --as mathml --evaluate")
    assert ET.fromstring(ran.out).tag.endswith("math")  # noqa: S314


def test_sympy_form(run: Run) -> None:
    first = run("formula lemma1-L --variant printed --as sympy").out.splitlines()[0]
    assert _sympy(first).free_symbols == {BY_NAME[x] for x in ("mu0", "sigma0", "sigma1")}


def test_all_latex_is_read(run: Run, tmp_path: Path) -> None:
    """By the reader that the site uses, and by TeX where there is one."""
    parts = [run(f"formula {s} --variant {v} --as latex").out for s, v in LINES]
    parts += [run(f"formula {s} --as latex --expand {TASK}").out for s in ("prop5", "sharp-S")]
    reader = LatexToMathML(fancy_error=False)
    for part in parts:
        assert "<mtable" in reader.convert_with_local_state(part, displaystyle=True)
    if TEX:
        _compile(parts, tmp_path)


def _compile(parts: list[str], tmp_path: Path) -> None:
    body = "\n\\clearpage\n".join(parts)
    file = tmp_path / "all.tex"
    file.write_text(
        "\\documentclass{article}\\usepackage{amsmath}\n"
        "\\usepackage[paperwidth=500cm,margin=1cm]{geometry}\n"
        f"\\begin{{document}}\n{body}\n\\end{{document}}\n"
    )
    assert TEX is not None
    done = subprocess.run(
        [TEX, "-interaction=nonstopmode", "-halt-on-error", file.name],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:]
    assert b"LaTeX Warning: Command" not in done.stdout


def test_latex_reads_as_in_the_paper(run: Run) -> None:
    out = run("formula prop5 --variant corrected --as latex").out
    for words in (
        r"\sqrt{\log \frac{2 T n}{\delta}}",
        r"\|\nu\|^{2}",
        r"\alpha_m",
        r"\sigma_1",
        r"\mu_{0,T}",
    ):
        assert words in out


def test_simplification_keeps_to_its_time(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = "formula prop6-F --variant printed --simplify -T 3 --json"
    monkeypatch.setattr(formula, "simplified", partial(simplified, deadline=600))
    quick = run(asked)
    assert quick.json["simplified"]
    assert quick.err == ""
    monkeypatch.setattr(formula, "simplified", partial(simplified, deadline=0.2))
    monkeypatch.setattr(sp, "simplify", lambda _: threading.Event().wait())
    slow = run(asked)
    assert slow.status == 0
    assert not slow.json["simplified"]
    assert "in time" in slow.err


def test_what_is_hopelessly_long_is_not_even_tried() -> None:
    x = sp.Symbol("x")
    long = sp.Add(*(x**k for k in range(3000)))
    assert simplified([long], 600) == ([long], False)


def test_a_simplification_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sp, "simplify", lambda _: threading.Event().wait())
    x = sp.Symbol("x")
    before = set(multiprocessing.active_children())  # of others, which wait for more work
    assert simplified([x], 0.2) == ([x], False)
    assert set(multiprocessing.active_children()) <= before


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("lemma1-bta", "did you mean 'lemma1-beta'"),
        ("theorem1 --variant shrp", "no variant 'shrp'"),
        ("sgd --variant printed", "there are: corrected, sharp"),
        ("theorem1 --as tex", "--as: 'tex' is unknown"),
        ("theorem1 --theta 1", "--theta: must be below 1"),
        ("theorem1 --theta 0", "--theta"),
        ("theorem1 --width 3", "--width: must be even"),
        ("theorem1 --width 1e5000", "--width: "),
        ("theorem1 --epsilon 0", "--epsilon"),
        ("theorem1 --alpha -1", "--alpha"),
        ("theorem1 --alpha-m x", "--alpha-m"),
        ("theorem1 --digits 0", "--digits"),
    ],
)
def test_wrong_requests(run: Run, line: str, words: str) -> None:
    ran = run(f"formula {line}")
    assert (ran.status, ran.out) == (2, "")
    assert words in ran.err


def test_growth(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The table as it is printed; what is in it is looked at in tests/planning."""
    axes = growth._axes()[:1]
    monkeypatch.setattr(growth, "_axes", lambda: axes)
    ran = run("formula --growth --variant sharp --json")
    rows = ran.json["growth"]
    assert ran.status == 0
    keys = {"quantity", "method", "variant", "parameter", "regime", "derived", "fitted"}
    assert all(keys <= set(row) for row in rows)
    assert [row["parameter"] for row in rows] == ["epsilon"] * 4
    assert {row["derived"] for row in rows} == {-1.0}


def test_other_commands_do_without_sympy(installed: Run) -> None:
    modules = "sys, rnnbound.cli.commands.formula, rnnbound.symbolic.statements"
    code = f"import {modules}; assert 'sympy' not in sys.modules"
    assert installed(f'python -c "{code}"').status == 0
    assert installed("python -X importtime -m rnnbound formula 2>&1 | grep -c sympy").out == "0\n"
