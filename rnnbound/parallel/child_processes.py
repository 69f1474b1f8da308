"""How every process that works for this one is started, watched over and ended.

It does not hear of Ctrl-C, of a kill and of a terminal that goes away: the one who started it does,
and ends it.  It computes on one thread, does not run the caller's script again, and is gone when
the one who started it is gone.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context, parent_process, resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from threading import Thread
from types import ModuleType
from typing import Any, Final

from rnnbound.parallel import address_space
from rnnbound.parallel.interruption import SIGNALS, deferred
from rnnbound.parallel.lost_work import WorkerLostError, process_lost

#: Seconds that a process may take to end once it has hung up.
_PARTING: Final = 5
#: Libraries that would compute with threads, which fight for the cores that processes have.
_THREADS: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_all: set[BaseProcess] = set()
if hasattr(os, "register_at_fork"):
    # They are not the children of a child.
    os.register_at_fork(after_in_child=_all.clear)


class Child:
    """A process that answers what it is sent.

    Args:
        serve: what it does, given its end of the connection; a function of a module.
        remedy: what may help if it is lost.

    Raises:
        WorkerLostError: it could not be started.
    """

    def __init__(self, serve: Callable[[Connection], None], remedy: str) -> None:
        # A fork would copy locks that threads of NumPy hold.
        context = get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process: BaseProcess = context.Process(target=_run, args=(serve, theirs), daemon=True)
        self._remedy = remedy
        _all.add(self.process)
        try:
            with _in_some_directory(), _signals_blocked(), _one_thread_each(), _nobody_as_main():
                self.process.start()
        except OSError as error:
            if self.process.pid is not None:
                raise self.lost() from None
            said = error.strerror or error
            raise WorkerLostError(f"no worker process can be started: {said}; {remedy}") from None
        finally:
            theirs.close()

    def send(self, task: object) -> None:
        """Give it something.

        Raises:
            WorkerLostError: it died.
        """
        try:
            self.connection.send(task)
        except OSError:
            raise self.lost() from None

    def receive(self) -> Any:
        """What it sends next.

        Raises:
            WorkerLostError: it died.
        """
        try:
            return self.connection.recv()
        except (EOFError, OSError):
            raise self.lost() from None

    def lost(self) -> WorkerLostError:
        """What to say, now that it is gone."""
        self.process.join(_PARTING)
        return process_lost(self.process.exitcode, self._remedy)

    def kill(self) -> None:
        """End it at once."""
        # First, so that whoever waits for an answer in another thread is told that none comes.
        _kill(self.process)
        self.connection.close()


def _run(serve: Callable[[Connection], None], connection: Connection) -> None:
    """What a process does."""
    warnings.simplefilter("ignore")
    address_space.guard()
    Thread(target=_follow, daemon=True).start()
    with suppress(EOFError, OSError):  # nobody is left to work for
        serve(connection)


def _follow() -> None:
    """End with the one who started this process, whatever is under way."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def _signals_blocked() -> Iterator[None]:
    """Start processes that do not hear what ends the one who starts them; it hears it later."""
    if sys.platform == "win32":
        yield
        return
    # The first process would start it, which unblocks the signals.
    resource_tracker.ensure_running()
    with deferred():  # a signal may reach another thread of this process
        before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Let libraries of a new process, which inherits the environment, compute on one thread."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def _nobody_as_main() -> Iterator[None]:
    """Start processes that do not run the caller's script, which need not expect it."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextmanager
def _in_some_directory() -> Iterator[None]:
    """In a directory that exists, since a new process begins where this one is."""
    try:
        os.getcwd()
    except FileNotFoundError:
        here = os.open(os.curdir, os.O_RDONLY)
        os.chdir(os.sep)
        try:
            yield
        finally:
            os.fchdir(here)
            os.close(here)
    else:
        yield


def _kill(process: BaseProcess) -> None:
    _all.discard(process)
    if process.pid is not None:
        process.kill()
        process.join()


@atexit.register
def _kill_all() -> None:
    """Before the standard library asks them to end, which they do not hear, and waits for it."""
    for process in list(_all):
        _kill(process)
