"""Matplotlib as it is installed: no settings of the user, the directory or a notebook reach it."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import ExitStack, chdir, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Final

#: What says where its directory is; a relative path would be created wherever we happen to be.
PLACES: Final = ("MPLCONFIGDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "HOME")


def load() -> ModuleType:
    """Matplotlib with all that pictures in files need.

    Raises:
        ModuleNotFoundError: it is not installed.
        OSError: there is no directory that it can write its list of fonts to.
    """
    # It says on stderr which directory it made, or that it looks for fonts.
    logging.getLogger("matplotlib").setLevel(logging.CRITICAL)
    with surroundings(), _elsewhere():
        import matplotlib
        import matplotlib.figure
    return matplotlib


@contextmanager
def surroundings() -> Iterator[None]:
    """The environment without what Matplotlib must not see."""
    before = {name: os.environ.get(name) for name in ("MPLBACKEND", "MPLCONFIGDIR")}
    # The backend of a notebook or of Qt need not be installed, and nothing is shown on a screen.
    os.environ.pop("MPLBACKEND", None)
    if not _is_at_home():
        os.environ["MPLCONFIGDIR"] = os.devnull  # no directory, so a temporary one is made
    try:
        yield
    finally:
        for name, value in before.items():
            if value is not None:
                os.environ[name] = value


def _is_at_home() -> bool:
    try:
        Path.home()
    except RuntimeError:
        return False
    return all(os.path.isabs(os.environ.get(name, "/")) for name in PLACES)


@contextmanager
def _elsewhere() -> Iterator[None]:
    """In a directory whose ``matplotlibrc`` is Matplotlib's own; it reads that one first."""
    found = find_spec("matplotlib")
    with ExitStack() as stack:
        if found is not None and found.origin is not None:
            with suppress(OSError):  # a working directory that is deleted holds no file either
                stack.enter_context(chdir(Path(found.origin).parent / "mpl-data"))
        yield
