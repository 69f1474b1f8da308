"""The command `rnnbound`, also run by `python -m rnnbound`."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence
from contextlib import suppress

from rnnbound import __version__


def main() -> int:
    """Be the process of a command line, and return its exit code."""
    try:
        from rnnbound.parallel import address_space, interruption

        interruption.listen()
        # A warning is for who wrote what it warns of, however Python was started.
        warnings.simplefilter("ignore")
        address_space.guard()
        try:
            return _heard(command_line(sys.argv[1:]), interruption.status())
        except KeyboardInterrupt:
            return _heard(130, interruption.status())
        finally:
            interruption.ignore()
    except KeyboardInterrupt:
        return 130


def _heard(status: int, ended: int | None) -> int:
    """The exit code; where the command was stopped, or could not go on, the one of the signal."""
    return ended if ended is not None and status in {70, 130} else status


def command_line(arguments: Sequence[str]) -> int:
    """Run a command line and return its exit code; the process is left as it is."""
    try:
        if list(arguments) != ["--version"] or sys.stdout is None:
            from rnnbound.cli.frame.app import run

            return run(arguments)
        try:
            print(f"rnnbound {__version__}", flush=True)  # noqa: T201
        except OSError as error:
            from rnnbound.cli.frame.failure_messages import explain
            from rnnbound.cli.frame.streams import UnwrittenError

            return explain(UnwrittenError("", error), arguments)
    except KeyboardInterrupt:  # also during the imports
        return 130
    except Exception as error:  # not even the command line could be loaded
        if sys.stderr is not None:
            with suppress(OSError):
                said = " ".join(str(error).split())[:200]
                print(f"Error: rnnbound could not start: {said}", file=sys.stderr)  # noqa: T201
        return 70
    return 0


if __name__ == "__main__":
    sys.exit(main())
