"""The command `rnnbound`, also run by `python -m rnnbound`."""

from __future__ import annotations

import sys

from rnnbound import __version__


def main() -> int:
    """Run the command line and return its exit code."""
    try:
        arguments = sys.argv[1:]
        if arguments != ["--version"]:
            from rnnbound.cli.app import run

            return run(arguments)
        try:
            print(f"rnnbound {__version__}", flush=True)  # noqa: T201
        except OSError as error:
            from rnnbound.cli.app import unwritten

            return unwritten(error)
    except KeyboardInterrupt:  # also during the imports
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
