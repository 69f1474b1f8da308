"""Simplification that cannot hang: in a process of its own, with a deadline."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Final

import sympy as sp

#: Seconds for everything.
DEADLINE: Final = 1.2
#: More operations than this are not even tried.
_HOPELESS: Final = 3000


def simplified(
    expressions: Sequence[sp.Expr], deadline: float = DEADLINE
) -> tuple[list[sp.Expr], bool]:
    """The expressions, simplified where that was done in time, and whether all were."""
    if sum(map(sp.count_ops, expressions)) > _HOPELESS:
        return list(expressions), False
    here, there = multiprocessing.Pipe(duplex=False)
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("fork" if "fork" in methods else None)
    worker = context.Process(target=_simplify, args=(there, list(expressions)), daemon=True)
    worker.start()
    there.close()
    answers = list(expressions)
    end = time.monotonic() + deadline
    done = 0
    try:
        while done < len(answers) and here.poll(max(0.0, end - time.monotonic())):
            answers[done] = here.recv()
            done += 1
    except EOFError:
        pass
    finally:
        worker.kill()
        worker.join()
        here.close()
    return answers, done == len(answers)


def _simplify(there: Connection, expressions: Sequence[sp.Expr]) -> None:
    for expression in expressions:
        there.send(sp.simplify(expression))
