"""How deep the tables and lists of TOML and JSON lie in each other, before they are parsed.

The parsers recurse, and one of them takes memory that grows with the square of the depth.
"""

from __future__ import annotations

import re
from typing import Final

_DEEPEST: Final = 20
_OPENING: Final = frozenset("[{")
_CLOSING: Final = frozenset("]}")
#: What ends a key of TOML, whose dots are tables in each other, too.
_ENDS: Final = frozenset("[]{}=,\n")
#: Strings and comments are taken as wholes, to the end where they are not closed: nothing is looked
#: at twice.
_TOKEN: Final = re.compile(
    r"""
    \"{3} (?: [^\\"] | \\. | "(?!"") )*+ (?: "{3,5} )?
    | '{3} (?: [^'] | '(?!'') )*+ (?: '{3,5} )?
    | " (?: [^"\\\n] | \\. )*+ "?
    | ' [^'\n]*+ '?
    | \# [^\n]*+
    | [\[\]{}.=,\n]
    """,
    re.DOTALL | re.VERBOSE,
)


def require_shallow(text: str) -> None:
    """See that TOML or JSON is not nested too deeply.

    Raises:
        ValueError: it is; completes "the file ...".
    """
    depth = dots = 0
    for token in _TOKEN.finditer(text):
        found = token[0]
        dots = dots + 1 if found == "." else 0 if found in _ENDS else dots
        depth += (found in _OPENING) - (found in _CLOSING)
        if depth + dots > _DEEPEST:
            line = text.count("\n", 0, token.start()) + 1
            raise ValueError(f"is nested too deeply (line {line}; at most {_DEEPEST} levels)")
