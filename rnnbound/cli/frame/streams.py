"""The standard streams: whatever their encoding, and whoever still listens."""

from __future__ import annotations

import codecs
import errno
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final, NoReturn

from rnnbound.cli.frame import progress_line

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
    "†": "(1)", "±": "+-", "∇": "grad ", "Δ": "Delta",
}  # fmt: skip


class UnwrittenError(Exception):
    """A result that could not be written.

    Attributes:
        gone: the reader has left, who has seen enough.
    """

    def __init__(self, where: str, error: OSError) -> None:
        self.gone = isinstance(error, BrokenPipeError)
        to = f" to {where}" if where else ""
        super().__init__(f"the result could not be written{to}: {error.strerror or error}")


@contextmanager
def writing(where: str = "") -> Iterator[None]:
    """Tell the failure to write a result from any other failure of the system.

    Args:
        where: the file; empty for standard output.

    Raises:
        UnwrittenError: what is written inside could not be.
    """
    try:
        with progress_line.hidden():
            yield
    except OSError as error:
        raise UnwrittenError(where, error) from error


class _Closed(io.TextIOBase):
    """A standard output that was closed before we began; Python would drop what is printed."""

    def write(self, text: str) -> NoReturn:
        del text
        raise OSError(errno.EBADF, "standard output is closed")


def settle() -> None:
    """Make the standard streams of the process fit to be used, whatever they were at the start."""
    for descriptor in (0, 1, 2):
        # Else the next file that is opened, perhaps a result, would get what libraries say.
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    if sys.stdout is None:
        sys.stdout = _Closed()


def require_stdout() -> None:
    """See that what will be printed has somewhere to go, before it is computed.

    Raises:
        UnwrittenError: standard output is closed.
    """
    if isinstance(sys.stdout, _Closed):
        with writing():
            sys.stdout.write("")


def say(text: str) -> None:
    """Print a result, or a part of it.

    Raises:
        UnwrittenError: it could not be.
    """
    with writing():
        print(text, flush=True)  # noqa: T201


def remark(line: str) -> None:
    """Say something on stderr, if there is anyone to hear it; names in it command no terminal."""
    line = "".join(c if c.isprintable() else "?" for c in line)
    if sys.stderr is not None:
        with suppress(OSError), progress_line.hidden():
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
