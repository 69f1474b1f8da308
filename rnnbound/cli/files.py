"""Files that results go to: named on the command line, written whole or not at all."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from rnnbound.setting.faults import shown, wrong


def target_file(option: str, name: str | None) -> Path | None:
    """The file that an option names; None for stdout.

    Raises:
        RequestError: it cannot be written.
    """
    if name is None or name == "-":
        return None
    path = Path(name)
    if not name or path.is_dir():
        raise wrong(option, f"{shown(name)} is a directory; give the name of a file")
    folder = Path(os.path.realpath(path)).parent
    if not path.exists() and not folder.is_dir():
        raise wrong(option, f"there is no directory {shown(str(folder))} (given: {shown(name)})")
    if not os.access(path if path.exists() and not path.is_file() else folder, os.W_OK):
        raise wrong(option, f"{shown(name)} cannot be written: permission denied")
    return path


def write_file(path: Path, content: str | bytes) -> None:
    """Replace a file by `content` in one step; a device or a pipe is written to."""
    with replacing(path) as file:
        file.write(content.encode("utf-8") if isinstance(content, str) else content)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file that takes the place of `path` once all is written; a device or a pipe itself."""
    exists = path.exists()
    mode = path.stat().st_mode if exists else stat.S_IFREG
    if not stat.S_ISREG(mode):
        with path.open("wb") as file:
            yield file
        return
    target = Path(os.path.realpath(path))
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(stat.S_IMODE(mode) if exists else 0o666 & ~_umask())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
