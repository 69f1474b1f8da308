"""Speed of training in rnnbound.network against public peers, interleaved in one run.

Usage: python benchmarks/network.py [--rounds N] [--peers PYTHON] [WORKLOAD ...]

For example, in the root of the project, with both libraries for ``--peers``:

    python -m venv peers && peers/bin/pip install numpy torch 'jax[cpu]'
    python benchmarks/network.py --peers peers/bin/python A B C D

Peers: a plain NumPy BPTT, PyTorch eager and JAX jit + scan.  PyTorch and JAX are installed by hand,
best in a virtual environment of their own (``pip install torch 'jax[cpu]'``), whose Python
``--peers`` names; a peer that is missing is said to be.  Every contender is a process of its own,
on one core and in float64, and they take turns.  Times are CPU time per iteration (the risk, its
exact gradient and, for rnnbound alone, the projected step and its bookkeeping), ratios are medians
over the rounds.  The floor is np.tanh alone on n·T·m numbers that stay in cache.  Two workers are
compared with one in wall time, which counts what others do on the two cores, so the fastest rounds
are; peak memory is that of a process that trains on ten times as many samples.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

ONE_THREAD = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "JAX_PLATFORMS": "cpu",
    "JAX_ENABLE_X64": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
}
#: n, T, d, m.
WORKLOADS = {
    "A": (50, 5, 1, 10_000),
    "B": (200, 10, 4, 20_000),
    "C": (1000, 10, 4, 4096),
    "D": (20, 4, 1, 64),
}
#: What is required: how many times faster than a peer, the fraction of the floor, the speed-up by
#: a second worker; and megabytes.
FASTER = {
    "plain NumPy": dict.fromkeys("ABC", 4.5),
    "better of PyTorch and JAX": dict.fromkeys("ABC", 3.3),
    "JAX": {"D": 1.0},
    "floor": dict.fromkeys("ABC", 0.3),
}
SPEED_UP = 1.7
MEGABYTES = 150
#: One turn of a contender lasts at least so many seconds.
TURN = 0.3

Data = tuple[Any, Any, Any, Any, Any]
Iterate = Callable[[int], float]


def problem(name: str, times: int = 1) -> Data:
    """w, u, c, X and Y of a workload, with `times` as many samples."""
    import numpy as np

    n, horizon, dim, width = WORKLOADS[name]
    n *= times
    rng = np.random.default_rng(0)
    half = width // 2
    c, w = (2.0 * rng.integers(0, 2, half) - 1 for _ in range(2))
    u = rng.standard_normal((half, dim))
    X = rng.standard_normal((n, horizon, dim))
    X /= np.linalg.norm(X, axis=2, keepdims=True)
    Y = rng.standard_normal((n, horizon))
    return np.tile(w / 2, 2), np.tile(u, (2, 1)), np.concatenate([c, -c]), X, Y


def repeated(once: Callable[[], object]) -> Iterate:
    """CPU seconds of one of so many calls."""

    def iterate(count: int) -> float:
        start = time.process_time()
        for _ in range(count):
            once()
        return (time.process_time() - start) / count

    return iterate


def rnnbound(data: Data, clock: Callable[[], float], workers: int) -> Iterate:
    """Projected gradient descent, timed from the end of its first step to that of its last."""
    from rnnbound.network import Network, Schedule, train

    w, u, c, X, Y = data

    def iterate(count: int) -> float:
        times = {}

        def note(step: int) -> None:
            if step in {1, count + 1}:
                times[step] = clock()

        schedule = Schedule("pgd", 1e-3, count + 1, radius_w=0.5, radius_u=0.5, workers=workers)
        train(Network(w, u, c), "tanh", X, Y, schedule, progress=note)
        return (times[count + 1] - times[1]) / count

    return iterate


def plain(data: Data) -> Iterate:
    """Back-propagation through time as one writes it down.

    Whole (n, m) arrays, the states in a list, products where the formulas have them, nothing
    computed twice; but no blocks, no buffers that are kept and no ``out=``.  What it costs depends
    much on the C library: each step allocates several arrays of 4 to 32 MB, and where their memory
    goes back to the system when they are freed (glibc, by default), its pages are mapped again at
    every step.  A single array for all states makes glibc keep that memory from then on, as a side
    effect of freeing something larger, and `one_array` is then up to two and a half times as fast
    (most on A).  The list is how BPTT is usually written, so it is the peer;
    the other is shown beside it.
    """
    import numpy as np

    w, u, c, X, Y = data
    (n, horizon, _), m = X.shape, len(w)

    def once() -> tuple[float, Any, Any]:
        H = [np.zeros((n, m))]
        for t in range(horizon):
            H.append(np.tanh(H[t] * w + X[:, t] @ u.T))
        E = np.stack([h @ c for h in H[1:]], axis=1) / np.sqrt(m) - Y
        return float((E**2).sum()) / n, *backward(data, H, E)

    return repeated(once)


def one_array(data: Data) -> Iterate:
    """The same with all states in one array."""
    import numpy as np

    w, u, c, X, Y = data
    (n, horizon, _), m = X.shape, len(w)

    def once() -> tuple[float, Any, Any]:
        H = np.zeros((horizon + 1, n, m))
        for t in range(horizon):
            H[t + 1] = np.tanh(H[t] * w + X[:, t] @ u.T)
        E = (H[1:] @ c).T / np.sqrt(m) - Y
        return float((E**2).sum()) / n, *backward(data, H, E)

    return repeated(once)


def backward(data: Data, H: Any, E: Any) -> tuple[Any, Any]:
    """The gradients of the plain peers, from their states and errors."""
    import numpy as np

    w, u, c, X, _ = data
    n, m = len(X), len(w)
    scaled = c / (n * np.sqrt(m))
    gw, gu, dh = np.zeros_like(w), np.zeros_like(u), np.zeros((n, m))
    for t in reversed(range(X.shape[1])):
        dz = (dh + E[:, t, None] * scaled) * (1 - H[t + 1] ** 2)
        gw += (dz * H[t]).sum(axis=0)
        gu += dz.T @ X[:, t]
        dh = dz * w
    return gw, gu


def floor(data: Data) -> Iterate:
    """tanh alone."""
    import numpy as np

    total = data[3].shape[0] * data[3].shape[1] * len(data[0])
    size = min(total, 20_000)
    z, out = np.random.default_rng(0).standard_normal(size), np.empty(size)

    def once() -> None:
        for _ in range(round(total / size)):
            np.tanh(z, out)

    return repeated(once)


def pytorch(data: Data) -> Iterate:
    """PyTorch eager with autograd."""
    import torch

    torch.set_num_threads(1)
    w, u, c, x, y = map(torch.tensor, data)
    w.requires_grad_()
    u.requires_grad_()
    n, scale = len(x), len(w) ** -0.5

    def once() -> object:
        h = torch.zeros(n, len(w), dtype=torch.float64)
        out = []
        for t in range(x.shape[1]):
            h = torch.tanh(h * w + x[:, t] @ u.T)
            out.append(h @ c)
        risk = ((torch.stack(out, 1) * scale - y) ** 2).sum() / n
        return torch.autograd.grad(risk, (w, u))

    return repeated(once)


def jax(data: Data) -> Iterate:
    """JAX: jit of value_and_grad of a scan over time."""
    import jax
    import jax.numpy as jnp

    w, u, c, x, y = map(jnp.asarray, data)
    x, y, scale = x.swapaxes(0, 1), y.T, len(w) ** -0.5

    def risk(theta: tuple[Any, Any], c: Any, x: Any, y: Any) -> Any:
        w, u = theta

        def step(h: Any, x_t: Any) -> tuple[Any, Any]:
            h = jnp.tanh(h * w + x_t @ u.T)
            return h, h @ c

        _, out = jax.lax.scan(step, jnp.zeros((x.shape[1], len(w))), x)
        return ((out * scale - y) ** 2).sum() / x.shape[1]

    both = jax.jit(jax.value_and_grad(risk))
    return repeated(lambda: jax.block_until_ready(both((w, u), c, x, y)))


CONTENDERS: dict[str, Callable[[Data], Iterate]] = {
    "rnnbound": lambda data: rnnbound(data, time.process_time, 1),
    "plain NumPy": plain,
    "plain, one array": one_array,
    "floor": floor,
    "PyTorch": pytorch,
    "JAX": jax,
    "1 worker": lambda data: rnnbound(data, time.perf_counter, 1),
    "2 workers": lambda data: rnnbound(data, time.perf_counter, 2),
}
PEERS = ("PyTorch", "JAX")


def contend(contender: str, workload: str) -> None:
    """Be a contender: for every line read, run for one turn and print seconds per iteration."""
    if contender == "memory":
        rnnbound(problem(workload, 10), time.perf_counter, 1)(1)
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        return
    if "worker" not in contender and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    try:
        iterate = CONTENDERS[contender](problem(workload))
    except ImportError:
        print("missing")
        return
    iterate(1)
    count = max(1, round(TURN / max(iterate(1), 1e-6)))
    print("ready", flush=True)
    for _ in sys.stdin:
        print(iterate(count), flush=True)


def start(contender: str, workload: str, python: str) -> subprocess.Popen[str] | None:
    """The process of a contender; None if its library is missing."""
    process = subprocess.Popen(
        [python, __file__, "--contend", contender, workload],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | ONE_THREAD,
        text=True,
    )
    if answer(process) == "ready":
        return process
    process.communicate()
    return None


def answer(process: subprocess.Popen[str]) -> str:
    """The next line that a contender prints."""
    assert process.stdout is not None, "it is a pipe"
    return process.stdout.readline().strip()


def turns(names: list[str], workload: str, rounds: int, peers: str) -> dict[str, list[float]]:
    """Seconds per iteration of every contender that is installed, in each round."""
    running = {}
    for name in names:
        process = start(name, workload, peers if name in PEERS else sys.executable)
        if process is None:
            print(f"{workload}  {name} is not installed (see --peers)")
        else:
            running[name] = process
    times: dict[str, list[float]] = {name: [] for name in running}
    for _ in range(rounds):
        for name, process in running.items():
            assert process.stdin is not None, "it is a pipe"
            print("go", file=process.stdin, flush=True)
            times[name].append(float(answer(process)))
    for process in running.values():
        process.communicate()
    return times


def report(workload: str, what: str, value: float, needed: float | None) -> None:
    """One row of the table."""
    verdict = "" if needed is None else f"required {needed:g}: {'yes' if value >= needed else 'NO'}"
    print(f"{workload}  {what:32} {value:7.2f}  {verdict}".rstrip(), flush=True)


def compare(workload: str, rounds: int, peers: str) -> None:
    """Everything about one workload."""
    names = ["rnnbound", "plain NumPy", "plain, one array", "floor", *PEERS]
    if hasattr(os, "getloadavg"):
        print(f"{workload}  load average {os.getloadavg()[0]:.2f}")
    times = turns(names, workload, rounds, peers)
    mine = times.pop("rnnbound")
    print(f"{workload}  rnnbound {1e3 * statistics.median(mine):.4g} ms", end="")
    print("".join(f", {k} {1e3 * statistics.median(v):.4g} ms" for k, v in times.items()))
    ratios = {
        name: statistics.median(a / b for a, b in zip(other, mine, strict=True))
        for name, other in times.items()
    }
    found = [ratios[name] for name in PEERS if name in ratios]
    if found:
        ratios["better of PyTorch and JAX"] = min(found)
    for name, ratio in ratios.items():
        report(workload, f"{name} / rnnbound", ratio, FASTER.get(name, {}).get(workload))
    if workload in "BC":
        pair = turns(["1 worker", "2 workers"], workload, rounds, peers)
        one, two = (min(times) for times in pair.values())
        report(workload, "1 worker / 2 workers, wall time", one / two, SPEED_UP)
        command = [sys.executable, __file__, "--contend", "memory", workload]
        size = float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        verdict = "yes" if size < MEGABYTES else "NO"
        print(f"{workload}  {'peak memory, MB':32} {size:7.1f}  required < {MEGABYTES}: {verdict}")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("workloads", nargs="*", default=list(WORKLOADS), metavar="WORKLOAD")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--peers", default=sys.executable, metavar="PYTHON")
    parser.add_argument("--contend", metavar="CONTENDER", help=argparse.SUPPRESS)
    options = parser.parse_args()
    for workload in options.workloads:
        if options.contend:
            contend(options.contend, workload)
        else:
            compare(workload, options.rounds, options.peers)


if __name__ == "__main__":
    main()
