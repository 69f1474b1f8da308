"""Files that results go to: named on the command line, written whole or not at all."""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from rnnbound.cli.frame.streams import writing
from rnnbound.errors import shown, wrong
from rnnbound.presentation.output_formats import SURROGATES

if sys.platform != "win32":
    import fcntl

#: What the name of a file ends in that is not whole yet.
_UNFINISHED: Final = ".rnnbound"
#: Names of so many bytes are part of the name of the unfinished file, which must not be too long.
_SHORT: Final = 60


def target_file(option: str, name: str | None) -> Path | None:
    """The file that an option names; None for stdout.

    Raises:
        RequestError: it cannot be written.
    """
    if name is None or name == "-":
        return None
    try:
        return _writable(option, name)
    except (OSError, ValueError) as error:  # too long, or with a zero byte
        reason = getattr(error, "strerror", None) or error
        raise wrong(option, f"{shown(name)} cannot be written: {reason}") from None


def _writable(option: str, name: str) -> Path:
    path = Path(name)
    if not name or path.is_dir():
        raise wrong(option, f"{shown(name)} is a directory; give the name of a file")
    folder = Path(os.path.realpath(path)).parent
    exists = path.exists()
    if not exists and not folder.is_dir():
        raise wrong(option, f"there is no directory {shown(str(folder))} (given: {shown(name)})")
    if not os.access(path if exists and not path.is_file() else folder, os.W_OK):
        raise wrong(option, f"{shown(name)} cannot be written: permission denied")
    return path


def write_file(path: Path, content: str | bytes) -> None:
    """Replace a file by `content` in one step; a device or a pipe is written to.

    Raises:
        UnwrittenError: it could not be.
    """
    data = content.encode("utf-8", SURROGATES) if isinstance(content, str) else content
    with replacing(path) as file, writing(str(path)):
        file.write(data)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file that takes the place of `path` once all is written; a device or a pipe itself.

    Raises:
        UnwrittenError: it could not be made, or not take that place.
    """
    with writing(str(path)):
        exists = path.exists()
        mode = path.stat().st_mode if exists else stat.S_IFREG
        regular, target = stat.S_ISREG(mode), Path(os.path.realpath(path))
        unfinished = target.parent / f"{_beginning(target)}{os.urandom(8).hex()}{_UNFINISHED}"
    try:
        with writing(str(path)):
            file = _new(target, unfinished) if regular else path.open("wb")
        with closed_after(file, str(path)):
            yield file
            with writing(str(path)):
                file.flush()
                if regular:
                    os.fsync(file.fileno())
                    unfinished.chmod(stat.S_IMODE(mode) if exists else 0o666 & ~_umask())
                    if sys.platform == "win32":  # which replaces no open file
                        file.close()
                    unfinished.replace(target)
    except BaseException:
        with suppress(OSError):
            unfinished.unlink()
        raise


@contextmanager
def closed_after(file: BinaryIO, where: str) -> Iterator[None]:
    """Close a file of a result at the end.

    Raises:
        UnwrittenError: its last bytes could not be written.
    """
    try:
        yield
    except BaseException:
        with suppress(OSError):
            file.close()
        raise
    with writing(where):
        file.close()


def _new(target: Path, name: Path) -> BinaryIO:
    """A new file of that name, locked as long as it is open.

    What writers that are dead left for the same target, whose locks went with them, is removed.
    """
    _tidy(target)
    while True:
        file = os.fdopen(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        _lock(file, wait=True)
        if os.fstat(file.fileno()).st_nlink:
            return file
        file.close()  # it was taken for a dead one's before it was locked


def _beginning(target: Path) -> str:
    data = os.fsencode(target.name)
    if len(data) <= _SHORT:
        return f".{target.name}."
    import hashlib

    return f".{hashlib.sha256(data).hexdigest()[:16]}."


def _tidy(target: Path) -> None:
    theirs = re.compile(re.escape(_beginning(target)) + "[0-9a-f]{16}" + re.escape(_UNFINISHED))
    with suppress(OSError), os.scandir(target.parent) as entries:
        for entry in entries:
            if theirs.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                with suppress(OSError), open(entry.path, "r+b") as file:
                    if _lock(file, wait=False):
                        os.unlink(entry.path)


def _lock(file: BinaryIO, *, wait: bool) -> bool:
    """Lock an open file, and say whether that was possible; the lock goes with the process."""
    if sys.platform == "win32":  # which removes no open file
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:  # somebody else has it, or the file system knows no locks
        return False
    return True


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
