"""Formulas that somebody typed: what is read, and what is refused before anything runs."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest
import sympy as sp

import rnnbound
from rnnbound.activations.activation import LONGEST_FORMULA
from rnnbound.activations.formula_parser import FUNCTIONS, build, domain, looks_like_formula, read
from tests.work import at_most

Z = sp.Symbol("z", real=True)

#: Text, and a piece of the message that refuses it.
HOSTILE = {
    "__import__('os').system('x')": "position 12",
    "__import__(z)": "unknown function '__import__'",
    "().__class__": "attribute access",
    "z.__class__.__bases__": "attribute access",
    "z.real": "attribute access",
    "1..real": "attribute access",
    "lambda: z": "':' at position 7",
    "[z for z in z]": r"'\[",
    "{z}": "'{'",
    "f'{z}'": "position 2",
    "(y:=z)": "':'",
    "z[0]": r"'\[",
    "tanh(x=z)": "'='",
    "tanh(*z)": "starred",
    "tanh(**z)": "keyword",
    "9**9**9**9": "larger than",
    "factorial(10**8)": "larger than|unknown function 'factorial'",
    "exp(exp(exp(9)))*z": "larger than|outside its range",
    "((1.0000001**20)**20)**20*z": "too long",
    "((1/3)**20)**20*z": "too long|smaller than",
    "z**21": "exponent beyond",
    "z**-21": "exponent beyond",
    "z**z": "exponent that contains z",
    "(-2)**z": "exponent that contains z",
    "(1+z**2)**z": "exponent that contains z",
    "1e400*z": "too large",
    "1e-400*z": "too small",
    "1000001*z": "larger than",
    "123456789012345678901*z": "more than 20 digits",
    "0x10*z": "plain decimal",
    "0b1*z": "plain decimal",
    "1j*z": "complex",
    "True*z": "truth value",
    "None": "no number",
    "...": "no number",
    "'z'": "position 1",
    "z if z else z": "condition",
    "z and z": "logical",
    "not z": "operator",
    "~z": "'~'",
    "z//2": "operator",
    "z%2": "'%'",
    "z@z": "'@'",
    "z<1": "'<'",
    "z;z": "';'",
    "z\\": "position 2",
    "z\0": "U\\+0000",
    "z\nz": "U\\+000A",
    "z#": "'#'",
    "z^2": r"powers are written \*\*",
    "ｚ": "U\\+FF5A",
    "tanh(ᴢ)": "U\\+1D22",
    "z−1": "U\\+2212",
    "2×z": "U\\+00D7",
    "z z": "syntax error",
    "1if z else 2": "syntax error",
    "()": "tuple",
    "(z,)": "tuple",
    "z,z": "tuple",
    "yield z": "syntax error",
    "await z": "await",
    "import os": "syntax error",
    "tanh()": "one argument",
    "tanh(z,z)": "one argument",
    "max(z)": "2 arguments",
    "tanh(z)(z)": "named function",
    "(tanh)(z)+tanh": "unknown name 'tanh'",
    "tnah(z)": "did you mean 'tanh'",
    "x": "unknown name 'x'",
    "tanh(z": "unclosed",
    "tanh(z))": "unmatched",
    "1/0*z": "division by zero",
    "z/(1-1)": "division by zero",
    "0**-1*z": "division by zero",
    "log(0)*z": "outside its range",
    "sqrt(-1)*z": "outside its range",
    "(-1)**0.5*z": "root of a negative",
    "3": "constant",
    "2+pi": "constant",
    "": "empty",
    "  ": "empty",
    "(" * 10_000 + "z" + ")" * 10_000: "too long",
    "(" * 60 + "z" + ")" * 60: "deeper than 50",
    "-" * 400 + "z": "nested too deeply",
    "z" * 5_000: "too long",
    "z" + "+z" * 240: "too deeply|too large",
    "(z+z)*" * 80 + "z": "too deeply|too large",
}


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:30]))
def test_what_is_hostile_or_wrong_is_refused_at_once(text):
    with at_most(calls=30_000), pytest.raises(ValueError, match=HOSTILE[text]):
        read(text)


def test_refusing_imports_no_sympy_and_leaves_no_trace(tmp_path):
    code = (
        "import sys, os\n"
        "from rnnbound.activations.lookup import find\n"
        "before = set(os.listdir('.'))\n"
        "for text in eval(sys.argv[1]):\n"
        "    try:\n"
        "        find(text)\n"
        "    except ValueError:\n"
        "        continue\n"
        "    raise SystemExit(f'accepted {text!r}')\n"
        "assert 'sympy' not in sys.modules\n"
        "assert set(os.listdir('.')) == before\n"
    )
    payload = "__import__('os').system('touch owned')"
    texts = repr([payload, *HOSTILE])
    root = Path(rnnbound.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", code, texts],
        cwd=tmp_path,
        env={"PYTHONPATH": str(root), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_random_garbage_never_escapes_as_anything_but_a_value_error():
    pieces = ["z", "tanh(", ")", "(", "**", "*", "/", "+", "-", "1", "0.5", ".", ",", " ", "e", "j"]
    pieces += ["_", "pi", "lambda", "if", "else", "in", "not", "exp(", "max(", "1e9", "00", "and"]
    rng = random.Random(3)
    for _ in range(3_000):
        text = "".join(rng.choices(pieces, k=rng.randint(1, 14)))
        try:
            formula = read(text)
        except ValueError:
            continue
        assert set(formula.text) <= set(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tanh(z)/2", sp.tanh(Z) / 2),
        ("z/sqrt(1+z**2)", Z / sp.sqrt(1 + Z**2)),
        ("sin(2*z)*exp(-z**2)", sp.sin(2 * Z) * sp.exp(-(Z**2))),
        ("0.1*z", Z / 10),
        ("1e-3 * z", Z / 1000),
        ("0.1234567890123456789*z", sp.Rational("0.1234567890123456789") * Z),
        ("1_000*z", 1000 * Z),
        ("2**-z", sp.Integer(2) ** -Z),
        ("e**(-z**2)", sp.exp(-(Z**2))),
        ("-z**2", -(Z**2)),
        ("+z", Z),
        ("logistic(z)", 1 / (1 + sp.exp(-Z))),
        ("sigmoid(z)", 1 / (1 + sp.exp(-Z))),
        ("softplus(z)", sp.log(1 + sp.exp(Z))),
        ("gaussian(z)", sp.exp(-(Z**2))),
        ("relu(z)", sp.Max(0, Z)),
        ("arctan(pi*z)", sp.atan(sp.pi * Z)),
        ("ln(1+z**2)", sp.log(1 + Z**2)),
        ("max(z, 1)", sp.Max(Z, 1)),
        ("z**0.5", sp.sqrt(Z)),
        (" z ", Z),
    ],
)
def test_what_is_read_is_what_was_written(text, expected):
    formula = read(text)
    assert build(formula) == expected
    assert formula.text == "".join(text.split())
    assert build(read(formula.text)) == expected


def test_every_function_can_be_built():
    for name, function in FUNCTIONS.items():
        text = f"{name}({', '.join(['z', 'z/2'][: function.arity])})"
        assert build(read(text)).free_symbols == {Z}


@pytest.mark.parametrize("text", ["z/z", "z-z+1", "sin(z)-sin(z)", "1/(z-z)", "exp(z)*exp(-z)"])
def test_what_collapses_is_refused(text):
    with pytest.raises(ValueError, match=r"constant|divides by zero"):
        build(read(text))


def test_powers_that_pile_up_are_refused():
    with pytest.raises(ValueError, match="power beyond"):
        build(read("((z**2)**20)**20"))


def test_the_domain_survives_cancellation():
    assert domain(read("tanh(z)*z/z")) == [(Z, "≠ 0")]
    assert domain(read("sqrt(z)**2")) == [(Z, "≥ 0")]
    assert domain(read("exp(log(z))")) == [(Z, "> 0")]
    assert domain(read("tanh(z)/2")) == []


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("tanh", False),
        ("leaky-relu", False),
        ("hard sigmoid", False),
        ("foo", False),
        ("z", True),
        ("-z", True),
        ("tanh(z)", True),
        ("tan(", True),
        ("3", False),
        ("2+3", True),
        ("().__class__", True),
        ("f'{1}'", True),
        ("∂", False),
        ("z*2", True),
        ("", False),
    ],
)
def test_names_and_formulas_are_told_apart(text, formula):
    assert looks_like_formula(text) is formula


def test_nothing_in_the_package_evaluates_text():
    forbidden = ("eval(", "exec(", "sympify", "parse_expr", "compile(", "literal_eval")
    root = Path(rnnbound.__file__).parent
    for path in root.rglob("*.py"):
        lines = path.read_text(encoding="utf-8").splitlines()
        for word in forbidden:
            bad = [line for line in lines if _calls(line, word)]
            assert not bad, (path, bad)


def _calls(line: str, word: str) -> bool:
    at = line.find(word)
    before = line[at - 1] if at > 0 else " "
    return at >= 0 and not (before.isalnum() or before in "_.")


def test_the_longest_text_is_still_read_quickly():
    text = ("(" * 49 + "z" + ")" * 49).ljust(LONGEST_FORMULA)
    with at_most(calls=10 * LONGEST_FORMULA):
        assert read(text).text == text.strip()
