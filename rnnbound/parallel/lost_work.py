"""What is raised where work is lost."""

from __future__ import annotations

import signal


class WorkerLostError(RuntimeError):
    """A process or a cluster that had work to do is gone; the message says which and why."""


def process_lost(exitcode: int | None, remedy: str) -> WorkerLostError:
    """What to say of a process that is gone.

    Args:
        exitcode: as :mod:`multiprocessing` has it: negative for a signal.
        remedy: what may help.
    """
    if exitcode is not None and exitcode < 0:
        try:
            name = signal.Signals(-exitcode).name
        except ValueError:
            name = f"signal {-exitcode}"
        lack = " (killed by somebody, or for lack of memory)" if name == "SIGKILL" else ""
        return WorkerLostError(f"a worker process was ended by {name}{lack}; {remedy}")
    return WorkerLostError(f"a worker process ended with exit code {exitcode}; {remedy}")
