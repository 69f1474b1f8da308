"""The address of a Dask scheduler: read, and reached, before anything is asked of it."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic, sleep
from typing import Final, TypeVar
from urllib.parse import urlsplit

from rnnbound.errors import RequestError, shown, wrong

T = TypeVar("T")

_EXAMPLE: Final = "tcp://127.0.0.1:8786"
_PLAIN: Final = ("tcp", "ws")
_ENCRYPTED: Final = ("tls", "wss")
#: Schemes that need no host and port that a socket reaches.
_OTHERS: Final = ("ucx", "inproc")
#: Seconds between two attempts at reaching a scheduler that may be starting.
_AGAIN: Final = 0.2


@dataclass(frozen=True, slots=True)
class Address:
    """Where a scheduler is.

    Attributes:
        scheme: such as ``tcp``.
        rest: what follows ``://``.
        host, port: None where the scheme has none.
    """

    scheme: str
    rest: str
    host: str | None = None
    port: int | None = None

    def __str__(self) -> str:
        return f"{self.scheme}://{self.rest}"

    @classmethod
    def read(cls, text: str) -> Address:
        """An address such as ``tcp://127.0.0.1:8786``, the scheme of which may be left out.

        Raises:
            RequestError: it is none, or cannot be used from here.
        """
        scheme, _, rest = text.strip().rpartition("://")
        scheme, rest = (scheme or "tcp").lower(), rest.rstrip("/")
        if scheme == "inproc":
            # inproc://HOST/PID/NUMBER is reached from within that very process.
            if rest.split("/")[1:2] != [str(os.getpid())]:
                raise _no_scheduler(text, "inproc:// leads nowhere outside of its process")
            return cls(scheme, rest)
        if scheme in _OTHERS:
            return cls(scheme, rest)
        if scheme not in {*_PLAIN, *_ENCRYPTED}:
            raise _no_scheduler(text, f"{shown(scheme)} is unknown; write it like {_EXAMPLE}")
        try:
            parts = urlsplit(f"//{rest}")
            host, port = parts.hostname, parts.port
        except ValueError as error:
            raise _no_scheduler(text, f"{error}; write it like {_EXAMPLE}") from None
        if not host or not port or parts.netloc != rest or "@" in rest:
            raise _no_scheduler(text, f"it needs a host and a port, like {_EXAMPLE}")
        if scheme in _ENCRYPTED:
            _require_certificates(text, scheme)
        return cls(scheme, rest, host, port)

    def reach(self, seconds: float) -> float:
        """See that somebody listens there; a scheduler that is starting is waited for.

        Returns:
            The seconds that are left.

        Raises:
            RequestError: nobody does.
        """
        end = monotonic() + seconds
        while self.host is not None:
            try:
                socket.create_connection((self.host, self.port or 0), seconds).close()
                break
            except (OSError, UnicodeError) as error:
                if monotonic() + _AGAIN > end:
                    said = getattr(error, "strerror", None) or error or type(error).__name__
                    raise _no_scheduler(str(self), f"{said}, within {seconds:g} seconds") from None
            sleep(_AGAIN)
        return end - monotonic()


def _no_scheduler(text: str, why: str) -> RequestError:
    return wrong("dask", f"no scheduler can be reached at {shown(text)}: {why}")


def _require_certificates(text: str, scheme: str) -> None:
    from distributed import Security

    try:
        own = Security()  # type: ignore[no-untyped-call]
        found = own.get_connection_args("client").get("ssl_context")  # type: ignore[no-untyped-call]
    except Exception as error:  # of files that the configuration names
        raise _no_scheduler(text, f"its certificates cannot be used: {error}") from None
    if found is None:
        raise _no_scheduler(
            text, f"{scheme}:// needs certificates; Dask reads them from distributed.comm.tls"
        )


def within(seconds: float, function: Callable[[], T]) -> T:
    """What a function returns, if it returns in time; else it is left to itself.

    Not by :mod:`concurrent.futures`, which waits at the end of the process for whatever hangs.

    Raises:
        TimeoutError: it does not.
        Exception: what it raises.
    """
    answers: SimpleQueue[tuple[bool, T | Exception]] = SimpleQueue()

    def run() -> None:
        try:
            answers.put((True, function()))
        except Exception as error:
            answers.put((False, error))

    Thread(target=run, daemon=True).start()
    try:
        done, found = answers.get(timeout=seconds)
    except Empty:
        raise TimeoutError(f"no answer within {seconds:g} seconds") from None
    if not done:
        assert isinstance(found, Exception)
        raise found
    return found  # type: ignore[return-value]
