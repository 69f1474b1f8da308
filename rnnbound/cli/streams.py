"""The standard streams: whatever their encoding, and whoever still listens."""

from __future__ import annotations

import codecs
import os
import sys
from contextlib import suppress
from typing import Any, Final

#: The error handler that spells symbols out.
SPELLED: Final = "rnnbound.spelled"
#: How a terminal that has no Unicode sees our symbols.
_SPELLINGS: Final = {
    "≤": "<=", "≥": ">=", "−": "-", "–": "-", "—": "-", "·": "*", "×": "x", "√": "sqrt", "…": "...",
    "α": "alpha", "δ": "delta", "ε": "epsilon", "η": "eta", "ν": "nu", "π": "pi", "ρ": "rho",
    "σ": "sigma", "τ": "tau", "Λ": "Lambda", "β": "beta", "γ": "gamma", "μ": "mu", "κ": "kappa",
    "‖": "||", "⟂": " perp ", "Θ": "Theta", "Γ": "Gamma", "Σ": "Sum", "Ω": "Omega", "φ": "phi",
    "λ": "lambda", "∂": "d", "⁻": "^-", "⁴": "^4", "♣": "club", "♦": "diamond", "♥": "heart",
    "♠": "spade", "²": "^2", "½": "1/2", "∞": "infinity", "─": "-", "━": "-", "’": "'",
    "†": "(1)",
}  # fmt: skip


def remark(line: str) -> None:
    """Say something on stderr, if there is anyone to hear it."""
    if sys.stderr is not None:
        with suppress(OSError):
            # In one piece, so that nothing that another process writes comes in between.
            sys.stderr.write(f"{line}\n")
            sys.stderr.flush()


def degrade_gracefully() -> None:
    """Spell out symbols that the terminal's encoding lacks, rather than fail on them."""
    codecs.register_error(SPELLED, _spell)
    for stream in (sys.stdout, sys.stderr):
        reconfigure(stream, errors=SPELLED)


def _spell(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    missing = error.object[error.start : error.end]
    return "".join(_SPELLINGS.get(c, "?") for c in missing), error.end


def reconfigure(stream: Any, **settings: str) -> None:
    """Set the encoding of a stream, or what it does with what it cannot encode."""
    if hasattr(stream, "reconfigure"):  # a replaced stream may not have it
        stream.reconfigure(**settings)


def abandon_stdout() -> None:
    """Let the rest of stdout go nowhere, so that closing it cannot fail again."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    except (OSError, ValueError, AttributeError):
        pass
