"""A module of a format beside those there are, as if its file were in the package."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest


@contextmanager
def written(
    file: Path, text: str, package: ModuleType, forget: Callable[[], None]
) -> Iterator[Path]:
    """The file, which `package` has in the block; `forget` clears its table."""

    def forgotten() -> None:
        forget()
        # Commands read the table when they are loaded.
        for name in list(sys.modules):
            if name.startswith(("rnnbound.cli.commands.", f"{package.__name__}.{file.stem}")):
                del sys.modules[name]

    file.write_text(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(package, "__path__", [*package.__path__, str(file.parent)])
        forgotten()
        yield file
    forgotten()
