"""Which statement a person means: forgiving about spaces, dashes, case and Greek."""

from __future__ import annotations

import re
from typing import Final

from rnnbound.errors import shown, suggestion, wrong
from rnnbound.symbolic.statements import STATEMENTS, Statement

_SPELLINGS: Final = (
    ("propositions?", "prop"),
    ("corollary(?!1)", "corollary1"),
    ("sharptheorem", "theorem"),
    ("sharpcorollary", "corollary"),
    ("sharpsgd", "sgd"),
    ("sharplemma", "sharp"),
    ("thm", "theorem"),
    ("width", "m"),
    ("iterations", "tau"),
    ("stepsize|step", "eta"),
    ("lipschitz", "L"),
    ("smoothness", "beta"),
)
_GREEK: Final = {
    "β": "beta",
    "γ": "gamma",
    "η": "eta",
    "λ": "lambda",
    "Λ": "Lambda",
    "τ": "tau",
    "ν": "nu",
}


def find_statement(name: str) -> Statement:
    """The statement that `name` means, forgiving about spaces, dashes, case and Greek.

    Raises:
        RequestError: there is none, or more than one.
    """
    if name in STATEMENTS:
        return STATEMENTS[name]
    key = _key(name)
    exact = [s for s in STATEMENTS.values() if _plain(s.id) == key]
    if not exact:
        exact = [s for s in STATEMENTS.values() if _plain(s.id).lower() == key.lower()]
    if not exact:
        exact = [s for s in STATEMENTS.values() if _plain(s.id.partition("-")[2]) == key]
    if len(exact) == 1:
        return exact[0]
    begun = [
        s.id for s in STATEMENTS.values() if _plain(s.id).lower().startswith(key.lower()) and key
    ]
    if begun:
        raise wrong("statement", f"{shown(name)} may be any of: {', '.join(begun)}")
    hint = suggestion(name, list(STATEMENTS))
    if not hint.startswith("did"):
        hint = "'rnnbound formula' lists them"
    raise wrong("statement", f"{shown(name)} is unknown; {hint}")


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def _key(name: str) -> str:
    spelled = "".join(_GREEK.get(c, c) for c in name[:200])
    key = _plain(spelled)
    for pattern, replacement in _SPELLINGS:
        key = re.sub(pattern, replacement, key, flags=re.IGNORECASE)
    return key


def find_variant(statement: Statement, variant: str | None) -> str:
    """The variant asked for, by default the best one that is a formula.

    Tight constants are computed, so theirs comes only if there is no other.

    Raises:
        RequestError: the statement has no such variant.
    """
    if variant is None or variant == "all":
        return [v for v in statement.lines if v != "tight" or len(statement.lines) == 1][-1]
    if variant not in statement.lines:
        there = ", ".join(statement.lines)
        raise wrong(
            "variant", f"{statement.id} has no variant {shown(variant)}; there are: {there}"
        )
    return variant
